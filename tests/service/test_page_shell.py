"""What all pages have: the reader's language and clock, how the record stands, and a page where there is none."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import html
from starlette.testclient import TestClient

from record.errors import RecordBusy
from record.network.access import Access
from service.page.assets import PACKAGES
from service.page.shell import PAGES
from service.present import Present
from tests.service.issued_example import Served, served

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "kk"}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return served(tmp_path_factory.mktemp("shell"))


@pytest.fixture(scope="module")
def client(held: Served) -> Iterator[TestClient]:
    with TestClient(held.app, raise_server_exceptions=False) as client:
        yield client


def page(client: TestClient, path: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), answer.text
    return html.document_fromstring(answer.text)


def test_the_switches_keep_the_place_and_what_was_asked(client: TestClient) -> None:
    shown = page(client, "/reports/daily?month=2026-05&lang=ky&zone=kz")
    languages = [str(one.get("href")) for one in shown.xpath("//header//a[@hreflang]")]
    assert languages == [f"/reports/daily?month=2026-05&lang={code}&zone=kz" for code in ("kk", "ky", "ru", "en")]
    alternates = {one.get("hreflang"): one.get("href") for one in shown.xpath("//link[@hreflang]")}
    assert alternates["x-default"] == "http://testserver/reports/daily?month=2026-05"
    assert set(alternates) == {"kk", "ky", "ru", "en", "x-default"}
    current = [one.text_content().split()[0] for one in shown.xpath("//div[@class='switches']//a[@aria-current]")]
    assert current == ["Кыргызча", "Алматы"]


def test_how_the_record_stands_is_told_with_the_names_of_the_readers_language(client: TestClient) -> None:
    (kazakh,) = page(client, "/about").xpath("//p[@data-live='standing']")
    (english,) = page(client, "/about?lang=en").xpath("//p[@data-live='standing']")
    assert "Kyrgyzstan" in english.text_content()
    assert "Кыргызстан" in kazakh.text_content()
    assert "Kyrgyzstan" not in kazakh.text_content()
    assert kazakh.get("class") == english.get("class") == "standing provisional"


def test_the_page_that_is_shown_is_marked_in_the_bar_and_so_is_that_it_is_below(client: TestClient) -> None:
    def marked(path: str) -> dict[str, str]:
        found = page(client, f"{path}?lang=en").xpath("//nav[@class='pages']//a[@aria-current]")
        return {str(one.get("href")): str(one.get("aria-current")) for one in found}

    assert marked("/about") == {"/about?lang=en": "page"}
    assert marked("/reports/weekly") == {"/reports?lang=en": "true"}
    assert len(page(client, "/about").xpath("//nav[@class='pages']//a")) == len(PAGES)


def test_a_page_follows_what_happens_beyond_what_it_shows(held: Served, client: TestClient) -> None:
    (live,) = page(client, "/about?zone=kg").xpath("//*[@id='live']")
    assert live.get("data-events") == f"/events?from={held.log.standing().size}"
    assert live.get("data-zone") == "Asia/Bishkek"
    assert "{time}" in str(live.get("data-off"))
    assert not page(client, "/about?as-of=3").xpath("//*[@id='live']")


def test_where_reading_is_closed_no_page_asks_for_the_stream(held: Served, client: TestClient) -> None:
    network = held.app.state.network
    held.app.state.network = replace(network, access=Access(reading="parties"))
    try:
        assert not page(client, "/about").xpath("//*[@id='live']")
        refused = page(client, "/reports", 401)
        assert client.get("/reports", headers=BROWSER).headers["www-authenticate"].startswith("Bearer")
        assert client.get("/reports").json()["status"] == 401
    finally:
        held.app.state.network = network
    assert refused.xpath("//main//samp[contains(text(), 'token')]")


def test_where_there_is_nothing_a_browser_is_told_on_a_page_and_a_program_by_json(client: TestClient) -> None:
    shown = page(client, "/no%20where?a=1", 404)
    assert shown.get("lang") == "kk"
    assert shown.xpath("//header//a[@hreflang='ru']")[0].get("href") == "/no%20where?a=1&lang=ru"
    assert shown.xpath("//main//samp")[0].text == "there is nothing at /no where: begin at /"
    assert not shown.xpath("//*[@id='live']")
    assert page(client, "/reports/hourly", 404).xpath("//main//samp[contains(text(), 'no edition')]")
    assert page(client, "/about?lang=xx", 400).get("lang") == "kk"
    assert page(client, "/about?zone=mars", 400).xpath("//header//nav")
    assert page(client, "/sites?zone=mars", 400).xpath("//header//nav")
    for path, sent in (("/nowhere", {}), ("/collections/none", BROWSER), ("/about?lang=xx", {"Accept": "*/*"})):
        assert client.get(path, headers=sent).headers["content-type"] == "application/json", path


def test_a_page_is_there_when_the_record_is_not(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: Present) -> object:
        raise RecordBusy("another holds the record")

    monkeypatch.setattr(Present, "moment", away)
    shown = page(client, "/about", 503)
    (standing,) = shown.xpath("//p[@data-live='standing']")
    assert standing.get("class") == "standing unknown"
    assert client.get("/about", headers=BROWSER).headers["cache-control"] == "no-store"
    assert shown.xpath("//nav[@class='pages']//a")


def test_what_nobody_foresaw_is_one_line_on_a_page(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Present) -> object:
        raise KeyError("the secret name")

    monkeypatch.setattr(Present, "moment", fails)
    shown = page(client, "/about", 500)
    assert "secret" not in shown.text_content()
    assert shown.xpath("//main//samp")[0].text.startswith("the service met a fault of its own")


def test_every_package_of_which_something_is_given_out_is_named_with_its_licence(client: TestClient) -> None:
    locked = json.loads((PACKAGES.parent / "package-lock.json").read_text())["packages"]
    wanted = {
        (place.removeprefix("node_modules/"), one["version"], one["license"])
        for place, one in locked.items()
        if place and not one.get("dev")
    }
    shown = page(client, "/about?lang=en")
    rows = shown.xpath("//section[@aria-labelledby='licences']//tbody/tr")
    assert {tuple(cell.text_content() for cell in row[:3]) for row in rows} == wanted
    if PACKAGES.is_dir():
        texts = [one.text_content() for one in shown.xpath("//details/pre")]
        assert len(texts) == len(wanted)
        assert sum("SIL OPEN FONT LICENSE" in text for text in texts) == 1


def test_calls_for_hydrologists_are_of_a_series_that_spoke_and_are_answered(client: TestClient) -> None:
    shown = page(client, "/hydrologists?lang=en")
    calls = [str(one.get("href")) for one in shown.xpath("//dl[@class='calls']//a")]
    assert len(calls) > 8
    assert "kirov:kg" in calls[0]
    for call in calls:
        if "/events" not in call:
            assert client.get(call).status_code == 200, call
    assert client.get(calls[0]).text.count("\n") > 1
    assert re.search(r'pd\.read_csv\(\s*"http://testserver/collections/', shown.text_content())
