"""The gross range test of QARTOD: a value outside what can be is bad, outside what is usual is suspect.

Source: U.S. IOOS QARTOD, Manual for Real-Time Quality Control, test "gross range"; flags 1 good, 3 suspect, 4 bad.
"""

import numpy as np
from numpy.typing import NDArray

from record.entry import Flag


def gross_range(
    values: NDArray[np.float64], fail: tuple[float, float], suspect: tuple[float, float] | None = None
) -> NDArray[np.int8]:
    """Flags of `values`, of the same shape; both ranges are inclusive and in the unit of the values. NaN is missing.

    >>> gross_range(np.array([-1.0, 0.0, 40.0, 90.0, np.nan]), fail=(0, 80), suspect=(0, 30)).tolist()
    [4, 1, 3, 4, 9]
    """
    flags = np.full(values.shape, Flag.GOOD, dtype=np.int8)
    if suspect is not None:
        flags[_outside(values, suspect)] = Flag.SUSPECT
    flags[_outside(values, fail)] = Flag.BAD
    flags[np.isnan(values)] = Flag.MISSING
    return flags


def _outside(values: NDArray[np.float64], bounds: tuple[float, float]) -> NDArray[np.bool_]:
    low, high = bounds
    return (values < low) | (values > high)
