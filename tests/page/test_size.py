"""What a first visit fetches is small: someone on a phone in the steppe waits for every kilobyte."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.page.places import PLACES, Place
from tests.page.visit import NARROW

LARGEST = 200_000
"""Bytes as they are sent, heads among them, without fonts."""
HEAVY = ("overview", "sites", "reservoir", "pair", "sources", "verify")
"""Those that bring the most: maps, charts, long tables, what checks files."""


@pytest.mark.parametrize("place", [place for place in PLACES if place.name in HEAVY], ids=lambda place: place.name)
def test_the_first_load_of_a_page_is_small(browser: Browser, address: str, place: Place) -> None:
    width, height = NARROW
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        page, kinds, sent = context.new_page(), dict[str, str](), dict[str, int]()
        session = context.new_cdp_session(page)
        session.send("Network.enable")

        def answered(event: dict[str, Any]) -> None:
            kinds[event["requestId"]] = event["response"]["mimeType"]

        def ended(event: dict[str, Any]) -> None:
            sent[event["requestId"]] = event["encodedDataLength"]

        session.on("Network.responseReceived", answered)
        session.on("Network.loadingFinished", ended)
        page.goto(f"{address}{place.address('ky')}", wait_until="load")
        page.wait_for_timeout(100)
    whole = sum(size for request, size in sent.items() if not kinds[request].startswith("font/"))
    assert 1000 < whole <= LARGEST
