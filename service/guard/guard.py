"""The outermost layer: it lets in and counts, every answer bears what it must, and no fault is more than a line."""

import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from record.network import Network
from record.network.access import Access
from service import errors
from service.guard import doors, upload
from service.guard.address import MARKS, Addresses
from service.guard.clients import Clients, take_request
from service.guard.cost import VISIT, too_often
from service.guard.doors import HOLDS, VISITOR, Visitor
from service.guard.headers import Origins, is_preflight
from service.guard.visit import Visit
from service.tokens import SENT, Token, Tokens, secret_in

log = logging.getLogger("arna.service")

Observe = Callable[[Scope, int, float], None]
"""Told of each request when it is over: its scope, the status (0 where none was sent), and the seconds it took."""

LONGEST_ADDRESS = 32_768
_HOST = re.compile(rb"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FORWARDED_FOR, _FORWARDED_PROTO = b"x-forwarded-for", b"x-forwarded-proto"
_LOOKED_AT = MARKS | {
    b"authorization",
    b"origin",
    b"host",
    b"content-length",
    b"access-control-request-method",
    _FORWARDED_FOR,
}
_TOLD_TOGETHER = frozenset({_FORWARDED_FOR, b"host", b"authorization"})
"""Each proxy on the way may have added a line of its own; and who names two hosts, or two tokens, names none."""
_OF_PROXIES = "1.0"
"""The protocol that nginx speaks to us where it is told nothing, and no program of today on its own."""
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_INBOX = "/inbox/"

Found = dict[bytes, bytes]


class Guard:
    """Stands before an app whose state holds `network`; `clock` gives seconds that only go forward."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        state: Any,
        tokens: Tokens,
        today: Callable[[], date],
        clock: Callable[[], float],
        proxies: Iterable[str] = (),
        observe: Observe | None = None,
    ) -> None:
        self._app, self._state, self._tokens, self._today, self._clock = app, state, tokens, today, clock
        self._addresses, self._clients, self._observe = Addresses(proxies), Clients(), observe
        self._lock = threading.Lock()
        self._access: Access | None = None
        self._origins = Origins(())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or in its place."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        network: Network = self._state.network
        access = network.access
        if access is not self._access:
            self._access, self._origins = access, Origins(access.origins)
        visit = Visit(send, access, self._clock, self._lock)
        found = _looked_at(scope)
        visit.more = self._origins.answered(found.get(b"origin"))
        visit.private = b"authorization" in found or (access.reading != "open" and not doors.is_open(scope["path"]))
        state = scope.setdefault("state", {})
        state[VISIT] = visit
        try:
            instead = self._instead(scope, found, visit, network)
            if instead is not None:
                await instead(scope, receive, visit.send)
            else:
                await self._through(scope, self._bounded(scope, receive, access), visit)
        finally:
            visit.leave()
            if self._observe is not None:
                self._observe(scope, visit.status, self._clock() - visit.began)

    def _instead(self, scope: Scope, found: Found, visit: Visit, network: Network) -> Response | None:
        """What is answered in place of the app; None where the request may go in."""
        try:
            client = self._client_of(scope, found)
            token = self._counted(client, found, visit, network)
            _refuse_odd(scope, found)
            if is_preflight(scope["method"], found):
                # A browser asks without a token whether it may show one.
                return self._asked_first(found[b"origin"])
            visitor = Visitor(token=token, here=client is None, closed=network.access.reading != "open")
            self._let_in(scope, found, network.access, visitor)
        except HTTPException as fault:
            return errors.of_status(fault)
        return None

    def _asked_first(self, origin: bytes) -> Response:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=_text(self._origins.asked_first(origin)))

    def _counted(self, client: str | None, found: Found, visit: Visit, network: Network) -> Token | None:
        """Count one request more of its client, and return its token; raises where it has no more, or that is none."""
        token, fault = self._token_of(found, network)
        if client is not None or token is not None:
            allowance = network.access.anyone if token is None else network.access.party
            name = client if token is None else token.id
            counted = self._clients.of(str(name), visit.began)
            wait = take_request(counted, allowance, visit.began)
            if wait:
                raise too_often(f"over {allowance.requests_a_minute} requests a minute", wait)
            visit.enter(counted, allowance)
        if fault is not None:
            raise fault
        return token

    def _let_in(self, scope: Scope, found: Found, access: Access, visitor: Visitor) -> None:
        """Raise `HTTPException` for a request that may not go in."""
        if not scope["path"].startswith(_INBOX):
            upload.refuse_larger(found.get(b"content-length"), access.body_bytes)
        doors.admit(scope["path"], visitor, closed=access.reading != "open")
        state = scope["state"]
        state[VISITOR], state[HOLDS] = visitor, partial(self._holds, scope["path"], visitor)
        if visitor.token is not None:
            state[SENT] = visitor.token

    def _client_of(self, scope: Scope, found: Mapping[bytes, bytes]) -> str | None:
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded = found.get(_FORWARDED_FOR)
        if forwarded is None:
            marked = scope["http_version"] == _OF_PROXIES or not MARKS.isdisjoint(found)
            return self._addresses.client(peer, None, marked=marked)
        client = self._addresses.client(peer, forwarded.decode("latin-1"))
        if client is not None and self._addresses.is_trusted(peer):
            # Whoever asks further in is told of the client, and of the address that it asked.
            scope["client"] = (client, 0)
            if found.get(_FORWARDED_PROTO) in (b"http", b"https"):
                scope["scheme"] = found[_FORWARDED_PROTO].decode("ascii")
        return client

    def _token_of(self, found: Mapping[bytes, bytes], network: Network) -> tuple[Token | None, HTTPException | None]:
        """The token that was sent and holds, or why there is none; of who sends none, neither."""
        header = found.get(b"authorization")
        if header is None or b"bearer" not in header.lower():
            return None, None
        secret = secret_in(header.decode("latin-1"))
        if secret is None:
            return None, doors.unread()
        token = self._tokens.known(secret)
        if token is None or token.party not in network.parties:
            return None, doors.unknown()
        ended = token.fault(self._today())
        return (token, None) if ended is None else (None, doors.ended(ended))

    def _holds(self, path: str, visitor: Visitor) -> bool:
        """Whether who was let in would still be: what lasts is asked again while it does."""
        network: Network = self._state.network
        token = visitor.token
        if token is not None:
            token = self._tokens.still(token)
            if token is None or token.party not in network.parties or token.fault(self._today()) is not None:
                return False
        try:
            doors.admit(path, replace(visitor, token=token), closed=network.access.reading != "open")
        except HTTPException:
            return False
        return True

    def _bounded(self, scope: Scope, receive: Receive, access: Access) -> Receive:
        if scope["method"] not in _WITH_BODY:
            return receive
        # How large a message may be each source declares for its own inbox.
        most = None if scope["path"].startswith(_INBOX) else access.body_bytes
        return upload.bounded(receive, most)

    async def _through(self, scope: Scope, receive: Receive, visit: Visit) -> None:
        try:
            await self._app(scope, receive, visit.send)
        except Exception as fault:  # noqa: BLE001  whatever it was, it is a line in the log and no trace of the stack
            # A fault within has been answered and logged there. What was begun stays cut off, so that it is not taken
            # for whole.
            if not visit.status:
                errors.log_unforeseen(scope["path"], fault)
                answer = errors.body(HTTPStatus.INTERNAL_SERVER_ERROR, errors.OWN_FAULT)
                await answer(scope, receive, visit.send)


def _looked_at(scope: Scope) -> Found:
    found: Found = {}
    for name, value in scope["headers"]:
        if name in _LOOKED_AT:
            found[name] = found[name] + b"," + value if name in found and name in _TOLD_TOGETHER else value
    return found


def _refuse_odd(scope: Scope, found: Mapping[bytes, bytes]) -> None:
    """Turn away what no client sends: an address beyond measure or with a control character, a host that is none."""
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
        raise HTTPException(
            HTTPStatus.REQUEST_URI_TOO_LONG, f"an address has at most {LONGEST_ADDRESS} bytes: ask for less at once"
        )
    if _CONTROL.search(scope["path"]) is not None:
        # A pattern that ends in $ takes a line feed at the end of an address for nothing.
        raise HTTPException(HTTPStatus.BAD_REQUEST, "an address holds no control character: leave it out")
    host = found.get(b"host")
    if host is not None and _HOST.fullmatch(host) is None:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "the header Host names no host: send the name that was asked, once")


def _text(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("ascii"): value.decode("ascii") for name, value in headers}
