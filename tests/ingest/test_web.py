"""Keys, pages and patience of every source that is asked over HTTP, of servers on this machine."""

import base64
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ingest.sources.http_get import HttpGet
from record.network.source import Source, Trigger
from tests.ingest.answering import Handler, asked, last_cursor, serving, told
from tests.ingest.declared import source

TOKEN = "tok-1f2e3d4c5b6a"


@pytest.fixture
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATER_TOKEN", TOKEN)


def of(place: str, **changes: Any) -> HttpGet:
    return HttpGet(declared(place, **changes), Path())


def declared(place: str, **changes: Any) -> Source:
    return source(place, **{"kind": "http", "media": "application/json", **changes})


def locked(handler: Handler) -> None:
    if handler.headers.get("authorization") in (f"Bearer {TOKEN}", basic(f"gauge:{TOKEN}")):
        handler.reply(200, b"15194 ...=", etag='"v1"')
    else:
        handler.reply(401, f"no entry for {handler.headers.get('authorization')}".encode())


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


# --- keys


@pytest.mark.parametrize(("user", "sent"), [(None, f"Bearer {TOKEN}"), ("gauge", basic(f"gauge:{TOKEN}"))])
@pytest.mark.usefixtures("_token")
def test_a_token_opens_the_door_and_is_told_to_nobody(
    user: str | None, sent: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), serving(locked) as server:
        (found,), fault = told(of(f"{server.address}/x", secret="WATER_TOKEN", user=user))
        assert [one["authorization"] for one in server.asked] == [sent]
    assert fault is None
    assert found.receipt.body == b"15194 ...="
    assert TOKEN not in caplog.text + repr(found)
    assert sent.split()[1] not in caplog.text + repr(found)


@pytest.mark.usefixtures("_token")
def test_a_token_that_is_refused_is_a_fault_that_does_not_show_it() -> None:
    def refuse(handler: Handler) -> None:
        handler.reply(403, (handler.headers["authorization"] or "").encode())

    with serving(refuse) as server:
        given, fault = told(of(server.address, secret="WATER_TOKEN"))
    assert given == []
    assert fault is not None
    assert "answered 403: see user and secret" in fault
    assert TOKEN not in fault


@pytest.mark.parametrize(("value", "words"), [(None, "is not set"), ("", "is not set"), ("a\nb", "line break")])
def test_without_a_token_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, value: str | None, words: str) -> None:
    monkeypatch.delenv("WATER_TOKEN", raising=False)
    if value is not None:
        monkeypatch.setenv("WATER_TOKEN", value)
    with serving(locked) as server:
        given, fault = told(of(server.address, secret="WATER_TOKEN"))
        assert server.paths == []
    assert given == []
    assert fault is not None
    assert "WATER_TOKEN" in fault
    assert words in fault


@pytest.mark.usefixtures("_token")
def test_a_token_goes_over_https_alone_but_for_this_machine() -> None:
    given, fault = told(of("http://water.example/x", secret="WATER_TOKEN"))
    assert given == []
    assert fault == "http://water.example/x: a password or token goes over https alone: mend the place of the source"


@pytest.mark.usefixtures("_token")
def test_a_token_does_not_follow_a_redirect_to_another_host() -> None:
    with serving(locked) as other, serving(lambda handler: handler.reply(302, location=f"{other.address}/x")) as server:
        given, fault = told(of(server.address, secret="WATER_TOKEN"))
        assert other.asked == []
    assert given == []
    assert fault is not None
    assert "sends on to" in fault


# --- pages


def page(number: int) -> bytes:
    return json.dumps({"page": number, "values": [number] * 3}).encode()


def by_header(handler: Handler, number: int, following: str | None) -> None:
    links = {} if following is None else {"link": f'<{following}>; rel="next", </>; rel="first start"'}
    handler.reply(200, page(number), content_type="text/plain", **links)


def by_links(handler: Handler, number: int, following: str | None) -> None:
    links = [{"rel": "self", "href": handler.path}] + ([{"rel": "next", "href": following}] if following else [])
    body = json.loads(page(number)) | {"links": links}
    handler.reply(200, json.dumps(body).encode(), content_type="application/geo+json")


def by_next_link(handler: Handler, number: int, following: str | None) -> None:
    more = {"@iot.nextLink": following} if following else {}
    handler.reply(200, json.dumps(json.loads(page(number)) | more).encode(), content_type="application/json")


Spelling = Callable[[Handler, int, str | None], None]


def paged(
    last: int, spell: Spelling = by_next_link, link: Callable[[int], str] = "/pages?key=s3cret&page={}".format
) -> Callable[[Handler], None]:
    def answer(handler: Handler) -> None:
        number = int(asked(handler.path).get("page", "1"))
        spell(handler, number, link(number + 1) if number < last else None)

    return answer


@pytest.mark.parametrize("spell", [by_header, by_links, by_next_link])
def test_every_page_is_a_message_of_its_own(spell: Spelling) -> None:
    with serving(paged(3, spell)) as server:
        given, fault = told(of(f"{server.address}/pages?key=s3cret"))
        assert [asked(path).get("page") for path in server.paths] == [None, "2", "3"]
    assert fault is None
    assert [json.loads(one.receipt.body)["page"] for one in given] == [1, 2, 3]
    assert {one.receipt.name for one in given} == {f"{server.address}/pages"}


