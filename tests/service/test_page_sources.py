"""`/sources`: the numbers of the ledger, both parties in the same words, and what was refused with its original."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from record import health
from record.health import Health
from record.ledger import Row, State
from record.ledger.access import Fetch, Given, note
from record.ledger.delivered import Delivery
from record.ledger.delivered import note as note_delivery
from record.ledger.owed import Owed
from record.ledger.row import Saying
from record.network import Network
from record.network.obligation import Watch
from service.page.sources.health import Fares, Known, sources_now
from tests.record.owing import GATE, HOUR, LEVEL, MORNING, owing
from tests.service.owed import NOW, owed
from tests.service.page_read import numbers_in, text_of

DAYS = "first=2026-05-01&last=2026-05-02"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app, record, _ = owed(tmp_path_factory.mktemp("sources"))
    note(
        record.engine,
        [
            Fetch(
                party="kz",
                at=MORNING + HOUR,
                path="/latest",
                given=Given(subject=LEVEL, start=0, end=10, size=2),
                token="t",
            )
        ],
    )
    file = "daily-2026-05-01.r1.kk-ky.pdf"
    given = Delivery(recipient="mail 1b9c", party="kg", edition="daily", day="2026-05-01", revision=1, file=file,
                     sha256="0" * 64, at=NOW)  # fmt: skip
    note_delivery(record.engine, [given])
    health.failed(record.engine, "tables-kz", NOW, "the folder\ninbox is away")
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def page(client: TestClient, asked: str = DAYS, lang: str = "en") -> str:
    answer = client.get(f"/sources?lang={lang}&{asked}", headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


def test_counts_are_those_of_the_ledger(client: TestClient) -> None:
    summed = client.get("/ledger/summary?datetime=2026-05-01/2026-05-02").json()
    told = numbers_in(page(client))
    states = ("owed", "delivered", "late", "missing", "awaited")
    said = {f"ledger:parties.{party}.{one}": n[one] for party, n in summed["parties"].items() for one in states}
    said |= {f"ledger:obligations.{o['id']}.{one}": o["readings"][one] for o in summed["obligations"] for one in states}
    assert len(said) == 25
    assert sum(said.values()) > 0
    assert said.items() <= told.items()


def test_what_is_missing_or_late_is_listed_of_both_parties_in_the_same_words(client: TestClient) -> None:
    rows = client.get("/ledger?datetime=2026-05-01/2026-05-02").json()["readings"]
    lacking = [one for one in rows if one["state"] in ("late", "missing")]
    part = page(client).partition('id="lacking"')[2].partition("</section>")[0]
    assert {one["party"] for one in lacking} == {"kg", "kz"}
    assert part.count("<tr") == len(lacking) + 1
    for state in ("late", "missing"):
        assert part.count(f'class="fares {state}"') == sum(one["state"] == state for one in lacking) > 0
    assert "said to have no value" in text_of(part)


def test_the_days_asked_for_are_shown_and_wrong_ones_are_one_line(client: TestClient) -> None:
    assert "Nothing was owed on these days" in text_of(page(client, "first=2020-01-01&last=2020-01-02"))
    answer = client.get("/sources?first=2026-05-02&last=2026-05-01", headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert "turn them round" in answer.text
    for wrong in ("skip=x", "refused=12", "refused=a.b", "first=May"):
        answer = client.get(f"/sources?{wrong}", headers={"accept": "application/json"})
        assert (answer.status_code, "\n" in answer.json()["detail"] if "detail" in answer.json() else False) == (
            400,
            False,
        )


def test_of_a_source_that_fails_the_page_says_how_often_and_not_where(client: TestClient) -> None:
    part = text_of(page(client).partition('id="health"')[2].partition("</section>")[0])
    assert "1 time in a row" in part
    status = client.get("/status")
    assert {one["source"]: one["failures"] for one in status.json()["sources"]}["tables-kz"] == 1
    assert "inbox" not in part + status.text


def test_what_one_obligation_owes_is_told_alone(client: TestClient) -> None:
    every = numbers_in(page(client))
    names = {key.split(".")[1] for key in every if key.startswith("ledger:obligations.")}
    assert len(names) > 1
    one = min(names)
    shown = page(client, f"{DAYS}&obligation={one}")
    told = {key: value for key, value in numbers_in(shown).items() if key.startswith("ledger:obligations.")}
    assert told == {key: value for key, value in every.items() if key.startswith(f"ledger:obligations.{one}.")}
    assert f"obligation={one}" in shown.partition("/ledger/summary")[2].partition('"')[0]
    (every_one,) = re.findall(r'<a href="([^"]*)">All obligations', shown)
    assert "obligation=" not in every_one
    answer = client.get("/sources?obligation=none", headers={"accept": "text/html"})
    assert (answer.status_code, "&#39;none&#39;" in answer.text) == (404, True)


def test_refusals_come_with_the_original_and_the_proof(client: TestClient) -> None:
    part = page(client, lang="ru").partition('id="refused"')[2].partition("</section>")[0]
    assert "/proof?entry=4" in part
    (address,) = {one.partition('"')[0] for one in part.split('href="')[1:] if "/log/receipt/" in one}
    assert client.get(address.partition("testserver")[2]).status_code == 200
    assert '<span lang="en">not readable</span>' in part
    assert "строка 2" in part


def test_who_was_given_what_is_told_without_tokens_and_addresses(client: TestClient) -> None:
    part = page(client).partition('id="given"')[2].partition("</section>")[0]
    assert "by mail" in part
    assert LEVEL in part
    assert "1b9c" not in part
    assert "/latest" not in part


def test_reports_that_were_not_issued_are_said_not_to_be(client: TestClient) -> None:
    part = text_of(page(client).partition('id="punctual"')[2].partition("</section>")[0])
    assert "not issued" in part or "not yet due" in part


# --- how a source fares ----------------------------------------------------------------------------------------------


def fares(network: Network, **known: object) -> dict[str, Fares]:
    base = Known(last={}, speakers={}, health={}, rows=(), began=MORNING - 48 * HOUR)
    return {one.source.id: one.fares for one in sources_now(network, replace(base, **known), NOW)}  # type: ignore[arg-type]


def test_one_party_silent_is_silent_and_the_other_is_not_blamed_with_it() -> None:
    watch = Watch.model_validate({"silent_hours": 26, "document": "assumed"})
    said = {
        "telegrams-kg": Saying(entry=1, source="telegrams-kg", received=NOW - HOUR, entered=NOW),
        "tables-kz": Saying(entry=0, source="tables-kz", received=NOW - 27 * HOUR, entered=NOW),
    }
    assert fares(owing(watches=(watch,)), last=said) == {"telegrams-kg": Fares.HEARD, "tables-kz": Fares.SILENT}
    assert fares(owing(), last=said)["tables-kz"] is Fares.HEARD
    assert fares(owing()) == {"telegrams-kg": Fares.NEVER, "tables-kz": Fares.NEVER}


def test_what_came_without_a_value_did_come() -> None:
    said = {name: Saying(entry=0, source=name, received=NOW, entered=NOW) for name in ("telegrams-kg", "tables-kz")}
    owed = Owed(obligation="kz-days", party="kz", series=GATE, time=NOW - 9 * HOUR, due=NOW - HOUR)
    known = Known(last=said, speakers={GATE: "tables-kz"}, health={}, rows=(), began=MORNING)

    def told(**row: object) -> tuple[Fares, int, int]:
        rows = (Row(owed=owed, state=State.MISSING, **row),)  # type: ignore[arg-type]
        found = {one.source.id: one for one in sources_now(owing(), replace(known, rows=rows), NOW)}["tables-kz"]
        return found.fares, found.missing, found.empty

    assert told() == (Fares.LATE, 1, 0)
    assert told(without_value=7) == (Fares.ON_TIME, 0, 1)


def test_obligations_are_told_in_words(client: TestClient) -> None:
    part = page(client).partition('id="owed"')[2]
    assert 'id="owed-kg-terms"' in part
    assert "water level, readings at the terms" in text_of(
        part.partition('id="owed-kg-terms"')[2].partition("</th>")[0]
    )


def test_what_fails_now_comes_before_how_it_was_heard() -> None:
    said = {"tables-kz": Saying(entry=0, source="tables-kz", received=NOW, entered=NOW)}
    failing = Health(source="tables-kz", tried=NOW, failures=2, failed=NOW, fault="away")
    assert fares(owing(), last=said, health={"tables-kz": failing})["tables-kz"] is Fares.FAILING
    well = replace(failing, failures=0, fault=None)
    assert fares(owing(), last=said, health={"tables-kz": well})["tables-kz"] is Fares.HEARD
