"""The one door to the archive: questions in, CF datasets and plain facts out, each from one snapshot."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import xarray as xr
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from record import journal, tables
from record.archive import cells, dataset, history
from record.archive.history import Arrival, Latest, Refused, Said
from record.database import translated
from record.entry import Flag
from record.errors import SelectionError, UnknownName
from record.network import Collection, Network
from record.selection import Selection

Answer = TypeVar("Answer")
AsOf = datetime | int | None


class Archive:
    """Reads the record; never writes it. Safe to share between threads: every question opens its own connection."""

    def __init__(self, engine: Engine, network: Network) -> None:
        self._engine = engine
        self._network = network

    def select(self, selection: Selection) -> xr.Dataset:
        """Answer a selection of series of one collection as a CF dataset with dims (station, time).

        Each quantity comes as float64 in its own unit with `<quantity>_flag` (int8, QARTOD) and `<quantity>_entry`
        (int64, index of the entry that said it; -1 where nobody spoke). Times are those at which something was said.
        Raises `UnknownName` for an undeclared series, `SelectionError` for a mixed or impossible question.
        """
        collection = self._collection_of(selection.series)

        def answer(connection: Connection) -> xr.Dataset:
            count = _count(connection, selection.as_of)
            found = cells.read(connection, selection, count)
            return dataset.build(found, selection, collection, self._network, count)

        return self._ask(answer)

    def size(self) -> int:
        """How many entries the journal holds."""
        return self._ask(journal.size)

    def grown(self) -> datetime | None:
        """When the last entry was entered; None for an empty journal."""
        return self._ask(lambda connection: journal.tail(connection).entered if journal.size(connection) else None)

    def size_as_of(self, moment: datetime) -> int:
        """How many entries had been entered before `moment`."""
        return self._ask(lambda connection: journal.size_as_of(connection, moment))

    def latest(self, series: Sequence[str]) -> dict[str, Latest]:
        """The newest reading of each series; a series that never spoke is absent."""
        row = tables.latest.c
        question = (
            select(tables.series.c.id, row.time, row.value, row.flag, row.entry)
            .join(tables.series, tables.series.c.no == row.series)
            .where(tables.series.c.id.in_(series))
        )
        return self._ask(
            lambda connection: {
                name: Latest(time=datetime.fromtimestamp(time, UTC), value=value, flag=Flag(flag), entry=entry)
                for name, time, value, flag, entry in connection.execute(question)
            }
        )

    def span(self, collection: str) -> tuple[datetime, datetime] | None:
        """First and last time at which a series of the collection was spoken of; None when never."""
        names = [series.id for series in self._network.collection(collection).series]
        bounds = self._ask(lambda connection: cells.span(connection, names))
        if bounds is None:
            return None
        return datetime.fromtimestamp(bounds[0], UTC), datetime.fromtimestamp(bounds[1], UTC)

    def history(self, series: str, time: datetime, as_of: AsOf = None) -> list[Said]:
        """Everything ever said of one reading, in the order in which it was entered."""
        self._known(series)
        return self._ask(lambda connection: history.history(connection, series, time, _count(connection, as_of)))

    def refusals(self, start: datetime, end: datetime, as_of: AsOf = None) -> list[Refused]:
        """What was refused, by the time at which it was entered, start <= entered < end."""

        def answer(connection: Connection) -> list[Refused]:
            refusal, entry = tables.refusal.c, tables.entry.c
            question = (
                select(refusal.entry, entry.entered, refusal.source, refusal.place, refusal.reason, refusal.fragment)
                .join(tables.entry, entry.idx == refusal.entry)
                .where(entry.entered >= start.timestamp(), entry.entered < end.timestamp())
                .where(refusal.entry < _count(connection, as_of))
                .order_by(refusal.entry, refusal.position)
            )
            return [
                Refused(
                    entry=row.entry,
                    entered=datetime.fromtimestamp(row.entered, UTC),
                    source=row.source,
                    where=row.place,
                    reason=row.reason,
                    fragment=bytes(row.fragment),
                )
                for row in connection.execute(question)
            ]

        return self._ask(answer)

    def arrivals(self, start: datetime, end: datetime, as_of: AsOf = None) -> list[Arrival]:
        """What was entered, start <= entered < end, an entry a line."""

        def answer(connection: Connection) -> list[Arrival]:
            first, last = journal.size_as_of(connection, start), journal.size_as_of(connection, end)
            found = journal.entries(connection, first, min(last, _count(connection, as_of)))
            return history.arrivals(list(found))

        return self._ask(answer)

    def _ask(self, question: Callable[[Connection], Answer]) -> Answer:
        try:
            with self._engine.begin() as connection:
                return question(connection)
        except SQLAlchemyError as fault:
            raise translated(fault, "the record cannot be read") from None

    def _known(self, series: str) -> None:
        if series not in self._network.series:
            raise UnknownName(f"series {series!r} is not declared: see /collections for the ids")

    def _collection_of(self, names: Sequence[str]) -> Collection:
        for name in names:
            self._known(name)
        found = {self._network.series[name].collection for name in names}
        if len(found) != 1:
            asked = ", ".join(sorted(found)) or "no series"
            raise SelectionError(f"one question asks of one collection, not of {asked}: ask for each by itself")
        return self._network.collection(found.pop())


def _count(connection: Connection, as_of: AsOf) -> int:
    """How many entries an answer rests on."""
    if isinstance(as_of, datetime):
        return journal.size_as_of(connection, as_of)
    size = journal.size(connection)
    if as_of is not None and as_of > size:
        raise SelectionError(f"as-of {as_of} lies beyond the journal, which holds {size} entries")
    return size if as_of is None else as_of
