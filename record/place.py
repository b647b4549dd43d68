"""A place is one series at one time, as one integer, so that places are compared and looked up whole columns at a time.

The time in seconds since 1970 takes the lower 36 bits, shifted so that it is never negative (years 900 to 3000 fit);
the number of the series stands above it.
"""

import numpy as np

TIME_BITS = 36
SHIFT = 1 << (TIME_BITS - 1)
MASK = (1 << TIME_BITS) - 1


def places(number: np.ndarray, time: np.ndarray) -> np.ndarray:
    """The place of each (series number, time), int64 arrays of one length."""
    place: np.ndarray = (number << TIME_BITS) | (time + SHIFT)
    return place
