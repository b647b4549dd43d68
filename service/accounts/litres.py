"""Volumes in whole litres: whatever is divided, added up and divided again comes out to the last of them.

A litre is an integer in a float64, exact up to 9,000 km3, and NaN where it is not known. As million m3 it has nine
decimals, so that the numbers of an account add up as they are written, digit by digit.
"""

import numpy as np

_IN_MILLION_M3 = 1_000_000_000
_IN_DAY = 86_400 * 1_000


def litres_of_day(rate: np.ndarray) -> np.ndarray:
    """What a mean flow of `rate` m3/s carries in 24 hours: 1 m3/s is 0.0864 million m3."""
    found: np.ndarray = np.rint(rate * _IN_DAY)
    return found


def litres(volume: np.ndarray | float) -> np.ndarray:
    """A volume in million m3, to the litre."""
    found: np.ndarray = np.rint(np.asarray(volume, dtype=np.float64) * _IN_MILLION_M3)
    return found


def million_m3(amount: np.ndarray) -> np.ndarray:
    """Litres as million m3: the nearest number to the nine decimals."""
    found: np.ndarray = amount / _IN_MILLION_M3
    return found


def mean_rate(amount: np.ndarray, days: np.ndarray | float) -> np.ndarray:
    """The mean flow in m3/s that carries so many litres in so many days of 24 hours; NaN where there is no day."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(np.asarray(days) > 0, amount / (np.asarray(days) * _IN_DAY), np.nan)
    return found


def total(parts: np.ndarray) -> np.ndarray:
    """The sum of parts (part, day): missing where one of them is, or where there is no part at all."""
    if not len(parts):
        return np.full(parts.shape[1:], np.nan)
    found: np.ndarray = parts.sum(axis=0)
    return found


def so_far(amount: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each day the sum of what is known from the first day to its end, and of how many days nothing is known."""
    lacks = np.isnan(amount)
    return np.cumsum(np.where(lacks, 0, amount), axis=-1), np.cumsum(lacks, axis=-1)
