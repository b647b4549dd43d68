"""Who is let in, how much one client may ask for, and what every answer bears."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from arna import tokens
from record.errors import ConfigError
from record.network.access import Access, Allowance
from service import errors
from service.guard import clients, cost, visit
from service.guard.address import Addresses
from service.guard.clients import Client, Clients, take_points, take_request
from service.guard.guard import LONGEST_ADDRESS, Guard
from service.tokens import SENT, Scope, Tokens

TODAY = date(2026, 6, 2)
ANYONE = Allowance(requests_a_minute=6, points_a_minute=1000, answers_at_once=2, long_answers=1)
PARTY = Allowance(requests_a_minute=60, points_a_minute=10_000, answers_at_once=4, long_answers=2)
FAR, HERE = "203.0.113.7", "127.0.0.1"
SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "cross-origin",
}


class Clock:
    """Seconds that go forward when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def points(request: Request) -> Response:
    cost.spend(request, int(request.query_params["n"]))
    return JSONResponse({"client": request.url.scheme, "token": getattr(request.scope["state"].get(SENT), "id", None)})


async def echo(request: Request) -> Response:
    return Response(await request.body())


def fails(_: Request) -> Response:
    raise KeyError("the secret\nname")


def broken(_: Request) -> Response:
    def pieces() -> Iterator[bytes]:
        yield b"begun"
        raise KeyError("the secret name")

    return StreamingResponse(pieces(), media_type="text/csv")


class House:
    """A guard before a few addresses."""

    def __init__(self, data: Path, access: Access, proxies: tuple[str, ...] = ()) -> None:
        self.data, self.clock = data, Clock()
        self.seen: list[tuple[str, int]] = []
        self.state = SimpleNamespace(network=SimpleNamespace(access=access, parties={"kz": 1, "kg": 1}))
        paths = ("/", "/health", "/metrics", "/collections", "/log/checkpoint", "/log/tile/0/000", "/network/proposal")
        closed = ("/log/tile/entries/000", "/log/receipt/aa", "/proof", "/segments", "/history")
        routes = [Route(path, lambda _: Response("ok")) for path in (*paths, *closed)]
        routes += [Route("/points", points), Route("/fails", fails), Route("/broken", broken)]
        routes += [Route("/page", lambda _: HTMLResponse("<p>"))]
        routes += [Route("/echo", echo, methods=["POST"]), Route("/inbox/a", echo, methods=["POST"])]
        app = Starlette(routes=routes)
        errors.install(app)  # type: ignore[arg-type]
        self.guard = Guard(
            app,
            state=self.state,
            tokens=Tokens(data),
            today=lambda: TODAY,
            clock=self.clock,
            proxies=proxies,
            observe=lambda scope, status, _: self.seen.append((scope["path"], status)),
        )

    def client(self, peer: str = FAR, **headers: str) -> TestClient:
        return TestClient(self.guard, client=(peer, 1), headers=headers)

    def token(self, *scopes: Scope, **more: Any) -> dict[str, str]:
        _, secret = tokens.make(self.data, "kz", date(2026, 1, 1), scopes=frozenset(scopes), **more)
        return {"Authorization": f"Bearer {secret}"}


Make = Callable[..., House]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(*proxies: str, **declared: Any) -> House:
        return House(tmp_path, Access(**{"anyone": ANYONE, "party": PARTY, **declared}), proxies)

    return made


def told(answer: Any) -> str:
    """The one line of a fault, with the one body around it."""
    body = answer.json()
    assert (set(body), body["status"]) == ({"code", "status", "description"}, answer.status_code)
    assert len(body["description"].splitlines()) == 1
    return str(body["description"])


# --- how often, and how much ---------------------------------------------------------------------------------------


def test_a_minutes_worth_may_be_asked_at_once_and_comes_back_by_and_by(make: Make) -> None:
    house = make()
    client = house.client()
    assert [client.get("/").status_code for _ in range(7)] == [200] * 6 + [429]
    refused = client.get("/")
    assert (refused.headers["retry-after"], told(refused)) == ("10", "over 6 requests a minute: ask again in 10 s")
    assert house.client("203.0.113.8").get("/").status_code == 200
    house.clock.now += 10
    assert [client.get("/").status_code for _ in range(2)] == [200, 429]
    house.clock.now += 600
    assert [client.get("/").status_code for _ in range(7)] == [200] * 6 + [429]


def test_a_token_is_a_client_of_its_own_with_more(make: Make) -> None:
    house = make()
    first, second = house.token(Scope.READ), house.token(Scope.READ)
    for _ in range(20):
        assert house.client().get("/", headers=first).status_code == 200
    for _ in range(40):
        house.client("203.0.113.8").get("/", headers=first)
    assert "60 requests a minute" in told(house.client("203.0.113.9").get("/", headers=first))
    assert house.client().get("/", headers=second).status_code == 200
    assert house.client().get("/").status_code == 200


