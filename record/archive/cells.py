"""The rows of an answer: what no segment holds, and what stood once where the question is asked as of then."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, Row, TextClause, bindparam, text

from record.archive.rows import Rows

FEW = 24
"""Up to so many series are sought one by one; more are read with all others of their collection."""

_COLUMNS = "r.series, r.time, r.entry, r.position, r.value, r.flag"
_IN_TIME = "r.time >= :start AND r.time < :end AND r.entry < :count"
_RECENT_OF_FEW = text(f"SELECT {_COLUMNS} FROM recent AS r WHERE r.series IN :numbers AND {_IN_TIME}").bindparams(
    bindparam("numbers", expanding=True)
)
_RECENT_OF_ALL = text(
    f"""SELECT {_COLUMNS} FROM series AS s CROSS JOIN recent AS r
    WHERE s.collection = :collection AND r.series = s.no AND {_IN_TIME}"""
)
_ENDED_OF_FEW = text(
    f"SELECT {_COLUMNS} FROM superseded AS r WHERE r.series IN :numbers AND {_IN_TIME} AND r.ended >= :count"
).bindparams(bindparam("numbers", expanding=True))
_ENDED_OF_ALL = text(f"SELECT {_COLUMNS} FROM superseded AS r WHERE {_IN_TIME} AND r.ended >= :count")


def recent(
    connection: Connection, collection: str, numbers: Sequence[int], start: float, end: float, count: int
) -> Rows:
    """Recent rows that the first `count` entries said of the series `numbers`, start <= time < end."""
    return _read(connection, (_RECENT_OF_FEW, _RECENT_OF_ALL), collection, numbers, start, end, count)


def ended(
    connection: Connection, collection: str, numbers: Sequence[int], start: float, end: float, count: int
) -> Rows:
    """Rows that stood when the journal held `count` entries and were superseded since."""
    return _read(connection, (_ENDED_OF_FEW, _ENDED_OF_ALL), collection, numbers, start, end, count)


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


def _read(
    connection: Connection,
    questions: tuple[TextClause, TextClause],
    collection: str,
    numbers: Sequence[int],
    start: float,
    end: float,
    count: int,
) -> Rows:
    if not numbers:
        return nothing()
    bounds: dict[str, object] = {"start": start, "end": end, "count": count}
    of_few, of_all = questions
    if len(numbers) <= FEW:
        return _columns(connection.execute(of_few, bounds | {"numbers": list(numbers)}).fetchall())
    named: dict[str, object] = {"collection": collection} if of_all is _RECENT_OF_ALL else {}
    found = _columns(connection.execute(of_all, bounds | named).fetchall())
    return found.only(np.isin(found.series, numbers))


def _columns(found: Sequence[Row[tuple[object, ...]]]) -> Rows:
    columns = list(zip(*found, strict=True)) if found else [()] * 6
    return Rows(
        series=np.array(columns[0], dtype=np.int64),
        time=np.array(columns[1], dtype=np.int64),
        entry=np.array(columns[2], dtype=np.int64),
        position=np.array(columns[3], dtype=np.int64),
        value=np.array(columns[4], dtype=np.float64),
        flag=np.array(columns[5], dtype=np.int8),
    )
