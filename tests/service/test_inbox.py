"""Messages that a party pushes: held before they are acknowledged, once each, and of nobody else."""

import errno
import fcntl
import hashlib
import json
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from arna import tokens
from service import inbox as inboxes
from service.inbox import Inbox
from service.routes import inbox as route
from tests.service.pushed import NOW, PLACE, PUSHED, TABLE, House, push
from tests.serving import running


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with TestClient(house.app, raise_server_exceptions=False) as made:
        yield made


def test_what_is_pushed_waits_in_the_folder_of_its_source_and_is_entered(house: House, client: TestClient) -> None:
    answer = push(client, house)
    assert answer.status_code == 202
    digest = hashlib.sha256(TABLE).hexdigest()
    assert answer.json() == {
        "source": "tables-kg",
        "name": f"20260510T040030Z-{digest[:32]}",
        "sha256": digest,
        "bytes": len(TABLE),
        "received": "2026-05-10T04:00:30Z",
    }
    assert house.waiting() == {answer.json()["name"]: TABLE}
    assert house.unfinished() == []
    report = house.ingest()
    assert (report.receipts, report.readings, report.refusals) == (1, 2, ())
    assert house.waiting() == {}


@pytest.mark.parametrize("rounds", [0, 1])
def test_the_same_bytes_are_held_once(house: House, client: TestClient, rounds: int) -> None:
    first = push(client, house)
    for _ in range(rounds):
        house.ingest()
    house.now += timedelta(days=6)
    again = push(client, house)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json()
    assert len(house.waiting()) == 1 - rounds
    assert house.unfinished() == []


def test_the_same_bytes_are_another_message_after_a_week(house: House, client: TestClient) -> None:
    push(client, house)
    house.now += timedelta(days=7)
    assert push(client, house).status_code == 202
    assert len(house.waiting()) == 2


def test_the_same_bytes_are_another_message_a_month_later(house: House, client: TestClient) -> None:
    push(client, house)
    house.ingest()
    house.now += timedelta(days=31)
    again = push(client, house)
    assert again.status_code == 202
    assert again.json()["received"] == "2026-06-10T04:00:30Z"
    assert list(house.waiting()) == [again.json()["name"]]
    assert [day.name for day in (house.folder / ".pushed").iterdir()] == ["2026-06-10"]


def test_other_bytes_in_the_same_second_are_another_message(house: House, client: TestClient) -> None:
    assert [push(client, house, body).status_code for body in (b"a", b"b", b"")] == [202, 202, 202]
    assert sorted(house.waiting().values()) == [b"", b"a", b"b"]


def test_an_attempt_that_fell_before_its_end_is_made_good_by_the_next(
    house: House, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object) -> None:
        raise OSError(errno.EIO, "made up for tests")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fall)
        assert push(client, house).status_code == 500
    assert house.waiting() == {}
    house.now += timedelta(minutes=5)
    again = push(client, house)
    assert (again.status_code, again.json()["received"]) == (202, "2026-05-10T04:00:30Z")
    assert house.waiting() == {again.json()["name"]: TABLE}


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"name": 5}', '{"source": "x"}'])
def test_a_memory_that_was_cut_off_is_no_memory(house: House, client: TestClient, kept: str) -> None:
    day = house.folder / ".pushed" / "2026-05-10"
    day.mkdir(parents=True)
    (day / hashlib.sha256(TABLE).hexdigest()).write_text(kept)
    assert push(client, house).status_code == 202
    assert push(client, house).status_code == 200


