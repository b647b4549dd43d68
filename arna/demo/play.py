"""The demonstration: messages reach their folders in order of time, and each is taken in as it would be in earnest."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from arna.demo import inbox, parties
from arna.demo.generator import messages
from arna.demo.history import real_tables
from arna.demo.outcome import DemoResult, Outcome, outcome_of
from ingest import cycle
from ingest.follow import Followed, followers_with, to_rest
from ingest.quality.record_context import RecordContext
from record import journal
from record.archive.record import Record
from record.network import Network
from record.network.source import Source

if TYPE_CHECKING:
    from record.writer import Pen

SEED = 20000121
"""The day of the Agreement: any number would do, and this one is remembered."""


def play(
    record: Record,
    pen: "Pen",
    data: Path,
    *,
    day: date,
    now: Callable[[], datetime],
    seed: int = SEED,
) -> DemoResult:
    """Take in what the simulated sources send for the report day `day`, then the real tables; return what came in.

    Each message is taken in at the moment of its arrival, and what follows from it is entered then, so that the record
    can be asked as of any hour of those days; what would come after `now()` waits. The real tables are taken in at
    `now()`. A second run over the same data folder enters nothing. Raises `ArnaError`.
    """
    start, network = now(), record.network
    made = messages(network, day, seed)
    come = [message for message in made if message.at <= start]
    stage = _Stage(network, record.engine, pen, data)
    parties.declare(record, pen, data, come[0].at if come else start)
    arrivals = [
        (network.sources[message.source], message.name, message.body, _stopped_at(message.at)) for message in come
    ] + [(source, name, body, now) for source, name, body in real_tables(network)]
    outcomes, followed, followers = [], Followed(), followers_with(RecordContext(pen.archive, network))
    for source, name, body, clock in arrivals:
        outcomes.append(stage.take_in(source, name, body, clock))
        followed += to_rest(network, pen, clock, followers=followers)
    pen.checkpoint(now())
    return DemoResult(
        outcomes=tuple(outcomes),
        waiting=len(made) - len(come),
        computed=followed.computed,
        rejudged=followed.rejudged,
        fault=followed.fault,
    )


def _stopped_at(moment: datetime) -> Callable[[], datetime]:
    """A clock that shows the moment at which a message comes."""
    return lambda: moment


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where the demonstration plays."""

    network: Network
    engine: Engine
    pen: "Pen"
    data: Path

    def take_in(self, source: Source, name: str, body: bytes, now: Callable[[], datetime]) -> Outcome:
        """Put one message into its folder, let the source be read, and see what the journal holds of it.

        What an earlier run put there, and the journal holds, is not put there again.
        """
        came, folder, before = now(), self.data / source.place, self._size()
        if not (inbox.was_taken(folder, name, body) and self._holds(source, body)):
            inbox.put(folder, name, body, came)
            cycle.run(source, self.network, self.pen, data=self.data, now=now)
        with self.engine.connect() as connection:
            entries = list(journal.entries(connection, before))
        return outcome_of(entries, source=source.id, name=name, came=came, simulated=source.simulated)

    def _holds(self, source: Source, body: bytes) -> bool:
        with self.engine.connect() as connection:
            return bool(journal.said_by(connection, source.id, hashlib.sha256(body).hexdigest()))

    def _size(self) -> int:
        with self.engine.connect() as connection:
            return journal.size(connection)
