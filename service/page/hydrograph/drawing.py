"""The picture of a hydrograph: paths in a box of a thousand by four hundred, which is drawn as wide as there is room.

Strokes keep their width and marks their shape whatever the box is stretched to: a mark is a stroke of no length, whose
ends make it a square or a disc. A mean or a sum is level from the begin of its period to its end.
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
from service.page.hydrograph.axis import DOWN, Axis, axis_of
from service.page.hydrograph.looks import looks

ACROSS = 1000
MOST_AXES = 2
_TICK, _BETWEEN = 14, 18
"""How long the stroke of a missing reading is, and how much higher that of the next line stands."""
_SEEN = 3
"""A period alone that is narrower than this has a dot."""
_RINGED = ("suspect", "estimated")
"""Marks that are hollow: drawn once more in the colour of the paper."""


@dataclass(frozen=True, slots=True)
class Path:
    """A path: `name` is what it shows, as classes, and `line` how it goes."""

    name: str
    line: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn hydrograph: its paths, and its axes, of which the first stands left and the second right."""

    paths: tuple[Path, ...]
    axes: tuple[Axis, ...]

    @property
    def markup(self) -> Markup:
        """The paths as they stand in a page, whose style says how they look."""
        return Markup().join(Markup('<path class="{}" d="{}"/>').format(one.name, one.line) for one in self.paths)


def picture(network: Network, held: Sequence[Hydrograph]) -> Picture | None:
    """The picture of hydrographs of one span, in the order of their lines; None where there is nothing to draw.

    Raises `SelectionError` where they are of more than two units.
    """
    units = [quantity_of(network.series[one.series].quantity).label for one in held]
    if len(set(units)) > MOST_AXES:
        raise SelectionError(f"{', '.join(dict.fromkeys(units))} are too many units for one chart: choose two of them")
    made = {
        unit: axis_of(network, [one for one, of in zip(held, units, strict=True) if of == unit])
        for unit in dict.fromkeys(units)
    }
    axes = {unit: axis for unit, axis in made.items() if axis is not None}
    if not axes:
        return None
    found = [_grid(next(iter(axes.values())))]
    for number, (one, unit, look) in enumerate(zip(held, units, looks(network, held), strict=True)):
        if unit in axes:
            found += _drawn(one, axes[unit], look, None if len(held) == 1 else number)
    return Picture(tuple(found), tuple(axes.values()))


def _grid(axis: Axis) -> Path:
    return Path("grid", "".join(f"M0 {y:.1f}H{ACROSS}" for y in axis.down(np.array(axis.ticks)).tolist()))


def _drawn(held: Hydrograph, axis: Axis, look: str, among: int | None) -> Iterator[Path]:
    """What lies lowest first: the band, the norm, the year before, the line itself, its marks.

    `among` is its place among several lines.
    """
    if held.context and held.context.band:
        yield from _band(held.context.band, held, axis)
    if held.context and held.context.before:
        yield from _line(held.context.before, held, axis, "before")
    yield from _line(held.curve, held, axis, f"line {look}")
    yield from _missing(held, look, among)
    yield from _marks(held, axis)


def _across(time: np.ndarray, held: Hydrograph) -> np.ndarray:
    """How far from the left times lie; what is normal for a day that has begun before stands at the edge."""
    found: np.ndarray = np.clip((time - held.start) / (held.end - held.start) * ACROSS, 0, ACROSS)
    return found


def _middle(time: np.ndarray, end: np.ndarray | None) -> np.ndarray:
    """Where a mark stands: in the middle of its period."""
    found: np.ndarray = time if end is None else (time + end) / 2
    return found


def _points(
    time: np.ndarray, value: np.ndarray, held: Hydrograph, axis: Axis, end: np.ndarray | None = None
) -> list[str]:
    """Where the points of a line lie; of a mean begin and end of its period."""
    if end is not None:
        time, value = np.column_stack([time, end]).ravel(), np.repeat(value, 2)
    across, down = np.round(_across(time, held), 1).tolist(), np.round(axis.down(value), 1).tolist()
    return [f"{x:g} {y:g}" for x, y in zip(across, down, strict=True)]


