"""What was read at 08:00 of the clock of a reservoir: the state that closes a report day, and opens the next.

The water account starts and ends its balances from these same readings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import xarray as xr

from record.entry import Flag
from record.network import Network
from service.figures.days import BASES
from service.figures.means import NOBODY, USABLE
from service.figures.reads import Reads
from service.figures.terms import AT_AN_INSTANT, HOURS, read_terms

_DAY = timedelta(days=1)
_MORNING = time(8)
_EIGHT = HOURS.index(_MORNING.hour)
_PLACES = np.array([*(BASES.index(interval) for interval in AT_AN_INSTANT), NOBODY], dtype=np.int8)
"""The place in `BASES` of each interval at an instant; at the end, of none."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Morning:
    """Arrays (station): what was said at 08:00 of a day, NaN for nothing; `basis` holds the bit of its interval.

    `time` is that instant in seconds since 1970, whether anything was said then or not.
    """

    value: np.ndarray
    flag: np.ndarray
    entry: np.ndarray
    basis: np.ndarray
    time: np.ndarray

    @property
    def usable(self) -> np.ndarray:
        """Which of them count."""
        found: np.ndarray = ~np.isnan(self.value) & np.isin(self.flag, USABLE)
        return found

    @property
    def counted(self) -> np.ndarray:
        """The values of those, NaN elsewhere."""
        found: np.ndarray = np.where(self.usable, self.value, np.nan)
        return found

    @property
    def bad(self) -> np.ndarray:
        """Which of them were flagged bad."""
        found: np.ndarray = self.flag == int(Flag.BAD)
        return found

    @property
    def hidden(self) -> "Morning":
        """The same instants, of which nothing is known yet."""
        return Morning(
            value=np.full_like(self.value, np.nan),
            flag=np.full_like(self.flag, int(Flag.MISSING)),
            entry=np.full_like(self.entry, NOBODY),
            basis=np.zeros_like(self.basis),
            time=self.time,
        )

    @property
    def entries(self) -> Mapping[int, tuple[int, ...]]:
        """By row, the entry of the reading."""
        return {row: (entry,) for row, entry in enumerate(self.entry.tolist()) if entry >= 0}


def morning_of(
    archive: Reads, network: Network, stations: Sequence[str], quantity: str, day: date, count: int
) -> Morning:
    """The readings of the morning of a day, each by the clock of its own station."""
    said = read_terms(archive, network, stations, quantity, day, day + _DAY, count).isel(day=0, hour=_EIGHT)
    place = _PLACES[said["basis"].values.astype(np.int64)].astype(np.int64)
    return Morning(
        value=said["value"].values,
        flag=said["flag"].values.astype(np.int8),
        entry=said["entry"].values.astype(np.int64),
        basis=np.where(place >= 0, 1 << np.maximum(place, 0), 0),
        time=np.array([hour_of(network, station, day).timestamp() for station in stations], dtype=np.int64),
    )


def hour_of(network: Network, station: str, day: date) -> datetime:
    """08:00 of a day on the clock of a station."""
    return datetime.combine(day, _MORNING, network.zone_of(station))


def mornings(
    archive: Reads, network: Network, stations: Sequence[str], quantity: str, days: tuple[date, date], count: int
) -> xr.Dataset:
    """The readings of the mornings `begin <= day < end`, laid out as `read_days` gives the values of days."""
    said = read_terms(archive, network, stations, quantity, *days, count).isel(hour=_EIGHT, drop=True)
    there = said["value"].notnull()
    return said.assign(
        readings=there.astype(np.int64),
        left_out=there.astype(np.int64) * 0,
        basis=said["basis"].copy(data=_PLACES[said["basis"].values.astype(np.int64)]),
    ).assign_coords(nature=("station", [network.station(name).nature.value for name in stations]))
