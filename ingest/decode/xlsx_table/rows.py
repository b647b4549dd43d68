"""The rows of a sheet below its headings: readings, and why there are none."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.decode.xlsx_table.headings import Head, find_head
from ingest.decode.xlsx_table.times import Times
from ingest.reading import Said, Unreadable
from ingest.written.table.cell import Cell
from ingest.written.table.header import Place
from ingest.written.table.row import Row, has_mark, is_blank, is_filled
from ingest.written.workbook.sheet import column_called

if TYPE_CHECKING:
    from ingest.written.workbook import Sheet
    from record.network.source import Table

KEPT = 20_000
"""Bytes of a sheet without headings that are kept as its fragment."""


def read_sheet(sheet: "Sheet", table: "Table", zone: ZoneInfo) -> list[Said]:
    """All that a sheet says; nothing where it is empty."""
    numbers = sheet.numbers()
    if not numbers:
        return []
    head = find_head(sheet, table)
    if isinstance(head, str):
        text = "\n".join(map(sheet.text, numbers[:KEPT]))
        return [Unreadable(fragment=text.encode()[:KEPT], where=f"sheet {sheet.name!r}", reason=head)]
    rows = _Rows(sheet, table, zone, head)
    return [said for number in numbers if number > head.last for said in rows.read(number)]


class _Rows:
    """Reads the rows of a sheet."""

    def __init__(self, sheet: "Sheet", table: "Table", zone: ZoneInfo, head: Head) -> None:
        self._sheet, self._table, self._head = sheet, table, head
        self._times = Times(table, zone, head)
        self._named = sheet.name.strip() if table.station_from == "sheet" else ""
        header = head.header
        self._shared = [at for at in (header.time, header.clock, header.station) if at is not None]
        self._by_month = any(place.month is not None for place in header.columns)

    def read(self, number: int) -> list[Said]:
        """What a row says: nothing where no declared column is filled in, as in a form that is filled day by day."""
        row = self._row(number)
        header = self._head.header
        if not row.is_filled() and (has_mark(self._table) or not is_filled(row.cells[header.time])):
            return []
        times = {month: self._time(row, month) for month in {place.month for place in header.columns}}
        dated = [(place, times[place.month]) for place in header.columns]
        if self._by_month:
            # The 30th of February does not apply, unless somebody filled it in.
            dated = [(place, time) for place, time in dated if not self._is_idle(row.cells[place.at], time)]
        faults = [time for _, time in dated if isinstance(time, str)]
        if faults and len(faults) == len(dated):
            return [row.refused(faults[0], (self._table.time_heading, header.time))]
        said = (self._read(row, place, time) for place, time in dated)
        return [one for one in said if one is not None]

    def _read(self, row: Row, place: Place, time: datetime | str) -> Said | None:
        if isinstance(time, str):
            return row.refused(time, (place.heading, place.at), row.cells[place.at].text)
        return row.read(place, time)

    def _is_idle(self, cell: Cell, time: datetime | str) -> bool:
        return not is_filled(cell) or (isinstance(time, str) and is_blank(cell, self._table))

    def _time(self, row: Row, month: int | None) -> datetime | str:
        header = self._head.header
        return self._times.read(
            row.cells[header.time], None if header.clock is None else row.cells[header.clock], month
        )

    def _row(self, number: int) -> Row:
        cells = [self._sheet.cell(number, at + 1) for at in range(self._head.header.width)]
        for at in self._shared:
            # A date or a name that is merged over several rows is that of each of them; a value is not.
            cells[at] = self._sheet.shown(number, at + 1)
        return Row(
            cells=cells,
            header=self._head.header,
            table=self._table,
            named=self._named,
            where=lambda heading, at: self._where(number, heading, at),
            fragment=self._sheet.text(number).encode(),
            encoded=str.encode,
        )

    def _where(self, number: int, heading: str | None, at: int) -> str:
        row = f"sheet {self._sheet.name!r}, row {number}"
        return row if heading is None else f"{row}, column {column_called(at + 1)} {heading!r}"
