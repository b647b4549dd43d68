"""Asking the witnesses of both ministries to sign the newest checkpoint, so that it becomes final.

A witness that does not answer is asked again in the next round, and the record says since when it is waited for. One
that says that the log contradicts itself is asked to show it: only what this log itself has signed raises an alarm.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ingest.peer import Answer, Peer
from record.archive.log import Log
from record.errors import ArnaError, ProofError, UnknownName
from record.proof import checkpoint, note
from record.proof.policy import Witness
from record.proof.witness import log_id
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


_TIMEOUT = 10.0


class Door(Protocol):
    """Where a witness is asked."""

    def add(self, witness: Witness, body: bytes) -> Answer:
        """Its answer to a request to sign."""

    def latest(self, witness: Witness, origin: str) -> Answer:
        """The last checkpoint of the log that it has signed."""


class OverHttp:
    """At the address that the network declares for it."""

    def add(self, witness: Witness, body: bytes) -> Answer:
        """POST the request."""
        with self._peer(witness) as peer:
            return peer.post(_PATH, body, _LONGEST_ANSWER)

    def latest(self, witness: Witness, origin: str) -> Answer:
        """GET its checkpoint."""
        with self._peer(witness) as peer:
            return peer.get(f"/{log_id(origin)}/checkpoint", _LONGEST_ANSWER)

    def _peer(self, witness: Witness) -> Peer:
        if witness.url is None:
            raise ProofError(f"witness {witness.name} has no address in keys.toml: nobody can ask it")
        return Peer(witness.url, _TIMEOUT)


OVER_HTTP = OverHttp()


def feed(log: Log, pen: Pen, now: Callable[[], datetime], door: Door = OVER_HTTP) -> list[Fed]:
    """Ask each declared witness that has not signed the newest checkpoint; one that fails does not stop the others."""
    policy, held = log.policy, log.standing()
    done = []
    for witness in policy.witnesses.values() if policy else ():
        last = held.signed[witness.name].size if witness.name in held.signed else 0
        if last == held.checkpoint and last:
            continue
        try:
            done.append(Fed(witness.name, size=_signed(witness, last, log, pen, now, door)))
        except ArnaError as fault:
            done.append(Fed(witness.name, fault=str(fault)))
    return done


def _signed(witness: Witness, last: int, log: Log, pen: Pen, now: Callable[[], datetime], door: Door) -> int:
    size, body = log.request(last)
    answer = door.add(witness, body)
    if answer.status == _OTHER_SIZE:
        signed = _size_in(answer, witness)
        try:
            size, body = log.request(signed)
        except UnknownName:
            raise _accusation(witness, log, pen, now, door, f"says to have signed {signed} entries") from None
        answer = door.add(witness, body)
    if answer.status == _CONTRADICTION:
        raise _accusation(witness, log, pen, now, door, f"says that this log contradicts itself: {_text(answer)}")
    if answer.status != _SIGNED:
        raise ProofError(f"witness {witness.name} answered {answer.status}: {_text(answer)}")
    if witness.verifier.key not in pen.cosign(size, answer.body, now):
        raise ProofError(f"the answer of witness {witness.name} does not bear its signature")
    return size


def _accusation(witness: Witness, log: Log, pen: Pen, now: Callable[[], datetime], door: Door, said: str) -> ProofError:
    """What a witness says against this log: an alarm where it can show what the log itself has signed, else a fault."""
    shown = door.latest(witness, log.origin)
    fault = ProofError(f"witness {witness.name} {said}; it shows nothing that this log signed: ask its keeper")
    if shown.status != _SIGNED or log.policy is None:
        return fault
    try:
        held = checkpoint.parse(note.verified(shown.body, [key for key, _ in log.policy.logs.values()]).note.text)
    except ProofError:
        return fault
    size = log.standing().size
    if held.size > size:
        kind = "rollback"
        text = f"this log signed {held.size} entries for witness {witness.name} and holds {size}"
        text += ": an old copy was restored; stop, and restore the record from a mirror"
    elif log.root(held.size) != held.root:
        kind = "fork"
        text = f"this log contradicts itself: witness {witness.name} holds its signature over other entries"
    else:
        return fault
    pen.alarm(kind, text, shown.body, now)
    return ProofError(text)


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
