"""The seal of a report: the proof that its figures are in the journal, and who has signed that by now."""

from datetime import UTC, datetime

from record.archive import Log
from record.proof import checkpoint, note
from service.reports.report import Seal, Signed
from service.standing import DIFFERENT, NOT_YET, SIGNED_BY_BOTH


def sealed(log: Log, entry: int, entered: datetime, name: str, body: bytes) -> Seal:
    """The seal of figures that were entered as `entry` and are called `name`.

    It is by the newest final checkpoint over them, else by the newest. Raises `UnknownName` where none covers them yet.
    """
    proof = log.proof(entry)
    signed = _signed(log, proof.checkpoint)
    if log.standing().alarms:
        state = DIFFERENT
    else:
        final = log.policy is not None and log.policy.is_satisfied([key for key, _ in signed])
        state = SIGNED_BY_BOTH if final else NOT_YET
    return Seal(
        entry=entry,
        entered=entered,
        size=checkpoint.parse(note.parse(proof.checkpoint).text).size,
        name=name,
        body=body,
        proof=proof.encode(),
        checkpoint=proof.checkpoint,
        state=state,
        signed=tuple(one for _, one in signed),
    )


def _signed(log: Log, signed: bytes) -> list[tuple[str, Signed]]:
    """The witnesses whose lines a note bears, by the names of their keys, in the order of the policy."""
    if log.policy is None:
        return []
    found = note.verified(signed, log.policy.verifiers).signed
    return [
        (one.verifier.name, Signed(party=one.name, at=datetime.fromtimestamp(at, UTC)))
        for one in log.policy.witnesses.values()
        if (at := found.get(one.verifier.name)) is not None
    ]
