"""Cosignatures of checkpoints (C2SP tlog-cosignature v1.0.1): a witness's word for when it saw which tree.

A cosignature says: at this time, the largest consistent tree that I had seen of this log has this root. Its payload in
the note is the time, eight bytes, and then the signature. Ed25519 signs a short text before the checkpoint's own text;
ML-DSA-44 signs the fields of the checkpoint.
"""

from record.errors import ProofError
from record.proof import checkpoint
from record.proof.keys import COSIGNATURE, ML_DSA_44, SIGNATURE_BYTES, Signer, Verifier

_TIME_BYTES = 8


def payload(signer: Signer, text: str, time: int) -> bytes:
    """What a witness adds to a note for the checkpoint `text`, at `time` in seconds since 1970."""
    if signer.kind != COSIGNATURE:
        raise ProofError(f"{signer.name} is no witness's key: it may not cosign")
    return time.to_bytes(_TIME_BYTES, "big") + signer.sign(_message(COSIGNATURE, signer.name, text, time))


def time_of(said: bytes) -> int:
    """The time that the payload of a cosignature carries."""
    if len(said) <= _TIME_BYTES:
        raise ProofError("a cosignature too short to hold its time")
    return int.from_bytes(said[:_TIME_BYTES], "big")


def accepts(verifier: Verifier, said: bytes, text: str) -> bool:
    """Whether the payload `said` is the cosignature of this witness for the checkpoint `text`."""
    if len(said) != _TIME_BYTES + SIGNATURE_BYTES[verifier.kind]:
        return False
    message = _message(verifier.kind, verifier.name, text, time_of(said))
    return verifier.accepts(said[_TIME_BYTES:], message)


def _message(kind: int, name: str, text: str, time: int) -> bytes:
    if kind != ML_DSA_44:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    seen = checkpoint.parse(text)
    return b"".join(
        (
            b"subtree/v1\n\0",
            _counted(name),
            time.to_bytes(8, "big"),
            _counted(seen.origin),
            (0).to_bytes(8, "big"),
            seen.size.to_bytes(8, "big"),
            seen.root,
        )
    )


def _counted(text: str) -> bytes:
    raw = text.encode()
    if len(raw) > 255:
        raise ProofError(f"{text[:40]!r} is too long a name to be cosigned")
    return bytes([len(raw)]) + raw
