"""A broker to which notices are published: where it is, how it lets us in, and a connection for one round."""

import hashlib
import re
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.sources.secret import is_loopback
from record.errors import ConfigError, NotSent

PREFIX = "arna"
_PORTS = {"mqtts": 8883, "mqtt": 1883}
_SECONDS = 10.0
"""What connecting, and what taking a portion of messages, may take."""
_KEEPALIVE = 60
_LEVEL = re.compile(r"[A-Za-z0-9._:-]+", re.ASCII)
_HOW = "write mqtts://host:8883/prefix"


class PublishSettings(BaseSettings):
    """`ARNA_PUBLISH`, `ARNA_PUBLISH_USER`, `ARNA_PUBLISH_PASSWORD`; without the first nothing is published."""

    model_config = SettingsConfigDict(env_prefix="ARNA_", frozen=True)

    publish: str | None = None
    publish_user: str | None = None
    publish_password: SecretStr | None = None


class Message(NamedTuple):
    """What is published, under which topic below the prefix; the broker keeps a `retained` one for who comes later."""

    topic: str
    payload: bytes
    retained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where the broker listens, the first levels of every topic, and as whom we come."""

    scheme: str
    host: str
    port: int
    prefix: str
    user: str | None = None
    password: SecretStr | None = None

    @property
    def shown(self) -> str:
        """The address as it may be told."""
        return f"{self.scheme}://{self.host}:{self.port}/{self.prefix}"

    @property
    def mark(self) -> str:
        """A short name for files, which tells two brokers apart."""
        return hashlib.sha256(self.shown.encode()).hexdigest()[:16]


def broker_of(settings: PublishSettings) -> Broker | None:
    """The broker that the settings name, or None. Raises `ConfigError`, without any secret, where one is no use."""
    if settings.publish is None:
        return None
    try:
        parts = urlsplit(settings.publish)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConfigError(f"ARNA_PUBLISH is not an address: {_HOW}") from None
    if parts.scheme not in _PORTS or not host or parts.query or "#" in settings.publish:
        raise ConfigError(f"ARNA_PUBLISH does not name a broker: {_HOW}")
    if "@" in parts.netloc:
        raise ConfigError(f"ARNA_PUBLISH must hold no name or password: {_HOW}, and set ARNA_PUBLISH_USER beside it")
    prefix = parts.path.strip("/") or PREFIX
    if not all(_LEVEL.fullmatch(level) for level in prefix.split("/")):
        raise ConfigError(f"ARNA_PUBLISH has levels of a topic that are not letters, digits, '-', '.' or '_': {_HOW}")
    if settings.publish_user is not None and parts.scheme != "mqtts" and not is_loopback(host):
        raise ConfigError("ARNA_PUBLISH: a name and password go over mqtts:// alone")
    return Broker(
        scheme=parts.scheme,
        host=host,
        port=port or _PORTS[parts.scheme],
        prefix=prefix,
        user=settings.publish_user,
        password=settings.publish_password,
    )


class Session:
    """A connection for one round; use it in a `with` statement. Raises `NotSent` where the broker does not take part.

    A session of ours is forgotten when it ends: what was not taken is published anew by whoever knows that it was not.
    """

    def __init__(self, broker: Broker, seconds: float = _SECONDS) -> None:
        self._broker, self._seconds = broker, seconds
        self._client = _client(broker)
        self._client.connect_timeout = seconds
        self._client.on_connect = self._connected
        self._welcome: ReasonCode | None = None
        self._answered = threading.Event()

    def __enter__(self) -> "Session":
        try:
            self._client.connect(self._broker.host, self._broker.port, _KEEPALIVE)
        except (OSError, ValueError) as fault:
            raise NotSent(f"no connection ({_reason(fault)})") from None
        self._client.loop_start()
        if not self._answered.wait(self._seconds) or self._welcome is None:
            self._close()
            raise NotSent(f"no answer within {self._seconds:g} s")
        if self._welcome.is_failure:
            self._close()
            raise NotSent(f"it refused us ({self._welcome}): see ARNA_PUBLISH_USER and its password")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish messages in their order, and wait until the broker has taken every one."""
        ends = time.monotonic() + self._seconds
        under_way = [
            self._client.publish(f"{self._broker.prefix}/{one.topic}", one.payload, qos=1, retain=one.retained)
            for one in messages
        ]
        for one in under_way:
            self._wait(one, ends)

    def _wait(self, one: paho.MQTTMessageInfo, ends: float) -> None:
        try:
            while not one.is_published():
                left = ends - time.monotonic()
                if left <= 0 or not self._client.is_connected():
                    raise NotSent("it did not take what was published")
                one.wait_for_publish(min(left, 1.0))
        except (RuntimeError, ValueError) as fault:
            raise NotSent(f"it did not take what was published ({_reason(fault)})") from None

    def _connected(self, _client: Any, _data: Any, _flags: Any, reason: ReasonCode, _more: Any) -> None:
        self._welcome = reason
        self._answered.set()

    def _close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def _client(broker: Broker) -> paho.Client:
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311, reconnect_on_failure=False)
    if broker.user is not None:
        client.username_pw_set(broker.user, None if broker.password is None else broker.password.get_secret_value())
    if broker.scheme == "mqtts":
        client.tls_set_context(ssl.create_default_context())
    return client


def _reason(fault: Exception) -> str:
    said = getattr(fault, "reason", None) or getattr(fault, "strerror", None)
    return str(said) if said else type(fault).__name__
