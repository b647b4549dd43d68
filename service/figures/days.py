"""Daily values of many stations at once, by report day, each from the best interval that has one.

A daily mean belongs to the report day whose date its stamp bears in the calendar of its station; so do, for every day
of theirs, means of 10-day periods and of months. All other readings belong to the report day within whose bounds they
fall. `service.reports.known` goes by the same rules, with the same function for the mean.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import xarray as xr

from record.errors import UnknownName
from record.network import Network
from record.network.basin import Series
from record.quantities import ENTRY, FLAG, quantity_of
from record.selection import Selection
from service.figures.means import NOBODY, Means, means, needed_of_day, nothing
from service.figures.periods import Kind, days_between, numbers
from service.figures.reads import Reads

BY_PREFERENCE = ("daily", "hourly", "10-minute", "term")
"""Which interval a day's value is taken from: the first with a usable one, else the first with one flagged bad."""

BASES = (*BY_PREFERENCE, "10-day", "monthly")
"""All intervals that a day's value can come from; `basis` in datasets is the place in this tuple, -1 for none."""

_PERIOD_OF = {"10-day": Kind.TEN_DAYS, "monthly": Kind.MONTH}
_BY_CALENDAR = ("daily", *_PERIOD_OF)
_MARGIN = np.timedelta64(2, "D")
_WEEK = 7


def read_days(
    archive: Reads,
    network: Network,
    stations: Sequence[str],
    quantity: str,
    begin: date,
    end: date,
    as_of: datetime | int | None = None,
    bases: Sequence[str] = BY_PREFERENCE,
) -> xr.Dataset:
    """The value of a quantity on each report day `begin <= day < end` at stations, each named once.

    Dims (station, day); `day` is midnight of the date, in no zone: take it as datetime64[D].
    `value` in the unit of the quantity, of hourly and 10-minute readings where the declared share of a day's is there;
    `flag`, `readings`, `left_out` as `Means` has them; `basis` the place in
    `BASES` of the interval that it comes from; `entry` the newest journal entry on which it rests; -1 for none.
    `bases` are the intervals to take it from, the best first: of "10-day" and "monthly" each day has the mean of its
    period. All rests on one state of the journal, that of `as_of`; its size is the attribute `journal_size`.
    Raises `UnknownName` for a station, or a quantity that it does not give, `SelectionError` for an impossible range.
    """
    days, place_of = days_between(begin, end), {name: row for row, name in enumerate(stations)}
    for station in stations:
        refuse_ungiven(network, station, quantity)
    count = counted(archive, as_of)
    found, basis = nothing(len(stations), len(days)), np.full((len(stations), len(days)), NOBODY, dtype=np.int8)
    for interval in bases if begin < end else ():
        for series in by_collection(network, stations, quantity, interval):
            rows = np.array([place_of[one.station] for one in series])
            taken = found.fill(rows, _read(archive, network, series, days, count))
            basis[rows] = np.where(taken, BASES.index(interval), basis[rows])
    return _dataset(network, stations, quantity, days, found, basis).assign_attrs(journal_size=count)


def counted(archive: Reads, as_of: datetime | int | None) -> int:
    """How many entries a question rests on: the first so many, those of before a time, or all that there are now.

    Raises `SelectionError` for more than there are.
    """
    return archive.counted(as_of)


def refuse_ungiven(network: Network, station: str, quantity: str) -> None:
    """Raise `UnknownName` where the station is not declared, or gives no such quantity."""
    given = {said.partition(".")[0] for said in network.station(station).series}
    if quantity not in given:
        raise UnknownName(f"{station} gives no {quantity[:40]!r}: use one of {', '.join(sorted(given))}")


def begins_of_days(days: np.ndarray, begins: time, zone: ZoneInfo) -> np.ndarray:
    """When each day (datetime64[D]) begins at that hour of the zone: seconds since 1970, int64."""
    seconds = begins.hour * 3600 + begins.minute * 60 + begins.second
    local = days.astype("datetime64[s]") + np.timedelta64(seconds, "s")
    found: np.ndarray = local.astype(np.int64) - _offsets(local, zone)
    return found


