"""A long answer, sent piece by piece as it is made: never more in memory than a piece, never a false end."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.front.lanes import Lane
from service.front.visit import visit_of

log = logging.getLogger("arna.service")

_AT_A_TIME = 65_536


class Broken(Exception):
    """An answer broke off after it had begun: the door closes the connection, so that nobody takes it for whole."""


class Streamed(Response):
    """An answer whose first piece is made already; the others are made in `lane`, each once the asker took the last."""

    def __init__(
        self, first: bytes, rest: Iterator[bytes], lane: Lane, *, media_type: str, headers: Mapping[str, str]
    ) -> None:
        self._first, self._rest, self._lane = first, rest, lane
        self.status_code, self.media_type, self.background = 200, media_type, None
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it. Raises `Broken` where a piece cannot be made, with a line in the log."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if visit_of(scope).head:
            self._lane.later(self._let_go)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        gone = asyncio.create_task(_gone(receive))
        making: asyncio.Future[bytes] | None = None
        try:
            piece = self._first
            while piece and not gone.done():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                making = asyncio.ensure_future(self._lane.run(self._next))
                await asyncio.wait({making})
                fault = making.exception()
                if fault is not None:
                    log.error("the answer at %s broke off: %s: %s", scope["path"][:200], type(fault).__name__, fault)
                    raise Broken
                piece = making.result()
            if not gone.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            self._end(making)

    def _end(self, making: "asyncio.Future[bytes] | None") -> None:
        # Who goes away in the midst of a piece has it made first: what makes it cannot be stopped from outside.
        if making is not None and not making.done():
            making.add_done_callback(self._ended)
        else:
            self._lane.later(self._let_go)

    def _ended(self, made: "asyncio.Future[bytes]") -> None:
        if not made.cancelled():
            made.exception()
        self._lane.later(self._let_go)

    def _next(self) -> bytes:
        """Small pieces together, an empty one at the end."""
        pieces, size = [], 0
        for piece in self._rest:
            pieces.append(piece)
            size += len(piece)
            if size >= _AT_A_TIME:
                break
        return b"".join(pieces)

    def _let_go(self) -> None:
        """Have what makes the pieces let go of what it holds."""
        close = getattr(self._rest, "close", None)
        if close is not None:
            with suppress(RuntimeError, ValueError):
                close()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
