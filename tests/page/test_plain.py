"""Without scripts: every page has its tables and drawings, its links lead somewhere, and its forms ask."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.page.places import PLACES, Place
from tests.page.visit import NARROW, Visit, visiting

pytestmark = pytest.mark.parametrize(
    "place", [place for place in PLACES if place.status == 200], ids=lambda place: place.name
)

_LINKS = "(found) => found.map((one) => new URL(one.getAttribute('href'), location.href).href.split('#')[0])"


@pytest.fixture(scope="module")
def followed() -> set[tuple[object, ...]]:
    """The kinds of links of which one was followed from some page."""
    return set()


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A visitor whose browser runs no scripts."""
    with visiting(browser, address, NARROW, scripts=False) as found:
        yield found


def test_tables_and_drawings_stand_there(visit: Visit, place: Place) -> None:
    visit.go(place.address("kk"))
    assert visit.page.locator("main table:visible").count() >= place.tables
    assert visit.page.locator("main svg:visible").count() >= place.drawings
    assert visit.told() == []


def test_links_lead_somewhere(visit: Visit, place: Place, followed: set[tuple[object, ...]]) -> None:
    visit.go(place.address("kk"))
    links = visit.page.eval_on_selector_all("a[href]", _LINKS)
    # Of each kind one: a hundred sites are one kind, and the forms of a download each its own.
    # The stream of events, that a page names for programs, has no end.
    kinds = {_kind(link): link for link in links if link.startswith(visit.address) and "/events" not in link}
    assert len(kinds) > 5
    answers = {link: visit.page.request.get(link).status for kind, link in kinds.items() if kind not in followed}
    followed |= set(kinds)
    assert {link: status for link, status in answers.items() if status != 200} == {}


def _kind(link: str) -> tuple[object, ...]:
    parts = urlsplit(link)
    asked = parse_qs(parts.query)
    head, *rest = parts.path.removeprefix("/").split("/")
    return head, len(rest), PurePosixPath(parts.path).suffix, frozenset(asked), *asked.get("f", ())


def test_forms_ask_the_same_page(visit: Visit, place: Place) -> None:
    visit.go(place.address("kk"))
    for number in range(visit.page.locator("main form[method=get]:visible, main form:not([method]):visible").count()):
        visit.go(place.address("kk"))
        form = visit.page.locator("main form[method=get]:visible, main form:not([method]):visible").nth(number)
        with visit.page.expect_navigation() as moved:
            form.locator("[type=submit], button").first.click()
        assert moved.value is not None
        assert (moved.value.status, visit.page.get_attribute("html", "lang")) == (200, "kk")
    assert visit.told() == []
