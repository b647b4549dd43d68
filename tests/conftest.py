"""What all tests share: examples that are the same on every run, on a busy machine too, and a PostgreSQL cluster."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine

from record import database
from tests.postgres import running_cluster

settings.register_profile("arna", deadline=None, derandomize=True, max_examples=60, print_blob=True)
settings.load_profile("arna")


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
