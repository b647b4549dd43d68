"""What was said of one reading, by whom and when: nothing that was ever said is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection, select

from record import journal, review, tables, verdicts
from record import leaf as leaves
from record.archive.grid import SEALED, Asked
from record.archive.snapshot import Snapshot
from record.entry import Flag
from record.network.basin import Series
from record.quantities import ENTRY, ROW
from record.review import Level
from record.spoken import said_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One saying of a reading: the value as written, its flag, the entry, and why it superseded another.

    `tests` is what each check found of it, by name; empty where the entry does not say. `status` is how far a person
    has reviewed it.
    """

    entry: int
    entered: datetime
    received: datetime
    source: str
    value: Decimal | None
    flag: Flag
    method: str
    reason: str | None
    tests: Mapping[str, Flag]
    status: Level


def history(snapshot: Snapshot, series: Series, asked: Asked, time: datetime, count: int) -> list[Said]:
    """Everything that the first `count` entries say of one series at `time`, in the order in which it was entered."""
    second, connection = int(time.timestamp()), snapshot.connection
    row = tables.superseded.c
    question = select(row.entry, row.position).where(row.series == asked.numbers[0], row.time == second)
    said = {(int(entry), int(position)) for entry, position in connection.execute(question)}
    standing = snapshot.grid(series.collection, asked, second, second + 1, snapshot.size, SEALED)
    quantity = asked.quantities[0]
    entries, positions = standing.layers[f"{quantity}{ENTRY}"], standing.layers[f"{quantity}{ROW}"]
    said |= set(zip(entries.ravel().tolist(), positions.ravel().tolist(), strict=True))
    rows = [row for row in sorted(said) if row[0] < count]
    reviews = review.read(connection, [series.id], second, second + 1, count)
    status = _status(connection, series.id, second, rows, reviews) if reviews else [Level.PROVISIONAL] * len(rows)
    return [
        _said(journal.entry_at(connection, entry), position, level)
        for (entry, position), level in zip(rows, status, strict=True)
    ]


def _status(
    connection: Connection,
    series: str,
    second: int,
    rows: Sequence[tuple[int, int]],
    reviews: Sequence[review.Reviewed],
) -> list[Level]:
    """How far each saying was reviewed."""
    entry, position = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    said = said_in(connection, entry, position)[None, :]
    (levels,) = review.status_of([series], np.full(len(rows), second), said, reviews).tolist()
    return [Level(level) for level in levels]


def _said(entry: journal.Entry, position: int, status: Level) -> Said:
    content = entry.leaf.content
    number, _, value, word, supersedes = content["rows"][position]
    return Said(
        entry=entry.index,
        entered=entry.entered,
        received=leaves.parse_time(content["received"]),
        source=content["source"],
        value=None if value is None else Decimal(value),
        flag=leaves.flag_of(word),
        method=content["series"][number]["method"],
        reason=content["reason"] if supersedes is not None or entry.leaf.source.startswith(leaves.AMENDMENTS) else None,
        status=status,
        tests=dict(verdicts.of_row(content.get("tests"), position)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A refusal as the record keeps it."""

    entry: int
    entered: datetime
    source: str
    where: str
    reason: str
    fragment: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entry in one line: of which kind, from whom, when received and entered, how many rows, how many corrected."""

    entry: int
    kind: str
    source: str
    received: datetime
    entered: datetime
    rows: int
    superseded: int


def arrivals(found: Sequence[journal.Entry]) -> list[Arrival]:
    """Each entry in one line."""
    return [_arrival(entry) for entry in found]


def _arrival(entry: journal.Entry) -> Arrival:
    leaf = entry.leaf
    rows = leaf.content.get("rows", ())
    return Arrival(
        entry=entry.index,
        kind=leaf.kind.split("/")[1],
        source=leaf.source,
        received=leaves.parse_time(leaf.content["received"]),
        entered=entry.entered,
        rows=len(rows),
        superseded=sum(1 for row in rows if row[4] is not None),
    )
