"""An address as a source, asked of a server on this machine."""

import json
import logging
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ingest.sources import Fetched
from ingest.sources.http_get import HttpGet
from ingest.sources.web import MAX_REDIRECTS
from record.errors import SourceError
from record.network.source import Source, Trigger
from tests.ingest.answering import Handler, serving
from tests.ingest.declared import RECEIVED, clock, source


def http_source(place: str, **changes: Any) -> Source:
    return source(place, kind="http", **changes)


def ask(declared: Source, cursor: str | None = None) -> list[Fetched]:
    return list(HttpGet(declared, Path()).fetch(cursor, clock()))


def with_etag(handler: Handler) -> None:
    if handler.headers.get("if-none-match") == '"v1"':
        handler.reply(304, etag='"v1"')
    else:
        handler.reply(200, b"15194 ...=", etag='"v1"')


def test_an_answer_is_a_receipt_of_its_very_bytes() -> None:
    with serving(with_etag) as server:
        (found,) = ask(http_source(f"{server.address}/latest.txt?key=secret"))
    assert found.receipt.body == b"15194 ...="
    assert found.receipt.received == RECEIVED
    assert found.receipt.name == f"{server.address}/latest.txt"
    assert server.paths == ["/latest.txt?key=secret"]
    assert server.asked[0]["accept-encoding"] == "identity"


def test_an_unchanged_answer_is_not_given_again() -> None:
    with serving(with_etag) as server:
        declared = http_source(f"{server.address}/latest.txt")
        (first,) = ask(declared)
        assert ask(declared, first.cursor) == []
        assert [asked.get("if-none-match") for asked in server.asked] == [None, '"v1"']
        assert len(ask(declared, None)) == 1


def test_the_last_modification_is_asked_for_too() -> None:
    stamp = "Sat, 09 May 2026 08:00:00 GMT"

    def answer(handler: Handler) -> None:
        known = handler.headers.get("if-modified-since") == stamp
        handler.reply(304 if known else 200, b"" if known else b"body", last_modified=stamp)

    with serving(answer) as server:
        declared = http_source(f"{server.address}/latest.txt")
        (first,) = ask(declared)
        assert ask(declared, first.cursor) == []


@pytest.mark.parametrize("cursor", ["no json", "[]", '{"address": "of another", "etag": "\\"v1\\""}'])
def test_a_cursor_of_another_address_or_form_is_not_used(cursor: str) -> None:
    with serving(with_etag) as server:
        assert len(ask(http_source(f"{server.address}/latest.txt"), cursor)) == 1
        assert "if-none-match" not in server.asked[0]


def test_a_cursor_holds_no_part_of_the_address() -> None:
    with serving(with_etag) as server:
        (found,) = ask(http_source(f"{server.address}/latest.txt?key=secret"))
    assert found.cursor is not None
    assert "secret" not in found.cursor
    assert set(json.loads(found.cursor)) == {"address", "etag"}


@pytest.mark.parametrize("status", [400, 404, 500, 206, 300])
def test_any_other_answer_is_a_fault_of_one_line_without_the_key(status: int) -> None:
    with serving(lambda handler: handler.reply(status, b"oops")) as server:
        with pytest.raises(SourceError) as caught:
            ask(http_source(f"{server.address}/latest.txt?key=secret"))
        told = str(caught.value)
    assert f"answered {status}" in told
    assert "secret" not in told
    assert "\n" not in told


def test_an_answer_of_nothing_is_no_message() -> None:
    with serving(lambda handler: handler.reply(204)) as server:
        assert ask(http_source(f"{server.address}/")) == []


def test_an_answer_that_is_too_large_is_cut_and_told() -> None:
    with serving(lambda handler: handler.reply(200, b"x" * 300_000, etag='"big"')) as server:
        whole, cut = (ask(http_source(server.address, max_bytes=limit))[0] for limit in (300_000, 299_999))
    assert (whole.fault, len(whole.receipt.body)) == (None, 300_000)
    assert cut.fault is not None
    assert "more than 299999 bytes" in cut.fault
    assert len(cut.receipt.body) == 65_536
    assert cut.cursor is not None


def test_an_answer_in_another_coding_is_a_fault() -> None:
    with (
        serving(lambda handler: handler.reply(200, b"xx", content_encoding="gzip")) as server,
        pytest.raises(SourceError, match="gzip"),
    ):
        ask(http_source(server.address))


def test_an_answer_that_breaks_off_is_a_fault() -> None:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("content-length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")

    with serving(answer) as server, pytest.raises(SourceError, match="no answer"):
        ask(http_source(server.address))


def test_a_server_that_is_silent_or_slow_is_a_fault() -> None:
    halt = threading.Event()

    def silent(handler: Handler) -> None:
        halt.wait(10)

    def slow(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not halt.wait(0.05):
            handler.wfile.write(b"drop")

    hasty = Trigger(every=60, timeout=0.3)
    for answer, told in ((silent, "no answer"), (slow, "took longer")):
        halt.clear()
        with serving(answer) as server:
            try:
                with pytest.raises(SourceError, match=told):
                    ask(http_source(server.address, trigger=hasty))
            finally:
                halt.set()


def test_nobody_there_is_a_fault() -> None:
    with serving(with_etag) as server:
        address = server.address
    with pytest.raises(SourceError, match="no answer"):
        ask(http_source(address))


def test_a_redirect_within_the_host_is_followed() -> None:
    def answer(handler: Handler) -> None:
        if handler.path == "/old":
            handler.reply(302, location="/new")
        else:
            handler.reply(200, b"body")

    with serving(answer) as server:
        (found,) = ask(http_source(f"{server.address}/old"))
        assert found.receipt.body == b"body"
        assert found.receipt.name == f"{server.address}/old"
        assert server.paths == ["/old", "/new"]


def test_a_redirect_to_another_host_or_scheme_is_not_followed() -> None:
    with serving(with_etag) as other:
        for target in (f"{other.address}/x?key=secret", "https://127.0.0.1/x", "file:///etc/passwd"):
            with serving(partial(Handler.reply, status=302, location=target)) as server:
                with pytest.raises(SourceError, match="sends on to") as caught:
                    ask(http_source(server.address))
                assert "secret" not in str(caught.value)
        assert other.paths == []


def test_redirects_in_a_ring_come_to_an_end() -> None:
    with serving(lambda handler: handler.reply(302, location="/")) as server:
        with pytest.raises(SourceError, match="sends on more than"):
            ask(http_source(server.address))
        assert len(server.paths) == MAX_REDIRECTS + 1


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://host/x", "inbox/tables", "http://", "http://[", "\0"])
def test_only_http_and_https_are_asked(place: str) -> None:
    with pytest.raises(SourceError):
        ask(http_source(place))


def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    with pytest.raises(SourceError, match="stands in the address") as caught:
        ask(http_source("https://user:hunter2@host.example/x"))
    assert "hunter2" not in str(caught.value)


def test_no_log_shows_the_key(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), serving(with_etag) as server:
        ask(http_source(f"{server.address}/latest.txt?key=secret"))
    assert "secret" not in caplog.text
