"""Reading times from addresses: `datetime` as EDR spells it, and `as-of`."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from record.errors import SelectionError
from record.selection import EARLIEST, LATEST

# The record holds whole seconds; the finest step a time can have makes a closed end half open and takes in no other.
_STEP = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_YEARS = re.compile(r"(\d{4})/(\d{4})", re.ASCII)
# RFC 3339 has offsets of whole minutes alone; of a finer one the language reads a part and drops the rest.
_OFFSET = re.compile(r"(?:Z|[ +-]\d\d(?::?\d\d)?)\s*\Z", re.ASCII)


def interval_of(text: str | None, zones: Sequence[ZoneInfo] = ()) -> tuple[datetime, datetime]:
    """The half-open interval that `datetime` asks for; closed at its end, as the standard has it.

    A bare date is that day in UTC. Where `zones` are given it is a day of each: it begins at the first midnight of any
    and ends where the next day begins in the first of them, and so holds of each zone the stamp of that day, which is
    the midnight with which it begins, and that of no other.
    Raises `SelectionError` where it is neither an instant nor an interval, or has no offset.
    """
    if text is None or text in ("..", "../.."):
        return EARLIEST, LATEST
    first, slash, last = text.partition("/")
    if not slash:
        return _moment(first, zones)
    start = EARLIEST if first in ("", "..") else _moment(first, zones)[0]
    end = LATEST if last in ("", "..") else _moment(last, zones)[1]
    if start >= end:
        raise SelectionError(f"datetime {_written(text)[:80]!r} ends before it starts: turn it round")
    return start, end


def moment_of(text: str) -> datetime:
    """One instant to the second, or the beginning of a day in UTC; raise `SelectionError` for anything else."""
    moment = _moment(text)[0]
    if moment.microsecond:
        raise SelectionError(f"time {text[:40]!r} has a fraction of a second: the record holds whole seconds")
    return moment


def bound_of(text: str, name: str, zone: ZoneInfo) -> int:
    """A bound of a span in seconds since 1970, as the parameter `name` says it: a time with offset, or a day.

    A day begins at its midnight in the zone. Raises `SelectionError` where it is neither.
    """
    day = _iso_day(text)
    # The first day of all begins before the first time of UTC.
    at = _read(text) if day is None else max(_midnight(day, [zone]), EARLIEST)
    if at is None or not EARLIEST <= at < LATEST:
        raise SelectionError(
            f"{name} {_written(text)[:40]!r} is neither a day nor a time with offset from {EARLIEST.year} to "
            f"{LATEST.year - 1}: write 2026-05-01 or 2026-05-01T08:00:00Z"
        )
    return int(at.timestamp())


def days_of(text: str | None, today: date) -> tuple[date, date]:
    """First and last day, both counted, of a day or an interval of days in the local calendar of whoever owes.

    Without a text it is `today`. Raises `SelectionError` where it is neither.
    """
    if text is None:
        return today, today
    first, slash, last = text.partition("/")
    return _day(first, text), _day(last, text) if slash else _day(first, text)


def calendar_day(text: str, name: str) -> date:
    """A day as the parameter `name` says it; raise `SelectionError` where it is none."""
    day = _iso_day(text)
    if day is None:
        raise SelectionError(
            f"{name} {text[:40]!r} is not a day from {EARLIEST.year} to {LATEST.year - 1}: write 2026-05-01"
        )
    return day


def years_called(text: str) -> tuple[int, int]:
    """First and last year of a base period such as 1991/2020; raise `SelectionError` for anything else."""
    found = _YEARS.fullmatch(text.strip())
    if found is None:
        raise SelectionError(f"base {text[:40]!r} is not a base period: write its first and last year, as 1991/2020")
    return int(found[1]), int(found[2])


def _day(text: str, whole: str) -> date:
    day = _iso_day(text)
    if day is None:
        raise SelectionError(
            f"datetime {whole[:60]!r} is not a day or an interval of days from {EARLIEST.year} to {LATEST.year - 1}: "
            "write 2026-05-01 or 2026-05-01/2026-05-31"
        )
    return day


def as_of_of(text: str | None, now: datetime) -> datetime | int | None:
    """Read `as-of`: a number of entries, or a time with offset that is not in the future."""
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text)
    moment = _read(text)
    if moment is None:
        raise SelectionError(f"as-of {text[:40]!r} is neither a time with offset nor a number of entries: add Z")
    if moment < EARLIEST:
        raise SelectionError(f"as-of {text[:40]!r} lies before {EARLIEST.year}: give a time at which a record was kept")
    if moment > now:
        raise SelectionError(f"as-of {text[:40]!r} lies in the future: nobody knows yet what will be known")
    return moment


def _moment(text: str, zones: Sequence[ZoneInfo] = ()) -> tuple[datetime, datetime]:
    """First time and first time past the end of an instant, or of a whole day in UTC or in each of the zones."""
    day = _iso_day(text)
    if day is not None:
        begin, end = (_midnight(one, zones or (UTC,)) for one in (day, day + _DAY))
        return max(begin, EARLIEST), end
    start = _read(text)
    if start is None or not EARLIEST <= start < LATEST:
        raise SelectionError(
            f"datetime {_written(text)[:40]!r} is not a time with offset from {EARLIEST.year} to {LATEST.year - 1}: "
            "write 2026-05-01T08:00:00Z, 2026-05-01T08:00:00+06:00 or 2026-05-01"
        )
    return start, start + _STEP


def _midnight(day: date, zones: Sequence[tzinfo]) -> datetime:
    """The first moment at which a day begins in any of the zones, in UTC."""
    return min(datetime.combine(day, time(), zone).astimezone(UTC) for zone in zones)


def _iso_day(text: str) -> date | None:
    try:
        # Ten signs can also be a week and its day, which RFC 3339 does not have.
        day = date.fromisoformat(text) if len(text) == len("2026-01-01") and "W" not in text else None
    except ValueError:
        return None
    return day if day is not None and EARLIEST.date() <= day < LATEST.date() else None


def _written(text: str) -> str:
    """A time as it was written: a plus sign that was not escaped in the address arrives as a blank."""
    return text.replace(" ", "+")


def _read(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_written(text.strip()))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and _OFFSET.search(text) else None
