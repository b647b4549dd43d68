"""CoverageJSON as servers of OGC API - EDR send it: coverages of one station each, alone or collected.

The form is described in `docs/formats/coveragejson.md`. Nothing here knows a clock, a database or a network.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ingest.decode.coveragejson.axes import Array, Axes, Moment, array_of, axes_of
from ingest.reading import Said, Unreadable
from ingest.written.channel import Value, channel_at, channel_called, said_of, stamp_of
from ingest.written.json_tree import fragment, named, parsed, written

if TYPE_CHECKING:
    from record.network.source import Channel, Source

__all__ = ["FLAG", "decode"]

FLAG, ENTRY = "_flag", "_entry"
"""What follows a parameter's name in those of its quality flags, and of the entries of the record that say it."""
_OURS = "arna:"
_SIMULATED = "simulated"
# Members beside those of the standard bear a prefix: metocean:wigosId, eumetnet:locationId.
_NAMING = re.compile(r"(?:^|:)(?:wigos|wsi|station|location|platform)[-_]?(?:id|identifier|code)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Coverage:
    """A coverage that can be read: its place in the message, what its station may be called, and what it holds."""

    where: str
    stations: tuple[str, ...]
    is_ours: bool
    axes: Axes
    parameters: dict[str, Any]
    ranges: dict[str, Any]


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; a coverage dates itself
    source: "Source",
) -> list[Said]:
    """All that an answer says: a reading a value, and every coverage, range or value that could not be read.

    Times without an offset are read in the source's zone. Never raises on any bytes.
    """
    root = parsed(body)
    if isinstance(root, str):
        return [Unreadable(fragment=body, where="message", reason=root)]
    kind = root.get("type") if isinstance(root, dict) else None
    if kind == "Coverage":
        said = _said(root, "message", root, source)
    elif kind == "CoverageCollection" and isinstance(root.get("coverages"), list):
        members = enumerate(root["coverages"])
        said = [one for number, held in members for one in _said(held, f"coverages.{number}", root, source)]
    else:
        return [Unreadable(fragment=body, where="message", reason="neither a Coverage nor a CoverageCollection")]
    return said or [Unreadable(fragment=body, where="message", reason="it holds no value")]


def _said(held: Any, where: str, root: dict[str, Any], source: "Source") -> list[Said]:
    """What one coverage says; parameters that it lacks are those of the whole."""
    found = _coverage(held, where, root, source)
    if isinstance(found, str):
        return [Unreadable(fragment=fragment(held), where=where, reason=found)]
    return [one for key in found.ranges if not _is_aside(key, found) for one in _series(key, found, source)]


def _coverage(held: Any, where: str, root: dict[str, Any], source: "Source") -> _Coverage | str:
    if not isinstance(held, dict) or held.get("type") != "Coverage":
        return "it is no Coverage"
    if (held.get(f"{_OURS}nature") == _SIMULATED) != source.simulated and f"{_OURS}nature" in held:
        return f"its nature is {named(held[f'{_OURS}nature'])!r}, and source {source.id} is not declared so"
    axes = axes_of(held.get("domain"), ZoneInfo(source.zone))
    if isinstance(axes, str):
        return axes
    ranges = held.get("ranges")
    if not isinstance(ranges, dict) or not ranges:
        return "it has no ranges"
    shared = root.get("parameters")
    parameters = held.get("parameters", shared)
    naming = [held.get("id"), *(value for key, value in held.items() if _NAMING.search(key))]
    return _Coverage(
        where=where,
        stations=tuple(dict.fromkeys(name for name in map(named, naming) if name is not None)),
        is_ours=any(key.startswith(_OURS) for key in held),
        axes=axes,
        parameters=parameters if isinstance(parameters, dict) else {},
        ranges=ranges,
    )


def _is_aside(key: str, coverage: _Coverage) -> bool:
    """Whether a range only tells of another one: its flags, or in our own answers its entries."""
    whose = key.removesuffix(FLAG)
    if whose != key and whose in coverage.ranges:
        return True
    whose = key.removesuffix(ENTRY)
    return coverage.is_ours and whose != key and whose in coverage.ranges


@dataclass(frozen=True, slots=True)
class _Range:
    """The values of one parameter and its description, its flags and the entries that say them, value by value."""

    key: str
    parameter: Any
    array: Array
    flags: list[Any] | None
    entries: list[Any] | None

    def is_silent(self, at: int) -> bool:
        """Whether nothing is said there: our own answers fill up with nulls where another quantity has a value."""
        return self.entries is not None and self.array.values[at] is None and self.entries[at] is None


