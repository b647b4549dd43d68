"""What a series said before: the rows that stood once and were superseded, as columns."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from record.archive.rows import numbers_of

_ROWS = """SELECT time, entry, {value}, ended FROM superseded
    WHERE series = {one} AND time >= {one} AND time < {one} AND ended < {one} ORDER BY time, ended"""


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """Rows by time and then by the entry that `ended` each: `value` (float64, NaN where missing), said by `entry`."""

    time: np.ndarray
    entry: np.ndarray
    value: np.ndarray
    ended: np.ndarray


def read(connection: Connection, number: int | None, start: int, end: int, count: int) -> Before:
    """What the first `count` entries superseded of a series by its number, start <= time < end."""
    asked = () if number is None else (number, start, end, count)
    found = numbers_of(connection, _ROWS, 4, *asked) if asked else np.empty((0, 4))
    time, entry, ended = (found[:, column].astype(np.int64) for column in (0, 1, 3))
    return Before(time, entry, np.where(np.isinf(found[:, 2]), np.nan, found[:, 2]), ended)
