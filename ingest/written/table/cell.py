"""The cells of a row: a number as written, and a local time. Both come back as words where they cannot be read."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from ingest.written.table.months import with_figures
from ingest.written.wall_clock import moment_of

BLANKS = " \t\u00a0\u202f"
"""What may stand around a cell: space, tab, no-break space, narrow no-break space."""
MAX_DIGITS = 20
"""Digits in one number: more than any gauge can mean, and few enough for every later step to be exact."""

# The blank between thousands: space, no-break space, narrow no-break space.
_WHOLE = r"[+-]?(?:[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)"
_FORMS = {
    ",": re.compile(rf"{_WHOLE}(?:,[0-9]+)?"),
    ".": re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?"),
    "either": re.compile(rf"{_WHOLE}(?:[,.][0-9]+)?"),
}
_OTHER = {
    ",": (re.compile(r"[+-]?[0-9]+\.[0-9]+"), "a point stands where the table is declared with a decimal comma"),
    ".": (re.compile(r"[+-]?[0-9]+,[0-9]+"), "a comma stands where the table is declared with a decimal point"),
}
_BLANKS = re.compile(r"[ \u00a0\u202f]")
_DIRECTIVE = re.compile(r"%(.)")
_OF_THE_DAY = frozenset("HIMSfcXpTRr")
_OF_THE_MONTH = frozenset("mbBjcxDUW")
_OF_THE_YEAR = frozenset("YyGcxD")
_IN_WORDS = re.compile(r"%[bB]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it was written, and what it is where its file says so.

    `number`: what it holds as a number; `time`: the local time that the number is, read as a date; `dated`: whether it
    is shown as a date; `fault`: why it says nothing at all.
    """

    text: str
    number: Decimal | None = None
    time: datetime | None = None
    dated: bool = False
    fault: str | None = None


def number_of(cell: Cell, mark: str) -> Decimal | str:
    """The number that a cell states, `mark` being the decimal sign of its text; or why it is none."""
    if cell.fault is not None:
        return cell.fault
    if cell.dated:
        return (
            f"{shown(cell.text)} is a date where a number is wanted: a spreadsheet may have turned one into the other"
        )
    return read_number(cell.text, mark) if cell.number is None else cell.number


def read_number(text: str, mark: str) -> Decimal | str:
    """The number that a text states, `mark` being its decimal sign; or why it is none."""
    if not text:
        return "the cell is empty"
    if _FORMS[mark].fullmatch(text):
        digits = len(text) if len(text) <= MAX_DIGITS else sum(map(str.isdigit, text))
        if digits > MAX_DIGITS:
            return f"a number of {digits} digits: at most {MAX_DIGITS} are read"
        plain = text if text.isascii() and " " not in text else _BLANKS.sub("", text)
        return Decimal(plain.replace(",", "."))
    form, reason = _OTHER.get(mark, (None, ""))
    return f"{shown(text)}: {reason}" if form and form.fullmatch(text) else f"{shown(text)} is not a number"


def read_time(text: str, form: str, zone: ZoneInfo) -> datetime | str:
    """The time that a text states, in UTC, read by a `strptime` form in `zone`; or why it is none.

    A form without the hour gives the start of that local day. Names of months are understood as senders write them.
    """
    local = read_local(text, form)
    return local if isinstance(local, str) else in_utc(local, zone, text)


def read_local(text: str, form: str, month: int | None = None, year: int | None = None) -> datetime | str:
    """The time that a text states, naive unless the form has an offset; or why it is none.

    `month` and `year` are those of a text whose form leaves them open.
    """
    figures, written, of = form, text, ""
    if _IN_WORDS.search(form):
        written, figures = with_figures(text), _IN_WORDS.sub("%m", form)
    if month is not None:
        written, figures, of = f"{month} {written}", f"%m {figures}", f" of month {month}"
    if year is not None:
        written, figures, of = f"{year} {written}", f"%Y {figures}", f"{of} of {year}"
    try:
        return datetime.strptime(written, figures)  # noqa: DTZ007 - the zone is declared, not written
    except (ValueError, OverflowError, re.error) as fault:
        if str(fault).startswith(("time data", "unconverted data")):
            return f"{shown(text)} is not a time of the form {form}"
        return f"{shown(text)}{of} is in no calendar"


def in_utc(local: datetime, zone: ZoneInfo, text: str) -> datetime | str:
    """A time written as `text`, in UTC; or why it names no moment."""
    if local.tzinfo is None:
        moment = moment_of(local, zone)
        return f"{shown(text)} {moment}" if isinstance(moment, str) else moment
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return f"{shown(text)} is outside the years 1 to 9999"


def is_day(form: str) -> bool:
    """Whether a form has no time of day."""
    return not _OF_THE_DAY & set(_DIRECTIVE.findall(form))


def lacks_month(form: str) -> bool:
    """Whether a form leaves open which month is meant."""
    return not _OF_THE_MONTH & set(_DIRECTIVE.findall(form))


def lacks_year(form: str) -> bool:
    """Whether a form leaves open which year is meant."""
    return not _OF_THE_YEAR & set(_DIRECTIVE.findall(form))


def shown(text: str) -> str:
    """A text as a reason quotes it."""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
