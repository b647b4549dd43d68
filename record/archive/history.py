"""What was said of one reading, by whom and when: nothing that was ever said is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection, select

from record import journal, review, tables, verdicts
from record import leaf as leaves
from record.archive.grid import SEALED, Asked
from record.archive.snapshot import Snapshot
from record.entry import Flag
from record.errors import RecordDamaged
from record.leaf import Leaf
from record.quantities import ENTRY, ROW
from record.review import Level
from record.spoken import said_in

Readings = Sequence[tuple[int, int]]
"""Readings by the place of their series among those asked for, and their time in seconds since 1970."""
_Row = tuple[int, int]
"""A row by its entry and its number there."""
_SERIES_AT_A_TIME = 500


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


def histories(
    snapshot: Snapshot, collection: str, names: Sequence[str], asked: Asked, readings: Readings, count: int
) -> list[list[Said]]:
    """Of each of these readings of a collection all that the first `count` entries say, in the order of their entry.

    `readings` name each by the place of its series in `names` and in `asked`, and its time. They lie near each other in
    time, for what stands is read from the first to the last of them. Each entry is read once.
    """
    said = _said_of(snapshot, collection, asked, readings, count)
    level = _levels(snapshot.connection, names, readings, said, count)
    wanted: dict[int, list[int]] = {}
    for index, position in level:
        wanted.setdefault(index, []).append(position)
    found: dict[_Row, Said] = {}
    for read in journal.entries_of(snapshot.connection, None, sorted(wanted)):
        leaf = read.leaf
        for position in wanted.pop(read.index):
            found[read.index, position] = _said(read, leaf, position, level[read.index, position])
    for index in wanted:
        raise RecordDamaged(f"the journal has no entry {index}: it holds {snapshot.size}")
    return [[found[row] for row in rows] for rows in said]


def _said_of(snapshot: Snapshot, collection: str, asked: Asked, readings: Readings, count: int) -> list[list[_Row]]:
    """The rows that speak of each reading, in the order of their entry."""
    seconds = [second for _, second in readings]
    start, end = min(seconds), max(seconds) + 1
    before = _superseded(snapshot.connection, asked, start, end)
    standing = snapshot.grid(collection, asked, start, end, snapshot.size, SEALED)
    row_of = {station: row for row, station in enumerate(standing.stations)}
    column_of = {second: column for column, second in enumerate(standing.time.tolist())}
    found = []
    for place, second in readings:
        rows = set(before.get((asked.numbers[place], second), ()))
        row, column = row_of.get(asked.stations[place]), column_of.get(second)
        if row is not None and column is not None:
            layers = (standing.layers[f"{asked.quantities[place]}{kind}"] for kind in (ENTRY, ROW))
            entry, position = (int(layer[row, column]) for layer in layers)
            rows |= {(entry, position)} if entry >= 0 else set()
        found.append(sorted(one for one in rows if one[0] < count))
    return found


def _superseded(connection: Connection, asked: Asked, start: int, end: int) -> dict[tuple[int | None, int], list[_Row]]:
    """What stood once, by number of the series and time."""
    found: dict[tuple[int | None, int], list[_Row]] = {}
    row, numbers = tables.superseded.c, [number for number in asked.numbers if number is not None]
    for first in range(0, len(numbers), _SERIES_AT_A_TIME):
        question = select(row.series, row.time, row.entry, row.position).where(
            row.series.in_(numbers[first : first + _SERIES_AT_A_TIME]), row.time >= start, row.time < end
        )
        for number, second, entry, position in connection.execute(question):
            found.setdefault((int(number), int(second)), []).append((int(entry), int(position)))
    return found


def _levels(
    connection: Connection, names: Sequence[str], readings: Readings, said: Sequence[Sequence[_Row]], count: int
) -> dict[_Row, Level]:
    """How far each saying was reviewed."""
    found = {row: Level.PROVISIONAL for rows in said for row in rows}
    seconds = [second for _, second in readings]
    reviews = review.read(connection, names, min(seconds), max(seconds) + 1, count)
    of = {one.span.series for one in reviews}
    for (place, second), rows in zip(readings, said, strict=True):
        if rows and names[place] in of:
            found |= zip(rows, _status(connection, names[place], second, rows, reviews), strict=True)
    return found


def _status(
    connection: Connection,
    series: str,
    second: int,
    rows: Sequence[_Row],
    reviews: Sequence[review.Reviewed],
) -> list[Level]:
    entry, position = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    said = said_in(connection, entry, position)[None, :]
    (levels,) = review.status_of([series], np.full(len(rows), second), said, reviews).tolist()
    return [Level(level) for level in levels]


def _said(entry: journal.Entry, leaf: Leaf, position: int, status: Level) -> Said:
    content = leaf.content
    number, _, value, word, supersedes = content["rows"][position]
    return Said(
        entry=entry.index,
        entered=entry.entered,
        received=leaves.parse_time(content["received"]),
        source=content["source"],
        value=None if value is None else Decimal(value),
        flag=leaves.flag_of(word),
        method=content["series"][number]["method"],
        reason=content["reason"] if supersedes is not None or leaf.source.startswith(leaves.AMENDMENTS) else None,
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


def refusals(connection: Connection, start: datetime, end: datetime, count: int) -> list[Refused]:
    """What the first `count` entries refused, by the time at which it was entered, start <= entered < end."""
    refusal, entry = tables.refusal.c, tables.entry.c
    question = (
        select(refusal.entry, entry.entered, refusal.source, refusal.place, refusal.reason, refusal.fragment)
        .join(tables.entry, entry.idx == refusal.entry)
        .where(entry.entered >= start.timestamp(), entry.entered < end.timestamp(), refusal.entry < count)
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
