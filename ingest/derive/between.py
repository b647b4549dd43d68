"""Where moments lie among readings, and what a quantity was then: by the reading itself, or between two of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Between which two readings each asked time lies: their numbers (int64), the same one twice at its very time.

    `weight` is that of the later one; NaN where nothing can be said.
    """

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    weight: Values

    def of(self, values: Values) -> Values:
        """The values of the readings, as they are at the asked times: linear between the two."""
        if not len(values):
            return np.full(self.weight.shape, np.nan)
        early, late = values[self.before], values[self.after]
        return early + self.weight * (late - early)

    def any_of(self, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether any of the readings that count is marked."""
        if not len(marked):
            return np.zeros(self.weight.shape, dtype=bool)
        return marked[self.before] | marked[self.after]

    def numbers_of(self, entries: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The entries of the readings that count, -1 where none does."""
        if not len(entries):
            nobody = np.full(self.weight.shape, -1, dtype=np.int64)
            return nobody, nobody
        known = ~np.isnan(self.weight)
        return np.where(known, entries[self.before], -1), np.where(known, entries[self.after], -1)


def between(asked: Times, times: Times, longest: int) -> Between:
    """Where `asked` times lie among the rising `times` of readings that have a value, all in seconds since 1970.

    At the time of a reading that reading counts; between two of them both do, where they are at most `longest` seconds
    apart.
    """
    if not len(times):
        nowhere = np.zeros(asked.shape, dtype=np.int64)
        return Between(nowhere, nowhere, np.full(asked.shape, np.nan))
    after = np.searchsorted(times, asked, side="left")
    inside = after < len(times)
    after = np.minimum(after, len(times) - 1)
    exact = inside & (times[after] == asked)
    before = np.where(exact, after, np.maximum(after - 1, 0))
    step = times[after] - times[before]
    answers = exact | (inside & (after > before) & (step <= longest))
    weight = np.where(exact, 0.0, (asked - times[before]) / np.where(step > 0, step, 1))
    return Between(before.astype(np.int64), after.astype(np.int64), np.where(answers, weight, np.nan))
