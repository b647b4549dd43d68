"""From what a sheet holds of a cell to what it is: numbers as a spreadsheet shows them, dates, and faults."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

from ingest.written.table.cell import BLANKS, Cell, shown

DIGITS = 15
"""Digits that a spreadsheet keeps and shows; what stands behind them is noise of binary fractions."""
MAX_TEXT = 32_767
"""Signs that a spreadsheet takes in one cell."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_EXPONENTS = range(-20, 20)
_DATES = (Decimal(18_264), Decimal(73_051))
"""Serial numbers of 1950 and 2100: a plain number between them can be a date."""
_LAST = Decimal(2_958_466)
_DAY = 86_400
_FROM_1900, _FROM_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - sheets know no zone
_ROUNDED = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
_NO_EXPONENT = Decimal(0)
_UNDATED = re.compile(r"""\[[^\]]*\]|"[^"]*"|\\.|_.|\*.""", re.DOTALL)
"""What in a format of numbers is no letter of a date: colours, quoted words, single signs."""
_LETTERS = frozenset("dmyhs")
_BUILT_IN = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HALF_SIGNS = range(0xD800, 0xE000)
_ELAPSED = re.compile(r"\[[hms]+\]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the cells of a workbook refer to: its texts, which of its styles show a date, and where its days begin."""

    texts: Sequence[str]
    dated: frozenset[int]
    since_1904: bool


@dataclass(slots=True)
class Raw:
    """A cell as it stands in a sheet: its kind, its style, its value (None: has none) and its formula."""

    kind: str
    style: int
    value: str | None = None
    formula: str | None = None


def as_typed(text: str) -> str:
    """A text without the escapes in which a file writes signs that XML cannot hold: `_x000D_` is a line end."""
    return _ESCAPE.sub(_unescaped, text)


def is_date(number: int, code: str | None) -> bool:
    """Whether a format of numbers, by its number and its code, shows a date or a time of day."""
    if code is None:
        return number in _BUILT_IN
    lower = code.lower()
    return bool(_ELAPSED.search(lower) or _LETTERS & set(_UNDATED.sub("", lower).replace("general", "")))


def cell_of(raw: Raw, meaning: Meaning) -> Cell:
    """What a cell is."""
    if raw.value is None:
        if raw.formula is None:
            return Cell("")
        return Cell(
            f"={raw.formula}", fault="its formula holds no value: open the workbook in a spreadsheet and save it"
        )
    if len(raw.value) > MAX_TEXT:
        return Cell(raw.value[:MAX_TEXT], fault=f"a text of {len(raw.value)} signs: a cell takes {MAX_TEXT}")
    if raw.kind == "n":
        return _number(raw, meaning)
    if raw.kind == "s":
        return _shared(raw.value, meaning.texts)
    return _other(raw.kind, raw.value)


def time_of(serial: Decimal, *, since_1904: bool) -> datetime | None:
    """The local time that a serial number stands for, to the second; None where it stands for none.

    46029 is 7 January 2026, or 1,462 days later where days are counted from 1904. Below 1 it is a time of day.
    """
    if not 0 <= serial < _LAST:
        return None
    seconds = int((serial * _DAY).to_integral_value(ROUND_HALF_EVEN))
    return (_FROM_1904 if since_1904 else _FROM_1900) + timedelta(seconds=seconds)


def _unescaped(found: re.Match[str]) -> str:
    sign = int(found.group(1), 16)
    return found.group() if sign in _HALF_SIGNS else chr(sign)


def _other(kind: str, text: str) -> Cell:
    if kind in ("str", "inlineStr"):
        return Cell(as_typed(text).strip(BLANKS))
    if kind == "d":
        return _written(text)
    if kind == "e":
        return Cell(text, fault=f"its formula came to {shown(text)}")
    if kind == "b":
        return Cell(text, fault="it says yes or no, and no number")
    return Cell(text, fault=f"a cell of the unknown kind {shown(kind)}")


def _shared(number: str, texts: Sequence[str]) -> Cell:
    if number.isascii() and number.isdigit() and len(number) < 10 and int(number) < len(texts):
        return Cell(texts[int(number)].strip(BLANKS))
    return Cell(number, fault=f"it refers to text {shown(number)}, which the workbook does not hold")


def _written(text: str) -> Cell:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return Cell(text, fault=f"{shown(text)} is in no calendar")
    if time.tzinfo is not None:
        return Cell(text, fault=f"{shown(text)} has an offset, which no date of a sheet has")
    return Cell(text, time=time, dated=True)


def _number(raw: Raw, meaning: Meaning) -> Cell:
    text = (raw.value or "").strip()
    if not text:
        return cell_of(Raw(raw.kind, raw.style, None, raw.formula), meaning)
    if len(text) > 60 or not _NUMBER.fullmatch(text):
        return Cell(text, fault=f"{shown(text)} is not a number")
    number = Decimal(text)
    if number and number.adjusted() not in _EXPONENTS:
        return Cell(text, fault=f"{shown(text)} is out of all measure")
    if len(number.as_tuple().digits) > DIGITS:
        number = _ROUNDED.plus(number).normalize()
    number += _NO_EXPONENT
    if raw.style in meaning.dated:
        time = time_of(number, since_1904=meaning.since_1904)
        if time is None:
            return Cell(text, fault=f"{shown(text)} is shown as a date and is none")
        return Cell(_as_shown(time, number), time=time, dated=True)
    could_be = _DATES[0] <= number < _DATES[1]
    return Cell(f"{number:f}", number, time_of(number, since_1904=meaning.since_1904) if could_be else None)


def _as_shown(time: datetime, serial: Decimal) -> str:
    if serial < 1:
        return time.time().isoformat()
    return time.date().isoformat() if serial == serial.to_integral_value() else time.isoformat(" ")
