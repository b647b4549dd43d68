"""OGC SensorThings 1.1: Observations, one by one, in lists, as data arrays, or within their Datastreams.

The form is described in `docs/formats/sensorthings.md`. Nothing here knows a clock, a database or a network.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ingest.reading import Said, Unreadable
from ingest.written.channel import Value, said_of, stamp_of, undeclared
from ingest.written.json_tree import fragment, named, parsed, written
from ingest.written.local_time import read_iso

if TYPE_CHECKING:
    from record.network.source import Channel, Source

MAX_VALUES = 500_000
"""Observations in one message."""
_KEPT_OF_STRANGERS = 100
_MAX_LINK = 300
# The name in brackets stands in quotation marks where it is a text, with a quotation mark within it doubled.
_STREAM = re.compile(r"Datastreams\((?:'(?P<text>(?:[^']|'')*)'|(?P<plain>[^()']*))\)/?$")


@dataclass(frozen=True, slots=True)
class _Stream:
    """What a message says of a Datastream: what it may be called, its unit, and what its Thing may be called."""

    names: tuple[str, ...] = ()
    unit: str | None = None
    things: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """An Observation, the place where it stands, its Datastream, and the piece of the message that it is."""

    entity: dict[str, Any]
    where: str
    stream: _Stream
    piece: Any


@dataclass(slots=True)
class _Stranger:
    """Observations of a Datastream that no channel bears: how many, where the first stands, and the first of them."""

    where: str
    count: int = 0
    pieces: list[Any] = field(default_factory=list)


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; an Observation dates itself
    source: "Source",
) -> list[Said]:
    """All that a message says: a reading an Observation, and every one that could not be read.

    Times without an offset are read in the source's zone. Never raises on any bytes.
    """
    root = parsed(body)
    if isinstance(root, str):
        return [Unreadable(fragment=body, where="message", reason=root)]
    said: list[Said] = []
    strangers: dict[str, _Stranger] = {}
    found = _observations(root, "message", _Stream())
    for number, one in enumerate(found):
        if number >= MAX_VALUES:
            left = 1 + sum(1 for _ in found)
            reason = f"more than {MAX_VALUES} observations in one message, {left} are left unread: split it"
            said.append(Unreadable(fragment=_piece_of(one), where=one.where, reason=reason))
            break
        _take(one, source, said, strangers)
    said += [_refused(held, reason) for reason, held in strangers.items()]
    return said or [Unreadable(fragment=body, where="message", reason="it holds no Observation")]


def _take(one: _Seen | Unreadable, source: "Source", said: list[Said], strangers: dict[str, _Stranger]) -> None:
    if isinstance(one, Unreadable):
        said.append(one)
        return
    channel = _channel(one.stream, source)
    if isinstance(channel, str):
        held = strangers.setdefault(channel, _Stranger(one.where))
        held.count += 1
        if held.count <= _KEPT_OF_STRANGERS:
            held.pieces.append(one.piece)
        return
    said.append(_read(one, channel, source))


def _piece_of(one: _Seen | Unreadable) -> bytes:
    return one.fragment if isinstance(one, Unreadable) else fragment(one.piece)


def _refused(held: _Stranger, reason: str) -> Unreadable:
    many = f" ({held.count} values)" if held.count > 1 else ""
    body = fragment(held.pieces if held.count > 1 else held.pieces[0])
    return Unreadable(fragment=body, where=held.where, reason=reason + many)


def _channel(stream: _Stream, source: "Source") -> "Channel | str":
    """The channel of a Datastream, or why there is none.

    That of its very Thing stands before any other; a name that several stations share tells nothing without its Thing.
    """
    if not stream.names and len({channel.name for channel in source.channels}) != 1:
        return "it names no Datastream: ask with $expand=Datastream, or declare one source for each"
    names = stream.names or tuple(channel.name for channel in source.channels[:1])
    for name in names:
        called = [channel for channel in source.channels if channel.name == name]
        own = [channel for channel in called if channel.station in stream.things]
        if len(own or called) == 1:
            return (own or called)[0]
        if called:
            return f"several stations have a channel {name[:80]!r}: ask with $expand=Datastream/Thing, or name its id"
    return undeclared(source, " or ".join(stream.names))


def _read(one: _Seen, channel: "Channel", source: "Source") -> Said:
    zone = ZoneInfo(source.zone)
    entity, kept = one.entity, _piece_of(one)
    text = named(entity.get("phenomenonTime"))
    placed = "it has no phenomenonTime" if text is None else _time(text, channel, zone)
    if isinstance(placed, str):
        return Unreadable(fragment=kept, where=one.where, reason=placed)
    if "result" not in entity:
        return Unreadable(fragment=kept, where=one.where, reason="it has no result")
    time, doubts = placed
    value = Value(
        text=written(entity["result"]),
        time=time,
        where=one.where,
        fragment=kept,
        station=channel.station or next(iter(one.stream.things), None),
        unit=one.stream.unit,
        quality=named(entity.get("resultQuality")),
        doubts=doubts,
    )
    return said_of(value, channel, source)


def _time(text: str, channel: "Channel", zone: ZoneInfo) -> tuple[datetime, tuple[str, ...]] | str:
    """The stamp of an instant or of a period `start/end`, and what is doubtful of it; or why there is none."""
    ends = [read_iso(part, zone) for part in text.split("/")]
    fault = next((end for end in ends if isinstance(end, str)), None)
    times = [end for end in ends if isinstance(end, datetime)]
    if fault is not None:
        return fault
    if len(times) == 1:
        return times[0], ()
    if len(times) > len(("start", "end")) or times[0] > times[1]:
        return f"{text[:80]!r} is no period from an earlier time to a later one"
    return stamp_of(times[0], times[1], channel, zone)


def _observations(value: Any, where: str, stream: _Stream) -> Iterator[_Seen | Unreadable]:
    """Every Observation of an answer, of a Datastream or Thing with its Observations, or of a payload."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _observations(item, str(number) if where == "message" else f"{where}.{number}", stream)
    elif not isinstance(value, dict):
        yield Unreadable(fragment=fragment(value), where=where, reason="no entity of SensorThings, but a bare value")
    elif "dataArray" in value:
        yield from _rows(value, where, _stream_of(value, stream))
    elif "result" in value or "phenomenonTime" in value:
        yield _Seen(value, where, _stream_of(value, stream), value)
    else:
        yield from _below(value, where, stream)


