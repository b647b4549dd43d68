"""A record that two made-up parties have founded, with its network in files, for tests of proof."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from record import force
from record.archive import Record, open_record
from record.network import Network, load_network
from record.proof import note
from record.proof.keys import Signer
from record.writer import Pen
from tests import example
from tests.example import START
from tests.keys import APPROVERS, GATEWAY, LOG
from tests.record.network_files import write_files


def declared(folder: Path, changes: Mapping[str, str] | None = None) -> Network:
    """The network of the test files, with some of them written otherwise."""
    return load_network(write_files(folder, changes))


def open_with(folder: Path, network: Network, *, gateway: Signer = GATEWAY, log: Signer = LOG) -> tuple[Record, Pen]:
    """The record in `folder` with a pen, for a network that is declared."""
    record = open_record(example.url_of(folder), network, segments=str(folder / "segments"), data=folder)
    return record, Pen(record, gateway=gateway, log=log)


def approval_of(record: Record, approver: Signer) -> bytes:
    """The approval of the proposal that waits."""
    with record.engine.begin() as connection:
        waiting = force.pending(connection)
    assert waiting is not None
    return note.sign(waiting.statement, [approver])


def approve(record: Record, pen: Pen, *approvers: Signer) -> None:
    """Let these approvers approve what waits."""
    for approver in approvers:
        pen.approve(approval_of(record, approver), START)


def found(folder: Path, changes: Mapping[str, str] | None = None) -> tuple[Record, Pen]:
    """A record whose first version both parties have signed."""
    network = declared(folder / "config", changes)
    record, pen = open_with(folder, network)
    pen.declare(START - timedelta(hours=1))
    approve(record, pen, *APPROVERS.values())
    return record, pen
