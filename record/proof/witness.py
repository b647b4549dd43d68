"""What a witness decides (C2SP tlog-witness v1.0.0): whether a new checkpoint continues the last one that it cosigned.

Pure: the state comes in, and the answer says what the state becomes. Whoever keeps it must do both in one atomic step,
and have it on disk before the answer leaves.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from record.errors import ProofError
from record.proof import checkpoint, note, tree
from record.proof.checkpoint import Checkpoint
from record.proof.inclusion import parse_hashes
from record.proof.keys import Verifier

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
MAX_BODY_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """The body of add-checkpoint: the size that the sender thinks was cosigned last, the proof, and the note."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer. `accepted`: the checkpoint to cosign and to keep; `evidence`: why the log's word is a fork."""

    status: int
    body: str = ""
    accepted: Checkpoint | None = None
    evidence: str | None = None


def log_id(origin: str) -> str:
    """How a log is named in the address at which a witness shows its checkpoint: the hex SHA-256 of its origin."""
    return hashlib.sha256(origin.encode()).hexdigest()


def parse(body: bytes) -> Request:
    """Read a request; raise `ProofError` for anything else."""
    if len(body) > MAX_BODY_BYTES:
        raise ProofError(f"a request of {len(body)} bytes; none has more than {MAX_BODY_BYTES}")
    head, blank, signed = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ProofError("not a request to add a checkpoint: its head is not plain text") from None
    old = _OLD.fullmatch(first)
    if not blank or old is None:
        raise ProofError("not a request to add a checkpoint: old size, proof, blank line, note")
    return Request(int(old[1]), parse_hashes(lines), signed)


def encode(request: Request) -> bytes:
    """The body of a request."""
    lines = [f"old {request.old}", *(base64.b64encode(digest).decode() for digest in request.proof)]
    return "\n".join(lines).encode() + b"\n\n" + request.note


def decide(body: bytes, logs: Mapping[str, Verifier], held: Mapping[str, Checkpoint]) -> Answer:
    """What to answer to a request, given the trusted logs by origin and the last checkpoint cosigned of each."""
    try:
        request = parse(body)
        origin = note.parse(request.note).text.split("\n", maxsplit=1)[0]
    except ProofError as fault:
        return Answer(400, f"{fault}\n")
    if origin not in logs:
        return Answer(404, "this witness does not know that log\n")
    try:
        signed = note.verified(request.note, [logs[origin]])
    except ProofError as fault:
        return Answer(403, f"{fault}\n")
    try:
        said = checkpoint.parse(signed.note.text)
    except ProofError as fault:
        return Answer(400, f"{fault}\n")
    return _continues(request, said, held.get(said.origin) or Checkpoint(said.origin, 0, tree.EMPTY_ROOT))


def _continues(request: Request, said: Checkpoint, last: Checkpoint) -> Answer:
    """Whether a checkpoint that the log signed continues the last one."""
    if request.old > said.size:
        return Answer(400, "the old size is larger than the checkpoint\n")
    if said.size == last.size and said.root != last.root:
        why = f"the log signed two roots for {said.size} entries"
        return Answer(422, f"{why}\n", evidence=why)
    if request.old != last.size:
        return Answer(409, f"{last.size}\n")
    fault = _fault_of(request, said, last)
    if fault is not None:
        # The proof is the sender's, and anyone can send a wrong one: that the log forked is not shown by it.
        return Answer(422, f"{fault}\n")
    return Answer(200, accepted=said)


def _fault_of(request: Request, said: Checkpoint, last: Checkpoint) -> str | None:
    if last.size == 0 or said.size == last.size:
        return "a proof where none belongs" if request.proof else None
    try:
        tree.verify_consistency(last.size, said.size, request.proof, last.root, said.root)
    except ProofError as fault:
        return f"the checkpoint of {said.size} entries does not continue that of {last.size}: {fault}"
    return None
