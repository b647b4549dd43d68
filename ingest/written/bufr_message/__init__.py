"""BUFR (WMO FM 94), wherever a message of it stands: what it says of declared channels, and what cannot be read.

The form is described in `docs/formats/bufr.md`. Nothing here knows a clock, a database or a network.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.reading import Said, Unreadable
from ingest.written.bufr_message import tables
from ingest.written.bufr_message.data import subsets_of
from ingest.written.bufr_message.envelope import MARK, Message, messages_in
from ingest.written.bufr_message.saying import Told, told_in
from ingest.written.channel import Value, channel_at, said_of, stamp_of

if TYPE_CHECKING:
    from record.network.source import Source

__all__ = ["MARK", "said_in"]

_KEPT_PIECES = 100


def said_in(body: bytes, source: "Source", within: str = "") -> list[Said]:
    """All that the BUFR messages within bytes say: a reading a value, and every message or value not read.

    `within` is put before every place. Never raises on any bytes.
    """
    if MARK not in body:
        return [Unreadable(fragment=body, where="message", reason="no BUFR message is in it")]
    if not tables.is_there():
        return [Unreadable(fragment=body, where="message", reason=tables.ABSENT)]
    said: list[Said] = []
    for number, message in enumerate(messages_in(body), 1):
        where = f"{within}message {number}"
        if isinstance(message, Message):
            said += _said(message, where, source)
        else:
            said.append(Unreadable(fragment=message.fragment, where=where, reason=message.reason))
    return said


@dataclass(slots=True)
class _Refused:
    """Values of one element that are refused for one reason: where the first stands, how many, the first of them."""

    where: str
    count: int = 0
    pieces: list[bytes] = field(default_factory=list)


def _said(message: Message, where: str, source: "Source") -> list[Said]:
    subsets, fault = subsets_of(message)
    said: list[Said] = []
    refused: dict[str, _Refused] = {}
    for number, subset in enumerate(subsets, 1):
        for told in told_in(subset):
            found = _read(told, f"{where}, subset {number}, #{told.number}#{told.names[0]}", source)
            if not isinstance(found, str):
                said.append(found)
            elif found:
                held = refused.setdefault(found, _Refused(f"{where}, subset {number}"))
                held.count += 1
                if held.count <= _KEPT_PIECES:
                    held.pieces.append(_piece(told))
    for reason, held in refused.items():
        many = f" ({held.count} values)" if held.count > 1 else ""
        said.append(Unreadable(fragment=b"; ".join(held.pieces), where=held.where, reason=reason + many))
    if fault is not None:
        said.append(Unreadable(fragment=message.raw, where=where, reason=fault))
    return said or [Unreadable(fragment=message.raw, where=where, reason="it holds no value of air, snow or water")]


def _read(told: Told, where: str, source: "Source") -> Said | str:
    """What a value says, or why no value of its element in such a subset says anything.

    "" of a value that is missing and that nobody declared: templates have room for much that no station measures.
    """
    meant = channel_at(source, told.names, told.stations)
    if isinstance(meant, str):
        return "" if told.text is None else meant
    if isinstance(told.time, str):
        return f"{told.names[0]}: {told.time}"
    channel, station = meant
    time, doubts = stamp_of(*told.time, channel, ZoneInfo(source.zone))
    code = told.item.code
    value = Value(
        text=told.text,
        time=time,
        where=where,
        fragment=_piece(told),
        station=station,
        unit=told.unit,
        quality=None if code is None else str(code),
        doubts=doubts,
    )
    return said_of(value, channel, source)


def _piece(told: Told) -> bytes:
    """A value in words: its bits lie across bytes, and say nothing without the template."""
    element = told.item.element
    value = "missing" if told.item.value is None else f"{told.item.value:f} {element.unit}"
    return f"{element.code:06} {element.name} {value}".encode()
