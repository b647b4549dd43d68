"""What the walk needs: a house that is made once and served beside each worker, and a browser for each.

The browser stands in the loop of its thread as long as it is open, so it is closed before other tests begin.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.page.opening import CHROMIUM, LACKS, chromium, make, served

_PACKAGE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The pages are made of lines that other tests count."""
    for item in items:
        if _PACKAGE in item.path.parents:
            item.add_marker(pytest.mark.uncounted)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the house, one for all workers. Nobody may write to its record."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "house"
    make(folder)
    return folder


@pytest.fixture(scope="package")
def address(house: Path) -> Iterator[str]:
    """Where the house is served, without a slash at its end."""
    with served(house) as url:
        yield url


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    if CHROMIUM is None:
        pytest.skip(LACKS)
    with chromium() as opened:
        yield opened
