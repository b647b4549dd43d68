"""The lines of values below one header: a reading each, or held back together where their series is not known."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.decode.zrxp.header import Header
from ingest.decode.zrxp.layout import Cells
from ingest.decode.zrxp.stamp import read_stamp
from ingest.reading import Reading, Said, Unreadable
from ingest.written.channel import Value, channel_called, number_of, said_of, undeclared
from ingest.written.text_lines import CUT_OFF, UNENDED, Line

if TYPE_CHECKING:
    from record.network.source import Channel, Source

_PROVES_AN_END = (b" ", b"\t", b'"')


class Segment:
    """One header and what it holds back: lines that only a declaration could make readable, by the reason."""

    def __init__(self, header: Header | str, source: "Source") -> None:
        self.header = header
        self.source = source
        self.held: dict[str, list[Line]] = {}
        self.channels: dict[str, Channel | str] = {}
        self.taken: list[Channel] = []

    def read(self, line: Line) -> list[Said]:
        """What one line of values says; nothing where it is held back."""
        if isinstance(self.header, str):
            return self._hold(line, self.header)
        cells = self.header.layout.cells(line.text)
        if isinstance(cells, str):
            return [_refused(line, cells if line.ended else f"{cells}; {CUT_OFF}")]
        channel = self._channel(cells.member or "", self.header)
        return (
            self._hold(line, channel) if isinstance(channel, str) else [self._said(line, cells, channel, self.header)]
        )

    def held_back(self) -> list[Said]:
        """One unreadable piece for each reason that lines were held back for."""
        return [
            Unreadable(
                fragment=b"\n".join(line.raw for line in lines),
                where=_where(lines),
                reason=f"{reason} (lines of values: {len(lines)})",
            )
            for reason, lines in self.held.items()
        ]

    def _hold(self, line: Line, reason: str) -> list[Said]:
        self.held.setdefault(reason, []).append(line)
        return []

    def _channel(self, member: str, header: Header) -> "Channel | str":
        if member not in self.channels:
            self.channels[member] = self._found(member, header)
        return self.channels[member]

    def _found(self, member: str, header: Header) -> "Channel | str":
        """The channel of one member of a forecast: one of its own, or that of the series if no other member has it."""
        own = [f"{name}/{member}" for name in header.names] if member else []
        channel = channel_called(self.source, [*own, *header.names], header.station)
        if channel is None:
            known = {channel.name for channel in self.source.channels}
            name = next((name for name in header.names if name in known), header.names[0])
            return undeclared(self.source, name, header.station)
        if channel in self.taken:
            return f"channel {channel.name!r} already has another member of this forecast: declare '{own[0][:80]}'"
        self.taken.append(channel)
        return channel

    def _said(self, line: Line, cells: Cells, channel: "Channel", header: Header) -> Said:
        stamp = read_stamp(cells.stamp, header.zone)
        if isinstance(stamp, str):
            return _refused(line, stamp)
        if stamp.is_start and channel.stamped == "end":
            channel = channel.model_copy(update={"stamped": "start"})
        said = said_of(
            Value(
                text=None if _is_missing(cells.value, header.missing) else cells.value,
                time=stamp.moment,
                where=line.where,
                fragment=line.raw,
                station=header.station,
                unit=header.unit,
                quality=cells.status,
                doubts=() if line.ended or line.raw.endswith(_PROVES_AN_END) else (UNENDED,),
            ),
            channel,
            self.source,
        )
        # Nobody measured a forecast.
        return replace(said, estimated=True) if header.layout.forecast and isinstance(said, Reading) else said


def _is_missing(text: str, mark: str) -> bool:
    number = number_of(text)
    return text == mark or (number is not None and number == number_of(mark))


def _refused(line: Line, reason: str) -> Unreadable:
    return Unreadable(fragment=line.raw, where=line.where, reason=reason)


def _where(lines: list[Line]) -> str:
    first, last = lines[0], lines[-1]
    return first.where if first is last else f"lines {first.number}-{last.number}"
