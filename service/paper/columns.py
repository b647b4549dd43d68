"""How wide the columns of a table are on paper, and how large its letters, so that nothing stands beyond the edge.

All is measured with the font of the papers, before anything is laid out: widths are in points, needs in ems. A table
that cannot be set upright in letters that are read with ease turns the whole paper; what is too wide for that too is
set smaller.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from service.language import Language
from service.paper.font import Font
from service.paper.paper import BETWEEN, Cell, Column, Kind, Mark, Number, Table
from service.paper.signs import MISSING, SIGNS

INSET = 3.5
"""Between the letters and the edge of a cell."""
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)
"""Of the letters of tables, from the usual to the smallest that is read with ease."""
SMALLER = (6.5, 6.0)
HEAD = 0.92
"""The size of heads, in parts of the letters below them."""
RAISED = 0.75
"""The size of signs, in parts of the letters beside them."""

_BOLD = 1.06
"""How much wider a semi-bold letter is at most; digits are as wide as all others."""
_EDGES = 2 * INSET + 0.6
"""What a column needs beside its letters, with a little for roundings."""
_WORD = 11.0
"""A longer word, in ems, may be broken: it is no word but an address or a number of digits."""
_LINES = 3
"""In so many lines a text is to stand in its cell, if it needs no more than `_LEAST_TEXT` ems for that."""
_LEAST_TEXT = 11.0
_LEAST_CODE = 10.0
_LEAST_HEAD = 6.0
_LIKED = {Kind.TEXT: 26.0, Kind.NUMBER: 14.0, Kind.CODE: 60.0}
"""How wide at most a column of that kind asks to be, in ems."""
_MOST_LINES, _HALVINGS = 1000.0, 20
_SAVED = 1.2
"""Smaller letters are taken where without them the longest texts stood so many times as high."""
_TALL = 25
"""A row of more lines may be broken over pages."""
_BREAK = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as it is printed: before and behind the decimal sign, and the signs of its marks."""

    whole: str
    fraction: str = ""
    signs: str = ""


