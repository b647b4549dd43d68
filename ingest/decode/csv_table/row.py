"""One row of a table: a reading of each filled column, or the reason why there is none."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.decode.csv_table.cell import read_number, read_time
from ingest.decode.csv_table.columns import where
from ingest.decode.csv_table.header import Header
from ingest.decode.csv_table.text import BLANKS, Line, bytes_of
from ingest.reading import Reading, Said, Unreadable

if TYPE_CHECKING:
    from record.network.source import Column, Table

CUT_OFF = "the file breaks off here"
UNENDED = "last_cell_may_be_cut_off"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a line below the header, their outer blanks taken off."""

    line: Line
    cells: list[str]
    header: Header
    table: "Table"
    zone: ZoneInfo

    def said(self) -> list[Said | None] | Unreadable:
        """Of each column a reading, an unreadable cell, or None where it does not apply; or why the row fails."""
        fault = self._fault_of_shape()
        if fault is not None:
            return self._refused(fault)
        time = read_time(self.cells[self.header.time], self.table.time_format, self.zone)
        if isinstance(time, str):
            return self._refused(time, self.table.time_heading)
        return [None if self._passes_over(at) else self._read(at, column, time) for at, column in self.header.columns]

    def _fault_of_shape(self) -> str | None:
        width, count = self.header.width, len(self.cells)
        cut = f"; {CUT_OFF}" if not self.line.ended else ""
        if count < width:
            return f"{count} cells where {width} are needed{cut}"
        if any(self.cells[width:]):
            return f"{count} cells where the header has {width}"
        if not self.line.ended and not self.cells[-1]:
            return f"its last cell is empty{cut}"
        return None

    def _passes_over(self, at: int) -> bool:
        """Whether a cell does not apply: it is empty beside filled ones, and "missing" has a mark of its own here."""
        if self.cells[at]:
            return False
        has_mark = any(blank.strip(BLANKS) for blank in self.table.blanks) or "" not in self.table.blanks
        return has_mark and any(self.cells[place] for place, _ in self.header.columns)

    def _read(self, at: int, column: "Column", time: datetime) -> Said:
        text = self.cells[at]
        station = column.station or ("" if self.header.station is None else self.cells[self.header.station])
        if not station:
            return self._refused("the row names no station", column.heading)
        is_blank = text in {blank.strip(BLANKS) for blank in self.table.blanks}
        value = None if is_blank else read_number(text, self.table.decimal)
        if isinstance(value, str):
            return self._refused(value, column.heading, text)
        quantity, _, interval = column.series.partition(".")
        return Reading(
            station=station,
            quantity=quantity,
            interval=interval,
            time=time,
            value=value,
            unit=column.unit,
            where=where(self.line.number, column.heading),
            fragment=self._bytes(self.line.text),
            doubts=(UNENDED,) if not self.line.ended and at == len(self.cells) - 1 else (),
        )

    def _refused(self, reason: str, heading: str | None = None, text: str | None = None) -> Unreadable:
        """The whole line, or the one cell whose `text` is given."""
        fragment = self._bytes(self.line.text if text is None else text)
        return Unreadable(fragment=fragment, where=where(self.line.number, heading), reason=reason)

    def _bytes(self, text: str) -> bytes:
        return bytes_of(text, self.table.encoding)
