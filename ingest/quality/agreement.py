"""One message that says two different values of one series at one time contradicts itself."""

import numpy as np
from numpy.typing import NDArray

from record.entry import Flag


def agreement(times: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.int8]:
    """Flags of `values`, one a time, of shape (n,): suspect where the same time has another value too, else unknown.

    >>> agreement(np.array([0, 60, 60, 120, 120]), np.array([1.0, 2.0, 2.5, 3.0, 3.0])).tolist()
    [2, 3, 3, 2, 2]
    """
    flags = np.full(values.shape, Flag.UNKNOWN, dtype=np.int8)
    _, place = np.unique(times, return_inverse=True)
    low = np.full(place.max(initial=-1) + 1, np.inf)
    high = -low
    np.fmin.at(low, place, values)
    np.fmax.at(high, place, values)
    flags[(low < high)[place]] = Flag.SUSPECT
    flags[np.isnan(values)] = Flag.MISSING
    return flags
