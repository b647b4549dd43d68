"""What tests of listeners have in common: reading a stream of events, and a hub that follows a record."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from record.archive import Record
from record.events.story import Story
from service.events.hub import Hub
from service.events.wanted import Wanted

ALL = Wanted()
SECOND = 0.01


class Heard:
    """What came in a stream: its events, and the last id by the rules of the HTML standard."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.comments: list[str] = []
        self._rest = b""

    @property
    def kinds(self) -> list[str]:
        return [event["kind"] for event in self.events]

    def take(self, frame: bytes) -> None:
        *blocks, self._rest = (self._rest + frame).split(b"\n\n")
        for block in blocks:
            fields: dict[str, str] = {}
            for line in block.decode().split("\n"):
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
            if "" in fields:
                self.comments.append(fields[""])
            if "id" in fields:
                self.ids.append(fields["id"])
            if "data" in fields:
                self.events.append(json.loads(fields["data"]))
                assert self.events[-1]["kind"] == fields["event"]


async def until(heard: Heard, frames: AsyncIterator[bytes], done: Callable[[], bool]) -> Heard:
    async with asyncio.timeout(10):
        while not done():
            heard.take(await anext(frames))
    return heard


def follow(record: Record, script: Callable[[Hub], Awaitable[None]], **changes: Any) -> None:
    async def run() -> None:
        hub = Hub(lambda: Story(record), pause=SECOND, **changes)
        await hub.open()
        await script(hub)
        await hub.end()

    asyncio.run(run())
