"""What PostgreSQL adds: several writers and readers of one record at once, and faults of a server."""

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from sqlalchemy import create_engine

from record import seal
from record.archive import Archive, Record, open_record
from record.archive.rebuild import rebuild
from record.check import checked_entries
from record.database import alone, open_database
from record.errors import RecordBusy, RecordError
from record.selection import Selection
from record.writer import Pen
from tests.example import (
    BORDER,
    GATEWAY,
    KIROV,
    KIROV_STORAGE,
    LOG,
    START,
    message,
    network_of_two,
    say,
    seen,
)
from tests.postgres import url_in

WRITERS, MESSAGES = 3, 25
LONG_AFTER = datetime(2040, 1, 1, tzinfo=UTC)
Opening = Callable[[], tuple[Record, Pen]]


def opened(url: str, folder: Path) -> tuple[Record, Pen]:
    record = open_record(url, network_of_two(), segments=str(folder / "segments"), data=folder)
    return record, Pen(record, gateway=GATEWAY, log=LOG)


@pytest.fixture
def url(cluster: Path, tmp_path: Path) -> str:
    return url_in(cluster, tmp_path)


def write(url: str, folder: Path, writer: int) -> None:
    """One ingest worker: its own source, every message the same number for three series at one time."""
    record, pen = opened(url, folder)
    for number in range(MESSAGES):
        said = [seen(series, number, f"{writer}{number:02}") for series in (KIROV, KIROV_STORAGE, BORDER)]
        pen.append(message(f"{writer} {number}", source=f"worker-{writer}"), said, [], START)
    record.engine.dispose()


def test_workers_write_at_once_in_one_order_and_no_reader_sees_half_a_message(url: str, tmp_path: Path) -> None:
    record, _ = opened(url, tmp_path)
    done, torn = Event(), list[np.ndarray]()
    reader = Thread(target=read_until, args=(Archive(record), done, torn))
    reader.start()
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write, args=(url, tmp_path, writer)) for writer in range(WRITERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    done.set()
    reader.join()
    assert [worker.exitcode for worker in workers] == [0] * WRITERS
    assert torn == []
    with record.engine.connect() as connection:
        entries = list(checked_entries(connection))
    assert len(entries) == WRITERS * MESSAGES
    for writer in range(WRITERS):
        mine = [entry.leaf for entry in entries if entry.leaf.source == f"worker-{writer}"]
        assert [leaf.content["seq"] for leaf in mine] == list(range(MESSAGES))
    record.engine.dispose()


def read_until(archive: Archive, done: Event, torn: list[np.ndarray]) -> None:
    """Ask over and over; all that is said of one time must be the same number."""
    while not done.is_set():
        found = archive.select(Selection(series=(KIROV, KIROV_STORAGE, BORDER)))
        if not found.sizes["time"]:
            continue
        said = np.stack([found.inflow.values[0], found.storage.values[0], found.discharge.values[1]])
        if (said != said[0]).any():
            torn.append(said)


def count_until(archive: Archive, done: Event, counted: set[int]) -> None:
    """Ask over and over how many readings there are."""
    while not done.is_set():
        counted.add(archive.select(Selection(series=(KIROV,))).sizes["time"])


def test_workers_and_readers_go_on_while_a_period_is_sealed(url: str, tmp_path: Path) -> None:
    record, pen = opened(url, tmp_path)
    say(pen, "first", [seen(KIROV, day, "20") for day in range(60)])
    worker = multiprocessing.get_context("spawn").Process(target=write, args=(url, tmp_path, 1))
    done, counted = Event(), set[int]()
    readers = [Thread(target=count_until, args=(Archive(record), done, counted)) for _ in range(2)]
    worker.start()
    for reader in readers:
        reader.start()
    faults = []
    while worker.is_alive():
        faults += [one.fault for one in seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None) if one.fault]
    worker.join()
    done.set()
    for reader in readers:
        reader.join()
    list(seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None))
    assert (worker.exitcode, faults, counted) == (0, [], {60})
    found = Archive(record).select(Selection(series=(KIROV,))).inflow.values[0]
    assert found.tolist() == [float(f"1{number:02}") for number in range(MESSAGES)] + [20.0] * (60 - MESSAGES)
    record.engine.dispose()


def test_a_second_sealing_and_a_rebuilding_meanwhile_are_refused(url: str, tmp_path: Path) -> None:
    record, pen = opened(url, tmp_path)
    with alone(record.engine, "the first"):
        with pytest.raises(RecordBusy, match="sealing waits: another process seals or rebuilds"):
            list(seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None))
        with pytest.raises(RecordBusy, match="the rebuilding waits"):
            rebuild(record)
    assert list(seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None)) == []
    record.engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://arna:secret@127.0.0.1:1/arna",
        "postgresql://arna:secret@/arna?host=/nowhere",
        "postgresql+nodriver://arna:secret@127.0.0.1/arna",
    ],
)
def test_a_server_that_cannot_be_reached_is_one_line_without_the_password(url: str) -> None:
    with pytest.raises(RecordError) as fault:
        open_database(url)
    assert "\n" not in str(fault.value)
    assert "cannot be opened" in str(fault.value)
    assert "secret" not in str(fault.value)


def test_a_server_that_goes_away_is_one_line(url: str, cluster: Path, tmp_path: Path) -> None:
    record, pen = opened(url, tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20")])
    killer = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with killer.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        )
    with pytest.raises(RecordError) as fault:
        say(pen, "second", [seen(KIROV, 1, "21")])
    assert "\n" not in str(fault.value)
    say(pen, "second", [seen(KIROV, 1, "21")])
    assert Archive(record).select(Selection(series=(KIROV,))).inflow.values.tolist() == [[20, 21]]
    killer.dispose()
    record.engine.dispose()
