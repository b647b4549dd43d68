"""`/ledger`, `/ledger/summary` and `/status`: the same rows in each form, and questions that cannot be answered."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from record.ledger import Ledger
from record.ledger.amiss import Kind, Warned
from record.ledger.kept import record_warnings
from tests.example import open_pen
from tests.record.owing import LEVEL, MORNING
from tests.service.owed import AS_KZ, NOW, owed

DAY = "datetime=2026-05-01"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(owed(tmp_path)[0], raise_server_exceptions=False) as made:
        yield made


def test_each_reading_comes_with_all_that_is_known_of_it(client: TestClient) -> None:
    client.get("/history", params={"series": LEVEL, "time": "2026-05-01T02:00:00Z"}, headers=AS_KZ)
    client.app.state.notes.write()  # type: ignore[attr-defined]
    answer = client.get(f"/ledger?{DAY}&obligation=kg-terms&as-of=4")
    assert answer.status_code == 200
    assert answer.headers["arna-record-state"] == "provisional"
    said = answer.json()
    assert {key: said[key] for key in said if key != "readings"} == {
        "first_day": "2026-05-01",
        "last_day": "2026-05-01",
        "known_until": "2026-05-02T04:00:00Z",
        "journal_size": 4,
    }
    (one,) = client.get(f"/ledger?{DAY}&obligation=kg-terms").json()["readings"]
    assert one == {
        "obligation": "kg-terms",
        "party": "kg",
        "series": "kirov:kg.level.term",
        "nature": "real",
        "time": "2026-05-01T02:00:00Z",
        "time_local": "2026-05-01T08:00:00+06:00",
        "due": "2026-05-01T03:00:00Z",
        "due_local": "2026-05-01T09:00:00+06:00",
        "state": "delivered",
        "sent": None,
        "received": "2026-05-01T02:30:00Z",
        "entered": "2026-05-01T02:30:00Z",
        "late_by": 0,
        "entry": 0,
        "source": "telegrams-kg",
        "amended": [1],
        "without_value": None,
        "first_fetched": {"kz": "2026-05-02T08:00:00Z"},
    }


def test_csv_says_the_same_as_json(client: TestClient) -> None:
    client.get("/latest?collection=talas-term", headers=AS_KZ)
    client.app.state.notes.write()  # type: ignore[attr-defined]
    said = client.get(f"/ledger?{DAY}").json()["readings"]
    assert [list(one["first_fetched"]) for one in said] == [["kz"], [], []]
    answer = client.get(f"/ledger?{DAY}", headers={"accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="ledger_2026-05-01_2026-05-01.csv"' in answer.headers["content-disposition"]
    table = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["state"] for row in table] == ["delivered", "late", "missing"]
    for row, one in zip(table, said, strict=True):
        fetched = one.pop("first_fetched")
        assert row.pop("first_fetched_kz_utc") == fetched.get("kz", "")
        assert row.pop("first_fetched_kg_utc") == fetched.get("kg", "")
        one["amended"] = " ".join(map(str, one["amended"]))
        assert list(row.values()) == ["" if value is None else str(value) for value in one.values()]
    assert table[1]["late_by_seconds"] == "3600"
    assert table[2]["entry_without_value"] == "3"


def test_days_are_those_of_the_calendar_of_who_owes(client: TestClient) -> None:
    times = [one["time"] for one in client.get("/ledger?datetime=2026-05-01/2026-05-02").json()["readings"]]
    assert times == [
        "2026-05-01T02:00:00Z",
        "2026-05-02T02:00:00Z",
        "2026-04-30T18:00:00Z",
        "2026-05-01T18:00:00Z",
        "2026-04-30T19:00:00Z",
        "2026-05-01T19:00:00Z",
    ]


def test_without_a_day_it_is_today_or_the_day_as_of_which_is_asked(client: TestClient) -> None:
    assert client.get("/ledger").json()["first_day"] == "2026-05-02"
    # 20:00 in UTC is after midnight at the place of the report day.
    asked = client.get("/ledger?as-of=2026-05-01T20:00:00Z").json()
    assert (asked["first_day"], asked["known_until"], asked["journal_size"]) == (
        "2026-05-02",
        "2026-05-01T20:00:00Z",
        2,
    )


def test_the_summary_counts_by_party_and_by_obligation(client: TestClient) -> None:
    said = client.get(f"/ledger/summary?{DAY}").json()
    assert said["parties"] == {
        "kg": {"owed": 2, "delivered": 1, "late": 1, "missing": 0, "awaited": 0, "median_late_by": 3600},
        "kz": {"owed": 1, "delivered": 0, "late": 0, "missing": 1, "awaited": 0, "median_late_by": None},
    }
    assert [(one["id"], one["document"], one["verified"], one["by"]) for one in said["obligations"]] == [
        ("kg-terms", "assumed", False, "09:00"),
        ("kg-days", "assumed", False, "09:00"),
        ("kz-days", "assumed", False, "09:00"),
    ]
    assert said["obligations"][0]["readings"]["delivered"] == 1
    assert said["obligations"][2]["series"] == ["example-border:kz.discharge.daily"]
    alone = client.get(f"/ledger/summary?{DAY}&party=kz").json()
    assert (list(alone["parties"]), [one["id"] for one in alone["obligations"]]) == (["kz"], ["kz-days"])


@pytest.mark.parametrize(
    ("question", "status", "words"),
    [
        ("party=uz", 404, "party 'uz' is not declared: use one of kg, kz"),
        ("obligation=x", 404, "obligation 'x' is not declared: kg-terms, kg-days, kz-days"),
        ("datetime=yesterday", 400, "datetime 'yesterday' is not a day or an interval of days"),
        ("datetime=2026-05-01T08:00:00Z", 400, "is not a day or an interval of days"),
        ("datetime=2026-05-02/2026-05-01", 400, "turn them round"),
        ("datetime=2020-01-01/2026-05-01", 400, "more than 400"),
        ("datetime=2026-W18-5", 400, "is not a day"),
        ("datetime=9999-01-01", 400, "is not a day"),
        ("datetime=2026-05-01/..", 400, "is not a day"),
        ("as-of=99", 400, "lies beyond the journal"),
        ("as-of=2030-01-01T00:00:00Z", 400, "lies in the future"),
        ("f=xml", 400, "f='xml' is not a form of the ledger: use json, csv"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(client: TestClient, question: str, status: int, words: str) -> None:
    answer = client.get(f"/ledger?{question}")
    assert (answer.status_code, words in answer.json()["description"]) == (status, True), answer.text
    if not question.startswith("f="):
        assert client.get(f"/ledger/summary?{question}").status_code == status


def test_the_status_tells_warnings_sources_and_today(tmp_path: Path) -> None:
    app, record, _ = owed(tmp_path)
    since = MORNING + timedelta(hours=1)
    kept = Warned(kind=Kind.SILENT, of="telegrams-kg", since=since, said="source telegrams-kg is silent", party="kg")
    record_warnings(record.engine, NOW - timedelta(minutes=3), [kept])
    with TestClient(app) as client:
        said = client.get("/status").json()
    assert said == {
        "time": "2026-05-02T08:00:00Z",
        "warnings": [
            {
                "kind": "silent",
                "of": "telegrams-kg",
                "party": "kg",
                "since": "2026-05-01T03:00:00Z",
                "raised": "2026-05-02T07:57:00Z",
                "said": "source telegrams-kg is silent",
            }
        ],
        "following": {"entries": 5, "followed": None, "since": None, "fault": None},
        "sources": [
            {
                "source": "telegrams-kg",
                "party": "kg",
                "simulated": False,
                "last_received": "2026-05-02T04:00:00Z",
                "last_entered": "2026-05-02T04:00:00Z",
                "entry": 2,
                "failures": None,
            },
            {
                "source": "tables-kz",
                "party": "kz",
                "simulated": False,
                "last_received": "2026-05-02T04:00:00Z",
                "last_entered": "2026-05-02T04:00:00Z",
                "entry": 4,
                "failures": None,
            },
        ],
        "today": {
            "day": "2026-05-02",
            "parties": {
                "kg": {"owed": 2, "delivered": 0, "late": 0, "missing": 1, "awaited": 1, "median_late_by": None},
                "kz": {"owed": 1, "delivered": 0, "late": 0, "missing": 0, "awaited": 1, "median_late_by": None},
            },
        },
    }
    assert Ledger(record).warnings()[0].ended is None


def test_a_record_without_obligations_owes_nothing(client: TestClient, tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    client.app.state.ledger = Ledger(open_pen(folder)[0])  # type: ignore[attr-defined]
    assert client.get("/ledger").json()["readings"] == []
    assert client.get("/status").json()["sources"] == []
    assert client.get("/ledger?f=csv").text.count("\r\n") == 1
