"""The spike: one value above both of its neighbours in time, or below both, and far from where they would have it.

Source: U.S. IOOS QARTOD, Manual for Real-Time Quality Control of Water Level Data, test "spike", which takes the mean
of the two neighbours for reference. Steps here may be uneven, so that the reference lies on the line between the two.
"""

import numpy as np
from numpy.typing import NDArray

from ingest.quality.graded import graded


def spike(
    time: NDArray[np.int64],
    value: NDArray[np.float64],
    following: NDArray[np.bool_],
    suspect: NDArray[np.float64],
    fail: NDArray[np.float64],
) -> NDArray[np.int8]:
    """Flags of readings by how far they stand out, all of shape (n,); unknown without a neighbour on either side.

    A value stands out where it lies on one side of both neighbours, by its distance from the line between them (their
    mean, where steps are even), but by no more than twice its distance from the nearer one: what stands beside a spike
    is none. `suspect` and `fail` are in the unit of the values; NaN is no limit.

    >>> hourly, lone = np.arange(5) * 3600, np.array([False, True, True, True, True])
    >>> limits = np.full(5, 5.0), np.full(5, 50.0)
    >>> spike(hourly, np.array([10.0, 10.2, 31.0, 10.1, 10.3]), lone, *limits).tolist()
    [2, 1, 3, 1, 2]
    """
    standing = np.full(time.shape, np.nan)
    at = np.flatnonzero(following[:-1] & following[1:])
    before, here, after = value[at - 1], value[at], value[at + 1]
    share = (time[at] - time[at - 1]) / (time[at + 1] - time[at - 1])
    rise, fall = here - before, here - after
    far = np.minimum(np.abs(here - before - (after - before) * share), 2 * np.minimum(np.abs(rise), np.abs(fall)))
    standing[at] = np.where(rise * fall > 0, far, 0.0)
    return graded(standing, suspect, fail)
