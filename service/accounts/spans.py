"""Rolling days up into periods: what is summed, how much of it is known, and how many days lack."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Sum:
    """Of each period (..., period) the sum of its known days, NaN where there is none, and how many days lack."""

    known: np.ndarray
    lacking: np.ndarray

    @property
    def whole(self) -> np.ndarray:
        """The sum where no day lacks, NaN otherwise: a sum with a missing part is missing."""
        found: np.ndarray = np.where(self.lacking == 0, self.known, np.nan)
        return found

    def only(self, periods: np.ndarray) -> "Sum":
        """The same, with neither a sum nor a day that lacks in other periods than these."""
        return Sum(np.where(periods, self.known, np.nan), np.where(periods, self.lacking, 0))


def summed(amount: np.ndarray, starts: np.ndarray) -> Sum:
    """Sum days (..., day) over periods that begin at the places `starts`, of which the first is 0."""
    lacks = np.isnan(amount)
    known = np.add.reduceat(np.where(lacks, 0.0, amount), starts, axis=-1)
    some = np.logical_or.reduceat(~lacks, starts, axis=-1)
    return Sum(np.where(some, known, np.nan), counted(lacks, starts))


def counted(days: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """How many days (..., day) of each period are so."""
    found: np.ndarray = np.add.reduceat(days.astype(np.int64), starts, axis=-1)
    return found
