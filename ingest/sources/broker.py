"""A session with an MQTT 3.1.1 broker that outlives the connection: what is published meanwhile waits there for us.

The session is known by a client id of our own making, kept in `<data>/mqtt/`, so that neither another record nor
another source takes its messages. A message is acknowledged once the record holds it, not before: what was not comes
again. While a message is being entered no other is read, so that the broker and not our memory holds the rest.
"""

import contextlib
import hashlib
import os
import secrets
import select
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from ingest.sources.secret import is_loopback, secret_of
from record.errors import SourceError
from record.network.source import Source

PORTS = {"mqtts": 8883, "mqtt": 1883}
KEEPALIVE = 300
"""Seconds after which a broker may take us for dead: longer than it takes to enter any message."""
_STEP = 0.1
_DRAIN = 0.2
_SUBSCRIBED = "subscribed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a broker listens, and the filter of the topics that are subscribed to."""

    scheme: str
    host: str
    port: int
    topics: str

    @property
    def shown(self) -> str:
        """The address as it may be told."""
        return f"{self.scheme}://{self.host}:{self.port}/{self.topics}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A message as it was published."""

    topic: str
    payload: bytes
    number: int
    quality: int


class Session:
    """A connection to the broker of a source, for one round; use it in a `with` statement.

    Raises `SourceError` where the broker cannot be reached, or does not let us in or subscribe. `is_lost` tells that
    the broker has forgotten a session that it had.
    """

    def __init__(self, source: Source, data: Path) -> None:
        self.address = address_of(source.place)
        self.is_lost = False
        self._seconds = source.trigger.timeout
        self._note = _Note(data / "mqtt" / f"{source.id}-{hashlib.sha256(source.place.encode()).hexdigest()[:16]}")
        self._client = _client(source, self.address, self._note.client)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._came
        self._waiting: deque[paho.MQTTMessage] = deque()
        self._welcome: tuple[bool, ReasonCode] | None = None
        self._asked: int | None = None
        self._granted: list[ReasonCode] | None = None
        self._released = False

    def __enter__(self) -> "Session":
        try:
            self._open()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def messages(self, quiet: float) -> Iterator[Published]:
        """What waits, until nothing came for `quiet` seconds, or for as long as a round may wait."""
        ends = time.monotonic() + self._seconds
        while self._waiting or self._until(lambda: bool(self._waiting), ends - time.monotonic(), quiet):
            message = self._waiting.popleft()
            yield Published(
                topic=_topic(message), payload=bytes(message.payload), number=message.mid, quality=message.qos
            )

    def release(self, message: Published) -> None:
        """Tell the broker that we hold a message. Should that not reach it, the message comes again."""
        self._client.ack(message.number, message.quality)
        self._released = True

    def _open(self) -> None:
        shown = self.address.shown
        try:
            self._client.connect(self.address.host, self.address.port, KEEPALIVE)
        except (OSError, ValueError) as fault:
            raise SourceError(f"{shown}: no connection ({_reason(fault)}): try again later") from None
        if not self._until(lambda: self._welcome is not None, self._seconds) or self._welcome is None:
            raise SourceError(f"{shown}: no answer within {self._seconds:g} s: try again later")
        known, reason = self._welcome
        if reason.is_failure:
            raise SourceError(f"{shown}: refused us ({reason}): see user and secret of the source")
        self.is_lost = self._note.is_subscribed and not known
        if not (known and self._note.is_subscribed):
            self._subscribe()

    def _subscribe(self) -> None:
        # Only where there is no subscription yet: each new one brings all retained messages once more, however old.
        _, self._asked = self._client.subscribe(self.address.topics, qos=1)
        if not self._until(lambda: self._granted is not None, self._seconds) or self._granted is None:
            raise SourceError(f"{self.address.shown}: no answer within {self._seconds:g} s: try again later")
        if not self._granted or any(granted.is_failure for granted in self._granted):
            raise SourceError(f"{self.address.shown}: may not be subscribed to by this user: ask its keeper")
        self._note.keep_subscribed()

    def _until(self, done: Callable[[], bool], seconds: float, quiet: float = float("inf")) -> bool:
        """Let the connection work until it is done, for so many seconds, or as many without a sign; whether it is done.

        Raises `SourceError` where the connection breaks off.
        """
        begun = heard = time.monotonic()
        while not done():
            now = time.monotonic()
            if now - begun >= seconds or now - heard >= quiet:
                return False
            code, came = self._step()
            if came:
                heard = time.monotonic()
            # A broker that refuses us says so, and then breaks off.
            if code != MQTTErrorCode.MQTT_ERR_SUCCESS and not done():
                raise SourceError(f"{self.address.shown}: the connection broke off ({paho.error_string(code)})")
        return True

    def _step(self) -> tuple[MQTTErrorCode, bool]:
        """Read and write what can be now; how that went, and whether anything came."""
        door = self._client.socket()
        if door is None:
            return MQTTErrorCode.MQTT_ERR_CONN_LOST, False
        held = isinstance(door, ssl.SSLSocket) and door.pending() > 0
        writing = [door] if self._client.want_write() else []
        readable, writable, _ = select.select([door], writing, [], 0 if held else _STEP)
        came = held or bool(readable)
        return self._work(reads=came, writes=bool(writable)), came

    def _work(self, *, reads: bool, writes: bool) -> MQTTErrorCode:
        code = self._client.loop_read() if reads else MQTTErrorCode.MQTT_ERR_SUCCESS
        if code == MQTTErrorCode.MQTT_ERR_SUCCESS and writes:
            code = self._client.loop_write()
        return self._client.loop_misc() if code == MQTTErrorCode.MQTT_ERR_SUCCESS else code

    def _close(self) -> None:
        with contextlib.suppress(OSError, ValueError, SourceError):
            if self._released:
                # To close while the broker still sends would throw away what we last released.
                self._until(lambda: False, 1, _DRAIN)
            self._client.disconnect()
            self._until(lambda: self._client.socket() is None, 1)

    def _connected(self, _client: Any, _data: Any, flags: paho.ConnectFlags, reason: ReasonCode, _more: Any) -> None:
        self._welcome = flags.session_present, reason

    def _subscribed(self, _client: Any, _data: Any, number: int, granted: list[ReasonCode], _more: Any) -> None:
        if number == self._asked:
            self._granted = granted

    def _came(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        self._waiting.append(message)


class _Note:
    """What we keep of a session: its client id, and whether it was subscribed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = path.read_text(encoding="ascii").split() if path.exists() else []
            # Letters and digits, at most 23 of them: what every broker must take.
            self.client = lines[0] if lines else f"arna{secrets.token_hex(9)}"
            self.is_subscribed = lines[1:] == [_SUBSCRIBED]
            if not lines:
                self._write(self.client)
        except (OSError, UnicodeDecodeError) as fault:
            raise SourceError(f"{path}: cannot be read or written ({_reason(fault)}): check its rights") from None

    def keep_subscribed(self) -> None:
        """Note that the broker holds a subscription of ours."""
        try:
            self._write(f"{self.client}\n{_SUBSCRIBED}")
        except OSError as fault:
            raise SourceError(f"{self._path}: cannot be written ({_reason(fault)}): check its rights") from None
        self.is_subscribed = True

    def _write(self, text: str) -> None:
        unfinished = self._path.with_name(f"{self._path.name}.part")
        unfinished.write_text(f"{text}\n", encoding="ascii")
        os.replace(unfinished, self._path)


def address_of(place: str) -> Address:
    """The address `mqtts://host:port/topic/filter` that a place is; raises `SourceError` where it is none."""
    # A topic filter holds signs that end the path of other addresses, so it is taken as it stands.
    scheme, _, rest = place.partition("://")
    door, _, topics = rest.partition("/")
    try:
        parts = urlsplit(f"//{door}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if "@" in door:
        raise SourceError("a name or password stands in the place of the source: declare user and secret instead")
    if scheme not in PORTS or not host:
        raise SourceError("the place of the source is no broker: write one such as mqtts://host:8883/topic/filter")
    if not _is_filter(topics):
        raise SourceError(f"{topics[:80]!r} is no topic filter: # stands last, and + for a whole level")
    return Address(scheme=scheme, host=host, port=port or PORTS[scheme], topics=topics)


def _is_filter(topics: str) -> bool:
    levels = topics.split("/")
    wild = any("#" in level for level in levels[:-1]) or ("#" in levels[-1] and levels[-1] != "#")
    plus = any("+" in level and level != "+" for level in levels)
    return bool(topics) and "\0" not in topics and not wild and not plus and len(topics.encode()) < 65_536


def _client(source: Source, address: Address, name: str) -> paho.Client:
    secret = secret_of(source)
    has_name = source.user is not None or secret is not None
    if has_name and address.scheme != "mqtts" and not is_loopback(address.host):
        raise SourceError(f"{address.shown}: a name and password go over mqtts alone: mend the place of the source")
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=name,
        clean_session=False,
        protocol=MQTTProtocolVersion.MQTTv311,
        manual_ack=True,
    )
    client.connect_timeout = source.trigger.timeout
    if has_name:
        client.username_pw_set(source.user or "", secret)
    if address.scheme == "mqtts":
        client.tls_set_context(ssl.create_default_context())
    return client


def _topic(message: paho.MQTTMessage) -> str:
    try:
        topic = message.topic
    except UnicodeDecodeError:
        return "?"
    return "".join(sign if sign.isprintable() else "?" for sign in topic)


def _reason(fault: Exception) -> str:
    """Why something of the system failed, in few words."""
    said = getattr(fault, "reason", None) or getattr(fault, "strerror", None)
    return str(said) if said else type(fault).__name__
