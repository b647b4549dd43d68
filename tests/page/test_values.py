"""The numbers on the pages are those of the API, to the last digit behind, and rounded in front."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.page.places import PLACES, Place
from tests.page.told import Asked, Told, differs, misread
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
    asked = {name: values[0] for name, values in parse_qs(urlsplit(place.path).query).items()}
    # What a chart sums up can be held against /hydrographs where its span is asked for.
    keys = "[data-key]" if "from" in asked else "[data-key]:not([data-key^='hydrograph:'])"
    keyed = visit.page.eval_on_selector_all(keys, _KEYED)
    wrong = [fault for key, value, shown in keyed if (fault := _wrong(told, key, asked, value, shown, language))]
    assert not wrong, "\n".join(wrong)
    said = {key for key, value, _ in keyed if value}
    assert len(said) >= place.values


def _wrong(told: Told, key: str, asked: Asked, value: str, shown: str, language: str) -> str:
    """What is wrong with a number: the key that it bears, its value, and how it is shown; nothing where it is right."""
    try:
        number = told.number(key, asked)
    except KeyError:
        return f"{key}: the API knows nothing by this name"
    # The ledger counts in seconds what pages tell in hours.
    told_as = number / 3600 if number is not None and key.endswith(".median_late_by") else number
    is_wrong = differs(value, number) or misread(shown, told_as, language)
    return f"{key}: {value!r}, shown as {shown!r}, is {number!r}" if is_wrong else ""
