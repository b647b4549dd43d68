"""Tables with a delimiter, read by the declaration of their sender.

The form is described in `docs/formats/csv-table.md`. Nothing here knows a clock, a database or a network.
"""

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.decode.csv_table.header import Header, read_header, wanted_headings
from ingest.decode.csv_table.row import Row
from ingest.decode.csv_table.text import BLANKS, MAX_LINE, Line, bytes_of, fault_of, lines_of, text_of
from ingest.reading import Said, Unreadable

if TYPE_CHECKING:
    from record.network.source import Table

__all__ = ["MAX_LINE", "MAX_PREAMBLE", "MAX_ROWS", "decode"]

MAX_ROWS = 2_000_000
"""Lines in one message."""
MAX_PREAMBLE = 30
"""Among how many first lines, blank ones and comments apart, the header must stand."""
_NO_DELIMITER = frozenset('"\r\n\0')


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; a table dates itself
    zone: ZoneInfo,
    table: "Table",
) -> list[Said]:
    """All that a table says: a reading a filled cell, and every line or cell that could not be read.

    `zone` is the zone of the table's times, which come back in UTC. Lines above the header are titles and say nothing.
    Never raises on any bytes.
    """
    if len(table.delimiter) != 1 or table.delimiter in _NO_DELIMITER:
        return [_message(body, f"the declared delimiter {table.delimiter!r} cannot part cells: declare one sign")]
    try:
        text = text_of(body, table.encoding)
    except (UnicodeError, LookupError):
        return [_message(body, f"it cannot be read in the declared encoding {table.encoding}")]
    sheet = _Sheet(table, zone)
    stream = io.StringIO(text, newline="")
    for line in lines_of(stream):
        if line.number > MAX_ROWS:
            rest = bytes_of(line.text + line.end + stream.read(), table.encoding)
            sheet.refuse(line, f"more than {MAX_ROWS} lines in one message: split it", rest)
        elif not line.is_silent:
            sheet.take(line)
        if sheet.above >= MAX_PREAMBLE:
            break
    if sheet.header is None:
        headings = ", ".join(map(repr, wanted_headings(table)))
        why = f" ({sheet.nearly})" if sheet.nearly else ""
        return [_message(body, f"none of its first {MAX_PREAMBLE} lines has all the headings {headings}{why}")]
    return sheet.said


class _Sheet:
    """What was read of a table so far."""

    def __init__(self, table: "Table", zone: ZoneInfo) -> None:
        self.table = table
        self.zone = zone
        self.header: Header | None = None
        self.above = 0
        self.nearly = ""
        self.said: list[Said] = []

    def take(self, line: Line) -> None:
        """Read a line that is neither blank nor a comment."""
        fault = fault_of(line, self.table.encoding)
        cells = self._cells(line) if fault is None else None
        if cells is not None and self.header is not None:
            if any(cells):
                self.said += Row(line, cells, self.header, self.table, self.zone).said()
        elif cells is not None:
            self._look_for_header(cells)
        elif fault is not None or self.header is not None:
            self.refuse(line, fault or "its quotation marks do not pair up within the line")

    def refuse(self, line: Line, reason: str, fragment: bytes | None = None) -> None:
        """Keep a line, or all that follows, as unreadable."""
        held = bytes_of(line.text, self.table.encoding) if fragment is None else fragment
        self.said.append(Unreadable(fragment=held, where=f"line {line.number}", reason=reason))

    def _look_for_header(self, cells: list[str]) -> None:
        self.above += 1
        found = read_header(cells, self.table)
        if not isinstance(found, str):
            self.header, self.above = found, 0
        elif "twice" in found:
            self.nearly = found

    def _cells(self, line: Line) -> list[str] | None:
        try:
            rows = list(csv.reader([line.text], delimiter=self.table.delimiter, strict=True))
        except csv.Error:
            return None
        return [cell.strip(BLANKS) for cell in rows[0]]


def _message(body: bytes, reason: str) -> Unreadable:
    return Unreadable(fragment=body, where="message", reason=reason)
