"""What all tests share: examples that are the same on every run, on a busy machine too, and a PostgreSQL cluster."""

import gc
import os
import sys
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyproj  # noqa: F401 - it finds its database only where it is loaded before the libraries that read BUFR
import pytest
from hypothesis import is_hypothesis_test, settings
from sqlalchemy import Engine, create_engine

from record import database
from record.network import Network, network_from
from tests.postgres import running_cluster

settings.register_profile("arna", deadline=None, derandomize=True, max_examples=40, print_blob=True)
settings.load_profile("arna")


def pytest_configure() -> None:
    """Look for cycles less often than Python would: thousands of tests and all that they import stay to the end."""
    gc.set_threshold(20_000, 10, 10)


def pytest_collection_finish() -> None:
    """Let the collector pass over what stays."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Count no lines while a test runs that comes to the lines of another: it takes twice as long to count them.

    These are properties, which are there to find what examples do not, and what is tried on SQLite before PostgreSQL.
    Others are marked so where they stand: what plays a whole day, or is killed time and again.
    """
    for item in items:
        chosen = getattr(item, "callspec", None)
        again = chosen is not None and chosen.params.get("each_database") == "postgresql"
        if again or is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.uncounted)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Nor count the lines of the processes that such a test starts, which coverage finds by their environment."""
    if item.get_closest_marker("uncounted") is None:
        return (yield)
    with patch.dict(os.environ):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Stop counting here and in the threads to come; a server that others ask too goes on in its own thread."""
    if item.get_closest_marker("uncounted") is None:
        return (yield)
    here, there = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        threading.settrace(there)
        sys.settrace(here)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The socket folder of a PostgreSQL cluster."""
    with running_cluster() as socket:
        yield socket


@pytest.fixture(scope="session", autouse=True)
def no_wait_for_the_disk() -> Iterator[None]:
    """Let SQLite not wait for the disk: no test pulls the plug, and who kills a process loses nothing by it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_PRAGMAS", ("PRAGMA synchronous=OFF", *database._PRAGMAS[1:]))
        yield


@pytest.fixture(scope="session", autouse=True)
def networks_read_once() -> Iterator[None]:
    """Read the same files of a network once: what they declare hangs on their bytes alone, and is never changed."""
    known: dict[tuple[object, ...], Network] = {}

    def read(files: Mapping[str, bytes], folder: Path) -> Network:
        key = (folder, *files.items())
        if key not in known:
            known[key] = network_from(files, folder)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        for module in ("record.network.load", "record.force"):
            patch.setattr(f"{module}.network_from", read)
        yield


@pytest.fixture(autouse=True)
def closed_engines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let go of every database that a test opened."""
    opened: list[Engine] = []

    def remembered(*args: Any, **kwargs: Any) -> Engine:
        opened.append(create_engine(*args, **kwargs))
        return opened[-1]

    monkeypatch.setattr("record.database.create_engine", remembered)
    yield
    for engine in opened:
        engine.dispose()
