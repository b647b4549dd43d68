"""The axis of the values of a hydrograph: it holds its lines, and of its marks all that do not flatten them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from record.network import Network
from record.quantities import quantity_of
from service.hydrographs import Hydrograph
from service.paper.chart import ticks

DOWN = 400
"""How high the box of a picture is."""
_SEEN = 0.04
"""What differs by this part of the greatest value is seen on an axis that begins at nought."""
_FAR = 3
"""A mark that lies beyond the lines by more than this many times what they span, or than what is highest, flattens."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of values: its unit as the record calls it, its round values, and how many decimals they have."""

    unit: str
    ticks: tuple[float, ...]
    decimals: int

    def down(self, value: np.ndarray) -> np.ndarray:
        """How far below the top values lie; what lies outside lies at the edge."""
        low, high = self.ticks[0], self.ticks[-1]
        found: np.ndarray = np.clip((high - value) / (high - low) * DOWN, 0, DOWN)
        return found

    def holds(self, value: np.ndarray) -> np.ndarray:
        """Which of the values lie on it."""
        found: np.ndarray = (value >= self.ticks[0]) & (value <= self.ticks[-1])
        return found


def axis_of(network: Network, held: Sequence[Hydrograph]) -> Axis | None:
    """The axis of hydrographs of one unit; None where they have no value at all."""
    lines = _known(part for one in held for part in _lines(one))
    marks = _known(part for one in held for part in (one.marks.value, one.amendments.value, one.amendments.old))
    if not len(lines) and not len(marks):
        return None
    quantity = quantity_of(network.series[held[0].series].quantity)
    drawn = lines if len(lines) else marks
    low, high = bounds(float(drawn.min()), float(drawn.max()), marks.tolist(), from_nought=quantity.ratio)
    return Axis(quantity.label, *ticks(low, high))


def bounds(low: float, high: float, marks: Sequence[float], *, from_nought: bool) -> tuple[float, float]:
    """From where to where an axis goes whose lines lie between two values.

    What has a true nought begins there, unless that hides how the lines differ. Of the marks those are held that lie
    near enough.
    """
    if from_nought and low >= 0 and (high == low or high - low >= high * _SEEN):
        low = 0.0
    far = max(_FAR * (high - low), abs(high) if from_nought else 0.0) or abs(high) or 1.0
    near = [one for one in marks if low - far <= one <= high + far]
    return min([low, *near]), max([high, *near])


def _known(parts: Iterator[np.ndarray]) -> np.ndarray:
    found = np.concatenate([np.empty(0), *parts])
    known: np.ndarray = found[~np.isnan(found)]
    return known


def _lines(held: Hydrograph) -> Iterator[np.ndarray]:
    yield held.curve.value
    if held.context and held.context.before:
        yield held.context.before.value
    if held.context and held.context.band:
        yield held.context.band.low
        yield held.context.band.high
