"""What was said of stations within report days, reading by reading: who spoke, what changed at the same hours.

Daily means and means of longer periods go by the calendar of their station, all other readings by the report day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from record.network import Network
from record.network.basin import Series
from record.network.interval import INTERVALS
from record.quantities import ENTRY, FLAG, STATUS
from record.selection import Selection
from service.figures.days import begins_of_days, by_collection
from service.figures.means import USABLE
from service.figures.reads import Reads

_MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Said:
    """Readings of some of the stations that were asked for, `rows`: arrays (row, time).

    `since` is the time from `begin`, that of the day or days, both in seconds, `status` how far each was reviewed.
    """

    rows: np.ndarray
    begin: int
    since: np.ndarray
    value: np.ndarray
    flag: np.ndarray
    entry: np.ndarray
    status: np.ndarray

    def at(self, places: np.ndarray) -> "Said":
        """The readings at some of its times."""
        layers = {name: getattr(self, name)[:, places] for name in ("value", "flag", "entry", "status")}
        return Said(rows=self.rows, begin=self.begin, since=self.since[places], **layers)

    @property
    def usable(self) -> np.ndarray:
        """Which of them count."""
        found: np.ndarray = ~np.isnan(self.value) & np.isin(self.flag, USABLE)
        return found

    @property
    def used(self) -> np.ndarray:
        """Which of them a value is made of: the usable ones, and where there is none those flagged bad."""
        usable, valued = self.usable, ~np.isnan(self.value)
        found: np.ndarray = np.where(usable.any(axis=1, keepdims=True), usable, valued)
        return found


def bounds_of(network: Network, interval: str, zone: ZoneInfo, begin: date, end: date) -> tuple[int, int]:
    """When the days `begin <= day < end` begin and end for a series at an interval in a zone, in seconds."""
    own = not INTERVALS[interval].point
    clock = (time(), zone) if own else (network.report_day.begins, network.report_day.tz)
    first, last = begins_of_days(np.array([begin, end], dtype="datetime64[D]"), *clock).tolist()
    return first, last


def said(
    archive: Reads,
    network: Network,
    stations: Sequence[str],
    named: tuple[str, str],
    days: tuple[date, date],
    count: int,
    *,
    reviewed: bool = False,
) -> Iterator[Said]:
    """What was said of a quantity at an interval, `named`, on the days `begin <= day < end`, by collection and zone.

    The parts come in the same order whatever days are asked for. `status` is 0 where it is not asked for as `reviewed`.
    """
    quantity, interval = named
    place_of = {name: row for row, name in enumerate(stations)}
    start, end = (datetime.combine(day, time(12), UTC) for day in (days[0] - _MARGIN, days[1] + _MARGIN))
    for series in by_collection(network, stations, quantity, interval):
        names = tuple(one.id for one in series)
        dataset = archive.select(Selection(series=names, start=start, end=end, as_of=count, status=reviewed))
        times = dataset["time"].values.astype("datetime64[s]").astype(np.int64)
        row_of = {name: row for row, name in enumerate(dataset["station_id"].values.tolist())}
        layers = [dataset[f"{quantity}{more}"].values for more in ("", FLAG, ENTRY)]
        layers.append(dataset[f"{quantity}{STATUS}"].values if reviewed else np.zeros(layers[0].shape, dtype=np.int8))
        for zone, whose in _by_zone(network, series).items():
            first, past = bounds_of(network, interval, zone, *days)
            within = slice(*np.searchsorted(times, [first, past]).tolist())
            own = [row_of[one.station] for one in whose]
            value, flag, entry, status = (layer[own, within] for layer in layers)
            rows = np.array([place_of[one.station] for one in whose])
            since = times[within] - first
            yield Said(rows=rows, begin=first, since=since, value=value, flag=flag, entry=entry, status=status)


def spoken(archive: Reads, network: Network, series: Sequence[str], days: tuple[date, date], count: int) -> set[str]:
    """The stations of which anything was said by one of these series on the days."""
    found: set[str] = set()
    asked: dict[tuple[str, str], list[str]] = {}
    for name in series:
        one = network.series[name]
        asked.setdefault((one.quantity, one.interval), []).append(one.station)
    for named, stations in asked.items():
        for part in said(archive, network, stations, named, days, count):
            found |= {stations[row] for row in part.rows[(part.entry >= 0).any(axis=1)].tolist()}
    return found


def _by_zone(network: Network, series: Sequence[Series]) -> dict[ZoneInfo, list[Series]]:
    found: dict[ZoneInfo, list[Series]] = {}
    for one in series:
        found.setdefault(network.zone_of(one.station), []).append(one)
    return found
