"""The stamp under which a value over a period is entered: the start of its day, 10-day period or month.

Senders stamp the same mean in several ways: a day at 00:00, 08:00 or 12:00, a 10-day period on its first day or, as
the data set CA-discharge does, on the 5th, 15th or 25th. Entered as they come, the same period would stand twice. So
each stamp is taken for the period that it names, and that is entered at its start in the calendar of its station.
Stamps that name the end of a period are turned before, where a source declares them.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.written.wall_clock import moment_of

NO_STAMP = int(np.iinfo(np.int64).min)
"""In the place of a stamp that names no period."""
_SUMS = frozenset({"precipitation"})
"""Sums of a day say by their stamp from which hour on they run: rain is summed from 08:00 to 08:00, and from 00:00."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MIDNIGHT, _AN_HOUR_BEFORE = time(), time(23)
_FIRSTS = (1, 11, 21)
_MIDDLES = {5: 1, 15: 11, 25: 21}
_MIDDLE_OF_MONTH = 15

Starter = Callable[[date], "date | str"]
"""From the day that a stamp bears to the first day of its period, or why it names none."""


def starter_of(quantity: str, interval: str) -> Starter | None:
    """How values of that quantity and interval come to their period; None where they are entered as they are stamped.

    Those are instants, and sums of a day.
    """
    return None if interval == "daily" and quantity in _SUMS else _STARTERS.get(interval)


def entered_at(stamp: datetime, starter: Starter, sender: ZoneInfo, station: ZoneInfo) -> datetime | str:
    """The start in UTC of the period that an aware stamp names; or, in words, why it names none.

    `sender` and `station` are the calendars of the source and of the station. A stamp at the sender's midnight
    bears the day that begins then, any other the day of the station's calendar: a neighbour who writes 5 May means
    5 May, though it began at 23:00 of 4 May at the station. What else is stamped 23:00 may be of either day.
    """
    local = stamp.astimezone(sender)
    if local.time() != _MIDNIGHT:
        local = stamp.astimezone(station)
        if local.time() == _AN_HOUR_BEFORE:
            return (
                f"its stamp is {local:%Y-%m-%d %H:%M} at its station, midnight on a clock an hour ahead: declare the"
                " zone in which its source writes its days, such as Asia/Bishkek or Etc/GMT-6"
            )
    first = starter(local.date())
    return first if isinstance(first, str) else moment_of(datetime.combine(first, _MIDNIGHT), station)


def columns_entered_at(
    stamps: NDArray[np.int64], starter: Starter, sender: ZoneInfo, station: ZoneInfo
) -> NDArray[np.int64]:
    """The same of many stamps, in seconds since 1970 in UTC; `NO_STAMP` where one names no period."""
    # Series share their stamps: each of them is looked up once, however many rows bear it.
    distinct, place = np.unique(stamps, return_inverse=True)
    starts = (entered_at(_EPOCH + timedelta(seconds=stamp), starter, sender, station) for stamp in distinct.tolist())
    found = (NO_STAMP if isinstance(start, str) else int(start.timestamp()) for start in starts)
    return np.fromiter(found, dtype=np.int64, count=len(distinct))[place]


def _of_day(day: date) -> date | str:
    return day


def _of_ten_days(day: date) -> date | str:
    first = day.day if day.day in _FIRSTS else _MIDDLES.get(day.day)
    if first is None:
        # Not the last day either: an hour of difference between two clocks makes it of the start of the next period.
        return (
            f"its stamp is on {day.isoformat()}, neither the first (1, 11, 21) nor the middle day (5, 15, 25)"
            " of a 10-day period"
        )
    return day.replace(day=first)


def _of_month(day: date) -> date | str:
    if day.day not in (1, _MIDDLE_OF_MONTH):
        return f"its stamp is on {day.isoformat()}, neither the first nor the 15th day of a month"
    return day.replace(day=1)


_STARTERS: dict[str, Starter] = {"daily": _of_day, "10-day": _of_ten_days, "monthly": _of_month}
