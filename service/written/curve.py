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
    x, y, starts = _peaks(x, y, breaks)
    steps = zip(starts.tolist(), x.tolist(), y.tolist(), strict=True)
    path = "".join(f"{'M' if start else 'L'}{across:.1f} {down:.1f}" for start, across, down in steps)
    return Curve(path=path, width=width, height=height, low=low, high=high)


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
