"""WIS2: notifications on an MQTT broker, each of a data file that is fetched and held against its announced hash.

The place is that of an `mqtt` source. The receipt holds the data file as it is, under the `data_id` and media type of
its notification, for the decoder that the source declares. A file that cannot be had yet is left at the broker, which
sends its notification again in the next round, for a day; then the notification itself is refused.
"""

import base64
import binascii
import hashlib
import time
import zlib
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.sources.broker import Published, Session
from ingest.sources.door import pattern_of
from ingest.sources.fetched import Clock, Fetched, fetched, partly
from ingest.sources.mqtt import LOST, QUIET
from ingest.sources.progress import moment
from ingest.sources.secret import is_loopback
from ingest.sources.web import Wait, Web, address_of
from ingest.written.json_tree import parsed
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Source

GIVEN_UP = timedelta(days=1)
"""Age of a notification after which its file is not waited for any longer."""
LONGEST = 65_536
"""Bytes of a notification; the standard allows 8,192."""
_MEDIA = "application/geo+json"
_WANTED = ("canonical", "http://def.wmo.int/def/rel/wnm/-/update", "update")
_WITHDRAWN = ("http://def.wmo.int/def/rel/wnm/-/deletion", "deletion")
_HASHES = {
    "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512,
    "sha3-256": hashlib.sha3_256, "sha3-384": hashlib.sha3_384, "sha3-512": hashlib.sha3_512,
}  # fmt: skip


class _RefusedError(SourceError):
    """A notification that no later round will make good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What a notification says of a data file: where it lies, or its bytes, and what hash they have."""

    name: str
    published: datetime | None
    href: str | None
    media: str | None
    content: bytes | None
    method: str | None
    hash: bytes


@dataclass(slots=True)
class Wis2:
    """The notifications of a source."""

    source: Source
    data: Path
    quiet: float = QUIET
    wait: Wait = time.sleep
    _held: tuple[Session, Published] | None = field(default=None, init=False)

    def fetch(self, _cursor: str | None, now: Clock, /) -> Generator[Fetched, None, None]:
        """The data files of what was notified, `max_messages` at most; `SourceError` at the end for what is left."""
        wanted = pattern_of(self.source)
        faults: list[str] = []
        given = 0
        with Session(self.source, self.data) as session:
            for message in session.messages(self.quiet):
                if wanted is not None and not wanted.fullmatch(message.topic):
                    session.release(message)
                    continue
                found = self._found(message, session.address.host, now())
                if isinstance(found, str):
                    faults.append(found)
                else:
                    self._held = session, message
                    yield found
                given += 1
                if given >= self.source.max_messages:
                    break
            self._held = None
            if session.is_lost:
                faults.append(f"{session.address.shown}: {LOST}")
        if faults:
            raise partly(faults)

    def done(self, _receipt: Receipt, /) -> None:
        """Release the notification at the broker."""
        if self._held is not None:
            session, message = self._held
            session.release(message)
            self._held = None

    def _found(self, message: Published, broker: str, now: datetime) -> Fetched | str:
        """The data file of a notification, the notification to be refused, or why it is left for a later round."""
        try:
            said = notification(message.payload, self.source.max_bytes)
        except _RefusedError as fault:
            return self._refused(message, message.topic, now, str(fault))
        try:
            body, given = self._body(said, broker)
        except _RefusedError as fault:
            return self._refused(message, said.name, now, str(fault))
        except SourceError as fault:
            if said.published is not None and now - said.published < GIVEN_UP:
                return f"{said.name}: {fault}"
            return self._refused(message, said.name, now, f"its file could not be had for a day: {fault}")
        return fetched(self.source.model_copy(update={"media": given or self.source.media}), said.name, now, body)

    def _body(self, said: Notification, broker: str) -> tuple[bytes, str | None]:
        """The bytes of the data file, at most one more than it may have, and its media type, where that is told."""
        if said.content is not None and _is_whole(said, said.content):
            return said.content, said.media
        if said.href is None:
            raise _RefusedError("the bytes in it do not have the hash that it tells, and it links to no file")
        try:
            address = address_of(said.href)
        except SourceError:
            raise _RefusedError("the address of its file cannot be asked: only https is, without a password") from None
        # A broker of the world must not send us to the services of this machine.
        if not _may_ask(address.scheme, address.host, broker):
            raise _RefusedError("its file does not lie behind https: only such files are fetched")
        if self.source.pause:
            self.wait(self.source.pause)
        # The key of the broker is nothing to the host of the file.
        file = self.source.model_copy(update={"place": said.href, "user": None, "secret": None})
        with Web(file, self.wait) as web:
            answer = web.get(web.place)
        if answer is None:
            raise SourceError("its file is empty: ask its keeper")
        if len(answer.body) <= self.source.max_bytes and not _is_whole(said, answer.body):
            raise SourceError("the bytes of its file do not have the hash that it tells: ask its keeper")
        return answer.body, said.media

    def _refused(self, message: Published, name: str, now: datetime, fault: str) -> Fetched:
        plain = self.source.model_copy(update={"media": _MEDIA, "max_bytes": min(self.source.max_bytes, LONGEST)})
        made = fetched(plain, name, now, message.payload)
        return made if made.fault is not None else replace(made, fault=fault)


