"""What was issued, as lists and as a feed: newest first, by pages, every address of which is answered."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import pytest
from lxml import etree, html
from starlette.testclient import TestClient

from record.events.story import Story
from record.ledger.delivered import Delivery, note
from service.events.document import document
from service.language import LANGUAGES
from tests.service.issued_example import DAY, NOW, UNSIGNED, WEEK, Served, served

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return served(tmp_path_factory.mktemp("listed"))


@pytest.fixture(scope="module")
def client(held: Served) -> Iterator[TestClient]:
    with TestClient(held.app, raise_server_exceptions=False) as client:
        yield client


def test_each_edition_tells_its_newest_report(client: TestClient) -> None:
    told = {one["edition"]: one for one in client.get("/reports").json()["editions"]}
    assert list(told) == ["daily", "weekly", "10-day", "monthly", "season"]
    assert [told[name]["newest"]["day"] for name in ("daily", "weekly")] == [str(UNSIGNED), str(WEEK)]
    assert told["monthly"]["newest"] is None
    assert (told["weekly"]["newest"]["end"], told["weekly"]["newest"]["label"]) == ("2026-05-04", "2026-W18")


def test_an_edition_is_listed_newest_first_with_every_copy_by_its_hash(held: Served, client: TestClient) -> None:
    listed = client.get("/reports/daily").json()
    assert [one["day"] for one in listed["reports"]] == [str(UNSIGNED), str(DAY)]
    assert listed["next"] is None
    newest, first = listed["reports"][1]["revisions"]
    assert (newest["revision"], first["revision"]) == (2, 1)
    # A report is called by the entry of its figures, as its own papers call it.
    assert (first["copies_entry"], newest["journal_size"]) == (first["entry"] + 1, first["copies_entry"] + 1)
    assert newest["copies_entry"] == newest["entry"] + 1 == held.entry
    names = {copy["name"] for copy in newest["copies"]}
    assert {f"daily-{DAY}.r2.json", f"daily-{DAY}.r2.csv", f"daily-{DAY}.r2.kk-ky.pdf"} <= names
    for copy in newest["copies"]:
        assert hashlib.sha256(client.get(copy["file"]).content).hexdigest() == copy["sha256"]
        assert client.get(copy["href"]).headers["content-disposition"] == f'inline; filename="{copy["name"]}"'
        assert client.get(copy["proof"]).status_code == 200


def test_a_list_comes_by_pages_and_no_day_is_cut_in_two(client: TestClient) -> None:
    first = client.get("/reports/daily?limit=1").json()
    assert ([one["day"] for one in first["reports"]], first["next"]) == (
        [str(UNSIGNED)],
        f"/reports/daily?limit=1&before={UNSIGNED}",
    )
    second = client.get(first["next"]).json()
    assert [(one["day"], len(one["revisions"])) for one in second["reports"]] == [(str(DAY), 2)]
    assert second["next"] is None
    assert client.get(f"/reports/daily?before={DAY}").json()["reports"] == []
    for path, status in (
        ("daily?limit=0", 400),
        ("daily?before=soon", 400),
        ("yearly", 404),
        ("yearly/feed.atom", 404),
    ):
        answer = client.get(f"/reports/{path}")
        assert (answer.status_code, answer.json()["description"].count("\n")) == (status, 0)


def feed_of(client: TestClient, query: str = "", **headers: str) -> etree._Element:
    answer = client.get(f"/reports/daily/feed.atom{query}", headers=headers)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(answer.content)


def texts(element: etree._Element, name: str) -> list[str]:
    """The texts of the children of that name."""
    return [str(child.text) for child in element.findall(f"{ATOM}{name}")]


def check_needed(element: etree._Element) -> None:
    """What RFC 4287 asks of a feed and of an entry: one id, title and time; links told apart (4.1.1, 4.1.2)."""
    for name in ("id", "title", "updated"):
        assert len(texts(element, name)) == 1
        assert all(texts(element, name))
    assert texts(element, "id")[0].startswith("urn:uuid:")
    assert datetime.fromisoformat(texts(element, "updated")[0]).tzinfo is not None
    links = [link.attrib for link in element.findall(f"{ATOM}link")]
    assert all(str(link["href"]).startswith("http://") for link in links)
    alternate = [(link["type"], link.get("hreflang")) for link in links if link["rel"] == "alternate"]
    assert len(set(alternate)) == len(alternate) > 0


def test_the_feed_is_one_by_the_standard_with_an_entry_a_revision(client: TestClient) -> None:
    feed = feed_of(client, "?lang=kk")
    assert feed.tag == f"{ATOM}feed"
    check_needed(feed)
    assert len(feed.findall(f"{ATOM}author/{ATOM}name")) == 1
    (own,) = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert client.get(str(own.get("href"))).status_code == 200
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 3
    for entry in entries:
        check_needed(entry)
        for link in entry.findall(f"{ATOM}link"):
            assert client.get(str(link.get("href"))).status_code == 200
    times = [texts(entry, "updated")[0] for entry in entries]
    assert times == sorted(times, reverse=True)
    assert texts(feed, "updated")[0] == times[0]
    ids = [texts(entry, "id")[0] for entry in entries]
    assert len({*ids, texts(feed, "id")[0]}) == 4
    assert [texts(entry, "id")[0] for entry in feed_of(client, "?lang=ru").findall(f"{ATOM}entry")] == ids


def test_the_feed_speaks_the_language_of_its_reader(client: TestClient) -> None:
    titles = {language: texts(feed_of(client, f"?lang={language}"), "title")[0] for language in LANGUAGES}
    assert len(set(titles.values())) == len(LANGUAGES)
    liked = feed_of(client, **{"Accept-Language": "ky-KG,en;q=0.3"})
    assert (texts(liked, "title")[0], liked.get("{http://www.w3.org/XML/1998/namespace}lang")) == (titles["ky"], "ky")


def test_before_anything_was_issued_there_is_a_feed_without_entries(client: TestClient) -> None:
    feed = etree.fromstring(client.get("/reports/season/feed.atom").content)
    check_needed(feed)
    assert feed.findall(f"{ATOM}entry") == []


def test_what_is_told_as_it_happens_leads_to_the_report(held: Served, client: TestClient) -> None:
    story = Story(held.issuing.record)
    told = [document(event, story.network) for event in story.of_entries(0, story.size())]
    places = [one["data"] for one in told if one["kind"] == "report" and one["report"] in ("daily", "weekly")]
    assert places[0] == f"/reports/weekly/{WEEK}/issued"
    assert {client.get(place).json()["issued"][-1]["part"] for place in places} == {"copies"}


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/reports", "public, max-age=5"),
        ("/reports/daily", "public, max-age=5"),
        ("/reports/daily?f=html&lang=kk", "public, no-cache"),
        ("/reports/daily/feed.atom", "public, max-age=5"),
    ],
)
def test_a_list_that_the_asker_has_is_not_given_again(client: TestClient, path: str, caching: str) -> None:
    first = client.get(path)
    assert first.headers["cache-control"] == caching
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(path, headers={"Accept": "text/html", "Accept-Language": "ru", "Host": "mirror.example"})
    assert other.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    ("language", "title"),
    [("kk", "Деректер алмасу"), ("ky", "Маалымат алмашуу"), ("ru", "бмен"), ("en", "xchange report")],
)
def test_a_browser_is_given_a_page_in_its_own_language(client: TestClient, language: str, title: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": language}
    for path in ("/reports", "/reports/daily"):
        answer = client.get(path, headers=browser)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["content-language"] == language
        assert {"accept", "accept-language"} <= {one.strip().lower() for one in answer.headers["vary"].split(",")}
        page = html.fromstring(answer.content)
        assert page.get("lang") == language
        assert title in str(page.findtext(".//h1"))
        for link in page.iterfind(".//main//a"):
            assert client.get(str(link.get("href"))).status_code == 200, link.get("href")
    issued = page.iterfind(".//table[@class='issued']/tbody/tr")
    assert [str(row.findtext("td")) for row in issued] == ["1", "2", "1"]
    assert client.get("/reports/daily?f=csv").status_code == 400
    assert client.get("/reports/daily", headers={"Accept": "*/*"}).headers["content-type"] == "application/json"


def test_of_who_was_sent_a_file_the_way_alone_is_told(held: Served, client: TestClient) -> None:
    engine, before = held.issuing.record.engine, client.get("/reports/daily").headers["etag"]
    sent = Delivery(
        recipient="mail water.example 1b9c03aa", party="kz", edition="daily", day=str(DAY), revision=2,
        file="x.pdf", sha256="0" * 64, at=NOW,
    )  # fmt: skip
    note(engine, [sent])
    answer = client.get("/reports/daily")
    assert answer.headers["etag"] != before
    assert [[one["way"] for one in report["deliveries"]] for report in answer.json()["reports"]] == [[], ["mail"]]
    for path in ("/reports/daily", f"/reports/daily/{DAY}/issued"):
        assert "water.example" not in client.get(path).text
        assert "1b9c03aa" not in client.get(path).text
