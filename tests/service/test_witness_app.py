"""The server of a witness to the letter: exact types, no endless body, no trace of a fault, the published vectors."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from record.proof import checkpoint, note, witness
from record.proof.keys import parse_vkey
from record.witness import Witness, open_witness
from service.witness import create_witness_app
from tests.keys import LOG, WITNESSES, signer_of
from tests.record.test_tlog_vectors import every, raw
from tests.record.test_witness import FORKED, HONEST, noon

KZ = WITNESSES["kz"]


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return create_witness_app(open_witness(tmp_path, KZ, {LOG.name: LOG.verifier}), noon)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def test_the_size_is_answered_with_its_type_to_the_letter(client: TestClient) -> None:
    """Other clients compare the whole header, and take one with a charset for something else."""
    client.post("/add-checkpoint", content=HONEST.request(0, 10))
    answer = client.post("/add-checkpoint", content=HONEST.request(5, 20))
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (409, "text/x.tlog.size", "10\n")


def forged() -> bytes:
    stranger = signer_of(LOG.name, seed="stranger")
    return witness.encode(witness.Request(10, (), note.sign(note.parse(HONEST.signed(20)).text, [stranger])))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"old 10\n\nno note", 400),
        (HONEST.request(30, 20), 400),
        (forged(), 403),
        (HONEST.request(10, 20).replace(b"arna.example", b"anra.example"), 404),
        (FORKED.request(10, 20).replace(b"old 10", b"old 11"), 409),
        (witness.encode(witness.Request(10, (), HONEST.signed(20))), 422),
        (b"x" * (witness.MAX_BODY_BYTES + 1), 413),
    ],
)
def test_what_is_not_signed_is_refused_in_one_line(client: TestClient, body: bytes, status: int) -> None:
    client.post("/add-checkpoint", content=HONEST.request(0, 10))
    answer = client.post("/add-checkpoint", content=body)
    assert (answer.status_code, answer.text.count("\n"), answer.text[-1]) == (status, 1, "\n")
    assert answer.headers["content-type"].startswith("text/")
    assert client.get("/").json()["logs"][0]["signed"] == 10


def answered(app: FastAPI, messages: Iterator[dict[str, Any]]) -> tuple[list[int], int]:
    """The statuses with which the app answers a body that comes in these pieces, and how many of them it took."""
    taken, statuses = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return next(messages)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "POST", "path": "/add-checkpoint", "headers": [], "query_string": b""}
    asyncio.run(app(scope, receive, send))
    return statuses, taken


def test_a_body_without_end_is_not_read_to_its_end(app: FastAPI) -> None:
    def endless() -> Iterator[dict[str, Any]]:
        while True:
            yield {"type": "http.request", "body": b"x" * 16_384, "more_body": True}

    statuses, taken = answered(app, endless())
    assert (statuses, taken) == ([413], 5)


def test_a_sender_that_hangs_up_is_no_fault_of_ours(app: FastAPI) -> None:
    half: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"old 0\n", "more_body": True},
        {"type": "http.disconnect"},
    ]
    statuses, _ = answered(app, iter(half))
    assert statuses == [400]


def test_a_fault_of_its_own_shows_no_trace(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(Witness, "add", fail)
    answer = client.post("/add-checkpoint", content=HONEST.request(0, 10))
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_it_says_whose_witness_it_is(client: TestClient) -> None:
    said = client.get("/").json()
    assert (said["witness"], parse_vkey(said["vkey"])) == (KZ.name, KZ.verifier)
    assert [(one["origin"], one["signed"]) for one in said["logs"]] == [(LOG.name, 0)]


def test_evidence_says_both_sizes_and_keeps_the_bytes(client: TestClient) -> None:
    client.post("/add-checkpoint", content=HONEST.request(0, 20))
    body = FORKED.request(20, 30)
    client.post("/add-checkpoint", content=body)
    (one,) = client.get("/evidence").json()["evidence"]
    assert (one["origin"], one["size"], one["held_size"], one["found"]) == (LOG.name, 30, 20, "2026-05-01T12:00:00Z")
    assert one["held"] == client.get(client.get("/").json()["logs"][0]["checkpoint"]).text
    kept = client.get(one["request"])
    assert (kept.content, kept.headers["content-type"]) == (body, "application/octet-stream")
    for nothing in ("/evidence/0", "/evidence/99999999999999999999999"):
        assert client.get(nothing).status_code == 404


@every("witness_update.json")
def test_the_published_answers_over_http(tmp_path: Path, case: dict[str, Any]) -> None:
    log = parse_vkey(case["log_vkey"])
    init = case["init"].encode()
    origin = checkpoint.parse(note.parse(init).text).origin
    step = witness.Request(case["old"], tuple(raw(one) for one in case["proof"]), case["checkpoint"].encode())
    with TestClient(create_witness_app(open_witness(tmp_path, KZ, {origin: log}), noon)) as client:
        assert client.post("/add-checkpoint", content=b"old 0\n\n" + init).status_code == 200
        answer = client.post("/add-checkpoint", content=witness.encode(step))
    assert answer.status_code == case["want_status"]
    if answer.status_code == 200:
        signed = note.verified(step.note + answer.content, [log, KZ.verifier]).signed
        assert signed[KZ.name] == int(noon().timestamp())
    if "want_body" in case:
        assert answer.text == case["want_body"]


@every("witness_parse.json")
def test_a_published_request_of_a_log_that_is_not_known(client: TestClient, case: dict[str, Any]) -> None:
    wanted = 404 if case["ok"] else 400
    assert client.post("/add-checkpoint", content=case["body"].encode()).status_code == wanted
