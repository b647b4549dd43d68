"""Discharge from level by dated rating curves.

Source: WMO-No. 1044, Manual on Stream Gauging, volume II; ISO 1100-2 (now ISO 18320): stage-discharge relations as
power curves in segments or as tables, shifts of the stage, and caution beyond the gauged stages.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.derive.validity import bounds, in_force
from record.entry import Flag
from record.network.curve import RatingCurve, Segment, Shift

Values = NDArray[np.float64]
Times = NDArray[np.int64]

SLIP = 1e-4
"""So near to a bound of a curve, in m, a level is at it: none is read so, and 1.12 - 0.02 is not 1.1 as binary."""


def discharge(
    level: Values, time: Times, curves: Sequence[RatingCurve], shifts: Sequence[Shift], zone: ZoneInfo
) -> tuple[Values, NDArray[np.int8]]:
    """Discharge in m3/s of `level` in m above the datum at `time` (seconds since 1970), all of shape (n,).

    `curves` and `shifts` are those of one station, whose days begin at midnight in `zone`. Verdicts are good within the
    gauged levels and suspect outside of them; beyond the limits of the curve, without a level and while no curve holds
    the discharge is NaN and missing.
    """
    asked = level + shift_at(time, shifts, zone)
    values = np.full(level.shape, np.nan)
    verdict = np.full(level.shape, Flag.MISSING, dtype=np.int8)
    holds = in_force(time, curves, zone)
    for number, curve in enumerate(curves):
        mine = holds == number
        at = _at_bounds(asked[mine], curve)
        found = _read(at, curve)
        values[mine] = found
        verdict[mine] = _verdict(at, found, curve)
    return values, verdict


def shift_at(time: Times, shifts: Sequence[Shift], zone: ZoneInfo) -> Values:
    """What is added to a level before the curve is asked, in m: linear in time over each shift, else nought."""
    found = np.zeros(time.shape)
    holds = in_force(time, shifts, zone)
    for number, shift in enumerate(shifts):
        mine = holds == number
        found[mine] = np.interp(time[mine], bounds(shift, zone), (float(shift.at_begin), float(shift.at_end)))
    return found


def by_curve(level: Values, curve: RatingCurve) -> Values:
    """Discharge in m3/s of levels that are corrected already, in m; NaN where the curve says nothing.

    Of a power curve Q = a (H + b)^c of the segment in which H lies; nothing flows at or below the level of no flow of
    the lowest one, H = -b, as the bed is dry; between that and the first segment the curve says nothing. Of a table
    linear between its points; nothing outside of them. A level within `SLIP` of a bound is at it.
    """
    return _read(_at_bounds(level, curve), curve)


def _read(level: Values, curve: RatingCurve) -> Values:
    """Discharge of levels, none of which lies only just beyond a bound."""
    if curve.points:
        found = _by_points(level, curve)
    else:
        found = _by_segments(level, curve.segments) if curve.segments else np.full(level.shape, np.nan)
    found[(level < float(curve.limit_low)) | (level > float(curve.limit_high))] = np.nan
    return found


def _by_segments(level: Values, segments: Sequence[Segment]) -> Values:
    rising = sorted(segments, key=lambda segment: segment.above)
    begins = np.array([float(segment.above) for segment in rising])
    place = np.searchsorted(begins, level, side="right") - 1
    a, b, c = (np.array([float(getattr(segment, name)) for segment in rising]) for name in ("a", "b", "c"))
    head = level + b[place]
    answers = (place >= 0) & (head >= 0)
    found = np.full(level.shape, np.nan)
    found[answers] = (a[place] * np.power(head, c[place], where=answers, out=np.zeros_like(head)))[answers]
    found[level <= -b[0]] = 0.0
    return found


def _at_bounds(level: Values, curve: RatingCurve) -> Values:
    """The same levels, those within `SLIP` of a bound of the curve at that very bound."""
    bounds = {curve.limit_low, curve.limit_high, curve.lowest, curve.highest}
    bounds |= {segment.above for segment in curve.segments} | {point[0] for point in curve.points}
    bounds |= {-segment.b for segment in curve.segments}
    rising = np.array(sorted(map(float, bounds)))
    place = np.clip(np.searchsorted(rising, level), 1, len(rising) - 1)
    nearest = np.where(level - rising[place - 1] < rising[place] - level, rising[place - 1], rising[place])
    return np.where(np.abs(level - nearest) <= SLIP, nearest, level)


def _by_points(level: Values, curve: RatingCurve) -> Values:
    levels, flows = zip(*sorted(curve.points), strict=True)
    found: Values = np.interp(
        level, np.array(levels, dtype=float), np.array(flows, dtype=float), left=np.nan, right=np.nan
    )
    return found


def _verdict(level: Values, found: Values, curve: RatingCurve) -> NDArray[np.int8]:
    gauged = (level >= float(curve.lowest)) & (level <= float(curve.highest))
    verdict = np.where(gauged, Flag.GOOD, Flag.SUSPECT).astype(np.int8)
    verdict[np.isnan(found)] = Flag.MISSING
    return verdict
