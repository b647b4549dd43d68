"""Issued copies over HTTP: which one an address means, that its bytes stay, and who was given it."""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from record.archive import Log
from record.proof import inclusion
from record.proof.stapled import unstapled
from record.verify import EN, read_policy, verify
from tests.service.issued_example import DAY, NOW, UNSIGNED, Served, served
from tests.service.owed import AS_KG, AS_KZ

KK = f"/reports/daily/{DAY}.pdf?lang=kk"
BRIEFLY = "public, max-age=5"
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return served(tmp_path_factory.mktemp("issued"))


@pytest.fixture(scope="module")
def client(held: Served) -> Iterator[TestClient]:
    with TestClient(held.app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def test_the_pdf_bears_its_proof_and_is_checked_alone(held: Served, client: TestClient) -> None:
    body = client.get(KK).content
    policy = read_policy(str(held.log.policy_text()))
    outcome = verify({"report.pdf": body}, policy, EN, NOW)
    assert outcome.shown, outcome.lines
    assert outcome.lines[0].startswith("report daily-2026-05-01.r2.kk.pdf [report.pdf]: unchanged since")
    taken = unstapled(body)
    assert taken is not None
    assert client.get(f"{KK}&proof=none").content == taken[0]
    assert hashlib.sha256(taken[0]).hexdigest() in held.log.reports("daily", str(DAY))[-1].forms.values()
    # The checkpoint is the first that both have signed, and bears nothing but their signatures and the log's.
    assert taken[1].count("\N{EM DASH} ".encode()) == 3


def test_of_a_day_the_last_revision_is_given_and_any_by_its_number(client: TestClient) -> None:
    last, first = client.get(KK), client.get(f"{KK}&revision=1")
    assert [one.headers["content-disposition"] for one in (last, first)] == [
        f'inline; filename="daily-{DAY}.r{number}.kk.pdf"' for number in (2, 1)
    ]
    assert client.get(f"{KK}&revision=2").content == last.content != first.content
    assert client.get(f"/reports/daily/{DAY}.csv").text == "key,value\n2"
    assert client.get("/reports/weekly/2026-04-27.PDF?lang=KK").status_code == 200


@pytest.mark.parametrize(
    ("query", "caching"),
    [("", BRIEFLY), ("&revision=1", FOR_EVER), ("&revision=2", FOR_EVER), ("&proof=none", None)],
)
def test_bytes_that_never_change_are_kept_for_ever(client: TestClient, query: str, caching: str | None) -> None:
    answer = client.get(KK + query)
    assert answer.headers["cache-control"] == (caching or BRIEFLY)
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer.headers["arna-record-state"] == "final"
    again = client.get(KK + query, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    head = client.head(KK + query)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(answer.content))


def test_before_both_have_signed_it_is_bare_and_not_for_ever(client: TestClient) -> None:
    answer = client.get("/reports/daily/2026-05-02.pdf?lang=kk&revision=1")
    assert (answer.status_code, unstapled(answer.content)) == (200, None)
    assert answer.headers["cache-control"] == BRIEFLY
    assert answer.headers["arna-record-state"] == "provisional"
    # Its bytes stay as they are, and what is said of its state does not.
    assert client.get(f"/reports/daily/{UNSIGNED}.csv?revision=1").headers["cache-control"] == BRIEFLY


def test_where_no_language_is_asked_for_the_reader_s_own_is_given(client: TestClient) -> None:
    path = f"/reports/daily/{DAY}.html"
    for accepted, language in (("kk-KZ, ru;q=0.8", "kk"), ("en, kk;q=0.5", "en"), ("fr", "en")):
        answer = client.get(path, headers={"Accept-Language": accepted})
        assert f".{language}.html" in answer.headers["content-disposition"]
        assert "accept-language" in answer.headers["vary"].lower()
    assert "vary" not in {name for name in client.get(KK).headers if name == "vary"}
    assert "Accept-Language" not in client.get(f"/reports/daily/{DAY}.csv").headers.get("vary", "")
    both = client.get(f"/reports/daily/{DAY}.pdf?lang=kk-ky")
    assert both.headers["content-disposition"] == f'inline; filename="daily-{DAY}.r2.kk-ky.pdf"'


def test_latest_leads_to_the_newest_and_a_day_within_to_the_first_of_its_period(client: TestClient) -> None:
    newest = client.get("/reports/daily/latest.pdf?lang=kk&revision=1")
    assert (newest.status_code, newest.headers["location"]) == (302, "2026-05-02.pdf?lang=kk&revision=1")
    assert newest.headers["cache-control"] == BRIEFLY
    assert client.get("/reports/daily/latest.pdf?lang=kk", follow_redirects=True).status_code == 200
    within = client.get("/reports/weekly/2026-04-30.pdf?lang=kk")
    assert (within.status_code, within.headers["location"]) == (308, "2026-04-27.pdf?lang=kk")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("daily/2026-04-30.pdf?lang=kk", 404, "what is known now is at /reports/daily/2026-04-30?f=pdf"),
        (f"daily/{DAY}.pdf?lang=kk&revision=3", 404, "revision 3 of the daily report of 2026-05-01 is not issued"),
        (f"daily/{DAY}.pdf?lang=ru", 404, f"was not issued as pdf: see /reports/daily/{DAY}/issued"),
        (f"daily/{DAY}.xlsx", 404, "was not issued as xlsx"),
        ("monthly/latest.pdf", 404, "what is known now is at /reports/monthly/latest"),
        ("yearly/latest.pdf", 404, "use one of daily, weekly"),
        ("daily/2027-01-01.pdf", 404, "2027-01-01 is a day to come"),
        (f"daily/{DAY}.doc", 400, "use one of json, csv"),
        (f"daily/{DAY}.pdf?lang=de", 400, "use one of kk-ky, kk"),
        (f"daily/{DAY}.html?lang=kk-ky", 400, "use one of kk, ky"),
        (f"daily/{DAY}.csv?lang=kk", 400, "leave out lang"),
        (f"daily/{DAY}.pdf?revision=-1", 400, "write revision=1"),
        (f"daily/{DAY}.pdf?proof=all", 400, "leave it out"),
        ("daily/2026-02-30.pdf", 400, "is not a day"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(client: TestClient, path: str, status: int, said: str) -> None:
    answer = client.get(f"/reports/{path}")
    assert answer.status_code == status
    assert said in answer.json()["description"]
    assert "\n" not in answer.json()["description"]


def test_a_file_is_given_by_its_own_name_as_it_was_issued(held: Served, client: TestClient) -> None:
    told = client.get(f"/reports/daily/{DAY}/issued").json()
    assert [(part["revision"], part["part"]) for part in told["issued"]] == [
        (number, part) for number in (1, 2) for part in ("figures", "copies")
    ]
    for part in told["issued"]:
        for file in part["forms"]:
            answer = client.get(file["href"])
            assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
            assert answer.headers["cache-control"] == FOR_EVER
    assert client.get(f"/reports/daily/{DAY}/issued/{held.entry}/daily.pdf").status_code == 404


def test_it_is_told_where_the_proof_is(held: Served, client: TestClient) -> None:
    links = client.get(KK).links
    assert links["up"]["url"] == f"/reports/daily/{DAY}/issued"
    proof = client.get(links["describedby"]["url"])
    assert proof.content == client.get(f"/proof?entry={held.entry}").content
    for asked in (str(DAY), f"daily-{DAY}", f"{DAY}&part=copies"):
        assert client.get(f"/proof?report={asked}").content == proof.content
    figures = client.get(f"/proof?report={DAY}&part=figures").content
    assert figures == client.get(f"/proof?report=daily-{DAY}.r2.json&part=figures").content
    assert client.get(f"/proof?report=daily-{DAY}.r2.json").content == proof.content
    assert figures == client.get(f"/proof?entry={held.entry - 1}").content
    for odd, status in (("2026-04-30", 404), (f"daily-{DAY}.r9.kk.pdf", 404), (f"{DAY}&part=all", 400)):
        assert client.get(f"/proof?report={odd}").status_code == status


def test_who_was_given_which_file_stands_in_the_ledger_once(held: Served, client: TestClient) -> None:
    def given() -> list[tuple[str, str, str]]:
        held.written()
        told = client.get(f"/reports/daily/{DAY}/issued").json()["deliveries"]
        return [(one["party"], one["way"], one["file"]) for one in told]

    path = f"/reports/daily/{DAY}.html?lang=en&revision=1"
    before, name = given(), f"daily-{DAY}.r1.en.html"
    tag = client.get(path).headers["etag"]
    client.head(path, headers=AS_KZ)
    client.get(path, headers=AS_KZ | {"If-None-Match": tag})
    assert given() == before
    answer = client.get(path, headers=AS_KZ)
    assert answer.headers["cache-control"] == "private, no-cache"
    client.get(path, headers=AS_KZ)
    client.get(path, headers=AS_KG)
    assert sorted(given()) == sorted([*before, ("kz", "fetched", name), ("kg", "fetched", name)])
    listed = client.get("/reports/daily").json()["reports"]
    (of_day,) = [one for one in listed if one["day"] == str(DAY)]
    assert {one["party"] for one in of_day["deliveries"]} == {"kg", "kz"}
    # With the file came the readings of its figures.
    with held.issuing.record.engine.connect() as connection:
        noted = connection.exec_driver_sql("SELECT subject, low, size FROM access WHERE party = 'kz'").all()
    assert [tuple(row) for row in noted] == [("kirov:kg.inflow.daily", 4, 5)]


def test_a_copy_is_given_again_without_being_read(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    form = Log.form

    def counted(log: Log, sha256: str) -> bytes:
        read.append(sha256)
        return form(log, sha256)

    monkeypatch.setattr(Log, "form", counted)
    path = f"/reports/daily/{DAY}.html?lang=kk&revision=1"
    first, second = client.get(path), client.get(path)
    assert (first.content, len(read)) == (second.content, 1)
    # Who asks for the last revision is told of the same bytes, but not that they stay.
    assert client.get(f"/reports/daily/{DAY}.csv?revision=2").headers["cache-control"] == FOR_EVER
    assert client.get(f"/reports/daily/{DAY}.csv").headers["cache-control"] == BRIEFLY
    assert client.get(f"/reports/daily/{DAY}.csv?revision=2").headers["cache-control"] == FOR_EVER


def test_its_proof_is_the_first_and_lasts_from_the_next_checkpoint_on(held: Served, client: TestClient) -> None:
    """The record goes on: nothing that comes later may hang on it."""
    first = proof_of(client.get(f"{KK}&revision=1").content)
    assert first.checkpoint.split(b"\n")[1] == b"%d" % (first.index + 1)
    path = f"/reports/daily/{UNSIGNED}.pdf?lang=kk&revision=1"
    held.issuing.sign("kg", "kz")
    answer = client.get(path)
    newest = proof_of(answer.content)
    assert (answer.headers["cache-control"], answer.headers["arna-record-state"]) == (BRIEFLY, "final")
    held.issuing.issue("monthly", date(2026, 4, 1), 1, "kk")
    held.issuing.sign("kg", "kz")
    later = client.get(path)
    assert (later.headers["cache-control"], proof_of(later.content)) == (FOR_EVER, newest)


def proof_of(body: bytes) -> inclusion.Proof:
    """The proof behind a PDF."""
    taken = unstapled(body)
    assert taken is not None
    return inclusion.parse(taken[1])


def test_a_copy_says_in_which_language_it_is(client: TestClient) -> None:
    for path, said in (("pdf?lang=kk-ky", "kk, ky"), ("html?lang=en", "en"), ("csv", None)):
        assert client.get(f"/reports/daily/{DAY}.{path}").headers.get("content-language") == said
    assert client.get(f"/reports/daily/{DAY}?f=html&lang=ru").headers["content-language"] == "ru"


@pytest.mark.parametrize(
    ("asked", "again"),
    [(b"", ""), (b"lang=kk&x=%FF", "?lang=kk&x=%FF"), ("x=м".encode(), "?x=%D0%BC"), (b"x=\xff\r\n", "?x=%FF%0D%0A")],
)
def test_whatever_is_asked_is_asked_again_of_where_an_address_leads_to(held: Served, asked: bytes, again: str) -> None:
    async def leads_to(path: str) -> dict[bytes, bytes]:
        told: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            told.append(message)

        scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": asked}
        rest = {"headers": [], "scheme": "http", "server": ("testserver", 80), "http_version": "1.1"}
        await held.app(scope | rest, receive, send)
        return dict(told[0]["headers"])

    for path in ("/reports/daily/latest.pdf", "/reports/weekly/2026-04-30.pdf", "/reports/weekly/2026-04-30"):
        _, question, said = asyncio.run(leads_to(path))[b"location"].decode().partition("?")
        assert question + said == again


def test_a_draft_of_an_issued_day_says_that_it_was_issued(client: TestClient) -> None:
    said = "Revision 2 of this report was issued at 2026-05-04"
    assert said in client.get(f"/reports/daily/{DAY}?f=html&lang=en").text
    assert "2-редакция" in client.get(f"/reports/daily/{DAY}?f=html&lang=ky").text
    never = client.get("/reports/daily/2026-04-30?f=html&lang=en").text
    assert "This is a draft" in never
    assert "was issued at" not in never


def test_a_party_s_own_workbook_is_given_by_its_name_and_never_in_the_place_of_another(
    held: Served, client: TestClient
) -> None:
    name = f"daily-{DAY}.r2.kz.kk.xlsx"
    for language in ("kk", "en"):
        assert client.get(f"/reports/daily/{DAY}.xlsx?lang={language}").status_code == 404
    (listed,) = [
        one for one in client.get("/reports/daily").json()["reports"][1]["revisions"][0]["copies"] if one["party"]
    ]
    assert (listed["name"], listed["party"], listed["language"]) == (name, "kz", "kk")
    assert listed["href"] == listed["file"] == f"/reports/daily/{DAY}/issued/{held.entry}/{name}"
    assert client.get(listed["href"]).content == b"PK2"
    assert client.get(listed["proof"]).status_code == 200


def test_one_proof_is_of_every_file_of_a_revision(held: Served, client: TestClient) -> None:
    proof, policy = client.get(f"/proof?report={DAY}").content, read_policy(str(held.log.policy_text()))
    for listed in client.get("/reports/daily").json()["reports"][1]["revisions"][0]["copies"]:
        body = client.get(listed["file"]).content
        outcome = verify({listed["name"]: body, "of.tlog-proof": proof}, policy, EN, NOW)
        assert outcome.shown, outcome.lines
