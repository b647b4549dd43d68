"""Storage and surface of a reservoir from its level, by dated curves.

Source: WMO-No. 168, Guide to Hydrological Practices: elevation-storage and elevation-area curves, read linearly between
the points of the survey.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.derive.validity import in_force
from record.network.curve import ReservoirCurve

Values = NDArray[np.float64]
Times = NDArray[np.int64]

_LEVEL, _STORAGE, _SURFACE = range(3)


def storage(level: Values, time: Times, curves: Sequence[ReservoirCurve], zone: ZoneInfo) -> Values:
    """Storage in million m3 of `level` in m at `time` (seconds since 1970), all of shape (n,).

    `curves` are those of one reservoir, whose days begin at midnight in `zone`. NaN outside of the points of the curve,
    without a level and while no curve holds.
    """
    return _read(level, time, curves, zone, _LEVEL, _STORAGE)


def surface(level: Values, time: Times, curves: Sequence[ReservoirCurve], zone: ZoneInfo) -> Values:
    """Surface in km2 of `level` in m, in the same way."""
    return _read(level, time, curves, zone, _LEVEL, _SURFACE)


def surface_of_storage(stored: Values, time: Times, curves: Sequence[ReservoirCurve], zone: ZoneInfo) -> Values:
    """Surface in km2 of a reservoir that holds `stored` million m3, in the same way."""
    return _read(stored, time, curves, zone, _STORAGE, _SURFACE)


def _read(
    values: Values, time: Times, curves: Sequence[ReservoirCurve], zone: ZoneInfo, given: int, wanted: int
) -> Values:
    found = np.full(values.shape, np.nan)
    holds = in_force(time, curves, zone)
    for number, curve in enumerate(curves):
        mine = holds == number
        points = np.array(sorted(curve.points), dtype=np.float64)
        found[mine] = np.interp(values[mine], points[:, given], points[:, wanted], left=np.nan, right=np.nan)
    return found
