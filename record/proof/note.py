"""Signed notes (C2SP signed-note v1.0.0): text, a blank line, then one signature line a key."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from record.errors import ProofError
from record.proof import cosignature
from record.proof.keys import ED25519, SIGNATURE_BYTES, Signer, Verifier, is_name

_DASH = "\u2014 "
_MAX_LINES = 100
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says to have signed, the key id of four bytes, and the bytes after it."""

    name: str
    key: bytes
    payload: bytes

    @property
    def line(self) -> str:
        """The line as notes carry it, with its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key + self.payload).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note; `text` ends in a newline. Nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The note's bytes."""
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode()


def sign(text: str, signers: Sequence[Signer]) -> bytes:
    """Sign `text`, which must end in a newline and hold no other control characters."""
    _refuse_bad_text(text)
    message = text.encode()
    lines = (Signature(key.name, key.verifier.id, key.sign(message)) for key in signers)
    return Note(text, tuple(lines)).encode()


def parse(raw: bytes) -> Note:
    """Take a note apart at its last blank line; raise `ProofError` for anything that is not a note."""
    try:
        whole = raw.decode()
    except UnicodeDecodeError:
        raise ProofError("not a signed note: the bytes are not UTF-8") from None
    head, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise ProofError("not a signed note: no blank line before the signatures, or no newline at the end")
    text = head + "\n"
    _refuse_bad_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > _MAX_LINES:
        raise ProofError(f"signed note has {len(lines)} signature lines; at most {_MAX_LINES} are read")
    return Note(text, tuple(_parse_line(line) for line in lines))


class Verified(NamedTuple):
    """A note of which known keys' signatures are right; `signed` by their names, with the time of a cosignature."""

    note: Note
    signed: Mapping[str, int | None]


def verified(raw: bytes, known: Iterable[Verifier]) -> Verified:
    """Parse a note and check it.

    Lines of unknown keys are passed over. A known key whose signature is wrong, or no known key at all, raises
    `ProofError`. Two lines of one key count once.
    """
    note = parse(raw)
    by_line = {(verifier.name, verifier.id): verifier for verifier in known}
    signed: dict[str, int | None] = {}
    for signature in note.signatures:
        verifier = by_line.get((signature.name, signature.key))
        if verifier is None:
            continue
        if not _accepts(verifier, signature.payload, note.text):
            raise ProofError(f"the signature of {signature.name} does not fit the text of the note")
        time = None if verifier.kind == ED25519 else cosignature.time_of(signature.payload)
        signed.setdefault(signature.name, time)
    if not signed:
        raise ProofError("no known key signed this note")
    return Verified(note, signed)


def cosigned(raw: bytes, signer: Signer, time: int) -> Signature:
    """The line that a witness adds to the note of a checkpoint."""
    return Signature(signer.name, signer.verifier.id, cosignature.payload(signer, parse(raw).text, time))


class Mark(NamedTuple):
    """What a witness added to a checkpoint: the name and id of its key, its time, and the line."""

    key: str
    time: int
    line: bytes


def marks(text: str, lines: bytes, witnesses: Iterable[Verifier], latest: int) -> list[Mark]:
    """The cosignatures of known witnesses among signature `lines` that belong to the checkpoint `text`.

    The lines are read by themselves: whatever else stands among them cannot become a part of what was signed. Lines of
    others are passed over. Raises `ProofError` for a wrong signature of a known witness, and for a time after `latest`
    (seconds since 1970): a witness must not put off the day on which its silence is noticed.
    """
    known = {(one.name, one.id): one for one in witnesses}
    found: dict[str, Mark] = {}
    for line in lines.decode("utf-8", "replace").splitlines():
        signature = _parse_line(line)
        witness = known.get((signature.name, signature.key))
        if witness is None:
            continue
        if not _accepts(witness, signature.payload, text):
            raise ProofError(f"the signature of {signature.name} does not fit the checkpoint")
        time = cosignature.time_of(signature.payload)
        if time > latest:
            raise ProofError(f"the signature of {signature.name} is of a time to come: look at the clocks")
        found[witness.key] = Mark(witness.key, time, signature.line.encode())
    return list(found.values())


def only(raw: bytes, signer: Verifier) -> bytes:
    """The note with the signature lines of one key alone."""
    said = parse(raw)
    lines = tuple(line for line in said.signatures if (line.name, line.key) == (signer.name, signer.id))
    return Note(said.text, lines).encode()


def _accepts(verifier: Verifier, payload: bytes, text: str) -> bool:
    if verifier.kind == ED25519:
        return len(payload) == SIGNATURE_BYTES[ED25519] and verifier.accepts(payload, text.encode())
    return cosignature.accepts(verifier, payload, text)


def _parse_line(line: str) -> Signature:
    if not line.startswith(_DASH):
        raise ProofError(f"not a signature line: {line[:60]!r}")
    name, space, encoded = line[len(_DASH) :].partition(" ")
    if not space or not is_name(name):
        raise ProofError(f"not a signature line: {line[:60]!r}")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        raw = b""
    # The last letter of base64 can have idle bits; one signature has one spelling, or a changed byte could pass.
    if base64.b64encode(raw).decode() != encoded:
        raise ProofError(f"the signature of {name} is not base64")
    if len(raw) < 5:
        raise ProofError(f"the signature of {name} is too short")
    return Signature(name, raw[:4], raw[4:])


def _refuse_bad_text(text: str) -> None:
    if not text.endswith("\n"):
        raise ProofError("the text of a note must end in a newline")
    if _CONTROL.search(text):
        raise ProofError("the text of a note may hold no control characters but newlines")
