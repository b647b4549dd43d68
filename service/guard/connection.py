"""Connections that do not hold the server: heads that come slowly, answers that are not taken, and too many at once.

The server that we stand on waits for ever for the first byte of a connection and for the rest of a request's head,
takes a head of any size, and keeps what it has to send for as long as nobody takes it. So each connection here looks at
itself every few seconds. Who holds many of them open without a request makes room for those who ask.
"""

import asyncio
import logging
import resource
import time
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service import errors
from service.guard.headers import SECURITY

log = logging.getLogger("arna.service")

LOOK_SECONDS = 5.0
HEAD_SECONDS = 15.0
"""How long the head of a request may take to come, from the opening of the connection or the answer before."""
LARGEST_HEAD = 65_536
_PARTING = 4
"""Bytes of a colon, a blank and the end of a line."""
FLUSH_SECONDS, FLUSH_BYTES = 60.0, 2_000.0
"""What is left of an answer is to be taken within so long, and longer where at least so many bytes a second are."""
FEW = 500
_SPARED = 200
"""Open files that are left for the record, its segments and the log."""


class Patient(HttpToolsProtocol):
    """One connection, with limits."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._since: float | None = None
        self._head = 0
        self._begun = self._large = False
        self._status = HTTPStatus.BAD_REQUEST
        self._unsent: tuple[float, int] | None = None
        self._look_again: asyncio.TimerHandle | None = None

    @property
    def waits_since(self) -> float | None:
        """Since when the head of a request is waited for; None while one is being answered."""
        return self._since

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, where there is room."""
        self._since = time.monotonic()
        if len(self.connections) >= FEW and len(self.connections) >= _most():
            self._make_room()
        super().connection_made(transport)
        self._look_again = self.loop.call_later(LOOK_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        if self._look_again is not None:
            self._look_again.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take the next bytes, unless they make a head that is too large."""
        self._large = self._head + len(data) > LARGEST_HEAD
        super().data_received(data)
        if self._since is not None and self._begun and not self.transport.is_closing():
            # Still within the head: all of it belongs there, even what the parser has told nobody yet.
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """The head of a request begins."""
        self._begun, self._head, self._since = True, 0, time.monotonic()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is there: from here on it is the answer that takes time."""
        if (
            self._large
            and len(self.url) + sum(len(name) + len(value) + _PARTING for name, value in self.headers) > LARGEST_HEAD
        ):
            self._status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise ValueError("head too large")
        self._begun, self._head, self._since = False, 0, None
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """The answer is written: the next request is waited for, unless it has come already."""
        self._since = time.monotonic()
        if self.pipeline:
            self._since = None
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  the server's word for it is not ours
        """What is answered to what is no request: our one body."""
        self._refuse(self._status)

    def _unsupported_upgrade_warning(self) -> None:
        # A client that offers another protocol is answered by the one that both know.
        return

    def _refuse(self, status: HTTPStatus) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            # An answer is under way, in whose middle nothing can be said.
            self.transport.close()
            return
        answer = errors.body(status, _TEXTS[status])
        head = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
        head += [name + b": " + value for name, value in (*answer.raw_headers, *SECURITY)]
        self.transport.write(b"\r\n".join([*head, b"connection: close", b"", answer.body]))
        self.transport.close()

    def _look(self) -> None:
        """Close what stands still; look again in a few seconds."""
        now = time.monotonic()
        self._look_again = self.loop.call_later(LOOK_SECONDS, self._look)
        if self._is_stuck(now):
            self.transport.abort()
        elif self._since is not None and now - self._since > HEAD_SECONDS and not self.transport.is_closing():
            if self._begun:
                self._refuse(HTTPStatus.REQUEST_TIMEOUT)
            else:
                self.transport.close()

    def _is_stuck(self, now: float) -> bool:
        """Whether an answer that is written whole, or a last word, is not taken by the client."""
        left = self.transport.get_write_buffer_size()
        done = self._since is not None or self.transport.is_closing()
        if not left or not done:
            self._unsent = None
            return False
        if self._unsent is None:
            self._unsent = now, left
        began, size = self._unsent
        return now - began > FLUSH_SECONDS + size / FLUSH_BYTES

    def _make_room(self) -> None:
        """Close the connection that has waited longest without a request."""
        waiting = [one for one in self.connections if isinstance(one, Patient) and one.waits_since is not None]
        oldest = min(waiting, key=lambda one: one.waits_since or 0.0, default=None)
        if oldest is not None:
            oldest.transport.abort()
            self.connections.discard(oldest)


def _most() -> int:
    """How many connections may be open: what the system lets us open, without what we need ourselves."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(files - _SPARED, FEW)


_TEXTS = {
    HTTPStatus.BAD_REQUEST: "this is no request of HTTP: begin at /",
    HTTPStatus.REQUEST_TIMEOUT: f"the head of the request did not come within {HEAD_SECONDS:g} s: send it again",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: f"the head of a request has at most {LARGEST_HEAD} bytes: send less",
}
