"""Connections as they are in the world: slow, half-sent, too many, and no HTTP at all."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.guard import connection
from tests.serving import running

_PATIENCE = 10.0


async def _echo(request: Request) -> Response:
    return Response(await request.body())


def _large(_: Request) -> Response:
    return Response(b"x" * 4_000_000)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Where a small app answers, on connections whose limits are short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "LOOK_SECONDS", 0.05)
        patch.setattr(connection, "HEAD_SECONDS", 0.3)
        patch.setattr(connection, "FLUSH_SECONDS", 0.2)
        patch.setattr(connection, "FLUSH_BYTES", 1e9)
        routes = [
            Route("/", lambda _: Response("ok")),
            Route("/echo", _echo, methods=["POST"]),
            Route("/large", _large),
        ]
        with running(Starlette(routes=routes)) as found:
            yield found


def opened(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    made = socket.create_connection((host, int(port)), timeout=_PATIENCE)
    made.settimeout(_PATIENCE)
    return made


def all_of(stream: socket.socket) -> bytes:
    """What comes until the other side closes."""
    found = bytearray()
    # To be cut off is a way to be closed.
    with suppress(ConnectionError):
        while piece := stream.recv(65_536):
            found += piece
    return bytes(found)


def asked(url: str, raw: bytes) -> tuple[int, bytes, bytes]:
    """Status, head and body of what is answered to these bytes, after which the connection must end."""
    with opened(url) as stream:
        stream.sendall(raw)
        head, _, body = all_of(stream).partition(b"\r\n\r\n")
    return int(head.split()[1]) if head else 0, head, body


def is_served(url: str) -> bool:
    return asked(url, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")[0] == 200


def test_who_says_nothing_is_left(url: str) -> None:
    with opened(url) as stream:
        assert all_of(stream) == b""


@pytest.mark.parametrize("begun", [b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX: "])
def test_a_head_that_does_not_come_to_its_end_is_told_so(url: str, begun: bytes) -> None:
    status, head, body = asked(url, begun)
    assert status == 408
    assert json.loads(body)["description"].startswith("the head of the request did not come within")
    assert b"x-content-type-options: nosniff" in head


def test_a_head_that_comes_drop_by_drop_is_not_waited_for(url: str) -> None:
    with opened(url) as stream:
        stream.settimeout(0.05)
        stream.sendall(b"GET / HTTP/1.1\r\n")
        found = b""
        for _ in range(200):
            try:
                stream.sendall(b"X-A: b\r\n")
                found += stream.recv(65_536)
            except TimeoutError:
                continue
            except ConnectionError:
                break
            if found:
                break
    assert b" 408 " in found


def test_a_second_request_that_does_not_come_is_not_waited_for(url: str) -> None:
    with opened(url) as stream:
        stream.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        found = all_of(stream)
    assert found.startswith(b"HTTP/1.1 200 OK")


def test_a_body_that_is_announced_and_never_read_holds_no_connection(url: str) -> None:
    status, _, body = asked(url, b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf")
    assert (status, body) == (200, b"ok")


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(8000)) + b"\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 2_000_000,
    ],
    ids=["one header", "many headers", "address", "without an end"],
)
def test_a_head_beyond_measure_is_refused(url: str, raw: bytes) -> None:
    with opened(url) as stream:
        with suppress(ConnectionError):
            # It may be refused before all of it was sent.
            stream.sendall(raw)
        found = all_of(stream)
    # Where more of it came when it was refused the system cuts the connection, and the answer may be lost with it.
    assert not found or found.startswith(b"HTTP/1.1 431 Request Header Fields Too Large")
    assert is_served(url)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x00\x00\x00\x00\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /Кара HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_in_our_words(url: str, raw: bytes) -> None:
    with opened(url) as stream:
        stream.sendall(raw)
        found = all_of(stream)
    _, _, body = found.rpartition(b"\r\n\r\n")
    assert json.loads(body) == {
        "code": "Bad Request",
        "status": 400,
        "description": "this is no request of HTTP: begin at /",
    }
    assert b"server:" not in found.lower()
    assert is_served(url)


def test_nonsense_behind_a_request_ends_the_connection_and_no_answer_is_mixed(url: str) -> None:
    with opened(url) as stream:
        stream.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n\x00\x01\x02\r\n\r\n")
        found = all_of(stream)
    assert found.count(b"HTTP/1.1 ") <= 2
    assert is_served(url)


def test_who_offers_another_protocol_is_answered_by_this_one(url: str) -> None:
    for offered in (b"h2c", b"websocket"):
        raw = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: " + offered + b"\r\n\r\n"
        assert asked(url, raw)[0] == 200


def test_who_does_not_take_an_answer_is_left(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = threading.Event()
    whole = connection.Patient.connection_lost

    def seen(patient: connection.Patient, exc: Exception | None) -> None:
        whole(patient, exc)
        lost.set()

    monkeypatch.setattr(connection.Patient, "connection_lost", seen)
    with socket.socket() as stream:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stream.settimeout(_PATIENCE)
        host, port = url.removeprefix("http://").split(":")
        stream.connect((host, int(port)))
        stream.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        # Nothing is read until the other side has given up; what it had sent by then is all that there is.
        assert lost.wait(_PATIENCE)
        assert len(all_of(stream)) < 4_000_000


def test_who_holds_many_connections_makes_room_for_who_asks(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", _PATIENCE)
    monkeypatch.setattr(connection, "FEW", 5)
    monkeypatch.setattr(connection, "_most", lambda: 5)
    with ExitStack() as stack:
        held = [stack.enter_context(opened(url)) for _ in range(12)]
        assert is_served(url)
        assert all_of(held[0]) == b""
        held[-1].sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert all_of(held[-1]).endswith(b"ok")
