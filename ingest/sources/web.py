"""A source that is asked over HTTP: its address, its key, its pages, and what a round may ask of it."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

import httpx2

from ingest import http_client
from ingest.sources.secret import is_loopback, secret_of
from ingest.written.json_tree import parsed
from record.errors import SourceError
from record.network.source import Source

MAX_REDIRECTS = 5
Wait = Callable[[float], None]
"""Waits so many seconds."""
FOUND = 200
_MARKS = 2
"""By what a page is known again: its address and its body."""
_NOTHING_NEW = frozenset({204, 304})
_LOCKED = frozenset({401, 403, 407})
_BUSY = frozenset({429, 503})
_GONE = frozenset({400, 404, 410})


class AnsweredError(SourceError):
    """An answer that is of no use: its status says so, or, with the status of success, the text."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status

    @property
    def concerns_all(self) -> bool:
        """Whether it would be vain, or rude, to go on and ask for something else."""
        return self.status in _LOCKED | _BUSY

    @property
    def is_gone(self) -> bool:
        """Whether there is nothing at that address, or nothing any more."""
        return self.status in _GONE


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came: at most one byte more than the source may send, its headers and links.

    `asked` is the address that was asked, `address` the one that answered, after redirects.
    """

    body: bytes
    headers: httpx2.Headers
    asked: httpx2.URL
    address: httpx2.URL
    links: tuple[tuple[str, str], ...]

    @cached_property
    def tree(self) -> Any:
        """The JSON of the answer; a text, the reason, where it is none."""
        return parsed(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of an answer: the one that follows it, or why that cannot be asked."""

    answer: Answer
    following: httpx2.URL | None = None
    fault: str | None = None

    @property
    def is_last(self) -> bool:
        """Whether all has been given with it."""
        return self.following is None and self.fault is None


class Web:
    """One round of asking a source at its declared place; use it in a `with` statement.

    `left` is how many more requests the round may make. Nothing but the scheme, host and port of the place is ever
    asked, so that the key goes nowhere else. Raises `SourceError` where the place or the key cannot be used.
    """

    def __init__(self, source: Source, wait: Wait = time.sleep) -> None:
        self.source = source
        self.place = address_of(source.place)
        self.left = source.max_messages
        self._wait, self._asked = wait, False
        self._client = http_client.client(source.trigger.timeout, _authorization(source, self.place))

    def __enter__(self) -> "Web":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, address: httpx2.URL, conditions: Mapping[str, str] | None = None) -> Answer | None:
        """The answer at an address; None where there is nothing, or nothing new by these conditional headers.

        Raises `AnsweredError` for another status than success, else `SourceError`.
        """
        if self._asked and self.source.pause:
            self._wait(self.source.pause)
        self._asked = True
        self.left -= 1
        target = address
        try:
            for _ in range(MAX_REDIRECTS + 1):
                request = self._client.build_request("GET", target, headers=dict(conditions or {}))
                with http_client.answer(self._client, request, self.source.trigger.timeout) as response:
                    if not response.has_redirect_location:
                        return self._read(response, address, target)
                    target = self._redirected(target, response)
        except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
            raise SourceError(f"{shown(address)}: no answer ({type(fault).__name__}): try again later") from None
        raise SourceError(f"{shown(address)}: sends on more than {MAX_REDIRECTS} times: declare its last address")

    def pages(self, first: httpx2.URL, conditions: Mapping[str, str] | None = None) -> Iterator[Page]:
        """The answer at an address and those that follow it, as many as the round may still ask."""
        address: httpx2.URL | None = first
        seen = set[object]()
        while address is not None and self.left > 0:
            answer = self.get(address, conditions if address == first else None)
            if answer is None:
                return
            mark = hashlib.sha256(answer.body).digest()
            page = self._page(answer, seen | {str(address), mark}, is_new=mark not in seen)
            seen |= {str(address), mark}
            yield page
            address = page.following

    def _page(self, answer: Answer, seen: set[object], *, is_new: bool) -> Page:
        link, is_first = _next_of(answer, self.source.max_bytes), len(seen) <= _MARKS
        if link is None and not is_first and len(answer.body) > self.source.max_bytes:
            return Page(answer=answer, fault=f"{shown(answer.address)}: a page is larger than max_bytes: raise it")
        if link is None:
            return Page(answer=answer)
        try:
            target = answer.address.join(link)
        except httpx2.InvalidURL:
            return Page(answer=answer, fault=f"{shown(answer.address)}: its next page has no address: ask its keeper")
        if not same_door(target, self.place):
            fault = f"its next page lies at {shown(target)}, on another host: declare that address if it can be trusted"
            return Page(answer=answer, fault=f"{shown(answer.address)}: {fault}")
        if str(target) in seen or not is_new:
            return Page(answer=answer, fault=f"{shown(answer.address)}: its pages lead in a circle: ask its keeper")
        return Page(answer=answer, following=target)

    def _read(self, response: httpx2.Response, address: httpx2.URL, target: httpx2.URL) -> Answer | None:
        if response.status_code in _NOTHING_NEW:
            return None
        if response.status_code != FOUND:
            advice = "see user and secret of the source" if response.status_code in _LOCKED else "ask its keeper"
            text = f"{shown(address)}: answered {response.status_code}: {advice}"
            raise AnsweredError(text, response.status_code)
        coding = response.headers.get("content-encoding", "identity")
        if coding.lower() != "identity":
            raise SourceError(f"{shown(address)}: answered in {coding[:40]!r} though not asked to: ask its keeper")
        body = http_client.body_of(response, shown(address), self.source.max_bytes, self.source.trigger.timeout)
        links = tuple((link.get("rel", ""), link.get("url", "")) for link in response.links.values())
        return Answer(body=body, headers=response.headers, asked=address, address=target, links=links)

    def _redirected(self, asked: httpx2.URL, response: httpx2.Response) -> httpx2.URL:
        """Where an answer sends on to; another scheme or host is not followed."""
        try:
            target = asked.join(response.headers["location"])
        except httpx2.InvalidURL:
            raise SourceError(f"{shown(asked)}: sends on to what is no address: ask its keeper") from None
        if not same_door(target, asked):
            raise SourceError(f"{shown(asked)}: sends on to {shown(target)}: declare that address if it can be trusted")
        return target


