"""The cells of an answer as flat arrays: which series, when, which value, which flag, said by which entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, func, or_, select

from record import tables
from record.selection import Selection


@dataclass(frozen=True, slots=True)
class Cells:
    """Arrays of one length: `series` indexes the selection's series, `time` is seconds since 1970 in UTC."""

    series: np.ndarray
    time: np.ndarray
    value: np.ndarray
    flag: np.ndarray
    entry: np.ndarray


def read(connection: Connection, selection: Selection, count: int) -> Cells:
    """The rows that stood when the journal held `count` entries, within the selection's interval."""
    numbers = _numbers(connection, selection.series)
    row = tables.observation.c
    question = select(row.series, row.time, row.value, row.flag, row.entry).where(
        row.series.in_(list(numbers)),
        row.time >= selection.start.timestamp(),
        row.time < selection.end.timestamp(),
        row.entry < count,
        or_(row.ended.is_(None), row.ended >= count),
    )
    found = connection.execute(question).all()
    columns = list(zip(*found, strict=True)) if found else [(), (), (), (), ()]
    places = {name: place for place, name in enumerate(selection.series)}
    order = {number: places[name] for number, name in numbers.items()}
    return Cells(
        series=np.array([order[number] for number in columns[0]], dtype=np.int64),
        time=np.array(columns[1], dtype=np.int64),
        value=np.array(columns[2], dtype=np.float64),
        flag=np.array(columns[3], dtype=np.int8),
        entry=np.array(columns[4], dtype=np.int64),
    )


def span(connection: Connection, names: Sequence[str]) -> tuple[int, int] | None:
    """First and last time of any of the series, in seconds; None when none ever spoke."""
    numbers = list(_numbers(connection, names))
    row = tables.observation.c
    low = [connection.execute(select(func.min(row.time)).where(row.series == number)).scalar() for number in numbers]
    high = [connection.execute(select(func.max(row.time)).where(row.series == number)).scalar() for number in numbers]
    lows = [int(time) for time in low if time is not None]
    highs = [int(time) for time in high if time is not None]
    return (min(lows), max(highs)) if lows else None


def _numbers(connection: Connection, names: Sequence[str]) -> dict[int, str]:
    found = connection.execute(select(tables.series).where(tables.series.c.id.in_(names)))
    return {row.no: row.id for row in found}
