"""The rate of change: water rises and falls no faster than a river can.

Source: U.S. IOOS QARTOD, Manual for Real-Time Quality Control of Water Level Data, test "rate of change"; the
thresholds are declared, and steps may be uneven.
"""

import numpy as np
from numpy.typing import NDArray

from ingest.quality.gap import HOUR
from ingest.quality.graded import graded


def rate_of_change(
    time: NDArray[np.int64],
    value: NDArray[np.float64],
    following: NDArray[np.bool_],
    suspect: NDArray[np.float64],
    fail: NDArray[np.float64],
) -> NDArray[np.int8]:
    """Flags of readings by their change since the one before, all of shape (n,); unknown where they follow none.

    `suspect` and `fail` are in the unit of the values an hour: faster is suspect, or bad; NaN is no limit.

    >>> hourly, lone = np.arange(4) * 3600, np.array([False, True, True, True])
    >>> limits = np.full(4, 2.0), np.full(4, 5.0)
    >>> rate_of_change(hourly, np.array([10.0, 12.0, 9.5, 15.0]), lone, *limits).tolist()
    [2, 1, 3, 4]
    """
    rate = np.full(time.shape, np.nan)
    at = np.flatnonzero(following)
    rate[at] = np.abs(value[at] - value[at - 1]) / (time[at] - time[at - 1]) * HOUR
    return graded(rate, suspect, fail)
