"""The report day: a half-open span of time whose boundary is declared, not anybody's midnight."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from record.errors import SelectionError
from record.network.party import ReportDay

FIRST = date(1900, 1, 1)
LAST = date(2199, 12, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The report day called `date`: `begin <= time < end`, both aware; its report is issued at `issue`, after it."""

    date: date
    begin: datetime
    end: datetime
    issue: datetime


def day_of(declared: ReportDay, called: date) -> Day:
    """The report day of that date; raise `SelectionError` for a date that no gauge can have known."""
    if not FIRST <= called <= LAST:
        raise SelectionError(f"{called.isoformat()} is out of range: ask for a day from {FIRST} to {LAST}")
    following = called + timedelta(days=1)
    return Day(
        date=called,
        begin=datetime.combine(called, declared.begins, declared.tz),
        end=datetime.combine(following, declared.begins, declared.tz),
        issue=datetime.combine(following, declared.issued, declared.tz),
    )


def last_complete(declared: ReportDay, now: datetime) -> date:
    """The last report day that has ended at `now` (aware)."""
    local = now.astimezone(declared.tz)
    begun = local.date() if local.time() >= declared.begins else local.date() - timedelta(days=1)
    return begun - timedelta(days=1)


def local_midnights(called: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Where a calendar day of a zone begins and where the next one does; not always 24 hours apart."""
    begin = datetime.combine(called, time(), zone)
    return begin, datetime.combine(called + timedelta(days=1), time(), zone)
