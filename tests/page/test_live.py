"""A page follows the record: what is entered appears by itself, and a service that is gone is not passed over."""

from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.page.visit import visiting
from tests.service import issued_example
from tests.serving import running

_LONG = 60_000
"""Milliseconds of the page's clock in which it has ceased to hope."""
_PATIENCE = 15_000
"""Milliseconds that a busy machine may take."""


def test_what_is_signed_appears_by_itself_and_a_lost_service_is_told(browser: Browser, tmp_path: Path) -> None:
    house = issued_example.served(tmp_path)
    with ExitStack() as stack:
        door = stack.enter_context(ExitStack())
        address = door.enter_context(running(house.app))
        visit = stack.enter_context(visiting(browser, address))
        page = visit.page
        page.clock.install()
        visit.go("/about?lang=en")
        standing, state = page.locator("[data-live=standing]"), page.locator("#live")
        expect(state).to_have_text("Live")
        before = standing.inner_text()

        house.issuing.sign("kg", "kz")
        expect(standing).not_to_have_text(before, timeout=_PATIENCE)
        expect(page.locator("#told")).to_have_text("The page was renewed.")
        expect(state).to_have_text("Live")
        assert visit.told() == []

        # The server of a thread hears no signal, by which one of a process ends its streams before it goes.
        house.app.state.events.close()
        door.close()
        page.wait_for_timeout(300)
        page.clock.fast_forward(_LONG)
        expect(state).to_have_class("live off", timeout=_PATIENCE)
        expect(state).to_contain_text("Not connected since")
