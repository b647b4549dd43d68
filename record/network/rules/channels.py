"""What sources declare of messages that name their channels themselves, and how their doors are opened."""

import re

from record.network.declared import Declared
from record.network.interval import INTERVALS
from record.network.rules.sources import column_fault

NEED_TABLE = frozenset({"csv-table", "xlsx-table"})
"""Formats that say nothing without a table."""
NEED_CHANNELS = frozenset({"bufr", "coveragejson", "json", "kyrgyz-stations", "ott-xml", "sensorthings", "toa5"})
NEED_CHANNELS |= {"waterml2", "wis2", "zrxp"}
"""Formats that say nothing without channels."""
NEED_PATHS = frozenset({"json"})
"""Formats that say nothing without `paths`."""
MAX_PATTERN = 200
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


def channels_are_known(declared: Declared) -> None:
    """A channel's series and unit are ours and fit, and its station is one that the source may speak of."""
    for row in declared.sources:
        stations = declared.stations_of(row.fact)
        for number, channel in enumerate(row.fact.channels):
            fault = column_fault(channel, stations)
            if fault is not None:
                key, reason = fault
                raise row.wrong(f"channel {channel.name!r}: {reason}", "channels", number, key)
            interval = channel.series.partition(".")[2]
            if channel.stamped == "end" and INTERVALS[interval].point:
                reason = f"channel {channel.name!r}: readings of {interval} are instants, which have no end: remove it"
                raise row.wrong(reason, "channels", number, "stamped")


def channels_are_told_apart(declared: Declared) -> None:
    """One name means one series of a station: of two, the second would never be heard."""
    for row in declared.sources:
        seen: set[tuple[str, str | None]] = set()
        for number, channel in enumerate(row.fact.channels):
            if (channel.name, channel.station) in seen:
                of = "" if channel.station is None else f" of station {channel.station!r}"
                raise row.wrong(f"channel {channel.name!r}{of} is declared twice: remove one", "channels", number)
            seen.add((channel.name, channel.station))


def formats_have_what_they_need(declared: Declared) -> None:
    """A format that is read by a table, channels or paths has them."""
    for row in declared.sources:
        for needing, held, what in (
            (NEED_TABLE, row.fact.table, "[source.table]"),
            (NEED_CHANNELS, row.fact.channels, "[[source.channels]]"),
        ):
            if row.fact.format in needing and not held:
                reason = f"source {row.fact.id!r}: format {row.fact.format!r} says nothing without {what}: write it"
                raise row.wrong(reason, "format")
        if row.fact.format in NEED_PATHS and row.fact.paths is None:
            reason = f"source {row.fact.id!r}: format {row.fact.format!r} is read by paths: write [source.paths]"
            raise row.wrong(reason, "format")


def encodings_exist(declared: Declared) -> None:
    """The declared encoding of a source's text is known."""
    for row in declared.sources:
        name = row.fact.encoding
        try:
            "text".encode(name or "utf-8")
        except (LookupError, ValueError):
            raise row.wrong(
                f"encoding {name!r} is unknown: write one such as utf-8-sig or cp1251", "encoding"
            ) from None


def secrets_are_named(declared: Declared) -> None:
    """`secret` names an environment variable: what stands in a file of the network is no secret."""
    for row in declared.sources:
        if row.fact.secret is not None and not _VARIABLE.fullmatch(row.fact.secret):
            # Whoever wrote the secret itself here must not find it again in a log.
            reason = "secret is not the name of an environment variable, such as POSTS_PASSWORD: name one that holds it"
            raise row.wrong(f"source {row.fact.id!r}: {reason}", "secret")


def patterns_can_be_matched(declared: Declared) -> None:
    """`match` is a regular expression, and one that a person can still read."""
    for row in declared.sources:
        pattern = row.fact.match
        if pattern is None:
            continue
        if len(pattern) > MAX_PATTERN:
            raise row.wrong(f"source {row.fact.id!r}: match has more than {MAX_PATTERN} signs: shorten it", "match")
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as fault:
            raise row.wrong(f"match {pattern!r} is no regular expression: {fault}", "match") from None
