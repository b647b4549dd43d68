"""A broker that takes what is published with QoS 1, and keeps what is to be retained: enough of MQTT 3.1.1 for that."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from tests.ingest.brokers import read_packet, text

REFUSED = 5
"""Not authorised."""


class Taken(NamedTuple):
    """A message: its topic below the prefix, its document, whether it is to be kept."""

    topic: str
    said: dict[str, Any]
    retained: bool


class Taking:
    """One client at a time; `takes` is how many messages it takes before it hangs up, `refuses` its word on coming."""

    def __init__(self, prefix: str) -> None:
        self.prefix, self.visits = prefix, 0
        self.users: set[bytes] = set()
        self.takes: int | None = None
        self.refuses = 0
        self._taken: list[Taken] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        port: int = self._listening.getsockname()[1]
        return port

    def taken(self) -> list[Taken]:
        """What came since this was asked last; a client that has gone had heard that it was taken."""
        found, self._taken = self._taken, []
        return found

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                door, _ = self._listening.accept()
            except OSError:
                return
            with door, suppress(OSError):
                door.settimeout(10)
                self.visits += 1
                self._serve(door)

    def _serve(self, door: socket.socket) -> None:
        while True:
            # The flags of a message stand beside its kind, which is read without them.
            flags = door.recv(1, socket.MSG_PEEK)
            kind, body = read_packet(door)
            if kind == 1:
                self.users.add(body)
                door.sendall(bytes([0x20, 2, 0, self.refuses]))
                if self.refuses:
                    return
            elif kind == 3:
                if self.takes == 0:
                    return
                self._take(body, retained=bool(flags[0] & 1))
                door.sendall(bytes([0x40, 2]) + body[2 + len(text(body)[0] or "") :][:2])
            elif kind == 14:
                return

    def _take(self, body: bytes, *, retained: bool) -> None:
        topic, rest = text(body)
        assert topic is not None
        if self.takes is not None:
            self.takes -= 1
        assert topic.startswith(f"{self.prefix}/")
        self._taken.append(Taken(topic.removeprefix(f"{self.prefix}/"), json.loads(rest[2:]), retained))


@contextmanager
def taking(prefix: str = "water/chu") -> Iterator[Taking]:
    broker = Taking(prefix)
    try:
        yield broker
    finally:
        broker.close()
