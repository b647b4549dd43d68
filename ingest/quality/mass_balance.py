"""The mass balance of a reservoir: what came in and did not go out is in it, but for what evaporates and seeps.

Source: WMO-No. 168, Guide to Hydrological Practices, volume I, water balance of a lake or reservoir:
dS/dt = I - R + residual. One m3/s over a day is 0.0864 million m3.
"""

import numpy as np
from numpy.typing import NDArray

from ingest.quality.graded import graded

DAY = 86_400
_MILLION = 1e6


def mass_balance(
    change: NDArray[np.float64], volume: NDArray[np.float64], suspect: NDArray[np.float64], fail: NDArray[np.float64]
) -> NDArray[np.int8]:
    """Flags of days by how far the `change` of storage lies from the `volume` that came in less what went out.

    All of shape (n,) and in million m3 a day; NaN in either of the first two is unknown, a limit of NaN is none.

    >>> mass_balance(np.array([1.0, 4.0, 9.0, np.nan]), np.zeros(4), np.full(4, 2.5), np.full(4, 8.0)).tolist()
    [1, 3, 4, 2]
    """
    return graded(np.abs(change - volume), suspect, fail)


def volume_between(
    start: NDArray[np.int64], end: NDArray[np.int64], time: NDArray[np.int64], mean: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Million m3 that flowed from `start` to `end` (seconds since 1970), of shape (n,); NaN where a part is unknown.

    `mean` (m,) are daily means in m3/s and `time` their rising starts. A day lasts until the next one begins, which is
    an hour later or earlier where clocks were changed, or else 24 hours.

    >>> days = np.arange(3) * 86_400
    >>> volume_between(np.array([0, 43_200, 86_400]), np.array([86_400, 129_600, 345_600]), days, np.full(3, 10.0))
    array([0.864, 0.864,   nan])
    """
    if not len(time):
        return np.full(start.shape, np.nan)
    until = np.append(np.where(np.diff(time) <= DAY + 3600, time[1:], time[:-1] + DAY), time[-1] + DAY)
    edges = np.column_stack([time, until]).ravel()
    lasts = until - time
    # Both grow by the day and stand still over what nobody told.
    known = np.repeat(np.cumsum(lasts), 2) - np.column_stack([lasts, np.zeros_like(lasts)]).ravel()
    flowed = np.cumsum(mean * lasts)
    volume = np.repeat(flowed, 2) - np.column_stack([mean * lasts, np.zeros_like(mean)]).ravel()
    covered = np.interp(end, edges, known) - np.interp(start, edges, known)
    between = (np.interp(end, edges, volume) - np.interp(start, edges, volume)) / _MILLION
    found: NDArray[np.float64] = np.where(np.abs(covered - (end - start)) < 1, between, np.nan)
    return found
