"""A main node that serves, and an empty mirror of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from record.mirror import Mirror
from service.app import create_app
from service.settings import Settings
from tests.ingest.followed import Main, now, opened
from tests.record.founded import found
from tests.serving import running


@pytest.fixture
def main(tmp_path: Path) -> Iterator[Main]:
    folder = tmp_path / "main"
    folder.mkdir()
    record, pen = found(folder)
    app = create_app(Settings(config=folder / "config", data=folder), now=now)
    with running(app) as url:
        yield Main(folder, url, record, pen)


@pytest.fixture
def copy(tmp_path: Path, main: Main) -> Mirror:
    return opened(tmp_path / "mirror")
