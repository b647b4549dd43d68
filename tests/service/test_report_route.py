"""A report over HTTP as it is known now: which period, which form and language, as of when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import get_args

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from record.errors import SelectionError
from service import errors
from service.deps import ArchiveDep, NetworkDep
from service.interval import as_of_of
from service.reports.built import build
from service.routes.reports import draft, router
from tests.service.report_example import ISSUE, Record, kazakh_day, kyrgyz_day

NOW = datetime(2026, 5, 3, tzinfo=UTC)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
TEXT = "text/html; charset=utf-8"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    record = Record(tmp_path_factory.mktemp("drafts"))
    record.say(kyrgyz_day())
    record.say(kazakh_day(), when=ISSUE + timedelta(hours=1))
    app = FastAPI()
    app.include_router(router)
    errors.install(app)
    app.state.clock = lambda: datetime(2026, 5, 2, 7, 59, tzinfo=UTC)
    app.dependency_overrides[get_args(ArchiveDep)[1].dependency] = lambda: record.archive
    app.dependency_overrides[get_args(NetworkDep)[1].dependency] = lambda: record.network
    app.state.log = record.log
    with TestClient(app, follow_redirects=False) as client, pytest.MonkeyPatch.context() as patch:
        # Which form is given hangs on no figure, so that equal reports need not be built twice.
        once = cache(lambda *asked: build(record.archive, record.network, *asked))
        patch.setattr(draft, "build", lambda _archive, _network, *asked: once(*asked))
        yield client


@pytest.mark.parametrize(
    ("edition", "begin", "end"),
    [
        ("daily", "2026-05-01", "2026-05-02"),
        ("weekly", "2026-04-20", "2026-04-27"),
        ("monthly", "2026-04-01", "2026-05-01"),
    ],
)
def test_latest_is_the_last_period_that_has_ended(client: TestClient, edition: str, begin: str, end: str) -> None:
    told = client.get(f"/reports/{edition}/latest?f=json").json()
    assert (told["edition"], told["span"]["begin"], told["span"]["end"]) == (edition, begin, end)
    assert told["revision"] is None


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        ("", "*/*", "application/json"),
        ("", BROWSER, TEXT),
        ("?f=json", BROWSER, "application/json"),
        ("?f=HTML", "*/*", TEXT),
        ("?f=html", "application/json", TEXT),
        ("?lang=kk", "*/*", TEXT),
        ("?f=csv", BROWSER, "text/csv; charset=utf-8"),
        ("", "application/pdf", "application/pdf"),
    ],
)
def test_the_form_is_the_one_asked_for_else_the_one_preferred(
    client: TestClient, query: str, accept: str, media: str
) -> None:
    answer = client.get(f"/reports/daily/2026-05-01{query}", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert ("Accept" in answer.headers.get("vary", "").split(", ")) == ("f=" not in query)


def test_the_language_is_the_one_asked_for_else_the_reader_s_own(client: TestClient) -> None:
    path = "/reports/daily/2026-05-01?f=html"
    for query, accepted, language in (("", "ru-KZ", "ru"), ("&lang=ky", "ru", "ky"), ("", "fr", "en")):
        answer = client.get(f"{path}{query}", headers={"Accept-Language": accepted})
        assert f'<html lang="{language}"' in answer.text
        assert answer.headers["content-disposition"] == f'inline; filename="daily-2026-05-01.draft.{language}.html"'
        assert ("vary" in answer.headers) == (not query)


def test_a_day_within_a_period_leads_to_its_first_and_one_to_come_is_not_there(client: TestClient) -> None:
    moved = client.get("/reports/weekly/2026-04-23?f=json&lang=")
    assert moved.status_code == 400
    moved = client.get("/reports/weekly/2026-04-23?f=json")
    assert (moved.status_code, moved.headers["location"]) == (308, "2026-04-20?f=json")
    # By the clock of the test the report day of 2 May has just begun.
    assert client.get("/reports/daily/2026-05-02?f=json").json()["span"]["ended"] is False
    for path in ("daily/2026-05-03", "monthly/2026-06-15"):
        assert client.get(f"/reports/{path}").status_code == 404


@pytest.mark.parametrize("as_of", ["1", "2026-05-02T10:00:00+06:00"])
def test_as_of_shows_what_was_known_then(client: TestClient, as_of: str) -> None:
    then = client.get("/reports/daily/2026-05-01", params={"as-of": as_of}).json()
    assert (then["journal_size"], then["gaps"]["late"]) == (1, [])
    assert len(client.get("/reports/daily/2026-05-01").json()["gaps"]["late"]) == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("daily/yesterday", 400),
        ("daily/20260501", 400),
        ("daily/2026-02-29", 400),
        ("daily/2026-W18-5", 400),
        ("daily/2026-05-01?f=doc", 400),
        ("daily/2026-05-01?f=json&lang=kk", 400),
        ("daily/2026-05-01?f=xlsx&lang=kk-ky", 400),
        ("daily/2026-05-01?as-of=2026-05-02", 400),
        ("yearly/2026-05-01", 404),
        ("daily/2026-05-09", 404),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(client: TestClient, path: str, status: int) -> None:
    answer = client.get(f"/reports/{path}")
    assert (answer.status_code, answer.json()["description"].count("\n")) == (status, 0)


def test_as_of_is_a_size_or_a_time_with_offset() -> None:
    assert as_of_of(None, NOW) is None
    assert as_of_of("12", NOW) == 12
    assert as_of_of("2026-05-02T10:00:00 06:00", NOW) == datetime(2026, 5, 2, 4, tzinfo=UTC)
    for text in ("", "-1", "٣", "2026-05-02T10:00:00", "now", "9" * 40):
        with pytest.raises(SelectionError):
            as_of_of(text, NOW)
