"""How wide the columns of a table are on paper, and how large its letters, so that nothing stands beyond the edge.

All is measured with the font of the papers, before anything is laid out: widths are in points. A table that cannot be
set upright in letters that are read with ease turns the whole paper; what is too wide for that too is set smaller.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.language import Language
from service.paper.font import Font
from service.paper.paper import Cell, Kind, Mark, Number, Row, Table
from service.paper.signs import SIGNS

INSET = 3.0
"""Between the letters and the edge of a cell."""
SIZES = (9.0, 8.5, 8.0, 7.5)
"""Of the letters of tables, from the usual to the smallest that is read with ease."""
SMALLER = (7.0, 6.5, 6.0)
RAISED = 0.75
"""The size of signs and units, in parts of the letters beside them."""

_BOLD = 1.06
"""How much wider a semi-bold letter is at most; digits are as wide as all others."""
_SLACK = 0.6
_WORD = 11.0
"""A longer word, in ems, may be broken: it is no word but an address or a number of digits."""
_NATURAL = {Kind.TEXT: 26.0, Kind.NUMBER: 14.0, Kind.CODE: 60.0}
"""How wide at most a column of that kind asks to be, in ems; and a code at least `_CODE`."""
_CODE = 10.0
_BREAK = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as it is printed: before and behind the decimal sign, and the signs of its marks."""

    whole: str
    fraction: str = ""
    signs: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A table as it is laid out: the `size` of its letters, the `widths` of its columns, and its cells as printed.

    `fractions` are the widths of what stands behind the decimal sign, one for each column, nought in texts.
    """

    size: float
    widths: tuple[float, ...]
    fractions: tuple[float, ...]
    rows: tuple[tuple[Shown | str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a column needs at least, what it would like, and of that what is behind the decimal sign; all in ems."""

    least: float
    liked: float
    fraction: float


def signs_of(marks: Iterable[Mark]) -> str:
    """The signs of the marks, each once, in the order in which a legend says them."""
    marks = set(marks)
    return "".join(sign for mark, sign in SIGNS.items() if mark in marks)


@dataclass(frozen=True, slots=True)
class Setter:
    """Sets tables in a font, with the numbers of a language; `missing` is shown where a number is not known."""

    font: Font
    language: Language
    missing: str

    def fits(self, table: Table, width: float) -> bool:
        """Whether a table can be set in that width in letters that are read with ease."""
        return any(_least(self._needs(table), size) <= width for size in SIZES)

    def lay(self, table: Table, width: float) -> Laid:
        """The table in the largest letters in which it fits that width."""
        needs = self._needs(table)
        size = next((size for size in (*SIZES, *SMALLER) if _least(needs, size) <= width), None)
        if size is None:
            room = width - len(needs) * (2 * INSET + _SLACK)
            size = max(room, 1.0) / sum(need.least for need in needs)
        widths = _shared(needs, size, width)
        inner = [wide - 2 * INSET - _SLACK for wide in widths]
        return Laid(
            size=size,
            widths=tuple(widths),
            fractions=tuple(need.fraction * size + (_SLACK if need.fraction else 0) for need in needs),
            rows=tuple(
                tuple(
                    self._set(cell, kind.kind, room / size)
                    for cell, kind, room in zip(row.cells, table.columns, inner, strict=True)
                )
                for row in table.rows
            ),
        )

    def broken(self, text: str, room: float) -> str:
        """A text whose words may be broken where they are wider than so many ems."""
        text = self.font.shown(text)
        if len(text) <= room / 2:
            return text
        return " ".join(_BREAK.join(self._lines(word, room)) for word in text.split(" "))

    # --- cells ---

    def _set(self, cell: Cell, kind: Kind, room: float) -> Shown | str:
        if isinstance(cell, Number):
            return self._number(cell)
        if cell is None:
            return ""
        if kind is Kind.CODE:
            return "\n".join(self._lines(self.font.shown(cell), room))
        return self.broken(cell, room / _BOLD)

    def _number(self, number: Number) -> Shown:
        signs = signs_of(number.marks)
        if number.value is None:
            return Shown(self.missing, "", signs)
        parts = self.language.parts(number.value, number.decimals, signed=number.signed)
        return Shown(parts.whole, parts.fraction, signs)

    def _lines(self, text: str, room: float) -> Iterator[str]:
        """A text cut into pieces none of which is wider than so many ems."""
        begin, wide = 0, 0.0
        for place, character in enumerate(text):
            step = self.font.widths[character]
            if wide + step > room and place > begin:
                yield text[begin:place]
                begin, wide = place, 0.0
            wide += step
        yield text[begin:]

    # --- columns ---

    def _needs(self, table: Table) -> list[_Needs]:
        found = []
        for place, column in enumerate(table.columns):
            cells = {row.cells[place] for row in table.rows}
            names = self._signs(table.rows) if place == 0 else 0.0
            heads = [column.head, column.unit]
            words = [cell for cell in cells if isinstance(cell, str)]
            whole, fraction = self._numbers([cell for cell in cells if isinstance(cell, Number)])
            if column.kind is Kind.CODE:
                least = max(self._word(heads), min(_CODE, self._line(words)))
            else:
                least = max(self._word(heads + words) + names, whole + fraction)
            liked = max(self._line(words) + names, self._line(heads) / 2, whole + fraction)
            found.append(_Needs(least, max(least, min(liked, _NATURAL[column.kind])), fraction))
        return found

    def _numbers(self, numbers: Sequence[Number]) -> tuple[float, float]:
        """The widest that stands before a decimal sign, and behind one."""
        shown = {self._number(number) for number in numbers}
        before = max((self.font.width(one.whole) for one in shown), default=0.0)
        behind = {(one.fraction, one.signs) for one in shown}
        return before, max((self.font.width(part) + self.font.width(sign) * RAISED for part, sign in behind), default=0)

    def _signs(self, rows: Sequence[Row]) -> float:
        return max((self.font.width(signs_of(row.marks)) * RAISED for row in rows), default=0.0)

    def _word(self, texts: Sequence[str]) -> float:
        """The widest word that is not broken, in bold."""
        words = {word for text in texts for word in self.font.shown(text).split(" ")}
        return min(max(map(self.font.width, words), default=0.0) * _BOLD, _WORD)

    def _line(self, texts: Sequence[str]) -> float:
        return max((self.font.width(self.font.shown(text)) for text in texts), default=0.0) * _BOLD


def _least(needs: Sequence[_Needs], size: float) -> float:
    return sum(need.least * size + 2 * INSET + _SLACK for need in needs)


def _shared(needs: Sequence[_Needs], size: float, width: float) -> list[float]:
    """The whole width among the columns: to each what it needs, then what it would like, then to all alike."""
    least = [need.least * size + 2 * INSET + _SLACK for need in needs]
    wishes = [(need.liked - need.least) * size for need in needs]
    left = width - sum(least)
    part = min(1.0, left / sum(wishes)) if sum(wishes) else 0.0
    rest = max(0.0, left - part * sum(wishes)) / len(needs)
    return [wide + part * wish + rest for wide, wish in zip(least, wishes, strict=True)]
