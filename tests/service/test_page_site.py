"""The page of a site says what the API says: newest values, every reading, its history; and names what is not there."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx2
import numpy as np
import pytest

from record.leaf import write_time
from service.page.site.readings import part_of
from tests.service.world import POSTS, World, post

SERIES = "post-02:kg.discharge.hourly"
SPAN = "from=2026-05-09T00:00:00Z&to=2026-05-12T00:00:00Z"
CORRECTED = "2026-05-11T00:00:00Z"
_VALUE = re.compile(r'<data value="([^"]*)" data-key="([^"]*)"')
_OLDER = re.compile(r'href="([^"]*)#readings" rel="next"')
_READINGS = re.compile(r'<table class="readings">.*?</table>', re.DOTALL)
_TIME = re.compile(r"time=([0-9TZ:-]+)&amp;lang=en#history")


@pytest.fixture(scope="module")
def ask(served_world: World, forgetful: httpx2.Client) -> Any:
    def answer(address: str, status: int = 200) -> httpx2.Response:
        found = forgetful.get(f"{served_world.url}{address.replace('&amp;', '&')}")
        assert found.status_code == status, found.text
        return found

    return answer


def values(page: str, kind: str) -> dict[str, str]:
    """The values of a page by what they are, those of one kind."""
    found = {key: value for value, key in _VALUE.findall(page)}
    return {key.removeprefix(f"{kind}:"): value for key, value in found.items() if key.startswith(f"{kind}:")}


def test_the_newest_values_are_those_of_the_api(ask: Any) -> None:
    told = {
        one["series"]: one["value"]
        for collection in ("chu-hourly", "chu-daily")
        for one in ask(f"/latest?collection={collection}").json()["latest"]
        if one["value"] is not None
    }
    shown = values(ask("/sites/post-02?lang=ru").text, "latest") | values(ask("/sites/reservoir").text, "latest")
    assert len(shown) >= 4
    assert {name: float(value) for name, value in shown.items()} == {name: told[name] for name in shown}
    listed = values(ask("/sites").text, "latest")
    assert len(listed) >= POSTS - 2
    assert {name: float(value) for name, value in listed.items()} == {name: told[name] for name in listed}


def test_the_pages_of_the_table_hold_every_reading_once(ask: Any) -> None:
    told = ask(f"/history?series={SERIES}&time={CORRECTED}").json()
    answer = ask(
        "/collections/chu-hourly/locations/post-02:kg?f=columns&parameter-name=discharge"
        "&datetime=2026-05-09T00:00:00Z/2026-05-11T23:59:59Z"
    ).json()
    (station,) = answer["series"] if "series" in answer else answer["stations"]
    at = [write_time(datetime.fromtimestamp(one, UTC)) for one in station["time"]]
    expected = dict(zip(at, station["discharge"], strict=True))
    address, seen, times = f"/sites/post-02?series={SERIES}&{SPAN}&limit=25", dict[str, str](), list[str]()
    while address:
        page = ask(address).text
        seen |= values(page, f"reading:{SERIES}")
        times += _TIME.findall(_READINGS.search(page).group())  # type: ignore[union-attr]
        further = _OLDER.search(page)
        address = further.group(1) if further else ""
    assert times == sorted(expected, reverse=True)
    assert {time: float(value) for time, value in seen.items()} == {
        time: value for time, value in expected.items() if value is not None
    }
    assert len(seen) < len(times) > 50
    assert told["said"][-1]["value"] == "33.25" == seen[CORRECTED]


def test_the_history_of_a_reading_is_that_of_the_api(ask: Any) -> None:
    told = ask(f"/history?series={SERIES}&time={CORRECTED}").json()["said"]
    page = ask(f"/sites/post-02?series={SERIES}&time={CORRECTED}&{SPAN}").text
    shown = values(page, f"history:{SERIES}")
    assert shown == {str(one["entry"]): one["value"] for one in told}
    assert len(shown) == 2
    for one in told:
        assert f'id="entry-{one["entry"]}"' in page
    assert page.index(f">{told[0]['entry']}</a>") < page.index(f">{told[1]['entry']}</a>")
    (original,) = re.findall(r'href="[^"]*(/log/receipt/[0-9a-f]{64})"', page)[-1:]
    assert ask(original).content == b"correction"


def test_as_of_shows_what_stood_then(ask: Any) -> None:
    size = ask("/health").json()["journal_size"] - 1
    then = ask(f"/sites/post-02?series={SERIES}&{SPAN}&time={CORRECTED}&as-of={size}").text
    assert (
        values(then, f"reading:{SERIES}")[CORRECTED]
        == ask(f"/history?series={SERIES}&time={CORRECTED}&as-of={size}").json()["said"][-1]["value"]
        != "33.25"
    )
    assert len(values(then, f"history:{SERIES}")) == 1
    assert f"As of the first {size} entries" in then
    assert 'class="badge amended"' not in then
    early = ask(f"/sites/post-02?series={SERIES}&as-of=0").text
    assert values(early, "latest") == {}
    assert "never spoke" in early


def test_what_is_downloaded_is_what_is_shown(ask: Any, served_world: World) -> None:
    page = ask(f"/sites/post-02?series={SERIES}&{SPAN}").text
    files = re.search(r'id="downloads".*?<ul class="files">(.*?)</ul>', page, re.DOTALL).group(1)  # type: ignore[union-attr]
    found = [one.replace("&amp;", "&").removeprefix(served_world.url) for one in re.findall(r'href="([^"]+)"', files)]
    assert len(found) == 10
    (csv,) = [one for one in found if one.endswith("f=csv")]
    rows = ask(csv).text.splitlines()[1:]
    total = int(re.search(r"Readings 1 to \d+ of (\d+)", page).group(1))  # type: ignore[union-attr]
    assert len(rows) == total
    assert rows[-1].count("2026-05-11T23:00:00Z") == 1
    links = re.findall(r'href="(http[^"]+/(?:figures|norms|dap|segments|latest)[^"]*)"', page)
    assert len(links) == 5
    for one in links:
        ask(one.replace("&amp;", "&").removeprefix(served_world.url))


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/sites/nowhere", 404, "site 'nowhere' is not declared: see /sites"),
        ("/sites/post-02?series=post-04:kg.discharge.hourly", 404, "is not one of site post-02"),
        (f"/sites/post-02?series={SERIES}&time=2026-05-11T00:30:00Z", 404, "nothing was said of"),
        ("/sites/post-02?from=2026-05-09&to=2026-05-08", 400, "is no span"),
        ("/sites/post-02?as-of=2030-01-01T00:00:00Z", 400, "lies in the future"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(ask: Any, address: str, status: int, said: str) -> None:
    line = ask(address, status).json()["description"]
    assert said in line
    assert "\n" not in line


def test_every_site_is_listed_once_and_has_a_page(ask: Any, served_world: World) -> None:
    page = ask("/sites?lang=ky&zone=kz").text
    found = re.findall(r'href="/sites/([a-z0-9-]+)\?lang=ky&amp;zone=kz"', page)
    assert sorted(found) == sorted(served_world.network.sites)
    assert "simulated" in ask(f"/sites/{post(POSTS - 2).partition(':')[0]}").text


def test_a_page_of_the_table_begins_where_the_one_before_ends() -> None:
    times = [datetime(2026, 5, 1, hour, tzinfo=UTC) for hour in range(7)]
    at = np.array([int(one.timestamp()) for one in times])
    first = part_of(at, None, 3)
    assert (first.times, first.newer, first.total) == (tuple(times[:3:-1]), None, 7)
    second = part_of(at, times[4], 3)
    assert (second.times, second.first, second.newer) == ((times[3], times[2], times[1]), 4, "")
    third = part_of(at, times[1], 3)
    assert (third.times, third.older, third.newer) == ((times[0],), None, write_time(times[4]))
    assert part_of(at, datetime.fromisoformat(third.newer or ""), 3) == second
    assert part_of(at[:0], None, 3).times == part_of(at, times[0], 3).times == ()


def test_the_days_of_the_form_are_counted_and_lead_to_the_same_days(ask: Any) -> None:
    page = ask(f"/sites/post-02?series={SERIES}&lang=en").text
    first, last = (re.search(rf'name="{name}" value="([^"]+)"', page).group(1) for name in ("first", "last"))  # type: ignore[union-attr]
    total = int(re.search(r"Readings 1 to \d+ of (\d+)", page).group(1))  # type: ignore[union-attr]
    answer = ask(f"/sites/post-02?series={SERIES}&lang=en&first={first}&last={last}", 303)
    shown = ask(answer.headers["location"]).text
    assert f'name="first" value="{first}"' in shown
    assert f'name="last" value="{last}"' in shown
    assert int(re.search(r"Readings 1 to \d+ of (\d+)", shown).group(1)) >= total  # type: ignore[union-attr]
    assert "last 'May' is not a day" in ask(f"/sites/post-02?series={SERIES}&last=May", 400).json()["description"]
    assert "&to=" not in ask(f"/sites/post-02?series={SERIES}&first=&last=", 303).headers["location"]


def test_the_newest_reading_is_of_its_period_or_of_the_readers_clock(ask: Any) -> None:
    page = ask("/sites/reservoir?lang=en&zone=utc").text
    newest = page[page.index('id="newest"') : page.index('id="series"')]
    times = re.findall(r'<td class="time"><a[^>]*>([^<]*)</a>', newest)
    assert len(times) == 3
    assert [one for one in times if not re.fullmatch(r"\d+\s\w+(\s\d{4})?, mean", one)] == []
    assert re.search(r'<td class="time">\d+\s\w+(\s\d{4})?, mean</td>', ask("/sites?lang=en").text)
