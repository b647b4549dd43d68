"""The journal over HTTP as a tile log: what is served suffices to rebuild the tree and to check an entry."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from record import leaf as leaves
from record.archive import Archive, Log, Record
from record.proof import checkpoint, inclusion, note, policy, tiles, tree
from record.writer import Pen
from service import errors
from service.routes import log, proof
from tests.example import GATEWAY, KIROV, LOG, START, open_pen, say, seen

SIZE = 300
LOG_ALONE = policy.parse(f"log {LOG.verifier.vkey}\nquorum none\n")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Record, Pen]]:
    made, pen = open_pen(tmp_path_factory.mktemp("log"))
    for number in range(SIZE):
        say(pen, f"message {number}", [seen(KIROV, number, f"{number}.5")])
    pen.checkpoint(START)
    yield made, pen
    made.engine.dispose()


@pytest.fixture(scope="module")
def client(record: tuple[Record, Pen]) -> Iterator[TestClient]:
    app = FastAPI(openapi_url=None)
    app.state.archive, app.state.log = Archive(record[0]), Log(record[0])
    app.state.clock = lambda: START + timedelta(days=2)
    errors.install(app)
    app.include_router(log.router)
    app.include_router(proof.router)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def test_anyone_can_rebuild_the_tree_from_what_is_served(client: TestClient) -> None:
    answer = client.get("/log/checkpoint")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "text/plain; charset=utf-8",
        "public, max-age=5",
    )
    said = checkpoint.parse(note.verified(answer.content, [LOG.verifier]).note.text)
    assert said.size == SIZE
    found = [
        entry for width in ("000", "001.p/44") for entry in tiles.entries(get(client, f"/log/tile/entries/{width}"))
    ]
    nodes: dict[tuple[int, int], bytes] = {}
    for number, raw in enumerate(found):
        for level, place, digest in tree.grown(number, tree.leaf_hash(raw), lambda *at: nodes[at]):
            nodes[level, place] = digest
    assert tree.root(SIZE, lambda *at: nodes[at]) == said.root
    assert get(client, "/log/tile/0/001.p/44") == b"".join(nodes[0, 256 + place] for place in range(44))
    assert get(client, "/log/tile/1/000.p/1") == nodes[8, 0]


def get(client: TestClient, path: str) -> bytes:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
    assert "immutable" in answer.headers["cache-control"]
    return answer.content


def test_a_proof_of_a_reading_can_be_checked_with_the_logs_key_alone(client: TestClient) -> None:
    answer = client.get("/proof", params={"series": KIROV, "time": "2026-05-08T02:00:00Z"})
    assert answer.headers["content-disposition"] == 'attachment; filename="entry-7.tlog-proof"'
    found = inclusion.parse(answer.content)
    assert found.extra is not None
    said, _ = inclusion.verify(found, tree.leaf_hash(found.extra), LOG.name, LOG_ALONE)
    assert (found.index, said.size) == (7, SIZE)
    assert leaves.verified(found.extra, [GATEWAY.verifier]).content["rows"][0][2] == "7.5"
    assert client.get("/proof?entry=7").content == answer.content


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/log/tile/0/001", 404, "is not there yet: the log has 300 entries"),
        ("/log/tile/entries/001.p/45", 404, "not there yet"),
        ("/log/tile/3/000", 404, "not there yet"),
        ("/log/tile/0/1", 404, "not the path of a tile"),
        ("/log/tile/../../etc/passwd", 404, "nothing at"),
        ("/proof?entry=300", 404, "under no checkpoint yet"),
        ("/proof?entry=-1", 400, "is not an index of the journal"),
        ("/proof", 400, "give entry=, or report=, or segment=, or series= and time="),
        ("/proof?entry=1&report=2026-05-01", 400, "a proof is of one thing"),
        ("/proof?report=2026-05-01", 404, "no report '2026-05-01' was issued"),
        ("/proof?segment=" + "0" * 64, 404, "no seal names a segment"),
        ("/log/receipt/" + "0" * 64, 404, "no receipt has the hash"),
        ("/log/final", 404, "see /log/standing"),
        ("/log/policy", 404, "declares no keys"),
        ("/log/alarms/1", 404, "there is no alarm 1"),
        (f"/proof?series={KIROV}", 400, "give entry="),
        (f"/proof?entry=1&series={KIROV}&time=2026-05-08T02:00:00Z", 400, "give entry="),
        (f"/proof?series={KIROV}&time=1999-05-08T02:00:00Z", 404, "nothing was said"),
        ("/proof?series=nobody&time=2026-05-08T02:00:00Z", 404, "not declared"),
    ],
)
def test_what_is_not_there_is_said_so(client: TestClient, path: str, status: int, said: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert said in answer.json()["description"]


def test_before_the_first_checkpoint_there_is_none(tmp_path: Path) -> None:
    record, _ = open_pen(tmp_path)
    app = FastAPI(openapi_url=None)
    app.state.log = Log(record)
    errors.install(app)
    app.include_router(log.router)
    with TestClient(app) as client:
        assert "no checkpoint was signed yet" in client.get("/log/checkpoint").json()["description"]
    record.engine.dispose()