Cells = tuple[tuple[Shown | str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Need:
    """What a column needs at least, what it would like, and how long its longest text is, all in ems.

    Of its numbers `whole` is what stands before the decimal sign and `fraction` what stands behind it.
    """

    least: float
    liked: float
    line: float
    whole: float
    fraction: float

    def with_(self, other: "_Need") -> "_Need":
        """What both need."""
        whole, fraction = max(self.whole, other.whole), max(self.fraction, other.fraction)
        least = max(self.least, other.least, whole + fraction)
        return _Need(least, max(self.liked, other.liked, least), max(self.line, other.line), whole, fraction)


@dataclass(frozen=True, slots=True)
class Measured:
    """A table with its cells as they are printed, and what its columns need."""

    table: Table
    cells: Cells
    needs: tuple[_Need, ...]

    def fits(self, width: float, sizes: Sequence[float] = SIZES) -> float | None:
        """The largest of these sizes in which it fits that width, by default of those that are read with ease."""
        return next((size for size in sizes if self._least(size) <= width), None)

    def size(self, width: float) -> float:
        """The size in which it is set in that width, however small; smaller than it must be where that saves room."""
        sizes = [size for size in SIZES if self._least(size) <= width]
        if not sizes:
            room = max(width - len(self.needs) * _EDGES, 1.0)
            return self.fits(width, SMALLER) or room / sum(need.least for need in self.needs)
        lines = [self._lines(self._room(size, width)) for size in sizes]
        least = min(size * count for size, count in zip(sizes, lines, strict=True))
        held = zip(sizes, lines, strict=True)
        return next(size for size, count in held if count <= _LINES or size * count <= least * _SAVED)

    def widths(self, size: float, width: float) -> list[float]:
        """The whole width among the columns: to each what it needs, then what texts and then heads would like.

        Texts go first, as one that is broken makes its row higher, a head only the heads: all stand in about as many
        lines. What is left goes to all.
        """
        texts = self._texts()
        lines = self._lines(self._room(size, width))
        ems = [
            max(need.least, need.line / lines if text else 0.0) for need, text in zip(self.needs, texts, strict=True)
        ]
        widths = [wide * size + _EDGES for wide in ems]
        left = max(width - sum(widths), 0.0)
        wishes = [max(need.liked - wide, 0.0) * size for need, wide in zip(self.needs, ems, strict=True)]
        part = min(1.0, left / sum(wishes)) if sum(wishes) else 0.0
        widths = [wide + part * wish for wide, wish in zip(widths, wishes, strict=True)]
        rest = max(width - sum(widths), 0.0) / len(widths)
        return [wide + rest for wide in widths]

    def _lines(self, room: float) -> float:
        """In how many lines the longest texts of all columns can stand in so many ems, each column with its least."""
        needs = list(zip(self.needs, self._texts(), strict=True))

        def fits(lines: float) -> bool:
            return sum(max(need.least, need.line / lines if text else 0.0) for need, text in needs) <= room

        few, many = 1.0, _MOST_LINES
        if fits(few):
            return few
        for _ in range(_HALVINGS):
            middle = (few + many) / 2
            few, many = (few, middle) if fits(middle) else (middle, many)
        return many

    def _texts(self) -> list[bool]:
        return [column.kind is Kind.TEXT for column in self.table.columns]

    def _room(self, size: float, width: float) -> float:
        """How many ems of that size its columns have together."""
        return (width - len(self.needs) * _EDGES) / size

    def _least(self, size: float) -> float:
        return sum(need.least * size + _EDGES for need in self.needs)


@dataclass(frozen=True, slots=True)
class Laid:
    """A table as it is laid out: the `size` of its letters, the `widths` of its columns, and its cells as printed.

    `behind` says how much room is left behind each number, in ems, so that decimal signs stand under each other. A
    `tall` table has rows that may be broken over pages.
    """

    size: float
    widths: tuple[float, ...]
    cells: Cells
    behind: tuple[tuple[float, ...], ...]
    tall: bool


def signs_of(marks: Iterable[Mark]) -> str:
    """The signs of the marks, each once, in the order in which a legend says them."""
    return "".join(sign for mark, sign in SIGNS.items() if mark in marks) if marks else ""


@dataclass(frozen=True, slots=True)
class Setter:
    """Sets tables in a font, with the numbers of a language; of a `paired` paper one language stands over the other."""

    font: Font
    language: Language
    paired: bool = False

    def all_measured(self, tables: Sequence[Table]) -> list[Measured]:
        """The tables with what their columns need; those with the same columns need the same, and so look alike."""
        measured = [self.measured(table) for table in tables]
        shared: dict[tuple[str, ...], tuple[_Need, ...]] = {}
        for one in measured:
            before = shared.get(_tags(one), one.needs)
            shared[_tags(one)] = tuple(need.with_(other) for need, other in zip(one.needs, before, strict=True))
        return [replace(one, needs=shared[_tags(one)]) for one in measured]

    def measured(self, table: Table) -> Measured:
        """The table with what its columns need."""
        kinds = [column.kind for column in table.columns]
        cells = tuple(tuple(map(self._shown, row.cells, kinds)) for row in table.rows)
        signs = max((self.font.width(signs_of(row.marks)) for row in table.rows), default=0.0) * RAISED
        columns = zip(*cells, strict=True) if cells else ((),) * len(table.columns)
        needs: list[_Need] = []
        for column, held in zip(table.columns, columns, strict=True):
            texts = {line for cell in held if isinstance(cell, str) for line in cell.split("\n")}
            heads = {line for text in self.heads(column) for line in text.split("\n")}
            need = self._need(column.kind, heads, texts, [cell for cell in held if isinstance(cell, Shown)])
            if not needs:
                # The signs of a row stand behind its name.
                need = replace(need, least=need.least + signs, liked=need.liked + signs, line=need.line + signs)
            needs.append(need)
        return Measured(table, cells, tuple(needs))

    def lay(self, measured: Measured, width: float) -> Laid:
        """The table in the largest letters in which it fits that width."""
        size = measured.size(width)
        widths = measured.widths(size, width)
        rooms = [(wide - _EDGES) / size for wide in widths]
        kinds = [column.kind for column in measured.table.columns]
        laid = tuple(
            tuple(
                self._set(cell, kind, room) if isinstance(cell, str) else cell
                for cell, kind, room in zip(row, kinds, rooms, strict=True)
            )
            for row in measured.cells
        )
        lines = (
            cell.count("\n") + self.font.width(cell.replace("\n", "")) / room
            for row in laid
            for cell, room in zip(row, rooms, strict=True)
            if isinstance(cell, str) and len(cell) > _TALL
        )
        return Laid(
            size=size,
            widths=tuple(widths),
            cells=laid,
            behind=tuple(
                tuple(
                    need.fraction - self._behind(cell) if isinstance(cell, Shown) else 0.0
                    for cell, need in zip(row, measured.needs, strict=True)
                )
                for row in laid
            ),
            tall=max(lines, default=0.0) > _TALL,
        )

    def broken(self, text: str, room: float) -> str:
        """A text whose words may be broken where they are wider than so many ems; its lines stay."""
        return self._broken("\n".join(map(self.font.shown, text.split("\n"))), room)

    def heads(self, column: Column) -> tuple[str, str]:
        """The head of a column and its unit, as they are printed."""
        return self.over(column.head), self.over(column.unit)

    # --- cells ---

    def over(self, text: str) -> str:
        """A text; of two languages that say it beside each other, the first over the second."""
        said = text.split(BETWEEN) if self.paired else [text]
        return "\n".join(map(self.font.shown, said)) if len(said) == 2 else self.font.shown(text)

    def _shown(self, cell: Cell, kind: Kind) -> Shown | str:
        if not isinstance(cell, Number):
            return self.font.shown(cell or "") if kind is Kind.CODE else self.over(cell or "")
        if cell.value is None:
            return Shown(MISSING, "", signs_of(cell.marks))
        parts = self.language.parts(cell.value, cell.decimals, signed=cell.signed)
        return Shown(parts.whole, parts.fraction, signs_of(cell.marks))

    def _set(self, text: str, kind: Kind, room: float) -> str:
        return "\n".join(self._lines(text, room)) if kind is Kind.CODE else self._broken(text, room / _BOLD)

    def _broken(self, text: str, room: float) -> str:
        if len(text) <= room / 2:
            return text
        return "\n".join(
            " ".join(_BREAK.join(self._lines(word, room)) for word in line.split(" ")) for line in text.split("\n")
        )

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

    def _need(self, kind: Kind, heads: set[str], texts: set[str], numbers: Sequence[Shown]) -> _Need:
        whole, fraction = self._numbers(numbers)
        line = self._line(texts)
        head = HEAD * max(self._word(heads), min(self._line(heads) / _LINES, _LEAST_HEAD))
        if kind is Kind.CODE:
            least = max(head, min(_LEAST_CODE, line))
        else:
            least = max(head, self._word(texts), min(line / _LINES, _LEAST_TEXT), whole + fraction)
        liked = max(least, min(max(line, self._line(heads) / 2, whole + fraction), _LIKED[kind]))
        return _Need(least, liked, max(liked, line), whole, fraction)

    def _numbers(self, numbers: Sequence[Shown]) -> tuple[float, float]:
        """The widest that stands before a decimal sign, and behind one."""
        before = {number.whole for number in numbers}
        return max(map(self.font.width, before), default=0.0), max(map(self._behind, numbers), default=0.0)

    def _behind(self, number: Shown) -> float:
        """How wide is what stands behind the decimal sign, with it."""
        return self.font.width(number.fraction) + self.font.width(number.signs) * RAISED

    def _word(self, texts: Iterable[str]) -> float:
        """The widest word that is not broken, in bold."""
        words = {word for text in texts for word in text.split(" ")}
        return min(max(map(self.font.width, words), default=0.0) * _BOLD, _WORD)

    def _line(self, texts: Iterable[str]) -> float:
        return max(map(self.font.width, texts), default=0.0) * _BOLD


def _tags(measured: Measured) -> tuple[str, ...]:
    return tuple(column.tag for column in measured.table.columns)
