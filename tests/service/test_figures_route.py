"""`/figures` and `/norms` over HTTP: forms, parameters, faults in one line, whom it was given."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from record import tables
from record.archive import Archive
from record.ledger.access import Given
from tests.record.owing import INFLOW, MIDNIGHT_KG, give, reading
from tests.service.owed import AS_KZ, NOW, owed

KIROV = "/figures/kirov:kg.inflow"
CSV = "text/csv; charset=utf-8"
DAYS = "from=2026-05-01&to=2026-05-03"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app, _, _ = owed(tmp_path_factory.mktemp("owed"))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def items(client: TestClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(path).json()["figures"]
    return found


def test_figures_come_with_unit_nature_rules_and_the_state_of_the_record(client: TestClient) -> None:
    answer = client.get(f"{KIROV}?by=day&{DAYS}")
    said = answer.json()
    assert (answer.status_code, answer.headers["arna-record-state"]) == (200, "provisional")
    assert (said["unit"], said["volume_unit"], said["nature"]) == ("m³/s", "million m³", "real")
    assert (said["journal_size"], said["as_of"], said["by"]) == (5, None, "day")
    assert said["rules"]["completeness_percent"] == 80
    first, second = said["figures"]
    assert (first["period"], first["value"], first["flag"], first["entry"]) == ("2026-05-01", 20.3, "good", 2)
    assert first["volume"] == pytest.approx(20.3 * 0.0864)
    assert (second["value"], second["flag"], second["volume"]) == (None, "missing", None)
    assert "NaN" not in answer.text


def test_without_parameters_it_is_by_10_days_since_october(client: TestClient) -> None:
    said = client.get(KIROV).json()
    assert (said["by"], said["from"], said["to"]) == ("10-day", "2025-10-01", "2026-05-02")
    assert said["figures"][-1]["period"] == "2026-05 01-10"
    assert len(said["figures"]) == 22


def test_as_of_shows_what_was_known_then(client: TestClient) -> None:
    assert items(client, f"{KIROV}?by=day&{DAYS}&as-of=2")[0]["value"] is None
    said = client.get(f"{KIROV}?by=day&{DAYS}&as-of=3").json()
    assert (said["as_of"], said["figures"][0]["value"]) == ("3 entries", 20.3)


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        ("", "*/*", "application/json"),
        ("&f=CSV", "*/*", "text/csv; charset=utf-8"),
        ("", "text/csv", "text/csv; charset=utf-8"),
    ],
)
def test_the_form_is_the_one_asked_for_else_the_one_preferred(
    client: TestClient, query: str, accept: str, media: str
) -> None:
    answer = client.get(f"{KIROV}?by=day&{DAYS}{query}", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.headers["vary"] == "Accept, Accept-Encoding"


def test_a_table_says_the_same(client: TestClient) -> None:
    for path, key in ((f"{KIROV}?by=month&{DAYS}", "figures"), ("/norms/kirov:kg.inflow?by=month", "norms")):
        rows = list(csv.DictReader(io.StringIO(client.get(f"{path}&f=csv").text)))
        said = client.get(path).json()[key]
        assert [row["period"] for row in rows] == [item["period"] for item in said]
        assert {row["nature"] for row in rows} == {"real"}
    assert "mean [m3/s]" in rows[0]
    assert rows[0]["mean [m3/s]"] == ""


def test_norms_are_of_the_base_period_asked_for(client: TestClient) -> None:
    said = client.get("/norms/kirov:kg.inflow.daily?by=month&base=2000/2026").json()
    assert (said["rules"]["base_period"], said["from"], said["to"]) == ([2000, 2026], "2000-01-01", "2027-01-01")
    assert [item["count"] for item in said["norms"]] == [0] * 12
    assert said["norms"][0]["p50"] is None


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/figures/nowhere:kg.inflow", 404, "neither a series nor station.quantity"),
        ("/norms/kirov:kg.rain", 404, "neither a series nor station.quantity"),
        (f"{KIROV}?by=decade", 400, "use day, 5-day, week, 10-day"),
        (f"{KIROV}?from=yesterday", 400, "from 'yesterday' is not a day from 1800 to 2199"),
        (f"{KIROV}?from=2026-02-30", 400, "is not a day"),
        (f"{KIROV}?from=2026-05-02&to=2026-05-02", 400, "give the first day and the day after the last"),
        (f"{KIROV}?from=1700-01-01&to=2026-05-02", 400, "is not a day from 1800 to 2199"),
        (f"{KIROV}?to=0001-01-01", 400, "is not a day from 1800 to 2199"),
        (f"{KIROV}?base=1991-2020", 400, "write its first and last year, as 1991/2020"),
        (f"{KIROV}?base=2019/2020", 400, "at least 10 of them"),
        ("/norms/kirov:kg.inflow?base=0000/9999", 400, "is no base period"),
        (f"{KIROV}?as-of=99", 400, "99"),
        (f"{KIROV}?as-of=2099-01-01T00:00:00Z", 400, "lies in the future"),
        (f"{KIROV}?f=netcdf", 400, "is not a form of figures: use json, csv"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_line(client: TestClient, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert words in answer.json()["description"]
    assert "\n" not in answer.json()["description"]


def test_who_is_given_a_day_is_noted(tmp_path: Path) -> None:
    app, record, _ = owed(tmp_path)
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get(f"{KIROV}?by=month&{DAYS}", headers=AS_KZ).status_code == 200
        assert client.get(f"{KIROV}?by=day&{DAYS}", headers=AS_KZ).status_code == 200
        app.state.notes.write()
    column = tables.access.c
    with record.engine.begin() as connection:
        noted = [
            tuple(row) for row in connection.execute(select(column.party, column.subject, column.start, column.size))
        ]
    assert noted == [("kz", INFLOW, int(MIDNIGHT_KG.timestamp()), 3)]


def test_who_is_given_the_extremes_of_norms_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app, record, _ = owed(tmp_path)
    extreme = Given(subject=INFLOW, start=0, end=86_400, size=3)
    monkeypatch.setattr("service.routes.figures.given", lambda answer, network: [extreme])
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/norms/kirov:kg.inflow?by=day", headers=AS_KZ).status_code == 200
        app.state.notes.write()
    column = tables.access.c
    with record.engine.begin() as connection:
        noted = [tuple(row) for row in connection.execute(select(column.party, column.subject, column.start))]
    assert noted == [("kz", INFLOW, 0)]


@pytest.mark.parametrize("path", [f"{KIROV}?by=day&{DAYS}", "/norms/kirov:kg.inflow?by=month"])
def test_who_holds_an_answer_is_not_sent_it_again(tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app, _, pen = owed(tmp_path)
    with TestClient(app, raise_server_exceptions=False) as client:
        first = client.get(path)
        tag = first.headers["etag"]
        assert (tag[0], tag[-1], first.headers["cache-control"]) == ('"', '"', "public, max-age=5")
        others = [f"{path}&f=csv", f"{path}&base=2000/2026", f"{path}&as-of=3"]
        tags = {tag, *(client.get(other).headers["etag"] for other in others)}
        to_party = client.get(path, headers=AS_KZ).headers
        tags.add(to_party["etag"])
        assert to_party["cache-control"] == "private, no-cache"
        assert len(tags) == 5
        for said in (tag, f'"other", W/{tag}'):
            held = client.get(path, headers={"if-none-match": said})
            assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", tag)
            assert (held.headers["vary"], held.headers["arna-record-state"]) == (
                "Accept, Accept-Encoding",
                "provisional",
            )
        assert client.get(path, headers={"if-none-match": '"other"'}).content == first.content
        # Nothing is read for who holds it, and all anew when the journal has grown or a day has ended.
        with monkeypatch.context() as patch:
            patch.setattr(Archive, "select", lambda *_: pytest.fail("read"))
            assert client.get(path, headers={"if-none-match": tag}).status_code == 304
        later = NOW + timedelta(days=1)
        app.state.clock, kept = lambda: later, app.state.clock
        assert client.get(path, headers={"if-none-match": tag}).status_code == 200
        app.state.clock = kept
        give(pen, NOW, [reading(INFLOW, MIDNIGHT_KG, "20.4")])
        again = client.get(path, headers={"if-none-match": tag})
        assert (again.status_code, again.headers["etag"] == tag) == (200, False)