def address_of(place: str) -> httpx2.URL:
    """The address that a place is; raises `SourceError` where it is none, or holds a password."""
    try:
        address = httpx2.URL(place)
    except httpx2.InvalidURL:
        raise SourceError("the place of the source is not an address: write one such as https://host/path") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise SourceError(f"{shown(address)}: only http and https can be asked: mend the place of the source")
    if address.userinfo:
        raise SourceError(f"{shown(address)}: a name or password stands in the address: take it out of sources.toml")
    return address


def within(place: httpx2.URL, path: str, asked: Mapping[str, str]) -> httpx2.URL:
    """An address below a place, by a `path` that needs no escaping; the place's own query comes first."""
    whole, _, query = place.raw_path.partition(b"?")
    # A comma and a colon stand for themselves in a query, and some servers read nothing else.
    parts = [part for part in (query.decode("ascii"), urlencode(asked, safe="$,:/", quote_via=quote)) if part]
    raw = whole.decode("ascii").rstrip("/") + path + ("?" + "&".join(parts) if parts else "")
    return place.copy_with(raw_path=raw.encode("ascii"))


def same_door(one: httpx2.URL, other: httpx2.URL) -> bool:
    """Whether two addresses are of one scheme, host and port."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def shown(address: httpx2.URL) -> str:
    """An address without the parts that may hold a key."""
    port = "" if address.port is None else f":{address.port}"
    return f"{address.scheme}://{address.host}{port}{address.path}"


def digest(place: str) -> str:
    """By which a cursor knows its place without telling it."""
    return hashlib.sha256(place.encode()).hexdigest()[:16]


def _authorization(source: Source, place: httpx2.URL) -> dict[str, str]:
    secret = secret_of(source)
    if secret is None:
        return {}
    if place.scheme != "https" and not is_loopback(place.host):
        raise SourceError(f"{shown(place)}: a password or token goes over https alone: mend the place of the source")
    if source.user is not None:
        return {"authorization": f"Basic {base64.b64encode(f'{source.user}:{secret}'.encode()).decode()}"}
    if not secret.isascii():
        raise SourceError(f"the environment variable {source.secret} holds more than ASCII: a token never does")
    return {"authorization": f"Bearer {secret}"}


def _next_of(answer: Answer, at_most: int) -> str | None:
    """The link to the next page: of the header (RFC 8288), else of the JSON of OGC API or of SensorThings."""
    for relation, address in answer.links:
        if "next" in relation.lower().split():
            return address
    if len(answer.body) > at_most or "json" not in answer.headers.get("content-type", ""):
        return None
    tree = answer.tree
    if not isinstance(tree, dict):
        return None
    listed = tree.get("links")
    links = [link for link in listed if isinstance(link, dict)] if isinstance(listed, list) else []
    found = tree.get("@iot.nextLink") or next((link.get("href") for link in links if link.get("rel") == "next"), None)
    return found if isinstance(found, str) else None
