"""Trouble of a record, made on purpose: full and read-only disks, damaged files."""

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from record.archive import Record

Room = Callable[[Record], AbstractContextManager[None]]
Harm = Callable[[Path], None]


def one_line(fault: BaseException | str) -> str:
    """The line that is shown for a fault; there may be no second."""
    said = str(fault)
    assert said
    assert "\n" not in said
    return said


@contextmanager
def full_database(record: Record) -> Iterator[None]:
    """The database may not grow by one page."""
    with record.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    yield
    with record.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")


@contextmanager
def short_files(_: Record) -> Iterator[None]:
    """No file of this process may grow beyond a few thousand bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def little_space(_: Record) -> Iterator[None]:
    """The disk says that hardly anything of it is free."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=50_000))
        yield


@contextmanager
def no_room_for_a_seal(record: Record) -> Iterator[None]:
    """The journal takes no seal."""
    refuse = "WHEN NEW.kind = 'arna/seal/v1' BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    with record.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TRIGGER full BEFORE INSERT ON entry {refuse}")
    yield
    with record.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """A small file system of its own in `folder`; the test is skipped where none may be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("mount") is None:
        pytest.skip("no file system may be mounted here: there is no mount command")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", *options, "none", folder], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no file system may be mounted here: {' '.join(done.stderr.split())}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def garbage_everywhere(path: Path) -> None:
    path.write_bytes(b"this is not a database\n" * 400)


def garbage_inside(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[4096:] = b"\xa5" * (len(body) - 4096)
    path.write_bytes(body)


def garbage_in_one_page_of(path: Path, table: str) -> None:
    """Spoil one page of rows in the middle of a table, as a bad sector would; its first pages read well."""
    with sqlite3.connect(path) as behind:
        (root,) = behind.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = behind.execute("PRAGMA page_size").fetchone()
    behind.close()
    body = bytearray(path.read_bytes())
    start = (root - 1) * size
    cells = int.from_bytes(body[start + 3 : start + 5], "big")
    pointer = start + 12 + cells // 2 * 2
    cell = start + int.from_bytes(body[pointer : pointer + 2], "big")
    child = int.from_bytes(body[cell : cell + 4], "big")
    body[(child - 1) * size : child * size] = b"\xa5" * size
    path.write_bytes(body)


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)


def read_only(folder: Path, *, yes: bool = True) -> None:
    """Let a file system that was mounted be read only, or again not."""
    subprocess.run(["mount", "-o", "remount,ro" if yes else "remount,rw", folder], check=True)
