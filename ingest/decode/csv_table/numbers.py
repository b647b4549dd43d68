"""Columns of numbers and of names: each text is read once, however often it stands in the table."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.written.table.cell import BLANKS, MAX_DIGITS, read_number
from ingest.written.table.row import has_mark

if TYPE_CHECKING:
    from record.network.source import Table

VALUE, EMPTY, WRONG = 0, 1, 2
"""What a cell holds: a number or "missing", nothing, or what cannot be read."""
NOBODY = -1


class Numbers:
    """Reads cells that hold numbers, or one of the declared marks for a missing one."""

    def __init__(self, table: "Table") -> None:
        self._decimal = table.decimal
        self._has_mark = has_mark(table)
        self._blanks = {blank.strip(BLANKS) for blank in table.blanks}
        mark = "[,.]" if table.decimal == "either" else rf"\{table.decimal}"
        form = rf"(?=.{{1,{MAX_DIGITS}}}$)[+-]?[0-9]+(?:{mark}[0-9]+)?$"
        self._not_plain = re.compile(rf"^(?!{form}).*$", re.MULTILINE)

    def read(self, cells: Sequence[str]) -> tuple[NDArray[np.object_], NDArray[np.int8]]:
        """The value of each cell, None for "missing", and its kind."""
        place = dict(zip(dict.fromkeys(cells), count(), strict=False))
        value, kind = self._distinct(place)
        places = np.fromiter(map(place.__getitem__, cells), dtype=np.int64, count=len(cells))
        return value[places], kind[places]

    def _distinct(self, place: dict[str, int]) -> tuple[NDArray[np.object_], NDArray[np.int8]]:
        """The values and kinds of texts in the order of their places: numbers all at once, other texts one by one."""
        lines = "\n".join(place)
        odd = {*self._not_plain.findall(lines), *(self._blanks & place.keys())}
        numbers = lines.replace(",", ".").split("\n")
        for text in odd:
            numbers[place[text]] = "0"
        value = np.array(list(map(Decimal, numbers)), dtype=object)
        kind = np.full(len(place), VALUE, dtype=np.int8)
        for text in odd:
            value[place[text]], kind[place[text]] = self._meaning(text.strip(BLANKS))
        return value, kind

    def _meaning(self, text: str) -> tuple[Decimal | None, int]:
        if not text and self._has_mark:
            return None, EMPTY
        if text in self._blanks:
            return None, VALUE
        number = read_number(text, self._decimal)
        return (None, WRONG) if isinstance(number, str) else (number, VALUE)


class Names:
    """Numbers the distinct stations that cells name."""

    def __init__(self, table: "Table") -> None:
        self._table = table
        self._number: dict[str, int] = {}
        self._place: dict[str, int] = {}

    @property
    def distinct(self) -> tuple[str, ...]:
        """Every name so far, in the order of its number."""
        return tuple(self._number)

    def number(self, name: str) -> int:
        """The number of a name; `NOBODY` for none."""
        return self._number.setdefault(name, len(self._number)) if name else NOBODY

    def read(self, cells: Sequence[str]) -> NDArray[np.int64]:
        """The number of the name in each cell."""
        for text in dict.fromkeys(cells):
            if text not in self._place:
                self._place[text] = self.number(text.strip(BLANKS))
        return np.fromiter(map(self._place.__getitem__, cells), dtype=np.int64, count=len(cells))
