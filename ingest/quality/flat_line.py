"""The flat line: a gauge that is stuck tells the same value for longer than any water stays.

Source: U.S. IOOS QARTOD, Manual for Real-Time Quality Control of Water Level Data, test "flat line", over hours instead
of counts of readings, since steps may be uneven.
"""

import numpy as np
from numpy.typing import NDArray

from ingest.quality.gap import HOUR
from ingest.quality.graded import SLIP
from record.entry import Flag

_NOWHERE = -1
_APART = np.int64(1 << 38)


def flat_line(
    time: NDArray[np.int64],
    value: NDArray[np.float64],
    following: NDArray[np.bool_],
    tolerance: NDArray[np.float64],
    suspect_hours: NDArray[np.float64],
    fail_hours: NDArray[np.float64],
) -> NDArray[np.int8]:
    """Flags of readings by how long the value has stayed, all of shape (n,); no flat line reaches over a gap.

    A reading is suspect where all readings from the last one that is at least `suspect_hours` old up to itself lie
    within `tolerance` (in the unit of the values, inclusive) of each other, and bad where the same holds of
    `fail_hours`. It is good where they do not, and unknown where all that it follows lie within `tolerance` and none is
    so old. Hours of NaN are not asked.

    >>> hourly, lone = np.arange(6) * 3600, np.array([False, True, True, True, True, True])
    >>> limits = np.full(6, 0.1), np.full(6, 2.0), np.full(6, 3.0)
    >>> flat_line(hourly, np.array([7.3, 7.3, 7.35, 7.4, 7.6, 7.6]), lone, *limits).tolist()
    [2, 2, 3, 4, 1, 1]
    """
    flags = np.full(time.shape, Flag.UNKNOWN, dtype=np.int8)
    # A run is what no gap parts. Runs are laid one after the other on a line that rises throughout.
    run = np.cumsum(~following)
    begins = np.flatnonzero(~following)
    line = time + run * _APART
    for hours, flag in ((suspect_hours, Flag.SUSPECT), (fail_hours, Flag.BAD)):
        asked = np.flatnonzero(~np.isnan(hours + tolerance))
        back = np.searchsorted(line, line[asked] - np.ceil(hours[asked] * HOUR).astype(np.int64), side="right") - 1
        begin = begins[run[asked] - 1]
        still = _spread(value, np.maximum(back, begin), asked) <= tolerance[asked] + SLIP
        if flag is Flag.SUSPECT:
            flags[asked[~still]] = Flag.GOOD
        flags[asked[still & (back >= begin)]] = flag
    return flags


def _spread(value: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
    """The highest less the lowest of `value[first : last + 1]`, for each pair.

    The extremes of windows of 1, 2, 4, ... readings are made each from the ones before, and a stretch is covered by two
    windows of the greatest length that it holds: a pass over the values for each doubling, however long a stretch is.
    """
    length = last - first + 1
    power = np.frexp(length)[1] - 1
    found = np.zeros(len(first))
    low = high = value
    for level in range(int(power.max(initial=_NOWHERE)) + 1):
        width = 1 << level
        mine = np.flatnonzero(power == level)
        one, other = first[mine], last[mine] + 1 - width
        found[mine] = np.maximum(high[one], high[other]) - np.minimum(low[one], low[other])
        if width < len(low):
            low, high = np.minimum(low[:-width], low[width:]), np.maximum(high[:-width], high[width:])
    return found
