"""The lines below the header: in blocks where they are regular, line by line where they are not."""

import csv
from collections.abc import Sequence
from itertools import chain, compress, repeat
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.decode.csv_table.columns import ColumnRows, where
from ingest.decode.csv_table.numbers import EMPTY, NOBODY, VALUE, WRONG, Names, Numbers
from ingest.decode.csv_table.row import read_line
from ingest.decode.csv_table.text import MAX_LINE, Page, cells_of
from ingest.decode.csv_table.times import Times
from ingest.reading import Reading, Said, Unreadable
from ingest.written.table.cell import BLANKS
from ingest.written.table.header import Header

if TYPE_CHECKING:
    from record.network.source import Table

BLOCK = 1 << 15
"""Lines that are read together."""
_QUOTE = '"'


class Body:
    """Reads lines below a header.

    A line that is odd, and a row that is not whole and plain in every cell, is read by itself, as `Row` reads it. A
    block whose quoted cells do not end where their lines do is halved until the line at fault is alone.
    """

    def __init__(self, page: Page, header: Header, table: "Table", zone: ZoneInfo) -> None:
        self._page, self._header, self._table, self._zone = page, header, table, zone
        form = table.time_format if header.clock is None else f"{table.time_format} {table.clock_format}"
        self._times = Times(form, zone)
        self._names = Names(table)
        self._columns = [(column.at, Numbers(table), ColumnRows(column, self._names)) for column in header.columns]
        self._others: list[Said] = []

    def said(self, first: int) -> list[Said]:
        """All that the lines from `first` on say: the readings of each column, then what could not be read."""
        end = len(self._page) + 1
        if end > first and not self._page.line(end - 1).ended:
            end -= 1
        for start in range(first, end, BLOCK):
            number = np.arange(start, min(start + BLOCK, end))
            lines = self._page.raw[start - 1 : start - 1 + len(number)]
            sound = _sound(lines)
            left = self._read(number[sound], list(compress(lines, sound.tolist())))
            for one in sorted([*left, *number[~sound].tolist()]):
                self._alone(one)
        for one in range(max(first, end), len(self._page) + 1):
            self._alone(one)
        columns = [rows.readings(self._page.fragment) for _, _, rows in self._columns]
        return [*(readings for readings in columns if readings is not None), *self._others]

    def _read(self, number: NDArray[np.int64], lines: list[str]) -> list[int]:
        """Take the rows that are regular; return the numbers of the lines that are not."""
        if not lines:
            return []
        widths = _widths(lines, self._table.delimiter)
        if widths is not None:
            return self._take(number, lines, widths)
        middle = len(lines) // 2
        if not middle:
            return [int(number[0])]
        return self._read(number[:middle], lines[:middle]) + self._read(number[middle:], lines[middle:])

    def _take(self, number: NDArray[np.int64], lines: list[str], widths: NDArray[np.int64]) -> list[int]:
        width = int(np.bincount(widths).argmax())
        regular = widths == width
        if width >= self._header.width:
            alike = list(compress(lines, regular.tolist()))
            regular[regular] = self._take_cells(number[regular], _cells(alike, self._table.delimiter, width))
        else:
            regular[:] = False
        irregular: list[int] = number[~regular].tolist()
        return irregular

    def _take_cells(self, number: NDArray[np.int64], cells: list[list[str]]) -> NDArray[np.bool_]:
        """Take the rows of a block, given by columns; return which were taken."""
        time, taken = self._times.read(self._time_cells(cells))
        if "#" in "".join(cells[0]):
            taken &= [not self._page.line(one).is_silent for one in number.tolist()]
        for beyond in cells[self._header.width :]:
            if any(beyond):
                taken &= [not text.strip(BLANKS) for text in beyond]
        which = None
        if self._header.station is not None:
            which = self._names.read(cells[self._header.station])
            if any(column.station is None for column in self._header.columns):
                taken &= which != NOBODY
        read = [(*numbers.read(cells[at]), rows) for at, numbers, rows in self._columns]
        kinds = np.stack([kind for _, kind, _ in read])
        if "" in self._table.blanks:
            kinds[:, (kinds == EMPTY).all(axis=0)] = VALUE
        taken &= (kinds != WRONG).all(axis=0) & (kinds != EMPTY).any(axis=0)
        for kind, (value, _, rows) in zip(kinds, read, strict=True):
            here = taken & (kind == VALUE)
            rows.take(number[here], time[here], value[here], None if which is None else which[here])
        return taken

    def _time_cells(self, cells: list[list[str]]) -> list[str]:
        days = cells[self._header.time]
        if self._header.clock is None:
            return days
        pairs = zip(days, cells[self._header.clock], strict=True)
        return [f"{day.strip(BLANKS)} {clock.strip(BLANKS)}" for day, clock in pairs]

    def _alone(self, number: int) -> None:
        """Read a line by itself."""
        line = self._page.line(number)
        if line.is_silent:
            return
        cells = cells_of(line, self._table)
        if isinstance(cells, str):
            self._others.append(Unreadable(fragment=self._page.fragment(number), where=where(number), reason=cells))
            return
        if not any(cells):
            return
        said = read_line(line, cells, self._header, self._table, self._zone)
        if isinstance(said, Unreadable):
            self._others.append(said)
            return
        for (_, _, rows), one in zip(self._columns, said, strict=True):
            if isinstance(one, Reading) and not one.time.microsecond:
                rows.add(number, one)
            elif one is not None:
                self._others.append(one)


def _sound(lines: Sequence[str]) -> NDArray[np.bool_]:
    """Which lines are text of a fair length with quotation marks in pairs: the others are looked at by themselves."""
    text = "".join(lines)
    sound = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines)) <= MAX_LINE
    if not _is_text(text):
        sound &= list(map(_is_text, lines))
    if _QUOTE in text:
        sound &= np.fromiter(map(str.count, lines, repeat(_QUOTE)), dtype=np.int64, count=len(lines)) % 2 == 0
    return sound


def _is_text(text: str) -> bool:
    """Whether it holds no NUL and no sign that stands for a byte which is not of the declared encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _widths(lines: list[str], delimiter: str) -> NDArray[np.int64] | None:
    """How many cells each line has; None where they cannot be told for all at once."""
    if _QUOTE not in "".join(lines):
        return np.fromiter(map(str.count, lines, repeat(delimiter)), dtype=np.int64, count=len(lines)) + 1
    try:
        widths = np.fromiter(map(len, csv.reader(lines, delimiter=delimiter, strict=True)), dtype=np.int64)
    except csv.Error:
        return None
    # A quoted cell that runs on over line ends leaves fewer rows than lines.
    return widths if len(widths) == len(lines) else None


def _cells(lines: list[str], delimiter: str, width: int) -> list[list[str]]:
    """The cells of lines that all have as many, by columns."""
    text = "".join(lines)
    if _QUOTE in text:
        cells = list(chain.from_iterable(csv.reader(lines, delimiter=delimiter, strict=True)))
    else:
        for end in ("\r\n", "\n", "\r"):
            text = text.replace(end, delimiter)
        cells = text.split(delimiter)[:-1]
    return [cells[at::width] for at in range(width)]
