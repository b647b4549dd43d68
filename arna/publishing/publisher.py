"""Publishing in rounds: what happened since the last one, each thing at least once, and then the cursor moves."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import orjson

from arna.publishing.broker import Broker, Message, Session
from arna.publishing.cursor import Cursor, Reached
from ingest.patience import next_try
from record.archive import Archive
from record.archive.latest import Latest
from record.archive.record import Record
from record.errors import ArnaError, NotSent
from record.events.event import Event
from record.events.story import Story
from record.leaf import write_time
from record.network import Network
from record.quantities import quantity_of
from service.events.document import written

log = logging.getLogger("arna.publish")

PORTION = 100
"""Entries that are published before the cursor moves."""
EVENTS = "events"


class Publisher:
    """Publishes what happens to a record at one broker, round after round, in one thread at a time."""

    def __init__(self, record: Record, broker: Broker, data: Path, now: Callable[[], datetime]) -> None:
        self._story, self._archive, self._network = Story(record), Archive(record), record.network
        self._broker, self._now = broker, now
        self._cursor = Cursor(data, broker.mark)
        self._failures, self._failed = 0, now()

    def run(self) -> None:
        """A round, unless the last one failed too lately; a fault is one line in the log when it is new."""
        if self._failures and self._now() < next_try(self._broker.shown, self._failures, self._failed):
            return
        try:
            self.once()
        except ArnaError as fault:
            if not self._failures:
                log.warning("publishing to %s: %s; it is tried again until it is taken", self._broker.shown, fault)
            self._failures, self._failed = self._failures + 1, self._now()
            return
        if self._failures:
            log.info("publishing to %s goes on", self._broker.shown)
        self._failures = 0

    def once(self) -> int:
        """Publish all that is new; return how many events that were. Raises `NotSent`, or what else hinders it.

        The first time of all nothing has happened yet: the newest reading of every series is published, and from then
        on what happens.
        """
        with self._cursor.held():
            reached, count = self._reached(), 0
            size, beside = self._story.state()
            if reached is not None and (reached.entries, reached.beside) == (size, beside):
                return 0
            with Session(self._broker) as session:
                if reached is None:
                    session.publish(list(self._newest(tuple(self._network.series), 0)))
                    self._cursor.keep(Reached(size, beside))
                    return 0
                more = True
                while more:
                    events, reached, more = self._portion(reached)
                    session.publish(self._messages(events))
                    self._cursor.keep(reached)
                    count += len(events)
        return count

    def _reached(self) -> Reached | None:
        reached = self._cursor.read()
        if reached is not None and reached.entries > self._story.size():
            raise NotSent(
                f"{reached.entries} entries were published and the journal holds fewer: was an older copy laid back? "
                f"Delete the file of this broker in the folder publish to go on from now"
            )
        return reached

    def _portion(self, reached: Reached) -> tuple[list[Event], Reached, bool]:
        size = self._story.size()
        past = min(reached.entries + PORTION, size)
        events = self._story.of_entries(reached.entries, past)
        changed, beside = self._story.changed(reached.beside)
        return [*events, *changed], Reached(past, beside), past < size

    def _messages(self, events: Sequence[Event]) -> list[Message]:
        notices = [Message(f"{EVENTS}/{event.kind.value}", written(event, self._network)) for event in events]
        spoke = dict.fromkeys(span.series for event in events for span in event.spans)
        first = min((event.entry for event in events if event.entry is not None), default=0)
        known = tuple(name for name in spoke if name in self._network.series)
        return [*notices, *self._newest(known, first)]

    def _newest(self, series: tuple[str, ...], first: int) -> Iterator[Message]:
        """The newest reading of each of the series that entry `first` or a later one says."""
        for name, latest in self._archive.latest(series).items() if series else ():
            if latest.entry >= first:
                yield _newest(name, latest, self._network)


def _newest(name: str, latest: Latest, network: Network) -> Message:
    series = network.series[name]
    station = network.station(series.station)
    said = {
        "series": name,
        "time": write_time(latest.time),
        "value": latest.value,
        "unit": quantity_of(series.quantity).unit,
        "flag": latest.flag.word,
        "entry": latest.entry,
        "nature": station.nature.value,
        "computed": station.computed,
        "verified": network.is_verified(series.station),
    }
    topic = f"{series.basin}/{series.interval}/{series.station}/{series.quantity}"
    return Message(topic, orjson.dumps(said), retained=True)