def _line(curve: Curve, held: Hydrograph, axis: Axis, name: str) -> Iterator[Path]:
    path, dots = [], []
    for run in _unbroken(curve.value):
        end = None if curve.end is None else curve.end[run]
        points = _points(curve.time[run], curve.value[run], held, axis, end)
        if len(points) > 1:
            path.append(f"M{'L'.join(points)}")
        if _is_speck(curve.time[run], end, held):
            # A reading alone is a dot: it has no neighbour to be joined to.
            dots.append(f"M{points[0]}h0")
    if path:
        yield Path(name, "".join(path))
    if dots:
        yield Path(f"{name} alone", "".join(dots))


def _is_speck(time: np.ndarray, end: np.ndarray | None, held: Hydrograph) -> bool:
    """Whether an unbroken run is one reading that no stroke shows."""
    return len(time) == 1 and (end is None or (end[0] - time[0]) * ACROSS < _SEEN * (held.end - held.start))


def _unbroken(value: np.ndarray) -> Iterator[slice]:
    known = np.concatenate([[False], ~np.isnan(value), [False]])
    edges = np.flatnonzero(np.diff(known)).tolist()
    for first, past in zip(edges[::2], edges[1::2], strict=True):
        yield slice(first, past)


def _band(band: Band, held: Hydrograph, axis: Axis) -> Iterator[Path]:
    areas, means = [], []
    end = np.append(band.time[1:], band.time[-1:])
    for run in _unbroken(band.low + band.high):
        low = _points(band.time[run], band.low[run], held, axis, end[run])
        high = _points(band.time[run], band.high[run], held, axis, end[run])
        areas.append(f"M{'L'.join([*high, *reversed(low)])}Z")
    for run in _unbroken(band.mean):
        means.append(f"M{'L'.join(_points(band.time[run], band.mean[run], held, axis, end[run]))}")
    yield Path("band", "".join(areas))
    yield Path("norm", "".join(means))


def _missing(held: Hydrograph, look: str, among: int | None) -> Iterator[Path]:
    """Strokes at the foot; of several lines each has a row of its own in its own colour."""
    mine = np.array(held.marks.kind) == "missing"
    if mine.any():
        end = None if held.marks.end is None else held.marks.end[mine]
        across = np.round(_across(_middle(held.marks.time[mine], end), held), 1).tolist()
        foot = DOWN - _BETWEEN * (among or 0)
        name = "mark missing" if among is None else f"mark missing {look}"
        yield Path(name, "".join(f"M{x:g} {foot}v-{_TICK}" for x in across))


def _marks(held: Hydrograph, axis: Axis) -> Iterator[Path]:
    marks, told = held.marks, held.amendments
    kinds, at = np.array(marks.kind), _middle(marks.time, marks.end)
    for kind in dict.fromkeys(marks.kind):
        if kind != "missing":
            mine = (kinds == kind) & ~np.isnan(marks.value)
            yield from _spots(kind, at[mine], marks.value[mine], held, axis)
    at, both = _middle(told.time, told.end), ~np.isnan(told.value) & ~np.isnan(told.old)
    if both.any():
        across = np.round(_across(at[both], held), 1).tolist()
        bounds = (np.round(axis.down(one[both]), 1).tolist() for one in (told.old, told.value))
        yield Path("mark was", "".join(f"M{x:g} {old:g}V{now:g}" for x, old, now in zip(across, *bounds, strict=True)))
        yield from _beyond("amended", at[both], told.old[both], held, axis)
    known = ~np.isnan(told.value)
    yield from _spots("amended", at[known], told.value[known], held, axis)


def _spots(kind: str, at: np.ndarray, value: np.ndarray, held: Hydrograph, axis: Axis) -> Iterator[Path]:
    on = axis.holds(value)
    yield from _beyond(kind, at, value, held, axis)
    if on.any():
        path = "".join(f"M{point}h0" for point in _points(at[on], value[on], held, axis))
        yield Path(f"mark {kind}", path)
        if kind in _RINGED:
            yield Path(f"mark {kind} within", path)


def _beyond(kind: str, at: np.ndarray, value: np.ndarray, held: Hydrograph, axis: Axis) -> Iterator[Path]:
    """An arrow at the edge beyond which a value lies."""
    off = ~axis.holds(value)
    if off.any():
        across = np.round(_across(at[off], held), 1).tolist()
        tips = [(2, 1) if one > axis.ticks[-1] else (DOWN - 2, -1) for one in value[off].tolist()]
        arrows = (
            f"M{x - 7:g} {tip + 12 * way}L{x:g} {tip}L{x + 7:g} {tip + 12 * way}"
            for x, (tip, way) in zip(across, tips, strict=True)
        )
        yield Path(f"beyond {kind}", "".join(arrows))
