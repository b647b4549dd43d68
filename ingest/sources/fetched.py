"""What every source gives: messages with their receipts, one at a time."""

import zlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from record.entry import Receipt
from record.errors import PartlyFailed, SourceError
from record.network.source import Source

Clock = Callable[[], datetime]
"""Gives the aware present time."""

KEPT = 65_536
"""Bytes kept of a message that is larger than its source may send."""
LAIN_LONG = timedelta(days=7)
"""A message that lay longer counts as received when it came: a telegram of last month must not be dated in this one."""
GZIP = b"\x1f\x8b"
"""How a gzip begins, and no message of a format that we read."""
_MAX_MEMBERS = 1000

AS_FETCHED = "message as fetched"
"""Where a refusal stands of a message that its source gave up, so that no decoder has read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A message as it came; `cursor` is how far the source is read once the message has been entered.

    `content` is what the decoder reads where it is not the very bytes that came, as of a message that came packed.
    Where `fault` says something, the message as a whole is to be refused for that reason. A message that was asked for
    `again` tells of times of which its source may have told before; one that is read `late`, long after it came, takes
    nothing back that was said since.
    """

    receipt: Receipt
    cursor: str | None = None
    fault: str | None = None
    content: bytes | None = None
    again: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """The source holds nothing more for us up to this `cursor`: what lies before it need not be looked at again."""

    cursor: str


class Fetcher(Protocol):
    """A declared source, ready to be asked."""

    def fetch(self, cursor: str | None, now: Clock, /) -> Generator[Fetched | Passed, None, None]:
        """Its new messages, in order. Raises `SourceError`, at the end where other messages could still be given."""

    def done(self, receipt: Receipt, /) -> None:
        """Let go of a message, now that the record holds it."""


def fetched(
    source: Source,
    name: str,
    received: datetime,
    body: bytes,
    *,
    cursor: str | None = None,
    note: str = "",
    fault: str | None = None,
) -> Fetched:
    """A message of which up to one byte more than the source may send was read; `note` ends the reason if too large.

    A gzip is unpacked for the decoder, up to the same size, and kept as it came.
    """
    content = None
    if len(body) > source.max_bytes:
        kept = min(KEPT, source.max_bytes)
        fault = f"more than {source.max_bytes} bytes, the most that source {source.id} may send: {kept} are kept{note}"
        body = body[:kept]
    elif fault is None and body.startswith(GZIP):
        try:
            content = unpacked(body, source.max_bytes)
        except SourceError as reason:
            fault = str(reason)
    receipt = Receipt(source=source.id, name=name, media=source.media, received=received, body=body)
    return Fetched(receipt=receipt, cursor=cursor, fault=fault, content=content)


def received_at(came: datetime | None, now: datetime) -> datetime:
    """When a message counts as received that came to where it lies at `came`, where that is known."""
    return came if came is not None and now - came > LAIN_LONG else now


def unpacked(body: bytes, limit: int) -> bytes:
    """What a gzip holds; raise `SourceError` where it is damaged or holds more than `limit` bytes."""
    found, rest, members = bytearray(), body, 0
    while rest.startswith(GZIP):
        members += 1
        if members > _MAX_MEMBERS:
            raise SourceError(f"a gzip of more than {_MAX_MEMBERS} parts: send it as one")
        packed = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            found += packed.decompress(rest, limit + 1 - len(found))
        except zlib.error:
            raise SourceError("a damaged gzip: send it again") from None
        if len(found) > limit:
            raise SourceError(f"a gzip that holds more than {limit} bytes: raise max_bytes if that is right")
        if not packed.eof:
            raise SourceError("a gzip that breaks off: send it again")
        rest = packed.unused_data
    if rest.strip(b"\0"):
        raise SourceError("a gzip with something else behind it: send it again")
    return bytes(found)


def was_given_up(where: str) -> bool:
    """Whether a refusal says that the message was not whole, or not what it should be, as it was fetched."""
    return where == AS_FETCHED


def partly(faults: Sequence[str]) -> PartlyFailed:
    """The first of the faults of a round that gave all else, and how many there are."""
    return PartlyFailed(faults[0] + (f" (and {len(faults) - 1} more like it)" if len(faults) > 1 else ""))
