"""One request on its way: what it may take of its client's, and its answer, which bears our headers and moves on."""

import asyncio
import math
import threading
from collections.abc import Callable

from starlette.types import Message, Send

from record.network.access import Access, Allowance
from service.errors import TooSlow
from service.guard.clients import LONG, Client, take_points
from service.guard.cost import too_large, too_often
from service.guard.headers import OF_PAGES, SECURITY, Headers, for_one_alone, media_of

PIECE_SECONDS = 60.0
"""How long a client may take to accept the next piece of a long answer."""
_EVENTS = b"text/event-stream"


class Visit:
    """A request from its coming to the end of its answer; `client` is None where nothing is counted.

    `private` says that the answer is for who asks alone, so that no cache in between may keep it.
    """

    __slots__ = (
        "_access", "_allowance", "_client", "_clock", "_lock", "_long", "_long_drawn", "_points", "_send", "_until",
        "began", "more", "private", "status", "whole",
    )  # fmt: skip

    def __init__(self, send: Send, access: Access, clock: Callable[[], float], lock: threading.Lock) -> None:
        self._send, self._access, self._clock, self._lock = send, access, clock, lock
        self._client: Client | None = None
        self._allowance: Allowance = access.anyone
        self._long = self._long_drawn = False
        self._points = 0
        self.began = clock()
        self._until = self.began + access.answer_seconds
        self.more: Headers = SECURITY
        self.private = False
        self.status = 0
        self.whole = False

    def enter(self, client: Client, allowance: Allowance) -> None:
        """Count it among the answers that are under way for a client; raises `TooMuch` where these are too many."""
        if client.answers >= allowance.answers_at_once:
            raise too_often(f"{client.answers} answers are under way for you, and no more may be", 1)
        client.answers += 1
        self._client, self._allowance = client, allowance

    def leave(self) -> None:
        """The answer has gone out, or broken off."""
        client = self._client
        if client is not None:
            client.answers -= 1
            if self._long:
                with self._lock:
                    client.long -= 1

    def spend(self, points: int) -> None:
        """Take points from what the client has left; raises `TooMuch`. Called by threads, one after the other."""
        self._points += points
        if self._points > self._access.points_a_question:
            raise too_large(self._points, self._access.points_a_question)
        client, allowance = self._client, self._allowance
        if client is None:
            return
        with self._lock:
            # A request that is asked in parts is one long answer.
            starts = self._points >= LONG and not self._long
            if starts and client.long >= allowance.long_answers:
                raise too_often(f"{client.long} long answers are under way for you, and no more may be", 5)
            wait = take_points(client, allowance, points, self._clock())
            if wait:
                raise too_often(f"over {allowance.points_a_minute} points a minute are asked for", wait)
            if starts:
                client.long += 1
                self._long = True

    async def send(self, message: Message) -> None:
        """Send on what the answer says; raises `TooSlow` where a long one stands still or takes too long."""
        if message["type"] == "http.response.start":
            await self._start(message)
        elif self._long_drawn or message.get("more_body", False):
            # The last piece of several waits for the client as the others did.
            self._long_drawn = True
            await self._piece(message)
        else:
            await self._send(message)
            self.whole = True

    async def _start(self, message: Message) -> None:
        self.status = message["status"]
        # What was answered may be kept to be answered again, and so is never changed.
        headers = [*message.get("headers", ()), *self.more]
        if self.private:
            headers = for_one_alone(headers)
        media = media_of(headers)
        if media.startswith(b"text/html"):
            headers += OF_PAGES
        elif media.startswith(_EVENTS):
            self._until = math.inf
        await self._send({**message, "headers": headers})

    async def _piece(self, message: Message) -> None:
        left = self._until - self._clock()
        if left <= 0:
            raise TooSlow(f"the answer took over {self._access.answer_seconds} s")
        try:
            async with asyncio.timeout(min(left, PIECE_SECONDS)):
                await self._send(message)
        except TimeoutError:
            raise TooSlow(f"the client took nothing for {PIECE_SECONDS:g} s, or the answer took too long") from None
        self.whole = not message.get("more_body", False)
