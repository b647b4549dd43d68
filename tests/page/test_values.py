"""The numbers on the pages are those of the API, to the last digit behind, and rounded in front."""

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Page

from tests.page.places import PLACES, Place
from tests.page.told import Number, differs, misread, told

_KEYED = """(found) => found.map((one) =>
  [one.dataset.key, one.getAttribute("value") ?? one.dataset.value ?? "", one.textContent])"""


@pytest.fixture(scope="module")
def numbers(address: str) -> Mapping[str, Number]:
    """What the API tells."""
    return told(address)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page without scripts: the numbers stand in what the service sends."""
    with browser.new_context(java_script_enabled=False) as context:
        yield context.new_page()


@pytest.mark.parametrize("place", [place for place in PLACES if place.values], ids=lambda place: place.name)
@pytest.mark.parametrize("language", ["ky", "en"])
def test_numbers_are_those_of_the_api(
    page: Page, address: str, numbers: Mapping[str, Number], place: Place, language: str
) -> None:
    page.goto(f"{address}{place.address(language)}")
    keyed = page.eval_on_selector_all("[data-key]", _KEYED)
    wrong = [
        f"{key}: {value!r}, shown as {shown!r}, is {numbers.get(key, 'unknown')!r}"
        for key, value, shown in keyed
        if key not in numbers or differs(value, numbers[key]) or misread(shown, numbers[key], language)
    ]
    assert wrong == []
    said = {key for key, value, _ in keyed if value}
    assert len(said) >= place.values
