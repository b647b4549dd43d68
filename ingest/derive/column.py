"""What stands in one series, as columns: what a rule computes from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from record.entry import Flag
from record.network.basin import Series
from record.quantities import ENTRY, FLAG, ROW

NOBODY = -1
"""The entry of what nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """The readings of a series by rising time: seconds since 1970, values (NaN: missing), flags, and their entries.

    `rows` are the numbers of their rows in those entries.
    """

    times: NDArray[np.int64]
    values: NDArray[np.float64]
    flags: NDArray[np.int8]
    entries: NDArray[np.int64]
    rows: NDArray[np.int64]

    def usable(self) -> NDArray[np.float64]:
        """The values that something may be computed from: NaN where missing, and where flagged bad."""
        return np.where(self.flags == Flag.BAD, np.nan, self.values)

    def suspect(self) -> NDArray[np.bool_]:
        """Which readings are flagged suspect."""
        marked: NDArray[np.bool_] = self.flags == Flag.SUSPECT
        return marked

    def within(self, start: int, end: int) -> "Column":
        """The readings of `start <= time < end`."""
        part = slice(*np.searchsorted(self.times, [start, end]).tolist())
        return self._at(part)

    def only(self, kept: NDArray[np.bool_]) -> "Column":
        """The readings for which `kept` is true."""
        return self._at(kept)

    def _at(self, kept: Any) -> "Column":
        return Column(
            times=self.times[kept],
            values=self.values[kept],
            flags=self.flags[kept],
            entries=self.entries[kept],
            rows=self.rows[kept],
        )


def column_of(found: xr.Dataset, series: Series) -> Column:
    """The readings of one series of a dataset that the archive gave."""
    station = found["station_id"].values.tolist().index(series.station)
    said = {kind: found[series.quantity + kind].values[station] for kind in ("", FLAG, ENTRY, ROW)}
    spoken = said[ENTRY] != NOBODY
    return Column(
        times=found["time"].values[spoken].astype(np.int64),
        values=said[""][spoken],
        flags=said[FLAG][spoken],
        entries=said[ENTRY][spoken],
        rows=said[ROW][spoken].astype(np.int64),
    )
