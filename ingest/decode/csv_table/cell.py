"""The cells of a row: a number as written, or in words why it is none."""

import re
from decimal import Decimal

from ingest.local_time import shown

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


def read_number(text: str, mark: str) -> Decimal | str:
    """The number that a cell states, `mark` being its decimal sign; or why it is none."""
    if not text:
        return "the cell is empty"
    if _FORMS[mark].fullmatch(text):
        digits = sum(map(str.isdigit, text))
        if digits > MAX_DIGITS:
            return f"a number of {digits} digits: at most {MAX_DIGITS} are read"
        return Decimal(_BLANKS.sub("", text).replace(",", "."))
    form, reason = _OTHER[mark]
    return f"{shown(text)}: {reason}" if form.fullmatch(text) else f"{shown(text)} is not a number"
