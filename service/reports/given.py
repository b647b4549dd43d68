"""Which readings a report gives to who is given the report: those on which the figures that it shows rest."""

from collections.abc import Iterator
from datetime import datetime

from record.ledger.access import Given
from record.network import Network
from service.figures.day import local_midnights
from service.reports.document import BasinPart, DailyReport, Figure


def given(report: DailyReport, network: Network) -> list[Given]:
    """A note for each figure with a value: its series, the day of its readings, and the entries that it names."""
    return [_of(figure, report, network) for part in report.basins for figure in _shown(part)]


def _shown(part: BasinPart) -> Iterator[Figure]:
    for row in part.reservoirs:
        for figure in (row.level, row.storage, row.inflow, row.release):
            if figure is not None and figure.value is not None and figure.entries:
                yield figure
    for flow in (*part.canals, *part.borders, *part.posts):
        if flow.flow.value is not None and flow.flow.entries:
            yield flow.flow


def _of(figure: Figure, report: DailyReport, network: Network) -> Given:
    start, end = _bounds(figure, report, network)
    return Given(
        subject=figure.series,
        start=int(start.timestamp()),
        end=int(end.timestamp()),
        low=min(figure.entries),
        size=max(figure.entries) + 1,
    )


def _bounds(figure: Figure, report: DailyReport, network: Network) -> tuple[datetime, datetime]:
    if figure.basis == "daily":
        return local_midnights(report.date, network.zone_of(network.series[figure.series].station))
    return report.day.begin, report.day.end
