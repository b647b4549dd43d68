"""The local calendar of a station: in which year and month, and on which day of the year, a reading falls."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

DAYS = 366
"""Days of a calendar in which 1 March is always the 61st: a day keeps its number in leap years and in others."""
_LENGTHS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_BEFORE = np.cumsum(_LENGTHS) - _LENGTHS
_DAY = 86_400


class Local(NamedTuple):
    """Years, months (1 to 12) and days of the year (1 to 366), int64 of the shape of the times."""

    year: NDArray[np.int64]
    month: NDArray[np.int64]
    day: NDArray[np.int64]


def local(time: NDArray[np.int64], zone: ZoneInfo) -> Local:
    """Where times, in seconds since 1970, fall in the calendar of `zone`."""
    if not len(time):
        nothing = np.empty(0, dtype=np.int64)
        return Local(nothing, nothing, nothing)
    first = datetime.fromtimestamp(int(time.min()), zone)
    last = datetime.fromtimestamp(int(time.max()), zone)
    months = np.arange(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    begins = np.array([_begin(month, zone) for month in months.tolist()])
    place = np.searchsorted(begins, time, side="right") - 1
    year, month = np.divmod(months[place], 12)
    # Where clocks were changed the last hour of a month may count as one of a day more.
    day = np.minimum((time - begins[place]) // _DAY, _LENGTHS[month] - 1)
    return Local(year, month + 1, _BEFORE[month] + day + 1)


def year_begins(year: int, zone: ZoneInfo) -> int:
    """The first second of a local year, since 1970."""
    return _begin(year * 12, zone)


def _begin(month: int, zone: ZoneInfo) -> int:
    return int(datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).timestamp())
