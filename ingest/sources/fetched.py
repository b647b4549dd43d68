"""What every source gives: messages with their receipts, one at a time."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from record.entry import Receipt
from record.network.source import Source

Clock = Callable[[], datetime]
"""Gives the aware present time."""

KEPT = 65_536
"""Bytes kept of a message that is larger than its source may send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A message as it came; `cursor` is how far the source is read once the message has been entered.

    Where `fault` says something, the message as a whole is to be refused for that reason. A message that was asked for
    `again` tells of times of which its source may have told before.
    """

    receipt: Receipt
    cursor: str | None = None
    fault: str | None = None
    again: bool = False


class Fetcher(Protocol):
    """A declared source, ready to be asked."""

    def fetch(self, cursor: str | None, now: Clock, /) -> Generator[Fetched, None, None]:
        """Its new messages, in order. Raises `SourceError`, at the end where other messages could still be given."""

    def done(self, receipt: Receipt, /) -> None:
        """Let go of a message, now that the record holds it."""


def fetched(
    source: Source, name: str, received: datetime, body: bytes, *, cursor: str | None = None, note: str = ""
) -> Fetched:
    """A message of which up to one byte more than the source may send was read; `note` ends the reason if too large."""
    fault = None
    if len(body) > source.max_bytes:
        kept = min(KEPT, source.max_bytes)
        fault = f"more than {source.max_bytes} bytes, the most that source {source.id} may send: {kept} are kept{note}"
        body = body[:kept]
    receipt = Receipt(source=source.id, name=name, media=source.media, received=received, body=body)
    return Fetched(receipt=receipt, cursor=cursor, fault=fault)
