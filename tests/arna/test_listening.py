"""Where the service listens: a socket that says that it is of TCP, and one line where that cannot be."""

import logging
import socket

import pytest

from arna.serving import _listening, _say_once
from record.errors import RecordError


def test_the_socket_says_that_it_is_of_tcp() -> None:
    with _listening("127.0.0.1", 0) as made:
        # Only of such a socket asyncio sends small answers at once.
        assert made.proto == socket.IPPROTO_TCP
        assert made.getsockname()[0] == "127.0.0.1"


def test_an_address_that_is_taken_or_none_of_ours_is_one_line() -> None:
    with _listening("127.0.0.1", 0) as made:
        made.listen()
        port = made.getsockname()[1]
        with pytest.raises(RecordError, match=rf"cannot listen on 127\.0\.0\.1:{port}: .*; choose another port"):
            _listening("127.0.0.1", port)
    with pytest.raises(RecordError, match=r"cannot listen on 203\.0\.113\.1:0: "):
        _listening("203.0.113.1", 0)
    with pytest.raises(RecordError, match=r"cannot listen on no such host:1: .*name another address"):
        _listening("no such host", 1)


def test_what_broke_off_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    server = logging.getLogger("uvicorn.error")
    before = list(server.filters)
    try:
        _say_once()
        server.error("ASGI callable returned without completing response.")
        server.error("another thing")
    finally:
        server.filters[:] = before
    assert [line.getMessage() for line in caplog.records] == ["another thing"]
