"""One task a process follows the journal for all who listen there; each listener reads from what it keeps.

A listener that fell behind, or comes back with the id of its last event, reads on from the record itself in portions
until it is where the others are. So neither many listeners nor slow ones cost memory, and none loses anything.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from record.errors import ArnaError
from record.events.beside import Beside
from record.events.event import Place
from record.events.story import Story
from service.events.frames import FAREWELL, GREETING, sign_of_life, told
from service.events.ring import Ring, Told
from service.events.wanted import Wanted

log = logging.getLogger("arna.service")

MOST_LISTENERS, MOST_OF_ONE = 500, 20
"""How many may listen in one process, and how many of them from one address."""
PORTION = 100
"""Entries that are read at once."""
_PAUSE_SECONDS, _PAUSE_AFTER_FAULT = 0.5, 5.0
_BEAT_SECONDS = 15.0
_IDLE_SECONDS = 60.0
_READ_ON_AT_ONCE = 4
"""Listeners that read from the record at the same time: threads are left for all other questions."""


class Hub:
    """Those who listen in this process, and what they are told. Belongs to one event loop."""

    def __init__(
        self, story: Callable[[], Story], *, pause: float = _PAUSE_SECONDS, beat: float = _BEAT_SECONDS
    ) -> None:
        self._story, self._pause, self._beat = story, pause, beat
        self._ring, self._size = Ring(), 0
        self._beside: Beside | None = None
        self._listening: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._news, self._opening = asyncio.Event(), asyncio.Lock()
        self._reading = asyncio.Semaphore(_READ_ON_AT_ONCE)
        self._closed = False

    def is_full(self, client: str) -> bool:
        """Whether nobody else may listen, or nobody else from that address."""
        return self._listening.total() >= MOST_LISTENERS or self._listening[client] >= MOST_OF_ONE

    @contextmanager
    def counted(self, client: str) -> Iterator[None]:
        """Count one who listens from that address."""
        self._listening[client] += 1
        try:
            yield
        finally:
            self._listening[client] -= 1
            if not self._listening[client]:
                del self._listening[client]

    async def open(self) -> int:
        """Follow the journal where nobody does yet; return its size. Raises `RecordError` where it cannot be read."""
        async with self._opening:
            if self._task is None or self._task.done():
                size, self._beside = await asyncio.to_thread(self._story().state)
                # Who listened while nobody followed finds a gap here, and reads on from the record.
                self._ring, self._size = Ring(begin=self._ring.end + 1), size
                self._task = asyncio.create_task(self._follow())
        return self._size

    def close(self) -> None:
        """Let every listener go, with a word of farewell."""
        self._closed = True
        self._wake()

    async def end(self) -> None:
        """The same, and follow no more."""
        self.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def listen(self, place: Place | None, wanted: Wanted) -> AsyncGenerator[bytes, None]:
        """What a listener is told, from `place` on or from now on, until the service stops.

        Where nothing is told for some seconds a comment shows that the stream lasts, with the id of what was passed
        over, so that this need not be read again.
        """
        number, until = self._ring.end, self._size
        is_behind = place is not None and place.entry <= until
        place = Place(until) if place is None else place
        named = place.entry
        yield GREETING
        while not self._closed:
            if is_behind:
                async for frame in self._read_on(place, until, wanted):
                    yield frame
                place, named, is_behind = max(place, Place(until)), until, False
            news, found = self._news, self._ring.since(number)
            if found is None:
                number, until, is_behind = self._ring.end, self._size, True
            elif found:
                frame = _joined(found, place, wanted)
                number, place = number + len(found), max(place, Place(self._size))
                if frame:
                    named = place.entry
                    yield frame
            elif not await self._heard(news):
                yield sign_of_life(place.entry - 1 if place.entry > named else None)
                named = place.entry
        yield FAREWELL

    async def _read_on(self, place: Place, until: int, wanted: Wanted) -> AsyncIterator[bytes]:
        """What happened from a place on, up to `until` so many entries, read from the record a portion at a time."""
        story = self._story()
        async with self._reading:
            since = await asyncio.to_thread(story.since, place.entry)
        first, ends = place.entry, False
        while not (ends or self._closed):
            past = min(first + PORTION, until)
            ends = past >= until
            async with self._reading:
                events, since = await asyncio.to_thread(story.portion, first, past, since, ends=ends)
            yield _joined(told(events, story.network), place, wanted) or sign_of_life(
                past - 1 if past > first else None
            )
            first = past

    async def _heard(self, news: asyncio.Event) -> bool:
        """Whether there is news before it is time for a sign of life."""
        try:
            async with asyncio.timeout(self._beat):
                await news.wait()
        except TimeoutError:
            return False
        return True

    async def _follow(self) -> None:
        """Look for what is new as long as somebody listens, and some time longer."""
        is_away, idle = False, 0.0
        while not self._closed and idle < _IDLE_SECONDS:
            pause = self._pause
            try:
                pause = 0.0 if await self._look() else pause
                is_away = False
            except ArnaError as fault:
                pause = max(pause, _PAUSE_AFTER_FAULT)
                if not is_away:
                    log.warning("listeners wait for news: %s", fault)
                is_away = True
            idle = 0.0 if self._listening else idle + self._pause
            await asyncio.sleep(pause)

    async def _look(self) -> bool:
        """Tell what is new; whether there may be more."""
        more, size, beside, found = await asyncio.to_thread(_new, self._story(), self._size, self._beside)
        for one in found:
            self._ring.put(one)
        self._size, self._beside = size, beside
        if found:
            self._wake()
        return more

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


def _new(story: Story, first: int, before: Beside | None) -> tuple[bool, int, Beside, list[Told]]:
    """What is new since so many entries: whether there is more, up to where it was read, how all else stands."""
    size, now = story.state()
    past = min(first + PORTION, size)
    events = story.of_entries(first, past) if past > first else []
    if before is not None and now != before:
        changes, now = story.changed(before)
        events += changes
    return past < size, past, now, told(events, story.network)


def _joined(found: list[Told], place: Place, wanted: Wanted) -> bytes:
    return b"".join(one.frame for one in found if one.event.is_beyond(place) and wanted.takes(one.event))
