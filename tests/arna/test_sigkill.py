"""Killing the ingest process at any moment and starting it again gives the record of an undisturbed run."""

import multiprocessing
import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine

from arna.demo.generator import messages
from ingest import cycle
from record import journal
from record.archive import Archive, Record, open_record
from record.check import checked_entries
from record.network import Network, load_network
from record.proof.keys import Signer, load_signer, new_signer, save_signer
from record.selection import Selection
from record.writer import Pen

pytestmark = pytest.mark.uncounted

CONFIG = Path(__file__).parents[2] / "config"
ROUNDS = 15
NOW = datetime.now(UTC).replace(microsecond=0)
START = NOW.timestamp() - 3600


def deliver(network: Network, data: Path) -> None:
    """Lay the same files into the inbox folders, in the same order."""
    day = (NOW - timedelta(days=3)).date()
    for number, said in enumerate(messages(network, day, seed=5)):
        path = data / network.sources[said.source].place / f"{number:03}-{said.name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(said.body)
        os.utime(path, (START + number, START + number))


def signers(data: Path, network: Network) -> tuple[Signer, Signer]:
    paths = (data / "gateway.pem", data / "log.pem")
    names = ("gateway.test", network.origin)
    if not paths[1].exists():
        for path, name in zip(paths, names, strict=True):
            save_signer(new_signer(name), path)
    gateway, log = (load_signer(path, name) for path, name in zip(paths, names, strict=True))
    return gateway, log


def opened(data: Path, network: Network) -> Record:
    url = f"sqlite:///{data / 'record.sqlite'}"
    return open_record(url, network, segments=str(data / "segments"), data=data)


def ingest(data: Path) -> None:
    """One round of every source, as `arna ingest --once` does it."""
    network = load_network(CONFIG)
    gateway, log = signers(data, network)
    record = opened(data, network)
    pen = Pen(record, gateway=gateway, log=log)
    pen.declare(NOW)
    for source in network.sources.values():
        cycle.run(source, network, pen, data=data, now=lambda: NOW)
    record.engine.dispose()


def ingest_until_killed(data: Path, after: float) -> bool:
    """Start the ingest as a process of its own and kill it after so many seconds; whether it ended by itself."""
    child = multiprocessing.get_context("fork").Process(target=ingest, args=(data,))
    child.start()
    time.sleep(after)
    if child.is_alive() and child.pid is not None:
        os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode == 0


def content(engine: Engine) -> list[object]:
    """What every entry says, without the chain hashes that depend on the keys."""
    with engine.connect() as connection:
        assert len(list(checked_entries(connection))) > 0
        leaves = [entry.leaf for entry in journal.entries(connection)]
    return [{name: said for name, said in leaf.content.items() if name not in ("prev", "refs")} for leaf in leaves]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an ingest that nobody kills."""
    network, data = load_network(CONFIG), tmp_path_factory.mktemp("calm")
    deliver(network, data)
    signers(data, network)
    return data


@cache
def undisturbed(data: Path) -> float:
    """Ingest what lies there, once for all tests; how many seconds it took."""
    began = time.monotonic()
    ingest(data)
    return time.monotonic() - began


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_ingest_leaves_the_record_of_an_undisturbed_one(tmp_path: Path, calm: Path, seed: int) -> None:
    network, killed, span = load_network(CONFIG), tmp_path / "killed", undisturbed(calm)
    deliver(network, killed)
    signers(killed, network)
    chance = random.Random(seed)
    finished = [ingest_until_killed(killed, chance.uniform(0.02, 0.35) * span) for _ in range(ROUNDS)]
    assert not all(finished), "no round was killed before its end"
    ingest(killed)

    records = [opened(data, network) for data in (calm, killed)]
    assert content(records[0].engine) == content(records[1].engine)
    for collection in network.collections.values():
        question = Selection(series=tuple(series.id for series in collection.series))
        answers = [Archive(record).select(question) for record in records]
        assert answers[0].identical(answers[1])
    left = [path for path in (killed / "inbox").rglob("*") if path.is_file() and path.parent.name != "taken"]
    assert [path.name for path in left if path.name != ".lock"] == []
    for record in records:
        record.engine.dispose()
