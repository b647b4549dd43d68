"""The cells of a row: a number as written, and a local time. Both come back as words where they cannot be read."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

MAX_DIGITS = 20
"""Digits in one number: more than any gauge can mean, and few enough for every later step to be exact."""

# The blank between thousands: space, no-break space, narrow no-break space.
_WITH_COMMA = re.compile(r"[+-]?(?:[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)(?:,[0-9]+)?")
_WITH_POINT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_FORMS = {",": _WITH_COMMA, ".": _WITH_POINT}
_OTHER = {
    ",": (re.compile(r"[+-]?[0-9]+\.[0-9]+"), "a point stands where the table is declared with a decimal comma"),
    ".": (re.compile(r"[+-]?[0-9]+,[0-9]+"), "a comma stands where the table is declared with a decimal point"),
}
_BLANKS = re.compile(r"[ \u00a0\u202f]")
_DIRECTIVE = re.compile(r"%(.)")
_OF_THE_DAY = frozenset("HIMSfcXpTRr")


def read_number(text: str, mark: str) -> Decimal | str:
    """The number that a cell states, `mark` being its decimal sign; or why it is none."""
    if not text:
        return "the cell is empty"
    if _FORMS[mark].fullmatch(text):
        digits = len(text) if len(text) <= MAX_DIGITS else sum(map(str.isdigit, text))
        if digits > MAX_DIGITS:
            return f"a number of {digits} digits: at most {MAX_DIGITS} are read"
        plain = text if text.isascii() and " " not in text else _BLANKS.sub("", text)
        return Decimal(plain.replace(",", "."))
    form, reason = _OTHER[mark]
    return f"{_shown(text)}: {reason}" if form.fullmatch(text) else f"{_shown(text)} is not a number"


def read_time(text: str, form: str, zone: ZoneInfo) -> datetime | str:
    """The time that a cell states, in UTC, read by a `strptime` form in `zone`; or why it is none.

    A form without the hour gives the start of that local day.
    """
    try:
        local = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is declared, not written
    except (ValueError, OverflowError, re.error) as fault:
        if str(fault).startswith(("time data", "unconverted data")):
            return f"{_shown(text)} is not a time of the form {form}"
        return f"{_shown(text)} is in no calendar"
    if local.tzinfo is None:
        fault_of_zone = None if _is_day(form) else _unclear(local, zone)
        if fault_of_zone is not None:
            return f"{_shown(text)} {fault_of_zone}"
        local = local.replace(tzinfo=zone)
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return f"{_shown(text)} is outside the years 1 to 9999"


def _is_day(form: str) -> bool:
    return not _OF_THE_DAY & set(_DIRECTIVE.findall(form))


def _unclear(local: datetime, zone: ZoneInfo) -> str | None:
    """Where clocks were put back an hour came twice, where they were put forward one never came."""
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before is None or after is None or before == after:
        return None
    times = "twice" if before > after else "never"
    return f"occurred {times} in {zone.key}, where clocks were changed: it names no moment"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
