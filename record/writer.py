"""The pen: the one place that writes the record.

One call, one transaction: the receipt's bytes, its entries with their Merkle hashes, the rows that questions read and
the source's cursor stand together or not at all. So a crash loses nothing that was acknowledged, and no reader ever
sees half a batch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Connection, insert, select

from record import force, journal, tables
from record import leaf as leaves
from record.archive import Archive, alarms, standing
from record.archive.fold import Fold
from record.archive.record import Record
from record.archive.rows import NOBODY, Rows
from record.archive.segment import manifest
from record.archive.segment.manifest import Piece
from record.batch import Batch
from record.database import told, writing
from record.entry import Observation, Receipt, Refusal
from record.errors import ProofError, RecordError
from record.leaf import Earlier, Envelope, Leaf
from record.network import Network
from record.portion import batches, halves, refused
from record.proof import note, tiles
from record.proof.checkpoint import Checkpoint
from record.proof.keys import Signer
from record.quantities import quantity_of
from record.repeat import Fresh, drop_refused, drop_repeated, not_overruled, not_overtaken, not_standing
from record.spoken import spoken

Moment = datetime | Callable[[], datetime]
_CORRECTED = "a later message says otherwise"
_NETWORK_SOURCE = "config"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What a receipt became: indexes of its entries, rows and refusals written, and whether it was a repetition."""

    entries: tuple[int, ...]
    rows: int
    refusals: int
    repeated: bool


