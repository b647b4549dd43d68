"""Pages as they were known: the form at their foot leads there, and what stands above says of what it speaks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from lxml import html
from starlette.testclient import TestClient

from record.archive.standing import Signed, Standing
from record.network import load_network
from service.language import language_called
from service.language.phrase import retimed
from service.page.reader import reader_of
from service.standing import brief
from tests.service.issued_example import ROOT, Served, served

NOW = datetime(2026, 5, 2, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return served(tmp_path_factory.mktemp("then"))


@pytest.fixture(scope="module")
def client(held: Served) -> Iterator[TestClient]:
    with TestClient(held.app, raise_server_exceptions=False) as client:
        yield client


def page(client: TestClient, address: str) -> html.HtmlElement:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


def test_the_form_leads_to_the_page_as_it_was_known_and_keeps_what_was_asked(client: TestClient) -> None:
    (form,) = page(client, "/sites/kirov?lang=kk&from=2026-04-01&as-of=2").xpath("//footer/form")
    fields = dict(form.form_values())
    assert fields.items() >= {"page": "/sites/kirov", "from": "2026-04-01", "lang": "kk"}.items()
    assert "as-of" not in fields
    asked = {**fields, "on": "2026-05-02", "at": "08:30"}
    answer = client.get(form.action, params=asked, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (
        303, "/sites/kirov?from=2026-04-01&as-of=2026-05-02T03:30:00Z&lang=kk",
    )  # fmt: skip
    for wrong in ({"page": "//elsewhere"}, {"page": "/about"}, {"on": "yesterday"}, {"at": "8"}):
        refused = client.get(form.action, params={**asked, **wrong}, follow_redirects=False)
        assert refused.status_code == 400, wrong


def test_only_pages_that_know_an_earlier_time_have_the_form(client: TestClient) -> None:
    for path in ("/", "/sites", "/sources", "/compare", "/sites/kirov"):
        assert page(client, f"{path}?lang=en").xpath("//footer/form[@action='/then']"), path
    for path in ("/about", "/reports", "/verify"):
        assert not page(client, f"{path}?lang=en").xpath("//footer/form"), path


def test_as_of_is_said_first_with_the_way_back_and_the_record_is_said_to_be_that_of_now(client: TestClient) -> None:
    size = page(client, "/about").xpath("//*[@id='live']")[0].get("data-events").partition("=")[2]
    for path in ("/", "/sites", "/sources", "/compare", "/sites/kirov"):
        shown = page(client, f"{path}?lang=en&as-of=2")
        (notice,) = shown.xpath("//main/div[@class='notice']")
        assert notice.getparent().index(notice) == 0
        assert "As of the first 2 entries" in notice.text_content()
        assert "as-of" not in notice.xpath(".//a")[0].get("href")
        (standing,) = shown.xpath("//p[@data-live='standing']")
        assert standing.text_content().startswith(f"Now, of all {size} entries: "), path
        assert not page(client, f"{path}?lang=en").xpath("//main/div[@class='notice']")


@pytest.mark.parametrize(("lang", "home"), [("kk", "kz"), ("ky", "kg"), ("ru", "kg"), ("en", "kg")])
def test_who_names_no_clock_has_that_of_his_country_or_of_the_report_day(lang: str, home: str) -> None:
    reader = reader_of(load_network(ROOT / "config"), language_called(lang))
    assert (reader.clock.id, reader.is_at_home) == (home, True)


def test_the_record_stands_in_short_by_the_readers_clock_with_its_offset_once() -> None:
    network = load_network(ROOT / "config")
    signed = {f"{party}-example": Signed(size=3, time=NOW) for party in ("kz", "kg")}
    standing = Standing(
        size=3, checkpoint=3, final=3, signed=MappingProxyType(signed), waiting=(), alarms=()
    )  # fmt: skip
    reader = reader_of(network, language_called("en"), "kz")

    def said(now: datetime) -> str:
        told = brief(standing, network, reader.offset(now))
        return reader.language.say(retimed(told, lambda at: reader.brief(at, now))).replace("\N{NO-BREAK SPACE}", " ")

    same = "Both countries hold the same record"
    assert said(NOW).startswith(f"{same} (KZ 09:00, KG 09:00, UTC+05:00).")
    assert said(NOW.replace(day=3)).startswith(f"{same} (KZ 09:00 2 May, KG 09:00 2 May, UTC+05:00).")
