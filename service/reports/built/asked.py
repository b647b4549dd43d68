"""What a report asks of the record: of which days, from how many entries, of which gauges; a batch of stations a time.

A batch is small enough to be held in memory with all readings since the season began, however fine they are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from record.archive import Archive
from record.network import Network
from record.network.account import FigureRules
from record.network.basin import Station
from service.accounts.once import Once
from service.figures.days import BY_PREFERENCE
from service.figures.means import OF_A_DAY
from service.figures.periods import FIRST, Kind, numbers
from service.figures.reads import Reads
from service.figures.sources import Reader, Subject, sources_of
from service.reports.report import Span

_DAY = timedelta(days=1)
RECENT = timedelta(days=30)
"""A series that said nothing in the period or so long before it is silent, not missing."""
_MOST_READINGS = 3_000_000
"""So many readings of one batch are held at once, about a hundred megabytes with flags and entries."""

Sources = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A period of the record as the first `count` entries tell it.

    `following` is the day after the last that has ended.
    """

    archive: Archive
    network: Network
    count: int
    span: Span
    following: date

    @property
    def kind(self) -> Kind:
        """The kind of the period."""
        return Kind(self.span.kind)

    @property
    def until(self) -> np.datetime64:
        """The day (datetime64[D]) after the last that has ended: those from it on count for nothing."""
        return np.datetime64(self.following, "D")

    @property
    def rules(self) -> FigureRules:
        """How figures are made."""
        return self.network.figures

    @property
    def has_begun(self) -> bool:
        """Whether a day of the period has ended, so that there is something to tell."""
        return self.span.until > self.span.begin

    @property
    def last(self) -> date:
        """The last day that is counted; the first of the period where none has ended."""
        return max(self.span.until - _DAY, self.span.begin)

    @property
    def closing(self) -> date:
        """The day whose morning closes the last day that is counted."""
        return self.last + _DAY

    def since(self, kind: Kind) -> date:
        """The first day of the period of a kind that holds the last day."""
        return self._begin(kind, self.last)

    @cached_property
    def before(self) -> date:
        """The first day of the period before."""
        return self._begin(self.kind, self.span.begin - _DAY)

    @cached_property
    def earliest(self) -> date:
        """The first day of which anything is read that is told of the period itself."""
        return max(min(self.since(Kind.SEASON), self.before, self.span.begin - RECENT - _DAY), FIRST)

    def _begin(self, kind: Kind, day: date) -> date:
        found = numbers(np.array([day], dtype="datetime64[D]"), kind, self.network.figures).begin[0].item()
        return max(date.fromisoformat(found.isoformat()), FIRST)

    def series_of(self, stations: Iterable[Station]) -> Iterator[str]:
        """The series of stations from which a figure of the period can be made, and all others by day or finer."""
        for station in stations:
            for said in station.series:
                interval = said.partition(".")[2]
                if interval in BY_PREFERENCE or sources_of([interval], self.kind):
                    yield f"{station.id}.{said}"

    def batches(self) -> Iterator[list[Station]]:
        """All stations in declared order, by basin, parted where a batch would hold too many readings."""
        days, by_basin = (self.span.end - self.earliest).days, dict[str, list[Station]]()
        for station in self.network.stations.values():
            by_basin.setdefault(self.network.sites[station.site].basin, []).append(station)
        for stations in by_basin.values():
            held, weight = list[Station](), 0
            for station in stations:
                own = days * sum(OF_A_DAY.get(said.partition(".")[2], 2) for said in station.series)
                if held and weight + own > _MOST_READINGS:
                    yield held
                    held, weight = [], 0
                held.append(station)
                weight += own
            yield held

    def near(self, stations: Sequence[Station]) -> Once:
        """The record of these stations from the season's or the period before's begin on, asked once a collection."""
        series = self.series_of(stations)
        return Once(self.archive, self.network, series, self.earliest, self.span.end, self.count)

    def reader(self, archive: Reads, sources: Sources, stations: Sequence[str], quantity: str) -> Reader:
        """A reader of stations that give a quantity at the same intervals."""
        subject = Subject(name=quantity, station=stations[0], quantity=quantity, sources=sources)
        return Reader(
            archive=archive,
            network=self.network,
            subject=subject,
            count=self.count,
            until=self.until,
            stations=tuple(stations),
        )


def alike(network: Network, stations: Iterable[str], quantity: str, kind: Kind) -> Mapping[Sources, list[str]]:
    """Stations that give a quantity, by the intervals from which a period of a kind can be made of it."""
    found: dict[Sources, list[str]] = {}
    for name in stations:
        said = (one.partition(".") for one in network.stations[name].series)
        sources = sources_of([interval for given, _, interval in said if given == quantity], kind)
        if sources:
            found.setdefault(sources, []).append(name)
    return found
