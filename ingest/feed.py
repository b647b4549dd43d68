"""Asking the witnesses of both ministries to sign the newest checkpoint, so that it becomes final.

A witness that does not answer is asked again in the next round, and the record says since when it is waited for. One
that says that the log contradicts itself is believed enough for an alarm: it may hold what this side cannot see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ingest.peer import Answer, Peer
from record.archive.log import Log
from record.errors import ArnaError, ProofError, UnknownName
from record.proof.policy import Witness
from record.writer import Pen

_PATH = "/add-checkpoint"
_LONGEST_ANSWER = 64 * 1024
_SIGNED, _OTHER_SIZE, _CONTRADICTION = 200, 409, 422


@dataclass(frozen=True, slots=True)
class Fed:
    """What came of asking one witness: the size that it signed, or why it did not."""

    witness: str
    size: int | None = None
    fault: str | None = None


Ask = Callable[[Witness, bytes], Answer]
_TIMEOUT = 10.0


def over_http(witness: Witness, body: bytes) -> Answer:
    """Send a request to the address that the network declares for the witness."""
    if witness.url is None:
        raise ProofError(f"witness {witness.name} has no address in keys.toml: nobody can ask it")
    with Peer(witness.url, _TIMEOUT) as peer:
        return peer.post(_PATH, body, _LONGEST_ANSWER)


def feed(log: Log, pen: Pen, now: Callable[[], datetime], ask: Ask = over_http) -> list[Fed]:
    """Ask each declared witness that has not signed the newest checkpoint; one that fails does not stop the others."""
    policy, held = log.policy, log.standing()
    done = []
    for witness in policy.witnesses.values() if policy else ():
        last = held.signed[witness.name].size if witness.name in held.signed else 0
        if last == held.checkpoint and last:
            continue
        try:
            done.append(Fed(witness.name, size=_signed(witness, last, log, pen, now, ask)))
        except ArnaError as fault:
            done.append(Fed(witness.name, fault=str(fault)))
    return done


def _signed(witness: Witness, last: int, log: Log, pen: Pen, now: Callable[[], datetime], ask: Ask) -> int:
    size, body = log.request(last)
    answer = ask(witness, body)
    if answer.status == _OTHER_SIZE:
        size, body = _request_from(witness, _size_in(answer, witness), log, pen, now)
        answer = ask(witness, body)
    if answer.status == _CONTRADICTION:
        said = f"witness {witness.name} says that this log contradicts itself at {size} entries: {_text(answer)}"
        pen.alarm("fork", said, body, now)
        raise ProofError(said)
    if answer.status != _SIGNED:
        raise ProofError(f"witness {witness.name} answered {answer.status}: {_text(answer)}")
    if witness.verifier.key not in pen.cosign(size, answer.body, now):
        raise ProofError(f"the answer of witness {witness.name} does not bear its signature")
    return size


def _request_from(witness: Witness, signed: int, log: Log, pen: Pen, now: Callable[[], datetime]) -> tuple[int, bytes]:
    """The request anew, from the size that the witness says to have signed."""
    try:
        return log.request(signed)
    except UnknownName:
        said = (
            f"witness {witness.name} has signed {signed} entries, more than this record holds: an old copy was "
            "restored; stop, and restore the record from a mirror"
        )
        pen.alarm("rollback", said, str(signed).encode(), now)
        raise ProofError(said) from None


def _size_in(answer: Answer, witness: Witness) -> int:
    text = answer.body.decode("ascii", "replace").strip()
    if not text.isdigit() or len(text) > 19:
        raise ProofError(
            f"witness {witness.name} answered 409 without the size that it has signed, as some do for two roots of one "
            "size: ask its keeper for the checkpoint that it holds"
        )
    return int(text)


def _text(answer: Answer) -> str:
    return " ".join(answer.body.decode("utf-8", "replace").split())[:200]
