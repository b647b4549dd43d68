"""The picture of a hydrograph: paths in a box of a thousand by four hundred, which is drawn as wide as there is room.

Strokes keep their width and marks their shape whatever the box is stretched to: a mark is a stroke of no length, whose
ends make it a square or a disc.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from record.errors import SelectionError
from record.network import Network
from record.quantities import quantity_of
from service.hydrographs import Hydrograph
from service.hydrographs.curve import Curve
from service.hydrographs.hydrograph import Band
from service.paper.chart import ticks

ACROSS, DOWN = 1000, 400
MOST_AXES = 2
_TICK = 14
_RINGED = ("suspect", "estimated")
"""Marks that are hollow: drawn once more in the colour of the paper."""


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


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn hydrograph: its paths, and its axes, of which the first stands left and the second right."""

    paths: Markup
    axes: tuple[Axis, ...]


def picture(network: Network, held: Sequence[Hydrograph]) -> Picture | None:
    """The picture of hydrographs of one span, in the order of their lines; None where there is nothing to draw.

    Raises `SelectionError` where they are of more than two units.
    """
    units = [quantity_of(network.series[one.series].quantity).label for one in held]
    if len(set(units)) > MOST_AXES:
        raise SelectionError(f"{', '.join(dict.fromkeys(units))} are too many units for one chart: choose two of them")
    made = {unit: _axis(unit, held, units) for unit in dict.fromkeys(units)}
    axes = {unit: axis for unit, axis in made.items() if axis is not None}
    if not axes:
        return None
    parts = [_grid(next(iter(axes.values())))]
    for number, (one, unit) in enumerate(zip(held, units, strict=True)):
        if unit in axes:
            parts += _drawn(one, number, axes[unit])
    return Picture(Markup("").join(parts), tuple(axes.values()))


def _axis(unit: str, held: Sequence[Hydrograph], units: Sequence[str]) -> Axis | None:
    parts = [part for one, of in zip(held, units, strict=True) if of == unit for part in _values(one)]
    known = np.concatenate(parts)
    known = known[~np.isnan(known)]
    return Axis(unit, *ticks(float(known.min()), float(known.max()))) if len(known) else None


def _values(held: Hydrograph) -> Iterator[np.ndarray]:
    yield held.curve.value
    if held.context and held.context.before:
        yield held.context.before.value
    if held.context and held.context.band:
        yield held.context.band.low
        yield held.context.band.high


def _grid(axis: Axis) -> Markup:
    path = "".join(f"M0 {y:.1f}H{ACROSS}" for y in axis.down(np.array(axis.ticks)).tolist())
    return _path("grid", path)


def _drawn(held: Hydrograph, number: int, axis: Axis) -> Iterator[Markup]:
    """What lies lowest first: the band, the norm, the year before, the line itself, its marks."""
    if held.context and held.context.band:
        yield from _band(held.context.band, held, axis)
    if held.context and held.context.before:
        yield from _line(held.context.before, held, axis, "before")
    yield from _line(held.curve, held, axis, f"line line-{number}")
    yield from _marks(held, axis)


def _across(time: np.ndarray, held: Hydrograph) -> np.ndarray:
    """How far from the left times lie; what is normal for a day that has begun before stands at the edge."""
    found: np.ndarray = np.clip((time - held.start) / (held.end - held.start) * ACROSS, 0, ACROSS)
    return found


def _points(time: np.ndarray, value: np.ndarray, held: Hydrograph, axis: Axis) -> list[str]:
    across, down = np.round(_across(time, held), 1).tolist(), np.round(axis.down(value), 1).tolist()
    return [f"{x:g} {y:g}" for x, y in zip(across, down, strict=True)]


def _line(curve: Curve, held: Hydrograph, axis: Axis, name: str) -> Iterator[Markup]:
    path, dots = [], []
    for run in _unbroken(curve.value):
        points = _points(curve.time[run], curve.value[run], held, axis)
        if len(points) > 1:
            path.append(f"M{'L'.join(points)}")
        else:
            # A reading alone is a dot: it has no neighbour to be joined to.
            dots.append(f"M{points[0]}h0")
    if path:
        yield _path(name, "".join(path))
    if dots:
        yield _path(f"{name} alone", "".join(dots))


def _unbroken(value: np.ndarray) -> Iterator[slice]:
    known = np.concatenate([[False], ~np.isnan(value), [False]])
    edges = np.flatnonzero(np.diff(known)).tolist()
    for first, past in zip(edges[::2], edges[1::2], strict=True):
        yield slice(first, past)


def _band(band: Band, held: Hydrograph, axis: Axis) -> Iterator[Markup]:
    areas, means = [], []
    for run in _unbroken(band.low + band.high):
        low = _points(band.time[run], band.low[run], held, axis)
        high = _points(band.time[run], band.high[run], held, axis)
        areas.append(f"M{'L'.join([*high, *reversed(low)])}Z")
    for run in _unbroken(band.mean):
        means.append(f"M{'L'.join(_points(band.time[run], band.mean[run], held, axis))}")
    yield _path("band", "".join(areas))
    yield _path("norm", "".join(means))


def _marks(held: Hydrograph, axis: Axis) -> Iterator[Markup]:
    kinds = np.array(held.marks.kind)
    for kind in dict.fromkeys(held.marks.kind):
        mine = kinds == kind
        if kind == "missing":
            across = np.round(_across(held.marks.time[mine], held), 1).tolist()
            yield _path("mark missing", "".join(f"M{x:g} {DOWN}v-{_TICK}" for x in across))
        else:
            mine &= ~np.isnan(held.marks.value)
            yield from _spots(kind, _points(held.marks.time[mine], held.marks.value[mine], held, axis))
    told = held.amendments
    both = ~np.isnan(told.value) & ~np.isnan(told.old)
    if both.any():
        across = np.round(_across(told.time[both], held), 1).tolist()
        bounds = (np.round(axis.down(one[both]), 1).tolist() for one in (told.old, told.value))
        yield _path("mark was", "".join(f"M{x:g} {old:g}V{now:g}" for x, old, now in zip(across, *bounds, strict=True)))
    known = ~np.isnan(told.value)
    yield from _spots("amended", _points(told.time[known], told.value[known], held, axis))


def _spots(kind: str, points: Sequence[str]) -> Iterator[Markup]:
    if points:
        path = "".join(f"M{point}h0" for point in points)
        yield _path(f"mark {kind}", path)
        if kind in _RINGED:
            yield _path(f"mark {kind} within", path)


def _path(name: str, path: str) -> Markup:
    return Markup('<path class="{}" d="{}"/>').format(name, path)
