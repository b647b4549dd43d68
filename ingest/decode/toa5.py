"""TOA5, the tables of Campbell Scientific loggers: four lines of header, then a row a time.

The form is described in `docs/formats/toa5.md`. Nothing here knows a clock, a database or a network.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.reading import Said, Unreadable
from ingest.written.channel import Value, channel_called, said_of, undeclared
from ingest.written.text_lines import CUT_OFF, UNENDED, Line, fault_of_encoding, lines_of
from ingest.written.wall_clock import moment_of

if TYPE_CHECKING:
    from record.network.source import Channel, Source

_HEADER = 4
_STARTS = ('"TOA5"', "TOA5,")
_NAMES = ('"TIMESTAMP"', "TIMESTAMP,")
_OTHERS = re.compile(rb'"?(TOB[123]|TOACI1)\b')
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?", re.ASCII)
_NO_VALUE = "NAN"

Cells = list[str] | None
"""The cells of a line; None where its quotation marks do not pair up."""


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; a table dates itself
    source: "Source",
) -> list[Said]:
    """All that a file says: a reading a cell of a declared column, and all else that holds values as unreadable.

    Never raises on any bytes.
    """
    other = _OTHERS.match(body)
    fault = fault_of_encoding(source.encoding)
    if other is not None:
        fault = f"{other[1].decode('ascii')} is another format of these loggers: have TOA5 written"
    if fault is not None:
        return [Unreadable(fragment=body, where="message", reason=fault)]
    file = _File(source)
    for line in lines_of(body, source.encoding):
        if line.text.strip() or line.fault is not None:
            file.take(line)
    file.end()
    return file.said or [Unreadable(fragment=body, where="message", reason="it holds no rows below a header of TOA5")]


class _File:
    """What was read of a file so far: the header that is being gathered, or the table that stands open."""

    def __init__(self, source: "Source") -> None:
        self.source = source
        self.said: list[Said] = []
        self.head: list[Cells] = []
        self.head_lines: list[Line] = []
        self.table: _Table | None = None
        self.stray: list[Line] = []

    def take(self, line: Line) -> None:
        """Read one line: of a header, which may come again within a file, or of the table below it."""
        cells = None if line.fault is not None else _cells(line.text)
        if line.text.startswith(_STARTS):
            self.end()
            self._gather(line, cells)
        elif line.text.startswith(_NAMES) and len(self.head) != 1:
            self.end()
            self.head = [None]  # what stood before it is no first line of a header
            self._gather(line, cells)
        elif self.head and not (cells and _TIME.fullmatch(cells[0])):
            self._gather(line, cells)
        else:
            self._row(line, cells)

    def end(self) -> None:
        """Say what the open table, an unfinished header or lines before any header have held back."""
        if self.table is not None:
            self.said += self.table.held_back()
        for lines, reason in (
            (self.stray, "no header of TOA5 stands before it"),
            (self.head_lines, f"a header of fewer than {_HEADER} lines"),
        ):
            if lines:
                self.said.append(_piece(lines, reason))
        self.head, self.head_lines, self.table, self.stray = [], [], None, []

    def _gather(self, line: Line, cells: Cells) -> None:
        self.head.append(cells)
        self.head_lines.append(line)
        if len(self.head) == _HEADER:
            self._open()

    def _open(self) -> None:
        self.table = _Table((self.head + [None] * _HEADER)[:_HEADER], self.source)
        self.head, self.head_lines = [], []

    def _row(self, line: Line, cells: Cells) -> None:
        if self.head:
            self._open()  # with lines of its header missing
        if self.table is None:
            self.stray.append(line)
        else:
            self.said += self.table.read(line, cells)


@dataclass(slots=True)
class _Column:
    """A column of values: its place in the row, its name, its unit, and its channel or why it has none."""

    at: int
    name: str
    unit: str | None
    channel: "Channel | str"
    held: list[tuple[Line, str]] = field(default_factory=list)


class _Table:
    """A header and what it holds back: columns that nobody declared, or every row where the header is not whole."""

    def __init__(self, head: Sequence[Cells], source: "Source") -> None:
        self.source = source
        self.zone = ZoneInfo(source.zone)
        self.rows: list[Line] = []
        self.width, self.station, self.columns, self.fault = 0, "", list[_Column](), _fault_of_header(head)
        first, names, units, processes = (cells or [] for cells in head)
        if self.fault is None:
            self.width, self.station = len(names), first[1].strip()
            self.columns = _columns(names, units, processes, self.station, source)

    def read(self, line: Line, cells: Cells) -> list[Said]:
        """What a row says of the declared columns; nothing where it is held back."""
        if self.fault is not None:
            self.rows.append(line)
            return []
        fault = _fault_of_row(line, cells, self.width)
        time = _time(cells[0], self.zone) if fault is None and cells is not None else fault
        if cells is None or not isinstance(time, datetime):
            return [_piece([line], str(time))]
        said: list[Said] = []
        for column in self.columns:
            if isinstance(column.channel, str):
                column.held.append((line, cells[column.at]))
            else:
                said.append(self._said(line, cells[column.at], column, column.channel, time))
        return said

    def held_back(self) -> list[Said]:
        """One unreadable piece for each column that is not declared, or for all rows of a header that is not whole."""
        if self.rows:
            return [_piece(self.rows, f"{self.fault} (rows: {len(self.rows)})")]
        return [
            Unreadable(
                fragment=b"\n".join(text.encode(line.encoding) for line, text in column.held),
                where=f"{_where([line for line, _ in column.held])}, column {column.name!r}",
                reason=f"{column.channel} (values: {len(column.held)})",
            )
            for column in self.columns
            if column.held
        ]

    def _said(self, line: Line, text: str, column: _Column, channel: "Channel", time: datetime) -> Said:
        cut = not line.ended and column.at == self.width - 1 and not line.raw.endswith(b'"')
        return said_of(
            Value(
                text=None if text.strip().upper() == _NO_VALUE else text,
                time=time,
                where=f"{line.where}, column {column.name!r}",
                fragment=line.raw,
                station=self.station or None,
                unit=column.unit,
                doubts=(UNENDED,) if cut else (),
            ),
            channel,
            self.source,
        )


def _fault_of_header(head: Sequence[Cells]) -> str | None:
    """Why no row can be read by these four lines; None where they are a header."""
    first, names, units, processes = head
    if first is None or names is None or units is None or processes is None or len(first) < 2:
        return "a line of its header is missing or damaged"
    if names[0] != "TIMESTAMP":
        return f"its first column is {names[0][:40]!r} and not TIMESTAMP"
    if not len(names) == len(units) == len(processes):
        return f"its header has {len(names)} names, {len(units)} units and {len(processes)} processes"
    return None


def _columns(names: list[str], units: list[str], processes: list[str], station: str, source: "Source") -> list[_Column]:
    """The columns of values, each with its channel; none for those that the declaration does not tell apart."""
    columns = []
    for at, (name, unit, process) in enumerate(zip(names, units, processes, strict=True)):
        if name in ("TIMESTAMP", "RECORD"):
            continue
        called = [f"{name}/{process}", name] if process else [name]
        channel = channel_called(source, called, station or None) or _unknown(source, called, station)
        columns.append(_Column(at, name, unit.strip() or None, channel))
    _tell_apart(columns)
    return columns


def _unknown(source: "Source", called: list[str], station: str) -> str:
    known = {channel.name for channel in source.channels}
    return undeclared(source, next((name for name in called if name in known), called[0]), station or None)


def _tell_apart(columns: list[_Column]) -> None:
    """Take the channel from columns that share it."""
    found = [(column, column.channel) for column in columns if not isinstance(column.channel, str)]
    times = Counter(channel.name for _, channel in found)
    for column, channel in found:
        if times[channel.name] > 1:
            column.channel = f"channel {channel.name!r} is that of several columns: declare each by name/process"


def _cells(text: str) -> Cells:
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        return None


def _fault_of_row(line: Line, cells: Cells, width: int) -> str | None:
    if line.fault is not None:
        return line.fault
    if cells is None:
        return "its quotation marks do not pair up within the line"
    return None if len(cells) == width else f"{len(cells)} cells where the header has {width}"


def _time(text: str, zone: ZoneInfo) -> datetime | str:
    """The moment that a logger's clock names; 24:00 is the midnight that ends the day."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return f"{text[:40]!r} is no time of the form 2026-05-06 08:00:00"
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    ends_day = (hour, minute, second) == (24, 0, 0)
    try:
        local = (
            datetime(  # noqa: DTZ001 - the clock's zone is declared, not written
                year, month, day, 0 if ends_day else hour, minute, second, int((found[7] or "").ljust(6, "0")[:6])
            )
            + timedelta(days=ends_day)
        )
    except (ValueError, OverflowError):
        return f"{text!r} is in no calendar"
    moment = moment_of(local, zone)
    return f"{text!r} {moment}" if isinstance(moment, str) else moment


def _piece(lines: Sequence[Line], reason: str) -> Unreadable:
    """Lines as one unreadable piece; where the file breaks off in it, more may come with the next growth."""
    reason = reason if lines[-1].ended else f"{reason}; {CUT_OFF}"
    return Unreadable(fragment=b"\n".join(line.raw for line in lines), where=_where(lines), reason=reason)


def _where(lines: Sequence[Line]) -> str:
    first, last = lines[0], lines[-1]
    return first.where if first is last else f"lines {first.number}-{last.number}"
