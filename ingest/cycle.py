"""The whole story of a source on one screen: fetch, decode, attribute, judge, enter, let go."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.attribute import attribute_all
from ingest.decode import DECODERS
from ingest.quality.context import Context
from ingest.quality.judge import judge
from ingest.quality.record_context import RecordContext
from ingest.reading import Said, Unreadable
from ingest.sources import SOURCES, Fetched, Fetcher, Passed
from ingest.sources.fetched import AS_FETCHED
from ingest.written.channel import is_passed_over
from record.batch import Batch
from record.entry import Refusal
from record.errors import PartlyFailed
from record.network import Network
from record.network.source import Source
from record.place import places

if TYPE_CHECKING:
    from record.writer import Pen

SAYS_NOTHING = "it says nothing that can be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReport:
    """What one round of a source came to.

    `receipts`: messages fetched, `repeated` among them wholly said before; `entries`: indexes of the entries written;
    `readings`: values entered; `refusals`: (where, reason) of all that was refused in messages that were not repeated;
    `more`: whether the round ended before all was taken that waits; `fault`: what could not be had though the source
    is well, and is tried again.
    """

    receipts: int = 0
    entries: tuple[int, ...] = ()
    readings: int = 0
    refusals: tuple[tuple[str, str], ...] = ()
    repeated: int = 0
    more: bool = False
    fault: str | None = None

    def counts(self) -> dict[str, int]:
        """The report as numbers alone."""
        return {
            "receipts": self.receipts,
            "entries": len(self.entries),
            "readings": self.readings,
            "refusals": len(self.refusals),
            "repeated": self.repeated,
        }

    def __add__(self, other: "CycleReport") -> "CycleReport":
        return CycleReport(
            receipts=self.receipts + other.receipts,
            entries=self.entries + other.entries,
            readings=self.readings + other.readings,
            refusals=self.refusals + other.refusals,
            repeated=self.repeated + other.repeated,
            more=other.more,
            fault=other.fault or self.fault,
        )


def run(
    source: Source,
    network: Network,
    pen: "Pen",
    *,
    data: Path,
    now: Callable[[], datetime],
    most: int | None = None,
    halted: Callable[[], bool] = lambda: False,
    context: Context | None = None,
) -> CycleReport:
    """Enter what a source has; each message is one transaction, and is let go only after it.

    One round takes at most `most` messages, or as many as the source declares, and none after `halted` says so.
    `context` is what readings are judged in the light of: the record, unless another is given that is kept longer.
    Raises `SourceError` where the source failed, `RecordError` where the record did, `QualityError` where a reading
    could not be judged; what was entered before stays.
    """
    fetcher = SOURCES[source.kind](source, data)
    return take(
        fetcher, source, network, pen, now=now, most=most or source.max_messages, halted=halted, context=context
    )


def take(
    fetcher: Fetcher,
    source: Source,
    network: Network,
    pen: "Pen",
    *,
    now: Callable[[], datetime],
    most: int | None = None,
    halted: Callable[[], bool] = lambda: False,
    context: Context | None = None,
) -> CycleReport:
    """The same of a source that stands ready to be asked; of all that it has where `most` is None."""
    total = CycleReport()
    context = context or RecordContext(pen.archive, network)
    with closing(fetcher.fetch(pen.cursor(source.id), now)) as messages:
        try:
            for message in messages:
                if isinstance(message, Passed):
                    pen.pass_over(source.id, message.cursor)
                    continue
                total += enter(message, source, network, pen, now, context)
                fetcher.done(message.receipt)
                if halted() or total.receipts == most:
                    return replace(total, more=True)
        except PartlyFailed as fault:
            return replace(total, fault=str(fault))
    return total


def enter(
    message: Fetched,
    source: Source,
    network: Network,
    pen: "Pen",
    now: Callable[[], datetime],
    context: Context | None = None,
) -> CycleReport:
    """Read one message and enter what it says, refusals among it."""
    observations, refusals = understood(message, source, network, context or RecordContext(pen.archive, network))
    written = pen.append(
        message.receipt, observations, refusals, now, message.cursor, again=message.again, late=message.late
    )
    refused = [] if written.repeated else [*refusals, *written.left_out]
    return CycleReport(
        receipts=1,
        entries=written.entries,
        readings=written.rows,
        refusals=tuple((refusal.where, refusal.reason) for refusal in refused),
        repeated=int(written.repeated),
    )


def understood(message: Fetched, source: Source, network: Network, context: Context) -> tuple[Batch, list[Refusal]]:
    """What a message comes to: judged observations and refusals; neither only where all of it is passed over."""
    said = _said(message, source)
    wanted = [one for one in said if not (isinstance(one, Unreadable) and is_passed_over(one, source))]
    observations, refusals = attribute_all(wanted, source, network, message.receipt.received)
    if not len(observations) and not refusals and len(wanted) == len(said):
        refusals.append(Refusal(fragment=message.receipt.body, where="message", reason=SAYS_NOTHING))
    return judge(_said_once(observations), network, context), refusals


def _said(message: Fetched, source: Source) -> list[Said]:
    receipt = message.receipt
    if message.fault is not None:
        return [Unreadable(fragment=receipt.body, where=AS_FETCHED, reason=message.fault)]
    body = receipt.body if message.content is None else message.content
    return DECODERS[source.format](body, receipt.received, source)


def _said_once(said: Batch) -> Batch:
    """Without word for word repetitions within the message."""
    number = {name: place for place, name in enumerate(said.series)}
    spoken_of = places(said.numbered(number), said.time)
    _, place, times = np.unique(spoken_of, return_inverse=True, return_counts=True)
    again = times[place] > 1
    first: dict[object, int] = {}
    for at, row in zip(np.flatnonzero(again).tolist(), said.only(again).rows(), strict=True):
        first.setdefault(row, at)
    kept = ~again
    kept[list(first.values())] = True
    return said if kept.all() else said.only(kept)
