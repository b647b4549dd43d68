"""The rows of an answer: what no segment holds, and what stood once where the question is asked as of then."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, Table, func, select

from record import tables
from record.archive.cache import Cache
from record.archive.rows import Rows
from record.archive.segment.manifest import OpenPeriod

StretchCache = Cache[Rows]
FEW = 24
"""Up to so many series are sought one by one; more are read with all others of their collection."""


def recent(
    connection: Connection,
    open_period: OpenPeriod,
    numbers: Sequence[int],
    start: float,
    end: float,
    count: int,
    stretches: StretchCache | None,
) -> Rows:
    """Recent rows of an open period, start <= time < end, that the first `count` entries said of series `numbers`.

    `stretches`, where given, remembers whole stretches from one question to the next.
    """
    row, asked = tables.recent.c, open_period.stretches(start, end)
    question = _columns(tables.recent)
    if len(numbers) > FEW and stretches is not None:
        found = _remembered(connection, asked, stretches)
        return _of(found.only((found.time >= start) & (found.time < end) & (found.entry < count)), numbers)
    if len(numbers) <= FEW:
        question = question.where(row.stretch.in_(asked), row.series.in_(numbers))
    else:
        question = question.where(row.stretch.between(asked[0], asked[-1]))
    return _of(_read(connection, question.where(row.time >= start, row.time < end, row.entry < count)), numbers)


def _remembered(connection: Connection, asked: range, stretches: StretchCache) -> Rows:
    """All rows of the stretches asked for, read anew where they are not as they were.

    A row that is put has the latest entry of all, and rows are dropped only by a seal: so a stretch with as many rows
    and the same latest entry has not changed.
    """
    row = tables.recent.c
    within = row.stretch.between(asked[0], asked[-1])
    states = select(row.stretch, func.count(), func.max(row.entry)).where(within).group_by(row.stretch)
    now = [(int(stretch), int(rows), int(last)) for stretch, rows, last in connection.execute(states)]
    held = stretches.held(now)
    whole = _columns(tables.recent)
    fresh = {state: _read(connection, whole.where(row.stretch == state[0])) for state in now if state not in held}
    stretches.keep(fresh)
    return joined([nothing(), *held.values(), *fresh.values()])


def ended(connection: Connection, numbers: Sequence[int], start: float, end: float, count: int) -> Rows:
    """Rows that stood when the journal held `count` entries and were superseded since."""
    row = tables.superseded.c
    question = _columns(tables.superseded)
    if len(numbers) <= FEW:
        question = question.where(row.series.in_(numbers))
    question = question.where(row.time >= start, row.time < end, row.entry < count, row.ended >= count)
    return _of(_read(connection, question), numbers)


def joined(parts: Sequence[Rows]) -> Rows:
    """All rows of several answers, one after the other."""
    return Rows(
        series=np.concatenate([part.series for part in parts]),
        time=np.concatenate([part.time for part in parts]),
        entry=np.concatenate([part.entry for part in parts]),
        position=np.concatenate([part.position for part in parts]),
        value=np.concatenate([part.value for part in parts]),
        flag=np.concatenate([part.flag for part in parts]),
    )


def nothing() -> Rows:
    """No row."""
    none = np.empty(0, dtype=np.int64)
    return Rows(series=none, time=none, entry=none, position=none, value=none.astype(float), flag=none.astype(np.int8))


def _columns(table: Table) -> Select[Any]:
    """The columns of a row, all numbers: infinite where a value is missing, which no value ever is."""
    row = table.c
    return select(row.series, row.time, row.entry, row.position, func.coalesce(row.value, float("inf")), row.flag)


def _read(connection: Connection, question: Select[Any]) -> Rows:
    """The rows that a question finds, in no order."""
    cursor: Any = connection.execute(question).cursor
    # Numbers straight from the driver, without an object for each row; below 2^53 a float64 holds integers exactly.
    numbered = np.fromiter(chain.from_iterable(cursor), dtype=np.float64).reshape(-1, 6)
    return Rows(
        series=numbered[:, 0].astype(np.int64),
        time=numbered[:, 1].astype(np.int64),
        entry=numbered[:, 2].astype(np.int64),
        position=numbered[:, 3].astype(np.int64),
        value=np.where(np.isinf(numbered[:, 4]), np.nan, numbered[:, 4]),
        flag=numbered[:, 5].astype(np.int8),
    )


def _of(found: Rows, numbers: Sequence[int]) -> Rows:
    """The rows of the series `numbers`; of a few, the question was for no others."""
    if len(numbers) <= FEW or not len(found.series):
        return found
    wanted = np.zeros(max(int(found.series.max()), *numbers) + 1, dtype=bool)
    wanted[list(numbers)] = True
    return found.only(wanted[found.series])
