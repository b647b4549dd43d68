"""The door to the ledger: what was owed and what became of it, as of any moment or size of the journal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, select

from record import journal, tables
from record.archive.record import Record
from record.archive.snapshot import AsOf, Snapshot, counted
from record.database import told
from record.health import REPORTS, Health, failing, health
from record.ledger import facts
from record.ledger.access import Fetch, Reading, fetches, first_fetched
from record.ledger.amiss import Warned, warnings
from record.ledger.delivered import Delivery, deliveries, mark
from record.ledger.following import Following, following
from record.ledger.heard import heard
from record.ledger.kept import Kept, open_warnings
from record.ledger.owed import Owed, owed
from record.ledger.refused import RefusedPart, newest_refused
from record.ledger.row import NOTHING, Heard, Row, Saying, State, row_of
from record.network import Network

Answer = TypeVar("Answer")
_DAY = timedelta(days=1)
_LOOK_BACK = timedelta(days=3)
"""A reading that was due within the last day is one of the days before: it may be due a day later, in any zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows of the ledger with what they rest on: the first `count` entries, and what was known until `moment`."""

    rows: tuple[Row, ...]
    count: int
    moment: datetime


class Ledger:
    """Reads what each party owed and gave; never writes. Safe to share between threads."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._network = record.network

    @property
    def network(self) -> Network:
        """The network whose obligations are counted."""
        return self._network

    def page(
        self,
        first: date,
        last: date,
        now: datetime,
        *,
        party: str | None = None,
        obligation: str | None = None,
        as_of: AsOf = None,
    ) -> Page:
        """The rows of the local days from `first` to `last`, both counted, in the order of the obligations and days.

        As of a moment, the rows say what had been entered, fetched and was due before it; as of a size of the journal,
        what held until the next entry was entered. Raises `UnknownName` or `SelectionError` for what cannot be asked.
        """
        asked = owed(self._network, first, last, party=party, obligation=obligation)

        def answer(connection: Connection) -> Page:
            size = journal.size(connection)
            count = counted(connection, as_of, size)
            then = _then(connection, as_of, size)
            snapshot = Snapshot(connection, self._record.segments, size)
            began = facts.began(connection)
            rows = [
                row
                for row in self._rows(snapshot, asked, count, then, now)
                # What was due before there was any record nobody could have sent to it.
                if row.state is not State.MISSING or began is None or row.owed.due >= began
            ]
            return Page(rows=tuple(rows), count=count, moment=then or now)

        return self._ask(answer)

    def amiss(self, now: datetime) -> list[Warned]:
        """What is amiss at `now`: of the readings due since the day before, and of the watched sources."""
        days = now.date() - _LOOK_BACK, now.date() + _DAY
        rows = self.page(*days, now).rows if self._network.obligations else ()

        def answer(connection: Connection) -> list[Warned]:
            snapshot = Snapshot(connection, self._record.segments, journal.size(connection))
            sources = facts.source_facts(connection, self._network, now)
            stuck = facts.runs(snapshot, self._network, self._stuck_readings(), now)
            reports = failing(connection, REPORTS)
            return warnings(self._network, rows, sources, stuck, now, facts.began(connection), reports)

        return self._ask(answer)

    def sources(self) -> dict[str, Saying | None]:
        """The last message of each declared source; None of one that never spoke."""
        return self._ask(lambda connection: facts.last_messages(connection, self._network))

    def speakers(self) -> dict[str, str]:
        """By series the declared source that said its newest reading; a series of which none did is absent."""

        def answer(connection: Connection) -> dict[str, str]:
            spoken = facts.spoken_by(connection, self._network, list(self._network.sources))
            return {series: source for members in spoken.values() for series, (source, _) in members.items()}

        return self._ask(answer)

    def health(self) -> dict[str, Health]:
        """How each source fared when it was asked, by its id; nothing where another host asks."""
        return health(self._record.engine)

    def began(self) -> datetime | None:
        """When the record began; None before its first entry."""
        return self._ask(facts.began)

    def refused(self, most: int, before: tuple[int, int] | None = None, as_of: AsOf = None) -> list[RefusedPart]:
        """What was refused, the newest first, so many at most; of those before an entry and a place in it if given."""

        def answer(connection: Connection) -> list[RefusedPart]:
            count = counted(connection, as_of, journal.size(connection))
            return newest_refused(connection, self._network, most, before, count)

        return self._ask(answer)

    def fetches(self, begin: datetime, end: datetime, most: int) -> list[Fetch]:
        """Which party was first given what of the readings, begin <= time < end, the newest note first."""
        return self._ask(lambda connection: fetches(connection, begin, end, most))

    def warnings(self) -> list[Kept]:
        """The warnings that stand, as the scheduled job raised them last."""
        return self._ask(open_warnings)

    def delivered(self, edition: str, day: str, last: str | None = None) -> list[Delivery]:
        """Which files of a report were fetched by whom or sent to whom, the first time each, in the order of time.

        With `last`, of the reports of all days from `day` to that one.
        """
        return deliveries(self._record.engine, edition, day, last=last)

    def delivered_mark(self, edition: str) -> tuple[int, int]:
        """What changes with each file of an edition that is handed over: how many there are, and when the last was."""
        return mark(self._record.engine, edition)

    def following(self) -> Following:
        """How far what follows from the journal has been entered."""
        return self._ask(following)

    def _stuck_readings(self) -> dict[str, int]:
        watched = {source: self._network.watch(source) for source in self._network.sources}
        return {
            source: watch.stuck_readings
            for source, watch in watched.items()
            if watch is not None and watch.stuck_readings is not None
        }

    def _rows(
        self, snapshot: Snapshot, asked: list[Owed], count: int, then: datetime | None, now: datetime
    ) -> list[Row]:
        places = [(one.series, int(one.time.timestamp())) for one in asked]
        known = heard(snapshot, self._network, places, count)
        said = [known.get(place, NOTHING) for place in places]
        fetched = iter(self._fetched(snapshot.connection, places, said, then))
        return [
            row_of(one, what, _others(next(fetched), one.party) if what.first else {}, then or now)
            for one, what in zip(asked, said, strict=True)
        ]

    def _fetched(
        self, connection: Connection, places: list[tuple[str, int]], said: list[Heard], then: datetime | None
    ) -> list[dict[str, datetime]]:
        """For each reading that was given, in order, when each party was given it first."""
        readings = [
            Reading(series=series, time=time, entry=what.first.entry, entered=what.first.entered)
            for (series, time), what in zip(places, said, strict=True)
            if what.first is not None
        ]
        return first_fetched(connection, self._network, readings, then)

    def _ask(self, question: Callable[[Connection], Answer]) -> Answer:
        with told("the ledger cannot be read"), self._record.engine.begin() as connection:
            return question(connection)


def _others(fetched: dict[str, datetime], own: str) -> dict[str, datetime]:
    """Without the party that owes: that it reads its own readings says nothing."""
    return {party: at for party, at in fetched.items() if party != own}


def _then(connection: Connection, as_of: AsOf, size: int) -> datetime | None:
    """Before which moment things are known: that itself, or when the entry after the first `as_of` ones was entered.

    None for all that is known now.
    """
    if isinstance(as_of, datetime):
        return as_of
    if as_of is None or as_of >= size:
        return None
    entered = connection.execute(select(tables.entry.c.entered).where(tables.entry.c.idx == as_of)).scalar_one()
    return datetime.fromtimestamp(entered, UTC)
