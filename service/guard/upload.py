"""What is sent to us: bounded in size and in time."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

PIECE_SECONDS = 60.0
"""How long the next piece of what is sent may take to come."""


def refuse_larger(announced: bytes | None, most: int) -> None:
    """Turn away what says itself that it is larger than `most` bytes."""
    if announced is not None and announced.isdigit() and int(announced[:20]) > most:
        raise _too_large(most)


def bounded(receive: Receive, most: int | None) -> Callable[[], Awaitable[Message]]:
    """The same messages, as long as each comes in time and all have at most `most` bytes together.

    Raises `HTTPException` 408 or 413 into whoever reads them.
    """
    count, whole = 0, False

    async def received() -> Message:
        nonlocal count, whole
        if whole:
            # From here on it is waited for the client to leave, however long that takes.
            return await receive()
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                message = await receive()
        except TimeoutError:
            raise HTTPException(
                HTTPStatus.REQUEST_TIMEOUT,
                f"nothing came for {PIECE_SECONDS:g} s: send it again",
                {"Connection": "close"},
            ) from None
        count += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if most is not None and count > most:
            raise _too_large(most)
        return message

    return received


def _too_large(most: int) -> HTTPException:
    return HTTPException(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"what is sent here has at most {most} bytes", {"Connection": "close"}
    )
