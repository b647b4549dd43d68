"""A series of readings as a line of at most so many points: of each stretch of time the lowest and the highest.

Every point is a reading with its own time. The line breaks where readings lack, and no stretch hides that.
"""

from dataclasses import dataclass

import numpy as np

NOTHING = -1
FEWEST = 10
"""A line may be asked for with no fewer points than these."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A line: `time` (int64, seconds since 1970, rising) and `value` (float64), which is NaN where the line breaks.

    `place` (int64) is where the reading of each point stands among those that the line was made of, -1 at a break.
    `readings` is how many of those have a value, `points` how many are on the line. `end` (int64) is when the period
    of each point ends, of a break its own time; None of instants.
    """

    time: np.ndarray
    value: np.ndarray
    place: np.ndarray
    readings: int
    end: np.ndarray | None = None

    @property
    def points(self) -> int:
        """How many readings are points of the line."""
        return int((self.place >= 0).sum())

    @property
    def reduced(self) -> bool:
        """Whether readings are left out between the lowest and the highest of stretches."""
        return self.points < self.readings


def curve_of(time: np.ndarray, value: np.ndarray, step: int, most: int, end: np.ndarray | None = None) -> Curve:
    """The line of readings at rising times (int64, seconds); a reading without value (NaN) breaks it.

    So does a time without readings that is longer than one and a half of `step`, the seconds from one reading of the
    series to the next. Of more than `most` readings the first and the last are kept, those on both sides of breaks, of
    very many breaks of the longest, and of every stretch of time the lowest and the highest; stretches are equal and as
    many as fit. `end` is when the period of each reading ends, None of instants.
    """
    known = np.flatnonzero(~np.isnan(value))
    at, said = time[known], value[known]
    past = at + step if end is None else end[known]
    run = _runs(known, at, step)
    kept = np.arange(len(known)) if len(known) <= most else _kept(at, said, run, max(most, FEWEST))
    line = Curve(at[kept], said[kept], known[kept], len(known), None if end is None else past[kept])
    return _broken(line, run[kept], _ends(at, run, past))


def _runs(known: np.ndarray, at: np.ndarray, step: int) -> np.ndarray:
    """The number of the unbroken run in which each reading stands."""
    broken = (np.diff(at) * 2 > 3 * step) | (np.diff(known) > 1)
    return np.concatenate([np.zeros(min(len(known), 1), dtype=np.int64), np.cumsum(broken)])


def _kept(at: np.ndarray, said: np.ndarray, run: np.ndarray, most: int) -> np.ndarray:
    """Which readings are kept; at most half of them stand beside breaks."""
    length = int(at[-1] - at[0]) + 1
    breaks = np.flatnonzero(np.diff(run))
    long = breaks[np.argsort(-np.diff(at)[breaks], kind="stable")[: (most - 2) // 4]]
    many = (most - 2) // 2 - len(long)
    stretch = (at - at[0]) * many // length
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    lowest = _first_where(said, np.minimum.reduceat(said, first), first, stretch)
    highest = _first_where(said, np.maximum.reduceat(said, first), first, stretch)
    found: np.ndarray = np.unique(np.concatenate([[0, len(at) - 1], lowest, highest, long, long + 1]))
    return found


def _first_where(said: np.ndarray, wanted: np.ndarray, first: np.ndarray, stretch: np.ndarray) -> np.ndarray:
    """The first reading of each stretch that has the wanted value."""
    held = np.repeat(wanted, np.diff(first, append=len(said)))
    places = np.flatnonzero(said == held)
    found: np.ndarray = places[np.flatnonzero(np.diff(stretch[places], prepend=-1))]
    return found


def _ends(at: np.ndarray, run: np.ndarray, past: np.ndarray) -> np.ndarray:
    """For each run, when its next reading was due, before the run that follows."""
    last = np.flatnonzero(np.diff(run))
    found: np.ndarray = np.maximum(np.minimum(past[last], at[last + 1] - 1), at[last] + 1)
    return found


def _broken(line: Curve, run: np.ndarray, ends: np.ndarray) -> Curve:
    """The line with its breaks put in, each when the reading was due with which it begins."""
    before = np.flatnonzero(np.diff(run))
    if not len(before):
        return line
    due = ends[run[before]]
    return Curve(
        np.insert(line.time, before + 1, due),
        np.insert(line.value, before + 1, np.nan),
        np.insert(line.place, before + 1, NOTHING),
        line.readings,
        None if line.end is None else np.insert(line.end, before + 1, due),
    )


def told(time: np.ndarray, weight: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of many marks at rising times to draw, and for how many each of these stands.

    Of more than `most` the one of the greatest `weight` is drawn in every stretch of time that has any.
    """
    if len(time) <= most:
        return np.arange(len(time)), np.ones(len(time), dtype=np.int64)
    stretch = (time - time[0]) * most // (int(time[-1] - time[0]) + 1)
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    chosen = _first_where(weight, np.maximum.reduceat(weight, first), first, stretch)
    return chosen, np.diff(first, append=len(time))