def test_points_are_paid_for_until_none_are_left(make: Make) -> None:
    house = make(points_a_question=5000)
    client = house.client()
    assert client.get("/points?n=900").status_code == 200
    refused = client.get("/points?n=200")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "6")
    assert told(refused) == "over 1000 points a minute are asked for: ask again in 6 s"
    assert client.get("/points?n=100").status_code == 200
    too_large = client.get("/points?n=5001")
    assert too_large.status_code == 413
    assert told(too_large).startswith("5001 points are asked for, and one question may ask for 5000: ask for fewer")


def test_more_than_a_minutes_worth_is_given_to_who_owes_nothing_and_owed_then(make: Make) -> None:
    house = make()
    client = house.client()
    assert client.get("/points?n=3000").status_code == 200
    assert client.get("/points?n=1").headers["retry-after"] == "121"
    house.clock.now += 121
    assert client.get("/points?n=1").status_code == 200


def test_this_machine_itself_is_not_counted_but_asks_no_more_at_once(make: Make) -> None:
    house = make(points_a_question=5000)
    for peer in (HERE, "::1", "::ffff:127.0.0.1"):
        assert {house.client(peer).get("/points?n=5000").status_code for _ in range(10)} == {200}
    assert house.client(HERE).get("/points?n=5001").status_code == 413


def test_answers_that_are_under_way_are_counted_until_they_end() -> None:
    client, lock = Client(), threading.Lock()
    access = Access(anyone=Allowance(requests_a_minute=9, points_a_minute=10**8, answers_at_once=2, long_answers=1))

    async def nothing(_: Any) -> None:
        return

    first, second, third = (visit.Visit(nothing, access, Clock(), lock) for _ in range(3))
    first.enter(client, access.anyone)
    second.enter(client, access.anyone)
    with pytest.raises(cost.TooMuch, match="2 answers are under way"):
        third.enter(client, access.anyone)
    first.spend(clients.LONG)
    first.spend(clients.LONG)  # the same answer, asked for in parts
    with pytest.raises(cost.TooMuch, match="1 long answers are under way"):
        second.spend(clients.LONG)
    third.leave()
    first.leave()
    second.spend(clients.LONG)
    assert (client.answers, client.long) == (1, 1)
    second.leave()
    assert (client.answers, client.long) == (0, 0)


def test_an_answer_counts_no_more_once_it_was_given_or_failed(make: Make) -> None:
    house = make()
    client = house.client()
    for path in ("/", "/fails", "/nothing", "/points?n=99999999"):
        client.get(path)
    assert [one.answers for one in house.guard._clients._known.values()] == [0]
    assert house.seen == [("/", 200), ("/fails", 500), ("/nothing", 404), ("/points", 413)]


def test_clients_are_forgotten_that_have_all_they_may_have() -> None:
    known = Clients(3)
    for name in "abc":
        take_request(known.of(name, 0.0), ANYONE, 0.0)
    known.of("b", 0.0).answers = 1
    take_points(known.of("a", 0.0), ANYONE, 3000, 0.0)
    known.of("d", 100.0)
    assert set(known._known) == {"a", "b", "d"}
    for name in "efgh":
        take_request(known.of(name, 100.0), ANYONE, 100.0)
        assert (len(known), "b" in known._known) == (3, True)


# --- where clients come from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # nobody's word
        ("10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # what stands before it anybody may have written
        ("10.0.0.5", "198.51.100.1, 192.168.7.9", "198.51.100.1"),
        ("10.0.0.5", "192.168.7.9", "10.0.0.5"),
        ("10.0.0.5", "nonsense", "10.0.0.5"),
        ("10.0.0.5", "198.51.100.1:8080", "10.0.0.5"),
        ("10.0.0.5", None, "10.0.0.5"),
        ("::ffff:10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("10.0.0.5", "2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("127.0.0.1", None, None),
        ("127.0.0.1", "198.51.100.1", "127.0.0.1"),
        ("", None, ""),
    ],
)
def test_a_client_is_told_by_its_peer_or_by_a_proxy_of_ours(
    peer: str, forwarded: str | None, client: str | None
) -> None:
    assert Addresses(("10.0.0.5", "192.168.7.0/24")).client(peer, forwarded) == client


def test_a_proxy_on_this_machine_that_nobody_named_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    found = Addresses()
    for _ in range(3):
        assert found.client("127.0.0.1", "198.51.100.1") == "127.0.0.1"
    assert [record.getMessage()[:60] for record in caplog.records] == [
        "requests come by a proxy at 127.0.0.1 that ARNA_PROXIES does"
    ]
    assert Addresses(("127.0.0.1",)).client("127.0.0.1", "198.51.100.1") == "198.51.100.1"


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(ConfigError, match="ARNA_PROXIES is a list of addresses or networks"):
        Addresses(("nginx",))


def test_a_proxy_of_ours_says_how_it_was_asked(make: Make) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.1"}
    assert make(FAR).client().get("/points?n=1", headers=headers).json()["client"] == "https"
    assert make().client().get("/points?n=1", headers=headers).json()["client"] == "http"


# --- who may come in -----------------------------------------------------------------------------------------------

