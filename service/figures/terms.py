"""The readings of the morning and of the evening: what a station said at 08:00 and at 20:00 of its own clock."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

import numpy as np
import xarray as xr

from record.entry import Flag
from record.network import Network
from record.network.basin import Series
from record.quantities import ENTRY, FLAG, quantity_of
from record.selection import Selection
from service.figures.days import begins_of_days, by_collection, counted, noon_of, refuse_ungiven
from service.figures.means import NOBODY
from service.figures.periods import days_between
from service.figures.reads import Reads

HOURS = (8, 20)
AT_AN_INSTANT = ("term", "hourly", "10-minute")
_MARGIN = np.timedelta64(2, "D")


def read_terms(
    archive: Reads,
    network: Network,
    stations: Sequence[str],
    quantity: str,
    begin: date,
    end: date,
    as_of: datetime | int | None = None,
    bases: Sequence[str] = AT_AN_INSTANT,
) -> xr.Dataset:
    """What was read exactly at the hours of `HOURS` on each calendar day of the station's zone, `begin <= day < end`.

    Dims (station, day, hour): `value` in the unit of the quantity, as it was said, whatever its `flag`; `entry` the
    index of its entry and `basis` the place in `AT_AN_INSTANT` of its interval, -1 where there is no value. Taken
    from the first of `bases` that has a value at that instant.
    Raises as `read_days` does.
    """
    days, place_of = days_between(begin, end), {name: row for row, name in enumerate(stations)}
    for station in stations:
        refuse_ungiven(network, station, quantity)
    count, shape = counted(archive, as_of), (len(stations), len(days), len(HOURS))
    value, flag = np.full(shape, np.nan), np.full(shape, int(Flag.MISSING), dtype=np.int8)
    entry, basis = np.full(shape, NOBODY, dtype=np.int64), np.full(shape, NOBODY, dtype=np.int8)
    for interval in bases if begin < end else ():
        for series in by_collection(network, stations, quantity, interval):
            for whose, said in _read(archive, network, series, days, count):
                rows = np.array([place_of[one.station] for one in whose])
                taken = np.isnan(value[rows]) & ~np.isnan(said[0])
                basis[rows] = np.where(taken, AT_AN_INSTANT.index(interval), basis[rows])
                for mine, others in zip([value, flag, entry], said, strict=True):
                    mine[rows] = np.where(taken, others, mine[rows])
    dims, known = ("station", "day", "hour"), quantity_of(quantity)
    return xr.Dataset(
        {
            "value": (dims, value, {"units": known.udunits}),
            "flag": (dims, flag),
            "entry": (dims, entry),
            "basis": (dims, basis),
        },
        coords={"station": list(stations), "day": days.astype("datetime64[s]"), "hour": list(HOURS)},
        attrs={"quantity": quantity, "journal_size": count},
    )


def _read(
    archive: Reads, network: Network, series: Sequence[Series], days: np.ndarray, count: int
) -> Iterator[tuple[list[Series], list[np.ndarray]]]:
    """Value, flag and entry (series, day, hour) of series of one collection, by zone."""
    quantity, start, end = series[0].quantity, noon_of(days[0] - _MARGIN), noon_of(days[-1] + _MARGIN)
    names = tuple(one.id for one in series)
    dataset = archive.select(Selection(series=names, start=start, end=end, as_of=count))
    times = dataset["time"].values.astype("datetime64[s]").astype(np.int64)
    row_of = {name: row for row, name in enumerate(dataset["station_id"].values.tolist())}
    for zone in {network.zone_of(one.station).key: network.zone_of(one.station) for one in series}.values():
        whose = [one for one in series if network.zone_of(one.station) == zone]
        rows = np.array([row_of[one.station] for one in whose])
        asked = np.stack([begins_of_days(days, time(hour), zone) for hour in HOURS], axis=-1)
        yield (
            whose,
            [
                _at(times, asked, dataset[f"{quantity}{more}"].values[rows], nothing)
                for more, nothing in (("", np.nan), (FLAG, int(Flag.MISSING)), (ENTRY, NOBODY))
            ],
        )


def _at(times: np.ndarray, asked: np.ndarray, layer: np.ndarray, nothing: float) -> np.ndarray:
    """What a layer (row, time) holds at each instant asked for; `nothing` where its time is not there."""
    if not len(times):
        return np.full((len(layer), *asked.shape), nothing)
    place = np.minimum(np.searchsorted(times, asked), len(times) - 1)
    return np.where(times[place] == asked, layer[:, place], nothing)
