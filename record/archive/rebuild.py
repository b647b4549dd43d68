"""Folding the whole journal anew: the archive is a view, and this makes it again from nothing, its files too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from record import journal, tables
from record.archive import unsealed
from record.archive.fold import Fold
from record.archive.record import Record
from record.archive.segment import make, manifest
from record.archive.segment.manifest import Piece
from record.archive.snapshot import Snapshot
from record.check import checked_entries
from record.database import alone, told, writing
from record.errors import RecordError
from record.proof import tree

_VIEWS = (
    tables.recent,
    tables.superseded,
    tables.latest,
    tables.refusal,
    tables.review,
    tables.issued,
    tables.node,
    tables.series,
    tables.open_period,
    tables.network_step,
    tables.segment,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """How many entries were folded, how many files made anew, and the periods that another sealing must seal again."""

    entries: int
    segments: int
    unsealed: tuple[str, ...]


def rebuild(record: Record, progress: Callable[[int], None] | None = None) -> Rebuilt:
    """Delete every view and fold it again from the entries, in one transaction; make the sealed files again too.

    A file is made from the entries on which its seal rests. Where its bytes come out otherwise than they were sealed,
    by another version of the netCDF library or another description of its stations, its readings stay rows until the
    next sealing. `progress`, where given, is told how many entries are done. Raises `RecordDamaged` where an entry's
    bytes do not match its hash.
    """
    record.segments.forget()
    engine = record.engine
    with told("the archive was not rebuilt"), alone(engine, "rebuilding"), writing(engine) as connection:
        for _ in checked_entries(connection):
            pass
        known = tables.series.c
        number = {row.id: row.no for row in connection.execute(select(known.id, known.no))}
        for view in _VIEWS:
            connection.execute(delete(view))
        folding = Fold(connection, record.network, record.segments)
        folding.register_again(number)
        seals = _fold_all(connection, folding, progress)
        rebuilt = _make_all(connection, record, seals)
    record.segments.forget()
    return rebuilt


def _fold_all(connection: Connection, folding: Fold, progress: Callable[[int], None] | None) -> list[tuple[int, Piece]]:
    """Fold every entry into rows; return the seals with their entries, to be folded when their files are made."""
    seals: list[tuple[int, Piece]] = []
    nodes: dict[tuple[int, int], bytes] = {}
    for entry in journal.entries(connection):
        complete = tree.grown(entry.index, entry.hash, lambda level, place: nodes[level, place])
        nodes.update({(level, place): top for level, place, top in complete})
        rows = [{"level": level, "idx": place, "hash": top} for level, place, top in complete]
        connection.execute(insert(tables.node), rows)
        piece = folding.entry(entry.index, entry.leaf)
        if piece is not None:
            seals.append((entry.index, piece))
        if progress is not None:
            progress(entry.index + 1)
    return seals


def _make_all(connection: Connection, record: Record, seals: Sequence[tuple[int, Piece]]) -> Rebuilt:
    """Make the files of the last seal of each period, and earlier ones that are lost; then let them stand."""
    size = journal.size(connection)
    last = {piece.period: (entry, piece) for entry, piece in seals}
    standing = [piece for _, piece in last.values()]
    lying = record.segments.store.names() if seals else set()
    snapshot = Snapshot(connection, record.segments, size)
    wanted = [piece for _, piece in seals if piece in standing or piece.sha256 not in lying]
    same = {piece.sha256 for piece in wanted if make_again(snapshot, record, piece)}
    for entry, piece in seals:
        manifest.fold(connection, entry, piece)
    other = [(entry, piece) for entry, piece in last.values() if piece.sha256 not in same]
    for entry, piece in other:
        manifest.replace(connection, piece.period, entry)
    for piece in standing:
        if piece.sha256 in same:
            drop_rows(connection, piece)
    return Rebuilt(entries=size, segments=len(same), unsealed=tuple(piece.period.label for _, piece in other))


def make_again(snapshot: Snapshot, record: Record, piece: Piece) -> bool:
    """Make the file of a seal from rows, and keep it where it came out as it was sealed; whether it did."""
    store = record.segments.store
    if piece.period.collection not in record.network.collections:
        return False
    try:
        found = make.gather(snapshot, piece.period, piece.size, record.network)
    except RecordError:
        return False
    made = make.write(found, piece.period, piece.size, record.network, store.workplace())
    if made.piece == piece:
        store.put(made.path, piece.sha256)
        return True
    made.path.unlink()
    return False


def drop_rows(connection: Connection, piece: Piece) -> None:
    """Drop the rows that the file of a seal holds, and close its period where none is left."""
    for stretch in unsealed.stretches(connection, piece.period):
        unsealed.drop(connection, piece, stretch)
    unsealed.close_if_empty(connection, piece.period)
