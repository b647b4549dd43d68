"""Gaps: a reading that comes too long after the one before it does not follow it, and says nothing with it.

Source: U.S. IOOS QARTOD manuals, test "timing/gap". What is missing is no fault of the value that comes after it, so
that such a value is unknown here and never suspect.
"""

import numpy as np
from numpy.typing import NDArray

from record.entry import Flag

HOUR = 3600


def follows(series: NDArray[np.int64], time: NDArray[np.int64], hours: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each reading follows the one before it: the same series, and a step of at most `hours` (inclusive).

    All of shape (n,), sorted by `series` and within a series by `time`, in seconds since 1970.

    >>> follows(np.array([0, 0, 0, 1]), np.array([0, 3600, 10801, 10900]), np.full(4, 2.0)).tolist()
    [False, True, False, False]
    """
    found = np.zeros(time.shape, dtype=bool)
    found[1:] = (series[1:] == series[:-1]) & (np.diff(time) <= hours[1:] * HOUR)
    return found


def gap(following: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Flags of readings that follow the one before them, or do not: good, or unknown."""
    return np.where(following, Flag.GOOD, Flag.UNKNOWN).astype(np.int8)


def gaps(time: NDArray[np.int64], hours: float) -> list[tuple[int, int]]:
    """The gaps of one series with rising times: the last reading before and the first after each, seconds since 1970.

    >>> gaps(np.array([0, 3600, 14400, 18000]), 1)
    [(3600, 14400)]
    """
    wide = np.flatnonzero(np.diff(time) > hours * HOUR)
    return list(zip(time[wide].tolist(), time[wide + 1].tolist(), strict=True))
