"""Reads the folder `config/`, holds its facts against each other, and freezes them.

Each file may hold these tables and no others:
    parties.toml     origin, [report_day], [[party]] with [[party.ministries]]
    basins/*.toml    [basin], [[site]], [[station]]; the file is named for its basin
    shares.toml      [[share]]
    seasons.toml     [[season_plan]]
    sources.toml     [[source]]
    quality.toml     [[gross_range]]
    keys.toml        [[key]]
    obligations.toml [[obligation]], [[watch]]
Of these keys.toml and obligations.toml may be absent.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from record.errors import ConfigError
from record.network.basin import Basin, Site, Station
from record.network.declared import Declared
from record.network.key import Key
from record.network.limit import GrossRange
from record.network.network import Network
from record.network.obligation import Obligation, Watch
from record.network.party import Party, ReportDay
from record.network.row import Document, F, Row, only, rows, table
from record.network.rules import check
from record.network.share import SeasonPlan, Share
from record.network.source import Source
from record.network.toml_lines import lines_of
from record.network.twins import limits_of_twins, twins_of

_FILES: dict[str, frozenset[str]] = {
    "parties.toml": frozenset({"origin", "report_day", "party"}),
    "shares.toml": frozenset({"share"}),
    "seasons.toml": frozenset({"season_plan"}),
    "sources.toml": frozenset({"source"}),
    "quality.toml": frozenset({"gross_range"}),
    "keys.toml": frozenset({"key"}),
    "obligations.toml": frozenset({"obligation", "watch"}),
}
_MAY_LACK = ("keys.toml", "obligations.toml")
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
        parties=_some(head, rows(head, "party", Party)),
        basins=tuple(_basin(document) for document in basins),
        sites=tuple(row for document in basins for row in rows(document, "site", Site)),
        stations=tuple(row for document in basins for row in rows(document, "station", Station)),
        shares=rows(documents["shares.toml"], "share", Share),
        season_plans=rows(documents["seasons.toml"], "season_plan", SeasonPlan),
        sources=rows(documents["sources.toml"], "source", Source),
        limits=rows(documents["quality.toml"], "gross_range", GrossRange),
        keys=_rows_of(documents, "keys.toml", "key", Key),
        obligations=_rows_of(documents, "obligations.toml", "obligation", Obligation),
        watches=_rows_of(documents, "obligations.toml", "watch", Watch),
    )


def _rows_of(documents: Mapping[str, Document], file: str, name: str, kind: type[F]) -> tuple[Row[F], ...]:
    """The rows of a file that may be absent."""
    return rows(documents[file], name, kind) if file in documents else ()


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
    limits = tuple(row.fact for row in declared.limits)
    return Network(
        origin=declared.origin,
        report_day=declared.report_day.fact,
        parties={row.fact.id: row.fact for row in declared.parties},
        basins={row.fact.id: row.fact for row in declared.basins},
        sites={row.fact.id: row.fact for row in declared.sites},
        stations=stations | twins,
        shares={row.fact.id: row.fact for row in declared.shares},
        season_plans={row.fact.id: row.fact for row in declared.season_plans},
        sources={row.fact.id: row.fact for row in declared.sources},
        limits=limits + limits_of_twins(limits, twins),
        keys=tuple(row.fact for row in declared.keys),
        obligations={row.fact.id: row.fact for row in declared.obligations},
        watches=tuple(row.fact for row in declared.watches),
        files=dict(files),
    )
