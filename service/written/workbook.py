"""Filling the sheets of a workbook fast: its rows are put, as text, into the file that a library made of the rest.

The library spends ten microseconds on a cell, which holds up everybody else; a sheet is only a text of rows.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

import numpy as np
import orjson

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""What a sheet can hold."""
_AT_A_TIME = 2048
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ZERO, _DAY = 25569.0, 86400.0
"""What 1 January 1970 is as a date of Excel, in days, and the seconds of one."""
_EMPTY = "/>"
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')
_SPANS = re.compile(rb' spans="[^"]*"')
_STYLE = re.compile(rb'<c r="[A-Z]+2" s="(\d+)"')


class Column:
    """A column of numbers with the style of each cell; no cell where the style is 0, and an empty one for NaN."""

    def __init__(self, numbers: np.ndarray, styles: np.ndarray) -> None:
        self._numbers, self._styles = numbers, styles

    def cells(self, letters: str, begin: int, end: int) -> list[str]:
        """The cells of these places; the first of all stands in the second row."""
        part = np.ascontiguousarray(self._numbers[begin:end])
        numbers = orjson.dumps(part, option=orjson.OPT_SERIALIZE_NUMPY).decode()[1:-1].split(",")
        styles = self._styles[begin:end].tolist()
        rows = range(begin + 2, end + 2)
        return [
            f'<c r="{letters}{row}" s="{style}"{_EMPTY if number == "null" else f"><v>{number}</v></c>"}'
            if style
            else ""
            for number, style, row in zip(numbers, styles, rows, strict=True)
        ]


def serial(time: np.ndarray) -> np.ndarray:
    """Seconds since 1970 as dates of Excel, which are days."""
    return time / _DAY + _ZERO


def styles_of(book: bytes, sheet: int) -> list[int]:
    """The numbers of the styles that the cells of the second row of a sheet have, from left to right."""
    with zipfile.ZipFile(io.BytesIO(book)) as held:
        return [int(found) for found in _STYLE.findall(held.read(_path(sheet)))]


def filled(book: bytes, sheets: Mapping[int, list[Column]], rows: int) -> bytes:
    """The workbook with so many rows of these columns below the header of each of these sheets, counted from 1."""
    out = io.BytesIO()
    columns = {_path(sheet): held for sheet, held in sheets.items()}
    with zipfile.ZipFile(io.BytesIO(book)) as held, zipfile.ZipFile(out, "w") as made:
        for name in held.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            with made.open(info, "w") as member:
                for piece in _sheet(held.read(name), columns[name], rows) if name in columns else [held.read(name)]:
                    member.write(piece)
    return out.getvalue()


def _sheet(made: bytes, columns: list[Column], rows: int) -> Iterator[bytes]:
    """The file of a sheet, whose header is all that is kept of its rows."""
    head, _, rest = made.partition(b"<sheetData>")
    header, _, _ = rest.partition(b"</row>")
    _, _, tail = rest.partition(b"</sheetData>")
    bounds = f'<dimension ref="A1:{letters(len(columns))}{rows + 1}"/>'.encode()
    yield _DIMENSION.sub(bounds, head) + b"<sheetData>" + _SPANS.sub(b"", header, count=1) + b"</row>"
    yield from _rows(columns, rows)
    yield b"</sheetData>" + tail


def letters(count: int) -> str:
    """The name of a column, counted from 1: A, Z, AA. Raises `ValueError` for a number below that."""
    if count < 1:
        raise ValueError(f"{count} is the number of no column")
    name = ""
    while count:
        count, rest = divmod(count - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _rows(columns: list[Column], rows: int) -> Iterator[bytes]:
    names = [letters(place + 1) for place in range(len(columns))]
    for begin in range(0, rows, _AT_A_TIME):
        end = min(begin + _AT_A_TIME, rows)
        cells = [column.cells(name, begin, end) for column, name in zip(columns, names, strict=True)]
        lines = zip(range(begin + 2, end + 2), *cells, strict=True)
        yield "".join([f'<row r="{row}">{"".join(said)}</row>' for row, *said in lines]).encode()


def _path(sheet: int) -> str:
    return f"xl/worksheets/sheet{sheet}.xml"
