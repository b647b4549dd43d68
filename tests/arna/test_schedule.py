"""How the jobs run beside each other, and how they stop."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from arna import house
from arna.desk import Desk
from arna.schedule import STOPS_WITHIN, Schedule, build_schedule, watch_clock
from record.health import health
from record.network import load_network
from record.network.source import Source, Trigger
from tests.example import open_pen
from tests.ingest.declared import HEAD, network, source

SECOND = Trigger(every=1, timeout=30)


@contextmanager
def silent_server() -> Iterator[str]:
    """A server that accepts whoever comes, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


@contextmanager
def going(folder: Path, *sources: Source) -> Iterator[Schedule]:
    """The schedule of these sources, running in a thread."""
    declared = network(*sources)
    record, pen = open_pen(folder, declared)
    schedule = build_schedule(declared, Desk(record, pen, folder, lambda: datetime.now(UTC)))
    runner = threading.Thread(target=schedule.run, daemon=True)
    runner.start()
    try:
        yield schedule
    finally:
        schedule.stop()
        runner.join(10)
        record.engine.dispose()


def put(folder: Path, name: str) -> Path:
    """A table in the inbox; returns where it lies once the record holds it."""
    inbox = folder / "inbox/tables"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / f".{name}").write_bytes((HEAD + "05.05.2026 00:00;15954;12,4;400\r\n").encode("cp1251"))
    (inbox / f".{name}").rename(inbox / name)
    return inbox / "taken" / name


def soon(happened: object, seconds: float = 20) -> bool:
    """Whether something comes true before long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if callable(happened) and happened():
            return True
        time.sleep(0.02)
    return False


def test_a_source_that_hangs_delays_no_other_and_no_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arna.schedule.STOPS_WITHIN", 0.5)
    with silent_server() as address:
        hanging = [source(address, id=f"silent-{number}", kind="http", trigger=SECOND) for number in range(20)]
        with going(tmp_path, *hanging, source("inbox/tables", trigger=SECOND)) as schedule:
            assert soon(put(tmp_path, "first").exists)
            assert soon(put(tmp_path, "second").exists)
            assert len(schedule.rounds.running) >= 20
            begun = time.monotonic()
            schedule.stop()
            assert time.monotonic() - begun < 0.5 + 5


def test_a_fault_that_nobody_foresaw_is_one_line_and_the_source_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a library\nfell over")

    monkeypatch.setattr("ingest.cycle.run", break_down)
    with going(tmp_path, source("inbox/tables", trigger=SECOND)) as schedule:
        engine = schedule.desk.record.engine
        assert soon(lambda: "tables-kg" in health(engine))
        state = health(engine)["tables-kg"]
    assert "its round broke (ZeroDivisionError: a library fell over)" in (state.fault or "")
    assert state.failures == 1
    assert not any("Traceback" in line.getMessage() or line.exc_info for line in caplog.records)


def test_a_clock_that_was_set_lets_every_job_run_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("arna.schedule._LOOK_SECONDS", 0.01)
    declared = network(source("inbox/tables", trigger=Trigger(every=86_400)))
    record, pen = open_pen(tmp_path, declared)
    times = iter([timedelta(), timedelta(), timedelta(), timedelta(hours=-2)])
    schedule = build_schedule(declared, Desk(record, pen, tmp_path, lambda: datetime.now(UTC)))
    ran, ended, last = threading.Event(), threading.Event(), timedelta()

    def now() -> datetime:
        nonlocal last
        last = next(times, last)
        return datetime.now(UTC) + last

    monkeypatch.setattr(Schedule, "at_once", lambda _: ran.set())
    with caplog.at_level(logging.WARNING, "arna.schedule"):
        watcher = threading.Thread(target=watch_clock, args=(schedule, ended, now))
        watcher.start()
        assert ran.wait(10)
        ended.set()
        watcher.join()
    assert "the clock was set by -7200 s" in caplog.text
    assert caplog.text.count("the clock was set") == 1
    record.engine.dispose()


def test_after_a_jump_sources_are_asked_at_once_and_the_house_keeps_its_hours(tmp_path: Path) -> None:
    """What is done at night must not be done once more because somebody set the clock."""
    declared = network(source("inbox/tables", trigger=Trigger(every=86_400)))
    record, pen = open_pen(tmp_path, declared)
    now = datetime(2036, 5, 10, 4, tzinfo=UTC)
    schedule = build_schedule(declared, Desk(record, pen, tmp_path, lambda: now))
    starter = threading.Thread(target=schedule.scheduler.start, kwargs={"paused": True}, daemon=True)
    starter.start()
    assert soon(lambda: schedule.scheduler.running)
    schedule.at_once()
    times = {job.id: job.next_run_time for job in schedule.scheduler.get_jobs()}
    assert times["tables-kg"] == now
    for job in ("follow_journal", "issue_reports", "deliver_reports"):
        assert (times[job] - now).total_seconds() <= 60
    assert times["seal_nightly"] > now
    schedule.scheduler.shutdown()
    record.engine.dispose()


def test_sigterm_ends_the_command_within_seconds_though_a_source_hangs(tmp_path: Path) -> None:
    with silent_server() as address:
        config = shutil.copytree(Path(__file__).parents[2] / "config", tmp_path / "config")
        (config / "sources.toml").write_text(SOURCES.format(address=address))
        (config / "obligations.toml").unlink()
        env = {**os.environ, "ARNA_CONFIG": str(config), "ARNA_DATA": str(tmp_path / "data")}
        env.pop("ARNA_RECORD", None)
        arna = [sys.executable, "-c", "from arna.cli import main; main()"]
        house.make_keys(tmp_path / "data", load_network(config))
        with subprocess.Popen([*arna, "ingest"], env=env, stderr=subprocess.PIPE, text=True) as running:
            assert soon(lambda: asked(tmp_path / "data" / "record.sqlite"), 30)
            time.sleep(0.5)
            begun = time.monotonic()
            running.send_signal(signal.SIGTERM)
            code = running.wait(30)
            took = time.monotonic() - begun
            said = running.stderr.read() if running.stderr else ""
    assert code == 0
    assert took < STOPS_WITHIN + 6
    assert "its round did not end in time" in said
    assert "Traceback" not in said


def asked(record: Path) -> bool:
    """Whether the record is laid and its network entered, after which the sources are asked."""
    if not record.exists():
        return False
    engine = create_engine(f"sqlite:///{record}")
    try:
        with engine.connect() as connection:
            tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'entry'").scalar()
            return bool(tables and connection.exec_driver_sql("SELECT count(*) FROM entry").scalar())
    finally:
        engine.dispose()


SOURCES = """
[[source]]
id = "silent"
party = "kg"
kind = "http"
place = "{address}"
format = "kn15"
media = "text/plain"
zone = "Asia/Bishkek"
trigger = {{ every = 60, timeout = 60 }}
"""
