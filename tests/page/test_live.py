"""A page follows the record: what is entered appears by itself, and a service that is gone is not passed over."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.page.visit import Visit, visiting
from tests.service import issued_example, overview_example
from tests.service.report_example import Record, reading, report_network
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
        # A page that asks in vain says so; one whose stream has ended may ask again before it does.
        expect(state).to_have_class(re.compile("live (off|fault)"), timeout=_PATIENCE)
        expect(state).to_have_text(re.compile("Not connected since|could not be renewed"))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A record of the day before yesterday and of yesterday, to which tests add; two of its sites have a place."""
    network = report_network()
    places = {"gate": (42.6, 71.4), "upper": (42.4, 72.4)}
    placed = {
        name: network.sites[name].model_copy(update={"lat": lat, "lon": lon}) for name, (lat, lon) in places.items()
    }
    return overview_example.filled(tmp_path_factory.mktemp("live"), replace(network, sites={**network.sites, **placed}))


@pytest.fixture
def visit(browser: Browser, record: Record, tmp_path: Path) -> Iterator[Visit]:
    """A visitor of the overview of that record."""
    with running(overview_example.served(tmp_path, record)) as address, visiting(browser, address) as found:
        found.page.set_default_timeout(_PATIENCE)
        found.go("/?lang=en")
        expect(found.page.locator("#live")).to_have_text("Live")
        yield found
        assert found.told() == []


def say(record: Record, value: str) -> None:
    """A newer reading of the upper post, or a correction of it."""
    record.say([reading("upper:kg.discharge.term", overview_example.NOW, value)])


def shown(page: Page, value: str) -> None:
    """Wait until the page shows what the upper post says."""
    said = page.locator("[data-live=stations-talas] data[data-key='latest:upper:kg.discharge.term']")
    expect(said).to_have_text(value, timeout=_PATIENCE)


def test_what_is_said_while_the_page_is_fetched_is_not_missed(visit: Visit, record: Record) -> None:
    page, asked = visit.page, 0

    def slowly(route: Route) -> None:
        nonlocal asked
        asked += 1
        answer = route.fetch()
        if asked == 1:
            # What is fetched does not hold it, and the stream tells of it before the page has come.
            say(record, "12.5")
            page.wait_for_timeout(700)
        route.fulfill(response=answer)

    page.route("**/?lang=en", slowly)
    say(record, "11.5")
    shown(page, "12.5")
    assert asked >= 2


def test_where_one_is_lasts_and_the_report_of_the_day_is_waited_for(visit: Visit, record: Record) -> None:
    page = visit.page
    rests, popup = page.locator("[data-live=rests]"), page.locator(".leaflet-popup")
    page.locator(".live-map .leaflet-marker-icon[title=Upper]").press("Enter")
    expect(popup).to_contain_text("Upper")
    # Behind the map, whose marks and signs a script made.
    chosen = page.locator("[data-live=stations-talas] a").last
    chosen.focus()
    before = page.evaluate("document.activeElement.href")
    for value in ("13.5", "14.5"):
        say(record, value)
        shown(page, value)
        assert page.evaluate("document.activeElement.href") == before
        expect(popup).to_contain_text(value)
    expect(rests).to_contain_text(f"as of entry {record.archive.size() - 1},", timeout=_PATIENCE)
    expect(rests).not_to_contain_text("being made")
