"""From a value of a declared channel to what it says: missing marks, units, codes of quality, stamps at the end.

Formats whose messages name their own columns, sensors or parameters all come through here, so that `-777`, `NAN`, an
end stamp and a quality code mean the same whatever file they stand in.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.reading import Reading, Unreadable
from ingest.written.naming import code_of

if TYPE_CHECKING:
    from record.network.source import Channel, Source

MAX_DIGITS = 40
"""Signs of a number: more of them are no measurement."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_TEN_DAYS = {11: 1, 21: 11}
_FIRST_OF_LAST = 21
_LENGTHS = {"10-minute": timedelta(minutes=10), "hourly": timedelta(hours=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value as it stands in a message.

    `text` as written (None where the format itself says that there is none), `time` aware, `station` and `unit` what
    the message says of them, `quality` the sender's code, `where` and `fragment` the place and bytes,
    `doubts` what else the reader is unsure of.
    """

    text: str | None
    time: datetime
    where: str
    fragment: bytes
    station: str | None = None
    unit: str | None = None
    quality: str | None = None
    doubts: tuple[str, ...] = ()


def channel_called(source: "Source", names: Iterable[str], station: str | None = None) -> "Channel | None":
    """The declared channel of the first of `names` that is declared, that of the very station before any other's."""
    meant = station and code_of(station, source)
    for name in names:
        called = [channel for channel in source.channels if channel.name == name]
        own = [channel for channel in called if channel.station == meant]
        general = [channel for channel in called if channel.station is None]
        if own or general:
            return (own or general)[0]
        if not station and len(called) == 1:
            return called[0]
    return None


def channel_at(source: "Source", names: Sequence[str], stations: Sequence[str]) -> "tuple[Channel, str | None] | str":
    """The channel of the first of `names` that is declared, and what the message calls its station; or why none is.

    `stations` are all ways in which the message names one station. A channel of that very station stands before a
    general one, and one of another station is never taken. Where the message names none, the channel says it.
    """
    for name in names:
        called = [channel for channel in source.channels if channel.name == name]
        for station in stations:
            for channel in called:
                if channel.station == code_of(station, source):
                    return channel, station
        if stations:
            called = [channel for channel in called if channel.station is None]
        if len(called) > 1:
            return f"no station is named, and several have a channel {name[:80]!r}: let the message name it"
        if called:
            return called[0], next(iter(stations), None)
    is_of_others = any(channel.name in names for channel in source.channels)
    return undeclared(source, "/".join([*(stations[:1] if is_of_others else ()), *names[:1]]))


def station_called(source: "Source", names: Iterable[str]) -> str | None:
    """By which of its names a station is known: the first that some channel declares, else the first; None for none."""
    named = [name for name in names if name]
    declared = {channel.station for channel in source.channels}
    return next((name for name in named if code_of(name, source) in declared), named[0] if named else None)


def undeclared(source: "Source", name: str, station: str | None = None) -> str:
    """Why a value of a channel that nobody declared is refused; `station` where the message names one."""
    others = [channel.station for channel in source.channels if channel.name == name and channel.station is not None]
    if not station and len(others) > 1:
        return f"no station is named, and several have a channel {name[:80]!r}: let the message name it"
    if station and others:
        of = ", ".join(map(repr, others))
        return (
            f"source {source.id} declares channel {name[:80]!r} of station {of[:200]}, not of {station[:80]!r}, whose"
            " the message says it is: declare that, or no station"
        )
    known = ", ".join(dict.fromkeys(channel.name for channel in source.channels)) or "none"
    return f"{_stranger(source, name)} (declared: {known[:200]}): add it to sources.toml"


def is_passed_over(said: Unreadable, source: "Source") -> bool:
    """Whether a part of a message is of a channel that its source declares `ignored`: nobody wants to know of it."""
    return any(said.reason.startswith(_stranger(source, name)) for name in source.ignored)


def _stranger(source: "Source", name: str) -> str:
    return f"source {source.id} declares no channel {name[:80]!r}"


def said_of(value: Value, channel: "Channel", source: "Source") -> Reading | Unreadable:
    """What a value says, or why it says nothing.

    The message's own unit stands before the declared one. A code of quality that the source does not explain makes the
    value doubtful. Raises nothing.
    """
    station = value.station or channel.station
    if not station:
        return _unreadable(value, f"neither the message nor channel {channel.name!r} names a station")
    unit = value.unit or channel.unit
    if not unit:
        return _unreadable(value, f"neither the message nor channel {channel.name!r} names a unit")
    number = _number(value, channel, source)
    if isinstance(number, str):
        return _unreadable(value, number)
    quantity, _, interval = channel.series.partition(".")
    time = value.time
    if channel.stamped == "end":
        start = start_of(time, interval, ZoneInfo(source.zone))
        if start is None:
            return _unreadable(value, f"its stamp {time.isoformat()} ends no {interval} period")
        time = start
    meaning = _meaning(value, source)
    doubts = value.doubts
    if meaning is None:
        doubts += (f"quality code {value.quality!r} is not declared",)
    elif meaning == "suspect":
        doubts += (f"the sender calls it suspect ({value.quality})",)
    return Reading(
        station=station,
        quantity=quantity,
        interval=interval,
        time=time.astimezone(UTC),
        value=number,
        unit=unit,
        where=value.where,
        doubts=doubts,
        estimated=meaning == "estimated",
        bad=meaning == "bad",
        fragment=value.fragment,
    )


def start_of(end: datetime, interval: str, zone: ZoneInfo) -> datetime | None:
    """The start of the interval that ends at an aware `end`, by the calendar of `zone`; None where none ends there.

    An instant is its own start.
    """
    local = end.astimezone(zone)
    if interval == "daily":
        return _back(local, 1)
    if interval == "10-day":
        return _ten_days_before(local)
    if interval == "monthly":
        return _at(local - timedelta(days=1), 1) if local.day == 1 else None
    return end


def stamp_of(start: datetime, end: datetime, channel: "Channel", zone: ZoneInfo) -> tuple[datetime, tuple[str, ...]]:
    """The stamp of a value whose message writes out both ends of its period, and the doubt where that is another.

    It is the end that the channel is stamped with, as `said_of` wants it; `start` and `end` are aware, and equal for
    an instant.
    """
    interval = channel.series.partition(".")[2]
    known = _LENGTHS.get(interval)
    fits = start in (end, start_of(end, interval, zone) if known is None else end - known)
    doubt = f"it holds from {_shown(start)} to {_shown(end)}, which is no {interval} period"
    return end if channel.stamped == "end" else start, () if fits else (doubt,)


def number_of(text: str) -> Decimal | None:
    """The number that a text is, with a decimal point; None where it is none, or has too many signs for one."""
    return Decimal(text) if len(text) <= MAX_DIGITS and _NUMBER.fullmatch(text) else None


def _number(value: Value, channel: "Channel", source: "Source") -> Decimal | str | None:
    """The number, None for "missing", or why it is neither."""
    if value.text is None or _meaning(value, source) == "missing":
        return None
    text = value.text.strip()
    number = number_of(text)
    for mark in channel.missing:
        if text == mark or (number is not None and number == number_of(mark)):
            return None
    return f"{text[:80]!r} is not a number" if number is None else number


def _meaning(value: Value, source: "Source") -> str | None:
    if value.quality is None:
        return "unknown"
    return source.quality.get(value.quality)


def _ten_days_before(local: datetime) -> datetime | None:
    if local.day == 1:
        return _at(local - timedelta(days=1), _FIRST_OF_LAST)
    first = _TEN_DAYS.get(local.day)
    return None if first is None else _at(local, first)


def _back(local: datetime, days: int) -> datetime:
    # Wall-clock arithmetic: the local day may have had 23 or 25 hours.
    return local - timedelta(days=days)


def _at(local: datetime, day: int) -> datetime:
    return local.replace(day=day)


def _shown(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _unreadable(value: Value, reason: str) -> Unreadable:
    return Unreadable(fragment=value.fragment, where=value.where, reason=reason)
