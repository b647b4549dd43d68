"""Of which periods a collection of figures has anything: those in which something was said and that have ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from record.archive import Archive
from record.network import Collection, Network
from record.network.basin import Series
from record.network.interval import INTERVALS
from service.figures.collections import KINDS, collections_below
from service.figures.days import begins_of_days
from service.figures.means import needed_of_day
from service.figures.periods import FIRST, LAST, Kind, days_between, numbers
from service.figures.sources import rests_on, sources_of

_NONE: np.ndarray = np.empty(0, dtype=np.int64)
_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Times:
    """The times of a collection of figures, as of the first `count` entries of the journal.

    `until` is the report day (datetime64[D]) after the last that has ended.
    """

    archive: Archive
    network: Network
    collection: Collection
    count: int
    until: np.datetime64

    @property
    def kind(self) -> Kind:
        """The kind of its periods."""
        return KINDS[self.collection.interval]

    @cached_property
    def axes(self) -> dict[str, np.ndarray]:
        """Of each interval from which its figures can be made, the times of readings (int64, rising), where any are."""
        names = collections_below(self.network, self.collection)
        axes = {interval: self.archive.axis(name, self.count) for interval, name in names.items()}
        return {interval: axis for interval, axis in axes.items() if len(axis)}

    @cached_property
    def newest(self) -> dict[str, dict[str, int]]:
        """Of each of its series that has any, the last reading at each interval that it is made of, in seconds."""
        sources = {one.id: self._sources(one) for one in self.collection.series}
        asked = list(dict.fromkeys(name for names in sources.values() for name in names))
        said = self.archive.latest(asked, self.count) if asked else {}
        found = {
            name: {self.network.series[one].interval: int(said[one].time.timestamp()) for one in names if one in said}
            for name, names in sources.items()
        }
        return {name: times for name, times in found.items() if times}

    def stamps(self) -> np.ndarray:
        """The times of all periods of which it may have a figure, whatever is asked for; rising, in seconds."""
        spoke = {one.station for one in self.collection.series if one.id in self.newest}
        zones = {self.network.zone_of(station) for station in spoke}
        return np.unique(np.concatenate([_NONE, *(self._of_zone(zone) for zone in zones)]))

    def spans(self) -> dict[str, tuple[int, int]]:
        """Bounds of the times of each of its series that has any figure, in seconds."""
        found = {}
        zones = {self.network.zone_of(station) for station in self.collection.stations}
        begins = {zone: self._of_zone(zone)[:1].tolist() for zone in zones}
        for one in self.collection.series:
            if one.id in self.newest:
                zone, last = self.network.zone_of(one.station), self.newest[one.id]
                first = [self._stamp(interval, zone, int(self.axes[interval][0]), ended=False) for interval in last]
                end = [self._stamp(interval, zone, at, ended=True) for interval, at in last.items()]
                found[one.id] = max([min(first), *begins[zone]]), max(end)
        return {name: span for name, span in found.items() if span[0] <= span[1]}

    def _sources(self, series: Series) -> list[str]:
        """The declared series from which the figures of one are made."""
        names = {interval: f"{series.station}.{series.quantity}.{interval}" for interval in INTERVALS}
        given = [interval for interval, name in names.items() if name in self.network.series]
        return [names[interval] for group in sources_of(given, self.kind) for interval in group]

    def _of_zone(self, zone: ZoneInfo) -> np.ndarray:
        """The times of the periods of stations of a zone."""
        days = [days for interval, axis in self.axes.items() for days in self._days(interval, axis, zone)]
        if not days:
            return _NONE
        held = numbers(np.unique(np.concatenate(days)), self.kind, self.network.figures)
        return begins_of_days(np.unique(held.begin[held.end <= self.until]), time(), zone)

    def _days(self, interval: str, axis: np.ndarray, zone: ZoneInfo) -> Iterator[np.ndarray]:
        """The days (datetime64[D]) on which readings at an interval fall, at a station of the zone."""
        if not INTERVALS[interval].point:
            axis = self._of_its_own(axis, zone)
        if not len(axis):
            return
        low, high = (np.datetime64(int(at), "s").astype("datetime64[D]") for at in (axis[0], axis[-1]))
        first, last = max((low - 1).item(), FIRST), min((high + 3).item(), LAST)
        if first < last:
            days, needed = days_between(first, last), needed_of_day(interval, self.network.figures)
            begins = begins_of_days(days, *self._clock(interval, zone))
            yield days[:-1][np.diff(np.searchsorted(axis, begins)) >= needed]

    def _of_its_own(self, axis: np.ndarray, zone: ZoneInfo) -> np.ndarray:
        """Stamps of means but those at the midnight of another zone of the collection, which belong to its stations."""
        others = {self.network.zone_of(station) for station in self.collection.stations} - {zone}
        foreign = np.zeros(len(axis), dtype=bool)
        for other in others:
            foreign |= _is_midnight(axis, other)
        found: np.ndarray = axis[~foreign | _is_midnight(axis, zone)]
        return found

    def _clock(self, interval: str, zone: ZoneInfo) -> tuple[time, ZoneInfo]:
        """When a day begins for readings at an interval: means have days of their station, instants report days."""
        if INTERVALS[interval].point:
            return self.network.report_day.begins, self.network.report_day.tz
        return time(), zone

    def _stamp(self, interval: str, zone: ZoneInfo, at: int, *, ended: bool) -> int:
        """The time of the period in which a reading lies; where one that has `ended` is wanted, of the last such."""
        begins, clock = self._clock(interval, zone)
        local = datetime.fromtimestamp(at, clock)
        day = local.date() if local.time() >= begins else local.date() - timedelta(days=1)
        held = numbers(np.array([_clipped(day)], dtype="datetime64[D]"), self.kind, self.network.figures)
        if ended and held.end[0] > self.until:
            # The running period begins where the last that has ended does end.
            running = numbers(np.array([self.until]), self.kind, self.network.figures)
            held = numbers(running.begin - 1, self.kind, self.network.figures)
        return int(begins_of_days(held.begin, time(), zone)[0])


def times_of(
    archive: Archive, network: Network, collection: Collection, as_of: datetime | int | None, now: datetime
) -> Times:
    """The times of a collection of figures at the state of the journal that a question names."""
    count, last = rests_on(archive, network, as_of, now)
    until = np.datetime64(last + timedelta(days=1), "D")
    return Times(archive=archive, network=network, collection=collection, count=count, until=until)


def within(stamps: np.ndarray, interval: Sequence[datetime]) -> np.ndarray:
    """Those of the times (int64, rising) that lie in a half-open interval."""
    first, last = np.searchsorted(stamps, [one.timestamp() for one in interval])
    return stamps[first:last]


def _is_midnight(times: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    if not len(times):
        return np.zeros(0, dtype=bool)
    low, high = (np.datetime64(int(at), "s").astype("datetime64[D]") for at in (times[0], times[-1]))
    found: np.ndarray = np.isin(times, begins_of_days(np.arange(low - 1, high + 3), time(), zone))
    return found


def _clipped(day: date) -> date:
    return min(max(day, FIRST), LAST)