def notification(payload: bytes, limit: int) -> Notification:
    """What a notification says; bytes within it of which there are more than `limit` are not unpacked.

    Raises `SourceError` where it is none, or tells of no file.
    """
    tree = parsed(payload) if len(payload) <= LONGEST else "it is too long"
    if not isinstance(tree, dict):
        raise _RefusedError(f"it is no notification: {tree if isinstance(tree, str) else 'not an object'}")
    properties = _dict(tree.get("properties"))
    links = [link for link in _list(tree.get("links")) if isinstance(link, dict)]
    if any(link.get("rel") in _WITHDRAWN for link in links):
        raise _RefusedError("it withdraws a file: what that said stands until something else is said")
    name = properties.get("data_id")
    if not isinstance(name, str) or not name:
        raise _RefusedError("it is no notification of a file: it has no data_id")
    link = next((link for relation in _WANTED for link in links if link.get("rel") == relation), {})
    href, media = link.get("href"), link.get("type")
    content = _content(_dict(properties.get("content")), limit)
    if content is None and not isinstance(href, str):
        raise _RefusedError("it links to no file, and holds none that can be read")
    method, digest = _integrity(properties.get("integrity"))
    return Notification(
        name=_plain(name),
        published=moment(properties.get("pubtime")),
        href=href if isinstance(href, str) else None,
        media=_plain(media) if isinstance(media, str) and media else None,
        content=content,
        method=method,
        hash=digest,
    )


def _integrity(told: Any) -> tuple[str | None, bytes]:
    """The method and the hash; no method where none is told. Raises `SourceError` for one that cannot be checked."""
    if told is None:
        return None, b""
    integrity = _dict(told)
    method, value = integrity.get("method"), integrity.get("value")
    if method not in _HASHES or not isinstance(value, str):
        raise _RefusedError(f"its hash cannot be checked: use one of {', '.join(_HASHES)}")
    try:
        return str(method), base64.b64decode(value, validate=True)
    except binascii.Error:
        raise _RefusedError("its hash is not base64") from None


def _is_whole(said: Notification, body: bytes) -> bool:
    return said.method is None or _HASHES[said.method](body).digest() == said.hash


def _content(told: dict[str, Any], limit: int) -> bytes | None:
    """The bytes within a notification; None where there are none that can be read."""
    encoding, value = told.get("encoding"), told.get("value")
    if not isinstance(value, str):
        return None
    if encoding == "utf-8":
        return value.encode("utf-8", "replace")
    try:
        packed = base64.b64decode(value, validate=True)
        if encoding == "base64":
            return packed
        opened = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        body = opened.decompress(packed, limit + 1)
    except (binascii.Error, zlib.error):
        return None
    return body if encoding == "gzip" and (opened.eof or len(body) > limit) else None


def _dict(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text[:300])


def _may_ask(scheme: str, host: str, broker: str) -> bool:
    """Whether a file may be fetched there: behind https, and of this machine only where the broker is on it too."""
    return is_loopback(broker) if is_loopback(host) else scheme == "https"
