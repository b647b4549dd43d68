"""The gross range test of QARTOD: a value outside what can be is bad, outside what is usual is suspect.

Source: U.S. IOOS QARTOD, Manual for Real-Time Quality Control, test "gross range"; flags 1 good, 3 suspect, 4 bad.
"""

import numpy as np
from numpy.typing import NDArray

from record.entry import Flag

Bound = float | NDArray[np.float64]


def gross_range(
    values: NDArray[np.float64], fail: tuple[Bound, Bound], suspect: tuple[Bound, Bound] | None = None
) -> NDArray[np.int8]:
    """Flags of `values`, of the same shape; both ranges are inclusive and in the unit of the values. NaN is missing.

    Each end of a range is one number, or one for each value; NaN is no end.

    >>> gross_range(np.array([-1.0, 0.0, 40.0, 90.0, np.nan]), fail=(0, 80), suspect=(0, 30)).tolist()
    [4, 1, 3, 4, 9]
    """
    flags = np.full(values.shape, Flag.GOOD, dtype=np.int8)
    if suspect is not None:
        flags[_outside(values, suspect)] = Flag.SUSPECT
    flags[_outside(values, fail)] = Flag.BAD
    flags[np.isnan(values)] = Flag.MISSING
    return flags


def _outside(values: NDArray[np.float64], bounds: tuple[Bound, Bound]) -> NDArray[np.bool_]:
    low, high = bounds
    return (values < low) | (values > high)
