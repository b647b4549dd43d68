"""Keys: on disk as PKCS#8 PEM that its owner alone may read, in policies as C2SP verifier keys.

Ours are Ed25519. Cosignatures of others by ML-DSA-44 are verified too, since witnesses have begun to make them.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from record.errors import ProofError

ED25519 = 0x01
COSIGNATURE = 0x04
ML_DSA_44 = 0x06
_PUBLIC_BYTES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
SIGNATURE_BYTES = {ED25519: 64, COSIGNATURE: 64, ML_DSA_44: 2420}


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes that name a key in a note: hash of its name, its type byte and its public bytes."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under its name; `kind` is the type byte of the signatures it makes."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The key id that note lines carry."""
        return key_id(self.name, self.kind, self.public)

    @property
    def key(self) -> str:
        """Name and id: which key it is, also where another one bore the same name before."""
        return f"{self.name} {self.id.hex()}"

    @property
    def vkey(self) -> str:
        """The verifier key as C2SP signed-note spells it."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` over `message` is this key's."""
        try:
            if self.kind == ML_DSA_44:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under its name."""

    name: str
    kind: int
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.kind, self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Signature of 64 bytes over `message`."""
        return self.private.sign(message)


def parse_vkey(text: str) -> Verifier:
    """Read a verifier key `name+id+base64`; raise `ProofError` where its parts do not agree."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise ProofError(f"verifier key {text[:60]!r} is not name+id+base64")
    try:
        raw = base64.b64decode(parts[2], validate=True)
    except ValueError:
        raise ProofError(f"verifier key of {parts[0]} is not base64") from None
    if not raw or len(raw) - 1 != _PUBLIC_BYTES.get(raw[0]):
        raise ProofError(f"verifier key of {parts[0]} is neither Ed25519 nor ML-DSA-44")
    verifier = Verifier(parts[0], raw[0], raw[1:])
    if verifier.id.hex() != parts[1]:
        raise ProofError(f"verifier key of {parts[0]} carries the id {parts[1]}, its bytes give {verifier.id.hex()}")
    return verifier


def is_name(name: str) -> bool:
    """Whether a key may bear this name: not empty, no white space, no plus sign."""
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def new_signer(name: str, kind: int = ED25519) -> Signer:
    """Make a key."""
    if not is_name(name):
        raise ProofError(f"key name {name!r} is empty or has white space or a plus sign in it")
    return Signer(name, kind, Ed25519PrivateKey.generate())


def save_signer(signer: Signer, path: Path) -> None:
    """Write the key to a new file that its owner alone may read; never over an existing one."""
    pem = signer.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Beside its place first: a crash must not leave half a key there, which nothing would ever write over.
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)
    finally:
        unfinished.unlink()


def load_signer(path: Path, name: str, kind: int = ED25519) -> Signer:
    """Read a key file; refuse one that others may read."""
    try:
        mode = path.stat().st_mode & 0o077
        pem = path.read_bytes()
    except OSError as fault:
        raise ProofError(f"key file {path} cannot be read ({fault.strerror}): make one with `arna keys new`") from None
    if mode:
        raise ProofError(f"key file {path} can be read by others: run chmod 600 on it")
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        raise ProofError(f"key file {path} is not a PKCS#8 key without password") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise ProofError(f"key file {path} does not hold an Ed25519 key")
    return Signer(name, kind, private)
