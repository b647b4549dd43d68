"""HEAD wherever GET is answered: the headers that GET would give, and no body (RFC 9110, 9.3.2)."""

import asyncio
from contextlib import suppress

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import access


class Heads:
    """Answers HEAD by the app's own answer to GET, in front of it; nothing of it is given, so that nothing is noted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, without a body where HEAD is asked."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        begun = asyncio.Event()

        async def headers_alone(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
                begun.set()

        answering = asyncio.ensure_future(self._app({**scope, "method": "GET"}, receive, headers_alone))
        waiting = asyncio.ensure_future(begun.wait())
        await asyncio.wait({answering, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if begun.is_set():
            # What would follow is a body that nobody reads, of some addresses without an end.
            answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering
        else:
            await answering
        noted = access.given_to(Request(scope))
        if noted is not None:
            noted.clear()
