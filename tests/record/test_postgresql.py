"""What PostgreSQL adds: several writers and readers of one record at once, and faults of a server."""

import multiprocessing
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from sqlalchemy import create_engine, event, inspect

from record import seal, tables
from record.archive import Archive, Record, open_record
from record.archive.rebuild import rebuild
from record.archive.record import check_segments
from record.check import checked_entries
from record.database import alone, open_database
from record.errors import RecordBusy, RecordError
from record.selection import Selection
from record.writer import Appended, Pen
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
from tests.postgres import running_cluster, url_in

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

WRITERS, MESSAGES = 3, 25
LONG_AFTER = datetime(2040, 1, 1, tzinfo=UTC)
PROCESSES = multiprocessing.get_context("fork")


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
    workers = [PROCESSES.Process(target=write, args=(url, tmp_path, writer)) for writer in range(WRITERS)]
    for worker in workers:
        worker.start()
    record, _ = opened(url, tmp_path)
    done, torn = Event(), list[np.ndarray]()
    reader = Thread(target=read_until, args=(Archive(record), done, torn))
    reader.start()
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
    worker = PROCESSES.Process(target=write, args=(url, tmp_path, 1))
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
        with pytest.raises(RecordBusy, match="rebuilding waits: another process seals or rebuilds"):
            rebuild(record)
    assert list(seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None)) == []
    record.engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://arna:secret@127.0.0.1:1/arna",
        "postgresql://arna:secret@/arna?host=/nowhere",
        "postgresql://arna:se%2Fcret@127.0.0.1:1/arna?sslpassword=secret",
        "postgresql://127.0.0.1:1/arna?user=arna&password=secret",
        "postgresql://arna:secret@127.0.0.1:1/arna?sslmode=nonsense",
        "postgresql+nodriver://arna:secret@127.0.0.1/arna",
        "mysql://arna:secret@127.0.0.1/arna",
    ],
)
def test_a_server_that_cannot_be_reached_is_one_line_without_the_password(url: str) -> None:
    with pytest.raises(RecordError) as fault:
        open_database(url)
    assert "\n" not in str(fault.value)
    assert "cannot be opened" in str(fault.value)
    assert "secret" not in str(fault.value)


def test_a_lacking_driver_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(RecordError, match=r"cannot be opened: .*psycopg.*; install arna\[postgres\]") as fault:
        open_database("postgresql://arna:secret@127.0.0.1:1/arna")
    assert "\n" not in str(fault.value)
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize("url", ["postgresql://arna:sec:ret@h:ost@127.0.0.1:secret/arna", "secret"])
def test_what_is_no_address_is_one_line_that_repeats_none_of_it(url: str) -> None:
    with pytest.raises(RecordError, match="ARNA_RECORD is not the address of a database") as fault:
        open_database(url)
    assert "\n" not in str(fault.value)
    assert "secret" not in str(fault.value)


def test_a_server_that_breaks_off_is_one_line_and_leaves_nothing_of_the_message(url: str, tmp_path: Path) -> None:
    record, pen = opened(url, tmp_path)
    left = [30]

    def break_off(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            end_all_sessions(url)

    said = [seen(KIROV, day, "20") for day in range(40)]
    event.listen(record.engine, "before_cursor_execute", break_off)

    def say_all() -> list[Appended]:
        return [say(pen, f"message {number}", said) for number in range(9)]

    with pytest.raises(RecordError, match="was not entered: ") as fault:
        say_all()
    assert "\n" not in str(fault.value)
    size, again = Archive(record).size(), say_all()
    assert [one.repeated for one in again] == [True] * size + [False] * (9 - size)
    with record.engine.connect() as connection:
        assert len(list(checked_entries(connection))) == 9
    record.engine.dispose()


def test_a_server_that_is_gone_is_one_line_whatever_is_asked_of_it(tmp_path: Path) -> None:
    with running_cluster() as socket:
        record, pen = opened(url_in(socket, tmp_path), tmp_path)
        say(pen, "first", [seen(KIROV, 0, "20")])
    archive = Archive(record)
    for ask in (
        lambda: archive.select(Selection(series=(KIROV,))),
        lambda: say(pen, "second", [seen(KIROV, 1, "21")]),
        lambda: pen.cursor("telegrams"),
        lambda: pen.checkpoint(START),
        lambda: list(seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None)),
        lambda: rebuild(record),
        lambda: check_segments(record),
    ):
        with pytest.raises(RecordError) as fault:
            ask()
        assert "\n" not in str(fault.value)
    record.engine.dispose()


def test_processes_that_open_an_empty_database_at_once_lay_its_tables_once(url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        engines = list(pool.map(open_database, [url] * 6))
    assert set(inspect(engines[0]).get_table_names()) == set(tables.metadata.tables)
    for engine in engines:
        engine.dispose()


def test_a_restart_of_the_server_is_not_noticed_by_the_next_question(url: str, tmp_path: Path) -> None:
    record, pen = opened(url, tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20")])
    end_all_sessions(url)
    assert Archive(record).select(Selection(series=(KIROV,))).inflow.values.tolist() == [[20]]
    end_all_sessions(url)
    say(pen, "second", [seen(KIROV, 1, "21")])
    assert Archive(record).select(Selection(series=(KIROV,))).inflow.values.tolist() == [[20, 21]]
    record.engine.dispose()


def end_all_sessions(url: str) -> None:
    """Break every connection but our own, as a restart of the server does."""
    killer = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with killer.connect() as connection:
        others = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) {others}")
        while connection.exec_driver_sql(f"SELECT count(*) {others}").scalar():
            connection.commit()
    killer.dispose()
