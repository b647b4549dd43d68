"""JSON of any sender, read by the paths that its source declares.

The form is described in `docs/formats/json.md`. Nothing here knows a clock, a database or a network.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ingest.decode.json_paths.path import Lack, Spot, every, numbers, one
from ingest.reading import Said, Unreadable
from ingest.written.channel import Value, channel_called, said_of, undeclared
from ingest.written.json_tree import fragment, named, parsed, written
from ingest.written.local_time import read_time

if TYPE_CHECKING:
    from record.network.source import Channel, Paths, Source

__all__ = ["MAX_VALUES", "decode"]

MAX_VALUES = 500_000
"""Values in one message."""
_KEPT_OF_STRANGERS = 100


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; these messages date themselves
    source: "Source",
) -> list[Said]:
    """All that a message says: a reading a value, and every item or value that could not be read.

    Times without an offset are read in the source's zone. Never raises on any bytes.
    """
    if source.paths is None:
        return [
            _message(body, f"source {source.id!r} declares no paths: write [source.paths] under it in sources.toml")
        ]
    root = parsed(body)
    if isinstance(root, str):
        return [_message(body, root)]
    sheet = _Sheet(source, source.paths)
    items = every(Spot(root), source.paths.items)
    for item in items:
        if sheet.count >= MAX_VALUES:
            left = 1 + sum(1 for _ in items)
            rest = f"more than {MAX_VALUES} values in one message, {left} items are left unread: split it"
            sheet.refuse(item.spot if isinstance(item, Lack) else item, rest)
            break
        sheet.take(item)
    said = sheet.all_said()
    return said or [_message(body, f"no item stands at {source.paths.items!r}")]


@dataclass(slots=True)
class _Stranger:
    """Values of a name that no channel bears: how many there are, where the first stands, and the first of them."""

    first: Spot
    count: int
    items: list[Any]


@dataclass(frozen=True, slots=True)
class _Item:
    """What an item says of all its values."""

    spot: Spot
    time: datetime
    station: str | None
    unit: str | None
    quality: str | None
    kept: bytes


class _Sheet:
    """What was read of a message so far."""

    def __init__(self, source: "Source", paths: "Paths") -> None:
        self.source = source
        self.paths = paths
        self.zone = ZoneInfo(source.zone)
        self.names = tuple(dict.fromkeys(channel.name for channel in source.channels))
        self.count = 0
        self.said: list[Said] = []
        self.strangers: dict[str, _Stranger] = {}

    def take(self, found: Spot | Lack) -> None:
        """Read an item, or the place where the path to the items leads no further."""
        if isinstance(found, Lack):
            self.refuse(found.spot, found.reason)
            return
        item = self._item(found)
        if isinstance(item, str):
            self.refuse(found, item)
        elif self.paths.value is not None:
            self._take_value(item, self.paths.value)
        else:
            self._take_channels(item)

    def refuse(self, spot: Spot, reason: str) -> None:
        """Keep an item as unreadable."""
        self.count += 1
        self.said.append(Unreadable(fragment=fragment(spot.value), where=spot.where, reason=reason))

    def all_said(self) -> list[Said]:
        """Everything, with one refusal for each name that no channel bears."""
        return [*self.said, *(self._stranger(name, held) for name, held in self.strangers.items())]

    def _item(self, spot: Spot) -> _Item | str:
        kept = fragment(spot.value)
        row = self._with_names(spot)
        if isinstance(row, str):
            return row
        held = one(row, self.paths.time)
        text = None if held is None else written(held.value)
        if text is None:
            return f"nothing stands at {self.paths.time!r}, where its time is to be"
        time = read_time(text, self.paths.time_format, self.zone)
        if isinstance(time, str):
            return time
        return _Item(
            spot=row,
            time=time,
            station=self._name(row, self.paths.station),
            unit=self._name(row, self.paths.unit),
            quality=self._name(row, self.paths.quality),
            kept=kept,
        )

    def _with_names(self, spot: Spot) -> Spot | str:
        """A row as an object of its named cells; any other item as it is."""
        if self.paths.columns is None:
            return spot
        held = one(spot, self.paths.columns)
        names = None if held is None else held.value
        if isinstance(names, str):
            names = names.split(",")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            return f"no names of columns stand at {self.paths.columns!r}"
        if len({name.strip() for name in names}) != len(names):
            return f"a name of a column stands twice at {self.paths.columns!r}"
        if not isinstance(spot.value, list) or len(spot.value) != len(names):
            return f"it is no row of the {len(names)} cells that {self.paths.columns!r} names"
        return replace(spot, value={name.strip(): cell for name, cell in zip(names, spot.value, strict=True)})

    def _take_value(self, item: _Item, path: str) -> None:
        held = one(item.spot, path)
        if held is None:
            self.refuse(item.spot, f"nothing stands at {path!r}, where its value is to be")
            return
        name = self._name(item.spot, self.paths.channel)
        if name is None and self.paths.channel is not None:
            self.refuse(item.spot, f"nothing stands at {self.paths.channel!r}, where its channel is to be")
            return
        channel = channel_called(self.source, self.names if name is None else [name], item.station)
        if channel is None:
            self._keep_stranger(name or ", ".join(self.names), item.spot)
        else:
            self._read(item, channel, held.value)

    def _take_channels(self, item: _Item) -> None:
        """Every channel whose name is a path to a value of the item, and every number that no channel names."""
        before = self.count
        for name in self.names:
            held = one(item.spot, name)
            if held is None:
                continue
            channel = channel_called(self.source, [name], item.station)
            if channel is None:
                self._keep_stranger(name, item.spot)
            else:
                self._read(item, channel, held.value)
        known = self._known_places(item.spot)
        for name, spot in numbers(item.spot):
            if not any(spot.place[: len(place)] == place for place in known):
                self._keep_stranger(name, spot)
        if self.count == before:
            self.refuse(item.spot, f"none of the declared channels stands in it: {', '.join(self.names)[:200] or '-'}")

    def _known_places(self, item: Spot) -> set[tuple[str | int, ...]]:
        """Where in an item the declared paths lead: a number there, or below, is no stranger."""
        paths = self.paths
        heads = (paths.time, paths.station, paths.unit, paths.quality, paths.columns)
        found = (one(item, path) for path in (*heads, *paths.ignored, *self.names) if path is not None)
        return {spot.place for spot in found if spot is not None}

    def _read(self, item: _Item, channel: "Channel", value: Any) -> None:
        self.count += 1
        where = item.spot.where if self.paths.value is not None else f"{item.spot.where}, {channel.name!r}"
        made = Value(
            text=written(value),
            time=item.time,
            where=where,
            fragment=item.kept,
            station=item.station,
            unit=item.unit,
            quality=item.quality,
        )
        self.said.append(said_of(made, channel, self.source))

    def _keep_stranger(self, name: str, spot: Spot) -> None:
        self.count += 1
        held = self.strangers.setdefault(name, _Stranger(spot, 0, []))
        held.count += 1
        if held.count <= _KEPT_OF_STRANGERS:
            held.items.append(spot.value)

    def _stranger(self, name: str, held: _Stranger) -> Unreadable:
        many = f" ({held.count} values)" if held.count > 1 else ""
        body = fragment(held.items if held.count > 1 else held.items[0])
        return Unreadable(fragment=body, where=held.first.where, reason=undeclared(self.source, name) + many)

    def _name(self, item: Spot, path: str | None) -> str | None:
        held = None if path is None else one(item, path)
        return None if held is None else named(held.value)


def _message(body: bytes, reason: str) -> Unreadable:
    return Unreadable(fragment=body, where="message", reason=reason)
