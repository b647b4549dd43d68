"""A series as a line to be drawn: so many points as can be seen, with every peak, broken where nothing was measured."""

from dataclasses import dataclass

import numpy as np

_GAP = 3
"""Beyond so many usual steps without a value the line is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """`path` in SVG's words, in a box `width` wide and `height` high; `low` and `high` are the values at its edges."""

    path: str
    width: int
    height: int
    low: float
    high: float


def curve_of(time: np.ndarray, values: np.ndarray, width: int = 720, height: int = 110) -> Curve | None:
    """The line of these values (NaN where there is none) over rising times in seconds; None below two values."""
    known = ~np.isnan(values)
    time, values = time[known], values[known]
    if len(time) < 2:
        return None
    breaks = np.diff(time) > _GAP * np.median(np.diff(time))
    low, high = float(values.min()), float(values.max())
    x = (time - time[0]) / (time[-1] - time[0]) * width
    y = height - (values - low) / ((high - low) or 1.0) * height if high > low else np.full(len(time), height / 2)
    part = np.concatenate([[0], np.cumsum(breaks)])
    shown = _peaks(x.astype(np.int64), y, part)
    starts = np.concatenate([[True], part[shown][1:] != part[shown][:-1]])
    steps = zip(starts.tolist(), x[shown].tolist(), y[shown].tolist(), strict=True)
    path = "".join(f"{'M' if start else 'L'}{across:.1f} {down:.1f}" for start, across, down in steps)
    return Curve(path=path, width=width, height=height, low=low, high=high)


def _peaks(column: np.ndarray, y: np.ndarray, part: np.ndarray) -> np.ndarray:
    """The places to keep: of all in one column of the picture the first, the lowest, the highest and the last."""
    starts = np.flatnonzero(np.concatenate([[True], (np.diff(column) != 0) | (np.diff(part) != 0)]))
    ends = np.concatenate([starts[1:], [len(y)]])
    of = np.repeat(np.arange(len(starts)), ends - starts)
    order = np.lexsort((y, of))
    return np.unique(np.concatenate([starts, ends - 1, order[starts], order[ends - 1]]))
