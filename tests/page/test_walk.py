"""Every page in four languages, on a phone and on a desk, by day and by night: it opens, fits and can be read.

By turns: each page on a phone and on a desk, one by day and one by night, in two languages, others for the next page.
All by all is looked at where ARNA_WALK is `whole`: `make walk`, which continuous integration runs too.
"""

import os
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests import catalogues
from tests.page.places import LANGUAGES, PLACES, Place
from tests.page.visit import NARROW, SCHEMES, WIDE, Visit, inaccessible, overflowing, texts, visiting

_ANY = "x-default"
"""The alternate for who reads none of the four."""
_WHOLE = os.environ.get("ARNA_WALK") == "whole"
_HOLE = re.compile(r"\\?\{[^{}]*\\?\}")


@pytest.fixture(scope="module", params=[NARROW, WIDE], ids=["phone", "desk"])
def visit(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    """A visitor with a phone, and one at a desk."""
    with visiting(browser, address, request.param) as found:
        yield found


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_is_sound_in_each_language_by_day_and_by_night(visit: Visit, place: Place) -> None:
    is_wide = visit.page.viewport_size == {"width": WIDE[0], "height": WIDE[1]}
    found: list[str] = []
    for number, language in enumerate(LANGUAGES):
        look = (number + PLACES.index(place)) % 4
        # Of four looks, phone and desk by day and by night, one page has the first and last, the next the others.
        if not _WHOLE and (look % 2 != is_wide or (look in (0, 3)) == PLACES.index(place) % 2):
            continue
        for scheme in SCHEMES if _WHOLE else [SCHEMES[look // 2]]:
            visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            visit.go(place.address(language))
            faults = [
                *unsound(visit, place, language),
                *visit.told(),
                *overflowing(visit.page),
                *inaccessible(visit.page),
            ]
            found += [f"{language}, {scheme}: {fault}" for fault in faults]
    assert not found, "\n".join(found)


def unsound(visit: Visit, place: Place, language: str) -> Iterator[str]:
    """What is wrong with a page in a language, whatever it looks like."""
    page = visit.page
    if visit.status != place.status:
        yield f"answered {visit.status}"
    if (said := page.get_attribute("html", "lang")) != language:
        yield f"marked as {said!r}"
    if not page.title().removesuffix("· Arna").strip():
        yield "has no title"
    if len(page.query_selector_all("h1")) != 1:
        yield "has not one heading of the first rank"
    yield from lost(page, place, language)
    yield from (f"still in English: {text}" for text in english(page, language))


def lost(page: Page, place: Place, language: str) -> Iterator[str]:
    """What the switch of languages and the alternates of a page lose of its place."""
    asked = parse_qs(urlsplit(place.path).query)
    alternates = page.eval_on_selector_all("link[rel=alternate][hreflang]", _LINKS)
    switch = page.eval_on_selector_all("header a[hreflang]", _LINKS)
    for what, links in (("alternates", alternates), ("switch", switch)):
        if {code for code, _ in links} - {_ANY} != set(LANGUAGES):
            yield f"its {what} are {links}"
        for code, href in links:
            parts = urlsplit(href)
            kept = {name: value for name, value in parse_qs(parts.query).items() if name != "zone"}
            wanted = asked if code == _ANY else asked | {"lang": [code]}
            if parts.path != urlsplit(place.path).path or kept != wanted:
                yield f"its {what} lead to {href}"


def english(page: Page, language: str) -> list[str]:
    """Texts of the catalogue that stand on a page as they stand in English, and are marked to be in its language."""
    if language == "en":
        return []
    seen = {text for marked, text in texts(page) if marked in (language, "")}
    return [text for text in seen if any(pattern.fullmatch(text) for pattern in _long_texts())]


@cache
def _long_texts() -> list[re.Pattern[str]]:
    """The texts of the catalogues of more than three words, each with holes where something is put in."""
    said = [text for one in catalogues.said() for text in ([one] if isinstance(one, str) else one)]
    return [re.compile(_HOLE.sub(".+", re.escape(text))) for text in said if len(text.split()) > 3]


_LINKS = "(found) => found.map((one) => [one.hreflang, one.href])"
