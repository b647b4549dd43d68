"""Proof files (C2SP tlog-proof): that an entry is in a journal, with the cosigned checkpoint that says of which."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from record.errors import ProofError
from record.proof import checkpoint, note, tree
from record.proof.checkpoint import Checkpoint
from record.proof.note import Verified
from record.proof.policy import Policy

HEADER = "c2sp.org/tlog-proof@v1"
"""The first line of a proof file."""
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_MAX_HASHES = 63
MAX_BYTES = 128 * 1024
"""Room for an entry of the greatest length in base64, and for a checkpoint with many signatures."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry's index, the hashes from its sibling up, the note of the checkpoint, and a text that nobody signed."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The file's bytes."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(digest).decode() for digest in self.hashes]
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint


def parse(raw: bytes) -> Proof:
    """Read a proof file; raise `ProofError` for anything else. Nothing is verified yet."""
    if len(raw) > MAX_BYTES:
        raise ProofError(f"a proof file of {len(raw)} bytes; none has more than {MAX_BYTES}")
    head, blank, signed = raw.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ProofError("not a proof file: its head is not plain text") from None
    if not blank or lines.pop(0) != HEADER:
        raise ProofError(f"not a proof file: its first line is not {HEADER}")
    extra = _decoded(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None:
        raise ProofError("not a proof file: it has no line with an index")
    return Proof(int(index[1]), parse_hashes(lines), signed, extra)


def parse_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """The hashes of a proof, in base64 a line; raise `ProofError` for anything else."""
    if len(lines) > _MAX_HASHES:
        raise ProofError(f"a proof of {len(lines)} hashes; no tree is that high")
    hashes = tuple(_decoded(line) for line in lines)
    if any(len(digest) != tree.HASH_BYTES for digest in hashes):
        raise ProofError("a hash in the proof is not 32 bytes long")
    return hashes


def verify(proof: Proof, leaf: bytes, origin: str, policy: Policy) -> tuple[Checkpoint, Verified]:
    """Check that the entry with hash `leaf` is in the journal `origin`, under a checkpoint that `policy` holds final.

    Returns the checkpoint, and whose signatures it bears with their times. Raises `ProofError` that names the step
    which failed: the note, the log's signature, the quorum, or the way from the entry to the root.
    """
    if origin not in policy.logs:
        raise ProofError(f"the policy does not know the log {origin}")
    signed = note.verified(proof.checkpoint, policy.verifiers)
    said = checkpoint.parse(signed.note.text)
    if said.origin != origin:
        raise ProofError(f"the checkpoint is of {said.origin}, not of {origin}")
    if policy.logs[origin][0].name not in signed.signed:
        raise ProofError(f"the log {origin} did not sign the checkpoint")
    if not policy.is_satisfied(signed.signed):
        raise ProofError(f"the checkpoint lacks the signature of {', '.join(policy.lacking(signed.signed))}")
    tree.verify_inclusion(leaf, proof.index, said.size, proof.hashes, said.root)
    return said, signed


def _decoded(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise ProofError(f"{text[:50]!r} in a proof file is not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise ProofError(f"{text[:50]!r} in a proof file is not how base64 is spelled")
    return raw
