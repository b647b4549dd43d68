"""The rows of an answer: what no segment holds, and what stood once where the question is asked as of then."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, Select, select

from record import tables
from record.archive.rows import Rows
from record.archive.segment.manifest import OpenPeriod

FEW = 24
"""Up to so many series are sought one by one; more are read with all others of their collection."""

_AT_A_TIME = 10_000
_RECENT, _ENDED = tables.recent.c, tables.superseded.c


def recent(
    connection: Connection, kept: OpenPeriod, numbers: Sequence[int], start: float, end: float, count: int
) -> Rows:
    """Recent rows of an open period, start <= time < end, that the first `count` entries said of series `numbers`."""
    row, stretches = _RECENT, kept.stretches(start, end)
    question = select(row.series, row.time, row.entry, row.position, row.value, row.flag)
    if len(numbers) <= FEW:
        question = question.where(row.stretch.in_(stretches), row.series.in_(numbers))
    else:
        question = question.where(row.stretch.between(stretches[0], stretches[-1]))
    return _read(connection, question.where(row.time >= start, row.time < end, row.entry < count), numbers)


def ended(connection: Connection, numbers: Sequence[int], start: float, end: float, count: int) -> Rows:
    """Rows that stood when the journal held `count` entries and were superseded since."""
    row = _ENDED
    question = select(row.series, row.time, row.entry, row.position, row.value, row.flag)
    if len(numbers) <= FEW:
        question = question.where(row.series.in_(numbers))
    question = question.where(row.time >= start, row.time < end, row.entry < count, row.ended >= count)
    return _read(connection, question, numbers)


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
    return _columns([])


def _read(connection: Connection, question: Select[tuple[object, ...]], numbers: Sequence[int]) -> Rows:
    """The rows of these series, taken some thousands at a time, so that other threads get their turn."""
    answer = connection.execute(question)
    parts = [_columns(part) for part in answer.partitions(_AT_A_TIME)] or [nothing()]
    found = parts[0] if len(parts) == 1 else joined(parts)
    if len(numbers) <= FEW or not len(found.series):
        return found
    wanted = np.zeros(max(int(found.series.max()), *numbers) + 1, dtype=bool)
    wanted[list(numbers)] = True
    return found.only(wanted[found.series])


def _columns(found: Sequence[Sequence[object]]) -> Rows:
    columns = list(zip(*found, strict=True)) if found else [()] * 6
    return Rows(
        series=np.array(columns[0], dtype=np.int64),
        time=np.array(columns[1], dtype=np.int64),
        entry=np.array(columns[2], dtype=np.int64),
        position=np.array(columns[3], dtype=np.int64),
        value=np.array(columns[4], dtype=np.float64),
        flag=np.array(columns[5], dtype=np.int8),
    )
