"""A main node that serves, and an empty mirror of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from record.mirror import Mirror
from service.app import create_app
from service.settings import Settings
from tests import example
from tests.ingest.brokers import WORD, Standard, standard
from tests.ingest.followed import Main, now, opened
from tests.postgres import url_in
from tests.record.founded import found
from tests.serving import running


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers on this machine are asked directly, whatever the environment says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(autouse=True)
def _word(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password of brokers."""
    monkeypatch.setenv("WATER_WORD", WORD)


@pytest.fixture
def broker() -> Iterator[Standard]:
    with standard() as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let main node and mirror be kept in each database in turn."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "postgresql":
            socket = request.getfixturevalue("cluster")
            patch.setattr(example, "url_of", lambda folder: url_in(socket, folder))
        yield


@pytest.fixture
def main(tmp_path: Path) -> Iterator[Main]:
    folder = tmp_path / "main"
    folder.mkdir()
    record, pen = found(folder)
    settings = Settings(config=folder / "config", data=folder, record=example.url_of(folder))
    with running(create_app(settings, now=now)) as url:
        yield Main(folder, url, record, pen)


@pytest.fixture
def copy(tmp_path: Path, main: Main) -> Mirror:
    return opened(tmp_path / "mirror")
