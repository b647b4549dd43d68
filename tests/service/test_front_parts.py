"""The parts of the door by themselves: codings, packing, the memory of answers, streams, lanes, the straight way."""

import asyncio
import gzip
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from record.errors import RecordError
from service.front.coding import Coding, coding_of
from service.front.door import Front
from service.front.kept import Keeper, Kept
from service.front.lanes import Lane, Lanes
from service.front.packing import packed, packer
from service.front.straight import Straight
from service.front.stream import Streamed
from service.front.visit import visit_of

ZSTD, GZIP = Coding.ZSTD, Coding.GZIP


@pytest.mark.parametrize(
    ("said", "coding"),
    [
        ("", None),
        ("gzip", GZIP),
        ("x-gzip", GZIP),
        ("GZIP", GZIP),
        ("zstd", ZSTD),
        ("gzip, deflate, br, zstd", ZSTD),
        ("gzip;q=1.0, zstd;q=0.5", GZIP),
        ("gzip;q=0", None),
        ("gzip;q=0, zstd;q=0.001", ZSTD),
        ("*", ZSTD),
        ("*;q=0", None),
        ("zstd;q=0, *", GZIP),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", GZIP),
        ("identity;q=0, br", None),
        ("br, deflate", None),
        ("gzip;q=2", None),
        ("gzip;q=nan", None),
        ("gzip;level=9;q=0.3", GZIP),
        (" , ,gzip ;q=0.3", GZIP),
        ("a," * 100_000 + "gzip", None),
    ],
)
def test_a_coding_is_the_one_liked_best(said: str, coding: Coding | None) -> None:
    assert coding_of(said) is coding


def unpacked(body: bytes, coding: Coding) -> bytes:
    if coding is GZIP:
        return gzip.decompress(body)
    found: bytes = pa.CompressedInputStream(pa.py_buffer(body), "zstd").read()
    return found


@pytest.mark.parametrize("coding", Coding)
def test_what_is_packed_can_be_read(coding: Coding) -> None:
    body = b"0.25,0.50\r\n" * 5_000
    assert len(packed(body, coding)) < len(body) / 10
    assert unpacked(packed(body, coding), coding) == body
    assert packed(body, coding) == packed(body, coding)
    assert unpacked(packed(b"", coding), coding) == b""


@pytest.mark.parametrize("coding", Coding)
def test_each_piece_of_a_stream_can_be_read_as_it_comes(coding: Coding) -> None:
    pieces = [b"first " * 100, b"second " * 100]
    made = packer(coding)
    sent = [made.piece(piece) for piece in pieces]
    assert all(sent)
    if coding is GZIP:
        import zlib

        assert zlib.decompressobj(31).decompress(sent[0]) == pieces[0]
    assert unpacked(b"".join([*sent, made.end()]), coding) == b"".join(pieces)


def kept(tag: str, size: int) -> Kept:
    return Kept(headers=[(b"content-type", b"text/csv")], body=b"x" * size, tag=f'"{tag}"', packs=True)


def test_what_is_kept_stays_within_its_memory() -> None:
    keeper, moment = Keeper(100_000), object()
    for number in range(50):
        keeper.keep(kept(str(number), 10_000), ("question", number), moment)
        assert keeper.held <= 100_000
        assert keeper.of_tag('"0"') is not None
    assert keeper.of_tag('"1"') is None
    assert keeper.asked(("question", 1), moment) is None
    assert keeper.asked(("question", 0), moment) is keeper.of_tag('"0"')
    assert keeper.asked(("question", 49), object()) is None
    keeper.keep(kept("large", 30_000), None, moment)
    assert keeper.of_tag('"large"') is None


def test_what_was_packed_counts_too() -> None:
    keeper, one = Keeper(1_000_000), kept("one", 50_000)
    keeper.keep(one, None, object())
    before = keeper.held
    made = one.ready(GZIP)
    keeper.keep(one, None, object())
    assert keeper.held == before + len(made.body)
    assert made is one.ready(GZIP)


def test_an_answer_to_a_party_is_not_found_by_others() -> None:
    keeper, one = Keeper(1_000_000), kept("one", 10)
    one.private = True
    keeper.keep(one, None, object())
    assert keeper.of_tag('"one"') is None
    assert keeper.of_tag('"one"', private=True) is one


