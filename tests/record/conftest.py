"""The same tests of the record on each database that it can be kept in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from record.archive import Record, open_record
from record.network import Network
from tests import example
from tests.postgres import running_cluster, url_in


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The socket folder of a PostgreSQL cluster."""
    with running_cluster() as socket:
        yield socket


@pytest.fixture(autouse=True)
def closed_records(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the records that a test opened."""
    opened: list[Record] = []

    def open_and_remember(url: str, network: Network, *, segments: str, data: Path) -> Record:
        opened.append(open_record(url, network, segments=segments, data=data))
        return opened[-1]

    monkeypatch.setattr(example, "open_record", open_and_remember)
    yield
    for record in opened:
        record.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the examples of a module be kept in each database in turn."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "postgresql":
            socket = request.getfixturevalue("cluster")
            patch.setattr(example, "url_of", lambda folder: url_in(socket, folder))
        yield request.param
