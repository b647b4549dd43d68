"""Folding a batch into rows: each new row ends the row of the same series and time that stood before it."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from record import tables
from record.entry import Observation


@dataclass(frozen=True, slots=True)
class Standing:
    """The row that stands for a series and time: which entry said it, in which place, and what."""

    entry: int
    position: int
    value: float | None
    flag: int


Place = tuple[int, int]


def series_numbers(connection: Connection, names: Iterable[str]) -> Mapping[str, int]:
    """The row number of each series, given out in order of first appearance."""
    wanted = list(dict.fromkeys(names))
    known: dict[str, int] = {str(row.id): int(row.no) for row in connection.execute(select(tables.series))}
    fresh = [name for name in wanted if name not in known]
    if fresh:
        first = len(known)
        given = {name: first + place for place, name in enumerate(fresh)}
        connection.execute(insert(tables.series), [{"no": number, "id": name} for name, number in given.items()])
        known.update(given)
    return {name: known[name] for name in wanted}


def standing(connection: Connection, places: Sequence[Place]) -> dict[Place, Standing]:
    """What stands at each (series number, time) now; a place that nobody spoke of is absent."""
    row = tables.observation.c
    question = select(row.series, row.time, row.entry, row.position, row.value, row.flag).where(
        tuple_(row.series, row.time).in_(places), row.ended.is_(None)
    )
    return {
        (said.series, said.time): Standing(said.entry, said.position, said.value, said.flag)
        for said in connection.execute(question)
    }


def fold(
    connection: Connection,
    entry: int,
    observations: Sequence[Observation],
    numbers: Mapping[str, int],
    before: Mapping[Place, Standing],
) -> None:
    """Write the rows of batch `entry`; end the rows in `before` that it supersedes; move `latest` along."""
    rows = [Row.of(entry, position, seen, numbers) for position, seen in enumerate(observations)]
    ended = [(row.place, before[row.place]) for row in rows if row.place in before]
    _end(connection, entry, ended)
    connection.execute(insert(tables.observation), [row.cells | {"position": row.position} for row in rows])
    _move_latest(connection, rows)


@dataclass(frozen=True, slots=True)
class Row:
    """One row to be written."""

    series: int
    time: int
    entry: int
    position: int
    value: float | None
    flag: int

    @classmethod
    def of(cls, entry: int, position: int, seen: Observation, numbers: Mapping[str, int]) -> "Row":
        """The row of an observation; here the decimal of the journal becomes the float of the arrays."""
        value = None if seen.value is None else float(seen.value)
        return cls(numbers[seen.series], int(seen.time.timestamp()), entry, position, value, int(seen.flag))

    @property
    def place(self) -> Place:
        """Which reading it is of."""
        return self.series, self.time

    @property
    def cells(self) -> dict[str, int | float | None]:
        """The columns that `observation` and `latest` share."""
        return {
            "series": self.series,
            "time": self.time,
            "value": self.value,
            "flag": self.flag,
            "entry": self.entry,
        }


def _end(connection: Connection, entry: int, ended: Sequence[tuple[Place, Standing]]) -> None:
    if not ended:
        return
    row = tables.observation.c
    change = (
        update(tables.observation)
        .where(
            row.series == bindparam("s"),
            row.time == bindparam("t"),
            row.entry == bindparam("e"),
            row.position == bindparam("p"),
        )
        .values(ended=entry)
    )
    connection.execute(
        change, [{"s": number, "t": time, "e": old.entry, "p": old.position} for (number, time), old in ended]
    )


def _move_latest(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep the newest time of each series at hand, with its newest value."""
    newest: dict[int, Row] = {}
    for row in rows:
        if row.series not in newest or row.time >= newest[row.series].time:
            newest[row.series] = row
    held = select(tables.latest.c.series, tables.latest.c.time).where(tables.latest.c.series.in_(list(newest)))
    held_times = {int(row.series): int(row.time) for row in connection.execute(held)}
    moved = [row for number, row in newest.items() if row.time >= held_times.get(number, row.time)]
    if moved:
        stale = tables.latest.c.series.in_([row.series for row in moved])
        connection.execute(tables.latest.delete().where(stale))
        connection.execute(insert(tables.latest), [row.cells for row in moved])


def fold_refusals(connection: Connection, entry: int, source: str, refused: Sequence[Mapping[str, Any]]) -> None:
    """List the refusals of entry `entry`, as the entry holds them."""
    rows = [
        {
            "entry": entry,
            "position": position,
            "source": source,
            "place": refusal["where"],
            "reason": refusal["reason"],
            "fragment": base64.b64decode(refusal["fragment"]),
        }
        for position, refusal in enumerate(refused)
    ]
    connection.execute(insert(tables.refusal), rows)
