"""The stamp under which a value over a period is entered: the start of its day, 10-day period or month.

Senders stamp the same mean in several ways: a day at 00:00, 08:00 or 12:00, a 10-day period on its first day or, as
the data set CA-discharge does, on the 5th, 15th or 25th. Entered as they come, the same period would stand twice. So
each stamp is taken for the period that it names, and that is entered at its start in the calendar of its station.
Stamps that name the end of a period are turned before, where a source declares them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.days import Days, Times, day_of, start_of
from ingest.written.wall_clock import moment_of

NO_STAMP = int(np.iinfo(np.int64).min)
"""In the place of a stamp that names no period."""
_SUMS = frozenset({"precipitation"})
"""Sums of a day say by their stamp from which hour on they run: rain is summed from 08:00 to 08:00, and from 00:00."""
_MIDNIGHT = time()
_LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """From the day that a stamp bears to the first day of its period.

    `firsts`: of each day of a month on which a stamp may be, the day of that month on which its period begins.
    `otherwise`: what is said of a stamp on any other day. `until`: from which hour of a day on a stamp is refused.
    """

    firsts: Mapping[int, int]
    otherwise: str = ""
    until: time | None = None


def starter_of(quantity: str, interval: str) -> Starter | None:
    """How values of that quantity and interval come to their period; None where they are entered as they are stamped.

    Those are instants, and sums of a day.
    """
    return None if interval == "daily" and quantity in _SUMS else _STARTERS.get(interval)


def entered_at(stamp: datetime, starter: Starter, sender: ZoneInfo, station: ZoneInfo) -> datetime | str:
    """The start in UTC of the period that an aware stamp names; or, in words, why it names none.

    `sender` and `station` are the calendars of the source and of the station. A stamp at the moment when a day of the
    sender begins bears that day, any other the day of the station's calendar: a neighbour who writes 5 May means 5 May,
    though it began at 23:00 of 4 May at the station. Where it is not known that the sender's day begins then, the last
    hour names none: of the offset that was written nothing is left in a stamp.
    """
    day = stamp.astimezone(sender).date()
    if moment_of(datetime.combine(day, _MIDNIGHT), sender) != stamp:
        local = stamp.astimezone(station)
        if starter.until is not None and local.time() >= starter.until:
            return (
                f"its stamp is at {local:%H:%M} on {local.date().isoformat()} in {station}, which may be the midnight"
                " of a clock that runs ahead: stamp it earlier in its day, or declare the zone in which the days of its"
                " sender begin"
            )
        day = local.date()
    first = starter.firsts.get(day.day)
    if first is None:
        return f"its stamp is on {day.isoformat()}, {starter.otherwise}"
    return moment_of(datetime.combine(day.replace(day=first), _MIDNIGHT), station)


def is_start(stamp: datetime, begin: datetime, sender: ZoneInfo, station: ZoneInfo) -> bool:
    """Whether an aware stamp is the very start of the period that is entered at `begin`, by either calendar."""
    day = datetime.combine(stamp.astimezone(sender).date(), _MIDNIGHT)
    return stamp == begin or (moment_of(day, sender) == stamp and moment_of(day, station) == begin)


def columns_entered_at(stamps: Times, starter: Starter, sender: ZoneInfo, station: ZoneInfo) -> Times:
    """The same of many stamps, in seconds since 1970 in UTC; `NO_STAMP` where one names no period."""
    sent, local = day_of(stamps, sender), day_of(stamps, station)
    begins = start_of(sent, sender) == stamps
    first, names = _first_days(np.where(begins, sent, local), starter)
    if starter.until is not None:
        names &= begins | (stamps < start_of(local, station, starter.until))
    return np.where(names, start_of(first, station), NO_STAMP)


def _first_days(day: Days, starter: Starter) -> tuple[Days, NDArray[np.bool_]]:
    """The first days of the periods that the numbered days name, and which (bool) name one."""
    table = np.zeros(_LONGEST_MONTH + 1, dtype=np.int64)
    table[list(starter.firsts)] = list(starter.firsts.values())
    before = day.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    first = table[day - before]
    return before + first, first > 0


_STARTERS = {
    # A logger that still runs at +06:00 writes the midnight of its day, and at Almaty that is 23:00 of the day before.
    "daily": Starter(firsts={day: day for day in range(1, _LONGEST_MONTH + 1)}, until=time(23)),
    # Not the last day either: an hour of difference between two clocks makes it of the start of the next period.
    "10-day": Starter(
        firsts={1: 1, 5: 1, 11: 11, 15: 11, 21: 21, 25: 21},
        otherwise="neither the first (1, 11, 21) nor the middle day (5, 15, 25) of a 10-day period",
    ),
    "monthly": Starter(firsts={1: 1, 15: 1}, otherwise="neither the first nor the 15th day of a month"),
}
