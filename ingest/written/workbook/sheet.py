"""The cells of a sheet, read from its XML as it is unpacked: nothing is kept but what a cell says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ingest.written.table.cell import Cell
from ingest.written.workbook.parts import WorkbookError
from ingest.written.workbook.values import MAX_TEXT, Meaning, Raw, cell_of
from ingest.written.xml_tree import MAX_DEPTH

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""The size of a sheet."""
MAX_CELLS = 1_000_000
"""Cells of one sheet that say something."""
MAX_ELEMENTS = 5_000_000
MAX_MERGED = 200_000
"""Cells of one sheet that are merged into others."""
_REF = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_RANGE = re.compile(r"([A-Z]{1,3}[1-9][0-9]{0,6})(?::([A-Z]{1,3}[1-9][0-9]{0,6}))?", re.ASCII)
_TEXTS = frozenset("vft")
_SPACE = 4 * MAX_TEXT


@dataclass(slots=True)
class Grid:
    """Cells by row and column, both from 1; `merged` leads from each covered cell to the one whose text it shows."""

    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def read_grid(pieces: Iterable[bytes], meaning: Meaning) -> Grid:
    """The cells of a sheet; raises `WorkbookError` where it is no sheet, or too large for one."""
    target = _Target(meaning)
    # Names and texts come as str, which its published types leave open.
    told: Any = target
    parser = etree.XMLParser(target=told, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        for piece in pieces:
            parser.feed(piece)
        parser.close()
    except etree.XMLSyntaxError as fault:
        raise WorkbookError(f"not XML that can be read: {' '.join(str(fault).split())[:200]}") from None
    return target.grid


class _Target:
    """What the parser tells, in the order of the file."""

    def __init__(self, meaning: Meaning) -> None:
        self.grid = Grid()
        self._meaning = meaning
        self._row = self._column = 0
        self._cell: Raw | None = None
        self._text: list[str] | None = None
        self._space = 0
        self._reading_aid = False
        self._depth = self._elements = self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise WorkbookError(f"its elements lie more than {MAX_DEPTH} deep, or are more than {MAX_ELEMENTS}")
        name = tag.rpartition("}")[2]
        if name == "c":
            self._begin_cell(attributes)
        elif name in _TEXTS:
            self._text, self._space = [], 0
        elif name == "row":
            self._begin_row(attributes)
        elif name == "rPh":
            self._reading_aid = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, tag: str) -> None:
        self._depth -= 1
        name = tag.rpartition("}")[2]
        if name in _TEXTS:
            self._take(name, "".join(self._text or ()))
            self._text = None
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self._reading_aid = False

    def data(self, text: str) -> None:
        if self._text is not None:
            self._space += len(text)
            if self._space > _SPACE:
                raise WorkbookError(f"a cell of more than {_SPACE} signs")
            self._text.append(text)

    def doctype(self, *_: object) -> None:
        raise WorkbookError("it has a document type declaration, which no sheet needs")

    def close(self) -> None:
        """Nothing is left to do at the end."""

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self._row = self._row + 1 if number is None else _whole(number, "row")
        self._column = 0
        if not 1 <= self._row <= MAX_ROWS:
            raise WorkbookError(f"it has a row {self._row}: a sheet has {MAX_ROWS}")

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        ref = attributes.get("r")
        if ref is not None:
            row, self._column = place_of(ref)
            if row != self._row:
                raise WorkbookError(f"its cell {ref} stands in row {self._row}")
        if self._column > MAX_COLUMNS:
            raise WorkbookError(f"it has a column {self._column}: a sheet has {MAX_COLUMNS}")
        self._cell = Raw(attributes.get("t", "n"), _whole(attributes.get("s", "0"), "style"))

    def _take(self, name: str, text: str) -> None:
        cell = self._cell
        if cell is None or self._reading_aid:
            return
        if name == "f":
            cell.formula = text
        elif name == "v":
            cell.value = text
        else:
            cell.value = (cell.value or "") + text

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        cell = cell_of(self._cell, self._meaning)
        self._cell = None
        if not cell.text and cell.fault is None:
            return
        row = self.grid.cells.setdefault(self._row, {})
        if self._column in row:
            raise WorkbookError(f"it has the cell of row {self._row} and column {self._column} twice")
        row[self._column] = cell
        self._count += 1
        if self._count > MAX_CELLS:
            raise WorkbookError(f"it holds more than {MAX_CELLS} cells: split it")

    def _merge(self, ref: str) -> None:
        found = _RANGE.fullmatch(ref)
        if found is None:
            raise WorkbookError(f"it merges {ref[:40]!r}, which is no range of cells")
        top, left = place_of(found.group(1))
        bottom, right = place_of(found.group(2) or found.group(1))
        if (bottom - top + 1) * (right - left + 1) + len(self.grid.merged) > MAX_MERGED:
            raise WorkbookError(f"more than {MAX_MERGED} of its cells are merged into others")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.grid.merged[row, column] = (top, left)


def place_of(ref: str) -> tuple[int, int]:
    """Row and column, from 1, of a cell called so: B5 is (5, 2); raises `WorkbookError`."""
    found = _REF.fullmatch(ref)
    if found is None:
        raise WorkbookError(f"{ref[:40]!r} is the name of no cell")
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found.group(2)), column


def column_called(column: int) -> str:
    """The letters of a column, from 1: the 28th is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _whole(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise WorkbookError(f"it has a {what} {text[:40]!r}, which is no whole number")
    return int(text)
