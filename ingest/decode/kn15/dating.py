"""The month and the year that a telegram does not send.

A day is placed on the latest date that has it and is not after the time of receipt; months that lack the day are
stepped over. A day is never moved to another day: 31 received in early December is 31 October, not 30 November.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

TOLERANCE = timedelta(hours=3)
"""How far a telegram's own time may run ahead of the clock that received it."""
FAR_BACK = timedelta(days=10)
_MONTHS = 12
_LEAP_CYCLE = 9


def instant(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """A local day and hour as UTC; hour 24 is the midnight that ends the day."""
    whole_days, local_hour = divmod(hour, 24)
    on = day + timedelta(days=whole_days)
    return datetime(on.year, on.month, on.day, local_hour, tzinfo=zone).astimezone(UTC)


def telegram_day(day: int, received: datetime, zone: ZoneInfo) -> date:
    """The latest local date with that day number, up to the date of receipt (with the tolerance).

    The hour has no say: an hour that is still to come makes the telegram doubtful, not a month old.
    """
    return latest_day(day, (received + TOLERANCE).astimezone(zone).date())


def latest_day(day: int, last: date) -> date:
    """The latest date not after `last` whose day of the month is `day` (1 to 31)."""
    year, month = last.year, last.month
    for _ in range(_MONTHS):
        found = _date(year, month, day)
        if found is not None and found <= last:
            return found
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    raise ValueError(f"day {day} is in no month")


def latest_month_day(month: int, day: int, last: date) -> date | None:
    """The latest date not after `last` with that month and day; None where no calendar has it."""
    for year in range(last.year, last.year - _LEAP_CYCLE, -1):
        found = _date(year, month, day)
        if found is not None and found <= last:
            return found
    return None


def latest_period(period: str, last: date) -> tuple[date, date]:
    """First day and the day after the last of the latest 10-day period or month that ended by the start of `last`.

    `period` is 11, 22 or 33 for the 10-day periods of a month, 30 for the month.
    """
    year, month = last.year, last.month
    while True:
        start, end = _period(period, year, month)
        if end <= last:
            return start, end
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def _period(period: str, year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    if period == "11":
        return first, first.replace(day=11)
    if period == "22":
        return first.replace(day=11), first.replace(day=21)
    return (first.replace(day=21) if period == "33" else first), following


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
