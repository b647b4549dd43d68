"""Every page over a record in which the countries differ, and over one that holds nothing: it stands and says so."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser

from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.page.places import Place
from tests.page.test_walk import unsound
from tests.page.visit import NARROW, Visit, overflowing, visiting
from tests.record.founded import found
from tests.service import issued_example
from tests.serving import running

_PATHS = (
    "/", "/sites", "/sites/kirov", "/compare", "/reports", "/reports/daily", "/sources", "/verify", "/hydrologists",
    "/about",
)  # fmt: skip
_LANGUAGE = "ky"


def differing(folder: Path) -> FastAPI:
    """Of one country somebody holds other entries."""
    house = issued_example.served(folder)
    house.issuing.pen.alarm("fork", "witness kz says so", b"two notes", issued_example.NOW)
    return house.app


def empty(folder: Path) -> FastAPI:
    """Nobody ever said anything."""
    (folder / "main").mkdir()
    record, _ = found(folder / "main")
    own = folder / "own"
    own.mkdir()
    app = create_app(Settings(config=issued_example.ROOT / "config", data=own), now=lambda: issued_example.NOW)
    renewal.install(app, lambda: record)
    return app


@pytest.fixture(scope="module", params=[(differing, "differ"), (empty, "provisional")], ids=["differing", "empty"])
def visit(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Visit, str]]:
    """A visitor with a phone, and how the record stands."""
    make, state = request.param
    app = make(tmp_path_factory.mktemp(state))
    with ExitStack() as stack:
        address = stack.enter_context(running(app))
        # The server of a thread hears no signal, by which one of a process ends its streams before it goes.
        stack.callback(app.state.events.close)
        yield stack.enter_context(visiting(browser, address, NARROW)), state


def test_pages_stand_whatever_the_record_holds(visit: tuple[Visit, str]) -> None:
    seen, state = visit
    wrong: list[str] = []
    for path in _PATHS:
        place = Place(name=path, path=path)
        seen.go(place.address(_LANGUAGE))
        faults = [*unsound(seen, place, _LANGUAGE)]
        if f"standing {state}" not in (seen.page.get_attribute("[data-live=standing]", "class") or ""):
            faults.append("says otherwise how the record stands")
        wrong += [f"{path}: {fault}" for fault in (*faults, *seen.told(), *overflowing(seen.page))]
    assert not wrong, "\n".join(wrong)
