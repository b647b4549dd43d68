"""The hydrograph of ten hourly years: how long it is read and reduced, and when who clicked has it under the hand.

The clicks are made in a real browser on the same machine, on the link of a site's page that shows everything. Where no
Chromium is installed they are left out.
"""

import shutil
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Page, sync_playwright

from benchmarks.bars import Result, at_most, medians
from benchmarks.served.client import ask
from benchmarks.served.load import DEEP, Served, open_served, opened
from benchmarks.served.processes import free_port, python, running
from benchmarks.world import after
from record.archive import Archive
from service.hydrographs.curve import curve_of
from service.hydrographs.read import Span, hydrograph

_POINTS, _TIMES, _CLICKS = 4_000, 15, 10
_SITE = "simulated-hourly-{:04}"
_FIELD = "figure.hydrograph[data-ready]"


def measure(folder: Path) -> list[Result]:
    """Milliseconds of reduction, of the answer for the chart, and from a click to a chart that can be moved."""
    served = open_served(folder / "served")
    results = _reduced(served)
    port = free_port()
    command = python("benchmarks.served.ours", str(served.folder.resolve()), str(port))
    with running(command, port, "/health"):
        results += _answered(served, port)
        results += _clicked(port)
    return results


def _reduced(served: Served) -> list[Result]:
    record = opened(served.folder)
    archive, name = Archive(record), f"{_SITE.format(0)}:kg.discharge.hourly"
    span = Span(start=served.spans[0][0], end=served.spans[-1][1], extent=None)
    count = archive.size()
    held = hydrograph(archive, record.network, name, span, _POINTS, count, None)
    whole = hydrograph(archive, record.network, name, span, 10**6, count, None).curve
    read, reduced = medians(
        [lambda: hydrograph(archive, record.network, name, span, _POINTS, count, None),
         lambda: curve_of(whole.time, whole.value, 3600, _POINTS)],
        _TIMES,
    )  # fmt: skip
    record.engine.dispose()
    return [
        at_most(
            f"{held.curve.readings:,} hourly readings read and reduced, with marks and amendments", read, "ms", None
        ),
        at_most("  of it reducing them to 4,000 points", reduced, "ms", None),
    ]


def _answered(served: Served, port: int) -> list[Result]:
    first, last = served.spans[0][0], served.spans[-1][1]
    span = f"from={after(first):%Y-%m-%d}&to={after(last):%Y-%m-%d}"
    path = "/hydrographs/{}:kg.discharge.hourly?{}&points={}"
    # Nobody has asked for so many points before, so that nothing that was kept is given.
    again = [path.format(_SITE.format(0), span, _POINTS - number) for number in range(_TIMES + 1)]
    found = ask(port, again)
    return [
        at_most("ten hourly years for the chart over HTTP", median(found.each[1:]), "ms", None),
        at_most("  its bytes, not packed", found.total / len(again) / 1000, "kB", None),
    ]


def _clicked(port: int) -> list[Result]:
    browser = shutil.which("chromium")
    if browser is None:
        return []
    with sync_playwright() as started:
        opened_browser = started.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        page = opened_browser.new_page(viewport={"width": 1280, "height": 900})
        spent = [_click(page, port, _SITE.format(number % DEEP)) for number in range(_CLICKS + 1)]
        opened_browser.close()
    return [
        at_most("from a click to the hydrograph of ten hourly years under the hand, p50", median(spent[1:]), "ms", 500),
        at_most("  the slowest of ten, each of another series", max(spent[1:]), "ms", None),
    ]


def _click(page: Page, port: int, site: str) -> float:
    """Milliseconds from a click on the link to the whole of a series until its chart answers to the hand."""
    page.goto(f"http://127.0.0.1:{port}/sites/{site}?lang=en", wait_until="load")
    page.wait_for_selector(_FIELD)
    link = page.get_by_role("link", name="everything")
    link.hover()
    page.wait_for_timeout(300)
    began = perf_counter()
    link.click(no_wait_after=True)
    page.wait_for_url("**from=2016-01-01**", wait_until="commit")
    page.wait_for_selector(_FIELD)
    return (perf_counter() - began) * 1000