class Pen:
    """Writes entries signed by `gateway` and checkpoints signed by `log`; all keys are the holder's own.

    While the key of the log is being changed, the `earlier` one signs beside it for those who know it alone.
    """

    def __init__(self, record: Record, *, gateway: Signer, log: Signer, earlier: Signer | None = None) -> None:
        self._record = record
        self._engine = record.engine
        self._network = record.network
        self._gateway = gateway
        self._log = [log] if earlier is None else [log, earlier]
        self.archive = Archive(record)
        """What the record holds, for whoever must know it to say what is to be written."""

    def append(
        self,
        receipt: Receipt,
        observations: Batch | Sequence[Observation],
        refusals: Sequence[Refusal],
        now: Moment,
        cursor: str | None = None,
        reason: str = _CORRECTED,
        *,
        again: bool = False,
        late: bool = False,
        instead_of: np.ndarray | None = None,
    ) -> Appended:
        """Write what `receipt` says; what the same receipt said before is recognised and changes nothing.

        `observations` of declared series, as columns where there are many. Where the source was asked `again` for what
        it had told before, what it still says alike is not written once more, nor refused. Of a message that is read
        `late`, long after it came, nothing is written in whose place something stands that came since. Of what was
        worked out from other readings, `instead_of` (int64) is the entry that stood at the place of each row then, -1
        for none: where another stands by now the row is left out.

        `now` is when the journal takes it: a moment, or a clock that is read when the turn to write has come, so that
        nothing is entered before a moment as of which someone was answered meanwhile. Should the clock have been set
        back, the last entry's time stands instead.
        `reason` is given for rows that supersede earlier ones. Raises `RecordError`.
        """
        said = observations if isinstance(observations, Batch) else Batch.of(observations)
        if instead_of is not None and len(instead_of) != len(said):
            raise ValueError("in whose place something is written must be told for each row")

        def write(connection: Connection) -> Appended:
            force.refuse_unless_in_force(connection, self._network)
            due = said if instead_of is None else said.only(self._still(connection, said, instead_of))
            fresh = drop_repeated(connection, receipt, due, refusals)
            amends = instead_of is not None or receipt.source.startswith(leaves.AMENDMENTS)
            if len(fresh.said) and not amends and (again or late or journal.is_amended(connection)):
                fresh = self._without_standing(connection, receipt, fresh, again=again, late=late)
            if again:
                fresh = replace(fresh, refusals=drop_refused(connection, receipt.source, fresh.refusals))
            _move_cursor(connection, receipt.source, cursor)
            if fresh.repeated:
                return Appended(entries=(), rows=0, refusals=0, repeated=True)
            _keep_bytes(connection, receipt)
            entries = [*self._write_batches(connection, receipt, fresh.said, now, reason)]
            entries += self._write_refusals(connection, receipt, fresh.refusals, now)
            return Appended(entries=tuple(entries), rows=len(fresh.said), refusals=len(fresh.refusals), repeated=False)

        return self._in_one_transaction(write, f"the message {receipt.name} of source {receipt.source}")

    def declare(self, now: Moment) -> int | None:
        """Enter the declared network when it differs from the one in force; return the entry's index or None.

        Where it, or the one in force, names approvers it is entered as a proposal, once; a trial comes into force.
        """

        def write(connection: Connection) -> int | None:
            declared, held = self._record.declared, force.in_force(connection)
            if force.version_in_force(connection) == declared.version:
                return None
            if not force.needed(held, declared):
                return self._write_version(connection, leaves.NETWORK, declared, now)
            waiting = force.pending(connection)
            if waiting is not None and waiting.network.version == declared.version:
                return None
            return self._write_version(connection, leaves.PROPOSAL, declared, now)

        return self._in_one_transaction(write, "the declared network")

    def approve(self, approval: bytes, now: Moment) -> tuple[int, ...]:
        """Enter a party's approval of the proposal that waits, and with the last one the version that it approves.

        Returns the indexes of the new entries; none for an approval given before. Raises `ProofError` where it is not
        an approval of that proposal by a key whose approval it needs.
        """

        def write(connection: Connection) -> tuple[int, ...]:
            waiting = force.pending(connection)
            if waiting is None:
                raise ProofError("an approval came and no proposal waits for any")
            signer = waiting.approver(approval)
            if signer in waiting.approved:
                return ()
            fields = {
                "version": waiting.network.version,
                "proposal": {"index": waiting.entry, "leaf": waiting.hash.hex()},
                "approval": note.only(approval, waiting.needed[signer]).decode(),
            }
            entry = self._write_other(connection, leaves.APPROVAL, _NETWORK_SOURCE, [], fields, now)
            if set(waiting.lacking) != {signer}:
                return (entry,)
            return entry, self._write_version(connection, leaves.NETWORK, waiting.network, now)

        return self._in_one_transaction(write, "the approval")

    def issue(self, report: Mapping[str, Any], forms: Sequence[Receipt], now: Moment) -> int:
        """Enter an issued report: its content of text and counts, and the bytes of its forms; return the index."""

        def write(connection: Connection) -> int:
            for form in forms:
                _keep_bytes(connection, form)
            return self._write_other(connection, leaves.REPORT, leaves.REPORTS, forms, {"report": dict(report)}, now)

        return self._in_one_transaction(write, "the issued report")

    def checkpoint(self, now: Moment) -> bytes:
        """Sign the present size and root, keep the note, and return its bytes; the same size is signed once."""

        def write(connection: Connection) -> bytes:
            size = journal.size(connection)
            kept = connection.execute(select(tables.checkpoint.c.note).where(tables.checkpoint.c.size == size)).scalar()
            if kept is not None:
                return bytes(kept)
            said = Checkpoint(self._network.origin, size, journal.root(connection, size))
            signed = note.sign(said.text, self._log)
            row = {"size": size, "issued": int(_read(now).timestamp()), "note": signed}
            connection.execute(insert(tables.checkpoint), row)
            return signed

        return self._in_one_transaction(write, "the checkpoint")

    def cosign(self, size: int, lines: bytes, now: Moment) -> tuple[str, ...]:
        """Keep what witnesses signed of the checkpoint of `size` entries; return name and id of their keys.

        Lines of unknown keys are passed over. Raises `ProofError` where a signature is wrong, or of a time to come.
        """
        policy = self._network.policy
        known = [] if policy is None else [one.verifier for one in policy.witnesses.values()]

        def write(connection: Connection) -> tuple[str, ...]:
            kept = connection.execute(select(tables.checkpoint.c.note).where(tables.checkpoint.c.size == size)).scalar()
            if kept is None:
                raise ProofError(f"a cosignature came for {size} entries, of which there is no checkpoint")
            text = note.parse(bytes(kept)).text
            marks = note.marks(text, lines, known, int((_read(now) + standing.CLOCKS_APART).timestamp()))
            standing.keep_marks(connection, size, marks)
            return tuple(mark.key for mark in marks)

        return self._in_one_transaction(write, "the cosignature")

    def alarm(self, kind: str, said: str, evidence: bytes, now: Moment) -> None:
        """Keep what must not be: a fork, a wrong signature, a value that the journal does not say; the same once."""

        def write(connection: Connection) -> None:
            alarms.raise_alarm(connection, kind, said, evidence, _read(now))

        self._in_one_transaction(write, "the alarm")

    def seal(self, piece: Piece, now: Moment) -> int:
        """Let a sealed file stand for its period, as of `piece.size` entries; return the index of the seal's entry."""

        def write(connection: Connection) -> int:
            index = self._write_other(connection, leaves.SEAL, "seals", [], {"segment": piece.content()}, now)
            manifest.fold(connection, index, piece)
            return index

        return self._in_one_transaction(write, f"the seal of {piece.period.label}")

    def cursor(self, source: str) -> str | None:
        """How far the source was read, in its own words; None before the first time."""
        with told(f"the cursor of source {source} cannot be read"), self._engine.connect() as connection:
            found = connection.execute(select(tables.cursor.c.value).where(tables.cursor.c.source == source)).scalar()
            return None if found is None else str(found)

    def pass_over(self, source: str, cursor: str) -> None:
        """Move the cursor of a source past what it holds and what is no message of ours."""

        def write(connection: Connection) -> None:
            _move_cursor(connection, source, cursor)

        self._in_one_transaction(write, f"the cursor of source {source}")

    def _in_one_transaction(self, write: Callable[[Connection], Result], what: str) -> Result:
        with told(f"{what} was not entered"), writing(self._engine) as connection:
            return write(connection)

    def _still(self, connection: Connection, said: Batch, entry: np.ndarray) -> np.ndarray:
        """Of each row (bool), whether what stands at its place was said by that entry."""
        folding = self._folding(connection)
        still: np.ndarray = folding.standing(said, folding.registered(said)).entry == entry
        return still

    def _without_standing(
        self, connection: Connection, receipt: Receipt, fresh: Fresh, *, again: bool, late: bool
    ) -> Fresh:
        folding, said = self._folding(connection), fresh.said
        stands = folding.standing(said, folding.registered(said))
        before = spoken(connection, stands.entry, stands.position)
        if late:
            return replace(fresh, said=said.only(not_overtaken(connection, receipt.received, before[0])))
        places = (connection, receipt.source, said, *before)
        kept = not_overruled(*places, by="" if again else leaves.AMENDMENTS)
        return replace(fresh, said=said.only(kept & not_standing(*places) if again else kept))

    def _write_batches(
        self, connection: Connection, receipt: Receipt, said: Batch, now: Moment, reason: str
    ) -> list[int]:
        if not len(said):
            return []
        folding = self._folding(connection)
        register = folding.registered(said)
        units = {name: quantity_of(self._network.series[name].quantity).unit for name in said.series}
        tail, waiting, indexes = journal.tail(connection), list(batches(said))[::-1], list[int]()
        while waiting:
            portion = waiting.pop()
            before = folding.standing(portion, register)
            earlier = _earlier(connection, before)
            leaf = leaves.batch(self._envelope(tail, receipt.source, [receipt], now), portion, units, earlier, reason)
            raw = leaves.encode(leaf, self._gateway)
            if len(raw) > leaves.MAX_BYTES and len(portion) > 1:
                waiting += halves(portion)[::-1]
                continue
            indexes.append(self._enter(tail, leaf, raw, [receipt]))
            folding.batch(indexes[-1], portion, register, before)
        return indexes

    def _write_refusals(
        self, connection: Connection, receipt: Receipt, refusals: Sequence[Refusal], now: Moment
    ) -> list[int]:
        indexes = []
        for content in refused(refusals):
            tail = journal.tail(connection)
            envelope = self._envelope(tail, receipt.source, [receipt], now)
            leaf = leaves.other(leaves.REFUSAL, envelope, {"refused": content})
            index = self._enter(tail, leaf, leaves.encode(leaf, self._gateway), [receipt])
            self._folding(connection).refusals(index, receipt.source, content)
            indexes.append(index)
        return indexes

    def _write_version(self, connection: Connection, kind: str, network: Network, now: Moment) -> int:
        moment = _read(now)
        receipts = [
            Receipt(source=_NETWORK_SOURCE, name=name, media="application/toml", received=moment, body=body)
            for name, body in sorted(network.files.items())
        ]
        for receipt in receipts:
            _keep_bytes(connection, receipt)
        fields = force.content_of(network, {receipt.name: receipt.sha256 for receipt in receipts})
        return self._write_other(connection, kind, _NETWORK_SOURCE, receipts, fields, now)

    def _write_other(
        self,
        connection: Connection,
        kind: str,
        source: str,
        receipts: Sequence[Receipt],
        fields: Mapping[str, Any],
        now: Moment,
    ) -> int:
        if kind not in force.STEPS:
            force.refuse_unless_in_force(connection, self._network)
        tail = journal.tail(connection)
        leaf = leaves.other(kind, self._envelope(tail, source, receipts, now), fields)
        index = self._enter(tail, leaf, leaves.encode(leaf, self._gateway), receipts)
        force.fold(connection, index, leaf)
        return index

    def _enter(self, tail: journal.Tail, leaf: Leaf, raw: bytes, receipts: Sequence[Receipt]) -> int:
        if len(raw) > tiles.MAX_ENTRY_BYTES:
            raise RecordError(
                f"an entry of {len(raw)} bytes for source {leaf.source} is too long, at most {tiles.MAX_ENTRY_BYTES}: "
                "look for a value with very many digits, or a list that grew too long"
            )
        index = tail.append(leaf, raw)
        tail.keep(index, [receipt.sha256 for receipt in receipts])
        return index

    def _envelope(self, tail: journal.Tail, source: str, receipts: Sequence[Receipt], now: Moment) -> Envelope:
        seq, prev = tail.chain(source)
        moment = _read(now)
        return Envelope(
            log=self._network.origin,
            source=source,
            seq=seq,
            prev=prev,
            received=receipts[0].received if receipts else moment,
            entered=max(moment, tail.entered),
            raw=tuple((receipt.sha256, len(receipt.body), receipt.media) for receipt in receipts),
        )

    def _folding(self, connection: Connection) -> Fold:
        return Fold(connection, self._network, self._record.segments)


def _read(now: Moment) -> datetime:
    return now() if callable(now) else now


def _earlier(connection: Connection, before: Rows) -> Earlier:
    """What each row will supersede, with the leaf hash of the entries that said it."""
    wanted = np.unique(before.entry[before.entry != NOBODY]).tolist()
    hashes: dict[int, str] = {}
    if wanted:
        entry = tables.entry.c
        found = connection.execute(select(entry.idx, entry.hash).where(entry.idx.in_(wanted)))
        hashes = {row.idx: bytes(row.hash).hex() for row in found}
    return Earlier(entry=before.entry, row=before.position, hashes=hashes)


def _keep_bytes(connection: Connection, receipt: Receipt) -> None:
    held = select(tables.receipt.c.sha256).where(tables.receipt.c.sha256 == receipt.sha256)
    if connection.execute(held).scalar() is None:
        row = {"sha256": receipt.sha256, "media": receipt.media, "body": receipt.body}
        connection.execute(insert(tables.receipt), row)


def _move_cursor(connection: Connection, source: str, cursor: str | None) -> None:
    if cursor is not None:
        connection.execute(tables.cursor.delete().where(tables.cursor.c.source == source))
        connection.execute(insert(tables.cursor), {"source": source, "value": cursor})
