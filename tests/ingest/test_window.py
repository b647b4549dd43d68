"""Sources that are asked for stretches of time: where a round begins and ends, and what a broken one leaves behind."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ingest import cycle
from ingest.sources import SOURCES, WINDOWED, window_of
from ingest.sources.http_get import HttpGet
from record.errors import SourceError
from record.network.source import Source
from tests.example import open_pen
from tests.ingest.answering import Handler, asked, last_cursor, serving, told
from tests.ingest.declared import HEAD, RECEIVED, clock, network, source

HOUR = timedelta(hours=1)
PLACE = "/KiWIS?ts_id=7&key=s3cret&from={from}&to={to}&format=json"


def of(address: str, **changes: Any) -> HttpGet:
    return HttpGet(declared(address, **changes), Path())


def declared(address: str, **changes: Any) -> Source:
    return source(f"{address}{PLACE}", **{"kind": "http", "media": "application/json", "again": 0.5, **changes})


def echo(handler: Handler) -> None:
    """What was asked for, as the answer."""
    handler.reply(200, ascii(stretch(handler.path)).encode())


def stretch(path: str) -> tuple[datetime, datetime]:
    said = asked(path)
    return datetime.fromisoformat(said["from"]), datetime.fromisoformat(said["to"])


def stretches(paths: list[str]) -> list[tuple[datetime, datetime]]:
    return [stretch(path) for path in paths]


def test_the_first_round_begins_as_many_days_ago_as_declared_and_the_next_where_it_ended() -> None:
    with serving(echo) as server:
        fetcher = of(server.address, back=10)
        given, fault = told(fetcher)
        later = RECEIVED + timedelta(hours=3, microseconds=5)
        more, _ = told(fetcher, last_cursor(given), later)
        assert stretches(server.paths) == [
            (RECEIVED - timedelta(days=10), RECEIVED),
            (RECEIVED - timedelta(hours=12), RECEIVED + 3 * HOUR),
        ]
        assert server.paths[0].startswith("/KiWIS?ts_id=7&key=s3cret&from=2026-04-30T04:00:00Z&to=2026-05-10T04:00:00Z")
    assert fault is None
    assert [one.receipt.name for one in [*given, *more]] == [f"{server.address}/KiWIS"] * 2
    assert [one.receipt.received for one in [*given, *more]] == [RECEIVED, later]
    assert "s3cret" not in str([one.cursor for one in given])


@pytest.mark.parametrize(
    "cursor",
    ["no json", "[]", '{"address": "another"}', '{"address": 5, "reached": {"": {"to": "2026-05-09T00:00:00Z"}}}'],
)
def test_a_cursor_of_another_address_or_form_is_as_good_as_none(cursor: str) -> None:
    with serving(echo) as server:
        told(of(server.address, back=2), cursor)
        assert stretches(server.paths) == [(RECEIVED - timedelta(days=2), RECEIVED)]


@pytest.mark.parametrize("reached", ["no", [], {"": 5}, {"": {"to": "yesterday"}}, {"": {"from": "2026-05-09T00:00"}}])
def test_a_cursor_that_was_tampered_with_is_as_good_as_none(reached: object) -> None:
    with serving(echo) as server:
        given, _ = told(of(server.address, back=2))
        cursor = json.loads(str(last_cursor(given))) | {"reached": reached}
        told(of(server.address, back=2), json.dumps(cursor))
        assert stretches(server.paths)[1] == (RECEIVED - timedelta(days=2), RECEIVED)


def test_what_failed_is_asked_for_again() -> None:
    with serving(lambda handler: handler.reply(500)) as server:
        fetcher = of(server.address)
        given, fault = told(fetcher)
        assert (given, "answered 500" in str(fault)) == ([], True)
        server.answer = echo
        told(fetcher, last_cursor(given), RECEIVED + HOUR)
        assert stretches(server.paths)[1][0] == RECEIVED + HOUR - timedelta(days=30)


def test_nothing_new_is_no_message() -> None:
    with serving(lambda handler: handler.reply(204)) as server:
        assert told(of(server.address)) == ([], None)


def heavy(handler: Handler) -> None:
    """A byte for each hour asked for."""
    start, end = stretch(handler.path)
    handler.reply(200, b"x" * round((end - start) / HOUR))


def test_a_stretch_that_is_too_much_at_once_is_asked_for_in_halves() -> None:
    with serving(heavy) as server:
        fetcher = of(server.address, back=4, max_bytes=30)
        given, fault = told(fetcher)
        begun = [stretch(path)[0] for path in server.paths]
    assert fault is None
    assert [len(one.receipt.body) for one in given] == [24, 24, 24, 24]
    assert [one.fault for one in given] == [None] * 4
    assert sorted(set(begun)) == [RECEIVED - timedelta(days=days) for days in (4, 3, 2, 1)]
    assert json.loads(str(given[0].cursor))["reached"] == {"": {"from": "2026-05-07T04:00:00Z"}}
    assert json.loads(str(given[-1].cursor))["reached"] == {"": {"to": "2026-05-10T04:00:00Z"}}


def test_a_catch_up_that_takes_several_rounds_leaves_out_nothing() -> None:
    def answer(handler: Handler) -> None:
        start, end = stretch(handler.path)
        said = f"{start.isoformat()} {end.isoformat()}"
        handler.reply(200, f"{said} {'x' * round((end - start) / HOUR)}".encode())

    rounds, cursor = list[int](), None
    held: list[tuple[datetime, datetime]] = []
    with serving(answer) as server:
        fetcher = of(server.address, back=16, max_bytes=90, max_messages=6)
        while '"to"' not in str(cursor):
            given, fault = told(fetcher, cursor)
            assert (fault, len(rounds) < 50) == (None, True)
            words = [one.receipt.body.decode().split() for one in given]
            held += [(datetime.fromisoformat(word[0]), datetime.fromisoformat(word[1])) for word in words]
            rounds.append(len(given))
            cursor = last_cursor(given, cursor)
    assert len(rounds) > 2
    assert (held[0][0], held[-1][1]) == (RECEIVED - timedelta(days=16), RECEIVED)
    assert all(later[0] <= earlier[1] for earlier, later in pairwise(held))


def test_an_hour_that_is_too_much_is_refused_and_passed() -> None:
    with serving(lambda handler: handler.reply(200, b"x" * 31)) as server:
        given, fault = told(of(server.address, back=1 / 12, max_bytes=30))
        assert stretches(server.paths)[1:] == [(RECEIVED - 2 * HOUR, RECEIVED - HOUR), (RECEIVED - HOUR, RECEIVED)]
    assert fault is None
    assert ["more than 30 bytes" in str(one.fault) for one in given] == [True, True]
    assert '"to"' in str(given[-1].cursor)


def by_pages(last: int) -> Callable[[Handler], None]:
    def answer(handler: Handler) -> None:
        number = int(asked(handler.path).get("page", "1"))
        own = handler.path.partition("&page")[0]
        links = [{"rel": "next", "href": f"{own}&page={number + 1}"}] if number < last else []
        body = json.dumps({"page": number, "links": links}).encode()
        handler.reply(200, body, content_type="application/json")

    return answer


def test_a_stretch_of_many_pages_is_gone_on_with_and_then_the_next_one_begins() -> None:
    with serving(by_pages(5)) as server:
        fetcher, cursor = of(server.address, max_messages=2, back=2), None
        for count in range(4):
            given, fault = told(fetcher, cursor, RECEIVED + count * HOUR)
            assert fault is None
            cursor = last_cursor(given)
            assert "s3cret" not in str(cursor)
        assert [asked(path).get("page") for path in server.paths] == [None, "2", "3", "4", "5", None, "2"]
        assert set(stretches(server.paths[:5])) == {(RECEIVED - timedelta(days=2), RECEIVED)}
        # The stretch that was begun in the first round ended then, whenever its last page came.
        assert stretch(server.paths[5]) == (RECEIVED - 12 * HOUR, RECEIVED + 3 * HOUR)


def test_a_page_that_was_forgotten_meanwhile_lets_the_stretch_begin_anew() -> None:
    with serving(by_pages(3)) as server:
        fetcher = of(server.address, max_messages=2, back=2)
        given, _ = told(fetcher)
        server.answer = lambda handler: handler.reply(410) if "page" in handler.path else echo(handler)
        more, fault = told(fetcher, last_cursor(given), RECEIVED + HOUR)
        assert stretch(server.paths[-1]) == (RECEIVED - timedelta(days=2), RECEIVED)
    assert fault is None
    assert len(more) == 1


def test_a_next_page_elsewhere_leaves_the_stretch_unread() -> None:
    def answer(handler: Handler) -> None:
        handler.reply(200, b'{"@iot.nextLink": "http://other.example/x?page=2"}', content_type="application/json")

    with serving(answer) as server:
        fetcher = of(server.address, back=2)
        given, fault = told(fetcher)
        assert "on another host" in str(fault)
        told(fetcher, last_cursor(given), RECEIVED + HOUR)
        assert stretches(server.paths)[1] == (RECEIVED + HOUR - timedelta(days=2), RECEIVED + HOUR)


# --- windows of one's own choice

LONG_AGO = datetime(2024, 3, 1, tzinfo=UTC)


def test_a_window_is_asked_for_alone_and_moves_no_cursor() -> None:
    with serving(echo) as server:
        fetcher = window_of(declared(server.address), Path(), LONG_AGO, LONG_AGO + timedelta(days=31))
        given, fault = told(fetcher, '{"address": "whatever"}')
        assert stretches(server.paths) == [(LONG_AGO, LONG_AGO + timedelta(days=31))]
    assert fault is None
    assert [one.cursor for one in given] == [None]


def test_a_window_that_takes_more_requests_than_a_round_may_make_is_a_fault() -> None:
    with serving(heavy) as server:
        enough = declared(server.address, max_bytes=30, max_messages=7)
        given, fault = told(window_of(enough, Path(), LONG_AGO, LONG_AGO + timedelta(days=4)))
        assert (len(given), fault) == (4, None)
        few = declared(server.address, max_bytes=30, max_messages=6)
        given, fault = told(window_of(few, Path(), LONG_AGO, LONG_AGO + timedelta(days=4)))
    assert fault == "6 requests were not enough: ask for less at once, or raise max_messages"
    assert [len(one.receipt.body) for one in given] == [24, 24, 24]


@pytest.mark.parametrize("kind", sorted(set(SOURCES) - set(WINDOWED)))
def test_a_kind_without_a_past_says_so(kind: str) -> None:
    with pytest.raises(SourceError, match=r"no past to ask for: only edr, http, sensorthings"):
        window_of(source("inbox/x", kind=kind), Path(), LONG_AGO, RECEIVED)


def test_an_address_without_times_and_a_stretch_that_is_none_are_refused() -> None:
    with pytest.raises(SourceError, match=r"holds no .from. and .to."):
        window_of(source("https://water.example/latest", kind="http"), Path(), LONG_AGO, RECEIVED)
    for start, end in ((RECEIVED, LONG_AGO), (RECEIVED, RECEIVED)):
        with pytest.raises(SourceError, match="no stretch of time"):
            window_of(declared("https://water.example"), Path(), start, end)


def test_what_is_asked_again_is_entered_only_where_it_is_new_or_other(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path, network())
    rows = {"08.05.2026 00:00": "12,4", "09.05.2026 00:00": "12,5"}
    with serving(lambda handler: handler.reply(200, table(rows))) as server:
        asking = source(f"{server.address}{PLACE}", kind="http", again=3)
        reports = [cycle.run(asking, network(), pen, data=tmp_path, now=clock())]
        reports.append(cycle.run(asking, network(), pen, data=tmp_path, now=clock(RECEIVED + HOUR)))
        rows["10.05.2026 00:00"] = "12,6"
        reports.append(cycle.run(asking, network(), pen, data=tmp_path, now=clock(RECEIVED + 2 * HOUR)))
        rows["08.05.2026 00:00"] = "11,9"
        reports.append(cycle.run(asking, network(), pen, data=tmp_path, now=clock(RECEIVED + 3 * HOUR)))
    assert [(report.readings, report.repeated) for report in reports] == [(4, 0), (0, 1), (2, 0), (1, 0)]


def table(rows: dict[str, str]) -> bytes:
    return (HEAD + "".join(f"{time};15954;{inflow};400\r\n" for time, inflow in rows.items())).encode("cp1251")
