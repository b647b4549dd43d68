"""The journal as a public log: its checkpoints, its tiles and entries, and the proof of one entry."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from record import force, journal, tables
from record import leaf as leaves
from record.archive import alarms, issued, standing
from record.archive.alarms import Alarm
from record.archive.issued import IssuedReport
from record.archive.record import Record
from record.archive.segment import manifest
from record.archive.segment.manifest import Piece
from record.archive.standing import Final, Standing
from record.database import told
from record.entry import Receipt
from record.errors import UnknownName
from record.force import Proposal
from record.leaf import parse_time
from record.network.key import Role
from record.proof import canonical, policy, tiles, tree, witness
from record.proof.inclusion import Proof
from record.proof.policy import Policy

Answer = TypeVar("Answer")


class Log:
    """Reads what a witness, a mirror or anyone else needs to check the journal; safe to share between threads."""

    def __init__(self, record: Record) -> None:
        self._record = record

    @property
    def policy(self) -> Policy | None:
        """When a checkpoint is final; None for a trial, in which nobody has declared a key."""
        return self._record.network.policy

    def policy_text(self) -> str | None:
        """The policy as a file, with the keys of all gateways in comments, by which `verify.py` checks entries too."""
        if self.policy is None:
            return None
        gateways = self._ask(lambda connection: force.declared_keys(connection, Role.GATEWAY))
        now = [key.verifier for key in self._record.network.keys_of(Role.GATEWAY)]
        known = dict.fromkeys([*gateways, *now])
        return policy.write(self.policy) + "".join(f"# gateway {key.vkey}\n" for key in known)

    @property
    def origin(self) -> str:
        """The name of the record."""
        return self._record.network.origin

    def root(self, size: int) -> bytes:
        """The root of the first `size` entries."""
        return self._ask(lambda connection: journal.root(connection, size))

    def checkpoint(self) -> bytes:
        """The newest signed note, with the cosignatures that it has; raises `UnknownName` where none was signed yet."""
        return self._ask(lambda connection: _note(connection, _newest(connection)))

    def final(self) -> bytes:
        """The newest note that the policy holds final; raises `UnknownName` where there is none."""

        def answer(connection: Connection) -> bytes:
            size = 0 if self.policy is None else standing.final_size(connection, self.policy)
            if not size:
                raise UnknownName("no checkpoint bears the signatures of both parties yet: see /log/standing")
            return _note(connection, size)

        return self._ask(answer)

    def finals(self, most: int, below: int | None = None, at_least: int = 0) -> list[Final]:
        """The final checkpoints of `at_least` and fewer than `below` entries, the newest first, no more than `most`."""
        if self.policy is None:
            return []
        policy = self.policy
        return self._ask(lambda connection: standing.finals(connection, policy, most, below, at_least))

    def final_of(self, size: int) -> Final:
        """The final checkpoint of exactly so many entries; raises `UnknownName` where there is none."""
        found = self.finals(1, size + 1, size)
        if not found:
            raise UnknownName(f"no checkpoint of {size} entries bears the signatures of both parties")
        return found[0]

    def standing(self) -> Standing:
        """Up to which entry the parties have signed, and for whom the rest waits."""
        return self._ask(lambda connection: standing.standing(connection, self.policy))

    def tile(self, level: int | None, number: int, width: int) -> bytes:
        """The bytes of a tile, or of a bundle of entries where `level` is None.

        Raises `UnknownName` for one that the last checkpoint does not need.
        """

        def answer(connection: Connection) -> bytes:
            size = _newest(connection)
            if width > tiles.width_at(level, number, size):
                raise UnknownName(f"{tiles.path(level, number, width)} is not there yet: the log has {size} entries")
            if level is not None:
                return tiles.tile(level, number, width, lambda *at: journal.stored_node(connection, *at))
            first = number * tiles.WIDTH
            return tiles.bundle([entry.raw for entry in journal.entries(connection, first, first + width)])

        return self._ask(answer)

    def proof(self, index: int) -> Proof:
        """The proof that entry `index` is in the journal, with the entry's bytes as its `extra`.

        Under the newest final checkpoint, or where that does not cover the entry under the newest that the log signed.
        Raises `UnknownName` for an entry that no checkpoint covers yet.
        """

        def answer(connection: Connection) -> Proof:
            final = 0 if self.policy is None else standing.final_size(connection, self.policy, index)
            size = final if index < final else _newest(connection)
            if not 0 <= index < size:
                raise UnknownName(
                    f"entry {index} is under no checkpoint yet, which cover {size} entries: ask again later"
                )
            hashes = tree.inclusion(index, size, lambda *at: journal.stored_node(connection, *at))
            return Proof(index, tuple(hashes), _note(connection, size), journal.entry_at(connection, index).raw)

        return self._ask(answer)

    def first_proof(self, index: int) -> tuple[Proof, bool] | None:
        """The proof of an entry under the first final checkpoint that covers it, and whether that stays as it is.

        It bears the cosignatures of the policy's own witnesses alone, and stays the same from when a later checkpoint
        was signed, until one of them takes another key: of the newest one a witness may say again when it saw it.
        None before both parties have signed.
        """

        def answer(connection: Connection) -> tuple[Proof, bool] | None:
            size = None if self.policy is None else standing.first_final(connection, self.policy, index)
            if self.policy is None or size is None:
                return None
            hashes = tree.inclusion(index, size, lambda *at: journal.stored_node(connection, *at))
            witnesses = [one.verifier.key for one in self.policy.witnesses.values()]
            signed = _note(connection, size, witnesses)
            proof = Proof(index, tuple(hashes), signed, journal.entry_at(connection, index).raw)
            return proof, size < _newest(connection)

        return self._ask(answer)

    def request(self, old: int) -> tuple[int, bytes]:
        """What to ask a witness that last signed `old` entries: the newest size, and the body of the request.

        Raises `UnknownName` where nothing was signed yet or less than that.
        """

        def answer(connection: Connection) -> tuple[int, bytes]:
            size = _newest(connection)
            if old > size:
                raise UnknownName(f"a witness has signed {old} entries and the log holds {size}")
            proof = tree.consistency(old, size, lambda *at: journal.stored_node(connection, *at)) if old else []
            signed = _note(connection, size, ())
            return size, witness.encode(witness.Request(old, tuple(proof), signed))

        return self._ask(answer)

    def receipt(self, sha256: str) -> Receipt:
        """The original bytes with that hash; raises `UnknownName` where nobody sent them."""

        def answer(connection: Connection) -> Receipt:
            kept, link = tables.receipt.c, tables.entry_receipt.c
            found = connection.execute(select(kept.media, kept.body).where(kept.sha256 == sha256)).first()
            entry = connection.execute(select(func.min(link.entry)).where(link.sha256 == sha256)).scalar()
            if found is None or entry is None:
                raise UnknownName(f"no receipt has the hash {sha256[:64]}: an entry names those it rests on in raw")
            leaf = journal.entry_at(connection, entry).leaf
            received = parse_time(leaf.content["received"])
            return Receipt(
                source=leaf.source, name=sha256, media=found.media, received=received, body=bytes(found.body)
            )

        return self._ask(answer)

    def receipts_of(self, entry: int) -> list[Receipt]:
        """The original bytes that an entry rests on, each as it came to the entry's source."""

        def answer(connection: Connection) -> list[Receipt]:
            leaf = journal.entry_at(connection, entry).leaf
            received, found = parse_time(leaf.content["received"]), []
            for raw in leaf.content["raw"]:
                body = journal.receipt_body(connection, raw["sha256"])
                if body is not None:
                    found.append(
                        Receipt(
                            source=leaf.source, name=raw["sha256"], media=raw["media"], received=received, body=body
                        )
                    )
            return found

        return self._ask(answer)

    def grounds_of(self, entry: int) -> Any:
        """On what an entry of computed values or of flags judged anew rests, as its receipt states it; None for others.

        Rule, declared facts by their hash, and inputs by the entries that said them: text, counts, lists and tables.
        """
        for receipt in self.receipts_of(entry):
            if receipt.source in (leaves.DERIVED, leaves.QUALITY):
                return canonical.decode(receipt.body)
        return None

    def reports(self, kind: str, day: str, last: str | None = None) -> list[IssuedReport]:
        """Both parts of the reports of that kind and day, or of the days up to `last`, the first issued first."""
        return self._ask(lambda connection: issued.reports(connection, kind, day, last))

    def latest_reports(self, kind: str, most: int, before: str | None = None) -> list[IssuedReport]:
        """The copies of the reports of that kind, every revision, newest day first; of days before one if given."""
        return self._ask(lambda connection: issued.latest(connection, kind, most, before))

    def newest_report(self, kind: str) -> int:
        """The last entry of any report of that kind: what is told of these follows from it; -1 where there is none."""
        return self._ask(lambda connection: issued.newest(connection, kind))

    def form(self, sha256: str) -> bytes:
        """The bytes of an issued form; raises `UnknownName`."""
        return self._ask(lambda connection: issued.body(connection, sha256))

    def sealing(self, sha256: str) -> int:
        """The entry that sealed a file; raises `UnknownName`."""
        return self._ask(lambda connection: issued.sealing(connection, sha256))

    def segments(self) -> list[Piece]:
        """The files that stand for their periods."""
        pieces = self._ask(lambda connection: list(manifest.everything(connection)))
        return [piece for piece, stands in pieces if stands]

    def sealed_until(self, collection: str) -> int | None:
        """The end of the last period of a collection that is sealed, in seconds since 1970; None where none is."""
        return self._ask(lambda connection: manifest.sealed_until(connection, collection))

    def segment(self, sha256: str) -> Path:
        """A local copy of a sealed file; raises `UnknownName` where no seal names it."""
        self.sealing(sha256)
        return self._record.segments.store.fetch(sha256)

    def piece(self, sha256: str) -> Piece | None:
        """What a sealed file is, standing or replaced by a later one; None where no seal names it."""
        pieces = self._ask(lambda connection: list(manifest.everything(connection)))
        return next((piece for piece, _ in pieces if piece.sha256 == sha256), None)

    def within(self, piece: Piece, spans: Sequence[tuple[int, int]]) -> list[tuple[str, str, int, int]] | None:
        """Whose values lie whole in spans of the bytes of a file: station, quantity, first and last time.

        The spans, first <= byte < end, rise and do not touch. None where that is all that the file holds. Raises
        `RecordDamaged` or `RecordError` where the file is not as it was sealed.
        """
        return self._record.segments.open(piece).within(spans)

    def alarms(self) -> list[Alarm]:
        """What anyone found that must not be."""
        return self._ask(alarms.raised)

    def version_in_force(self) -> str | None:
        """The version of the network that the journal says to be in force; None before the first."""
        return self._ask(force.version_in_force)

    def proposal(self) -> Proposal | None:
        """The version of the network that waits for approvals."""
        return self._ask(force.pending)

    def _ask(self, question: Callable[[Connection], Answer]) -> Answer:
        with told("the journal cannot be read"), self._record.engine.begin() as connection:
            return question(connection)


def _newest(connection: Connection) -> int:
    """The size of the newest checkpoint."""
    size = connection.execute(select(func.max(tables.checkpoint.c.size))).scalar()
    if size is None:
        raise UnknownName("no checkpoint was signed yet: ask again in some minutes")
    return int(size)


def _note(connection: Connection, size: int, witnesses: Collection[str] | None = None) -> bytes:
    """The note of a checkpoint, with the lines of the witnesses that signed it, or of these keys alone."""
    kept, mark = tables.checkpoint.c, tables.cosignature.c
    signed = connection.execute(select(kept.note).where(kept.size == size)).scalar_one()
    lines = select(mark.line).where(mark.size == size).order_by(mark.name)
    if witnesses is not None:
        lines = lines.where(mark.name.in_(witnesses))
    return b"".join([bytes(signed), *map(bytes, connection.execute(lines).scalars())])
