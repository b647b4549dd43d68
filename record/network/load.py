"""Reads the folder `config/`, holds its facts against each other, and freezes them.

Each file may hold these tables and no others:
    parties.toml     origin, [report_day], [licence], [[party]] with [[party.ministries]]
    basins/*.toml    [basin], [[site]], [[station]]; the file is named for its basin
    shares.toml      [[share]]
    seasons.toml     [[season_plan]]
    sources.toml     [[source]]
    quality.toml     [[gross_range]], [[climatology]], [[rate_of_change]], [[spike]], [[flat_line]], [[gap]],
                     [[neighbour]], [[mass_balance]], [[rating_residual]]
    curves.toml      [[rating_curve]], [[shift]], [[reservoir_curve]]
    derived.toml     [[derived]], [[balance]]
    accounts.toml    [[resource]], [[delivery]], [[reach]], [[gate]], [figures]
    keys.toml        [[key]]
    obligations.toml [[obligation]], [[watch]]
    access.toml      [access]
    rivers.toml      [[river]]
Of these keys.toml, obligations.toml, curves.toml, derived.toml, accounts.toml, access.toml and rivers.toml may be
absent, and so may [licence].
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from record.errors import ConfigError
from record.network.access import Access
from record.network.account import Delivery, FigureRules, Gate, Reach, Resource
from record.network.basin import Basin, Site, Station
from record.network.computed import computed_stations, judged_as_their_gauges, placed_derived
from record.network.curve import RatingCurve, ReservoirCurve, Shift
from record.network.declared import Declared
from record.network.derived import Balance, Derived
from record.network.key import Key
from record.network.network import Network
from record.network.obligation import Obligation, Watch
from record.network.party import Licence, Party, ReportDay
from record.network.river import River
from record.network.row import Document, F, Row, facts, only, rows, table
from record.network.rules import check
from record.network.share import SeasonPlan, Share
from record.network.source import Source
from record.network.threshold import (
    Climatology,
    FlatLine,
    Gap,
    GrossRange,
    MassBalance,
    Neighbour,
    RateOfChange,
    RatingResidual,
    Spike,
    Threshold,
    Thresholds,
)
from record.network.toml_lines import lines_of
from record.network.twins import judged_alike, placed, twins_of

T = TypeVar("T", bound=Threshold)

_QUALITY = (
    "gross_range", "climatology", "rate_of_change", "spike", "flat_line", "gap", "neighbour", "mass_balance",
    "rating_residual",
)  # fmt: skip
_FILES: dict[str, frozenset[str]] = {
    "parties.toml": frozenset({"origin", "report_day", "licence", "party"}),
    "shares.toml": frozenset({"share"}),
    "seasons.toml": frozenset({"season_plan"}),
    "sources.toml": frozenset({"source"}),
    "quality.toml": frozenset(_QUALITY),
    "curves.toml": frozenset({"rating_curve", "shift", "reservoir_curve"}),
    "derived.toml": frozenset({"derived", "balance"}),
    "accounts.toml": frozenset({"resource", "delivery", "reach", "gate", "figures"}),
    "keys.toml": frozenset({"key"}),
    "obligations.toml": frozenset({"obligation", "watch"}),
    "access.toml": frozenset({"access"}),
    "rivers.toml": frozenset({"river"}),
}
_MAY_LACK = (
    "keys.toml",
    "obligations.toml",
    "curves.toml",
    "derived.toml",
    "accounts.toml",
    "access.toml",
    "rivers.toml",
)
_BASIN_FILE = frozenset({"basin", "site", "station"})

_ORIGIN = re.compile(r"[a-z0-9.-]+(/[a-z0-9.-]+)*")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def load_network(folder: Path) -> Network:
    """The declared network of a folder; raise `ConfigError`, in one line with file and line, for whatever is wrong."""
    return network_from(_read(folder), folder)


def network_from(files: Mapping[str, bytes], folder: Path) -> Network:
    """The network that these files declare, by their paths within `folder`, which is named in complaints alone."""
    _refuse_lacking(sorted(files), folder)
    documents = {name: _parse(folder / name, raw) for name, raw in files.items()}
    declared = _declare(documents)
    check(declared)
    return _freeze(declared, files)


def _read(folder: Path) -> dict[str, bytes]:
    """The bytes of every file, by its path within the folder; a missing and a stray file are both refused."""
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder: ARNA_CONFIG must name the folder that holds parties.toml")
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.toml"))
    _refuse_lacking(found, folder)
    return {name: _bytes_of(folder / name) for name in [*_FILES, *found] if name in found}


def _refuse_lacking(found: Sequence[str], folder: Path) -> None:
    basins = [name for name in found if re.fullmatch(r"basins/[^/]+\.toml", name)]
    for name in _FILES:
        if name not in found and name not in _MAY_LACK:
            raise ConfigError(f"{folder / name}: no such file: the declared network needs it, even if empty")
    if not basins:
        raise ConfigError(f"{folder / 'basins'}: no basin is declared: write one file a basin, such as chu.toml")
    for name in found:
        if name not in _FILES and name not in basins:
            raise ConfigError(f"{folder / name}: not a file of the declared network: rename or remove it")


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None


def _parse(path: Path, raw: bytes) -> Document:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8: save the file in that encoding") from None
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        reason = _AT_LINE.sub("", str(error)).strip()
        raise ConfigError(f"{path}:{line}: not TOML: {reason}") from None
    return Document(name=str(path), data=data, lines=lines_of(text))


def _declare(documents: Mapping[str, Document]) -> Declared:
    for name, document in documents.items():
        only(document, _FILES.get(name, _BASIN_FILE))
    basins = [document for name, document in documents.items() if name not in _FILES]
    head = documents["parties.toml"]
    return Declared(
        origin=_origin(head),
        report_day=table(head, "report_day", ReportDay),
        licence=table(head, "licence", Licence) if "licence" in head.data else None,
        parties=_some(head, rows(head, "party", Party)),
        basins=tuple(_basin(document) for document in basins),
        sites=tuple(row for document in basins for row in rows(document, "site", Site)),
        stations=tuple(row for document in basins for row in rows(document, "station", Station)),
        shares=rows(documents["shares.toml"], "share", Share),
        season_plans=rows(documents["seasons.toml"], "season_plan", SeasonPlan),
        sources=rows(documents["sources.toml"], "source", Source),
        gross_ranges=rows(documents["quality.toml"], "gross_range", GrossRange),
        climatologies=rows(documents["quality.toml"], "climatology", Climatology),
        rates_of_change=rows(documents["quality.toml"], "rate_of_change", RateOfChange),
        spikes=rows(documents["quality.toml"], "spike", Spike),
        flat_lines=rows(documents["quality.toml"], "flat_line", FlatLine),
        gaps=rows(documents["quality.toml"], "gap", Gap),
        neighbours=rows(documents["quality.toml"], "neighbour", Neighbour),
        mass_balances=rows(documents["quality.toml"], "mass_balance", MassBalance),
        rating_residuals=rows(documents["quality.toml"], "rating_residual", RatingResidual),
        rating_curves=_rows_of(documents, "curves.toml", "rating_curve", RatingCurve),
        shifts=_rows_of(documents, "curves.toml", "shift", Shift),
        reservoir_curves=_rows_of(documents, "curves.toml", "reservoir_curve", ReservoirCurve),
        derived=_rows_of(documents, "derived.toml", "derived", Derived),
        balances=_rows_of(documents, "derived.toml", "balance", Balance),
        resources=_rows_of(documents, "accounts.toml", "resource", Resource),
        deliveries=_rows_of(documents, "accounts.toml", "delivery", Delivery),
        reaches=_rows_of(documents, "accounts.toml", "reach", Reach),
        gates=_rows_of(documents, "accounts.toml", "gate", Gate),
        figure_rules=_table_of(documents, "accounts.toml", "figures", FigureRules),
        access=_table_of(documents, "access.toml", "access", Access),
        keys=_rows_of(documents, "keys.toml", "key", Key),
        obligations=_rows_of(documents, "obligations.toml", "obligation", Obligation),
        watches=_rows_of(documents, "obligations.toml", "watch", Watch),
        rivers=_rows_of(documents, "rivers.toml", "river", River),
    )


def _rows_of(documents: Mapping[str, Document], file: str, name: str, kind: type[F]) -> tuple[Row[F], ...]:
    """The rows of a file that may be absent."""
    return rows(documents[file], name, kind) if file in documents else ()


def _table_of(documents: Mapping[str, Document], file: str, name: str, kind: type[F]) -> Row[F] | None:
    """A table that may be absent, of a file that may be absent."""
    document = documents.get(file)
    return None if document is None or name not in document.data else table(document, name, kind)


def _origin(head: Document) -> str:
    """The name of this record, which every entry and checkpoint carries: an address without blanks or scheme."""
    origin = head.data.get("origin")
    if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
        raise head.wrong('origin must name this record, such as origin = "arna.example/chu-talas"', "origin")
    return origin


def _some(head: Document, parties: tuple[Row[Party], ...]) -> tuple[Row[Party], ...]:
    if not parties:
        raise head.wrong("no party is declared: write a [[party]] for each state that signs")
    return parties


def _basin(document: Document) -> Row[Basin]:
    row = table(document, "basin", Basin)
    if Path(document.name).stem != row.fact.id:
        raise row.wrong(f"basin {row.fact.id!r} must stand in {row.fact.id}.toml", "id")
    return row


def _freeze(declared: Declared, files: Mapping[str, bytes]) -> Network:
    stations = {row.fact.id: row.fact for row in declared.stations}
    simulated = [row.fact for row in declared.sources if row.fact.simulated]
    twins = twins_of(station for source in simulated for station in declared.stations_of(source))
    gauges = stations | twins
    derived = placed_derived(facts(declared.derived), gauges)
    computed = computed_stations(derived, gauges)
    return Network(
        origin=declared.origin,
        report_day=declared.report_day.fact,
        licence=None if declared.licence is None else declared.licence.fact,
        parties={row.fact.id: row.fact for row in declared.parties},
        basins={row.fact.id: row.fact for row in declared.basins},
        sites={row.fact.id: row.fact for row in declared.sites},
        stations=gauges | computed,
        shares={row.fact.id: row.fact for row in declared.shares},
        season_plans={row.fact.id: row.fact for row in declared.season_plans},
        sources={row.fact.id: row.fact for row in declared.sources},
        keys=facts(declared.keys),
        obligations={row.fact.id: row.fact for row in declared.obligations},
        watches=facts(declared.watches),
        thresholds=_thresholds(declared, tuple(twins), tuple(computed)),
        rating_curves=placed(facts(declared.rating_curves), gauges),
        shifts=placed(facts(declared.shifts), gauges),
        reservoir_curves=placed(facts(declared.reservoir_curves), gauges),
        derived=derived,
        balances=placed(facts(declared.balances), gauges),
        resources=facts(declared.resources),
        deliveries=facts(declared.deliveries),
        reaches=facts(declared.reaches),
        gates=facts(declared.gates),
        figures=FigureRules() if declared.figure_rules is None else declared.figure_rules.fact,
        access=Access() if declared.access is None else declared.access.fact,
        rivers={row.fact.id: row.fact for row in declared.rivers},
        files=dict(files),
    )


def _thresholds(declared: Declared, twins: Sequence[str], computed: Sequence[str]) -> Thresholds:
    def of_all(rows: Iterable[Row[T]]) -> tuple[T, ...]:
        return judged_as_their_gauges(judged_alike(facts(rows), twins), computed)

    return Thresholds(
        gross_range=of_all(declared.gross_ranges),
        climatology=of_all(declared.climatologies),
        rate_of_change=of_all(declared.rates_of_change),
        spike=of_all(declared.spikes),
        flat_line=of_all(declared.flat_lines),
        gap=of_all(declared.gaps),
        neighbour=judged_alike(facts(declared.neighbours), twins),
        mass_balance=judged_alike(facts(declared.mass_balances), twins),
        rating_residual=judged_alike(facts(declared.rating_residuals), twins),
    )
