"""The curves of a station: of a post discharge by level, of a reservoir storage and surface by level, with its shifts.

Stages stand upright, as hydrologists draw them. Where discharge was not gauged a rating curve is dashed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeVar

from record.network import Network
from record.network.curve import RatingCurve, ReservoirCurve, Segment, Shift
from service.language import Language
from service.page import curve_plot
from service.page.curve_plot import Curve, Plot, Point

Dated = TypeVar("Dated", RatingCurve, ReservoirCurve)
_STEPS = 60
"""So many straight pieces look like a power curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """The rating curves of a station, the newest first, and their picture."""

    station: str
    curves: tuple[RatingCurve, ...]
    shifts: tuple[Shift, ...]
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The curves of a reservoir, the newest first, with their pictures: storage by level, and surface by level."""

    station: str
    curves: tuple[ReservoirCurve, ...]
    pictures: tuple[str, ...]


def rated_at(network: Network, station: str, language: Language) -> Rated | None:
    """The rating curves and shifts of a station; None where neither is declared."""
    curves = _newest_first(curve for curve in network.rating_curves if curve.station == station)
    shifts = tuple(shift for shift in network.shifts if shift.station == station)
    if not curves and not shifts:
        return None
    drawn = tuple(part for rank, curve in reversed(list(enumerate(curves))) for part in _parts(curve, rank))
    plot = Plot(
        curves=drawn,
        across=language.say("{quantity}, {unit}", quantity=language.say("discharge"), unit=language.unit("m³/s")),
        up=_level(language),
        label=language.say("Rating curve of {station}: discharge by water level", station=station),
    )
    return Rated(station=station, curves=curves, shifts=shifts, picture=curve_plot.svg(plot, language))


def stored_at(network: Network, station: str, language: Language) -> Stored | None:
    """The curves of a reservoir; None where none is declared."""
    curves = _newest_first(curve for curve in network.reservoir_curves if curve.station == station)
    if not curves:
        return None
    across = (
        language.say("{quantity}, {unit}", quantity=language.say("storage"), unit=language.unit("million m³")),
        language.say("{quantity}, {unit}", quantity=language.say("water surface"), unit=language.unit("km²")),
    )
    labels = (
        language.say("Curve of {station}: storage by water level", station=station),
        language.say("Curve of {station}: water surface by water level", station=station),
    )
    pictures = tuple(
        curve_plot.svg(Plot(curves=_by_level(curves, place), across=name, up=_level(language), label=label), language)
        for place, (name, label) in enumerate(zip(across, labels, strict=True), 1)
    )
    return Stored(station=station, curves=curves, pictures=pictures)


def formula(segment: Segment) -> str:
    """A segment of a power curve as it is computed: discharge in m³/s by the level in m."""
    sign = "−" if segment.b < 0 else "+"
    return f"Q = {segment.a:f} · (H {sign} {abs(segment.b):f})^{segment.c:f}"


def points_of(curve: RatingCurve) -> tuple[Point, ...]:
    """Levels and discharges of a rating curve as far as it says anything: its own points, or so many of its segments.

    Where two segments meet the upper one counts.
    """
    if curve.points:
        return tuple((float(level), float(flow)) for level, flow in curve.points)
    low, high = float(curve.limit_low), float(curve.limit_high)
    bounds = {low, high, float(curve.lowest), float(curve.highest)} | {float(one.above) for one in curve.segments}
    steps = {low + (high - low) * step / _STEPS for step in range(_STEPS + 1)}
    levels = sorted(level for level in bounds | steps if low <= level <= high)
    return tuple((level, flow) for level in levels for flow in _flow(curve.segments, level))


def _flow(segments: Sequence[Segment], level: float) -> Iterator[float]:
    below = [one for one in segments if float(one.above) <= level]
    if below:
        part = max(below, key=lambda one: one.above)
        depth = level + float(part.b)
        yield float(part.a) * depth ** float(part.c) if depth > 0 else 0.0


def _parts(curve: RatingCurve, rank: int) -> Iterator[Curve]:
    """What was gauged of a curve, and what lies below and above it."""
    low, high = float(curve.lowest), float(curve.highest)
    points = _with(_with(points_of(curve), low), high)
    for dashed, part in (
        (True, [point for point in points if point[0] <= low]),
        (False, [point for point in points if low <= point[0] <= high]),
        (True, [point for point in points if point[0] >= high]),
    ):
        if len(part) > 1:
            yield Curve(points=tuple((flow, level) for level, flow in part), rank=rank, dashed=dashed)


def _with(points: Sequence[Point], level: float) -> tuple[Point, ...]:
    """The points with one at a level, on the straight line between its neighbours."""
    for (low, below), (high, above) in pairwise(points):
        if low < level < high:
            flow = below + (above - below) * (level - low) / (high - low)
            return tuple(sorted([*points, (level, flow)]))
    return tuple(points)


def _by_level(curves: Sequence[ReservoirCurve], place: int) -> tuple[Curve, ...]:
    return tuple(
        Curve(points=tuple((float(point[place]), float(point[0])) for point in curve.points), rank=rank)
        for rank, curve in reversed(list(enumerate(curves)))
    )


def _level(language: Language) -> str:
    return language.say("{quantity}, {unit}", quantity=language.say("water level"), unit=language.unit("m"))


def _newest_first(curves: Iterator[Dated]) -> tuple[Dated, ...]:
    return tuple(sorted(curves, key=lambda curve: (curve.valid_from, curve.valid_until or date.max), reverse=True))