# --- who may push what


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer nonsense"},
        {"authorization": "Basic a2c6a2c="},
        {"authorization": "Bearer"},
        {"authorization": "Bearer " + "x" * 5000},
    ],
)
@pytest.mark.parametrize("to", ["tables-kg", "other-kg", "nowhere"])
def test_without_a_token_nothing_is_taken_or_told(
    house: House, client: TestClient, headers: dict[str, str], to: str
) -> None:
    answer = push(client, house, to=to, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "Unauthorized"
    assert "kg" not in answer.text
    assert not house.folder.exists()


def test_another_party_may_not_speak_there(house: House, client: TestClient) -> None:
    answer = push(client, house, headers=house.headers("kz"))
    assert answer.status_code == 403
    assert answer.json()["description"] == "source tables-kg is of kg: kz may not speak there"
    assert not house.folder.exists()


@pytest.mark.parametrize("to", ["nowhere", "other-kg", "..", "%2e%2e%2fkeys", "tables-kg%00", "a%0Ab", "x" * 3000])
def test_a_source_that_takes_nothing_is_not_found(house: House, client: TestClient, to: str) -> None:
    answer = push(client, house, to=to)
    assert answer.status_code in ((400,) if "%0" in to else (404, 405))
    assert set(answer.json()) == {"code", "status", "description"}
    assert answer.json()["description"].splitlines() == [answer.json()["description"]]
    assert len(answer.text) < 1000
    assert not (house.data / "inbox").exists()


def test_a_mirror_takes_nothing(house: House, client: TestClient) -> None:
    house.app.state.mirrors = True
    for headers in ({}, house.headers()):
        answer = push(client, house, headers=headers)
        assert answer.status_code == 403
        assert "this is a mirror" in answer.json()["description"]
    assert not house.folder.exists()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_inbox_is_pushed_into_and_never_read(house: House, client: TestClient, method: str) -> None:
    answer = client.request(method, "/inbox/tables-kg", headers=house.headers())
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["description"] == f"{method} is not answered at /inbox/tables-kg: use POST"


# --- how much


@pytest.mark.parametrize(("count", "status"), [(999, 202), (1000, 202), (1001, 413), (100_000, 413)])
def test_a_message_has_at_most_the_bytes_of_its_source(
    house: House, client: TestClient, count: int, status: int
) -> None:
    answer = push(client, house, b"x" * count)
    assert answer.status_code == status
    assert [len(body) for body in house.waiting().values()] == [count] * (status == 202)
    assert house.unfinished() == []


def test_bytes_without_an_announced_length_are_counted_as_they_come(house: House, client: TestClient) -> None:
    def chunks(count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield b"x" * 250

    assert push(client, house, chunks(4)).status_code == 202  # type: ignore[arg-type]
    assert push(client, house, chunks(5)).status_code == 413  # type: ignore[arg-type]
    assert house.unfinished() == []


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "GZIP"])
def test_packed_bytes_are_not_taken(house: House, client: TestClient, coding: str) -> None:
    answer = push(client, house, headers=house.headers() | {"content-encoding": coding})
    assert answer.status_code == 415
    assert push(client, house, headers=house.headers() | {"content-encoding": "identity"}).status_code == 202


def test_an_inbox_in_which_too_many_wait_takes_no_more_for_a_while(
    house: House, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "MOST_WAITING", 2)
    assert [push(client, house, body).status_code for body in (b"a", b"b", b"c")] == [202, 202, 503]
    answer = push(client, house, b"c")
    assert int(answer.headers["retry-after"]) > 0
    assert "too many messages wait" in answer.json()["description"]
    house.ingest()
    assert push(client, house, b"c").status_code == 202


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EDQUOT, 507), (errno.EIO, 500)])
@pytest.mark.parametrize("step", ["fsync", "open"])
def test_a_disk_that_is_full_or_broken_is_told_and_nothing_is_left(
    house: House, client: TestClient, monkeypatch: pytest.MonkeyPatch, number: int, status: int, step: str
) -> None:
    push(client, house, b"first")

    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fails)
        answer = push(client, house)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "status", "description"}
    assert str(house.data) not in answer.text
    assert list(house.waiting().values()) == [b"first"]
    assert house.unfinished() == []
    assert push(client, house).status_code == 202


def test_a_message_is_on_the_disk_before_it_is_acknowledged(
    house: House, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(client, house, b"first")
    steps: list[str] = []
    fsync, moved = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        steps.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name[:6])
        fsync(descriptor)

    def named(old: Path, new: Path) -> None:
        steps.append("named")
        moved(old, new)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", named)
    assert push(client, house).status_code == 202
    assert steps == [".push-", "named", "tables"]


