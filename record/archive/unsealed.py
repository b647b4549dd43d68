"""The rows of a period beside its file: those that the file holds too and may go, and those that came later."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, func, select

from record import tables
from record.archive.period import Period
from record.archive.segment import manifest
from record.archive.segment.manifest import Piece

_ROW, _SERIES = tables.recent.c, tables.series.c


def since(connection: Connection, period: Period, count: int) -> bool:
    """Whether an entry from `count` on said something of the period that is a row still."""
    of_collection = select(_SERIES.no).where(_SERIES.collection == period.collection)
    within = (_ROW.time >= period.start) & (_ROW.time < period.end)
    found = select(_ROW.entry).where(_ROW.series.in_(of_collection), within, _ROW.entry >= count).limit(1)
    return connection.execute(found).scalar() is not None


def held(connection: Connection, piece: Piece) -> list[tuple[int, int]]:
    """Each series of which the file holds rows, with how many."""
    question = (
        select(_ROW.series, func.count())
        .select_from(tables.series.join(tables.recent, _ROW.series == _SERIES.no))
        .where(_SERIES.collection == piece.period.collection, _within(piece))
        .group_by(_ROW.series)
    )
    return [(int(number), int(count)) for number, count in connection.execute(question)]


def drop(connection: Connection, piece: Piece, numbers: Sequence[int]) -> None:
    """Delete the rows of the series `numbers` that the file holds."""
    connection.execute(delete(tables.recent).where(_ROW.series.in_(numbers), _within(piece)))


def close_if_empty(connection: Connection, period: Period) -> None:
    """Note a period that has no row any more as closed."""
    if not since(connection, period, 0):
        manifest.close(connection, period)


def _within(piece: Piece) -> ColumnElement[bool]:
    return (_ROW.time >= piece.period.start) & (_ROW.time < piece.period.end) & (_ROW.entry < piece.size)
