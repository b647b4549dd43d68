"""`/events`: who listens is told of everything from a place on, at any pace, until one side ends it."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from record.archive import Record
from record.errors import RecordError
from record.events.event import Event, EventKind, Place
from record.events.story import Story
from record.ledger.amiss import Kind, Warned
from record.ledger.kept import record_warnings
from record.writer import Pen
from service.events import hub as hubs
from service.events.hub import Hub
from service.events.ring import Ring, Told
from service.events.stream import EventStream
from service.events.wanted import Wanted, place_asked
from tests.example import BORDER, KIROV, START, open_pen, say, seen
from tests.service.listening import ALL, SECOND, Heard, follow, until


@pytest.fixture
def opened(tmp_path: Path) -> tuple[Record, Pen]:
    return open_pen(tmp_path)


Opened = tuple[Record, Pen]


def test_who_listens_is_told_of_what_happens_from_now_on(opened: Opened) -> None:
    record, pen = opened
    say(pen, "before", [seen(KIROV, 0, "1")])

    async def script(hub: Hub) -> None:
        heard, frames = Heard(), hub.listen(None, ALL)
        await until(heard, frames, lambda: bool(heard.comments))
        await asyncio.to_thread(say, pen, "2", [seen(KIROV, 0, "1.5"), seen(KIROV, 1, "2")])
        warned = Warned(kind=Kind.SILENT, of="telegrams", since=START, said="nothing came", party="kg")
        await asyncio.to_thread(record_warnings, record.engine, START, [warned])
        await until(heard, frames, lambda: len(heard.events) == 3)
        assert sorted(heard.kinds) == ["amended", "new", "silent"]
        assert heard.ids == ["1.1", "1"]

    follow(record, script)


def test_each_goes_on_from_the_id_that_it_had_last(opened: Opened) -> None:
    record, pen = opened
    for day in range(5):
        say(pen, f"{day}", [seen(KIROV, day, "1"), seen(KIROV, day - 1, f"{day}.5")])

    async def script(hub: Hub) -> None:
        whole = Heard()
        await until(whole, hub.listen(Place(0), ALL), lambda: bool(whole.ids) and whole.ids[-1] == "4")
        for number, last_id in enumerate(whole.ids):
            heard, rest = Heard(), whole.ids[number + 1 :]
            frames = hub.listen(place_asked({}, last_id), ALL)
            # Some signs of life later nothing more can come.
            await until(heard, frames, lambda heard=heard: len(heard.comments) > 4)  # type: ignore[misc]
            assert heard.ids == rest

    follow(record, script, beat=SECOND)


def test_a_long_past_is_read_in_portions_and_joined_to_what_comes_meanwhile(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, pen = opened
    for day in range(7):
        say(pen, f"{day}", [seen(KIROV, day, "1")])
    read: list[tuple[int, int]] = []
    portion = Story.portion

    def watched(story: Story, first: int, past: int, *args: Any, **more: Any) -> Any:
        read.append((first, past))
        if len(read) == 2:
            say(pen, "meanwhile", [seen(BORDER, 1, "1")])
        return portion(story, first, past, *args, **more)

    monkeypatch.setattr(hubs, "PORTION", 3)
    monkeypatch.setattr(Story, "portion", watched)

    async def script(hub: Hub) -> None:
        heard = Heard()
        await until(heard, hub.listen(Place(1), ALL), lambda: len(heard.events) == 7)
        assert [event["entry"] for event in heard.events] == [1, 2, 3, 4, 5, 6, 7]
        assert read == [(1, 4), (4, 7)]

    follow(record, script)


def test_who_is_too_slow_for_what_is_kept_loses_nothing(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    record, pen = opened
    monkeypatch.setattr(hubs, "Ring", lambda begin=0: Ring(begin, most_bytes=1))

    async def script(hub: Hub) -> None:
        heard, frames, other, others = Heard(), hub.listen(None, ALL), Heard(), hub.listen(None, ALL)
        await until(heard, frames, lambda: bool(heard.comments))
        await until(other, others, lambda: bool(other.comments))
        for day in range(6):
            await asyncio.to_thread(say, pen, f"{day}", [seen(KIROV, day, "1")])
            await until(other, others, lambda day=day: len(other.events) > day)  # type: ignore[misc]
        await until(heard, frames, lambda: len(heard.events) == 6)
        assert [event["entry"] for event in heard.events] == list(range(6))

    follow(record, script)


def test_a_quiet_stream_shows_that_it_lasts_and_what_was_passed_over(opened: Opened) -> None:
    record, pen = opened
    say(pen, "1", [seen(KIROV, 0, "1")])

    async def script(hub: Hub) -> None:
        heard, frames = Heard(), hub.listen(None, Wanted(kinds=frozenset({"report"})))
        await until(heard, frames, lambda: len(heard.comments) == 3)
        assert heard.ids == []
        await asyncio.to_thread(say, pen, "2", [seen(KIROV, 1, "1")])
        await until(heard, frames, lambda: bool(heard.ids))
        assert (heard.ids, heard.events) == (["1"], [])

    follow(record, script, beat=3 * SECOND)


def test_who_is_ahead_of_this_record_waits_for_what_comes_after(opened: Opened) -> None:
    record, pen = opened
    say(pen, "0", [seen(KIROV, 0, "1")])

    async def script(hub: Hub) -> None:
        heard, frames = Heard(), hub.listen(Place(2), ALL)
        await until(heard, frames, lambda: bool(heard.comments))
        for day in (1, 2):
            await asyncio.to_thread(say, pen, f"{day}", [seen(KIROV, day, "1")])
        await until(heard, frames, lambda: bool(heard.events))
        assert [event["entry"] for event in heard.events] == [2]

    follow(record, script)


def test_all_are_let_go_with_a_word_when_the_service_stops(opened: Opened) -> None:
    async def script(hub: Hub) -> None:
        heard, frames = Heard(), hub.listen(None, ALL)
        await until(heard, frames, lambda: bool(heard.comments))
        hub.close()
        async for frame in frames:
            heard.take(frame)
        assert "come again" in heard.comments[-1]

    follow(opened[0], script)


def test_while_the_record_is_away_listeners_wait_and_one_line_says_so(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    record, pen = opened
    monkeypatch.setattr(hubs, "_PAUSE_AFTER_FAULT", SECOND)
    state, asked = Story.state, 0

    def away(story: Story) -> Any:
        nonlocal asked
        asked += 1
        if 1 < asked < 6:
            raise RecordError("the record cannot be read: the disk is gone; look at it")
        return state(story)

    monkeypatch.setattr(Story, "state", away)

    async def script(hub: Hub) -> None:
        heard, frames = Heard(), hub.listen(None, ALL)
        await until(heard, frames, lambda: bool(heard.comments))
        await asyncio.to_thread(say, pen, "1", [seen(KIROV, 0, "1")])
        await until(heard, frames, lambda: bool(heard.events))

    with caplog.at_level(logging.WARNING):
        follow(record, script)
    assert [entry.getMessage() for entry in caplog.records if "listeners" in entry.getMessage()] == [
        "listeners wait for news: the record cannot be read: the disk is gone; look at it"
    ]


def test_nobody_follows_any_more_when_nobody_listens_and_the_next_one_misses_nothing(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, pen = opened
    monkeypatch.setattr(hubs, "_IDLE_SECONDS", SECOND)

    async def script(hub: Hub) -> None:
        heard, frames = Heard(), hub.listen(None, ALL)
        await until(heard, frames, lambda: bool(heard.comments))
        assert hub._task is not None
        await asyncio.wait_for(hub._task, 10)
        await asyncio.to_thread(say, pen, "1", [seen(KIROV, 0, "1")])
        with hub.counted("10.0.0.1"):
            await hub.open()
            await asyncio.to_thread(say, pen, "2", [seen(KIROV, 1, "1")])
            await until(heard, frames, lambda: len(heard.events) == 2)
        assert heard.ids == ["0", "1"]

    follow(record, script)


def test_what_is_kept_is_bounded_by_its_bytes() -> None:
    ring = Ring(begin=5, most_bytes=10)
    told = [Told(Event(kind=EventKind.NEW, moment=START, entry=number), b"four") for number in range(4)]
    for one in told:
        ring.put(one)
    assert (ring.end, ring.since(9), ring.since(7), ring.since(6)) == (9, [], told[2:], None)
    ring.put(Told(told[0].event, b"x" * 99))
    assert [len(one.frame) for one in ring.since(9) or []] == [99]


def test_who_takes_nothing_for_too_long_is_let_go_and_no_longer_counted(opened: Opened) -> None:
    async def script(hub: Hub) -> None:
        async def deaf(message: Any) -> None:
            if message["type"] == "http.response.body":
                assert hub._listening["10.0.0.1"] == 1
                await asyncio.Event().wait()

        async def silent() -> Any:
            await asyncio.Event().wait()

        answer = EventStream(hub, "10.0.0.1", hub.listen(None, ALL), patience=SECOND)
        async with asyncio.timeout(10):
            await answer({"type": "http"}, silent, deaf)
        assert not hub._listening

    follow(opened[0], script)


def test_so_many_may_listen_and_so_many_of_them_from_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MOST_LISTENERS", 3)
    monkeypatch.setattr(hubs, "MOST_OF_ONE", 2)
    hub = Hub(lambda: pytest.fail("nobody asks"))
    with hub.counted("a"), hub.counted("a"):
        assert (hub.is_full("a"), hub.is_full("b")) == (True, False)
        with hub.counted("b"):
            assert hub.is_full("c")
    assert not hub.is_full("a")
