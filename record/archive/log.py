"""The journal as a public log: its last checkpoint, its tiles and entries, and the proof of one entry."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, select

from record import journal, tables
from record.archive.record import Record
from record.database import told
from record.errors import ProofError, RecordDamaged, UnknownName
from record.proof import checkpoint, note, tiles, tree
from record.proof.inclusion import Proof

Answer = TypeVar("Answer")


class Log:
    """Reads what a witness, a mirror or anyone else needs to check the journal; safe to share between threads."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def checkpoint(self) -> bytes:
        """The last signed note; raises `UnknownName` where none was signed yet."""
        return self._ask(_last_checkpoint)

    def tile(self, level: int | None, number: int, width: int) -> bytes:
        """The bytes of a tile, or of a bundle of entries where `level` is None.

        Raises `UnknownName` for one that the last checkpoint does not need.
        """

        def answer(connection: Connection) -> bytes:
            size = _size(_last_checkpoint(connection))
            if width > tiles.width_at(level, number, size):
                raise UnknownName(f"{tiles.path(level, number, width)} is not there yet: the log has {size} entries")
            if level is not None:
                return tiles.tile(level, number, width, lambda *at: journal.stored_node(connection, *at))
            first = number * tiles.WIDTH
            return tiles.bundle([entry.raw for entry in journal.entries(connection, first, first + width)])

        return self._ask(answer)

    def proof(self, index: int) -> Proof:
        """The proof that entry `index` is in the journal, with the entry's bytes as its `extra`.

        Raises `UnknownName` for an entry that no checkpoint covers yet.
        """

        def answer(connection: Connection) -> Proof:
            signed = _last_checkpoint(connection)
            size = _size(signed)
            if not 0 <= index < size:
                raise UnknownName(
                    f"entry {index} is under no checkpoint yet, which cover {size} entries: ask again later"
                )
            hashes = tree.inclusion(index, size, lambda *at: journal.stored_node(connection, *at))
            return Proof(index, tuple(hashes), signed, journal.entry_at(connection, index).raw)

        return self._ask(answer)

    def _ask(self, question: Callable[[Connection], Answer]) -> Answer:
        with told("the journal cannot be read"), self._record.engine.begin() as connection:
            return question(connection)


def _last_checkpoint(connection: Connection) -> bytes:
    column = tables.checkpoint.c
    found = connection.execute(select(column.note).order_by(column.size.desc()).limit(1)).scalar()
    if found is None:
        raise UnknownName("no checkpoint was signed yet: ask again in some minutes")
    return bytes(found)


def _size(signed: bytes) -> int:
    try:
        return checkpoint.parse(note.parse(signed).text).size
    except ProofError as fault:
        raise RecordDamaged(f"the last checkpoint cannot be read: {fault}; run `arna doctor`") from None
