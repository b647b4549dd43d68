"""MQTT brokers on this machine: one that is in use, and a small one that keeps to the standard where that one does not.

amqtt forgets what was sent and not acknowledged when the connection ends; by the standard (MQTT 3.1.1, section 4.4) it
must be sent again.
"""

import asyncio
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from amqtt.broker import Broker
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from record.network.source import Source, Trigger
from tests.ingest.declared import source

QUIET = 0.3
"""Seconds of silence after which a test believes that nothing more comes."""
WORD = "word-9a8b7c"
WINDOW = 20
"""Messages that are under way to a client before it must acknowledge one."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def amqtt(**listener: Any) -> Iterator[int]:
    """The port of an amqtt broker that lets in whoever gives a name."""
    port = free_port()
    config = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}", **listener}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": False}},
    }
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> Broker:
        broker = Broker(config)
        await broker.start()
        return broker

    broker = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield port
    finally:
        asyncio.run_coroutine_threadsafe(broker.shutdown(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def publish(port: int, *messages: tuple[str, bytes], tls: Any = None) -> None:
    """Publish messages with QoS 1, each once the one before was taken."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="gauge")
    client.username_pw_set("gauge", "word")
    if tls is not None:
        client.tls_set_context(tls)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        for topic, payload in messages:
            client.publish(topic, payload, qos=1).wait_for_publish(10)
    finally:
        client.disconnect()
        client.loop_stop()


@dataclass
class Kept:
    """A session: its filters, what waits, and what was sent and not acknowledged, by number."""

    filters: list[str] = field(default_factory=list)
    waiting: deque[tuple[str, bytes, bool]] = field(default_factory=deque)
    sent: dict[int, tuple[str, bytes, bool]] = field(default_factory=dict)
    number: int = 0


class Standard:
    """A broker of one subscriber at a time, which keeps sessions as MQTT 3.1.1 asks."""

    def __init__(self) -> None:
        self.sessions: dict[str, Kept] = {}
        self.retained: dict[str, bytes] = {}
        self.visits: list[tuple[str, str | None, str | None]] = []
        self.subscribed: list[str] = []
        self.delivered: list[tuple[str, bool]] = []
        self.acknowledged: list[int] = []
        self.refuses = 0
        self.grants = 1
        self.hangs_at: int | None = None
        self.says: Callable[[bytes], bytes] | None = None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._door: socket.socket | None = None
        self._lock = threading.RLock()
        self._over, self._free = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        port: int = self._listening.getsockname()[1]
        return port

    @property
    def session(self) -> Kept:
        (only,) = self.sessions.values()
        return only

    def left(self) -> "Standard":
        """The broker, once all is read that the last client had sent before it went."""
        assert self._free.wait(10)
        return self

    def publish(self, topic: str, payload: bytes) -> None:
        """Let a message wait for every session that subscribed to its topic."""
        with self._lock:
            for kept in self.sessions.values():
                if any(paho.topic_matches_sub(one, topic) for one in kept.filters):
                    kept.waiting.append((topic, payload, False))
                    if self._door is not None:
                        # Who has just gone gets it the next time, as one that was sent before.
                        with suppress(OSError):
                            self._send(self._door, kept)

    def close(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                door, _ = self._listening.accept()
            except OSError:
                return
            self._free.clear()
            with door, suppress(OSError, ConnectionError):
                door.settimeout(10)
                self._serve(door)
            self._door = None
            self._free.set()

    def _serve(self, door: socket.socket) -> None:
        kept: Kept | None = None
        while True:
            kind, body = read_packet(door)
            if self.hangs_at == kind:
                self._over.wait(10)
                return
            if self.says is not None:
                door.sendall(self.says(bytes([kind])))
            elif kind == 1:
                kept = self._welcome(door, body)
                if kept is None:
                    return
            elif kind == 14 or kept is None:
                return
            else:
                self._answer(door, kept, kind, body)

    def _welcome(self, door: socket.socket, body: bytes) -> Kept | None:
        flags, rest = body[7], body[10:]
        name, rest = text(rest)
        user, rest = text(rest) if flags & 0x80 else (None, rest)
        word, rest = text(rest) if flags & 0x40 else (None, rest)
        assert name is not None
        self.visits.append((name, user, word))
        assert not flags & 2, "the session is not to be a clean one"
        known = name in self.sessions
        door.sendall(bytes([0x20, 2, 0 if self.refuses else int(known), self.refuses]))
        if self.refuses:
            return None
        with self._lock:
            kept = self.sessions.setdefault(name, Kept())
            self._door = door
            for number in list(kept.sent):
                self._deliver(door, kept, number, again=True)
            self._send(door, kept)
        return kept

    def _answer(self, door: socket.socket, kept: Kept, kind: int, body: bytes) -> None:
        number = int.from_bytes(body[:2], "big")
        with self._lock:
            if kind == 8:
                one, _ = text(body[2:])
                assert one is not None
                self.subscribed.append(one)
                door.sendall(bytes([0x90, 3, *body[:2], self.grants]))
                if self.grants < 128:
                    kept.filters = list(dict.fromkeys([*kept.filters, one]))
                    found = [topic for topic in self.retained if paho.topic_matches_sub(one, topic)]
                    kept.waiting.extend((topic, self.retained[topic], True) for topic in found)
            elif kind == 4:
                self.acknowledged.append(number)
                kept.sent.pop(number, None)
            elif kind == 12:
                door.sendall(b"\xd0\0")
            self._send(door, kept)

    def _send(self, door: socket.socket, kept: Kept) -> None:
        while kept.waiting and len(kept.sent) < WINDOW:
            kept.number += 1
            kept.sent[kept.number] = kept.waiting.popleft()
            self._deliver(door, kept, kept.number, again=False)

    def _deliver(self, door: socket.socket, kept: Kept, number: int, *, again: bool) -> None:
        topic, payload, retained = kept.sent[number]
        self.delivered.append((topic, again))
        body = struct.pack("!H", len(topic.encode())) + topic.encode() + struct.pack("!H", number) + payload
        door.sendall(bytes([0x32 | 8 * again | retained]) + length(len(body)) + body)


@contextmanager
def standard() -> Iterator[Standard]:
    broker = Standard()
    try:
        yield broker
    finally:
        broker.close()


def read_packet(door: socket.socket) -> tuple[int, bytes]:
    """The kind and body of a packet that a client sent."""
    first = exactly(door, 1)[0]
    count, shift = 0, 0
    while True:
        byte = exactly(door, 1)[0]
        count |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            return first >> 4, exactly(door, count)


def exactly(door: socket.socket, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        came = door.recv(count - len(found))
        if not came:
            raise ConnectionError
        found += came
    return bytes(found)


def length(count: int) -> bytes:
    """A length as MQTT spells it."""
    found = bytearray()
    while True:
        count, low = divmod(count, 128)
        found.append(low | (128 if count else 0))
        if not count:
            return bytes(found)


def text(body: bytes) -> tuple[str | None, bytes]:
    """The text at the beginning of a body, and the rest."""
    count = int.from_bytes(body[:2], "big")
    return body[2 : 2 + count].decode(), body[2 + count :]


def gauges(port: int, scheme: str = "mqtt", **changes: Any) -> Source:
    """A source of the topics of gauges at a broker on this machine."""
    facts: dict[str, Any] = {"kind": "mqtt", "user": "arna", "secret": "WATER_WORD"}
    facts["trigger"] = Trigger(every=60, timeout=3)
    return source(f"{scheme}://127.0.0.1:{port}/gauges/#", **{**facts, **changes})
