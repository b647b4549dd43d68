"""A series as a line to be drawn: so many points as can be seen, with every peak, broken where nothing was measured.

The line is of values that are relied on. Others, suspect or bad, neither bend it nor set its scale: they are marks
beside it, those beyond its scale at the edge of the picture, and the line is broken at the bad ones.
"""

from dataclasses import dataclass

import numpy as np

from record.entry import Flag

_GAP = 3
"""Beyond so many usual steps without a value the line is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """`path` in SVG's words, in a box `width` wide and `height` high; `low` and `high` are the values at its edges.

    `marks` are points that are not relied on, as lines without length, which are drawn with round ends.
    """

    path: str
    width: int
    height: int
    low: float
    high: float
    marks: str = ""


def curve_of(
    time: np.ndarray, values: np.ndarray, flags: np.ndarray | None = None, width: int = 720, height: int = 110
) -> Curve | None:
    """The line of these values (NaN where there is none) over rising times in seconds; None below two values.

    `flags` are those of the values; without them all are relied on. Where fewer than two are, all are.
    """
    known = ~np.isnan(values)
    doubted = np.zeros(len(values), dtype=bool) if flags is None else np.isin(flags, (Flag.SUSPECT, Flag.BAD))
    bad = np.zeros(len(values), dtype=bool) if flags is None else flags == Flag.BAD
    if (known & ~doubted).sum() < 2:
        doubted[:] = bad[:] = False
    times, line = time[known], known & ~doubted
    if line.sum() < 2:
        return None
    low, high = float(values[line].min()), float(values[line].max())
    x = (time - times[0]) / (times[-1] - times[0]) * width
    y = height - (values - low) / ((high - low) or 1.0) * height if high > low else np.full(len(time), height / 2)
    step = np.diff(time[line])
    breaks = (step > _GAP * np.median(step)) | (np.diff(np.cumsum(bad)[line]) > 0)
    marked = known & doubted
    marks = _marks(x[marked], _beside(y[marked], values[marked], low, high, height))
    across, down, starts = _peaks(x[line], y[line], breaks)
    steps = zip(starts.tolist(), across.tolist(), down.tolist(), strict=True)
    path = "".join(f"{'M' if start else 'L'}{right:.1f} {under:.1f}" for start, right, under in steps)
    return Curve(path=path, width=width, height=height, low=low, high=high, marks=marks)


def _beside(y: np.ndarray, values: np.ndarray, low: float, high: float, height: int) -> np.ndarray:
    """Where marks lie: within the picture, those of values beyond its scale at its edges."""
    return np.where(values > high, 0, np.where(values < low, height, y))


def _marks(x: np.ndarray, y: np.ndarray) -> str:
    """Points, of those that fall on each other one."""
    points = np.unique(np.stack([x, y], axis=1).round(), axis=0) if len(x) else np.empty((0, 2))
    return "".join(f"M{across:.0f} {down:.0f}h0" for across, down in points.tolist())


def _peaks(x: np.ndarray, y: np.ndarray, breaks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of all in one column of the picture the first, the lowest, the highest and the last; and where a line begins."""
    begins = np.concatenate([[True], breaks])
    first = np.flatnonzero(begins | np.concatenate([[True], np.diff(x.astype(np.int64)) != 0]))
    last = np.concatenate([first[1:], [len(y)]]) - 1
    across = np.repeat(x[first], 4)
    across[3::4] = x[last]
    down = np.stack([y[first], np.minimum.reduceat(y, first), np.maximum.reduceat(y, first), y[last]], axis=1).ravel()
    starts = np.zeros(len(down), dtype=bool)
    starts[::4] = begins[first]
    kept = np.repeat(last > first, 4)
    kept[::4] = True
    return across[kept], down[kept], starts[kept]
