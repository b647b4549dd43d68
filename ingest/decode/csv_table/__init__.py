"""Tables with a delimiter, read by the declaration of their sender.

The form is described in `docs/formats/csv-table.md`. Nothing here knows a clock, a database or a network.
"""

import io
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.decode.csv_table.body import Body
from ingest.decode.csv_table.columns import where
from ingest.decode.csv_table.text import MAX_LINE, UNPAIRED, Page, bytes_of, cells_of, text_of
from ingest.reading import Said, Unreadable
from ingest.written.table.cell import lacks_year
from ingest.written.table.header import ANY_MONTH, Header, read_header, wanted_headings

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
    fault = _fault_of_declaration(table)
    if fault is not None:
        return [_message(body, fault)]
    try:
        text = text_of(body, table.encoding)
    except (UnicodeError, LookupError):
        return [_message(body, f"it cannot be read in the declared encoding {table.encoding}")]
    stream = io.StringIO(text, newline="")
    page = Page(list(islice(stream, MAX_ROWS)), table.encoding)
    refused: list[Said] = []
    found = _header(page, table, refused)
    if isinstance(found, str):
        return [_message(body, found)]
    header, below = found
    said = refused + Body(page, header, table, zone).said(below)
    rest = stream.read()
    if rest:
        reason = f"more than {MAX_ROWS} lines in one message: split it"
        said.append(Unreadable(fragment=bytes_of(rest, table.encoding), where=where(MAX_ROWS + 1), reason=reason))
    return said or [_message(body, "it holds nothing but headings")]


def _fault_of_declaration(table: "Table") -> str | None:
    if len(table.delimiter) != 1 or table.delimiter in _NO_DELIMITER:
        return f"the declared delimiter {table.delimiter!r} cannot part cells: declare one sign"
    if lacks_year(table.time_format):
        return f"the declared time_format {table.time_format!r} names no year: a table of this kind dates itself"
    if any(column.heading == ANY_MONTH for column in table.columns) or table.station_from is not None:
        return "columns of months, and stations named outside of the rows, are read from workbooks alone"
    return None


def _header(page: Page, table: "Table", refused: list[Said]) -> tuple[Header, int] | str:
    """The header and the number of the line below it, or why there is none; adds lines above it that are no text."""
    nearly, above = "", 0
    for number in range(1, len(page) + 1):
        line = page.line(number)
        cells = UNPAIRED if line.is_silent else cells_of(line, table)
        if cells == UNPAIRED:
            continue
        if isinstance(cells, str):
            refused.append(Unreadable(fragment=page.fragment(number), where=where(number), reason=cells))
            continue
        found = read_header(cells, table)
        if not isinstance(found, str):
            return found, number + 1
        nearly = f" ({found})" if "twice" in found else nearly
        above += 1
        if above == MAX_PREAMBLE:
            break
    headings = ", ".join(map(repr, wanted_headings(table)))
    return f"none of its first {MAX_PREAMBLE} lines has all the headings {headings}{nearly}"


def _message(body: bytes, reason: str) -> Unreadable:
    return Unreadable(fragment=body, where="message", reason=reason)