def _series(key: str, coverage: _Coverage, source: "Source") -> list[Said]:
    """What the values of one parameter say; those of a name that nobody declared in one refusal."""
    where = f"{coverage.where}, {key[:60]!r}"
    found = _range(key, coverage)
    if isinstance(found, str):
        held = coverage.ranges[key]
        values = held.get("values") if isinstance(held, dict) else None
        count = len(values) if isinstance(values, list) else 1
        return [Unreadable(fragment=fragment({key: held}), where=where, reason=f"{found}{_many(count)}")]
    names = [f"{key}@{depth}" for depth in coverage.axes.depths] or [key]
    channels = [_channel(name, coverage, source) for name in names]
    said: list[Said] = []
    strangers: dict[str, int] = {}
    for at, (_, step, depth) in enumerate(found.array):
        channel = channels[depth]
        if found.is_silent(at):
            continue
        if isinstance(channel, str):
            strangers[channel] = strangers.get(channel, 0) + 1
        else:
            place = f"{coverage.where}, {names[depth][:60]!r}"
            said.append(_read(found, at, coverage.axes.moments[step], channel, place, source))
    kept = fragment({key: coverage.ranges[key]}) if strangers else b""
    said += [Unreadable(fragment=kept, where=where, reason=reason + _many(n)) for reason, n in strangers.items()]
    return said


def _range(key: str, coverage: _Coverage) -> _Range | str:
    array = array_of(coverage.ranges[key], coverage.axes)
    if isinstance(array, str):
        return array
    flags = _beside(f"{key}{FLAG}", array, coverage)
    entries = _beside(f"{key}{ENTRY}", array, coverage) if coverage.is_ours else None
    if isinstance(flags, str):
        return flags
    return entries if isinstance(entries, str) else _Range(key, coverage.parameters.get(key), array, flags, entries)


def _beside(key: str, array: Array, coverage: _Coverage) -> list[Any] | str | None:
    """The values of a range that tells of another one, laid out as that one is; None where there is none."""
    if key not in coverage.ranges:
        return None
    found = array_of(coverage.ranges[key], coverage.axes)
    if isinstance(found, str):
        return f"{key[:60]!r}, which tells of it, cannot be read: {found}"
    if found.steps != array.steps:
        return f"{key[:60]!r}, which tells of it, is laid out in another way"
    return found.values


def _channel(name: str, coverage: _Coverage, source: "Source") -> "tuple[Channel, str | None] | str":
    """The channel of a parameter and the station that the coverage names for it, or why there is no channel.

    A channel of the very station stands before a general one; one called `<coverage>/<parameter>` has its own station.
    """
    for station in coverage.stations:
        full = channel_called(source, [f"{station}/{name}"])
        if full is not None:
            return full, None
    return channel_at(source, [name], coverage.stations)


def _read(
    found: _Range, at: int, moment: Moment, meant: "tuple[Channel, str | None]", place: str, source: "Source"
) -> Said:
    channel, station = meant
    value = found.array.values[at]
    flag = None if found.flags is None else found.flags[at]
    entry = "" if found.entries is None else f", entry {named(found.entries[at])}"
    where = f"{place}, {moment.text[:40]!r}{entry}"
    kept = fragment({"t": moment.text, found.key: value} | ({} if flag is None else {f"{found.key}{FLAG}": flag}))
    if isinstance(moment.start, str) or isinstance(moment.end, str):
        reason = moment.start if isinstance(moment.start, str) else moment.end
        return Unreadable(fragment=kept, where=where, reason=str(reason))
    time, doubts = stamp_of(moment.start, moment.end, channel, ZoneInfo(source.zone))
    made = Value(
        text=written(value),
        time=time,
        where=where,
        fragment=kept,
        station=station,
        unit=_unit(found.parameter, channel),
        quality=named(flag),
        doubts=doubts,
    )
    return said_of(made, channel, source)


def _unit(parameter: Any, channel: "Channel") -> str | None:
    """The symbol of a parameter's unit; its label where neither a symbol nor the channel tells one."""
    unit = parameter.get("unit") if isinstance(parameter, dict) else None
    if not isinstance(unit, dict):
        return None
    symbol = unit.get("symbol")
    told = named(symbol.get("value") if isinstance(symbol, dict) else symbol)
    if told is not None or channel.unit is not None:
        return told
    label = unit.get("label")
    return named(label.get("en", next(iter(label.values()), None)) if isinstance(label, dict) else label)


def _many(count: int) -> str:
    return f" ({count} values)" if count > 1 else ""
