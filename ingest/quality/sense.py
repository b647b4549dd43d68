"""The range of sense: a discharge below zero cannot be true of any river, whatever limits are declared."""

import numpy as np
from numpy.typing import NDArray

from record.entry import Flag


def sense(
    values: NDArray[np.float64], low: float | NDArray[np.float64], high: float | NDArray[np.float64]
) -> NDArray[np.int8]:
    """Flags of `values`, of the same shape: bad outside [low, high]; inside it says nothing, that is unknown.

    Each end is one number, or one for each value, in the unit of the values.

    >>> sense(np.array([-0.1, 0.0, 12.4, np.nan]), low=0, high=5000).tolist()
    [4, 2, 2, 9]
    """
    flags = np.full(values.shape, Flag.UNKNOWN, dtype=np.int8)
    flags[(values < low) | (values > high)] = Flag.BAD
    flags[np.isnan(values)] = Flag.MISSING
    return flags
