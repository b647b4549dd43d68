"""Times as senders write them, to UTC: by a declared form, by ISO 8601, or as a count since 1970.

A time without an offset is read in a declared zone. Where clocks were changed an hour came twice or never; it names no
moment and is refused, never guessed. Whatever cannot be read comes back as the reason, in words.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from ingest.written.wall_clock import moment_of

EPOCHS = {"epoch": 1, "epoch-ms": 1000}
"""How many of its counts since the start of 1970 make a second, by the name of the form."""
_START = datetime(1970, 1, 1, tzinfo=UTC)
_COUNT = re.compile(r"-?\d{1,17}(\.\d{1,9})?", re.ASCII)
_MICROSECONDS = 1_000_000
_LAST_MINUTE = 59
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[T ](?P<hour>\d\d)(?::?(?P<minute>\d\d)"
    r"(?::?(?P<second>\d\d)(?:[.,](?P<part>\d{1,12}))?)?)? ?(?P<offset>Z|[+-]\d\d(?::?\d\d)?)?)?)?",
    re.ASCII | re.IGNORECASE,
)


def read_time(text: str, form: str | None, zone: ZoneInfo) -> datetime | str:
    """The time that a text states, in UTC, or why it is none.

    `form` is None for ISO 8601, a name of `EPOCHS`, or a `strptime` form. A form without the hour gives the start of
    that local day.
    """
    if form is None:
        return read_iso(text, zone)
    if form in EPOCHS:
        return read_count(text, EPOCHS[form])
    try:
        local = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is declared, not written
    except (ValueError, OverflowError, re.error) as fault:
        if str(fault).startswith(("time data", "unconverted data")):
            return f"{shown(text)} is not a time of the form {form}"
        return f"{shown(text)} is in no calendar"
    return _placed(text, local, zone)


def read_iso(text: str, zone: ZoneInfo) -> datetime | str:
    """The time that a text states by ISO 8601, in UTC, or why it is none.

    A date alone is the start of that local day, a month alone the start of that local month.
    """
    found = _ISO.fullmatch(text.strip())
    if found is None:
        return f"{shown(text)} is not a time of ISO 8601"
    year, month, day, hour, minute, second = (
        int(found[name] or least)
        for name, least in (("year", 1), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))
    )
    part = int((found["part"] or "0").ljust(6, "0")[:6])
    try:
        local = datetime(year, month, day, hour, minute, second, part, tzinfo=_offset(found["offset"]))
    except ValueError:
        return f"{shown(text)} is in no calendar"
    return _placed(text, local, zone)


def read_count(text: str, a_second: int) -> datetime | str:
    """The time so many seconds, or parts of `a_second`, after the start of 1970, in UTC; or why there is none."""
    if not _COUNT.fullmatch(text.strip()):
        return f"{shown(text)} is not a count since 1970"
    try:
        return _START + timedelta(microseconds=int(Decimal(text.strip()) * _MICROSECONDS / a_second))
    except OverflowError:
        return f"{shown(text)} is outside the years 1 to 9999: is it counted in other parts of a second?"


def shown(text: str) -> str:
    """A text of the sender in quotation marks, cut short where it is long."""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def _placed(text: str, local: datetime, zone: ZoneInfo) -> datetime | str:
    if local.tzinfo is None:
        moment = moment_of(local, zone)
        return f"{shown(text)} {moment}" if isinstance(moment, str) else moment
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return f"{shown(text)} is outside the years 1 to 9999"


def _offset(text: str | None) -> timezone | None:
    """Raises `ValueError` where it is a day or more."""
    if text is None or text in "Zz":
        return None if text is None else UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    if int(digits[2:]) > _LAST_MINUTE:
        raise ValueError
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if text[0] == "-" else size)
