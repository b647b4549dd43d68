"""Who was given what, and when for the first time: notes of the service, which no entry of the journal holds.

A note says that a party was given what entries from `low` to before `size` say of a subject, at times from `start` to
before `end`. What a later note tells that an earlier one tells already is not kept: the first fetch alone matters.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import Connection, Engine, select, text

from record import tables
from record.database import aside, told
from record.network import Network

EVERYTHING = "*"
"""The subject of who fetches the log itself, in which all series stand."""
ALWAYS = (-(1 << 40), 1 << 40)
"""All times: from before the first to after the last, in seconds since 1970."""
_LONGEST_PATH = 200
_FEW = 400
_CLOCKS_APART = timedelta(days=1)

_PUT = text(
    """INSERT INTO access (party, subject, start, "end", low, size, at, path, token)
    VALUES (:party, :subject, :start, :end, :low, :size, :at, :path, :token)
    ON CONFLICT (party, subject, start, "end", low, size) DO UPDATE
    SET at = excluded.at, path = excluded.path, token = excluded.token
    WHERE excluded.at < access.at"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an answer gave: of a series, a collection, or everything, at times [start, end), by entries [low, size)."""

    subject: str
    start: int
    end: int
    size: int
    low: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """That a party was given something, when, from which address, and by which of its tokens."""

    party: str
    at: datetime
    path: str
    given: Given
    token: str | None = None


def note(engine: Engine, fetches: Iterable[Fetch]) -> int:
    """Keep the fetches that tell something new; return how many. Raises `RecordError` where none can be written."""
    kept = 0
    with told("what was fetched was not noted"), aside(engine) as connection:
        for fetch in fetches:
            if not _is_known(connection, fetch):
                connection.execute(_PUT, _row(fetch))
                kept += 1
    return kept


def _row(fetch: Fetch) -> dict[str, object]:
    given = fetch.given
    return {
        "party": fetch.party,
        "subject": given.subject,
        "start": given.start,
        "end": given.end,
        "low": given.low,
        "size": given.size,
        "at": int(fetch.at.timestamp()),
        "path": fetch.path[:_LONGEST_PATH],
        "token": fetch.token,
    }


def _is_known(connection: Connection, fetch: Fetch) -> bool:
    """Whether a note that is as early tells all of it."""
    column, given = tables.access.c, fetch.given
    wider = (
        (column.party == fetch.party)
        & (column.subject == given.subject)
        & (column.start <= given.start)
        & (column.end >= given.end)
        & (column.low <= given.low)
        & (column.size >= given.size)
    )
    earlier = wider & (column.at <= int(fetch.at.timestamp()))
    return connection.execute(select(column.at).where(earlier).limit(1)).first() is not None


def fetches(connection: Connection, begin: datetime, end: datetime, most: int) -> list[Fetch]:
    """The notes of begin <= time < end, the newest first, so many at most."""
    column = tables.access.c
    question = (
        select(tables.access)
        .where(column.at >= int(begin.timestamp()), column.at < int(end.timestamp()))
        .order_by(column.at.desc(), column.party, column.subject, column.start)
        .limit(most)
    )
    return [
        Fetch(
            party=row.party,
            at=datetime.fromtimestamp(row.at, UTC),
            path=row.path,
            given=Given(subject=row.subject, start=row.start, end=row.end, size=row.size, low=row.low),
            token=row.token,
        )
        for row in connection.execute(question)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A reading whose fetches are asked for: its series and time, and the entry that gave it."""

    series: str
    time: int
    entry: int
    entered: datetime


@dataclass(frozen=True, slots=True, eq=False)
class _Notes:
    """Notes of one subject as columns, in the order of their times."""

    party: Sequence[str]
    at: Sequence[int]
    bounds: np.ndarray

    def telling(self, reading: Reading) -> Iterable[tuple[str, int]]:
        """Party and time of the notes that a reading was given by."""
        start, end, low, size = self.bounds
        told_of = (start <= reading.time) & (end > reading.time) & (low <= reading.entry) & (size > reading.entry)
        return [(self.party[place], self.at[place]) for place in np.flatnonzero(told_of).tolist()]


def first_fetched(
    connection: Connection, network: Network, readings: Sequence[Reading], before: datetime | None
) -> list[dict[str, datetime]]:
    """When each party was first given each of the readings, as noted before a moment, or as far as it is known."""
    if not readings:
        return []
    notes = _read(connection, network, readings, before)
    return [_firsts(notes, network, reading) for reading in readings]


def _firsts(notes: Mapping[str, _Notes], network: Network, reading: Reading) -> dict[str, datetime]:
    first: dict[str, int] = {}
    for subject in _subjects(network, reading.series):
        for party, at in notes[subject].telling(reading) if subject in notes else ():
            first[party] = min(at, first.get(party, at))
    return {party: datetime.fromtimestamp(at, UTC) for party, at in sorted(first.items())}


def _subjects(network: Network, series: str) -> tuple[str, str, str]:
    return series, network.series[series].collection, EVERYTHING


def _read(
    connection: Connection, network: Network, readings: Sequence[Reading], before: datetime | None
) -> dict[str, _Notes]:
    """The notes that may tell of any of the readings: none is older than the readings themselves."""
    column = tables.access.c
    subjects = {subject for reading in readings for subject in _subjects(network, reading.series)}
    oldest = min(reading.entered for reading in readings) - _CLOCKS_APART
    question = (
        select(column.subject, column.party, column.at, column.start, column.end, column.low, column.size)
        .where(column.at >= int(oldest.timestamp()))
        .where(column.start <= max(reading.time for reading in readings))
        .where(column.end > min(reading.time for reading in readings))
        .where(column.low <= max(reading.entry for reading in readings))
        .where(column.size > min(reading.entry for reading in readings))
        .order_by(column.at)
    )
    if before is not None:
        question = question.where(column.at < before.timestamp())
    if len(subjects) <= _FEW:
        question = question.where(column.subject.in_(subjects))
    found: defaultdict[str, list[tuple[str, int, tuple[int, ...]]]] = defaultdict(list)
    for subject, party, at, *bounds in connection.execute(question):
        found[subject].append((party, at, tuple(bounds)))
    return {
        subject: _Notes(
            [party for party, _, _ in rows],
            [at for _, at, _ in rows],
            np.array([bounds for _, _, bounds in rows], dtype=np.int64).T,
        )
        for subject, rows in found.items()
    }
