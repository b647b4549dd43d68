"""The rows of a period beside its file: those that the file holds too and may go, and those that came later."""

from sqlalchemy import ColumnElement, Connection, delete, select

from record import tables
from record.archive.period import Period
from record.archive.segment import manifest
from record.archive.segment.manifest import Piece

_ROW = tables.recent.c


def since(connection: Connection, period: Period, count: int) -> bool:
    """Whether an entry from `count` on said something of the period that is a row still."""
    held = manifest.open_period(connection, period)
    if held is None:
        return False
    stretches = held.stretches(period.start, period.end)
    within = _ROW.stretch.between(stretches[0], stretches[-1]) & _in_period(period)
    return connection.execute(select(_ROW.entry).where(within, _ROW.entry >= count).limit(1)).scalar() is not None


def stretches(connection: Connection, period: Period) -> range:
    """The stretches in which rows of a period are kept; none when it is closed."""
    held = manifest.open_period(connection, period)
    return range(0) if held is None else held.stretches(period.start, period.end)


def drop(connection: Connection, piece: Piece, stretch: int) -> None:
    """Delete the rows of one stretch that the file holds."""
    gone = (_ROW.stretch == stretch) & _in_period(piece.period) & (_ROW.entry < piece.size)
    connection.execute(delete(tables.recent).where(gone))


def close_if_empty(connection: Connection, period: Period) -> None:
    """Note a period that has no row any more as closed."""
    if not since(connection, period, 0):
        manifest.close(connection, period)


def _in_period(period: Period) -> ColumnElement[bool]:
    return (_ROW.time >= period.start) & (_ROW.time < period.end)
