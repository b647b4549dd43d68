"""The forms in which an account is given, who is noted for it, and what the service answers."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from record.entry import Flag
from record.errors import SelectionError, UnknownName
from service.accounts import given as given_by
from service.accounts import render_csv, render_json
from service.accounts.forms import columns
from service.deps import ArchiveDep, NetworkDep
from service.routes.accounts import router
from tests.service.accounts_example import (
    BEGIN,
    END,
    GATE_KG,
    GATE_KZ,
    INFLOW,
    MERKE,
    TUYTE,
    account,
    made_record,
)
from tests.service.report_example import ALMATY, DAY, Record, at, reading, report_network


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return made_record(tmp_path_factory.mktemp("account"))


def test_json_holds_no_number_that_is_none(record: Record) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    document = json.loads(render_json(account(record, by="month")), parse_constant=refuse)
    assert [span["label"] for span in document["spans"]] == ["2026-04", "2026-05"]
    assert document["divisions"][0]["resource"]["volume"][0] is None
    assert render_json(account(record)) == render_json(account(record))


def test_csv_has_a_row_for_each_figure_of_each_period(record: Record) -> None:
    one = account(record, by="month")
    text = render_csv(one).decode()
    assert text.count("\r\n") == text.count("\n")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 2 * len(list(columns(one)))
    (first, second) = [row for row in rows if row["figure"] == "resource_known" and row["nature"] == "real"][:2]
    assert (first["begin"], first["end"], first["unit"]) == ("2026-04-01", "2026-05-01", "million m3")
    assert float(second["value"]) == one.divisions[0].resource.known[1]
    assert {row["value"] for row in rows if row["figure"] == "within"} <= {"true", "false", ""}
    assert [(row["period"], row["whole"]) for row in (first, second)] == [
        ("2026-04", "true"),
        ("2026-05, to 10th", "false"),
    ]
    rest = (str(record.archive.size()), "", record.network.version)
    assert {(row["journal_size"], row["as_of"], row["network_version"]) for row in rows} == {rest}
    assert {row["computed"] for row in rows} == {"false"}
    # No document of the tests is confirmed, and every gauge is: a gauge's own rows rest on it alone.
    assert {row["verified"] for row in rows if ":" not in row["figure"]} == {"false"}
    assert {row["verified"] for row in rows if ":" in row["figure"]} == {"true"}


@pytest.mark.parametrize(
    ("begin", "end", "by", "called"),
    [
        (date(2026, 7, 9), date(2026, 7, 11), "10-day", "2026-07 01-10, from 9th"),
        (date(2026, 7, 1), date(2026, 7, 4), "10-day", "2026-07 01-10, to 3rd"),
        (date(2026, 7, 2), date(2026, 7, 3), "month", "2026-07, 2nd alone"),
        (date(2026, 7, 9), date(2026, 10, 1), "season", "2026 growing, from 2026-07-09"),
        (date(2026, 7, 11), date(2026, 7, 21), "10-day", "2026-07 11-20"),
    ],
)
def test_a_period_of_which_a_part_was_asked_for_is_called_so(
    record: Record, begin: date, end: date, by: str, called: str
) -> None:
    (span,) = account(record, begin, end, by).spans
    assert span.called == called
    assert span.whole == ("," not in called)


def test_a_part_says_how_many_readings_made_its_days(tmp_path: Path) -> None:
    network = report_network()
    held = network.stations["tuyte:kg"].model_copy(update={"series": ("intake.hourly",)})
    record = Record(tmp_path, replace(network, stations={**network.stations, "tuyte:kg": held}))
    hours = [at(DAY, 8) + timedelta(hours=hour) for hour in range(24)]
    flags = [Flag.BAD if hour < 2 else Flag.GOOD for hour in range(24)]
    record.say([reading("tuyte:kg.intake.hourly", hour, "2", flag) for hour, flag in zip(hours, flags, strict=True)])
    part = account(record, DAY, DAY + timedelta(days=1)).divisions[0].parties[1].counted[0].part
    assert (part.readings, part.left_out) == (22, 2)


def test_who_is_given_an_account_is_given_the_readings_it_rests_on(record: Record) -> None:
    noted = {one.subject: one for one in given_by(account(record), record.network)}
    assert set(noted) >= {INFLOW, MERKE, TUYTE, GATE_KG, GATE_KZ, "kirov:kg.storage.term", "kirov:kg.release.daily"}
    assert (noted[MERKE].start, noted[MERKE].size) == (int(at(BEGIN, zone=ALMATY).timestamp()), 2)
    assert noted["kirov:kg.storage.term"].end == int(at(END, 8).timestamp()) + 1


def test_a_sum_of_days_gives_none_of_them_but_the_states_at_its_ends(record: Record) -> None:
    term, middle = "kirov:kg.storage.term", date(2026, 5, 1)
    noted = given_by(account(record, by="month"), record.network)
    assert {one.subject for one in noted} == {term}
    mornings = [BEGIN, middle - timedelta(days=1), middle, END - timedelta(days=1), END]
    # Those of the last and of the first day of a month follow each other, and may stand in one note.
    covered = [any(one.start <= int(at(day, 8).timestamp()) < one.end for one in noted) for day in mornings]
    assert all(covered)
    assert sum(one.end - one.start for one in noted) < 4 * 86_400


@pytest.mark.parametrize("by", ["10-day", "month", "season"])
def test_a_day_asked_by_itself_is_given_whatever_the_period_is_called(record: Record, by: str) -> None:
    day = BEGIN + timedelta(days=5)
    whole, cut = (
        given_by(account(record, day, day + timedelta(days=1), by=kind), record.network) for kind in ("day", by)
    )
    assert cut == whole
    assert (GATE_KZ, int(at(day, zone=ALMATY).timestamp())) in [(one.subject, one.start) for one in cut]
    above = [one for one in cut if one.subject == "kirov:kg.release.daily"]
    assert [one.start for one in above] == [int(at(day + timedelta(days=k)).timestamp()) for k in (-1, 0)]


@pytest.fixture
def client(record: Record) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(router)
    app.state.clock = lambda: datetime(2026, 5, 11, 7, tzinfo=UTC)
    app.dependency_overrides[get_args(ArchiveDep)[1].dependency] = lambda: record.archive
    app.dependency_overrides[get_args(NetworkDep)[1].dependency] = lambda: record.network
    app.state.log = record.log
    with TestClient(app) as client:
        yield client


def test_who_has_an_account_is_not_given_it_again(client: TestClient, record: Record) -> None:
    asked = "/accounts/talas?from=2026-04-01&to=2026-05-01"
    first = client.get(asked)
    assert first.headers["cache-control"] == "public, max-age=5"
    again = client.get(asked, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    size = record.archive.size()
    others = [f"{asked}{more}" for more in ("&f=csv", "&by=day", "&as-of=1", f"&as-of={size}")]
    tags = [client.get(one).headers["etag"] for one in (asked, *others, asked.replace("05-01", "05-02"))]
    assert len(set(tags)) == len(tags)
    stale = client.get(asked, headers={"If-None-Match": tags[1]})
    assert (stale.status_code, stale.content) == (200, first.content)


def test_too_many_periods_are_refused_before_any_work(record: Record) -> None:
    with pytest.raises(SelectionError, match="by day has 1461 periods: an account has up to 1200"):
        account(record, date(2022, 1, 1), date(2026, 1, 1))


def test_without_days_the_account_is_of_the_season_up_to_the_last_complete_day(client: TestClient) -> None:
    document = client.get("/accounts/talas").json()
    assert (document["begin"], document["end"], document["by"]) == ("2026-04-01", "2026-05-11", "10-day")
    assert client.get("/accounts/talas?to=2026-03-02").json()["begin"] == "2025-10-01"


@pytest.mark.parametrize(("query", "accept", "media"), [
    ("", "*/*", "application/json"),
    ("", "text/csv", "text/csv; charset=utf-8"),
    ("&f=CSV", "*/*", "text/csv; charset=utf-8"),
])  # fmt: skip
def test_an_account_comes_in_the_form_asked_for(client: TestClient, query: str, accept: str, media: str) -> None:
    answer = client.get(f"/accounts/talas?from=2026-04-01&to=2026-05-01&by=month{query}", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert "account_talas_2026-04-01_2026-05-01." in answer.headers["content-disposition"]
    assert answer.headers["arna-record-state"] == "provisional"


@pytest.mark.parametrize("query", [
    "from=yesterday", "to=2026-W18-5", "from=2026-05-02&to=2026-05-02", "from=2026-05-02&to=2026-05-01", "by=fortnight",
    "from=1950-01-01", "f=xlsx", "as-of=2026-05-01", "as-of=9999",
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_one_line(client: TestClient, query: str) -> None:
    with pytest.raises(SelectionError, match=r"\A[^\n]+\Z"):
        client.get(f"/accounts/talas?{query}")


def test_a_basin_that_is_not_declared_is_not_known(client: TestClient) -> None:
    with pytest.raises(UnknownName, match="basin 'oder' is not declared: use one of talas"):
        client.get("/accounts/oder")
