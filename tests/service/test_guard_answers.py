"""What every answer bears, what may be sent, and that no fault is more than a line."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from record.network.access import Access
from service import errors
from service.guard import visit
from service.guard.guard import LONGEST_ADDRESS
from tests.service.guarded import ANYONE, FAR, HERE, PARTY, House, scope_of, told

SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "cross-origin",
}

Make = Callable[..., House]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(*proxies: str, **declared: Any) -> House:
        return House(tmp_path, Access(**{"anyone": ANYONE, "party": PARTY, **declared}), proxies)

    return made


@pytest.mark.parametrize("path", ["/", "/nothing", "/points?n=x", "/points?n=99999999", "/fails", f"/{'x' * 40_000}"])
def test_every_answer_bears_what_browsers_are_to_do(make: Make, path: str) -> None:
    answer = make().client().get(path)
    assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "content-security-policy" not in answer.headers


def test_a_page_loads_nothing_from_elsewhere(make: Make) -> None:
    said = make().client().get("/page").headers["content-security-policy"]
    assert said.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in said
    assert "script-src 'self'" in said
    assert "'unsafe-eval'" not in said


ASKS = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}


@pytest.mark.parametrize(
    ("origins", "origin", "allowed", "vary"),
    [
        (("*",), "https://any.example", "*", None),
        (("https://a.example",), "https://a.example", "https://a.example", "Origin"),
        (("https://a.example",), "https://b.example", None, "Origin"),
        (("https://a.example",), "null", None, "Origin"),
        ((), "https://a.example", None, None),
    ],
)
def test_the_declared_pages_alone_may_read(
    make: Make, origins: tuple[str, ...], origin: str, allowed: str | None, vary: str | None
) -> None:
    client = make(origins=origins).client(HERE)
    for answer in (
        client.get("/", headers={"Origin": origin}),
        client.options("/", headers={"Origin": origin, **ASKS}),
    ):
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert answer.headers.get("vary") == vary
    first = client.options("/nowhere", headers={"Origin": origin, **ASKS})
    assert (first.status_code, first.content) == (204, b"")
    assert ("access-control-allow-methods" in first.headers) is (allowed is not None)
    assert client.options("/", headers={"Origin": origin}).status_code == 405


def test_a_browser_may_ask_whether_it_may_ask_also_where_reading_is_closed_and_is_counted(make: Make) -> None:
    client = make(reading="parties").client()
    asked = [client.options("/collections", headers={"Origin": "https://a.example", **ASKS}) for _ in range(7)]
    assert [one.status_code for one in asked] == [204] * 6 + [429]
    assert "Authorization" in asked[0].headers["access-control-allow-headers"]


# --- what is sent, and what fails ----------------------------------------------------------------------------------


def test_what_is_sent_is_bounded_where_no_source_says_how_large(make: Make) -> None:
    client = make(body_bytes=10).client(HERE)
    assert client.post("/echo", content=b"x" * 10).content == b"x" * 10
    for content in (b"x" * 11, iter([b"x" * 6, b"x" * 5])):
        refused = client.post("/echo", content=content)
        assert (refused.status_code, told(refused)) == (413, "what is sent here has at most 10 bytes")
    assert client.post("/inbox/a", content=b"x" * 11).status_code == 200
    assert client.request("GET", "/", content=b"x" * 11).status_code == 413


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/?{'x' * LONGEST_ADDRESS}", {}, 414),
        (f"/{'x' * LONGEST_ADDRESS}", {}, 414),
        ("/", {"Host": 'a"><script>'}, 400),
        ("/", {"Host": "a.example:80:80"}, 400),
        ("/", {"Host": "[::1]:8000"}, 200),
        ("/", {"Host": "vodnaya-1.example.kg:8000"}, 200),
    ],
)
def test_what_no_client_sends_is_turned_away(make: Make, path: str, headers: dict[str, str], status: int) -> None:
    answer = make().client().get(path, headers=headers)
    assert answer.status_code == status
    if status != 200:
        told(answer)


def test_who_names_two_hosts_names_none(make: Make) -> None:
    answer = make().client().get("/", headers=[("Host", "a.example"), ("Host", "b.example")])
    assert (answer.status_code, told(answer)[:29]) == (400, "the header Host names no host")


def test_a_fault_is_one_line_in_the_log_and_nothing_in_the_answer(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    answer = make().client().get("/fails")
    assert told(answer) == "the service met a fault of its own; it is in the log"
    (line,) = [record for record in caplog.records if record.name == "arna.service"]
    assert line.getMessage() == r"unforeseen fault at /fails: KeyError: 'the secret\nname'"
    assert line.exc_info is None


def test_a_fault_on_the_way_leaves_an_answer_cut_off(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    house = make()
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.sleep(3600)

    asyncio.run(house.guard(scope_of("/broken"), receive, send))
    assert [one.get("body") for one in sent] == [None, b"begun"]
    assert sent[-1]["more_body"] is True
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == [
        "unforeseen fault at /broken: KeyError: 'the secret name'"
    ]


@pytest.mark.parametrize(("media", "pieces"), [("text/csv", 2), ("text/event-stream", 5)])
def test_a_long_answer_ends_in_time_and_one_of_events_never(
    make: Make, media: str, pieces: int, caplog: pytest.LogCaptureFixture
) -> None:
    house = make(answer_seconds=60)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)
        house.clock.now += 25

    async def receive() -> Any:
        await asyncio.sleep(3600)

    def long(_: Request) -> Response:
        return StreamingResponse(iter([b"piece"] * 5), media_type=media)

    app = Starlette(routes=[Route("/long", long)])
    errors.install(app)  # type: ignore[arg-type]
    house.guard._app = app
    asyncio.run(house.guard(scope_of("/long"), receive, send))
    assert [one.get("body") for one in sent].count(b"piece") == min(pieces, 5)
    assert ("took over 60 s" in caplog.text) is (pieces < 5)
    assert sent[-1]["more_body"] is (pieces < 5)


def test_who_takes_nothing_is_left(
    make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(visit, "PIECE_SECONDS", 0.02)
    house = make()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(3600)

    async def receive() -> Any:
        await asyncio.sleep(3600)

    asyncio.run(house.guard(scope_of("/broken"), receive, send))
    assert "the answer at /broken was broken off: the client took nothing for 0.02 s" in caplog.text
    assert house.guard._clients.of(FAR, 0.0).answers == 0


def test_who_sends_nothing_more_is_left(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.guard.upload.PIECE_SECONDS", 0.02)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.sleep(3600)

    asyncio.run(make().guard({**scope_of("/echo"), "method": "POST"}, receive, send))
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("/a\nb\x1b[31m", "/a\\nb\\x1b[31m"), ("/Кара-Балта", "/Кара-Балта"), ("x" * 501, f"{'x' * 500} ...")],
)
def test_what_others_wrote_is_shown_on_one_line(text: str, shown: str) -> None:
    assert errors.plain(text) == shown
