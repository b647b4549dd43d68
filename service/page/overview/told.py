"""What the overview tells of the last report day of a basin, by the very tables of the report."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from service.language import Language
from service.page.overview import cells, deliveries
from service.paper.paper import Table
from service.reports.report import BasinPart, Report
from service.reports.told import gates, glance, plans, reservoirs, shares
from service.reports.told.teller import Teller


@dataclass(frozen=True, slots=True, kw_only=True)
class BasinTold:
    """A basin on the last report day: its `reservoirs`, its `deliveries` as bars and tables, and its `gates`."""

    reservoirs: Markup
    deliveries: Markup
    gates: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTold:
    """The last report day in a language: of each basin by its id, and sentences of what lacks, came late or changed."""

    basins: dict[str, BasinTold]
    gaps: tuple[str, ...]


def told(report: Report, language: Language) -> DayTold:
    """A report in a language."""
    teller = Teller(report, language)
    return DayTold(basins={part.id: _basin(teller, part) for part in report.basins}, gaps=tuple(glance.gaps(teller)))


def _basin(teller: Teller, part: BasinPart) -> BasinTold:
    return BasinTold(
        reservoirs=_tables(teller, reservoirs.tables(teller, part)),
        deliveries=deliveries.bars(teller, part) + _tables(teller, _of_deliveries(teller, part)),
        gates=_tables(teller, gates.tables(teller, part)),
    )


def _of_deliveries(teller: Teller, part: BasinPart) -> Iterator[Table]:
    yield from shares.tables(teller, part)
    yield from plans.tables(teller, part)[:1]


def _tables(teller: Teller, tables: Iterator[Table] | tuple[Table, ...]) -> Markup:
    return Markup().join(cells.table(teller.language, one) for one in tables)
