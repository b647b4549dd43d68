"""The intervals of series: what a time stamp means, and where a period ends.

A stamp is the start of its half-open period, in the local calendar of the station's party: a daily mean of 5 May at
a Kyrgyz post is stamped 2026-05-05T00:00+06:00. `term` readings are instants, taken at 08:00 and 20:00 local time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from record.errors import UnknownName


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval of series; `step` is None where the calendar decides, `point` is true for instants."""

    id: str
    label: str
    point: bool
    step: timedelta | None


INTERVALS: dict[str, Interval] = {
    "term": Interval(id="term", label="readings at the terms", point=True, step=None),
    "10-minute": Interval(id="10-minute", label="10-minute readings", point=True, step=timedelta(minutes=10)),
    "hourly": Interval(id="hourly", label="hourly readings", point=True, step=timedelta(hours=1)),
    "daily": Interval(id="daily", label="daily means", point=False, step=None),
    "10-day": Interval(id="10-day", label="means of 10-day periods", point=False, step=None),
    "monthly": Interval(id="monthly", label="monthly means", point=False, step=None),
}


def interval_of(name: str) -> Interval:
    """Return the interval of that id; raise `UnknownName` with the known ids otherwise."""
    try:
        return INTERVALS[name]
    except KeyError:
        raise UnknownName(f"interval {name!r} is not one of ours: use one of {', '.join(INTERVALS)}") from None


def period_end(name: str, start: datetime, zone: ZoneInfo) -> datetime:
    """End of the period that starts at `start` (aware), by the calendar of `zone`; an instant ends where it starts."""
    interval = interval_of(name)
    if interval.point:
        return start
    local = start.astimezone(zone)
    if name == "daily":
        following = local.date() + timedelta(days=1)
    elif name == "10-day" and local.day < 21:
        following = local.date().replace(day=11 if local.day < 11 else 21)
    else:
        following = (local.date().replace(day=28) + timedelta(days=4)).replace(day=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone)
