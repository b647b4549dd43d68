"""How cells look: formats, each made once, and how wide a text is. No colour stands without a sign beside it."""

import re
from collections.abc import Iterable
from math import ceil
from typing import Any

from service.paper.paper import Mark, Number, Row
from service.paper.signs import SIGNS, UNREAL

_WATER, _QUIET, _LINE, _VIOLET = "#0B5C7D", "#55636F", "#D5DDE3", "#5B2A86"
_FILL = {Mark.BAD: "#F6B9B9", Mark.SUSPECT: "#FFE9A8", Mark.ESTIMATED: "#E3EDF7", Mark.AMENDED: "#DDEFE0"}
"""Of marked numbers, the gravest first; in grey print they stay readable."""
_CELL: dict[str, Any] = {"valign": "top", "bottom": 1, "bottom_color": _LINE}
_WORDY: dict[str, Any] = {"text_wrap": True, "valign": "top", "align": "left"}
_DATE = re.compile(r"[12]\d{3}-\d\d-\d\d", re.ASCII)
_WIDER = 1.12
"""How much wider than a digit a letter of a Cyrillic text is on the whole."""
_LINE_HEIGHT = 15.0


class Exact(float):
    """A number that is written with all its digits; the library would write sixteen, and some have seventeen."""

    def __format__(self, _how: str) -> str:
        """As it is in full."""
        return repr(float(self))


class Looks:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def _of(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    @property
    def title(self) -> Any:
        """Of the name of the paper."""
        return self._of(**_WORDY, bold=True, font_size=18, font_color=_WATER)

    @property
    def heading(self) -> Any:
        """Of a section and of a table."""
        return self._of(bold=True, font_size=13, font_color=_WATER)

    @property
    def caption(self) -> Any:
        """Of a table."""
        return self._of(bold=True, font_size=11.5)

    @property
    def warning(self) -> Any:
        """Of what must be read first."""
        return self._of(**_WORDY, bold=True, bg_color="#FFF3D6", border=1, border_color="#7A4B00")

    @property
    def text(self) -> Any:
        """Of sentences."""
        return self._of(**_WORDY)

    @property
    def quiet(self) -> Any:
        """Of what stands small."""
        return self._of(**_WORDY, font_color=_QUIET, font_size=9.5)

    @property
    def quiet_line(self) -> Any:
        """The same in one line."""
        return self._of(font_color=_QUIET, font_size=9.5)

    @property
    def link(self) -> Any:
        """Of what leads to a sheet."""
        return self._of(underline=1, font_color=_WATER)

    @property
    def date(self) -> Any:
        """Of the days of a chart."""
        return self._of(num_format="yyyy-mm-dd", align="left")

    @property
    def plain(self) -> Any:
        """Of unrounded numbers."""
        return self._of(num_format="General")

    def head(self, *, numbers: bool = False) -> Any:
        """Of the head of a column."""
        return self._of(
            bold=True, text_wrap=True, valign="bottom", align="right" if numbers else "left", bg_color="#E4EDF2",
            top=1, bottom=1,
        )  # fmt: skip

    def word(self, row: Row, *, code: bool = False) -> Any:
        """Of a text in a row."""
        font = {"font_name": "Consolas", "font_size": 9.5} if code else {}
        return self._of(**_WORDY, **_of_row(row), **font, bottom=1, bottom_color=_LINE)

    def day(self, row: Row) -> Any:
        """Of a date in a row."""
        return self._of(**_CELL, **_of_row(row), num_format="yyyy-mm-dd", align="left")

    def count(self, row: Row) -> Any:
        """Of how many there are of something."""
        return self._of(**_CELL, **_of_row(row), num_format="#,##0", align="left")

    def number(self, number: Number, row: Row, room: str = "") -> Any:
        """Of a number in a column whose longest signs are `room`, so that decimals stand under each other."""
        fill = next((_FILL[mark] for mark in _FILL if mark in number.marks), None)
        shade = {} if fill is None else {"bg_color": fill}
        return self._of(
            **_CELL, **_of_row(row), **shade, align="right", num_format=format_of(number, signs_of(number.marks), room)
        )


def _of_row(row: Row) -> dict[str, Any]:
    look: dict[str, Any] = {}
    if row.total:
        look |= {"bold": True, "top": 1}
    if UNREAL & set(row.marks):
        look |= {"italic": True, "font_color": _VIOLET}
    return look


def signs_of(marks: Iterable[Mark]) -> str:
    """The signs of the marks, each once, in the order of the legend."""
    held = set(marks)
    return "".join(sign for mark, sign in SIGNS.items() if mark in held)


def format_of(number: Number, signs: str = "", room: str = "") -> str:
    """The number format: decimals, a plus where it is signed, the signs behind, and blanks up to the room for signs."""
    shown = "#,##0" + ("." + "0" * number.decimals if number.decimals else "")
    behind = (f'"{signs}"' if signs else "") + "".join(f"_{sign}" for sign in room[len(signs) :])
    return ";".join(f"{sign}{shown}{behind}" for sign in ("+", "-", "")) if number.signed else f"{shown}{behind}"


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar and nothing else."""
    return _DATE.fullmatch(text) is not None


def width_of(text: str) -> float:
    """How wide the widest line of a text is, in digits of the usual letters."""
    return max((len(line) for line in text.split("\n")), default=0) * _WIDER


def longest_word(text: str) -> float:
    """How wide its longest word is."""
    return max((width_of(word) for word in text.split()), default=0.0)


def height_of(text: str, width: float, size: float = 1.0) -> float:
    """How high a text is that is wrapped at a width, in points; letters are `size` times the usual ones."""
    lines = sum(max(1, ceil(width_of(line) * size / max(width, 1.0))) for line in text.split("\n"))
    return lines * _LINE_HEIGHT * size
