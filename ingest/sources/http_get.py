"""An address that is asked with GET, and only for what changed since the last time.

The cursor is JSON: the validators of the last answer and a digest of the address they belong to.
"""

import hashlib
import json
import logging
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from ingest.sources.fetched import Clock, Fetched, fetched
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Source

MAX_REDIRECTS = 5
_VALIDATORS = {"etag": "if-none-match", "last-modified": "if-modified-since"}
_MAX_VALIDATOR = 1000
_ANSWER = 200
_NOTHING_NEW = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class HttpGet:
    """The address of a source."""

    source: Source
    data: Path

    def fetch(self, cursor: str | None, now: Clock, /) -> Generator[Fetched, None, None]:
        """The answer, unless it is the one that `cursor` tells of. Raises `SourceError`."""
        # The client's own log holds whole addresses, and with them whatever key their query may carry.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        address = _address(self.source.place)
        with self._answer(address, _conditions(cursor, self.source.place)) as response:
            if response.status_code in _NOTHING_NEW:
                return
            if response.status_code != _ANSWER:
                raise SourceError(f"{_shown(address)}: answered {response.status_code}: ask its keeper")
            body = self._body(response, address)
            found = {name: response.headers[name] for name in _VALIDATORS if name in response.headers}
        yield fetched(self.source, _shown(address), now(), body, cursor=_cursor(found, self.source.place))

    def done(self, _receipt: Receipt, /) -> None:
        """Nothing: the cursor, entered with the message, is all that there is to remember."""

    @contextmanager
    def _answer(self, address: httpx2.URL, conditions: dict[str, str]) -> Iterator[httpx2.Response]:
        # Without compression the bytes are the sender's own, and no small answer can swell into a huge one.
        headers = {"user-agent": "arna", "accept-encoding": "identity", **conditions}
        try:
            with httpx2.Client(timeout=self.source.trigger.timeout, headers=headers) as client:
                target = address
                for _ in range(MAX_REDIRECTS + 1):
                    with client.stream("GET", target) as response:
                        if not response.has_redirect_location:
                            yield response
                            return
                        target = _redirected(target, response)
        except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
            raise SourceError(f"{_shown(address)}: no answer ({type(fault).__name__}): try again later") from None
        raise SourceError(f"{_shown(address)}: sends on more than {MAX_REDIRECTS} times: declare its last address")

    def _body(self, response: httpx2.Response, address: httpx2.URL) -> bytes:
        """At most one byte more than the source may send."""
        coding = response.headers.get("content-encoding", "identity")
        if coding.lower() != "identity":
            raise SourceError(f"{_shown(address)}: answered in {coding[:40]!r} though not asked to: ask its keeper")
        timeout = self.source.trigger.timeout
        begun, body = time.monotonic(), bytearray()
        # As the bytes come: to wait for chunks of a size would let a slow server hold us past the timeout.
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > self.source.max_bytes:
                break
            if time.monotonic() - begun > timeout:
                raise SourceError(f"{_shown(address)}: took longer than {timeout:g} s: raise the trigger's timeout")
        return bytes(body[: self.source.max_bytes + 1])


def _address(place: str) -> httpx2.URL:
    try:
        address = httpx2.URL(place)
    except httpx2.InvalidURL:
        raise SourceError("the place of the source is not an address: write one such as https://host/path") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise SourceError(f"{_shown(address)}: only http and https can be asked: mend the place of the source")
    if address.userinfo:
        raise SourceError(f"{_shown(address)}: a name or password stands in the address: take it out of sources.toml")
    return address


def _redirected(asked: httpx2.URL, response: httpx2.Response) -> httpx2.URL:
    """Where an answer sends on to; another scheme or host is not followed."""
    try:
        target = asked.join(response.headers["location"])
    except httpx2.InvalidURL:
        raise SourceError(f"{_shown(asked)}: sends on to what is no address: ask its keeper") from None
    if (target.scheme, target.host, target.port) != (asked.scheme, asked.host, asked.port):
        raise SourceError(f"{_shown(asked)}: sends on to {_shown(target)}: declare that address if it can be trusted")
    return target


def _shown(address: httpx2.URL) -> str:
    """An address without the parts that may hold a key."""
    port = "" if address.port is None else f":{address.port}"
    return f"{address.scheme}://{address.host}{port}{address.path}"


def _cursor(validators: dict[str, str], place: str) -> str:
    short = {name: value for name, value in validators.items() if len(value) <= _MAX_VALIDATOR}
    return json.dumps({"address": _digest(place), **short}, sort_keys=True)


def _conditions(cursor: str | None, place: str) -> dict[str, str]:
    """The headers by which a server tells whether anything changed; none where the address is another now."""
    try:
        known = json.loads(cursor or "{}")
    except json.JSONDecodeError:
        return {}
    if not isinstance(known, dict) or known.get("address") != _digest(place):
        return {}
    return {header: str(known[name]) for name, header in _VALIDATORS.items() if name in known}


def _digest(place: str) -> str:
    return hashlib.sha256(place.encode()).hexdigest()[:16]
