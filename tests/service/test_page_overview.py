"""The overview says what /latest and the report of the day say, to the last digit, as it is now or was."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from arna import tokens
from record.archive import Archive
from record.network.access import Access
from service.points import points_of_days
from service.routes.pages import overview
from service.tokens import Scope
from tests.service.overview_example import NOW, filled, numbers, section, served
from tests.service.report_example import DAY, Record, report_network

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("overview")
    with TestClient(served(folder, filled(folder))) as client:
        yield client


@pytest.fixture(scope="module")
def page(client: TestClient) -> str:
    return read(client)


def read(client: TestClient, more: str = "") -> str:
    """The page in English, each of its blanks one at which a line may break."""
    answer = client.get(f"/?f=html&lang=en{more}")
    assert answer.status_code == 200
    return answer.text.replace("\N{NO-BREAK SPACE}", " ")


def test_numbers_are_those_of_the_newest_readings_and_of_the_report(client: TestClient, page: str) -> None:
    rows = csv.DictReader(io.StringIO(client.get(f"/reports/daily/{DAY}?f=csv").content.decode("utf-8-sig")))
    known = {row["key"]: row["value"] for row in rows}
    for collection in ("talas-term", "talas-daily", "talas-10-day"):
        newest = client.get(f"/latest?collection={collection}").json()["latest"]
        known |= {f"latest:{one['series']}": one["value"] for one in newest}
    said = numbers(page)
    assert {key: float(value) if value else None for key, (value, _) in said.items()} == {
        key: None if known[key] in (None, "") else float(known[key]) for key in said
    }
    assert said["latest:tuyte:kg.intake.daily"] == ("2.5", "2.50")
    assert said["tuyte:kg.intake"] == ("2.5", "2.50")
    assert {"share:flow-50:real.due.kz", "plan:talas-2026-kz:real.to_date.planned", "kirov:kg.storage"} <= set(said)


def test_both_layers_say_on_what_they_rest(page: str) -> None:
    assert "Newest readings: of 3 entries" in page
    assert "Report day 1 May 2026: as of entry 2, 08:30 2 May" in page
    assert "a newer one is being made" not in page


def test_a_row_has_what_a_station_says_since_when_and_where_it_goes(page: str) -> None:
    table = section(page, "stations-talas")
    row = next(one for one in table.split("<tr") if "tuyte" in one)
    assert "1 May, mean" in row
    assert "\N{MINUS SIGN}0.25 falling" in row
    row = next(one for one in table.split("<tr") if "latest:gate:kz" in one)
    # Three percent of 8.5 m³/s: as much as gauges tell apart.
    assert "+0.25 steady" in row
    assert "Kazakhstan" in row


def test_what_is_stored_stands_in_its_capacity(page: str) -> None:
    gauge = section(page, "gauges-talas")
    assert "<b>52.0 %</b>" in gauge
    assert "nothing is known of the same day last year" in gauge
    assert numbers(gauge) == {
        "latest:kirov:kg.storage.term": ("286.0", "286.00"),
        "kirov:kg.storage.capacity": ("550.0", "550.00"),
        "kirov:kg.inflow": ("20.0", "20.0"),
        "kirov:kg.release": ("12.5", "12.5"),
    }


def test_without_a_norm_nothing_has_a_class(page: str) -> None:
    assert 'class="chip' not in page
    assert not any(key.endswith(("norm", "last_year")) for key in numbers(page))


def test_tables_say_by_which_clock_their_hours_are_and_of_when_a_state_is(page: str) -> None:
    assert page.count(">Time, +06:00</th>") == 1
    assert "by the clock of each station: Kyrgyzstan +06:00, Kazakhstan +05:00." in page
    assert ">Stored, 1 May, at 08:00 <" in page


def test_rivers_come_before_what_is_late_and_what_is_late_is_folded_after_five(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("folded")
    with TestClient(served(folder, filled(folder), NOW + timedelta(days=4))) as client:
        page = read(client)
    assert page.index('data-live="schematic-talas"') < page.index('data-live="amiss"') < page.index('"bars-talas"')
    shown, folded = section(page, "amiss").split("<details>")
    assert (shown.count("/sites/"), folded.partition("</details>")[0].count("/sites/") > 0) == (5, True)
    assert "intake 2.50 m³/s" in shown + folded


def test_an_entry_later_or_earlier_is_another_page(client: TestClient) -> None:
    before = read(client, "&as-of=1")
    assert "what both countries could see then" in before
    said = numbers(before)
    assert said["latest:tuyte:kg.intake.daily"][0] == "2.75"
    assert "latest:merke:kz.intake.daily" not in said
    assert "Report day 1 May 2026: as of entry 0" in before
    assert numbers(read(client, "&as-of=3")) == numbers(read(client))
    assert client.get("/?f=html&as-of=4").status_code == 400


def test_as_of_an_entry_the_network_is_that_of_then_and_links_stay_then(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = report_network()
    then = replace(
        now,
        sites={name: site for name, site in now.sites.items() if name != "gate"},
        stations={name: one for name, one in now.stations.items() if one.site != "gate"},
        gates=(), deliveries=now.deliveries[:1], files={**now.files, "then.toml": b""},
    )  # fmt: skip
    monkeypatch.setattr(Archive, "network_before", lambda *_: then)
    page = read(client, "&as-of=2")
    assert "latest:tuyte:kg.intake.daily" in numbers(page)
    assert "gate:kz" not in page
    content = page.partition("<main")[2].partition("</main>")[0]
    links = re.findall(r'href="(/(?:sites|sources)[^"]*)"', content)
    assert len(links) > 5
    assert [link for link in links if "as-of=2" not in link] == []
    sites = client.get("/sites?f=html&as-of=2").text
    assert ("/sites/tuyte" in sites, "/sites/gate" in sites) == (True, False)


def test_a_page_of_then_costs_the_report_that_is_made_for_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[int] = []
    monkeypatch.setattr(overview, "spend", lambda _, points: spent.append(points))
    read(client, "&as-of=0")
    read(client, "&as-of=0")
    network = report_network()
    assert spent == [len(network.series), points_of_days(network.series.values(), 36), len(network.series)]


def test_what_is_due_and_what_came_share_no_scale_where_they_are_not_the_same_water(page: str) -> None:
    bars = section(page, "bars-talas")
    for said in ("Due</th>", "Received</th>", "Planned to date</th>", "Delivered to date</th>"):
        assert said in bars
    assert bars.count('class="party kz"') == bars.count('<svg class="kz"') == 2
    assert bars.count('class="came kz"') == 1
    due, plan = bars.split("<table>")[1:3]
    assert 'class="to-be"' not in due
    assert "Due is a share of Kirov: inflow alone; received is all that came: " in due
    assert 'class="to-be"' in plan
    assert "No season plan" not in bars


def test_without_a_plan_it_says_so_and_what_came_since_the_season_began(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("planless")
    network = replace(report_network(), season_plans={})
    with TestClient(served(folder, filled(folder, network))) as client:
        bars = section(read(client), "bars-talas")
        account = client.get("/accounts/talas?from=2026-04-01&to=2026-05-02&by=season").json()
    assert "No season plan is declared for 2026." in bars
    assert "Received since 1 April 2026, on known days" in bars
    row = next(one for one in bars.split("Received since")[1].split("<tr>") if "party kg" in one)
    told = next(one for one in account["divisions"][0]["parties"] if one["party"] == "kg")["received"]
    assert f">{told['known'][0]:.3f}<" in row
    assert f">{told['days_missing'][0]}</td>" in row


def test_programs_are_given_the_document_and_people_the_page(client: TestClient, page: str) -> None:
    document = client.get("/").json()
    assert document["title"] == "Arna"
    assert client.get("/", headers={"accept": BROWSER}).text.startswith("<!DOCTYPE html>")
    assert client.get("/?f=json", headers={"accept": BROWSER}).json() == document
    assert [
        one["href"] for one in document["links"] if "title" in one and one["href"] not in page.replace("&amp;", "&")
    ] == []


def test_nothing_is_late_where_nothing_is(page: str) -> None:
    amiss = section(page, "amiss")
    assert "6 series, none of them late; newest reading 08:00 2 May" in amiss
    assert "2 series, none of them late; newest reading 1 May, mean" in amiss
    assert "3 real stations are silent." in amiss
    assert "badge" not in amiss.partition("</section>")[0]


def test_a_country_that_says_nothing_more_is_told_by_its_newest_reading(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("silent")
    record = filled(folder)
    with TestClient(served(folder, record, NOW + timedelta(days=4))) as client:
        amiss = section(read(client), "amiss")
    kyrgyz, kazakh = amiss.split("<dt>")[1:3]
    assert "2 of 2 series are late" in kazakh
    assert "newest reading 1 May, mean" in kazakh
    assert "6 of 6 series are late" in kyrgyz
    with TestClient(served(_other(folder), record, NOW + timedelta(days=60))) as client:
        amiss = section(read(client), "amiss")
    assert amiss.split("<dt>")[1:3] == [part for part in amiss.split("<dt>")[1:3] if ">silent</span>" in part]
    rows = [row for row in amiss.split("<tr") if "/sites/" in row]
    assert len(rows) == 7
    assert all(">silent</span>" in row and ">late</span>" not in row for row in rows)


def _other(folder: Path) -> Path:
    found = folder / "later"
    found.mkdir()
    return found


def test_an_empty_record_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("empty")
    with TestClient(served(folder, Record(folder))) as client:
        page = read(client)
    assert page.count("never said anything") >= 2
    assert "No post, canal or border point has ever said anything." in page
    measured = [key for key, (value, _) in numbers(page).items() if value and key.startswith(("kirov", "latest"))]
    assert measured == []


class Noted:
    """What is noted that a party was given, and is kept nowhere."""

    def __init__(self) -> None:
        self.series: set[str] = set()

    def take(self, fetches: Iterable[Any]) -> None:
        self.series |= {one.given.subject for one in fetches}

    def write(self) -> bool:
        return True


def test_where_reading_is_closed_the_page_holds_readings_for_who_has_a_token_alone(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("closed")
    network = replace(report_network(), access=Access(reading="parties"))
    app = served(folder, filled(folder, network))
    app.state.notes = noted = Noted()
    _, reader = tokens.make(folder / "own", "kz", DAY, scopes=frozenset({Scope.READ}))
    _, writer = tokens.make(folder / "own", "kz", DAY, scopes=frozenset({Scope.METRICS}))
    with TestClient(app) as client:
        for headers in ({}, {"Authorization": f"Bearer {writer}"}):
            page = client.get("/?f=html&lang=en&as-of=1", headers=headers).text
            assert (numbers(page), "with a token of scope read" in page) == ({}, True)
            assert 'class="standing' in page
        assert noted.series == set()
        answer = client.get("/?f=html&lang=en", headers={"Authorization": f"Bearer {reader}"})
    assert "latest:tuyte:kg.intake.daily" in numbers(answer.text)
    assert answer.headers["cache-control"] == "private, no-cache"
    assert {"tuyte:kg.intake.daily", "kirov:kg.storage.term"} <= noted.series
