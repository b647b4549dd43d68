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


NUMBER_BITS = 21
BEGIN = 397_682 * 86_400
"""Added to a time before it is divided into stretches: whole days, so that they begin at midnight in UTC."""


def stretches(home: np.ndarray | int, length: np.ndarray | int, time: np.ndarray) -> np.ndarray:
    """The stretch in which each time lies, of the collection `home` with stretches of `length` seconds."""
    stretch: np.ndarray = (np.asarray(home, dtype=np.int64) << NUMBER_BITS) | ((time + BEGIN) // length)
    return stretch
