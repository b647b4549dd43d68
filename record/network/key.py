"""The public keys that the record is checked with, each of which serves one role."""

from enum import StrEnum

from record.network.fact import Fact
from record.proof.keys import Verifier, parse_vkey

EXAMPLE = "-example"


class Role(StrEnum):
    """What a key signs: entries, checkpoints, cosignatures of checkpoints, approvals of a version, amendments."""

    GATEWAY = "gateway"
    LOG = "log"
    WITNESS = "witness"
    APPROVER = "approver"
    AMENDER = "amender"


class Key(Fact):
    """A public key as C2SP spells it.

    Witnesses, approvers and amenders are a party's; `url` is where a witness listens.

    An `example` is a key that no ministry holds, and whatever it signs says so.
    """

    role: Role
    vkey: str
    party: str | None = None
    url: str | None = None
    example: bool = False

    @property
    def holder(self) -> str:
        """Whose it is, as policies name it: `kz`, or `kz-example`."""
        return f"{self.party}{EXAMPLE}" if self.example else str(self.party)

    @property
    def verifier(self) -> Verifier:
        """The key itself; raises `ProofError` where its spelling is wrong, which the rules of the network refuse."""
        return parse_vkey(self.vkey)
