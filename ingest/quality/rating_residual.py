"""The residual of a rating: how far a measured discharge lies from what the curve says of the level at the same time.

Source: WMO-No. 1044, Manual on Stream Gauging, volume II; ISO 18320: a gauging far from the curve is a faulty one, or
of a faulty level, or the sign that the control has moved and the curve no longer holds.
"""

import numpy as np
from numpy.typing import NDArray

from ingest.quality.graded import graded
from record.entry import Flag


def rating_residual(
    discharge: NDArray[np.float64],
    rated: NDArray[np.float64],
    extrapolated: NDArray[np.bool_],
    suspect: NDArray[np.float64],
    fail: NDArray[np.float64],
) -> NDArray[np.int8]:
    """Flags of `discharge` by its residual, (discharge - rated) / rated in percent, all of shape (n,), flows in m3/s.

    `rated` is NaN where the level or the curve says nothing, and then a flag is unknown, as where the curve gives no
    flow. Where it is `extrapolated` a flag is suspect at worst. `suspect` and `fail` are in percent.

    >>> rated, beyond = np.array([10.0, 10.0, 10.0, np.nan]), np.array([False, False, True, False])
    >>> limits = np.full(4, 15.0), np.full(4, 40.0)
    >>> rating_residual(np.array([11.0, 15.0, 15.0, 15.0]), rated, beyond, *limits).tolist()
    [1, 4, 3, 2]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = np.where(rated > 0, np.abs(discharge - rated) / rated * 100, np.nan)
    flags = graded(residual, suspect, fail)
    flags[extrapolated & (flags == Flag.BAD)] = Flag.SUSPECT
    return flags