OPEN = ("/", "/health", "/log/checkpoint", "/log/tile/0/000", "/network/proposal")
CLOSED = ("/collections", "/log/tile/entries/000", "/log/receipt/aa", "/proof", "/segments", "/history")


def test_where_reading_is_open_nothing_is_asked(make: Make) -> None:
    house = make()
    for path in (*OPEN, *CLOSED):
        assert house.client(HERE).get(path).status_code == 200


def test_where_reading_is_closed_a_token_for_reading_opens_it_and_proofs_stay_open(make: Make) -> None:
    house = make(reading="parties")
    reading, pushing = house.token(Scope.READ), house.token(Scope.PUSH)
    for path in OPEN:
        assert house.client(HERE).get(path).status_code == 200
    for path in CLOSED:
        refused = house.client(HERE).get(path)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer realm="arna"')
        assert told(refused).startswith("reading is for the parties: with a token of scope read")
        narrow = house.client(HERE).get(path, headers=pushing)
        assert (narrow.status_code, 'scope="read"' in narrow.headers["www-authenticate"]) == (403, True)
        assert house.client(HERE).get(path, headers=reading).status_code == 200
    assert house.client(HERE).post("/inbox/a", content=b"x").status_code == 200  # which asks for a token itself


@pytest.mark.parametrize(
    "path", ["/health/../collections", "//collections", "/log/tile/0/../entries/000", "/%63ollections"]
)
def test_no_spelling_of_a_path_opens_what_is_closed(make: Make, path: str) -> None:
    house = make(reading="parties")
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {**_scope(path.replace("%63", "c")), "raw_path": path.encode()}
    asyncio.run(house.guard(scope, receive, send))
    assert sent[0]["status"] in (401, 404)
    assert b"ok" not in [one.get("body") for one in sent]


def test_figures_are_for_this_machine_or_a_token_of_their_own(make: Make) -> None:
    house = make("10.0.0.5")
    assert house.client(HERE).get("/metrics").status_code == 200
    assert house.client().get("/metrics").status_code == 401
    assert house.client(HERE, **{"X-Forwarded-For": FAR}).get("/metrics").status_code == 401
    assert house.client("10.0.0.5", **{"X-Forwarded-For": HERE}).get("/metrics").status_code == 401
    assert house.client().get("/metrics", headers=house.token(Scope.READ)).status_code == 403
    assert house.client().get("/metrics", headers=house.token(Scope.METRICS)).status_code == 200


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"expires": date(2026, 6, 1)}, "expired on 2026-06-01: ask the operator"),
        ({"expires": date(2026, 6, 2)}, None),
    ],
)
def test_a_token_that_has_ended_is_told_so_wherever_it_is_sent(make: Make, more: Any, words: str | None) -> None:
    house = make()
    answer = house.client().get("/", headers=house.token(Scope.READ, **more))
    assert answer.status_code == (401 if words else 200)
    if words:
        assert words in told(answer)
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_token_of_nobody_is_refused_and_what_is_no_token_is_nothing(make: Make) -> None:
    house = make()
    assert house.client().get("/", headers={"Authorization": "Bearer nobody's"}).status_code == 200
    refused = house.client().get("/", headers={"Authorization": "Bearer nobodys"})
    assert (refused.status_code, told(refused)[:44]) == (401, "the token that was sent is nobody's: check i")
    assert house.client().get("/", headers={"Authorization": "Basic a2c6a2c="}).status_code == 200
    sent = house.token(Scope.READ)
    (house.data / "tokens" / "kz").rename(house.data / "tokens" / "uz")
    assert house.client().get("/", headers=sent).status_code == 401
    # Guessing is counted as any other asking.
    assert [house.client().get("/", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(3)][-1] == 429


# --- what every answer bears ---------------------------------------------------------------------------------------


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

    asyncio.run(house.guard(_scope("/broken"), receive, send))
    assert [one.get("body") for one in sent] == [None, b"begun"]
    assert sent[-1]["more_body"] is True
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == [
        "unforeseen fault at /broken: KeyError: 'the secret name'"
    ]


def _scope(path: str) -> dict[str, Any]:
    return {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
        "client": (FAR, 1), "scheme": "http", "server": ("a", 1), "http_version": "1.1", "root_path": "",
    }  # fmt: skip


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
    asyncio.run(house.guard(_scope("/long"), receive, send))
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

    asyncio.run(house.guard(_scope("/broken"), receive, send))
    assert "the answer at /broken was broken off: the client took nothing for 0.02 s" in caplog.text
    assert house.guard._clients.of(FAR, 0.0).answers == 0


def test_who_sends_nothing_more_is_left(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.guard.upload.PIECE_SECONDS", 0.02)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.sleep(3600)

    asyncio.run(make().guard({**_scope("/echo"), "method": "POST"}, receive, send))
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("/a\nb\x1b[31m", "/a\\nb\\x1b[31m"), ("/Кара-Балта", "/Кара-Балта"), ("x" * 501, f"{'x' * 500} ...")],
)
def test_what_others_wrote_is_shown_on_one_line(text: str, shown: str) -> None:
    assert errors.plain(text) == shown
