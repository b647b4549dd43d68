"""The answer that lasts: it goes on until the listener or the service ends it, or the listener takes nothing more."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from service.events.frames import FAREWELL, MEDIA
from service.events.hub import Hub

log = logging.getLogger("arna.service")

PATIENCE_SECONDS = 60.0
"""How long a listener may take nothing before it is let go; it comes back with the id of its last event."""
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def as_long_as(holds: Callable[[], bool], frames: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    """The frames as long as who listens may: asked before each of them, signs of life too; then a word of farewell."""
    async with aclosing(frames):
        async for frame in frames:
            if not holds():
                yield FAREWELL
                return
            yield frame


class EventStream(StreamingResponse):
    """A stream of events to one client, who is counted as long as it lasts."""

    def __init__(
        self, hub: Hub, client: str, frames: AsyncIterator[bytes], *, patience: float = PATIENCE_SECONDS
    ) -> None:
        super().__init__(frames, media_type=MEDIA, headers=_HEADERS)
        self._hub, self._client, self._patience = hub, client, patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer until one side ends it."""
        with self._hub.counted(self._client):
            await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """Send piece after piece; who takes none for too long is let go."""

        async def patient(message: Message) -> None:
            async with asyncio.timeout(self._patience):
                await send(message)

        try:
            await super().stream_response(patient)
        except TimeoutError:
            log.info("a listener at %s took nothing for %.0f s and was let go", self._client, self._patience)
