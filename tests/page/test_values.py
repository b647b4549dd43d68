"""The numbers on the pages are those of the API, to the last digit behind, and rounded in front."""

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser

from tests.page.places import PLACES, Place
from tests.page.told import Number, differs, misread, told
from tests.page.visit import Visit, visiting

_KEYED = """(found) => found.map((one) =>
  [one.dataset.key, one.getAttribute("value") ?? one.dataset.value ?? "", one.textContent])"""


@pytest.fixture(scope="module")
def numbers(address: str) -> Mapping[str, Number]:
    """What the API tells."""
    return told(address)


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A visitor without scripts: the numbers stand in what the service sends."""
    with visiting(browser, address, scripts=False) as found:
        yield found


@pytest.mark.parametrize("place", [place for place in PLACES if place.values], ids=lambda place: place.name)
@pytest.mark.parametrize("language", ["ky", "en"])
def test_numbers_are_those_of_the_api(visit: Visit, numbers: Mapping[str, Number], place: Place, language: str) -> None:
    visit.go(place.address(language))
    keyed = visit.page.eval_on_selector_all("[data-key]", _KEYED)
    wrong = [
        f"{key}: {value!r}, shown as {shown!r}, is {numbers.get(key, 'unknown')!r}"
        for key, value, shown in keyed
        if key not in numbers or differs(value, numbers[key]) or misread(shown, numbers[key], language)
    ]
    assert not wrong, "\n".join(wrong)
    said = {key for key, value, _ in keyed if value}
    assert len(said) >= place.values
