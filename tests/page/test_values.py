"""The numbers on the pages are those of the API, to the last digit behind, and rounded in front."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.page.places import PLACES, Place
from tests.page.told import Told, differs, misread
from tests.page.visit import Visit, visiting

_KEYED = """(found) => found.map((one) =>
  [one.dataset.key, one.getAttribute("value") ?? one.dataset.value ?? "", one.textContent])"""


@pytest.fixture(scope="module")
def told(address: str) -> Told:
    """What the API tells."""
    return Told(address)


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A visitor without scripts: the numbers stand in what the service sends."""
    with visiting(browser, address, scripts=False) as found:
        yield found


@pytest.mark.parametrize("place", [place for place in PLACES if place.values], ids=lambda place: place.name)
@pytest.mark.parametrize("language", ["ky", "en"])
def test_numbers_are_those_of_the_api(visit: Visit, told: Told, place: Place, language: str) -> None:
    visit.go(place.address(language))
    # What a chart sums up is held against /hydrographs where that is tried.
    keyed = visit.page.eval_on_selector_all("[data-key]:not([data-key^='hydrograph:'])", _KEYED)
    time = parse_qs(urlsplit(place.path).query).get("time", [""])[0]
    wrong = [fault for key, value, shown in keyed if (fault := _wrong(told, key, time, value, shown, language))]
    assert not wrong, "\n".join(wrong)
    said = {key for key, value, _ in keyed if value}
    assert len(said) >= place.values


def _wrong(told: Told, key: str, time: str, value: str, shown: str, language: str) -> str:
    """What is wrong with a number: the key that it bears, its value, and how it is shown; nothing where it is right."""
    try:
        number = told.number(key, time)
    except KeyError:
        return f"{key}: the API knows nothing by this name"
    is_wrong = differs(value, number) or misread(shown, number, language)
    return f"{key}: {value!r}, shown as {shown!r}, is {number!r}" if is_wrong else ""
