"""`/events`: who listens is told of everything from a place on, at any pace, until one side ends it."""

import asyncio
import json
import logging
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from record.archive import Record
from record.errors import RecordError, SelectionError
from record.events.event import Event, EventKind, Place
from record.events.story import Story
from record.ledger.amiss import Kind, Warned
from record.ledger.kept import record_warnings
from record.writer import Pen
from service import stopping
from service.events import hub as hubs
from service.events.hub import Hub
from service.events.ring import Ring, Told
from service.events.stream import EventStream
from service.events.wanted import Wanted, place_asked, wanted
from tests.example import BORDER, KIROV, START, network_of_two, open_pen, say, seen
from tests.service.served import served
from tests.service.world import World
from tests.serving import running

ALL = Wanted()
SECOND = 0.01


@pytest.fixture
def opened(tmp_path: Path) -> tuple[Record, Pen]:
    return open_pen(tmp_path)


Opened = tuple[Record, Pen]


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


# --- what is asked for ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "last_id", "place"),
    [
        ({}, None, None),
        ({"after": "7"}, None, Place(8)),
        ({"after": "7.2"}, None, Place(7, 2)),
        ({"from": "0"}, None, Place(0)),
        ({"after": "7"}, "9", Place(10)),
    ],
)
def test_where_to_go_on_is_read_from_the_id_or_the_address(
    given: dict[str, str], last_id: str | None, place: Place | None
) -> None:
    assert place_asked(given, last_id) == place


@pytest.mark.parametrize("after", ["", "-1", "7.", ".7", "7.2.1", "1e3", "٣", "9" * 16, "x"])
def test_what_is_no_place_is_refused(after: str) -> None:
    with pytest.raises(SelectionError):
        place_asked({"after": after}, None)


def test_only_what_is_wanted_is_told() -> None:
    network = network_of_two()
    new = Event(kind=EventKind.NEW, moment=START, entry=1, collection="talas-daily")
    event = replace(new, series=(KIROV, BORDER), parties=("kg", "kz"))
    report = Event(kind=EventKind.REPORT, moment=START, entry=2)
    for given, expected in (
        ({}, [True, True]),
        ({"kind": "new, amended"}, [True, False]),
        ({"kind": "report"}, [False, True]),
        ({"collection": "talas-term"}, [False, False]),
        ({"series": BORDER}, [True, False]),
        ({"party": "kz", "collection": "talas-daily"}, [True, False]),
    ):
        chosen = wanted(given, network)
        assert [chosen.takes(event), chosen.takes(report)] == expected, given


@pytest.mark.parametrize(
    "given", [{"kind": "news"}, {"collection": "?"}, {"series": "a,b"}, {"party": "xx"}, {"series": "," + "a," * 2000}]
)
def test_what_nobody_can_hear_of_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(SelectionError):
        wanted(given, network_of_two())


# --- over HTTP --------------------------------------------------------------------------------------------------------


def listened(url: str, count: int, **headers: str) -> Heard:
    heard = Heard()
    with httpx2.Client(timeout=10) as client, client.stream("GET", url, headers=headers) as answer:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-store", "no")
        assert "content-encoding" not in answer.headers
        for piece in answer.iter_raw():
            heard.take(piece)
            if len(heard.events) >= count:
                return heard
    raise AssertionError(heard.events)


def test_the_past_of_a_served_record_is_heard_with_links_that_are_answered(served_world: World) -> None:
    heard = listened(f"{served_world.url}/events?from=0&collection=chu-hourly&kind=sealed,amended", 2)
    sealed, amended = heard.events
    assert (sealed["kind"], amended["kind"]) == ("sealed", "amended")
    with httpx2.Client(base_url=served_world.url) as client:
        assert client.get(sealed["data"]).status_code == 200
        station = amended["series"][0]["id"].partition(".")[0]
        answer = client.get(amended["data"].format(station=station), params={"f": "csv"})
        assert (answer.status_code, "33.25" in answer.text) == (200, True)
    again = listened(f"{served_world.url}/events?from=0&collection=chu-hourly", 1, **{"Last-Event-ID": heard.ids[0]})
    assert again.events[0]["entry"] > sealed["entry"]


def test_what_cannot_be_heard_is_one_line(served_world: World) -> None:
    with httpx2.Client(base_url=served_world.url) as client:
        for asked in ("after=x", "after=999999", "from=1&after=1", "kind=news"):
            answer = client.get(f"/events?{asked}")
            assert (answer.status_code, answer.json()["code"]) == (400, "Bad Request"), asked


def test_nobody_else_is_let_in_where_too_many_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MOST_OF_ONE", 0)
    with TestClient(served(tmp_path)) as client:
        answer = client.get("/events")
    assert (answer.status_code, "too many" in answer.json()["description"]) == (503, True)


def test_the_service_stops_while_somebody_listens(tmp_path: Path) -> None:
    app = served(tmp_path)
    heard, begun = Heard(), threading.Event()

    def listen(url: str) -> None:
        with httpx2.Client(timeout=20) as client, client.stream("GET", f"{url}/events") as answer:
            for piece in answer.iter_raw():
                heard.take(piece)
                begun.set()

    with running(app) as url:
        thread = threading.Thread(target=listen, args=(url,))
        thread.start()
        assert begun.wait(10)
        loop = app.state.events._task.get_loop()
        loop.call_soon_threadsafe(app.state.events.close)
    thread.join(10)
    assert not thread.is_alive()
    assert "come again" in heard.comments[-1]


@pytest.fixture
def signals() -> Iterator[list[str]]:
    said: list[str] = []
    before = signal.signal(signal.SIGTERM, lambda *_: said.append("server"))
    yield said
    signal.signal(signal.SIGTERM, before)


def test_word_to_stop_is_heard_before_the_server_acts_on_it(signals: list[str]) -> None:
    with stopping.hearing(lambda: signals.append("streams")):
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    assert signals == ["streams", "server", "server"]


def test_where_nobody_handles_a_signal_it_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with stopping.hearing(lambda: pytest.fail("not heard")):
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)
