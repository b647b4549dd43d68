"""Rolling days up into periods: what is summed, how much of it is known, and how many days lack."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Sum:
    """Of each period (..., period): the sum of what is known, and how many of its days lack."""

    known: np.ndarray
    lacking: np.ndarray

    @property
    def whole(self) -> np.ndarray:
        """The sum where no day lacks, NaN otherwise: a sum with a missing part is missing."""
        found: np.ndarray = np.where(self.lacking == 0, self.known, np.nan)
        return found


def summed(amount: np.ndarray, starts: np.ndarray) -> Sum:
    """Sum days (..., day) over periods that begin at the places `starts`, of which the first is 0."""
    lacks = np.isnan(amount)
    known = np.add.reduceat(np.where(lacks, 0.0, amount), starts, axis=-1)
    return Sum(known, np.add.reduceat(lacks.astype(np.int64), starts, axis=-1))


def counted(days: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """How many days (..., day) of each period are so."""
    found: np.ndarray = np.add.reduceat(days.astype(np.int64), starts, axis=-1)
    return found
