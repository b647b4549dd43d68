"""KN-15, the code of hydrological telegrams: what a message says, and its structure without month or year.

The form is described in `docs/formats/kn15.md`. Nothing here knows a clock, a database or a network.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from ingest.decode.kn15.bulletin import Bulletin, Leftover, parse_bulletin, read_bulletin
from ingest.decode.kn15.encoding import pieces_of
from ingest.decode.kn15.readings import said_of
from ingest.decode.kn15.telegram import Fault, Section, Telegram
from ingest.reading import Said, Unreadable

__all__ = [
    "MAX_BODY",
    "Bulletin",
    "Fault",
    "Leftover",
    "Section",
    "Telegram",
    "decode",
    "parse_bulletin",
    "read_bulletin",
]

MAX_BODY = 1_048_576
"""Bytes in one message."""
_SHOWN = 256


def decode(body: bytes, received: datetime, zone: ZoneInfo) -> list[Said]:
    """All that a message says: readings, absences, and every part that could not be read; never nothing.

    `received` gives month and year and must be aware (else `ValueError`); `zone` is the zone of the stations. Times are
    UTC. Never raises on any bytes.
    """
    if received.tzinfo is None:
        raise ValueError("decode kn15: the time of receipt has no zone: pass an aware time")
    if len(body) > MAX_BODY:
        reason = f"{len(body)} bytes in one message: at most {MAX_BODY} are read (the fragment is its beginning)"
        return [Unreadable(fragment=body[:_SHOWN], where="message", reason=reason)]
    bulletin = read_bulletin(pieces_of(body))
    said: list[Said] = []
    for number, telegram in enumerate(bulletin.telegrams, 1):
        said.extend(said_of(telegram, number, received, zone))
    said.extend(_unread(leftover) for leftover in bulletin.leftovers)
    return said or [_silent(body, bulletin)]


def _silent(body: bytes, bulletin: Bulletin) -> Unreadable:
    """A message that comes to nothing: it is empty, or its telegrams speak of other things alone."""
    reason = "its telegrams say nothing of a series that is kept" if bulletin.telegrams else "no telegram stands in it"
    return Unreadable(fragment=body, where="message", reason=reason)


def _unread(leftover: Leftover) -> Unreadable:
    return Unreadable(
        fragment=" ".join(leftover.tokens).encode(leftover.encoding, "replace"),
        where=f"after telegram {leftover.after}" if leftover.after else "before any telegram",
        reason=leftover.reason,
    )
