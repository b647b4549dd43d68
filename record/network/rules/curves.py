"""Curves of gauges and reservoirs: of a station that has levels, one at a time, and rising with the water."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

from record.network.basin import SiteKind
from record.network.curve import RatingCurve, Segment
from record.network.declared import Declared
from record.network.row import Row
from record.network.rules.gauges import gives, station_of

MOST = 1_000_000
"""No level, flow, storage or surface of a curve is as great as this, nor the factor of a power curve."""
HIGHEST_DATUM = 10_000
"""How far, in m, the level of no flow may lie from the datum of a gauge, which may be that of the sea."""
STEEPEST = 10
"""The greatest exponent of a power curve; channels have 1.5 to 3 (ISO 18320)."""
MOST_SHIFT = 100
"""The greatest shift of a stage, in m."""
JOIN_PERCENT = 5
"""How far the discharge of two neighbouring segments may differ where they meet."""


def curves_are_of_gauged_levels(declared: Declared) -> None:
    """A curve or a shift is of a declared station that has levels, and that of a reservoir of a reservoir."""
    kinds = {row.fact.id: row.fact.kind for row in declared.sites}
    for row in _dated(declared):
        station = station_of(declared, row, row.fact.station)
        if not gives(station, "level"):
            raise row.wrong(f"station {station.id!r} has no series of level to read a curve by", "station")
    for curve in declared.reservoir_curves:
        station = station_of(declared, curve, curve.fact.station)
        if kinds.get(station.site) is not SiteKind.RESERVOIR:
            raise curve.wrong(f"station {station.id!r} stands at no reservoir: a curve of storage is of one", "station")


def curves_run_forward(declared: Declared) -> None:
    """A curve or a shift ends after it begins."""
    for row in _dated(declared):
        until = row.fact.valid_until
        if until is not None and until <= row.fact.valid_from:
            raise row.wrong(f"this curve of {row.fact.station} ends on {until}, before it begins", "valid_until")


def curves_do_not_overlap(declared: Declared) -> None:
    """On any day one curve of a kind, and one shift, holds for a station."""
    for rows in (declared.rating_curves, declared.shifts, declared.reservoir_curves):
        earlier, later = next(_overlapping(rows), (None, None))
        if earlier is not None and later is not None:
            raise later.wrong(
                f"this curve of {later.fact.station} holds at the same time as the one at {earlier.where()}:"
                " end one with valid_until",
                "valid_from",
            )


def rating_curves_are_told_in_one_way(declared: Declared) -> None:
    """A rating curve has segments or points, and its limits enclose the levels at which discharge was gauged."""
    for row in declared.rating_curves:
        curve = row.fact
        if bool(curve.segments) == bool(curve.points):
            raise row.wrong(f"rating curve {curve.id!r} needs either segments or points, and not both", "id")
        if not curve.limit_low <= curve.lowest < curve.highest <= curve.limit_high:
            raise row.wrong(
                f"rating curve {curve.id!r}: limit_low {curve.limit_low}, lowest {curve.lowest}, highest"
                f" {curve.highest} and limit_high {curve.limit_high} must rise in this order",
                "lowest",
            )
        starts = curve.points[0][0] if curve.points else curve.segments[0].above
        if starts > curve.lowest or (curve.points and curve.points[-1][0] < curve.highest):
            raise row.wrong(f"rating curve {curve.id!r} does not cover all levels from lowest to highest", "lowest")
        if curve.error_percent is not None and curve.error_percent <= 0:
            raise row.wrong(f"error_percent {curve.error_percent} must be more than 0", "error_percent")


def power_curves_are_sound(declared: Declared) -> None:
    """Segments rise, none takes the root of less than nothing, two that meet agree, and no river has such a flow."""
    for row in declared.rating_curves:
        for number, segment in enumerate(row.fact.segments):
            fault = _segment_fault(segment)
            if fault is not None:
                raise row.wrong(f"segment {number + 1} of {row.fact.id!r} {fault}", "segments", number)
        for number, (lower, upper) in enumerate(pairwise(row.fact.segments)):
            fault = _join_fault(lower, upper)
            if fault is not None:
                raise row.wrong(f"segments {number + 1} and {number + 2} of {row.fact.id!r} {fault}", "segments")
        if row.fact.segments and not _flows(row.fact):
            raise row.wrong(
                f"rating curve {row.fact.id!r} gives no flow below {MOST} m3/s at limit_high"
                f" {row.fact.limit_high}: correct it or the segments",
                "limit_high",
            )


def curves_stay_within_reason(declared: Declared) -> None:
    """No point of a table and no shift is beyond what any river or reservoir has."""
    curves: tuple[Row[Any], ...] = (*declared.rating_curves, *declared.reservoir_curves)
    for row in curves:
        for point in row.fact.points:
            if any(not -MOST < number < MOST for number in point):
                raise row.wrong(f"curve {row.fact.id!r} has a number of {MOST} or more in {_shown(point)}", "points")
    for shift in declared.shifts:
        for key in ("at_begin", "at_end"):
            if not -MOST_SHIFT <= getattr(shift.fact, key) <= MOST_SHIFT:
                raise shift.wrong(f"{key} {getattr(shift.fact, key)} must be from -{MOST_SHIFT} to {MOST_SHIFT} m", key)


def tabulated_curves_rise(declared: Declared) -> None:
    """Of a table each level is above the one before, and discharge, storage and surface never fall nor are negative."""
    curves: tuple[Row[Any], ...] = (*declared.rating_curves, *declared.reservoir_curves)
    for row in curves:
        points: Sequence[tuple[Decimal, ...]] = row.fact.points
        if len(points) == 1 or not (points or isinstance(row.fact, RatingCurve)):
            raise row.wrong(f"curve {row.fact.id!r} needs two points or more", "points")
        for lower, upper in pairwise(points):
            if upper[0] <= lower[0] or any(high < low for low, high in zip(lower[1:], upper[1:], strict=True)):
                raise row.wrong(f"curve {row.fact.id!r} falls from {_shown(lower)} to {_shown(upper)}", "points")
        if any(value < 0 for value in (points[0][1:] if points else ())):
            raise row.wrong(f"curve {row.fact.id!r} begins below 0: {_shown(points[0])}", "points")


def flow(segment: Segment, level: Decimal) -> Decimal:
    """Discharge in m3/s at a level in m: a (H + b)^c."""
    return segment.a * (level + segment.b) ** segment.c


def _segment_fault(segment: Segment) -> str | None:
    if segment.a <= 0 or segment.c <= 0:
        return f"does not rise: a {segment.a} and c {segment.c} must be more than 0"
    for key, most in (("a", MOST), ("b", HIGHEST_DATUM), ("c", STEEPEST)):
        if not -most <= getattr(segment, key) <= most:
            return f"is of no river: {key} {getattr(segment, key)} must not be beyond {most}"
    if segment.above + segment.b < 0:
        return f"asks for a power of {segment.above + segment.b} at its lower end: above + b must be 0 or more"
    return None


def _flows(curve: RatingCurve) -> bool:
    """Whether the flow at the upper limit of a power curve is one that a river can have."""
    try:
        return flow(curve.segments[-1], curve.limit_high) < MOST
    except ArithmeticError:
        return False


def _join_fault(lower: Segment, upper: Segment) -> str | None:
    if upper.above <= lower.above:
        return f"do not rise: above {lower.above}, then {upper.above}"
    try:
        below, beyond = flow(lower, upper.above), flow(upper, upper.above)
    except ArithmeticError:
        return f"cannot be worked out at {upper.above} m: correct above, a, b or c"
    if abs(below - beyond) * 100 > JOIN_PERCENT * max(below, beyond):
        return (
            f"do not meet at {upper.above} m: {below:.3g} and {beyond:.3g} m3/s"
            f" differ by more than {JOIN_PERCENT} percent"
        )
    return None


def _dated(declared: Declared) -> tuple[Row[Any], ...]:
    return (*declared.rating_curves, *declared.shifts, *declared.reservoir_curves)


def _overlapping(rows: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], Row[Any]]]:
    for one, other in combinations(rows, 2):
        if (one.fact.station, one.fact.simulated) == (other.fact.station, other.fact.simulated):
            (begins, ends), (starts, stops) = _validity(one.fact), _validity(other.fact)
            if begins < stops and starts < ends:
                yield one, other


def _validity(fact: Any) -> tuple[date, date]:
    return fact.valid_from, fact.valid_until or date.max


def _shown(point: Sequence[Decimal]) -> str:
    return f"[{', '.join(map(str, point))}]"
