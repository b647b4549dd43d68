"""Every fault of the service has one body, one line, and the status that the table gives it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from record.errors import (
    ArnaError,
    ConfigError,
    ProofError,
    RecordBusy,
    RecordDamaged,
    RecordError,
    SelectionError,
    UnitError,
    UnknownName,
)
from tests.service.served import HERE, KIROV_HERE, served


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return served(tmp_path)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def raising(app: FastAPI, fault: Exception) -> None:
    def fails() -> None:
        raise fault

    app.add_api_route("/fails", fails)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (UnknownName("no such station"), 404, "Not Found"),
        (SelectionError("no such interval"), 400, "Bad Request"),
        (RecordBusy("another writer holds the pen"), 503, "Service Unavailable"),
        (RecordError("the record cannot be read"), 500, "Internal Server Error"),
        (RecordDamaged("entry 3 does not match its hash"), 500, "Internal Server Error"),
        (ConfigError("sites.toml line 3"), 500, "Internal Server Error"),
        (UnitError("furlong"), 500, "Internal Server Error"),
        (ProofError("no proof"), 500, "Internal Server Error"),
        (ArnaError("something else"), 500, "Internal Server Error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_kind_of_ours_has_its_status_and_its_own_line(
    app: FastAPI, client: TestClient, fault: ArnaError, status: int, code: str
) -> None:
    raising(app, fault)
    answer = client.get("/fails")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"code": code, "status": status, "description": str(fault)}


def test_an_unforeseen_fault_is_in_the_log_and_not_in_the_answer(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    raising(app, KeyError("the secret name"))
    with caplog.at_level(logging.ERROR, logger="arna.service"):
        answer = client.get("/fails")
    assert answer.status_code == 500
    assert set(answer.json()) == {"code", "status", "description"}
    assert not any(word in answer.text for word in ("Traceback", "KeyError", "secret", ".py"))
    assert ["KeyError" in record.getMessage() for record in caplog.records] == [True]


def test_a_fault_of_the_record_is_in_the_log_and_a_fault_of_the_asker_is_not(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="arna.service"):
        client.get("/collections/nope")
        assert not caplog.records
        raising(app, RecordDamaged("entry 3 does not match its hash"))
        client.get("/fails")
    assert [record.getMessage() for record in caplog.records] == ["entry 3 does not match its hash"]


def test_a_status_of_the_framework_keeps_its_words_and_headers(app: FastAPI, client: TestClient) -> None:
    raising(app, HTTPException(429, "too many questions", headers={"Retry-After": "9"}))
    answer = client.get("/fails")
    assert answer.json() == {"code": "Too Many Requests", "status": 429, "description": "too many questions"}
    assert answer.headers["retry-after"] == "9"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/api", "/conformance", "/health", HERE, KIROV_HERE, "/latest"])
def test_nothing_can_be_written_by_any_address(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.json() == {
        "code": "Method Not Allowed",
        "status": 405,
        "description": f"{method} is not answered at {path}: use GET",
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/collections/a%0Ab", 400),
        ("/no%0Awhere", 400),
        (f"{HERE}/locations/a%0Ab", 400),
        (f"{HERE}/position", 400),
        (f"{HERE}/position?coords=a%0Ab", 400),
        (f"{HERE}/position?coords=POINT(nan 42)", 400),
        (f"{HERE}/position?coords=POINT(71.62 91)", 400),
        (f"{HERE}/position?coords=POINT(71.6183 42.6478){'%20' * 300}or elsewhere", 400),
        (f"{KIROV_HERE}?f=a%0Ab", 400),
        (f"{KIROV_HERE}?crs=a%0Ab", 400),
        (f"{KIROV_HERE}?parameter-name=a%0Ab", 400),
        (f"{KIROV_HERE}?datetime=", 400),
        (f"{KIROV_HERE}?datetime=a%0Ab", 400),
        (f"{KIROV_HERE}?datetime=2026-05-01/2026-05-02/2026-05-03", 400),
        (f"{KIROV_HERE}?datetime=2026-13-01", 400),
        (f"{KIROV_HERE}?datetime=2026-05-01T02:00:00/..", 400),
        (f"{KIROV_HERE}?as-of=a%0Ab", 400),
        (f"{KIROV_HERE}?as-of=-1", 400),
        (f"{KIROV_HERE}?as-of=4", 400),
        (f"{KIROV_HERE}?as-of=2026-05-01", 400),
        (f"{KIROV_HERE}?as-of={'9' * 400}", 400),
        ("/history", 400),
        ("/history?series=a%0Ab&time=2026-05-01T02:00:00Z", 404),
        ("/latest", 400),
        ("/latest?collection=a%0Ab", 404),
        ("/reports/daily/a%0Ab", 400),
    ],
)
def test_whatever_is_asked_wrongly_is_answered_in_one_line(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"code", "status", "description"}
    assert answer.json()["status"] == status
    assert answer.json()["description"].splitlines() == [answer.json()["description"]]


@pytest.mark.parametrize(
    "path",
    [
        f"/collections/{'x' * 5000}",
        f"/{'x' * 5000}",
        f"{HERE}/locations/{'x' * 5000}",
        f"{HERE}/position?coords={'x' * 5000}",
        f"{KIROV_HERE}?f={'x' * 5000}",
        f"{KIROV_HERE}?datetime={'x' * 5000}",
        f"{KIROV_HERE}?datetime={'x' * 5000}/..",
        f"{KIROV_HERE}?as-of={'x' * 5000}",
        f"{KIROV_HERE}?parameter-name={'x' * 5000}",
        f"/latest?collection={'x' * 5000}",
        f"/history?series={'x' * 5000}&time=2026-05-01T02:00:00Z",
    ],
    ids=lambda path: path.replace("x" * 5000, "long"),
)
def test_a_long_question_is_not_sent_back_whole(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {400, 404}
    assert len(answer.json()["description"]) < 1100


def test_of_a_long_line_the_advice_at_its_end_is_kept(client: TestClient) -> None:
    said = client.get(f"/collections/{'x' * 5000}").json()["description"]
    assert said.startswith("collection 'xxx")
    assert said.endswith("talas-daily-figures, talas-10-day-figures, talas-monthly-figures")