class Clockwork:
    """Stands for the record: a moment that lasts."""

    late = False
    now: object = object()

    def moment(self) -> object:
        return self.now


class Sent(list[dict[str, Any]]):
    """The messages of one answer."""

    async def __call__(self, message: Any) -> None:
        self.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self)

    @property
    def ended(self) -> bool:
        return bool(self) and not self[-1].get("more_body", False) and self[-1]["type"] == "http.response.body"

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self[0]["headers"])


def app_of(endpoint: Any) -> Starlette:
    app = Starlette(routes=[Route("/x", endpoint)])
    app.state.present = Clockwork()
    app.add_middleware(Front, budget=1_000_000)
    return app


async def ask(app: Any, *headers: tuple[bytes, bytes], method: str = "GET", gone: bool = False) -> Sent:
    sent, asked = Sent(), [{"type": "http.disconnect"}] if gone else []

    async def receive() -> Any:
        if not asked:
            await asyncio.sleep(60)
        return asked[0]

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "http",
        "method": method, "path": "/x", "raw_path": b"/x", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"x.example"), *headers], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
    await asyncio.wait_for(app(scope, receive, sent), 30)
    return sent


def streaming(pieces: Any) -> Any:
    async def endpoint(request: Request) -> Response:
        lanes: Lanes = visit_of(request.scope).lanes
        return Streamed(b"begin ", pieces(), lanes.large, media_type="text/csv", headers={"ETag": '"one"'})

    return endpoint


def test_a_long_answer_comes_as_it_is_made() -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b"x" * 50_000 for _ in range(10))

    sent = asyncio.run(ask(app_of(streaming(pieces))))
    assert sent.body == b"begin " + b"x" * 500_000
    assert sent.ended
    assert b"content-length" not in sent.headers
    assert sent[1]["body"] == b"begin "
    assert max(len(one.get("body", b"")) for one in sent) == 100_000
    packs = asyncio.run(ask(app_of(streaming(pieces)), (b"accept-encoding", b"gzip")))
    assert packs.headers[b"content-encoding"] == b"gzip"
    assert packs.headers[b"etag"] == b'"one-gzip"'
    assert gzip.decompress(packs.body) == sent.body
    assert packs.ended


def test_an_answer_that_breaks_off_has_no_end_and_one_line(caplog: pytest.LogCaptureFixture) -> None:
    for fault in (RecordError("the disk is gone"), ZeroDivisionError("unforeseen")):

        def pieces(fault: Exception = fault) -> Iterator[bytes]:
            yield b"x" * 70_000
            raise fault

        caplog.clear()
        with caplog.at_level(logging.WARNING):
            sent = asyncio.run(ask(app_of(streaming(pieces))))
        assert not sent.ended
        (line,) = caplog.records
        assert "the answer at /x broke off" in line.getMessage()
        assert str(fault) in line.getMessage()
        assert line.exc_info is None


def test_who_goes_away_ends_the_work() -> None:
    made, closed = [], threading.Event()

    def pieces() -> Iterator[bytes]:
        try:
            for number in range(1_000):
                made.append(number)
                yield b"x" * 70_000
        finally:
            closed.set()

    sent = asyncio.run(ask(app_of(streaming(pieces)), gone=True))
    assert not sent.ended
    assert closed.wait(10)
    assert len(made) < 10


def test_the_header_of_a_long_answer_makes_none_of_it() -> None:
    closed = threading.Event()

    def pieces() -> Iterator[bytes]:
        try:
            yield b"never"
        finally:
            closed.set()

    sent = asyncio.run(ask(app_of(streaming(pieces)), method="HEAD"))
    assert (sent.body, sent.ended) == (b"", True)


def test_the_header_of_an_endless_answer_ends() -> None:
    async def endless() -> Any:
        while True:
            yield b"more"
            await asyncio.sleep(0)

    async def endpoint(_: Request) -> Response:
        return StreamingResponse(endless(), media_type="text/plain")

    sent = asyncio.run(ask(app_of(endpoint), method="HEAD"))
    assert (sent.body, sent.ended) == (b"", True)


