"""The door to what happened: the events of entries by their index, and of what is no entry by its time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from record import journal
from record.archive.record import Record
from record.database import told
from record.events.beside import Beside, beside, between, changes
from record.events.event import Event
from record.events.of_entry import events_of
from record.network import Network

Answer = TypeVar("Answer")
MARGIN = timedelta(minutes=1)
"""What is no entry says when it was found out, and is written some time later."""
_ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)


class Story:
    """Reads what happened; never writes. Safe to share between threads: every question opens its own connection.

    All of it raises `RecordError` where the record cannot be read.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._network = record.network

    @property
    def network(self) -> Network:
        """The network by which the events are told."""
        return self._network

    def size(self) -> int:
        """How many entries the journal holds."""
        return self._ask(journal.size)

    def state(self) -> tuple[int, Beside]:
        """The same, and how all stands that is no entry."""
        return self._ask(lambda connection: (journal.size(connection), beside(connection, self._network.policy)))

    def since(self, entry: int) -> datetime:
        """From when on to tell what is no entry to who was told of the entries before this one."""
        last = self._ask(lambda connection: journal.grown(connection, entry)) if entry > 0 else None
        return datetime(1970, 1, 1, tzinfo=UTC) if last is None else last - MARGIN

    def of_entries(self, first: int, past: int) -> list[Event]:
        """The events of entries [first, past), in order."""
        return self._ask(lambda connection: self._of_entries(connection, first, past))

    def portion(self, first: int, past: int, since: datetime, *, ends: bool) -> tuple[list[Event], datetime]:
        """The events of entries [first, past) and, by their times among them, of what is no entry from `since` on.

        That goes up to now where the portion `ends`, else up to the last of these entries. Also from when to go on.
        """

        def answer(connection: Connection) -> tuple[list[Event], datetime]:
            found = self._of_entries(connection, first, past)
            last = journal.grown(connection, past) or since
            aside = list(between(connection, self._network, since, _ALWAYS if ends else last))
            return sorted([*found, *aside], key=lambda event: event.moment), max(since, last)

        return self._ask(answer)

    def changed(self, before: Beside) -> tuple[list[Event], Beside]:
        """What happened beside the journal since it stood as `before`, and how it stands now."""

        def answer(connection: Connection) -> tuple[list[Event], Beside]:
            now = beside(connection, self._network.policy)
            return ([] if now == before else list(changes(connection, self._network, before, now))), now

        return self._ask(answer)

    def _of_entries(self, connection: Connection, first: int, past: int) -> list[Event]:
        return [
            event for entry in journal.entries(connection, first, past) for event in events_of(entry, self._network)
        ]

    def _ask(self, question: Callable[[Connection], Answer]) -> Answer:
        with told("the record cannot be read"), self._record.engine.begin() as connection:
            return question(connection)
