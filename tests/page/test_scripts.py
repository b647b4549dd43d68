"""Where scripts run: the chart is read closer, the map moves, a file is checked in the browser and goes nowhere."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.page.house import DAY
from tests.page.visit import Visit, visiting

_PATIENCE = 15_000
"""Milliseconds that a busy machine may take."""

_WATCHING = """
  window.watching = new Set();
  window.ResizeObserver = class extends ResizeObserver {
    observe(one) { watching.add(this); super.observe(one); }
    disconnect() { watching.delete(this); super.disconnect(); }
  };"""
_RENEWED = """async () => {
  const answer = await fetch(location), focus = document.activeElement;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), figure = "figure.hydrograph";
  document.querySelector(figure).replaceWith(document.adoptNode(page.querySelector(figure)));
  document.dispatchEvent(new CustomEvent("fresh", { detail: { names: ["hydrograph"], focus } }));
}"""


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A visitor at a desk."""
    with visiting(browser, address) as found:
        found.page.set_default_timeout(_PATIENCE)
        yield found
        assert found.told() == []


def test_a_hydrograph_is_read_closer_by_keys(visit: Visit) -> None:
    visit.go("/sites/ala-archa?series=ala-archa:kg.discharge.10-day&from=1990-01-01&to=2012-01-01&lang=en")
    figure = visit.page.locator("[data-ready]").first
    expect(figure.locator("canvas")).to_be_visible(timeout=_PATIENCE)
    with visit.page.expect_request(re.compile("/hydrographs/")) as asked:
        figure.get_by_role("application").press("+")
    span = parse_qs(urlsplit(asked.value.url).query)
    years = [int(span[name][0][:4]) for name in ("from", "to")]
    assert 8 <= years[1] - years[0] <= 14


def test_what_is_asked_and_told_follows_the_span_that_is_looked_at(visit: Visit) -> None:
    pair = "&".join(f"series=example-border-chu:{party}:simulated.discharge.daily" for party in ("kg", "kz"))
    visit.go(f"/compare?{pair}&lang=en")
    page = visit.page
    figure = page.locator("[data-ready]").first
    first, folded = page.locator("form.asking input[type=date]").first, page.locator("section.pair details").last
    day = first.input_value()
    was = folded.evaluate("(one) => (one.open = !one.open)")
    for _ in range(2):
        figure.get_by_role("application").press("+")
    expect(first).not_to_have_value(day, timeout=_PATIENCE)
    expect(page.locator(".is-stale")).to_have_count(0)
    assert folded.evaluate("(one) => one.open") == was


def test_a_hydrograph_that_is_put_anew_keeps_the_focus_and_leaves_nothing_behind(visit: Visit) -> None:
    page = visit.page
    page.add_init_script(_WATCHING)
    visit.go("/sites/ala-archa?series=ala-archa:kg.discharge.10-day&from=1990-01-01&to=2012-01-01&lang=en")
    chart = page.locator("[data-ready]").get_by_role("application")
    chart.focus()
    page.evaluate(_RENEWED)
    expect(page.locator("figure.hydrograph canvas")).to_be_visible(timeout=_PATIENCE)
    expect(chart).to_be_focused()
    assert page.evaluate("watching.size") == 1


def test_the_map_moves(visit: Visit) -> None:
    visit.go("/?lang=ru")
    live = visit.page.locator(".live-map")
    expect(live.locator(".leaflet-marker-icon").first).to_be_visible(timeout=_PATIENCE)
    drawn = visit.page.locator(".on-map .drawn .wide-only [data-site]").count()
    assert live.locator(".leaflet-marker-icon").count() == drawn > 20
    live.locator(".leaflet-marker-icon").first.press("Enter")
    expect(live.locator(".leaflet-popup a[href^='/sites/']")).to_be_visible()


def test_an_issued_paper_is_known_and_one_with_another_byte_is_not(visit: Visit) -> None:
    answer = visit.page.request.get(f"{visit.address}/reports/daily/{DAY}.pdf?lang=en")
    paper = answer.body()
    assert paper.startswith(b"%PDF-")
    for flipped, verdict in ((False, "same"), (True, "failed")):
        body = bytearray(paper)
        # Within the paper itself, which its proof stands behind.
        body[1000] ^= flipped
        visit.go("/verify?lang=en")
        file = FilePayload(name="report.pdf", mimeType="application/pdf", buffer=bytes(body))
        visit.page.locator("#files").set_input_files(file)
        result = visit.page.locator("article.result")
        expect(result).to_have_count(1, timeout=_PATIENCE)
        expect(result).to_have_attribute("data-verdict", verdict, timeout=_PATIENCE)
