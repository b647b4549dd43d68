"""Workbooks (.xlsx) of a sender, read by the declaration of its tables.

The form is described in `docs/formats/xlsx-table.md`. Nothing here knows a clock, a database or a network.
"""

from datetime import datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.decode.xlsx_table.rows import read_sheet
from ingest.reading import Said, Unreadable
from ingest.written.workbook import Workbook, WorkbookError, read_workbook

if TYPE_CHECKING:
    from record.network.source import Source, Table

__all__ = ["decode"]


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; a workbook dates itself
    source: "Source",
) -> list[Said]:
    """All that the sheets of a workbook say: a reading a filled cell, and every sheet, row or cell that is unreadable.

    Never raises on any bytes.
    """
    if source.table is None:
        return [
            _message(body, f"source {source.id!r} declares no table: write [source.table] under it in sources.toml")
        ]
    try:
        book = read_workbook(body)
    except WorkbookError as fault:
        return [_message(body, str(fault))]
    wanted = [name for name in book.visible if fnmatchcase(name, source.table.sheets)]
    said: list[Said] = [_hidden(name) for name in book.hidden if fnmatchcase(name, source.table.sheets)]
    if not wanted and not said:
        held = ", ".join(map(repr, book.visible)) or "none"
        return [_message(body, f"none of its sheets is called {source.table.sheets!r} (it has {held[:200]})")]
    for name in wanted:
        said += _sheet(book, name, source.table)
    return said or [_message(body, "its sheets hold nothing but headings")]


def _sheet(book: Workbook, name: str, table: "Table") -> list[Said]:
    try:
        return read_sheet(book.sheet(name), table, ZoneInfo(table.zone))
    except WorkbookError as fault:
        return [Unreadable(fragment=name.encode(), where=f"sheet {name!r}", reason=str(fault))]


def _hidden(name: str) -> Unreadable:
    reason = "the sheet is hidden, and nobody who looks at the workbook sees it: show it, or leave it out by `sheets`"
    return Unreadable(fragment=name.encode(), where=f"sheet {name!r}", reason=reason)


def _message(body: bytes, reason: str) -> Unreadable:
    return Unreadable(fragment=body, where="message", reason=reason)
