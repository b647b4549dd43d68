"""Rules on keys: spelled right, of the kind that their role asks for, one a party, and none in two roles."""

from record.errors import ConfigError, ProofError
from record.network.declared import Declared
from record.network.key import Key, Role
from record.network.row import Row
from record.proof.keys import COSIGNATURE, ED25519, ML_DSA_44, Verifier

_KINDS = {
    Role.GATEWAY: (ED25519,),
    Role.LOG: (ED25519,),
    Role.WITNESS: (COSIGNATURE, ML_DSA_44),
    Role.APPROVER: (ED25519,),
    Role.AMENDER: (ED25519,),
}
_ONE_A_PARTY = (Role.WITNESS, Role.APPROVER)
OF_A_PARTY = (*_ONE_A_PARTY, Role.AMENDER)
"""Roles whose keys are a party's; a party may have any number of amenders, and none."""


def keys_are_of_their_role(declared: Declared) -> None:
    """A key can be read, its kind is its role's, and a log's bears the name of the record."""
    for row in declared.keys:
        verifier = _verifier(row)
        if verifier.kind not in _KINDS[row.fact.role]:
            raise row.wrong(f"the key of {verifier.name} is not of the kind that a {row.fact.role} signs with", "vkey")
        if row.fact.role is Role.LOG and verifier.name != declared.origin:
            raise row.wrong(f"the key of the log must bear the name of this record, {declared.origin}", "vkey")
        if row.fact.url is not None and not row.fact.url.startswith(("http://", "https://")):
            raise row.wrong("a witness listens at an address that begins with https:// or http://", "url")


def keys_serve_one_role(declared: Declared) -> None:
    """No name and no key stands twice: a key in two roles could be made to say in one what it said in the other."""
    names: set[str] = set()
    publics: set[bytes] = set()
    for row in declared.keys:
        verifier = _verifier(row)
        if verifier.name in names or verifier.public in publics:
            raise row.wrong(f"the key of {verifier.name}, or its name, stands twice: each role needs its own", "vkey")
        names.add(verifier.name)
        publics.add(verifier.public)


def keys_are_complete(declared: Declared) -> None:
    """Where keys are declared at all: one log, a gateway, and of every party one witness and one approver."""
    if not declared.keys:
        return
    first = declared.keys[0]
    roles = [row.fact.role for row in declared.keys]
    if roles.count(Role.LOG) != 1 or Role.GATEWAY not in roles:
        raise first.wrong("keys.toml needs the key of one log and of at least one gateway: see docs/keys.md")
    for role in _ONE_A_PARTY:
        parties = [row.fact.party for row in declared.keys if row.fact.role is role]
        if sorted(map(str, parties)) != sorted(declared.party_ids()):
            raise first.wrong(
                f"keys.toml needs one {role} of each of {', '.join(sorted(declared.party_ids()))}: see docs/keys.md"
            )
    for row in declared.keys:
        if (row.fact.party is not None) != (row.fact.role in OF_A_PARTY):
            raise _of_nobody(row)
        if row.fact.party not in (None, *declared.party_ids()):
            raise row.wrong(f"party {row.fact.party!r} of the key is not declared", "party")


def _of_nobody(row: Row[Key]) -> ConfigError:
    if row.fact.party is None:
        return row.wrong(f"the key of an {row.fact.role} is a party's: say whose it is", "role")
    return row.wrong(f"a key in the role of {row.fact.role} belongs to no party: remove it", "party")


def _verifier(row: Row[Key]) -> Verifier:
    try:
        return row.fact.verifier
    except ProofError as fault:
        raise row.wrong(str(fault), "vkey") from None
