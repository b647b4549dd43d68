"""The command on a record in PostgreSQL: several hosts that ingest, and one that seals or rebuilds."""

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from arna import house, jobs
from arna.desk import Desk
from record import seal
from record.archive import open_record
from record.database import alone, open_database
from record.network import load_network
from record.writer import Pen
from tests.arna.typed import typed
from tests.example import GATEWAY, LOG, START, network_of_two
from tests.postgres import url_in

ROOT = Path(__file__).parents[2]
ARNA = Path(sys.executable).with_name("arna")
SAMPLES = ROOT / "arna" / "demo" / "data"
WAITS = "waits: another process seals or rebuilds this record; try again when it is done"


@pytest.fixture
def url(cluster: Path, tmp_path: Path) -> str:
    return url_in(cluster, tmp_path)


def started(url: str, data: Path, *words: str) -> "subprocess.Popen[str]":
    """The command on one host: its own data folder, and the segments that all hosts share."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [ARNA, *words], env=os.environ | settings(url, data), cwd=ROOT, stdout=pipe, stderr=pipe, text=True
    )


def settings(url: str, data: Path) -> dict[str, str]:
    places = {"DATA": data, "SEGMENTS": data.parent / "segments", "CONFIG": ROOT / "config"}
    return {"ARNA_RECORD": url} | {f"ARNA_{name}": str(place) for name, place in places.items()}


def arna(url: str, data: Path, *words: str) -> str:
    """The same, one after the other and in this process."""
    done = typed(*words, **settings(url, data))
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.uncounted
def test_two_hosts_ingest_at_once_into_one_record(url: str, tmp_path: Path) -> None:
    hosts = [tmp_path / "one", tmp_path / "other"]
    house.make_keys(hosts[0], load_network(ROOT / "config"))
    shutil.copytree(hosts[0] / "keys", hosts[1] / "keys")
    for host in hosts:
        inbox = host / "inbox" / "ala-archa-history"
        inbox.mkdir(parents=True)
        shutil.copy(SAMPLES / "ala_archa_10day.csv", inbox)
    commands = [started(url, host, "ingest", "--once", "--source", "ala-archa-history") for host in hosts]
    told = [command.communicate() for command in commands]
    assert [command.returncode for command in commands] == [0, 0], told
    rows = sorted(line.count("2952") for line, _ in told)
    assert rows == [0, 1], "both hosts entered the same message"
    assert "sealed 10 periods" in arna(url, hosts[1], "seal")
    assert "10 segments, every byte as it was sealed" in arna(url, hosts[0], "doctor")
    assert "10 segments among it" in arna(url, hosts[0], "rebuild")


def test_who_seals_or_rebuilds_while_another_does_is_told_so_in_one_line(url: str, tmp_path: Path) -> None:
    house.make_keys(tmp_path / "one", load_network(ROOT / "config"))
    engine = open_database(url)
    with alone(engine, "the first"):
        told = [typed(word, **settings(url, tmp_path / "one")) for word in ("seal", "rebuild")]
    engine.dispose()
    assert [one.stderr for one in told] == [f"arna: sealing {WAITS}\n", f"arna: rebuilding {WAITS}\n"]
    assert [(one.returncode, one.stdout) for one in told] == [(1, ""), (1, "")]


def test_a_nightly_sealing_that_another_host_is_at_is_one_line_in_the_log(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record = open_record(url, network_of_two(), segments=str(tmp_path / "segments"), data=tmp_path)
    pen = Pen(record, gateway=GATEWAY, log=LOG)
    with alone(record.engine, "the first"), caplog.at_level(logging.WARNING, "arna.jobs"):
        jobs.seal_nightly(Desk(record, pen, tmp_path, lambda: START))
    assert [line.getMessage() for line in caplog.records] == [f"seal: sealing {WAITS}"]
    assert list(seal.seal(record, pen, lambda: START, pause=lambda: None)) == []
    record.engine.dispose()