def _below(value: dict[str, Any], where: str, stream: _Stream) -> Iterator[_Seen | Unreadable]:
    """The Observations below an entity that is none, or the entity where there are none."""
    inner = _described(value, stream) if "unitOfMeasurement" in value or "Observations" in value else stream
    inner = _of_thing(value, inner) if "Datastreams" in value else inner
    places = [key for key in ("value", "Datastreams", "Observations") if isinstance(value.get(key), list)]
    for key in places:
        yield from _observations(value[key], key if where == "message" else f"{where}.{key}", inner)
    if not places:
        yield Unreadable(fragment=fragment(value), where=where, reason="an entity without Observations")


def _rows(value: dict[str, Any], where: str, stream: _Stream) -> Iterator[_Seen | Unreadable]:
    """The Observations of a data array: lists, whose members `components` names."""
    rows, names = value["dataArray"], value.get("components")
    if not isinstance(rows, list) or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        many = f" ({len(rows)} values)" if isinstance(rows, list) and len(rows) > 1 else ""
        reason = f"a data array without rows, or without the components that name their cells{many}"
        yield Unreadable(fragment=fragment(value), where=where, reason=reason)
        return
    for number, row in enumerate(rows):
        place = f"{where}.dataArray.{number}"
        if isinstance(row, list) and len(row) == len(names) == len(set(names)):
            yield _Seen(dict(zip(names, row, strict=True)), place, stream, row)
        else:
            reason = f"no row of the {len(names)} components of its data array"
            yield Unreadable(fragment=fragment(row), where=place, reason=reason)


def _stream_of(value: dict[str, Any], around: _Stream) -> _Stream:
    """The Datastream that an entity names: expanded within it, by a link, or as the one around it."""
    held = value.get("Datastream")
    if isinstance(held, dict):
        return _described(held, around)
    name = _name_in(value.get("Datastream@iot.navigationLink"))
    return around if name is None else _Stream((name,), None, around.things)


def _described(held: dict[str, Any], around: _Stream) -> _Stream:
    names = (named(held.get("@iot.id")), _name_in(held.get("@iot.selfLink")), named(held.get("name")))
    unit = held.get("unitOfMeasurement")
    symbol = named(unit.get("symbol")) if isinstance(unit, dict) else None
    thing = held.get("Thing")
    stream = _Stream(tuple(dict.fromkeys(name for name in names if name is not None)), symbol, around.things)
    return _of_thing(thing, stream) if isinstance(thing, dict) else stream


def _of_thing(thing: dict[str, Any], stream: _Stream) -> _Stream:
    names = (named(thing.get("name")), named(thing.get("@iot.id")))
    return _Stream(stream.names, stream.unit, tuple(name for name in names if name is not None))


def _name_in(link: Any) -> str | None:
    """The id at the end of a link `…/Datastreams(12)`; a link over the Observation's own id tells none."""
    found = _STREAM.search(link[-_MAX_LINK:]) if isinstance(link, str) else None
    if found is None:
        return None
    text = found["plain"] if found["text"] is None else found["text"].replace("''", "'")
    return named(text)
