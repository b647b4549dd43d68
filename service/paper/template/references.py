"""References of formulas and ranges to the rows of a sheet, when rows of it are repeated and what lies below moves."""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from service.written.workbook import MOST_COLUMNS, MOST_ROWS, letters

_CELL = r"\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}"
_TOKEN = re.compile(
    r'"(?:[^"]|"")*"'  # A text says no place,
    r"|\[[^\]]*\](?:[\w.]*!(?:" + _CELL + r")(?::" + _CELL + r")?)?"  # nor do a column of a table and another workbook.
    r"|(?P<sheet>(?:'(?:[^']|'')+'|(?<![\w.])[^\W\d][\w.]*)!)?"
    r"(?:(?<![\w.$])(?P<begin>" + _CELL + r")(?::(?P<end>" + _CELL + r"))?(?![\w.(])"
    r"|(?<![\w.$:])(?P<first>\$?[1-9][0-9]{0,6}):(?P<last>\$?[1-9][0-9]{0,6})(?![\w.(]))"
)
_LONGEST = 8_192
"""Signs of a formula."""
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_PARTS = re.compile(r"(\$?)([A-Z]{0,3})(\$?)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Growth:
    """How a sheet grows: its repeated `rows`, in order, each with how often it then stands there."""

    rows: tuple[int, ...] = ()
    counts: tuple[int, ...] = ()
    before: tuple[int, ...] = (0,)

    @classmethod
    def of(cls, repeated: Mapping[int, int]) -> "Growth":
        """Of the rows that are repeated, and how often."""
        rows = tuple(sorted(repeated))
        counts = tuple(repeated[row] for row in rows)
        return cls(rows, counts, tuple(accumulate((count - 1 for count in counts), initial=0)))

    def first(self, row: int) -> int:
        """Where a row stands then, of a repeated one its first."""
        return row + self.before[bisect_left(self.rows, row)]

    def last(self, row: int) -> int:
        """The same, of a repeated one its last."""
        place = bisect_left(self.rows, row)
        own = self.counts[place] - 1 if place < len(self.rows) and self.rows[place] == row else 0
        return row + self.before[place] + own


def row_number(text: str) -> int:
    """The number of a row as a sheet says it. Raises `ValueError` for what no program for spreadsheets writes."""
    if not _ROW.fullmatch(text) or int(text) > MOST_ROWS:
        raise ValueError(f"row {text[:20]}")
    return int(text)


def column_of(cell: str) -> int:
    """The number of the column of a cell's address. Raises `ValueError` for what is no address."""
    column = number_of(letters_of(cell)) if _ADDRESS.fullmatch(cell) else 0
    if not 1 <= column <= MOST_COLUMNS:
        raise ValueError(f"cell {cell[:20]}")
    return column


def letters_of(cell: str) -> str:
    """The column of a cell's address."""
    return cell.replace("$", "").rstrip("0123456789")


def row_of(cell: str) -> int:
    """The row of a cell's address."""
    return int(cell.replace("$", "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def in_formula(formula: str, growth_of: Callable[[str | None], Growth], own: tuple[int, int] | None = None) -> str:
    """A formula whose references have moved; `growth_of` knows a sheet by its name, and its own by None.

    Of a formula in a repeated row `own` are this row and where its copy stands: what it says of its own row it says
    of the copy's. Raise `ValueError` for one longer than any may be.
    """
    if len(formula) > _LONGEST:
        raise ValueError(f"a formula of {len(formula)} signs")

    def moved(found: re.Match[str]) -> str:
        begin = found["begin"] or found["first"]
        if begin is None:
            return found[0]
        name = found["sheet"]
        growth = growth_of(None if name is None else _plain(name))
        within = own if name is None else None
        end = found["end"] or found["last"]
        said = (name or "") + _at(begin, growth.first, within)
        if end is None:
            return said
        return f"{said}:{_at(end, growth.last, within)}"

    return _TOKEN.sub(moved, formula)


def in_ranges(ranges: str, growth: Growth) -> str:
    """Ranges with blanks between them that have moved, and grown with the rows they hold."""
    return " ".join(_range(one, growth) for one in ranges.split())


def copied(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads so many rows below and columns to the right; what is fixed with $ stays."""

    def shifted(cell: str) -> str:
        found = _PARTS.fullmatch(cell)
        assert found is not None
        fixed_column, column, fixed_row, row = found.groups()
        if column and not fixed_column:
            column = letters((number_of(column) + columns - 1) % MOST_COLUMNS + 1)
        down = 0 if fixed_row or (fixed_column and not column) else rows
        return f"{fixed_column}{column}{fixed_row}{int(row) + down}"

    def moved(found: re.Match[str]) -> str:
        begin, end = found["begin"] or found["first"], found["end"] or found["last"]
        if begin is None:
            return found[0]
        return (found["sheet"] or "") + shifted(begin) + (f":{shifted(end)}" if end else "")

    return _TOKEN.sub(moved, formula)


def _range(text: str, growth: Growth) -> str:
    begin, _, end = text.partition(":")
    if not _PARTS.fullmatch(begin) or (end and not _PARTS.fullmatch(end)):
        return text
    first, last = _at(begin, growth.first), _at(end or begin, growth.last)
    return first if first == last else f"{first}:{last}"


def _at(cell: str, move: Callable[[int], int], own: tuple[int, int] | None = None) -> str:
    found = _PARTS.fullmatch(cell)
    assert found is not None
    row = int(found[4])
    placed = own[1] if own is not None and own[0] == row else move(row)
    return f"{found[1]}{found[2]}{found[3]}{placed}"


def _plain(sheet: str) -> str:
    return sheet.removesuffix("!").removeprefix("'").removesuffix("'").replace("''", "'").casefold()


def number_of(column: str) -> int:
    """The number of a column, from 1: A, Z, AA."""
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
