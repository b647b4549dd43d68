"""The pen: the one place that writes the record.

One call, one transaction: the receipt's bytes, its entries with their Merkle hashes, the rows that questions read and
the source's cursor stand together or not at all. So a crash loses nothing that was acknowledged, and no reader ever
sees half a batch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Connection, insert, select

from record import force, issued, journal, tables
from record import leaf as leaves
from record.archive import Archive, alarms, standing
from record.archive.record import Record
from record.archive.segment import manifest
from record.archive.segment.manifest import Piece
from record.batch import Batch
from record.database import told, writing
from record.entering import Entering, Moment, read
from record.entry import Observation, Receipt, Refusal
from record.errors import ConfigError, ProofError, RecordBusy
from record.proof import note
from record.proof.checkpoint import Checkpoint
from record.proof.keys import Signer
from record.repeat import (
    TAKES_BACK,
    Fresh,
    drop_refused,
    drop_repeated,
    not_overruled,
    not_overtaken,
    not_standing,
)
from record.review import Review
from record.spoken import spoken

_CORRECTED = "a later message says otherwise"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What a receipt became: indexes of its entries, rows and refusals written, and whether it was a repetition.

    `left_out` are those of the refusals that the record itself made; `overtaken` is how many rows were not written as
    another entry stood in their place than the one that they were worked out instead of.
    """

    entries: tuple[int, ...]
    rows: int
    refusals: int
    repeated: bool
    left_out: tuple[Refusal, ...] = ()
    overtaken: int = 0


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

        A row that says "missing" never takes the place of a value, unless it amends, is computed, or the sender had
        called that value bad: it is left out and refused, once.

        `now` is when the journal takes it: a moment, or a clock that is read when the turn to write has come, so that
        nothing is entered before a moment as of which someone was answered meanwhile. Should the clock have been set
        back, the last entry's time stands instead.
        `reason` is given for rows that supersede earlier ones. Raises `RecordError`.
        """
        said = observations if isinstance(observations, Batch) else Batch.of(observations)
        if instead_of is not None and len(instead_of) != len(said):
            raise ValueError("in whose place something is written must be told for each row")
        overrules = instead_of is not None or receipt.source.startswith((leaves.AMENDMENTS, leaves.DERIVED))

        def write(connection: Connection) -> Appended:
            force.refuse_unless_in_force(connection, self._network)
            entering = self._entering(connection, now)
            due = said if instead_of is None else said.only(entering.standing(said).entry == instead_of)
            fresh = drop_repeated(connection, receipt, due, refusals)
            if len(fresh.said) and not overrules and (again or late or journal.is_amended(connection)):
                fresh = _without_standing(entering, connection, receipt, fresh, again=again, late=late)
            if again:
                fresh = replace(fresh, refusals=drop_refused(connection, receipt.source, fresh.refusals))
            _move_cursor(connection, receipt.source, cursor)
            written = entering.batch(receipt, fresh.said, reason, may_take_back=overrules)
            left_out = drop_refused(connection, receipt.source, written.left_out, reason=TAKES_BACK)
            entries = [*written.entries, *entering.refusals(receipt, [*fresh.refusals, *left_out])]
            return Appended(
                entries=tuple(entries),
                rows=written.rows,
                refusals=len(fresh.refusals) + len(left_out),
                repeated=not entries,
                left_out=tuple(left_out),
                overtaken=len(said) - len(due),
            )

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
                return self._entering(connection, now).version(leaves.NETWORK, declared)
            waiting = force.pending(connection)
            if waiting is not None and waiting.network.version == declared.version:
                return None
            return self._entering(connection, now).version(leaves.PROPOSAL, declared)

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
            entering = self._entering(connection, now)
            entry = entering.approval(fields)
            if set(waiting.lacking) != {signer}:
                return (entry,)
            return entry, entering.version(leaves.NETWORK, waiting.network)

        return self._in_one_transaction(write, "the approval")

    def issue(self, report: Mapping[str, Any], forms: Sequence[Receipt], now: Moment) -> int:
        """Enter an issued report: its content of text and counts, and the bytes of its forms; return the index.

        Raises `RecordBusy` where the same part of the same revision of it was issued meanwhile.
        """

        def write(connection: Connection) -> int:
            if "part" in report and issued.is_issued(connection, report):
                raise RecordBusy(
                    f"revision {report['revision']} of the {report['kind']} report of {report['day']} was issued "
                    "meanwhile: look at it, and issue again where it lacks something"
                )
            fields = {"report": dict(report)}
            return self._entering(connection, now).other(leaves.REPORT, leaves.REPORTS, forms, fields)

        return self._in_one_transaction(write, "the issued report")

    def review(self, receipt: Receipt, said: Review, now: Moment) -> int | None:
        """Enter a person's review, which `receipt` holds as it was signed; return the index of the entry.

        None where the same was entered before. Raises `ConfigError` where it speaks of more entries than there are.
        """

        def write(connection: Connection) -> int | None:
            if journal.said_by(connection, receipt.source, receipt.sha256):
                return None
            held = journal.size(connection)
            if not 0 < said.size <= held:
                raise ConfigError(f"the review is of the first {said.size} entries, and the journal holds {held}")
            return self._entering(connection, now).other(leaves.REVIEW, receipt.source, [receipt], said.fields)

        return self._in_one_transaction(write, "the review")

    def checkpoint(self, now: Moment) -> bytes:
        """Sign the present size and root, keep the note, and return its bytes; the same size is signed once."""

        def write(connection: Connection) -> bytes:
            size = journal.size(connection)
            kept = connection.execute(select(tables.checkpoint.c.note).where(tables.checkpoint.c.size == size)).scalar()
            if kept is not None:
                return bytes(kept)
            said = Checkpoint(self._network.origin, size, journal.root(connection, size))
            signed = note.sign(said.text, self._log)
            row = {"size": size, "issued": int(read(now).timestamp()), "note": signed}
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
            marks = note.marks(text, lines, known, int((read(now) + standing.CLOCKS_APART).timestamp()))
            standing.keep_marks(connection, size, marks)
            return tuple(mark.key for mark in marks)

        return self._in_one_transaction(write, "the cosignature")

    def alarm(self, kind: str, said: str, evidence: bytes, now: Moment) -> None:
        """Keep what must not be: a fork, a wrong signature, a value that the journal does not say; the same once."""

        def write(connection: Connection) -> None:
            alarms.raise_alarm(connection, kind, said, evidence, read(now))

        self._in_one_transaction(write, "the alarm")

    def seal(self, piece: Piece, now: Moment) -> int:
        """Let a sealed file stand for its period, as of `piece.size` entries; return the index of the seal's entry."""

        def write(connection: Connection) -> int:
            index = self._entering(connection, now).other(leaves.SEAL, "seals", [], {"segment": piece.content()})
            manifest.fold(connection, index, piece)
            return index

        return self._in_one_transaction(write, f"the seal of {piece.period.label}")

    def cursor(self, source: str) -> str | None:
        """How far the source was read, in its own words; None before the first time."""
        with told(f"the cursor of source {source} cannot be read"), self._engine.connect() as connection:
            found = connection.execute(select(tables.cursor.c.value).where(tables.cursor.c.source == source)).scalar()
            return None if found is None else str(found)

    def pass_over(self, source: str, cursor: str, *, in_force: bool = False) -> None:
        """Move the cursor of a source past what it holds and what is no message of ours.

        Where what was passed was read by the declared network, which must be `in_force`, `ConfigError` is raised once
        it no longer is.
        """

        def write(connection: Connection) -> None:
            if in_force:
                force.refuse_unless_in_force(connection, self._network)
            _move_cursor(connection, source, cursor)

        self._in_one_transaction(write, f"the cursor of source {source}")

    def _in_one_transaction(self, write: Callable[[Connection], Result], what: str) -> Result:
        with told(f"{what} was not entered"), writing(self._engine) as connection:
            return write(connection)

    def _entering(self, connection: Connection, now: Moment) -> Entering:
        return Entering(connection, self._record, self._gateway, now)


def _without_standing(
    entering: Entering, connection: Connection, receipt: Receipt, fresh: Fresh, *, again: bool, late: bool
) -> Fresh:
    said, stands = fresh.said, entering.standing(fresh.said)
    before = spoken(connection, stands.entry, stands.position)
    if late:
        return replace(fresh, said=said.only(not_overtaken(connection, receipt.received, before[0])))
    places = (connection, receipt.source, said, *before)
    kept = not_overruled(*places, by="" if again else leaves.AMENDMENTS)
    return replace(fresh, said=said.only(kept & not_standing(*places) if again else kept))


def _move_cursor(connection: Connection, source: str, cursor: str | None) -> None:
    if cursor is not None:
        connection.execute(tables.cursor.delete().where(tables.cursor.c.source == source))
        connection.execute(insert(tables.cursor), {"source": source, "value": cursor})