def test_events_are_sent_as_they_come_and_never_packed() -> None:
    async def events() -> Any:
        yield b"data: 1\n\n"

    async def endpoint(_: Request) -> Response:
        return StreamingResponse(events(), media_type="text/event-stream")

    sent = asyncio.run(ask(app_of(endpoint), (b"accept-encoding", b"gzip")))
    assert b"content-encoding" not in sent.headers
    assert sent.body == b"data: 1\n\n"


def test_only_what_a_route_wants_kept_is_kept() -> None:
    asked: list[bool] = []

    async def endpoint(request: Request) -> Response:
        visit_of(request.scope).keep = asked[-1]
        return Response(str(len(asked)), headers={"ETag": f'"{len(asked)}"'})

    app = app_of(endpoint)

    async def several() -> list[bytes]:
        found = []
        for keep in (False, True, True):
            asked.append(keep)
            found.append((await ask(app)).body)
        return found

    assert asyncio.run(several()) == [b"1", b"2", b"2"]


@pytest.mark.parametrize(
    "headers",
    [
        [(b"authorization", b"Bearer x")],
        [(b"cookie", b"a=b")],
        [(b"range", b"bytes=0-1")],
        [(b"accept", b"text/csv"), (b"accept", b"text/html")],
        [(b"accept", b"x" * 5_000)],
    ],
)
def test_what_may_be_of_one_asker_alone_is_neither_kept_nor_found(headers: list[tuple[bytes, bytes]]) -> None:
    count = iter(range(10))

    async def endpoint(request: Request) -> Response:
        visit_of(request.scope).keep = True
        number = next(count)
        return Response(str(number), headers={"ETag": f'"{number}"'})

    app = app_of(endpoint)

    async def several() -> list[bytes]:
        return [(await ask(app, *one)).body for one in ([], headers, headers, [])]

    assert asyncio.run(several()) == [b"0", b"1", b"2", b"0"]


def test_who_waits_for_the_library_holds_up_nobody_else() -> None:
    lanes, free = Lanes(), threading.Event()

    async def several() -> str:
        stuck = [asyncio.ensure_future(lanes.library.run(free.wait)) for _ in range(50)]
        await asyncio.sleep(0)
        found = await asyncio.wait_for(lanes.large.run(lambda: "answered"), 10)
        assert not any(one.done() for one in stuck)
        free.set()
        await asyncio.gather(*stuck)
        return found

    assert asyncio.run(several()) == "answered"


def test_who_goes_away_before_its_turn_has_nothing_done() -> None:
    lane, free, done = Lane(1, "one"), threading.Event(), []

    async def several() -> None:
        first = asyncio.ensure_future(lane.run(free.wait))
        second = asyncio.ensure_future(lane.run(lambda: done.append(1)))
        await asyncio.sleep(0.01)
        second.cancel()
        await asyncio.wait({second})
        await asyncio.sleep(0)
        free.set()
        await first
        await lane.run(lambda: None)

    asyncio.run(several())
    assert done == []


def test_the_straight_way_takes_the_parts_that_are_named() -> None:
    async def endpoint(request: Request, first: str) -> Response:
        return Response(f"{first} {request.path_params}")

    straight = Straight([("/a/{first}/b/{second}", endpoint)])
    app = Starlette(routes=[straight, Route("/a/{rest:path}", lambda _: Response("other"), methods=["GET", "POST"])])

    async def asked(path: str, method: str = "GET", root: str = "") -> bytes:
        sent = Sent()
        scope = {
            "type": "http", "method": method, "path": root + path, "root_path": root, "headers": [],
            "query_string": b"", "scheme": "http", "server": ("x", 1),
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        await app(scope, receive, sent)
        return sent.body

    assert asyncio.run(asked("/a/x/b/y")) == b"x {'first': 'x', 'second': 'y'}"
    assert asyncio.run(asked("/a/x/b/y", root="/under")) == b"x {'first': 'x', 'second': 'y'}"
    assert asyncio.run(asked("/a/x/b/y", "POST")) == b"other"
    assert asyncio.run(asked("/a/x/b/y/z")) == b"other"
