"""One line of a table that is read by itself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.decode.csv_table.columns import where
from ingest.decode.csv_table.text import Line, bytes_of
from ingest.reading import Reading, Unreadable
from ingest.written.table.cell import Cell, read_time
from ingest.written.table.header import Header
from ingest.written.table.row import Row

if TYPE_CHECKING:
    from record.network.source import Table

CUT_OFF = "the file breaks off here"
UNENDED = "last_cell_may_be_cut_off"


def read_line(
    line: Line, cells: list[str], header: Header, table: "Table", zone: ZoneInfo
) -> Sequence[Reading | Unreadable | None] | Unreadable:
    """Of each column a reading, an unreadable cell, or None where it does not apply; or why the line fails."""
    row = Row(
        cells=[Cell(text) for text in cells],
        header=header,
        table=table,
        where=lambda heading, _: where(line.number, heading),
        fragment=bytes_of(line.text, table.encoding),
        encoded=lambda text: bytes_of(text, table.encoding),
    )
    fault = _fault_of_shape(line, cells, header.width)
    if fault is not None:
        return row.refused(fault)
    form, text = table.time_format, cells[header.time]
    if header.clock is not None:
        form, text = f"{form} {table.clock_format}", f"{text} {cells[header.clock]}"
    time = read_time(text, form, zone)
    if isinstance(time, str):
        return row.refused(time, (table.time_heading, header.time))
    said = [row.read(place, time) for place in header.columns]
    if line.ended:
        return said
    last = len(cells) - 1
    return [
        replace(one, doubts=(UNENDED,)) if place.at == last and isinstance(one, Reading) else one
        for place, one in zip(header.columns, said, strict=True)
    ]


def _fault_of_shape(line: Line, cells: list[str], width: int) -> str | None:
    cut = f"; {CUT_OFF}" if not line.ended else ""
    if len(cells) < width:
        return f"{len(cells)} cells where {width} are needed{cut}"
    if any(cells[width:]):
        return f"{len(cells)} cells where the header has {width}"
    if not line.ended and not cells[-1]:
        return f"its last cell is empty{cut}"
    return None
