"""The mirror as a command: it follows, serves what it copied, and says in one line what is wrong."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from arna.mirror import open_following
from record import tables
from record.errors import ConfigError
from record.proof import policy
from record.writer import Pen
from service.app import create_app
from service.settings import Settings
from tests.arna.typed import typed
from tests.example import KIROV, START, say, seen
from tests.record.founded import found
from tests.serving import running

ARNA = Path(sys.executable).with_name("arna")
NOW = START + timedelta(days=9)


def now() -> datetime:
    return NOW


@pytest.fixture
def main(tmp_path: Path) -> Iterator[tuple[str, Pen, Path]]:
    folder = tmp_path / "main"
    folder.mkdir()
    record, pen = found(folder)
    for day in range(5):
        say(pen, f"day {day}", [seen(KIROV, day, f"5.{day}")], hours=24 * day)
    pen.checkpoint(NOW)
    assert record.network.policy is not None
    (tmp_path / "policy").write_text(policy.write(record.network.policy), encoding="utf-8")
    with running(create_app(Settings(config=folder / "config", data=folder), now=now)) as url:
        yield url, pen, tmp_path


def following(url: str, folder: Path, given: Path | None):  # type: ignore[no-untyped-def]
    settings = Settings(config=folder / "none", data=folder / "mirror")
    hours = timedelta(hours=26)
    return open_following(settings, url, given, every=timedelta(seconds=0.05), stale_after=hours, now=now)


def alarms(folder: Path) -> list[str]:
    found_ = following("http://127.0.0.1:9", folder, None)
    with found_.mirror.engine.begin() as connection:
        return list(connection.execute(select(tables.alarm.c.kind)).scalars())


def test_a_mirror_needs_a_policy_once(main: tuple[str, Pen, Path]) -> None:
    url, _, folder = main
    with pytest.raises(ConfigError, match="name the file of your own ministry with --policy"):
        following(url, folder, None)
    assert following(url, folder, folder / "policy").once().entries == 9
    assert following(url, folder, None).once().entries == 0


def test_it_goes_round_after_round_and_an_alarm_is_a_line(
    main: tuple[str, Pen, Path], caplog: pytest.LogCaptureFixture
) -> None:
    url, pen, folder = main
    follower = following(url, folder, folder / "policy")
    stop = threading.Event()
    runner = threading.Thread(target=follower.rounds, args=(stop,))
    with caplog.at_level(logging.INFO, "arna.mirror"):
        runner.start()
        until(lambda: follower.mirror.size == 9)
        say(pen, "day 9", [seen(KIROV, 9, "5")], hours=24 * 9)
        pen.checkpoint(NOW)
        until(lambda: follower.mirror.size == 10)
        say(pen, "day 10", [seen(KIROV, 9, "6")], hours=24 * 9)
        with pen._engine.begin() as connection:
            connection.execute(update(tables.entry).where(tables.entry.c.idx == 10).values(leaf=b"another"))
        pen.checkpoint(NOW)
        until(lambda: any("ALARM" in line.getMessage() for line in caplog.records))
        stop.set()
        runner.join()
    assert "copied 9 entries, 5 readings; 9 held" in [line.getMessage() for line in caplog.records]
    assert alarms(folder) == ["tampered"]


def until(met) -> None:  # type: ignore[no-untyped-def]
    for _ in range(400):
        if met():
            return
        time.sleep(0.05)
    pytest.fail("it did not come to that within 20 s")


def test_the_command_copies_once_and_serves(main: tuple[str, Pen, Path]) -> None:
    url, _, folder = main
    places = {"ARNA_DATA": str(folder / "mirror"), "ARNA_CONFIG": str(folder / "none")}
    said = typed("mirror", url, "--policy", str(folder / "policy"), "--once", **places)
    assert (said.returncode, said.stdout) == (0, "copied 9 entries with 5 readings; 9 held\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    served = subprocess.Popen(
        [ARNA, "mirror", url, "--port", str(port)], env=os.environ | places, stderr=subprocess.PIPE, text=True
    )
    place = f"/collections/talas-daily/locations/{KIROV.partition('.')[0]}?f=csv"
    try:
        until(lambda: answers(port))
        with (
            urllib.request.urlopen(f"http://127.0.0.1:{port}{place}") as theirs,
            urllib.request.urlopen(url + place) as ours,
        ):
            assert theirs.read() == ours.read() != b""
    finally:
        served.send_signal(signal.SIGINT)
        _, told = served.communicate(timeout=30)
    assert "Traceback" not in told


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_policy_that_is_none_and_a_log_that_is_away_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "policy").write_text("quorum none\n")
    words = ("mirror", "http://127.0.0.1:9", "--policy", str(tmp_path / "policy"), "--once")
    said = typed(*words, ARNA_DATA=str(tmp_path / "mirror"))
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
    assert "must name the one log that is mirrored" in said.stderr
