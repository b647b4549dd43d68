"""OTT XML (OTTML): what loggers of OTT and their net push by HTTP or FTP.

`StationData` names the station and its zone, each `ChannelData` in it the channel and its unit, each `VT` in that is a
value at a time. The form is described in `docs/formats/ott-xml.md`. Nothing here knows a clock, a database or a
network.
"""

import re
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.reading import Said, Unreadable
from ingest.written import xml_tree
from ingest.written.channel import Value, channel_called, said_of, station_called, undeclared
from ingest.written.xml_tree import Element, shown

if TYPE_CHECKING:
    from record.network.source import Channel, Source

__all__ = ["decode"]

_MAX_NAME = 200
_ZONE = re.compile(r"(?:UTC|GMT)?\s*([+-]\d\d:?\d\d)", re.ASCII)


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; each value dates itself
    source: "Source",
) -> list[Said]:
    """A reading of each `VT` of a declared channel, missing where it has an error code; and why any other is none.

    A channel is called by its `channelId` or its `name`. Never raises on any bytes.
    """
    root = xml_tree.parsed(body)
    if isinstance(root, str):
        return [Unreadable(fragment=body, where="message", reason=root)]
    said: list[Said] = []
    left = xml_tree.MAX_VALUES
    for channel, values in _by_channel(root).items():
        said += _Channel(channel, source).said(values, left)
        left -= len(values)
    said += _loose(root)
    return said or [Unreadable(fragment=body, where="message", reason="it holds no value: no VT in a ChannelData")]


def _by_channel(root: Element) -> dict[Element | None, list[Element]]:
    """The values in the nearest `ChannelData` around each, in their order; those outside of any under None."""
    found: dict[Element | None, list[Element]] = {}
    for value in root.iter("{*}VT"):
        found.setdefault(xml_tree.nearest(value, "ChannelData"), []).append(value)
    return found


def _loose(root: Element) -> list[Said]:
    """What stands among values and is none."""
    return [
        Unreadable(fragment=text.encode()[: xml_tree.KEPT], where=xml_tree.where(values), reason="it stands in no VT")
        for values in root.iter("{*}Values")
        for text in xml_tree.loose_text(values, "VT", "Values")
    ]


class _Channel:
    """The values of one `ChannelData`."""

    def __init__(self, element: Element | None, source: "Source") -> None:
        self.element = element
        self.source = source
        station = None if element is None else xml_tree.nearest(element, "StationData")
        self.zone = _zone_of(station, source)
        self.station = station_called(source, _names(station, "stationId"))
        self.names = _names(element, "channelId")
        self.unit = None if element is None else shown(element.get("unit", "")) or None

    def said(self, values: list[Element], most: int) -> list[Said]:
        """What the values say, of which no more than `most` are read."""
        ready = self._ready()
        if isinstance(ready, str):
            return [self._refused(values, ready, [self.element] if self.element is not None else values)]
        read = [self._said(value, *ready) for value in values[: max(most, 0)]]
        rest = values[len(read) :]
        if rest:
            read.append(self._refused(rest, f"more than {xml_tree.MAX_VALUES} values in one message: split it", rest))
        return read

    def _ready(self) -> tuple["Channel", tzinfo] | str:
        """What is declared of this channel and the zone of its times; or why none of its values can be read."""
        if self.element is None:
            return "it stands in no ChannelData"
        if not self.names:
            return "its ChannelData has neither channelId nor name"
        declared = channel_called(self.source, self.names, self.station)
        if declared is None:
            return undeclared(self.source, self.names[0])
        return self.zone if isinstance(self.zone, str) else (declared, self.zone)

    def _refused(self, values: list[Element], reason: str, held: list[Element]) -> Unreadable:
        reason = f"{reason}; values of it here: {len(values)}"
        return Unreadable(fragment=xml_tree.fragments(held), where=self._where(values[0]), reason=reason)

    def _said(self, element: Element, declared: "Channel", zone: tzinfo) -> Said:
        fragment, where = xml_tree.fragment(element), self._where(element)
        time = xml_tree.stamp_of(element.get("t", "").strip(), zone)
        if isinstance(time, str):
            return Unreadable(fragment=fragment, where=where, reason=time)
        error = _error_of(element)
        value = Value(
            text=xml_tree.text_of(element) if error is None else None,
            time=time,
            where=where,
            fragment=fragment,
            station=self.station,
            unit=self.unit,
            doubts=() if error is None else (error,),
        )
        return said_of(value, declared, self.source)

    def _where(self, element: Element) -> str:
        return xml_tree.where(element) + (f", channel {shown(self.names[0])!r}" if self.names else "")


def _names(element: Element | None, own: str) -> list[str]:
    """What an element calls itself: by its id, then by its name."""
    words = [] if element is None else [element.get(own, "").strip(), element.get("name", "").strip()]
    return [word[:_MAX_NAME] for word in words if word]


def _zone_of(station: Element | None, source: "Source") -> tzinfo | str:
    """The zone of a station's times: its own, else that of the source; or why it cannot be told."""
    text = "" if station is None else station.get("timezone", "").strip()
    if not text:
        return ZoneInfo(source.zone)
    found = _ZONE.fullmatch(text)
    zone = xml_tree.offset_of(found[1] if found else text)
    return zone or f"timezone {shown(text)!r} is no offset such as +06:00"


def _error_of(element: Element) -> str | None:
    """What the logger says is wrong with a value; None where it says nothing."""
    code = element.get("errorcode")
    if code is None:
        return None
    text = element.get("errortext", "").strip()
    return f"the logger gives error {shown(code)!r}" + (f" ({shown(text)})" if text else "")