def test_what_one_round_may_not_ask_the_next_one_goes_on_with() -> None:
    with serving(paged(5)) as server:
        fetcher = of(f"{server.address}/pages?key=s3cret", max_messages=2)
        cursor, seen = None, []
        for _ in range(3):
            given, fault = told(fetcher, cursor)
            assert fault is None
            cursor = last_cursor(given)
            assert "s3cret" not in str(cursor)
            seen += [json.loads(one.receipt.body)["page"] for one in given]
        assert seen == [1, 2, 3, 4, 5]
        assert [asked(path)["key"] for path in server.paths] == ["s3cret"] * 5
        assert "page" not in json.loads(str(cursor))


def test_a_page_to_go_on_with_that_is_forgotten_is_begun_anew() -> None:
    with serving(paged(3)) as server:
        fetcher = of(f"{server.address}/pages", max_messages=2)
        given, _ = told(fetcher)
        server.answer = lambda handler: (
            handler.reply(404)
            if "page" in handler.path[1:] and "=" in handler.path
            else (handler.reply(200, b"anew", content_type="text/plain"))
        )
        again, fault = told(fetcher, last_cursor(given))
    assert fault is None
    assert [one.receipt.body for one in again] == [b"anew"]


def test_a_page_to_go_on_with_that_came_to_hold_nothing_does_not_hold_up_what_is_new() -> None:
    with serving(paged(3)) as server:
        fetcher = of(f"{server.address}/pages", max_messages=2)
        given, _ = told(fetcher)
        server.answer = lambda handler: handler.reply(204) if "=" in handler.path else handler.reply(200, b"anew")
        again, fault = told(fetcher, last_cursor(given))
    assert fault is None
    assert [one.receipt.body for one in again] == [b"anew"]


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9/x?page=2&key=s3cret", "https://127.0.0.1/x", "file:///etc/passwd"]
)
def test_a_next_page_on_another_host_is_not_asked(target: str) -> None:
    with serving(paged(2, link=lambda _: target)) as server:
        given, fault = told(of(f"{server.address}/pages"))
        assert len(server.paths) == 1
    assert [one.cursor for one in given] == [None]
    assert fault is not None
    assert "on another host" in fault
    assert "s3cret" not in fault


def test_pages_that_lead_in_a_circle_come_to_an_end() -> None:
    for link in ("/pages?page=1".format, lambda _: "/pages"):
        with serving(paged(9, link=link)) as server:
            given, fault = told(of(f"{server.address}/pages"))
            assert len(server.paths) <= 2
        assert 1 <= len(given) <= 2
        assert fault is not None
        assert "in a circle" in fault


def test_ever_new_addresses_for_the_same_page_are_a_circle() -> None:
    numbers = iter(range(10_000))

    def answer(handler: Handler) -> None:
        handler.reply(200, b"same", content_type="text/plain", link=f"</pages?n={next(numbers)}>; rel=next")

    with serving(answer) as server:
        given, fault = told(of(f"{server.address}/pages"))
    assert len(given) == 2
    assert fault is not None
    assert "in a circle" in fault


def test_between_two_requests_the_source_is_left_alone() -> None:
    waited: list[float] = []
    with serving(paged(3)) as server:
        told(HttpGet(declared(f"{server.address}/pages", pause=2.5), Path(), None, waited.append))
    assert waited == [2.5, 2.5]


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_pages_before_one_that_fails_are_given(status: int) -> None:
    def answer(handler: Handler) -> None:
        if asked(handler.path).get("page") == "3":
            handler.reply(status)
        else:
            paged(5)(handler)

    with serving(answer) as server:
        fetcher = of(f"{server.address}/pages")
        given, fault = told(fetcher)
        assert [json.loads(one.receipt.body)["page"] for one in given] == [1, 2]
        assert fault is not None
        assert f"answered {status}" in fault
        server.answer = paged(4)
        again, fault = told(fetcher, last_cursor(given))
    assert fault is None
    assert [json.loads(one.receipt.body)["page"] for one in again] == [3, 4]


@pytest.mark.parametrize(
    "body",
    [b'{"links": "none"}', b'{"links": [1, {"rel": "next"}]}', b'{"@iot.nextLink": 7}', b"[1]", b"{", b"\xff", b""],
)
def test_garbage_has_no_next_page(body: bytes) -> None:
    with serving(lambda handler: handler.reply(200, body, content_type="application/json")) as server:
        given, fault = told(of(server.address))
    assert fault is None
    assert [one.receipt.body for one in given] == [body]


@pytest.mark.parametrize("link", ["http://[", "\x7f", "//", ":"])
def test_a_next_link_that_is_no_address_is_a_fault(link: str) -> None:
    with serving(paged(2, link=lambda _: link)) as server:
        given, fault = told(of(f"{server.address}/pages"))
    assert len(given) == 1
    assert fault is not None


# --- patience


@contextmanager
def dripping() -> Iterator[str]:
    """A server that sends the head of its answer letter by letter, over several seconds."""
    halt = threading.Event()

    def drip(to: socket.socket) -> None:
        with to:
            to.recv(4096)
            try:
                to.sendall(b"HTTP/1.1 200 OK\r\nx-a: ")
                for _ in range(60):
                    to.sendall(b"x")
                    halt.wait(0.05)
                to.sendall(b"\r\ncontent-length: 2\r\n\r\nok")
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            drip(listening.accept()[0])

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            halt.set()
            thread.join()


def test_a_head_that_comes_letter_by_letter_is_not_waited_for() -> None:
    with dripping() as address:
        given, fault = told(of(address, trigger=Trigger(every=60, timeout=0.4)))
    assert given == []
    assert fault is not None
    assert "no answer" in fault