def test_what_was_broken_off_long_ago_is_swept_out(house: House, client: TestClient) -> None:
    push(client, house)
    old, young = house.folder / ".push-old", house.folder / ".push-young"
    for path, age in ((old, timedelta(days=1)), (young, timedelta(hours=1))):
        path.write_bytes(b"half")
        moment = (house.now - age).timestamp()
        os.utime(path, (moment, moment))
    push(client, house, b"another")
    assert house.unfinished() == [".push-young"]


# --- over a real connection


def half_sent(house: House, url: str) -> socket.socket:
    """A connection over which the first half of a message has come."""
    door = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port or 0))
    head = f"POST /inbox/tables-kg HTTP/1.1\r\nhost: x\r\nauthorization: {house.headers()['authorization']}\r\n"
    door.sendall(f"{head}content-length: 900\r\n\r\n".encode() + b"x" * 400)
    return door


def test_a_connection_that_breaks_off_leaves_nothing(house: House) -> None:
    with running(house.app) as url:
        with half_sent(house, url):
            wait_until(lambda: bool(house.unfinished()))
        wait_until(lambda: not house.unfinished())
    assert house.waiting() == {}


def test_one_that_goes_on_too_long_is_told_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "LONGEST_SECONDS", 0.3)
    with running(house.app) as url, half_sent(house, url) as door:
        assert door.recv(1000).startswith(b"HTTP/1.1 408 ")
    assert (house.waiting(), house.unfinished()) == ({}, [])


def test_of_several_workers_only_one_settles_at_a_time(house: House) -> None:
    def settle() -> None:
        with inbox.begin() as upload:
            upload.write(TABLE)
            names.append(upload.settle(NOW)[0].name)

    names: list[str] = []
    inbox = Inbox("tables-kg", house.data, PLACE)
    assert not inbox.is_full(NOW)
    with open(house.folder / ".push.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        threads = [threading.Thread(target=settle) for _ in range(4)]
        for thread in threads:
            thread.start()
        threads[0].join(0.3)
        assert (names, house.waiting()) == ([], {})
    for thread in threads:
        thread.join()
    assert (len(names), len(set(names)), len(house.waiting())) == (4, 1, 1)


def wait_until(done: Any) -> None:
    halt = threading.Event()
    for _ in range(1000):
        if done():
            return
        halt.wait(0.01)
    raise AssertionError("it did not come to that")


def test_the_source_in_force_is_the_one_that_counts(house: House, client: TestClient) -> None:
    push(client, house)
    house.app.state.network = replace(house.network, sources={PUSHED.id: PUSHED.model_copy(update={"push": False})})
    assert push(client, house, b"more").status_code == 404


def test_a_token_file_that_others_may_read_opens_nothing(house: House, client: TestClient) -> None:
    (house.data / "tokens" / "kg").chmod(0o644)
    assert push(client, house).status_code == 401


def test_every_token_of_a_party_opens_its_inboxes_until_its_line_is_taken_out(house: House, client: TestClient) -> None:
    path = house.data / "tokens" / "kg"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines))
    _, second = tokens.make(house.data, "kg", NOW.date())
    assert second not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    for token in (house.tokens["kg"], second):
        assert push(client, house, headers={"authorization": f"Bearer {token}"}).status_code in (200, 202)
    digest = hashlib.sha256(second.encode()).hexdigest()
    kept = [line for line in path.read_text().splitlines() if not line.startswith(digest)]
    path.write_text("\n".join(kept))
    assert push(client, house, headers={"authorization": f"Bearer {second}"}).status_code == 401
    assert push(client, house).status_code == 200


def test_no_answer_and_no_log_shows_a_token(house: House, client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        answers = [push(client, house), push(client, house, to="nowhere"), push(client, house, b"x" * 2000)]
    shown = json.dumps([answer.text for answer in answers]) + caplog.text
    assert house.tokens["kg"] not in shown
