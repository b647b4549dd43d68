"""Folding the whole journal anew: the archive is a view, and this makes it again from nothing, its files too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert
from sqlalchemy.exc import SQLAlchemyError

from record import journal, tables
from record import leaf as leaves
from record.archive import unsealed
from record.archive.fold import Fold
from record.archive.record import Record
from record.archive.segment import make, manifest
from record.archive.segment.manifest import Piece
from record.archive.snapshot import Snapshot
from record.check import checked_entries
from record.database import translated, writing
from record.proof import tree

_VIEWS = (
    tables.recent,
    tables.superseded,
    tables.latest,
    tables.refusal,
    tables.node,
    tables.series,
    tables.open_period,
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
    try:
        with writing(record.engine) as connection:
            for _ in checked_entries(connection):
                pass
            for view in _VIEWS:
                connection.execute(delete(view))
            seals = _fold_all(connection, Fold(connection, record.network, record.segments), progress)
            rebuilt = _make_all(connection, record, seals)
    except SQLAlchemyError as fault:
        raise translated(fault, "the archive was not rebuilt") from None
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
        leaf = entry.leaf
        if leaf.kind == leaves.BATCH:
            said = leaves.batch_of(leaf)
            number = folding.numbers(said)
            folding.batch(entry.index, said, number, folding.standing(said, number))
        elif leaf.kind == leaves.REFUSAL:
            folding.refusals(entry.index, leaf.source, leaf.content["refused"])
        elif leaf.kind == leaves.SEAL:
            seals.append((entry.index, manifest.piece_of(leaf.content["segment"])))
        if progress is not None:
            progress(entry.index + 1)
    return seals


def _make_all(connection: Connection, record: Record, seals: Sequence[tuple[int, Piece]]) -> Rebuilt:
    """Make the files of the last seal of each period, and earlier ones that are lost; then let them stand."""
    store, size = record.segments.store, journal.size(connection)
    snapshot = Snapshot(connection, record.segments, size)
    last = {piece.period: piece for _, piece in seals}
    lying = store.names() if seals else set()
    same: set[str] = set()
    for _, piece in seals:
        if piece == last[piece.period] or piece.sha256 not in lying:
            found = make.gather(snapshot, piece.period, piece.size, record.network)
            made = make.write(found, piece.period, piece.size, record.network, store.workplace())
            if made.piece == piece:
                store.put(made.path, piece.sha256)
                same.add(piece.sha256)
            else:
                made.path.unlink()
    for entry, piece in seals:
        manifest.fold(connection, entry, piece)
    other = [(entry, piece) for entry, piece in seals if piece == last[piece.period] and piece.sha256 not in same]
    for entry, piece in other:
        manifest.replace(connection, piece.period, entry)
    for piece in last.values():
        if piece.sha256 in same:
            unsealed.drop(connection, piece, [number for number, _ in unsealed.held(connection, piece)])
            unsealed.close_if_empty(connection, piece.period)
    return Rebuilt(entries=size, segments=len(same), unsealed=tuple(piece.period.label for _, piece in other))
