"""Connections that end, whatever the other side does."""

import socket
import time
from collections.abc import Iterator

import pytest

from ingest.sources.cutter import Cutter

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    ours.settimeout(20)
    with ours, theirs:
        yield ours, theirs


def test_what_is_held_is_cut_while_it_is_waited_for(pair: Pair) -> None:
    with Cutter(0.05) as cutter:
        cutter.hold(pair[0])
        assert pair[0].recv(1) == b""
        assert cutter.ended


def test_what_is_held_too_late_is_cut_at_once(pair: Pair) -> None:
    with Cutter(0.01) as cutter:
        while not cutter.ended:
            time.sleep(0.01)
        cutter.hold(pair[0])
        assert pair[0].recv(1) == b""


def test_what_is_no_longer_held_is_left_alone(pair: Pair) -> None:
    with Cutter(60) as cutter:
        with cutter.holding(pair[0]):
            pass
        cutter._cut()
        pair[1].sendall(b"x")
        assert (pair[0].recv(1), cutter.ended) == (b"x", True)


def test_what_ends_in_time_is_left_alone(pair: Pair) -> None:
    with Cutter(60) as cutter:
        with cutter.holding(pair[0]):
            pass
        cutter.hold(pair[0])
    pair[1].sendall(b"x")
    assert (pair[0].recv(1), cutter.ended) == (b"x", False)
