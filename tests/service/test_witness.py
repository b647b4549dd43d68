"""The server of a witness answers as C2SP tlog-witness has it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from record.witness import open_witness
from service.witness import create_witness_app
from tests.keys import LOG, WITNESSES
from tests.record.test_witness import FORKED, HONEST, noon


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    kept = open_witness(tmp_path, WITNESSES["kz"], {LOG.name: LOG.verifier})
    with TestClient(create_witness_app(kept, noon), raise_server_exceptions=False) as made:
        yield made


def test_a_checkpoint_is_signed_and_shown_to_the_other_ministry(client: TestClient) -> None:
    answer = client.post("/add-checkpoint", content=HONEST.request(0, 10))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    (log,) = client.get("/").json()["logs"]
    assert (log["origin"], log["signed"]) == (LOG.name, 10)
    shown = client.get(log["checkpoint"])
    assert shown.text == HONEST.signed(10).decode() + answer.text
    assert log["checkpoint"] == f"/{hashlib.sha256(LOG.name.encode()).hexdigest()}/checkpoint"


def test_another_size_is_answered_with_the_one_that_was_signed(client: TestClient) -> None:
    client.post("/add-checkpoint", content=HONEST.request(0, 10))
    answer = client.post("/add-checkpoint", content=HONEST.request(5, 20))
    assert (answer.status_code, answer.text, answer.headers["content-type"].partition(";")[0]) == (
        409,
        "10\n",
        "text/x.tlog.size",
    )


def test_a_fork_is_refused_and_kept(client: TestClient) -> None:
    client.post("/add-checkpoint", content=HONEST.request(0, 20))
    body = FORKED.request(20, 20)
    assert client.post("/add-checkpoint", content=body).status_code == 422
    (one,) = client.get("/evidence").json()["evidence"]
    assert client.get(one["request"]).content == body
    assert client.get("/evidence/9").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"\xff" * 100, 400), (b"old 0\n\nnot a note", 400), (b"x" * 70_000, 413)],
)
def test_what_is_no_request_is_one_line(client: TestClient, body: bytes, status: int) -> None:
    answer = client.post("/add-checkpoint", content=body)
    assert (answer.status_code, answer.text.count("\n")) == (status, 1)


def test_a_log_that_it_does_not_know_is_not_witnessed(client: TestClient) -> None:
    assert client.post("/add-checkpoint", content=HONEST.request(0, 3).replace(b"arna", b"anra")).status_code == 404
    assert client.get(f"/{'0' * 64}/checkpoint").status_code == 404
