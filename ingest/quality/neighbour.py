"""The neighbour upstream: what passed one gauge passes the next some hours later, with what joins and is drawn between.

Source: WMO-No. 168, Guide to Hydrological Practices, volume I, on consistency between stations of one river.
"""

import numpy as np
from numpy.typing import NDArray

from ingest.quality.graded import SLIP
from record.entry import Flag


def neighbour(
    value: NDArray[np.float64], upstream: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.int8]:
    """Flags of `value` by what stood upstream the travel time before, all of shape (n,) and in one unit.

    Suspect outside of `low` to `high` times the value upstream, both inclusive; unknown where nothing is known there.

    >>> neighbour(np.array([10.0, 4.9, 21.0, 7.0]), np.array([10, 10, 10, np.nan]), *np.array([[0.5], [2.0]])).tolist()
    [1, 3, 3, 2]
    """
    flags = np.full(value.shape, Flag.GOOD, dtype=np.int8)
    flags[(value < low * upstream - SLIP) | (value > high * upstream + SLIP)] = Flag.SUSPECT
    flags[np.isnan(value + upstream)] = Flag.UNKNOWN
    return flags
