"""Which declared network is in force: the one that both parties signed, and not the folder on somebody's machine.

A change of `config/` is entered as a proposal. It comes into force once it has the approvals that it needs: of every
approver of the version in force, and of every approver that it names itself. The first version is
signed in the same way, at the founding. A network that declares no keys has nobody to ask: it is for trials.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from record import journal, tables
from record import leaf as leaves
from record.errors import ConfigError, ProofError, RecordDamaged
from record.leaf import Leaf
from record.network import Network, network_from
from record.network.key import Role
from record.proof import note
from record.proof.keys import Verifier
from record.proof.note import Signature
from record.proof.policy import Policy

_STATEMENT = "arna/approval/v1"
_KEYS = "keys.toml"
STEPS = (leaves.PROPOSAL, leaves.APPROVAL, leaves.NETWORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A version that waits: its entry, what it declares, whose approval it needs and has, by name and id of keys."""

    entry: int
    hash: bytes
    network: Network
    needed: Mapping[str, Verifier]
    approved: frozenset[str]

    @property
    def lacking(self) -> tuple[str, ...]:
        """The names of the keys that have not signed yet."""
        return tuple(name for name in self.needed if name not in self.approved)

    @property
    def statement(self) -> str:
        """The text that an approver signs; it names the entry, so that no approval serves twice."""
        version = self.network.version
        return f"{_STATEMENT}\n{self.network.origin}\n{self.entry}\n{self.hash.hex()}\n{version}\n"

    def approver(self, approval: bytes) -> str:
        """The key of `needed` that signed `approval`; raise `ProofError` where it is not an approval of this."""
        signed = note.verified(approval, self.needed.values())
        if signed.note.text != self.statement:
            raise ProofError(f"the approval is not of the proposal of entry {self.entry}, which waits: sign that one")
        return next(name for line in signed.note.signatures if (name := _key_of(line)) in self.needed)


def needed(before: Network | None, proposed: Network) -> dict[str, Verifier]:
    """The approvers whose signatures a proposal needs, old ones and new ones, by name and id of the keys."""
    keys = [*(before.keys_of(Role.APPROVER) if before else ()), *proposed.keys_of(Role.APPROVER)]
    return {key.verifier.key: key.verifier for key in keys}


def fold(connection: Connection, entry: int, leaf: Leaf) -> None:
    """Note a step of the network; entries of other kinds are none."""
    if leaf.kind in STEPS:
        signer = _signer_of(leaf) if leaf.kind == leaves.APPROVAL else None
        row = {"entry": entry, "kind": leaf.kind, "version": leaf.content["version"], "signer": signer}
        connection.execute(insert(tables.network_step), row)


def version_in_force(connection: Connection) -> str | None:
    """The version that the last network entry names."""
    return None if (last := _last(connection, leaves.NETWORK)) is None else str(last.version)


def in_force(connection: Connection, *, trial: bool = False) -> Network | None:
    """The network in force, where the parties' keys have founded it, or with `trial` also where it declares none."""
    last = _last(connection, leaves.NETWORK)
    if last is None:
        return None
    files = files_of(connection, last.entry)
    return network_from(files, Path("config")) if trial or _KEYS in files else None


def before(connection: Connection, entry: int) -> Network | None:
    """The network that was in force before that entry, or None; `ConfigError` where it cannot be read any more."""
    step = tables.network_step.c
    versions = select(step.entry).where(step.kind == leaves.NETWORK, step.entry < entry)
    last = connection.execute(versions.order_by(step.entry.desc()).limit(1)).scalar()
    return None if last is None else network_from(files_of(connection, last), Path("config"))


def pending(connection: Connection) -> Proposal | None:
    """The proposal that waits for approvals: the last one, unless a version came into force after it."""
    proposed, decided = _last(connection, leaves.PROPOSAL), _last(connection, leaves.NETWORK)
    if proposed is None or (decided is not None and decided.entry > proposed.entry):
        return None
    entry = journal.entry_at(connection, proposed.entry)
    network = network_from(files_of(connection, proposed.entry), Path("config"))
    step = tables.network_step.c
    approvals = select(step.signer).where(step.kind == leaves.APPROVAL, step.entry > proposed.entry)
    return Proposal(
        entry=entry.index,
        hash=entry.hash,
        network=network,
        needed=needed(in_force(connection), network),
        approved=frozenset(connection.execute(approvals).scalars()),
    )


