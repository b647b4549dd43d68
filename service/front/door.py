"""The outermost part of the application: gives again what was given before, packs bodies, answers HEAD as GET.

Stands before an app whose state holds `present`, the record now. A route that wants its answers
kept says so in the request's visit, and gives its answer a strong entity tag. A request that names its asker is never
answered from here, for what it is given must be noted.
"""

from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from record.errors import ArnaError
from service.front.coding import Coding
from service.front.kept import Header, Keeper, Kept, bare_tag, coded_tag
from service.front.lanes import Lanes
from service.front.packing import Packer, packer
from service.front.stream import Broken
from service.front.visit import Visit, arriving

ROUTE = "route"
"""In the state of a request: what answers it."""
_ASKING = ("GET", "HEAD")
_EMPTY: Message = {"type": "http.response.body", "body": b"", "more_body": False}
_ALSO_TEXT = frozenset(("application/json", "application/xml", "application/javascript"))
_AS_IT_COMES = "text/event-stream"
_MANY = 262_144
"""Bytes that are packed beside the requests, since that holds up others for a millisecond."""
_OK, _UNCHANGED = 200, 304


class Front:
    """Stands before the app that is given; keeps answers of up to `budget` bytes in all."""

    def __init__(self, app: ASGIApp, budget: int) -> None:
        self._app, self._keeper, self._lanes = app, Keeper(budget), Lanes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or as it did."""
        if scope["type"] != "http" or scope["method"] not in _ASKING:
            await self._app(scope, receive, send)
            return
        visit = arriving(scope, self._keeper, self._lanes)
        if visit.question is not None:
            visit.moment = await self._moment(scope["app"].state.present)
            found = None if visit.moment is None else self._keeper.asked(visit.question, visit.moment)
            if found is not None and found.is_ready(visit.coding):
                scope.setdefault("state", {})[ROUTE] = found.route
                await _again(found, visit, send)
                return
        await self._through(scope, visit, receive, Leaving(visit, send))

    async def _through(self, scope: Scope, visit: Visit, receive: Receive, leaving: "Leaving") -> None:
        inner = scope
        if visit.head:
            inner = {**scope, "method": "GET"}
        if visit.held is not None:
            inner = {**inner, "headers": _without_codings(scope["headers"])}
        try:
            await self._app(inner, receive, leaving)
        except Enough:
            pass
        except Broken:
            # Without its last message the server closes the connection, and the asker knows that something is missing.
            return
        finally:
            if visit.answer is not None:
                visit.answer.route = scope.get("state", {}).get(ROUTE)

    async def _moment(self, present: "Present") -> object:
        """The record now; None where it cannot be asked, which whoever answers will say."""
        try:
            return await self._lanes.large.run(present.moment) if present.late else present.moment()
        except ArnaError:
            return None


class Present(Protocol):
    """Knows the record now: the same object as long as nothing is committed."""

    @property
    def late(self) -> bool:
        """Whether it takes a question to a server to know it."""

    def moment(self) -> object:
        """The record now; raises `RecordError`."""


class Enough(Exception):
    """All was sent that is wanted of an answer: its header."""


async def _again(found: Kept, visit: Visit, send: Send) -> None:
    """Send an answer that was given before, or that it is the one that the asker has."""
    ready = found.ready(visit.coding)
    if found.tag is not None and (visit.has_any or visit.has(found.tag)):
        await send(ready.unchanged)
        await send(_EMPTY)
        return
    await send(ready.start)
    await send(_EMPTY if visit.head else {"type": "http.response.body", "body": ready.body, "more_body": False})


class Leaving:
    """The messages of one answer on their way out: packed as the asker likes it, and kept where the route wants it."""

    def __init__(self, visit: Visit, send: Send) -> None:
        self._visit, self._send = visit, send
        self._start: Message | None = None
        self._packer: Packer | None = None
        self._pieces: list[bytes] | None = None
        self._kept_headers: list[Header] = []
        self._length = 0
        self._ended = False

    async def __call__(self, message: Message) -> None:
        """Send a message, or hold it until it is known whether the whole body comes at once."""
        if message["type"] == "http.response.start":
            self._start = message
            if _header(message, b"content-length") is None or message["status"] != _OK:
                await self._begin(message)
        elif self._start is not None:
            start, self._start = self._start, None
            await self._first(start, message)
        elif not self._ended:
            await self._piece(message)
        elif self._visit.head:
            # Nobody reads what else would be made, which may have no end.
            raise Enough

    async def _begin(self, start: Message) -> None:
        """Send the header of an answer whose bodies come one after the other, or of one that is no answer."""
        self._start = None
        headers: list[Header] = list(start["headers"])
        if start["status"] == _UNCHANGED:
            headers = _told_unchanged(headers, self._visit)
        elif start["status"] == _OK and _packs(headers):
            headers = self._packing(headers)
        elif _packs(headers):
            _vary(headers)
        if self._visit.keep and start["status"] == _OK:
            self._pieces = []
        self._kept_headers = start["headers"]
        await self._send({**start, "headers": headers})
        if self._visit.head:
            self._ended = True
            await self._send(_EMPTY)

    def _packing(self, headers: list[Header]) -> list[Header]:
        coding = self._visit.coding
        _vary(headers)
        if coding is None:
            return headers
        self._packer = packer(coding)
        headers = [_recoded(one, coding) for one in headers if one[0] != b"content-length"]
        headers.append((b"content-encoding", coding.value.encode()))
        return headers

    async def _first(self, start: Message, message: Message) -> None:
        """The first body of an answer whose length is known: most often the only one."""
        if message.get("more_body", False):
            await self._begin(start)
            await self(message)
            return
        self._ended = True
        body = bytes(message.get("body", b""))
        answer = self._visit.kept or _kept(start["headers"], body, private=self._visit.private)
        if not answer.is_ready(self._visit.coding) and len(body) > _MANY:
            await self._visit.lanes.large.run(lambda: answer.ready(self._visit.coding))
        ready = answer.ready(self._visit.coding)
        self._keep(answer)
        await self._send(ready.start)
        await self._send(_EMPTY if self._visit.head else {**message, "body": ready.body})

    async def _piece(self, message: Message) -> None:
        body, more = bytes(message.get("body", b"")), message.get("more_body", False)
        self._gather(body)
        self._ended = not more
        if self._packer is not None:
            body = (await self._packed(self._packer, body) if body else b"") + (b"" if more else self._packer.end())
        if body or not more:
            await self._send({**message, "body": body})
        if not more and self._pieces is not None:
            self._keep(_kept(self._kept_headers, b"".join(self._pieces), private=self._visit.private))

    async def _packed(self, packer: Packer, body: bytes) -> bytes:
        if len(body) > _MANY:
            return await self._visit.lanes.large.run(lambda: packer.piece(body))
        return packer.piece(body)

    def _gather(self, body: bytes) -> None:
        """Keep the pieces of a stream as long as all of it may be kept."""
        if self._pieces is not None:
            self._length += len(body)
            self._pieces.append(body)
            if self._length > self._visit.keeper.most:
                self._pieces = None

    def _keep(self, answer: Kept) -> None:
        visit = self._visit
        if visit.keep and visit.moment is not None:
            answer.given = answer.given if visit.given is None else visit.given
            answer.apart = visit.apart
            visit.answer = answer
            visit.keeper.keep(answer, visit.question, visit.moment)


def _kept(headers: list[Header], body: bytes, *, private: bool) -> Kept:
    """A whole answer, as the app gave it."""
    held: list[Header] = list(headers)
    packs = _packs(held)
    if packs:
        _vary(held)
    tag = _value(held, b"etag")
    return Kept(headers=held, body=body, tag=None if tag is None else tag.decode(), packs=packs, private=private)


def _packs(headers: list[Header]) -> bool:
    """Whether a body of this form gains by packing: text that is not packed yet, and not sent line by line."""
    media = (_value(headers, b"content-type") or b"").decode("latin-1").partition(";")[0].strip().lower()
    if media == _AS_IT_COMES or _value(headers, b"content-encoding") is not None:
        return False
    return media.startswith("text/") or media in _ALSO_TEXT or media.endswith(("+json", "+xml"))


def _told_unchanged(headers: list[Header], visit: Visit) -> list[Header]:
    """The header of an unchanged answer, with the tag of the coding that the asker has."""
    bare = (_value(headers, b"etag") or b"").decode()
    mine = [one for one in visit.held or () if bare_tag(one) == bare]
    _vary(headers)
    return [(name, mine[0].encode() if name == b"etag" and mine else value) for name, value in headers]


def _recoded(header: Header, coding: Coding) -> Header:
    name, value = header
    return (name, coded_tag(value.decode(), coding).encode()) if name == b"etag" else header


def _vary(headers: list[Header]) -> None:
    """Say that the answer depends on Accept-Encoding too."""
    for place, (name, value) in enumerate(headers):
        if name == b"vary":
            if b"accept-encoding" not in value.lower():
                headers[place] = (name, value + b", Accept-Encoding")
            return
    headers.append((b"vary", b"Accept-Encoding"))


def _without_codings(headers: list[Header]) -> list[Header]:
    """The tags that the asker has as those of the answers before they were packed, which is what routes know."""
    return [(name, _bare(value) if name == b"if-none-match" else value) for name, value in headers]


def _bare(said: bytes) -> bytes:
    return ", ".join(bare_tag(one.strip()) for one in said.decode("latin-1").split(",")).encode("latin-1")


def _header(message: Message, name: bytes) -> bytes | None:
    return _value(message["headers"], name)


def _value(headers: list[Header], name: bytes) -> bytes | None:
    return next((value for known, value in headers if known == name), None)
