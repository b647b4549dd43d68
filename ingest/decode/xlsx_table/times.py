"""When a row is: a date of the spreadsheet, a serial number, or a text, whole or completed by the sheet's titles."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.decode.xlsx_table.headings import Head
from ingest.written.table.cell import Cell, in_utc, is_day, lacks_month, lacks_year, read_local, shown

if TYPE_CHECKING:
    from record.network.source import Table

FIRST_YEAR = 1950
"""Before it a date is a number that was mistaken for one, or a time of day alone."""
_MIDNIGHT = time()
_NO_DAY = (date(1899, 12, 30), date(1904, 1, 1))
"""The days from which the two kinds of sheets count: a time of day alone falls on them."""


class Times:
    """Reads the times of a sheet."""

    def __init__(self, table: "Table", zone: ZoneInfo, head: Head) -> None:
        self._form, self._clock_form, self._zone, self._head = table.time_format, table.clock_format, zone, head

    def read(self, day: Cell, clock: Cell | None, month: int | None) -> datetime | str:
        """The time in UTC that cells state, in a column of a `month` where the headings say one; or why they do not."""
        local = self._local(day, month or self._head.month)
        if isinstance(local, str):
            return local
        if clock is None:
            if is_day(self._form) and local.time() != _MIDNIGHT:
                return f"{shown(day.text)} has a time of day, and the table is declared with days"
            return in_utc(local, self._zone, day.text)
        of_day = self._of_day(clock)
        if isinstance(of_day, str):
            return of_day
        if local.time() != _MIDNIGHT:
            return f"{shown(day.text)} has a time of day, which {shown(clock.text)} should say"
        both = datetime.combine(local.date(), of_day, local.tzinfo)
        return in_utc(both, self._zone, f"{day.text} {clock.text}")

    def _local(self, cell: Cell, month: int | None) -> datetime | str:
        if cell.fault is not None:
            return cell.fault
        return self._dated(cell, month) if cell.time is not None else self._written(cell.text, month)

    def _dated(self, cell: Cell, month: int | None) -> datetime | str:
        moment = cell.time
        if moment is None or moment.year < FIRST_YEAR:
            return f"{shown(cell.text)} is no date since {FIRST_YEAR}"
        if lacks_month(self._form) and month not in (None, moment.month):
            return f"{shown(cell.text)} is not of month {month}, of which its headings speak"
        if lacks_year(self._form) and self._head.year not in (None, moment.year):
            return f"{shown(cell.text)} is not of the year {self._head.year}, of which its headings speak"
        return moment

    def _written(self, text: str, month: int | None) -> datetime | str:
        """A text, completed by the month and the year that its form leaves open."""
        if not text:
            return "the cell of the time is empty"
        open_month, open_year = lacks_month(self._form), lacks_year(self._form)
        if (open_month and month is None) or (open_year and self._head.year is None):
            what = "month" if open_month and month is None else "year"
            return f"{shown(text)} leaves the {what} open, and neither the sheet's name nor a title names just one"
        year = self._head.year if open_year else None
        return read_local(text, self._form, month if open_month else None, year)

    def _of_day(self, cell: Cell) -> time | str:
        if cell.fault is not None:
            return cell.fault
        if cell.time is None:
            read = read_local(cell.text, self._clock_form)
            return read if isinstance(read, str) else read.time()
        if cell.time.date() not in _NO_DAY:
            return f"{shown(cell.text)} is no time of day"
        return cell.time.time()
