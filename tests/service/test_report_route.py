"""The daily report over HTTP: which day, which form, as of when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from record.errors import SelectionError
from service.deps import ArchiveDep, NetworkDep
from service.interval import as_of_of
from service.routes.reports import router
from tests.service.report_example import ISSUE, Record, kazakh_day, kyrgyz_day

NOW = datetime(2026, 5, 3, tzinfo=UTC)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    record = Record(tmp_path)
    record.say(kyrgyz_day())
    record.say(kazakh_day(), when=ISSUE + timedelta(hours=1))
    app = FastAPI()
    app.include_router(router)
    app.state.clock = lambda: datetime(2026, 5, 2, 7, 59, tzinfo=UTC)
    app.dependency_overrides[get_args(ArchiveDep)[1].dependency] = lambda: record.archive
    app.dependency_overrides[get_args(NetworkDep)[1].dependency] = lambda: record.network
    app.state.log = record.log
    with TestClient(app) as client:
        yield client


def test_latest_is_the_last_complete_day_by_the_clock_of_the_service(client: TestClient) -> None:
    assert client.get("/reports/daily/latest").json()["date"] == "2026-05-01"


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        ("", "*/*", "application/json"),
        ("", BROWSER, "text/html; charset=utf-8"),
        ("?f=json", BROWSER, "application/json"),
        ("?f=HTML", "*/*", "text/html; charset=utf-8"),
        ("?f=html", "application/json", "text/html; charset=utf-8"),
    ],
)
def test_the_form_is_the_one_asked_for_else_the_one_preferred(
    client: TestClient, query: str, accept: str, media: str
) -> None:
    answer = client.get(f"/reports/daily/2026-05-01{query}", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("as_of", ["1", "2026-05-02T04:00:00Z", "2026-05-02T10:00:00+06:00"])
def test_as_of_shows_what_was_known_then(client: TestClient, as_of: str) -> None:
    then = client.get(f"/reports/daily/2026-05-01?as-of={as_of}").json()
    assert (then["journal_size"], then["late"]) == (1, [])
    assert len(client.get("/reports/daily/2026-05-01").json()["late"]) == 2


@pytest.mark.parametrize(
    "path", ["yesterday", "20260501", "2026-02-29", "2026-W18-5", "2026-05-01?f=pdf", "2026-05-01?as-of=2026-05-02"]
)
def test_what_cannot_be_asked_is_refused_in_one_line(client: TestClient, path: str) -> None:
    with pytest.raises(SelectionError, match=r"\A[^\n]+\Z"):
        client.get(f"/reports/daily/{path}")


def test_as_of_is_a_size_or_a_time_with_offset() -> None:
    assert as_of_of(None, NOW) is None
    assert as_of_of("12", NOW) == 12
    assert as_of_of("2026-05-02T10:00:00 06:00", NOW) == datetime(2026, 5, 2, 4, tzinfo=UTC)
    for text in ("", "-1", "٣", "2026-05-02T10:00:00", "now", "9" * 40):
        with pytest.raises(SelectionError):
            as_of_of(text, NOW)
