"""What the overview tells of the last report day of a basin, by the very tables of the report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from service.language import Language
from service.page.overview import cells, deliveries
from service.paper.paper import Number, Table
from service.reports.report import BasinPart, Figure, Report
from service.reports.told import against, gates, glance, plans, reservoirs, shares
from service.reports.told.teller import Teller


@dataclass(frozen=True, slots=True, kw_only=True)
class BasinTold:
    """A basin on the last report day: its `reservoirs`, its `deliveries`, these as `bars` too, and its `gates`.

    `flows` are four cells by station and quantity: class, percent of the norm, last year and the mean of the day.
    """

    flows: Mapping[tuple[str, str], str]
    reservoirs: Markup
    bars: Markup
    deliveries: Markup
    gates: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTold:
    """The last report day in a language: of each basin by its id, and sentences of what lacks, came late or changed."""

    basins: Mapping[str, BasinTold]
    gaps: tuple[str, ...]


def told(report: Report, language: Language) -> DayTold:
    """A report in a language."""
    teller = Teller(report, language)
    return DayTold(basins={part.id: _basin(teller, part) for part in report.basins}, gaps=tuple(glance.gaps(teller)))


def _basin(teller: Teller, part: BasinPart) -> BasinTold:
    flows = (row.flow for row in (*part.canals, *part.borders, *part.rivers))
    language, name = teller.language, teller.name(part.id)
    return BasinTold(
        flows={(one.subject, one.quantity): _flow(teller, one) for one in flows},
        reservoirs=cells.tables(language, reservoirs.tables(teller, part), name),
        bars=deliveries.bars(teller, part),
        deliveries=cells.tables(language, _of_deliveries(teller, part), name),
        gates=cells.tables(language, gates.tables(teller, part), name),
    )


def _of_deliveries(teller: Teller, part: BasinPart) -> Iterator[Table]:
    yield from shares.tables(teller, part)
    yield from plans.tables(teller, part)[:1]


def _flow(teller: Teller, figure: Figure) -> str:
    return (
        f"<td>{_class(teller, figure)}</td>"
        f'<td class="number">{_number(teller, against.percent(figure))}</td>'
        f'<td class="number">{_number(teller, against.last_year(figure))}</td>'
        f'<td class="number">{_number(teller, teller.number(figure, computed=True))}</td>'
    )


def _class(teller: Teller, figure: Figure) -> str:
    word = teller.klass(figure.against)
    if figure.against is None or figure.against.klass is None or word is None:
        return ""
    return f'<span class="chip {figure.against.klass.partition(" ")[0]}">{escape(word)}</span>'


def _number(teller: Teller, number: Number | None) -> str:
    return "" if number is None else cells.datum(teller.language, number)
