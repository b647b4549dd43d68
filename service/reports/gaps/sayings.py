"""What was said of a report's period: the readings of many series at once, with the report day of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from record.archive import Archive
from record.network import Collection, Network
from record.network.basin import Series
from record.quantities import ENTRY, FLAG
from record.selection import Selection
from service.figures.days import BY_PREFERENCE, begins_of_days
from service.figures.means import NOBODY, means, needed_of_day
from service.figures.periods import days_between
from service.reports.report import Span

_READINGS_A_DAY = {"daily": 1, "term": 4, "hourly": 24, "10-minute": 144}
_CELLS = 8_000_000
"""So many cells are read at a time: a season of a thousand 10-minute gauges does not fit into memory."""
_MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The report days `begin <= day < end` of a period so far, and when they begin for each kind of series.

    A daily mean belongs to the day whose date its stamp bears in the calendar of its station, any other reading to the
    day within whose bounds it falls.
    """

    network: Network
    begin: date
    end: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.end - self.begin).days

    def begins(self, interval: str, zone: ZoneInfo) -> np.ndarray:
        """When each day begins, and the day after the last (int64, seconds), for series of an interval in a zone."""
        report_day = self.network.report_day
        following = date.fromordinal(self.end.toordinal() + 1)
        clock = (time(), zone) if interval == "daily" else (report_day.begins, report_day.tz)
        return begins_of_days(days_between(self.begin, following), *clock)

    def holds(self, series: Series, moment: datetime) -> bool:
        """Whether a reading of that time is one of the period."""
        bounds = self.begins(series.interval, self.network.zone_of(series.station))
        return bool(bounds[0] <= moment.timestamp() < bounds[-1])

    @property
    def around(self) -> tuple[datetime, datetime]:
        """A time before the first reading of the period in any zone, and one behind its last."""
        first, last = (datetime.combine(day, time(), UTC) for day in (self.begin, self.end))
        return first - _MARGIN, last + _MARGIN


def calendar_of(network: Network, span: Span) -> Calendar:
    """The calendar of a report's period, up to the day before which it is known."""
    return Calendar(network=network, begin=span.begin, end=max(span.until, span.begin))


@dataclass(frozen=True, eq=False, kw_only=True)
class Sayings:
    """Readings of series of one quantity, interval and zone: `time` (int64, seconds) rises, `day` counts from 0.

    `value`, `flag` and `entry` are (series, time): what stands; entry -1 where nobody spoke. `needed` readings make the
    value of a day, of which there are `days`.
    """

    series: tuple[Series, ...]
    time: np.ndarray
    day: np.ndarray
    value: np.ndarray
    flag: np.ndarray
    entry: np.ndarray
    days: int
    needed: int

    @cached_property
    def spoke(self) -> np.ndarray:
        """Whether anything was said of each series."""
        return np.asarray((self.entry >= 0).any(axis=1))

    @cached_property
    def lacks(self) -> np.ndarray:
        """Of which days a series has no value (series, day)."""
        of_days = means(self.value, self.flag, slot=self.day, count=self.days, needed=self.needed)
        return np.asarray(np.isnan(of_days.value))


def read(archive: Archive, calendar: Calendar, count: int) -> Iterator[Sayings]:
    """The readings of a period as the first `count` entries say them, of all series that make values of days."""
    start, end = calendar.around
    for collection in calendar.network.collections.values():
        if collection.interval not in BY_PREFERENCE:
            continue
        for stations in _portions(collection, calendar.days):
            series = collection.of_stations(stations)
            names = tuple(one.id for one in series)
            answer = archive.answer(Selection(series=names, start=start, end=end, as_of=count))
            row_of = {about.id: row for row, about in enumerate(answer.heading.stations)}
            for (quantity, zone), mine in _alike(calendar.network, series).items():
                rows = [row_of[one.station] for one in mine]
                layers = [answer.layers[f"{quantity}{kind}"][rows] for kind in ("", FLAG, ENTRY)]
                yield _within(calendar, tuple(mine), zone, answer.time, layers)


def _portions(collection: Collection, days: int) -> Iterator[Sequence[str]]:
    of_station = _READINGS_A_DAY[collection.interval] * max(days, 1) * len(collection.quantities)
    size = max(_CELLS // of_station, 1)
    for first in range(0, len(collection.stations), size):
        yield collection.stations[first : first + size]


def _alike(network: Network, series: Sequence[Series]) -> dict[tuple[str, ZoneInfo], list[Series]]:
    found: dict[tuple[str, ZoneInfo], list[Series]] = {}
    for one in series:
        found.setdefault((one.quantity, network.zone_of(one.station)), []).append(one)
    return found


def _within(
    calendar: Calendar, series: tuple[Series, ...], zone: ZoneInfo, times: np.ndarray, layers: list[np.ndarray]
) -> Sayings:
    interval = series[0].interval
    begins = calendar.begins(interval, zone)
    within = slice(*np.searchsorted(times, [begins[0], begins[-1]]).tolist())
    value, flag, entry = (layer[:, within] for layer in layers)
    # Midnights of one zone are no times of the other.
    said = (entry > NOBODY).any(axis=0)
    return Sayings(
        series=series,
        time=times[within][said],
        day=np.searchsorted(begins, times[within][said], side="right") - 1,
        value=value[:, said],
        flag=flag[:, said],
        entry=entry[:, said],
        days=calendar.days,
        needed=needed_of_day(interval, calendar.network.figures),
    )
