"""What the overview tells of the last report day of a basin, by the very tables of the report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

from service.accounts.document import Account
from service.language import Language
from service.page.overview import cells, deliveries
from service.paper.paper import Number, Table
from service.reports.report import BasinPart, Figure, Report, ReservoirRow
from service.reports.told import against, gates, glance, plans, reservoirs, shares
from service.reports.told.teller import Teller


class Told(NamedTuple):
    """What a report day tells of a flow, each written for a cell of a table and empty where it is not known."""

    klass: str
    norm: str
    last_year: str
    mean: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BasinTold:
    """A basin on the last report day: its `reservoirs`, its `deliveries`, these as `bars` too, and its `gates`.

    `flows` are what is told by station and quantity, `passed` what flowed into and out of a reservoir by its station.
    """

    flows: Mapping[tuple[str, str], Told]
    passed: Mapping[str, Markup]
    reservoirs: Markup
    bars: Markup
    deliveries: Markup
    gates: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTold:
    """The last report day in a language: of each basin by its id, and sentences of what lacks, came late or changed."""

    basins: Mapping[str, BasinTold]
    gaps: tuple[str, ...]


def told(report: Report, language: Language, seasons: Mapping[str, Account] | None = None) -> DayTold:
    """A report in a language; `seasons` are the accounts of the season so far of basins without a plan, by basin."""
    held = seasons or {}
    teller = Teller(report, language)
    return DayTold(
        basins={part.id: _basin(teller, report, part, held.get(part.id)) for part in report.basins},
        gaps=tuple(glance.gaps(teller)),
    )


def _basin(teller: Teller, report: Report, part: BasinPart, season: Account | None) -> BasinTold:
    flows = (row.flow for row in (*part.canals, *part.borders, *part.rivers))
    language, name, day = teller.language, teller.name(part.id), teller.language.day(report.span.begin)
    return BasinTold(
        flows={(one.subject, one.quantity): _flow(teller, one) for one in flows},
        passed={row.place.station: _passed(teller, row) for row in part.reservoirs},
        reservoirs=cells.folded(language, reservoirs.tables(teller, part), name, day),
        bars=deliveries.bars(teller, part, season),
        deliveries=cells.folded(language, tuple(_of_deliveries(teller, part)), name, day),
        gates=cells.tables(language, gates.tables(teller, part), name),
    )


def _of_deliveries(teller: Teller, part: BasinPart) -> Iterator[Table]:
    yield from shares.tables(teller, part)
    yield from plans.tables(teller, part)[:1]


def _flow(teller: Teller, figure: Figure) -> Told:
    return Told(
        klass=_class(teller, figure),
        norm=_number(teller, against.percent(figure)),
        last_year=_number(teller, against.last_year(figure)),
        mean=_number(teller, teller.number(figure, computed=True)),
    )


def _class(teller: Teller, figure: Figure) -> str:
    word = teller.klass(figure.against)
    if figure.against is None or figure.against.klass is None or word is None:
        return ""
    return f'<span class="chip {figure.against.klass.partition(" ")[0]}">{escape(word)}</span>'


def _number(teller: Teller, number: Number | None) -> str:
    return "" if number is None else cells.datum(teller.language, number)


def _passed(teller: Teller, row: ReservoirRow) -> Markup:
    """What flowed into and out of a reservoir, as far as it is known."""
    words = (teller.say("Inflow"), row.inflow), (teller.say("Release"), row.release)
    unit = escape(teller.unit("m³/s"))
    said = (
        f"<span>{escape(word)} {_number(teller, teller.figure(figure, computed=row.place.computed))} {unit}</span>"
        for word, figure in words
        if figure is not None and figure.value is not None
    )
    return Markup("; ".join(said))  # noqa: S704: all that was put in is escaped
