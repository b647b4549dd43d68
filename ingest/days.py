"""Local days as numbers, so that whole columns of times are placed in them at once.

A day is numbered by its date, in days since 1 January 1970. It begins at a stated hour by the clock of a zone, and is
not always 24 hours long: on 29 February 2024 Almaty had 25.
"""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Times = NDArray[np.int64]

MIDNIGHT = time()
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400
_YEARS_KEPT = 512


def start_of(days: Days, zone: ZoneInfo, begins: time = MIDNIGHT) -> Times:
    """When each of the numbered days begins, in seconds since 1970."""
    if not len(days):
        return np.empty(0, dtype=np.int64)
    first = int(days.min())
    return _starts(first, int(days.max()), zone, begins)[days - first]


def day_of(times: Times, zone: ZoneInfo, begins: time = MIDNIGHT) -> Days:
    """The number of the day in which each time lies (seconds since 1970)."""
    if not len(times):
        return np.empty(0, dtype=np.int64)
    # No clock is as much as two days away from that of Greenwich.
    first = int(times.min()) // _DAY - 2
    starts = _starts(first, int(times.max()) // _DAY + 2, zone, begins)
    return first + np.searchsorted(starts, times, side="right").astype(np.int64) - 1


def month_of(days: Days) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The month of each numbered day, January being 0, and how many days that month has."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    length = (months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")
    return months.astype(np.int64) % 12, length.astype(np.int64)


def seconds_of_days(begin: Times, end: Times, zone: ZoneInfo) -> tuple[NDArray[np.int64], Days]:
    """How many seconds each stretch `begin <= time < end` has in common with each calendar day that it may touch.

    Times of shape (n,) in seconds since 1970; the seconds and the numbers of the days are both of shape (n, days).
    """
    first, last = day_of(begin, zone), day_of(end - 1, zone)
    days = first[:, np.newaxis] + np.arange(int((last - first).max()) + 1)
    starts, stops = (start_of((days + more).ravel(), zone).reshape(days.shape) for more in (0, 1))
    common = np.minimum(stops, end[:, np.newaxis]) - np.maximum(starts, begin[:, np.newaxis])
    return np.maximum(common, 0), days


def midnight(day: date, zone: ZoneInfo) -> int:
    """The start of a local day, in seconds since 1970; the first one where it came twice."""
    return int(datetime.combine(day, MIDNIGHT, zone).timestamp())


def _starts(first: int, last: int, zone: ZoneInfo, begins: time) -> Times:
    """When each day from `first` to `last` begins."""
    one, other = date.fromordinal(_EPOCH + first), date.fromordinal(_EPOCH + last)
    years = np.concatenate([_year(year, zone, begins) for year in range(one.year, other.year + 1)])
    offset = one.toordinal() - date(one.year, 1, 1).toordinal()
    return years[offset : offset + last - first + 1]


@lru_cache(_YEARS_KEPT)
def _year(year: int, zone: ZoneInfo, begins: time) -> Times:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = map(date.fromordinal, range(first, last + 1))
    return np.array([int(datetime.combine(day, begins, zone).timestamp()) for day in days], dtype=np.int64)