def names_policy(connection: Connection, given: Policy) -> bool:
    """Whether a version that came into force names just the log and the witnesses of the `given` policy."""
    step = tables.network_step.c
    versions = select(step.entry).where(step.kind == leaves.NETWORK).order_by(step.entry)
    wanted = {key.vkey for key in given.verifiers}
    for entry in connection.execute(versions).scalars().all():
        policy = network_from(files_of(connection, entry), Path("config")).policy
        if policy is not None and {key.vkey for key in policy.verifiers} == wanted:
            return True
    return False


def declared_keys(connection: Connection, *roles: Role) -> list[Verifier]:
    """Every key of these roles that any version of the network in this journal has declared."""
    step = tables.network_step.c
    versions = select(step.entry).where(step.kind.in_((leaves.NETWORK, leaves.PROPOSAL))).order_by(step.entry)
    known: dict[str, Verifier] = {}
    for entry in connection.execute(versions).scalars().all():
        files = files_of(connection, entry)
        if _KEYS in files:
            keys = network_from(files, Path("config")).keys
            known |= {key.vkey: key.verifier for key in keys if key.role in roles}
    return list(known.values())


def files_of(connection: Connection, entry: int) -> dict[str, bytes]:
    """The files that a network or a proposal declares, by name, as they lie among the receipts."""
    said = journal.entry_at(connection, entry).leaf.content["files"]
    return {file["name"]: _body(connection, file) for file in said}


def refuse_unapproved(connection: Connection, leaf: Leaf) -> None:
    """Raise for a step of the network that the approvals before it do not allow: of a journal not our own.

    `ProofError` for an approval that none of the needed keys signed, or others beside it, and for a version that comes
    into force without all of them; `ConfigError` for one that cannot be read.
    """
    if leaf.kind == leaves.PROPOSAL:
        _declared(connection, leaf)
    if leaf.kind == leaves.APPROVAL:
        _refuse_strange_approval(connection, leaf.content["approval"].encode())
    if leaf.kind == leaves.NETWORK:
        declared = _declared(connection, leaf)
        waiting = pending(connection)
        if not needed(in_force(connection), declared):
            return
        if waiting is None or waiting.network.version != declared.version or waiting.lacking:
            raise ProofError("a network came into force without the approval of both parties")


def _declared(connection: Connection, leaf: Leaf) -> Network:
    bodies = {said["name"]: _body(connection, said) for said in leaf.content["files"]}
    declared = network_from(bodies, Path("config"))
    if declared.version != leaf.content["version"]:
        raise ProofError("a network stands in the journal whose files are not those of its version")
    return declared


def _refuse_strange_approval(connection: Connection, approval: bytes) -> None:
    waiting = pending(connection)
    if waiting is None:
        raise ProofError("an approval stands in the journal and no proposal waits for any")
    if len(note.parse(approval).signatures) != 1:
        raise ProofError("an approval stands in the journal with more than one signature")
    waiting.approver(approval)


def refuse_unless_in_force(connection: Connection, network: Network) -> None:
    """Raise `ConfigError` where a network with approvers is not, or no longer, the one in force."""
    if not network.keys_of(Role.APPROVER) or version_in_force(connection) == network.version:
        return
    waiting = pending(connection)
    if waiting is not None and waiting.network.version == network.version:
        raise ConfigError(f"the network waits for the approval of {', '.join(waiting.lacking)}: see docs/keys.md")
    raise ConfigError("another version of the network came into force: start this process anew")


def content_of(network: Network, hashes: Mapping[str, str]) -> dict[str, Any]:
    """What an entry says of a version, given the SHA-256 of its files by name."""
    files = [{"name": name, "sha256": hashes[name]} for name in sorted(hashes)]
    return {"version": network.version, "files": files}


def _body(connection: Connection, file: Mapping[str, str]) -> bytes:
    body = journal.receipt_body(connection, file["sha256"])
    if body is None:
        raise RecordDamaged(f"{file['name']} of the declared network is gone from the receipts: restore from a mirror")
    return body


def _signer_of(leaf: Leaf) -> str:
    return _key_of(note.parse(leaf.content["approval"].encode()).signatures[0])


def _key_of(line: Signature) -> str:
    return f"{line.name} {line.key.hex()}"


def _last(connection: Connection, kind: str) -> Any:
    step = tables.network_step.c
    question = select(step.entry, step.version).where(step.kind == kind).order_by(step.entry.desc()).limit(1)
    return connection.execute(question).first()
