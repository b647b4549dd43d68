"""The rows of an answer: what no segment holds, and what stood once where the question is asked as of then."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from sqlalchemy import Connection

from record.archive.cache import Cache
from record.archive.outline import Outline
from record.archive.rows import Rows, numbers_of
from record.archive.segment.manifest import OpenPeriod

StretchCache = Cache[Rows]
FEW = 24
"""Up to so many series are sought one by one; more are read with all others of their collection."""

_WIDTH = 6
_COLUMNS = "SELECT series, time, entry, position, {value}, flag"
_WITHIN = "time >= {one} AND time < {one} AND entry < {one}"
_OF_FEW = f"{_COLUMNS} FROM recent WHERE stretch {{among}} AND series {{among}} AND {_WITHIN}"
_OF_ALL = f"{_COLUMNS} FROM recent WHERE stretch BETWEEN {{one}} AND {{one}} AND {_WITHIN}"
_WHOLE = f"{_COLUMNS} FROM recent WHERE stretch = {{one}}"
_STATES = """SELECT stretch, count(*), max(entry) FROM recent
    WHERE stretch BETWEEN {one} AND {one} GROUP BY stretch"""
_ENDED = f"{_COLUMNS} FROM superseded WHERE {_WITHIN} AND ended >= {{one}}"
_ENDED_OF_FEW = f"{_COLUMNS} FROM superseded WHERE series {{among}} AND {_WITHIN} AND ended >= {{one}}"


def recent(
    connection: Connection,
    outline: Outline,
    open_periods: Sequence[OpenPeriod],
    numbers: Sequence[int],
    window: tuple[int, int],
    count: int,
    stretches: StretchCache | None,
) -> Rows:
    """Recent rows of open periods, from a time to before another, that the first `count` entries said of `numbers`.

    `stretches`, where given, remembers whole stretches from one question to the next.
    """
    kept = [one.stretches(*window) for one in open_periods]
    if len(numbers) <= FEW:
        # One stretch may lie in two periods.
        several = sorted(set(chain.from_iterable(kept)))
        return _rows(numbers_of(connection, _OF_FEW, _WIDTH, several, numbers, *window, count))
    if stretches is None:
        parts = [numbers_of(connection, _OF_ALL, _WIDTH, one[0], one[-1], *window, count) for one in kept]
        return _of(_rows(np.concatenate(parts)), numbers)
    found = joined([_remembered(connection, outline, one, stretches) for one in kept])
    start, end = window
    return _of(found.only((found.time >= start) & (found.time < end) & (found.entry < count)), numbers)


def _remembered(connection: Connection, outline: Outline, asked: range, stretches: StretchCache) -> Rows:
    """All rows of the stretches asked for, read anew where they are not as they were.

    A row that is put has the latest entry of all, and rows are dropped only by a seal: so a stretch with as many rows
    and the same latest entry has not changed.
    """
    bounds = asked[0], asked[-1]
    now = outline.states.get(bounds)
    if now is None:
        told = numbers_of(connection, _STATES, 3, *bounds).astype(np.int64)
        now = outline.states[bounds] = [(stretch, rows, last) for stretch, rows, last in told.tolist()]
    held = stretches.held(now)
    fresh = {state: _rows(numbers_of(connection, _WHOLE, _WIDTH, state[0])) for state in now if state not in held}
    stretches.keep(fresh)
    return joined([nothing(), *held.values(), *fresh.values()])


def ended(connection: Connection, numbers: Sequence[int], window: tuple[int, int], count: int) -> Rows:
    """Rows that stood when the journal held `count` entries and were superseded since."""
    if len(numbers) <= FEW:
        return _rows(numbers_of(connection, _ENDED_OF_FEW, _WIDTH, numbers, *window, count, count))
    return _of(_rows(numbers_of(connection, _ENDED, _WIDTH, *window, count, count)), numbers)


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


def _rows(numbered: np.ndarray) -> Rows:
    """Rows from the columns of a question, in no order."""
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
