"""Topics of an MQTT broker: what was published since the last round, each message once the record holds it released.

The place is `mqtts://host:port/topic/filter`; `match` says which topics are taken of those that come. The topic is the
name of the receipt. The broker remembers us between two rounds, so there is no cursor.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.sources.broker import Published, Session
from ingest.sources.door import pattern_of
from ingest.sources.fetched import Clock, Fetched, fetched
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Source

QUIET = 2.0
"""Seconds without a message after which nothing more is thought to wait."""
LOST = "the broker had forgotten our session: what was published since the last round may be lost; ask its keeper"


@dataclass(slots=True)
class Mqtt:
    """The topics of a source."""

    source: Source
    data: Path
    quiet: float = QUIET
    _held: tuple[Session, Published] | None = field(default=None, init=False)

    def fetch(self, _cursor: str | None, now: Clock, /) -> Generator[Fetched, None, None]:
        """What waits at the broker, `max_messages` at most. Raises `SourceError`."""
        wanted = pattern_of(self.source)
        with Session(self.source, self.data) as session:
            given = 0
            for message in session.messages(self.quiet):
                if wanted is not None and not wanted.fullmatch(message.topic):
                    session.release(message)
                    continue
                self._held = session, message
                yield fetched(self.source, message.topic, now(), message.payload)
                given += 1
                if given >= self.source.max_messages:
                    break
            self._held = None
            if session.is_lost:
                raise SourceError(f"{session.address.shown}: {LOST}")

    def done(self, _receipt: Receipt, /) -> None:
        """Release the message at the broker."""
        if self._held is not None:
            session, message = self._held
            session.release(message)
            self._held = None
