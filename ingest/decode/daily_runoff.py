"""Workbooks of daily runoff: one post a workbook, below its code and name a date and a discharge a row.

The form is described in `docs/formats/daily-runoff.md`. Nothing here knows a clock, a database or a network.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from ingest.reading import Said, Unreadable
from ingest.written.channel import Value, channel_called, said_of
from ingest.written.table.cell import Cell, in_utc, read_local, read_number, shown
from ingest.written.workbook import Sheet, WorkbookError, read_workbook
from ingest.written.workbook.sheet import column_called

if TYPE_CHECKING:
    from record.network.source import Channel, Source

CHANNEL = "discharge"
MAX_HEAD = 10
"""Among how many first rows that hold anything the first date must stand."""
FORM = "%d.%m.%Y"
_DATE, _VALUE = 1, 2
_CODE = re.compile(r"([0-9]{4,6})(?:\D.*)?", re.ASCII | re.DOTALL)
_UNIT = re.compile(r"[,(\[]\s*([^,()\[\]]+/[^,()\[\]]+?)\s*[)\]]?$")
"""What a heading says of its unit, after a comma or in brackets: an amount by a time."""
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Default:
    """The channel that holds where a source declares none."""

    name: str = CHANNEL
    series: str = "discharge.daily"
    station: str | None = None
    unit: str | None = "m3/s"
    stamped: str = "start"
    missing: tuple[str, ...] = ()


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; a workbook dates itself
    source: "Source",
) -> list[Said]:
    """All that a workbook says: a reading a dated row, and every sheet, row or column that is unreadable.

    Never raises on any bytes.
    """
    try:
        book = read_workbook(body)
    except WorkbookError as fault:
        return [Unreadable(fragment=body, where="message", reason=str(fault))]
    said: list[Said] = [_of_sheet(name, "the sheet is hidden: show it, or take it out") for name in book.hidden]
    for name in book.visible:
        try:
            said += _read_sheet(book.sheet(name), source)
        except WorkbookError as fault:
            said.append(_of_sheet(name, str(fault)))
    return said or [Unreadable(fragment=body, where="message", reason="its sheets are empty")]


def _read_sheet(sheet: Sheet, source: "Source") -> list[Said]:
    numbers = sheet.numbers()
    first = next((at for at, number in enumerate(numbers[: MAX_HEAD + 1]) if _is_dated(sheet, number)), None)
    if first is None:
        reason = f"none of its first {MAX_HEAD} rows has a date {FORM} in column A"
        return [_of_sheet(sheet.name, reason, _text(sheet, numbers))] if numbers else []
    code, unit = _heading(sheet, numbers[:first])
    channel = _channel(source, code)
    rows = numbers[first:]
    held = [number for number in rows if sheet.cell(number, _VALUE).text]
    if isinstance(channel, str) or not (code or channel.station):
        lacking = "neither its first row nor the channel 'discharge' names a post: declare station in sources.toml"
        reason = channel if isinstance(channel, str) else lacking
        return [_of_sheet(sheet.name, f"{reason} ({len(held)} values)", _text(sheet, rows))]
    said = [_read_row(sheet, number, (code, unit), channel, source) for number in rows]
    return [*(one for one in said if one is not None), *_beyond(sheet, rows)]


def _heading(sheet: Sheet, numbers: list[int]) -> tuple[str | None, str | None]:
    """The code of the post and the unit that the rows above the first date name."""
    code = _CODE.fullmatch(sheet.cell(numbers[0], _DATE).text) if numbers else None
    units = [_UNIT.search(sheet.cell(number, _VALUE).text) for number in numbers]
    return code and code.group(1), next((found.group(1) for found in units if found), None)


def _channel(source: "Source", code: str | None) -> "Channel | str":
    if not any(channel.name == CHANNEL for channel in source.channels):
        return cast("Channel", _Default())
    channel = channel_called(source, [CHANNEL], code)
    return channel or f"source {source.id} declares a channel {CHANNEL!r} of other posts, and none of {code!r}"


def _read_row(
    sheet: Sheet, number: int, named: tuple[str | None, str | None], channel: "Channel", source: "Source"
) -> Said | None:
    """What a row says; None where neither date nor value stands in it."""
    day, cell = sheet.shown(number, _DATE), sheet.cell(number, _VALUE)
    fragment, where = sheet.text(number).encode(), f"sheet {sheet.name!r}, row {number}"
    if not (sheet.cell(number, _DATE).text or cell.text):
        return None
    date = _date(day, ZoneInfo(source.zone))
    reason = date if isinstance(date, str) else cell.fault
    if cell.dated:
        reason = reason or f"{shown(cell.text)} is a date where a discharge is wanted"
    if isinstance(date, str) or reason is not None:
        return Unreadable(fragment=fragment, where=where, reason=reason or "")
    station, unit = named
    value = Value(text=_number(cell), time=date, where=where, fragment=fragment, station=station, unit=unit)
    return said_of(value, channel, source)


def _date(cell: Cell, zone: ZoneInfo) -> datetime | str:
    """The start of the local day that a cell states, in UTC; or why it states none."""
    if cell.fault is not None:
        return cell.fault
    local = cell.time or read_local(cell.text, FORM)
    if isinstance(local, str):
        return local
    if local.time() != _MIDNIGHT:
        return f"{shown(cell.text)} has a time of day, and this form holds days"
    return in_utc(local, zone, cell.text)


def _number(cell: Cell) -> str | None:
    """The number as it is read further, with a decimal point; other words as they are; None for an empty cell."""
    if not cell.text:
        return None
    number = cell.number if cell.number is not None else read_number(cell.text, "either")
    return cell.text if isinstance(number, str) else f"{number:f}"


def _is_dated(sheet: Sheet, number: int) -> bool:
    return not isinstance(_date(sheet.cell(number, _DATE), ZoneInfo("UTC")), str)


def _beyond(sheet: Sheet, rows: list[int]) -> Iterator[Unreadable]:
    """Columns that this form does not have, each with all that it holds."""
    columns = sorted({column for number in rows for column in sheet.grid.cells[number] if column > _VALUE})
    for column in columns:
        held = [text for text in (sheet.cell(number, column).text for number in rows) if text]
        yield Unreadable(
            fragment="\n".join(held).encode(),
            where=f"sheet {sheet.name!r}, column {column_called(column)}",
            reason=f"{len(held)} cells beside the date and the discharge, which this form does not have",
        )


def _text(sheet: Sheet, numbers: list[int]) -> bytes:
    return "\n".join(map(sheet.text, numbers)).encode()


def _of_sheet(name: str, reason: str, fragment: bytes | None = None) -> Unreadable:
    return Unreadable(fragment=name.encode() if fragment is None else fragment, where=f"sheet {name!r}", reason=reason)