def _offsets(local: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """The offset of the zone, seconds, at each local time; of days in a row it is asked for once a week."""
    if len(local) <= _WEEK or local[-1] - local[0] != (len(local) - 1) * np.timedelta64(1, "D"):
        return _each_offset(local, zone)
    edges = np.unique(np.append(np.arange(0, len(local), _WEEK), len(local) - 1))
    asked = _each_offset(local[edges], zone)
    found: np.ndarray = np.repeat(asked[:-1], np.diff(edges))
    found = np.append(found, asked[-1])
    # No zone changes its offset and back within a week: where both ends of one differ each of its days is asked for.
    for place in np.flatnonzero(np.diff(asked)).tolist():
        first, last = edges[place], edges[place + 1]
        found[first:last] = _each_offset(local[first:last], zone)
    return found


def _each_offset(local: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    # The zone alone knows what its offset was.
    given = (offset.total_seconds() for offset in map(zone.utcoffset, local.tolist()) if offset is not None)
    return np.fromiter(given, dtype=np.int64, count=len(local))


def by_collection(network: Network, stations: Sequence[str], quantity: str, interval: str) -> Iterator[list[Series]]:
    """The series of the stations at an interval, parted by collection, for one question asks of one."""
    found: dict[str, list[Series]] = {}
    for station in stations:
        series = network.series.get(f"{station}.{quantity}.{interval}")
        if series is not None:
            found.setdefault(series.collection, []).append(series)
    yield from found.values()


def _read(archive: Reads, network: Network, series: Sequence[Series], days: np.ndarray, count: int) -> Means:
    """Means (series, day) of series of one collection, all of one quantity."""
    interval, quantity = series[0].interval, series[0].quantity
    bounds, spread = _bounds(days, interval, network)
    start, end = (noon_of(day) for day in (bounds[0] - _MARGIN, bounds[-1] + _MARGIN))
    names = tuple(one.id for one in series)
    dataset = archive.select(Selection(series=names, start=start, end=end, as_of=count))
    times = dataset["time"].values.astype("datetime64[s]").astype(np.int64)
    value, flag, entry = (dataset[f"{quantity}{more}"].values for more in ("", FLAG, ENTRY))
    row_of = {name: row for row, name in enumerate(dataset["station_id"].values.tolist())}
    found, needed = nothing(len(series), len(days)), needed_of_day(interval, network.figures)
    if not len(times):
        return found
    for zone, places in _by_zone(network, series, interval).items():
        rows = np.array([row_of[series[place].station] for place in places])
        begins = begins_of_days(bounds, time() if interval in _BY_CALENDAR else network.report_day.begins, zone)
        # Midnights of one zone are no times of the other: those at which none of these stations spoke are passed over.
        said = np.flatnonzero((entry[rows] >= 0).any(axis=0))
        slot = np.searchsorted(begins, times[said], side="right") - 1
        layers = (layer[np.ix_(rows, said)] for layer in (value, flag, entry))
        of_zone = means(*layers, slot=slot, count=len(bounds) - 1, needed=needed)
        found.put(np.array(places), of_zone, spread)
    return found


def _bounds(days: np.ndarray, interval: str, network: Network) -> tuple[np.ndarray, np.ndarray]:
    """The days on which the periods of an interval begin and the last one ends; and which of them holds each day."""
    if interval not in _PERIOD_OF:
        return np.append(days, days[-1] + 1), np.arange(len(days))
    held = numbers(days, _PERIOD_OF[interval], network.figures)
    begins, spread = np.unique(held.begin, return_inverse=True)
    return np.append(begins, held.end[-1]), spread


def _by_zone(network: Network, series: Sequence[Series], interval: str) -> dict[ZoneInfo, list[int]]:
    """Places of the series by the zone whose hours part their days: their stations' own, or that of the report day."""
    found: dict[ZoneInfo, list[int]] = {}
    for place, one in enumerate(series):
        zone = network.zone_of(one.station) if interval in _BY_CALENDAR else network.report_day.tz
        found.setdefault(zone, []).append(place)
    return found


def noon_of(day: np.datetime64) -> datetime:
    """Noon in UTC of a day (datetime64[D])."""
    return datetime.combine(day.astype("datetime64[D]").item(), time(12), UTC)


def _dataset(
    network: Network, stations: Sequence[str], quantity: str, days: np.ndarray, found: Means, basis: np.ndarray
) -> xr.Dataset:
    known, dims = quantity_of(quantity), ("station", "day")
    return xr.Dataset(
        {
            "value": (dims, found.value, {"units": known.udunits, "long_name": f"daily mean of {known.long_name}"}),
            "flag": (dims, found.flag),
            "readings": (dims, found.readings),
            "left_out": (dims, found.left_out),
            "entry": (dims, found.newest),
            "basis": (dims, basis),
        },
        coords={
            "station": list(stations),
            "day": days.astype("datetime64[s]"),
            "nature": ("station", [network.station(name).nature.value for name in stations]),
        },
        attrs={"quantity": quantity},
    )
