"""The two parties of the demonstration: their keys, worth nothing elsewhere, their approvals, and their witnesses.

In earnest each ministry keeps its keys and runs its witness on a machine of its own. Here all is in one folder, so that
one can see on one machine what a final record looks like and check a report as a ministry would.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from arna import house
from ingest.feed import Fed, feed
from ingest.peer import Answer
from record import force
from record.archive import Log
from record.archive.record import Record
from record.network import Network
from record.network.key import EXAMPLE, Role
from record.proof import note, policy
from record.proof.keys import COSIGNATURE, ED25519, Signer, load_signer, new_signer, save_signer
from record.proof.witness import log_id
from record.witness import Witness, open_witness
from service.settings import Settings

if TYPE_CHECKING:
    from record.writer import Pen

_KINDS = {Role.WITNESS: COSIGNATURE, Role.APPROVER: ED25519, Role.AMENDER: ED25519}
POLICY = "policy"


def furnish(settings: Settings, network: Network) -> Settings:
    """Lay the declared network into the demonstration's folder, with keys of its own; return settings that name it."""
    house.make_keys(settings.data, network)
    keys = house.load_keys(settings.data, network)
    rows = [_row(role, keys[role.value]) for role in (Role.GATEWAY, Role.LOG)]
    for party in network.parties:
        rows += [_row(role, _key(settings.data, party, role), party) for role in _KINDS]
    folder = settings.data / "config"
    for name, body in {**network.files, "keys.toml": "\n".join([_HEAD, *rows]).encode()}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return settings.model_copy(update={"config": folder})


def declare(record: Record, pen: "Pen", data: Path, moment: datetime) -> None:
    """Enter the declared network and let both parties approve it, where it is not in force yet."""
    pen.declare(moment)
    with record.engine.begin() as connection:
        waiting = force.pending(connection)
    if waiting is not None:
        for party in record.declared.parties:
            pen.approve(note.sign(waiting.statement, [_key(data, party, Role.APPROVER)]), moment)


def cosign(record: Record, pen: "Pen", data: Path, now: Callable[[], datetime]) -> list[Fed]:
    """Let both parties' witnesses sign the newest checkpoint, and lay down the policy by which that is checked."""
    logs = {key.verifier.name: key.verifier for key in record.network.keys_of(Role.LOG)}
    witnesses = {
        f"{party}{EXAMPLE}": open_witness(data / f"witness-{party}", _key(data, party, Role.WITNESS), logs)
        for party in record.network.parties
    }

    done = feed(Log(record), pen, now, _NextDoor(witnesses, now))
    text = Log(record).policy_text()
    if text is not None:
        (data / POLICY).write_text(text, encoding="utf-8")
    return done


@dataclass(frozen=True, slots=True)
class _NextDoor:
    """The witnesses of both parties in this very process."""

    witnesses: Mapping[str, Witness]
    now: Callable[[], datetime]

    def add(self, witness: policy.Witness, body: bytes) -> Answer:
        answer = self.witnesses[witness.name].add(body, self.now)
        return Answer(answer.status, answer.body.encode())

    def latest(self, witness: policy.Witness, origin: str) -> Answer:
        held = self.witnesses[witness.name].latest(log_id(origin))
        return Answer(404 if held is None else 200, held or b"")


_HEAD = "# Keys of the demonstration: made on this machine, worth nothing elsewhere. No ministry holds any of them.\n"


def _row(role: Role, signer: Signer, party: str | None = None) -> str:
    whose = f'party = "{party}"\n' if party else ""
    return f'[[key]]\nrole = "{role}"\n{whose}vkey = "{signer.verifier.vkey}"\nexample = true\n'


def _key(data: Path, party: str, role: Role) -> Signer:
    path, name = data / "keys" / f"{party}-{role}.pem", f"{party}.{role}.demo.example"
    if not path.exists():
        save_signer(new_signer(name, _KINDS[role]), path)
    return load_signer(path, name, _KINDS[role])
