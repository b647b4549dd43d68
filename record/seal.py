"""Sealing: finished periods become netCDF files that no one changes any more.

The file is made from a snapshot while the pen goes on writing. Then one short transaction enters its hash and lets it
stand. The rows that it holds are dropped after that, a few thousand at a time, so that the pen never waits long: until
they are gone they say the same as the file. A correction that comes meanwhile has a later entry, and stays as a row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from record import journal, tables
from record.archive import unsealed
from record.archive.period import Period, period_from
from record.archive.record import Record
from record.archive.segment import make, manifest
from record.archive.segment.manifest import Piece
from record.archive.snapshot import Snapshot
from record.database import alone, told, translated, writing
from record.errors import RecordError
from record.writer import Pen


@dataclass(frozen=True, slots=True)
class Sealed:
    """What became of one period: the file that stands for it now, or why it stays as rows."""

    period: Period
    piece: Piece | None = None
    fault: str | None = None


def due(record: Record, now: datetime) -> list[Period]:
    """The finished periods that have rows which no file holds, oldest first."""
    column = tables.open_period.c
    with record.engine.begin() as connection:
        found = connection.execute(select(column.collection, column.start)).all()
    known = record.network.collections
    periods = [
        period_from(collection, known[collection].interval, start) for collection, start in found if collection in known
    ]
    return sorted((period for period in periods if period.finished(now)), key=lambda period: (period.start, period))


def seal(record: Record, pen: Pen, now: Callable[[], datetime], pause: Callable[[], None]) -> Iterator[Sealed]:
    """Seal what is due, a period at a time; one that cannot be sealed is told and does not stop the rest.

    `pause` is called between the short transactions that drop rows, to let the pen write. What a crash left half done
    is done first. Raises `RecordBusy` where another process seals or rebuilds the record, `RecordError` where the
    record or the place of its files cannot be used at all.
    """
    with told("sealing broke off"), alone(record.engine, "sealing"):
        sweep(record)
        for period in due(record, now()):
            try:
                piece = _seal_period(record, pen, period, now)
                _drop_rows(record, piece, pause)
                yield Sealed(period, piece=piece)
            except RecordError as fault:
                yield Sealed(period, fault=str(fault))
            except SQLAlchemyError as fault:
                yield Sealed(period, fault=str(translated(fault, f"{period.label} was not sealed")))


def sweep(record: Record) -> int:
    """Delete the files that no seal names, left by a crash in their making or before their entry."""
    with record.engine.begin() as connection:
        named = {piece.sha256 for piece, _ in manifest.everything(connection)}
    strange = record.segments.store.names() - named
    for sha256 in strange:
        record.segments.store.drop(sha256)
    record.segments.store.clear()
    return len(strange)


def _seal_period(record: Record, pen: Pen, period: Period, now: Callable[[], datetime]) -> Piece:
    """The file that holds all that is known of the period: the one there is, or a new one."""
    with record.engine.begin() as connection:
        held = manifest.of_period(connection, period)
        if held is not None and not unsealed.since(connection, period, held.size):
            return held
        size = journal.size(connection)
        gathered = make.gather(Snapshot(connection, record.segments, size), period, size, record.network)
    store = record.segments.store
    made = make.write(gathered, period, size, record.network, store.workplace())
    store.put(made.path, made.piece.sha256)
    pen.seal(made.piece, now)
    return made.piece


def _drop_rows(record: Record, piece: Piece, pause: Callable[[], None]) -> None:
    """Drop the rows that the file holds, and note the period as closed unless newer rows are left."""
    with record.engine.begin() as connection:
        stretches = unsealed.stretches(connection, piece.period)
    for stretch in stretches:
        with writing(record.engine) as connection:
            unsealed.drop(connection, piece, stretch)
        pause()
    with writing(record.engine) as connection:
        unsealed.close_if_empty(connection, piece.period)
