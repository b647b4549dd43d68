"""Keys of two made-up parties, the same in every run: made from seeds that everyone can read, they protect nothing."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from record.proof.keys import COSIGNATURE, ED25519, Signer

ORIGIN = "arna.example/test"


def signer_of(name: str, kind: int = ED25519, seed: str = "") -> Signer:
    """The key of that name, or with a `seed` another one under the same name."""
    digest = hashlib.sha256(f"{name}{seed}".encode()).digest()
    return Signer(name, kind, Ed25519PrivateKey.from_private_bytes(digest))


GATEWAY = signer_of("gateway.arna.example")
LOG = signer_of(ORIGIN)
WITNESSES = {party: signer_of(f"{party}.witness.example", COSIGNATURE) for party in ("kg", "kz")}
APPROVERS = {party: signer_of(f"{party}.approver.example") for party in ("kg", "kz")}


def keys_toml(
    *,
    gateway: Signer = GATEWAY,
    log: Signer = LOG,
    witnesses: dict[str, Signer] = WITNESSES,
    approvers: dict[str, Signer] = APPROVERS,
    urls: dict[str, str] | None = None,
) -> str:
    """The file `keys.toml` that declares these keys."""
    rows = [("gateway", gateway, ""), ("log", log, "")]
    for role, held in (("witness", witnesses), ("approver", approvers)):
        for party, signer in held.items():
            url = (urls or {}).get(party) if role == "witness" else None
            rows.append((role, signer, f'party = "{party}"\n' + (f'url = "{url}"\n' if url else "")))
    return "\n".join(
        f'[[key]]\nrole = "{role}"\nvkey = "{signer.verifier.vkey}"\n{more}' for role, signer, more in rows
    )
