"""The one door to the archive: questions in, CF datasets and plain facts out, each from one snapshot."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import numpy as np
import xarray as xr
from sqlalchemy import Connection, select

from record import force, journal, review, tables
from record.archive import amended, before, changes, estimates, history, latest
from record.archive.amended import Amended
from record.archive.answer import Answer, Facts, Heading, answer_of, filled
from record.archive.axis import Axes
from record.archive.before import Before
from record.archive.cache import Cache
from record.archive.cells import StretchCache
from record.archive.changes import Entered
from record.archive.dataset import dataset_of
from record.archive.estimates import Estimate
from record.archive.grid import ANSWERED, SEALED, VALUES, Asked, keep_wanted, only_values, put_status, without_rows
from record.archive.history import Arrival, Refused, Said
from record.archive.latest import Latest
from record.archive.newest import Newest
from record.archive.outline import Outline, Outlines
from record.archive.record import Record
from record.archive.snapshot import AsOf, Snapshot, counted
from record.batch import Batch
from record.database import told
from record.errors import ConfigError, SelectionError, UnknownName
from record.network import Collection, Network
from record.quantities import ENTRY, FLAG, STATUS
from record.review import Reviewed
from record.selection import Selection
from record.spoken import followed, rows_at, said_in

Found = TypeVar("Found")
_REMEMBERED_ROWS, _REMEMBERED_READINGS = 1_000_000, 20_000
_STATIONS_AT_A_TIME = 5
"""As many as lie in one chunk of a sealed file."""


class Archive:
    """Reads the record; never writes it. Safe to share between threads: every question opens its own connection."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._network = record.network
        self._facts = Facts(record.network)
        self._numbers: dict[str, int] = {}
        self._stretches = StretchCache(_REMEMBERED_ROWS, lambda rows: len(rows.time))
        self._axes = Axes()
        self._latest: Cache[dict[str, Latest]] = Cache(_REMEMBERED_READINGS, len)
        self._outlines = Outlines(record.engine)

    def select(self, selection: Selection) -> xr.Dataset:
        """Answer a selection as a CF dataset with dims (station, time): the arrays of `answer`, described.

        Each quantity comes as float64 in its own unit with `<quantity>_flag` (int8, QARTOD) and `<quantity>_entry`
        (int64, index of the entry that said it; -1 where nobody spoke), and where `rows` are asked for
        `<quantity>_row` (int16, number of the row in that entry), where the `status` is, `<quantity>_status` (int8: 0
        provisional, 1 verified, 2 validated). Times are those at which something was said. Raises as `answer` does.
        """
        return dataset_of(self.answer(selection))

    def answer(self, selection: Selection) -> Answer:
        """Answer a selection of series of one collection.

        Raises `UnknownName` for an undeclared series, `SelectionError` for a mixed or impossible question,
        `RecordError` where the record or a sealed file cannot be read.
        """
        collection = self._collection_of(selection.series)
        alone = selection.values_alone and selection.as_of is None
        kinds = VALUES if alone else SEALED if selection.rows or selection.status else ANSWERED

        def answered(connection: Connection, outline: Outline) -> Answer:
            size = outline.size(connection)
            count = counted(connection, selection.as_of, size)
            asked = self._asked(connection, selection.series)
            start, end = selection.start.timestamp(), selection.end.timestamp()
            snapshot = Snapshot(connection, self._record.segments, size, self._stretches, outline)
            found = snapshot.grid(collection.id, asked, start, end, count, kinds)
            if selection.flags is not None:
                keep_wanted(found, selection.flags)
            if selection.status:
                reviews = review.read(connection, selection.series, start, end, count)
                put_status(found, collection.interval, reviews, partial(said_in, connection))
                if not selection.rows:
                    without_rows(found)
            if selection.values_alone:
                found = only_values(found)
            return answer_of(found, collection, count, selection.as_of, self._facts, selection.flags)

        return self._ask_outlined(answered)

    def portions(self, selection: Selection) -> tuple[Heading, Iterator[Answer]]:
        """The same in portions of whole stations, read one after the other as they are taken, for long answers.

        All rest on the same entries, whatever is entered meanwhile. A station comes in one portion alone; one of which
        nothing was said still comes, without times. Raises as `answer` does, the iterator too.
        """
        collection, count = self._collection_of(selection.series), self.counted(selection.as_of)
        heading = Heading(
            collection=collection,
            stations=self._facts.about(list(dict.fromkeys(map(self._station_of, selection.series)))),
            quantities=tuple(dict.fromkeys(self._network.series[name].quantity for name in selection.series)),
            kinds=("", FLAG, ENTRY, STATUS) if selection.status else ("", FLAG, ENTRY),
            count=count,
            as_of=selection.as_of,
            origin=self._network.origin,
            flags=selection.flags,
        )
        return heading, self._read_portions(selection, heading)

    def _read_portions(self, selection: Selection, heading: Heading) -> Iterator[Answer]:
        for first in range(0, len(heading.stations), _STATIONS_AT_A_TIME):
            part = {about.id for about in heading.stations[first : first + _STATIONS_AT_A_TIME]}
            series = tuple(name for name in selection.series if self._station_of(name) in part)
            yield filled(self.answer(replace(selection, series=series, as_of=heading.count)), heading)

    def _station_of(self, series: str) -> str:
        return self._network.series[series].station

    @property
    def origin(self) -> str:
        """The name of the record."""
        return self._network.origin

    def axis(self, collection: str, count: int) -> np.ndarray:
        """Every time of which the first `count` entries spoke in the collection: rising, each once (int64, seconds).

        It is the same for the same count for ever, and that of more entries holds that of fewer. Not to be written to.
        Raises `SelectionError` where the count lies beyond the journal, `RecordError` where a file cannot be read.
        """
        known = self._network.collection(collection).id

        def answer(connection: Connection) -> np.ndarray:
            size = journal.size(connection)
            snapshot = Snapshot(connection, self._record.segments, size, self._stretches)
            return self._axes.of(snapshot, known, counted(connection, count, size), self._member(known))

        return self._ask(answer)

    def moved(self, collection: str, then: int, count: int) -> int | None:
        """The first time of the collection that came in late by one of the entries [then, count): behind a later one.

        Up to it the axis of `count` entries is that of every state since `then`. None where all came in its order.
        Raises as `axis` does.
        """
        known = self._network.collection(collection).id

        def answer(connection: Connection) -> int | None:
            size = journal.size(connection)
            snapshot = Snapshot(connection, self._record.segments, size, self._stretches)
            return self._axes.moved(snapshot, known, then, counted(connection, count, size), self._member(known))

        return self._ask(answer)

    def _member(self, collection: str) -> Callable[[str], bool]:
        """Says whether a series may be of the collection."""
        series = self._network.series
        return lambda name: name not in series or series[name].collection == collection

    def size(self) -> int:
        """How many entries the journal holds."""
        return self._ask(journal.size)

    def grown(self, count: int | None = None) -> datetime | None:
        """When the last entry was entered, or the last of the first `count`; None where there is none."""
        return self._ask(lambda connection: journal.grown(connection, count))

    def entered(self, entries: np.ndarray) -> np.ndarray:
        """When each of these entries was entered (int64, seconds since 1970); each is looked up once."""
        which, place = np.unique(entries, return_inverse=True)
        found = self._ask(lambda connection: journal.entered(connection, which.tolist()))
        return np.array([found[index] for index in which.tolist()], dtype=np.int64)[place]

    def size_as_of(self, moment: datetime) -> int:
        """How many entries had been entered before `moment`."""
        return self._ask(lambda connection: journal.size_as_of(connection, moment))

    def counted(self, as_of: AsOf = None) -> int:
        """How many entries a question rests on: all, the first so many, or those entered before a time.

        Raises `SelectionError` where that lies beyond the journal, or is a time without a zone.
        """
        return self._ask(lambda connection: counted(connection, as_of, journal.size(connection)))

    def latest(self, series: Sequence[str], as_of: AsOf = None) -> dict[str, Latest]:
        """The newest reading of each series; a series that never spoke is absent."""

        def answer(connection: Connection, outline: Outline) -> dict[str, Latest]:
            size = outline.size(connection)
            count = counted(connection, as_of, size)
            # What the first so many entries say is the same for ever.
            asked = count, tuple(series)
            held = self._latest.held([asked])
            if not held:
                held[asked] = self._latest_of(connection, outline, series, count)
                self._latest.keep(held)
            return dict(held[asked])

        return self._ask_outlined(answer)

    def _latest_of(
        self, connection: Connection, outline: Outline, series: Sequence[str], count: int
    ) -> dict[str, Latest]:
        asked, size = self._asked(connection, series), outline.size(connection)
        if count == size:
            return latest.now(series, outline.newest(connection, asked.numbers))
        snapshot = Snapshot(connection, self._record.segments, size, self._stretches, outline)
        return latest.then(snapshot, series, asked, self._network, count)

    def newest(self, series: Sequence[str]) -> Newest:
        """The newest reading of each series as it is now, as columns in the order asked for; entry -1 for none."""
        return self._ask_outlined(
            lambda connection, outline: outline.newest(connection, self._asked(connection, series).numbers)
        )

    def span(self, collection: str) -> tuple[datetime, datetime] | None:
        """First and last time at which a series of the collection was spoken of; None when never."""
        known = self._network.collection(collection).id
        bounds = self._ask(lambda connection: latest.span(connection, known))
        if bounds is None:
            return None
        return datetime.fromtimestamp(bounds[0], UTC), datetime.fromtimestamp(bounds[1], UTC)

    def history(self, series: str, time: datetime, as_of: AsOf = None) -> list[Said]:
        """Everything ever said of one reading, in the order in which it was entered."""
        return self.histories([(series, time)], as_of)[series, time]

    def histories(
        self, readings: Sequence[tuple[str, datetime]], as_of: AsOf = None
    ) -> dict[tuple[str, datetime], list[Said]]:
        """The same of readings that lie near each other in time, each entry read once; raises `UnknownName`."""
        by_collection: dict[str, dict[str, list[datetime]]] = {}
        for series, time in readings:
            self._known(series)
            of = by_collection.setdefault(self._network.series[series].collection, {})
            of.setdefault(series, []).append(time)

        def answer(connection: Connection, outline: Outline) -> dict[tuple[str, datetime], list[Said]]:
            found, size = dict[tuple[str, datetime], list[Said]](), outline.size(connection)
            snapshot = Snapshot(connection, self._record.segments, size, self._stretches, outline)
            count = counted(connection, as_of, size)
            for collection, wanted in by_collection.items():
                names, asked = list(wanted), self._asked(connection, list(wanted))
                keys = [(name, time) for name in names for time in wanted[name]]
                named = [(place, int(time.timestamp())) for place, name in enumerate(names) for time in wanted[name]]
                said = history.histories(snapshot, collection, names, asked, named, count)
                found |= zip(keys, said, strict=True)
            return found

        return self._ask_outlined(answer)

    def as_said(self, entry: np.ndarray, position: np.ndarray) -> Batch:
        """Rows of entries exactly as they were entered, in the order asked for: digits, method, flag and verdicts.

        `entry` and `position` (int64) name each by entry and number, as `<quantity>_entry` and `<quantity>_row` of an
        answer do. Where entries were judged by different checks all of these are named: a check that was not run found
        the row unknown, and what the sender said is the flag where the entry does not note it. Each entry is read once.
        Raises `RecordError` for a row that is not there.
        """
        return self._ask(lambda connection: rows_at(connection, entry, position)[0])

    def last_by(self, source: str, entry: np.ndarray, position: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The last rows that `source` said of the same readings, these or earlier ones; entry -1 where it said none."""
        return self._ask(lambda connection: followed(connection, entry, position, lambda name: name != source))

    def spoken_by(self, entry: np.ndarray, position: np.ndarray) -> list[str]:
        """The source by which each row came into the record: that its flag was changed later is nobody's new word."""

        def answer(connection: Connection) -> list[str]:
            first = said_in(connection, entry, position)
            known = journal.sources(connection, np.unique(first).tolist())
            return [known[index] for index in first.tolist()]

        return self._ask(answer)

    def said_in(self, entry: np.ndarray, position: np.ndarray) -> np.ndarray:
        """The entry by which each row came into the record: that its flag was changed later is nobody's new word."""
        return self._ask(lambda connection: said_in(connection, entry, position))

    def changes(self, after: int, until: int) -> Iterator[Entered]:
        """What entries [after, until) say of which series and times, and which networks came into force, in order.

        `after` is the size of the journal up to which someone has followed it, `until` the size up to which to follow.
        Other kinds of entries are passed over. Reads as it goes, some hundred entries at a time.
        """
        for first in range(after, until, changes.AT_A_TIME):
            yield from self._ask(partial(changes.read, first=first, past=min(first + changes.AT_A_TIME, until)))

    def network_before(self, entry: int) -> Network | None:
        """The network that was in force before that entry; None where none was, or today's rules cannot read it."""
        try:
            return self._ask(lambda connection: force.before(connection, entry))
        except ConfigError:
            return None

    def reviews(
        self, series: Sequence[str] | None, start: datetime, end: datetime, as_of: AsOf = None
    ) -> list[Reviewed]:
        """What persons said of readings of these series, or of all, start <= time < end, in the order of entry."""
        for name in series or ():
            self._known(name)

        def answer(connection: Connection) -> list[Reviewed]:
            count = counted(connection, as_of, journal.size(connection))
            return review.read(connection, series, start.timestamp(), end.timestamp(), count)

        return self._ask(answer)

    def estimates(self, entries: Sequence[int]) -> list[Estimate]:
        """All that these entries, whose indexes rise, call an estimate, whether it stands or not."""
        return self._ask(lambda connection: list(estimates.read(connection, entries)))

    def refusals(self, start: datetime, end: datetime, as_of: AsOf = None) -> list[Refused]:
        """What was refused, by the time at which it was entered, start <= entered < end."""

        def answer(connection: Connection) -> list[Refused]:
            return history.refusals(connection, start, end, counted(connection, as_of, journal.size(connection)))

        return self._ask(answer)

    def amended(self, of: tuple[datetime, datetime] | None, by: tuple[int, int], as_of: AsOf = None) -> list[Amended]:
        """What was superseded of readings of times `of`, and of any readings by the entries `by`; half open both."""

        def answer(connection: Connection) -> list[Amended]:
            return amended.read(connection, of, by, counted(connection, as_of, journal.size(connection)))

        return self._ask(answer)

    def before(self, series: str, start: int, end: int, count: int) -> Before:
        """What the first `count` entries superseded of a series, start <= time < end in seconds since 1970."""

        def answer(connection: Connection) -> Before:
            (number,) = self._asked(connection, [series]).numbers
            return before.read(connection, number, start, end, count)

        return self._ask(answer)

    def arrivals_of(self, entries: Sequence[int]) -> list[Arrival]:
        """These entries, each once and in their order, an entry a line."""
        return self._ask(
            lambda connection: history.arrivals(list(journal.entries_of(connection, None, sorted(set(entries)))))
        )

    def arrivals(self, start: datetime, end: datetime, as_of: AsOf = None) -> list[Arrival]:
        """What was entered, start <= entered < end, an entry a line."""

        def answer(connection: Connection) -> list[Arrival]:
            first, last = journal.size_as_of(connection, start), journal.size_as_of(connection, end)
            found = journal.entries(connection, first, min(last, counted(connection, as_of, journal.size(connection))))
            return history.arrivals(list(found))

        return self._ask(answer)

    def _ask(self, question: Callable[[Connection], Found]) -> Found:
        with told("the record cannot be read"), self._record.engine.begin() as connection:
            return question(connection)

    def _ask_outlined(self, question: Callable[[Connection, Outline], Found]) -> Found:
        with told("the record cannot be read"), self._outlines.reading() as (connection, outline):
            return question(connection, outline)

    def _asked(self, connection: Connection, names: Sequence[str]) -> Asked:
        """The row number of each series, None for one that never spoke, with its station and its quantity."""
        for name in names:
            self._known(name)
        known = self._numbers
        if not all(name in known for name in names):
            row = tables.series.c
            known = {found.id: found.no for found in connection.execute(select(row.id, row.no))}
            self._numbers = self._numbers | known
        declared = [self._network.series[name] for name in names]
        return Asked(
            numbers=[known.get(name) for name in names],
            stations=[series.station for series in declared],
            quantities=[series.quantity for series in declared],
        )

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
