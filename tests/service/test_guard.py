"""Who is let in, and how much one client may ask for."""

import asyncio
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest

from arna import tokens
from record.errors import ConfigError
from record.network.access import Access, Allowance
from service.events.frames import FAREWELL
from service.guard import clients, cost, visit
from service.guard.address import Addresses
from service.guard.clients import Client, Clients, take_points, take_request
from service.tokens import Scope, Tokens
from tests.service.guarded import ANYONE, FAR, HERE, PARTY, Clock, House, scope_of, told

Make = Callable[..., House]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(*proxies: str, **declared: Any) -> House:
        return House(tmp_path, Access(**{"anyone": ANYONE, "party": PARTY, **declared}), proxies)

    return made


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
        ("10.0.0.5", "198.51.100.1:8080", "198.51.100.1"),
        ("10.0.0.5", "[2001:db8:1:2::9]:8080", "2001:db8:1:2::/64"),
        ("10.0.0.5", "[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("10.0.0.5", "198.51.100.1:port", "10.0.0.5"),
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
    ours = make(FAR).client().get("/points?n=1", headers=headers).json()
    assert (ours["client"], ours["scheme"]) == ("198.51.100.1", "https")
    others = make().client().get("/points?n=1", headers=headers).json()
    assert (others["client"], others["scheme"]) == (FAR, "http")


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
    "path",
    [
        "/health/../collections", "//collections", "/log/tile/0/../entries/000", "/%63ollections", "/metrics%0a",
        "/collections%0a", "/health%0a",
    ],
)  # fmt: skip
@pytest.mark.parametrize("reading", ["open", "parties"])
def test_no_spelling_of_a_path_opens_what_is_closed(make: Make, path: str, reading: str) -> None:
    if reading == "open" and not path.startswith("/metrics"):
        return
    house = make(reading=reading)
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {**scope_of(unquote(path)), "raw_path": path.encode()}
    asyncio.run(house.guard(scope, receive, send))
    assert sent[0]["status"] in (400, 401, 404)
    assert b"ok" not in [one.get("body") for one in sent]


def test_figures_are_for_this_machine_or_a_token_of_their_own(make: Make) -> None:
    house = make("10.0.0.5")
    assert house.client(HERE).get("/metrics").status_code == 200
    assert house.client().get("/metrics").status_code == 401
    assert house.client(HERE, **{"X-Forwarded-For": FAR}).get("/metrics").status_code == 401
    assert house.client("10.0.0.5", **{"X-Forwarded-For": HERE}).get("/metrics").status_code == 401
    house.clock.now += 60
    for mark in ("Via", "Forwarded", "X-Real-IP", "X-Forwarded-Proto", "X-Forwarded-Host"):
        assert house.client(HERE, **{mark: "a"}).get("/metrics").status_code == 401, mark
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
    for unread in ("Bearer nobody's", 'Bearer "abc"', "bearer", "Bearer ", "Bearer a b", f"Bearer {'x' * 600}"):
        answer = house.client("203.0.113.8").get("/", headers={"Authorization": unread})
        assert (answer.status_code, told(answer)[:36]) == (401, "what was sent as a token is none: se"), unread
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    twice = [("Authorization", "Basic a2c6a2c="), ("Authorization", "Bearer nobodys")]
    assert house.client("203.0.113.9").get("/", headers=twice).status_code == 401
    refused = house.client().get("/", headers={"Authorization": "Bearer nobodys"})
    assert (refused.status_code, told(refused)[:44]) == (401, "the token that was sent is nobody's: check i")
    assert house.client().get("/", headers={"Authorization": "Basic a2c6a2c="}).status_code == 200
    sent = house.token(Scope.READ)
    (house.data / "tokens" / "kz").rename(house.data / "tokens" / "uz")
    assert house.client().get("/", headers=sent).status_code == 401
    # Guessing is counted as any other asking.
    assert [house.client().get("/", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(5)][-1] == 429


def test_a_proxy_that_nobody_named_is_known_by_its_marks_and_by_the_old_protocol_that_it_speaks(make: Make) -> None:
    house, sent = make(), []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {**scope_of("/metrics"), "client": (HERE, 1)}
    asyncio.run(house.guard({**scope, "state": {}}, receive, send))
    asyncio.run(house.guard({**scope, "state": {}, "http_version": "1.0"}, receive, send))
    assert [one["status"] for one in sent if "status" in one] == [200, 401]


@pytest.mark.parametrize("change", ["none", "revoked", "gone", "closed", "narrower"])
def test_what_lasts_ends_with_what_opened_it(make: Make, change: str) -> None:
    house = make(reading="open" if change == "closed" else "parties")
    sent = {} if change == "closed" else house.token(Scope.READ)
    path, times = house.data / "tokens" / "kz", iter(range(3))

    def between() -> None:
        if next(times) != 1:
            return
        if change == "revoked":
            (token,) = Tokens(house.data).all()
            tokens.revoke(house.data, token.id, date(2026, 6, 1))
        elif change == "gone":
            path.unlink()
        elif change == "narrower":
            path.write_text(path.read_text().replace("scope=read", "scope=push"))
        elif change == "closed":
            house.state.network = SimpleNamespace(access=Access(reading="parties"), parties={"kz": 1})

    house.app.state.between = between
    body = house.client().get("/lasting", headers=sent).content
    assert body == (b"..." if change == "none" else b"." + FAREWELL)
