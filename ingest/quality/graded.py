"""From how far something went to flags: what all checks with a limit have in common."""

import numpy as np
from numpy.typing import NDArray

from record.entry import Flag

SLIP = 1e-9
"""By how much a sum of floats may miss the sum of the decimals that they stand for: less is no difference."""


def graded(measure: NDArray[np.float64], suspect: NDArray[np.float64], fail: NDArray[np.float64]) -> NDArray[np.int8]:
    """Flags of a measure that should be small: bad above `fail`, suspect above `suspect`, else good.

    All of one shape and unit. A measure of NaN could not be taken, and is unknown; a limit of NaN is none.

    >>> graded(np.array([1.0, 2.0, 3.0, 9.0, np.nan]), np.full(5, 2.0), np.full(5, 8.0)).tolist()
    [1, 1, 3, 4, 2]
    """
    flags = np.full(measure.shape, Flag.GOOD, dtype=np.int8)
    flags[measure > suspect + SLIP] = Flag.SUSPECT
    flags[measure > fail + SLIP] = Flag.BAD
    flags[np.isnan(measure)] = Flag.UNKNOWN
    return flags
