"""The newest reading of every series as plain columns, straight from the one small table that keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from record.archive.rows import NOBODY, numbers_of

_SAID = "SELECT series, time, {value}, flag, entry FROM latest"
_SAID_OF_FEW = f"{_SAID} WHERE series {{among}}"
_COLUMNS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Newest:
    """One row a series: `time` (int64, seconds since 1970), `value` (float64, NaN where missing) and `flag` (int8).

    `entry` (int64) is -1 for a series that never spoke.
    """

    time: np.ndarray
    value: np.ndarray
    flag: np.ndarray
    entry: np.ndarray

    def of(self, numbers: Sequence[int | None]) -> "Newest":
        """The rows of the series of those numbers, in their order; what is not held never spoke."""
        held = len(self.entry)
        # The last row is that of nobody.
        rows = np.array([held - 1 if no is None or no >= held else no for no in numbers], dtype=np.int64)
        return Newest(self.time[rows], self.value[rows], self.flag[rows], self.entry[rows])


def read(connection: Connection, numbers: Sequence[int] | None = None) -> Newest:
    """The newest reading of every series, or of those of some numbers, each in the row of its number."""
    if numbers is None:
        found = numbers_of(connection, _SAID, _COLUMNS)
    else:
        found = numbers_of(connection, _SAID_OF_FEW, _COLUMNS, numbers)
    series = found[:, 0].astype(np.int64)
    count = int(series.max()) + 2 if len(series) else 1
    held = Newest(
        time=np.zeros(count, dtype=np.int64),
        value=np.full(count, np.nan),
        flag=np.zeros(count, dtype=np.int8),
        entry=np.full(count, NOBODY, dtype=np.int64),
    )
    held.time[series], held.flag[series], held.entry[series] = found[:, 1], found[:, 3], found[:, 4]
    held.value[series] = np.where(np.isinf(found[:, 2]), np.nan, found[:, 2])
    return held
