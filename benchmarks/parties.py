"""A founded record of made-up gauges, with the keys of both parties at hand: what proof is measured on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from record import force
from record.archive import Log, Record, open_record
from record.network import load_network
from record.proof import note
from record.proof.keys import COSIGNATURE, ED25519, Signer, new_signer
from record.proof.policy import Policy
from record.writer import Pen

ORIGIN = "arna.example/bench"
_START = datetime(2016, 1, 1, tzinfo=UTC)
_PARTIES = ("kg", "kz")
_HEAD = f"""origin = "{ORIGIN}"
[report_day]
zone = "Asia/Bishkek"
begins = 08:00:00
issued = 09:30:00
document = "made up for benchmarks"
[[party]]
id = "kg"
names = {{ en = "Kyrgyzstan" }}
zone = "Asia/Bishkek"
ministries = []
[[party]]
id = "kz"
names = {{ en = "Kazakhstan" }}
zone = "Asia/Almaty"
ministries = []
"""
_BASIN = '[basin]\nid = "chu"\nnames = { en = "Chu" }\nsource = "made up for benchmarks"\n'


@dataclass(frozen=True)
class Parties:
    """The record, its pen, its keys."""

    record: Record
    pen: Pen
    gateway: Signer
    witnesses: Mapping[str, Signer]

    @property
    def policy(self) -> Policy:
        """The policy that asks for both."""
        found = self.record.network.policy
        if found is None:
            raise SystemExit("the made-up network declares no keys")
        return found

    def now(self) -> datetime:
        """A moment after all that is said."""
        return datetime(2036, 1, 1, tzinfo=UTC)

    def cosign(self) -> None:
        """Sign a checkpoint, by the log and by both witnesses."""
        signed = self.pen.checkpoint(self.now())
        size, time = int(signed.split(b"\n")[1]), int(self.now().timestamp())
        for witness in self.witnesses.values():
            self.pen.cosign(size, note.cosigned(signed, witness, time).line.encode(), self.now())
        if Log(self.record).standing().final != size:
            raise SystemExit("the checkpoint did not become final")


def found(folder: Path, gauges: int) -> Parties:
    """Found a record of so many hourly gauges in `folder`."""
    gateway, log = new_signer("gateway.bench"), new_signer(ORIGIN)
    witnesses = {party: new_signer(f"{party}.witness.bench", COSIGNATURE) for party in _PARTIES}
    approvers = {party: new_signer(f"{party}.approver.bench", ED25519) for party in _PARTIES}
    rows = [_key("gateway", gateway), _key("log", log)]
    rows += [_key("witness", key, party) for party, key in witnesses.items()]
    rows += [_key("approver", key, party) for party, key in approvers.items()]
    _write(
        folder / "config",
        {"keys.toml": "\n".join(rows), "basins/chu.toml": _BASIN + "\n".join(map(_gauge, range(gauges)))},
    )
    network = load_network(folder / "config")
    record = open_record(
        f"sqlite:///{folder / 'record.sqlite'}", network, segments=str(folder / "segments"), data=folder
    )
    pen = Pen(record, gateway=gateway, log=log)
    pen.declare(_START)
    for approver in approvers.values():
        with record.engine.begin() as connection:
            waiting = force.pending(connection)
        if waiting is not None:
            pen.approve(note.sign(waiting.statement, [approver]), _START)
    return Parties(record, pen, gateway, witnesses)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    empty = dict.fromkeys(("shares.toml", "seasons.toml", "sources.toml", "quality.toml"), "")
    for name, text in (empty | {"parties.toml": _HEAD} | dict(files)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _gauge(number: int) -> str:
    name = f"example-{number:04}"
    return (
        f'[[site]]\nid = "{name}"\nkind = "post"\nbasin = "chu"\nriver = "chu"\nnames = {{ en = "{name}" }}\n'
        f'country = "kg"\nlon = 74.0\nlat = 42.5\nsource = "made up for benchmarks"\n'
        f'[[station]]\nid = "{name}:kg"\nsite = "{name}"\nparty = "kg"\ncode = "{name}"\nnames = {{ en = "{name}" }}\n'
        f'series = ["discharge.hourly"]\nnature = "example"\nsource = "made up for benchmarks"\n'
    )


def _key(role: str, signer: Signer, party: str | None = None) -> str:
    whose = f'party = "{party}"\n' if party else ""
    return f'[[key]]\nrole = "{role}"\n{whose}vkey = "{signer.verifier.vkey}"\n'
