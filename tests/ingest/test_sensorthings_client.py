"""Datastreams of SensorThings services as sources, of a service on this machine that behaves by the standard."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from ingest.sources import window_of
from ingest.sources.sensorthings import SensorThings
from record.network.source import Channel, Source
from tests.ingest.answering import Handler, Server, asked, last_cursor, serving, told
from tests.ingest.declared import RECEIVED, source

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_FILTER = re.compile(r"phenomenonTime (ge|gt) (\S+)")
_STREAM = re.compile(r"/v1\.1/Datastreams\((\d+|'(?:[^']|'')*')\)/Observations")


class Service:
    """Observations of datastreams by their ids, each with its time (or start and end) and result; pages of `most`."""

    server: Server

    def __init__(self, most: int = 100) -> None:
        self.most = most
        self.said: dict[str, list[tuple[str, Any]]] = {}
        self.instead: tuple[int, bytes] | None = None

    def say(self, stream: str, time: datetime | str, result: Any = 1.5) -> None:
        written = time if isinstance(time, str) else time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.said.setdefault(stream, []).append((written, result))

    def __call__(self, handler: Handler) -> None:
        path, said = handler.path.partition("?")[0], asked(handler.path)
        found, wanted = _STREAM.fullmatch(unquote(path)), _FILTER.fullmatch(said.get("$filter", ""))
        assert found is not None
        assert wanted is not None
        assert said["$orderby"] == "phenomenonTime asc"
        stream = found[1].strip("'").replace("''", "'")
        if self.instead is not None:
            handler.reply(*self.instead, content_type="application/json")
        elif stream not in self.said:
            handler.reply(404, b'{"code": 404, "message": "Nothing found."}', content_type="application/json")
        else:
            handler.reply(200, self._page(handler, stream, wanted), content_type="application/json;charset=UTF-8")

    def _page(self, handler: Handler, stream: str, wanted: re.Match[str]) -> bytes:
        said, since = asked(handler.path), datetime.fromisoformat(wanted[2])
        rows = [row for row in self.said[stream] if start(row) > since or (wanted[1] == "ge" and start(row) == since)]
        rows.sort(key=start)
        skip, top = int(said.get("$skip", "0")), min(int(said["$top"]), self.most)
        page: dict[str, Any] = {
            "value": [
                {"@iot.id": number, "phenomenonTime": time, "result": result, "Datastream": {"@iot.id": stream}}
                for number, (time, result) in enumerate(rows[skip : skip + top])
            ]
        }
        if len(rows) > skip + top:
            query = "&".join(
                f"{quote(name)}={quote(value)}" for name, value in (said | {"$skip": str(skip + top)}).items()
            )
            page["@iot.nextLink"] = f"http://{handler.headers['host']}{handler.path.partition('?')[0]}?{query}"
        return json.dumps(page).encode()

    @property
    def paths(self) -> list[str]:
        return self.server.paths


def start(row: tuple[str, Any]) -> datetime:
    return datetime.fromisoformat(row[0].partition("/")[0])


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    with serving(service) as server:
        service.server = server
        yield f"{server.address}/v1.1"


def of(place: str, *streams: str, **changes: Any) -> SensorThings:
    return SensorThings(declared(place, *streams, **changes), Path())


def declared(place: str, *streams: str, **changes: Any) -> Source:
    channels = [Channel(name=name, series="discharge.term", station="15194") for name in streams or ("12",)]
    facts = {"kind": "sensorthings", "format": "sensorthings", "media": "application/json", "channels": channels}
    return source(place, **{**facts, "again": 0, **changes})


def results(given: list[Any]) -> list[Any]:
    return [row["result"] for one in given for row in json.loads(one.receipt.body)["value"]]


def since(path: str) -> str:
    return asked(path)["$filter"]


def test_each_page_is_a_message_and_the_next_round_asks_for_what_came_later(service: Service, address: str) -> None:
    service.most = 2
    for hours in range(5):
        service.say("12", RECEIVED - (10 - hours) * HOUR, hours)
    fetcher = of(address, back=3)
    given, fault = told(fetcher)
    assert (results(given), fault) == ([0, 1, 2, 3, 4], None)
    assert [len(json.loads(one.receipt.body)["value"]) for one in given] == [2, 2, 1]
    assert {one.receipt.name for one in given} == {f"{address}/Datastreams(12)/Observations"}
    assert asked(service.paths[0]) == {
        "$filter": "phenomenonTime ge 2026-05-07T04:00:00Z",
        "$orderby": "phenomenonTime asc",
        "$top": "1000",
        "$expand": "Datastream",
    }
    assert told(fetcher, last_cursor(given)) == ([], None)
    service.say("12", RECEIVED - HOUR, 5)
    more, fault = told(fetcher, last_cursor(given), RECEIVED + HOUR)
    assert (results(more), fault) == ([5], None)
    assert since(service.paths[-1]) == "phenomenonTime gt 2026-05-09T22:00:00Z"


def test_the_last_days_are_asked_again_because_values_come_late(service: Service, address: str) -> None:
    service.say("12", RECEIVED - HOUR, "late sensor")
    fetcher = of(address, again=2)
    given, _ = told(fetcher)
    service.say("12", RECEIVED - 30 * HOUR, "came late")
    more, fault = told(fetcher, last_cursor(given), RECEIVED + HOUR)
    assert (results(more), fault) == (["came late", "late sensor"], None)


def test_each_datastream_has_its_own_place_in_the_cursor(service: Service, address: str) -> None:
    service.say("12", RECEIVED - 2 * HOUR, "a")
    service.say("it's", RECEIVED - 5 * HOUR, "b")
    fetcher = of(address, "12", "it's")
    given, fault = told(fetcher)
    assert (sorted(results(given)), fault) == (["a", "b"], None)
    assert json.loads(str(last_cursor(given)))["reached"] == {
        "12": {"to": "2026-05-10T02:00:00Z"},
        "it's": {"to": "2026-05-09T23:00:00Z"},
    }
    service.paths.clear()
    told(fetcher, last_cursor(given))
    assert [unquote(path.partition("?")[0]) for path in service.paths] == [
        "/v1.1/Datastreams('it''s')/Observations",
        "/v1.1/Datastreams(12)/Observations",
    ]


def test_a_datastream_that_is_not_there_does_not_keep_back_another_one(service: Service, address: str) -> None:
    service.say("12", RECEIVED - HOUR)
    given, fault = told(of(address, "11", "12"))
    assert len(given) == 1
    assert fault == f"{address}/Datastreams(11)/Observations: answered 404: ask its keeper"


def test_what_one_round_may_not_ask_the_next_one_goes_on_with(service: Service, address: str) -> None:
    service.most = 2
    # Two sensors report at the same minute: a page may end between them.
    for hours in (9, 8, 8, 8, 7, 6, 5, 4):
        service.say("12", RECEIVED - hours * HOUR, len(service.said.get("12", [])))
    fetcher, cursor, seen = of(address, max_messages=2), None, set[int]()
    for _ in range(6):
        given, fault = told(fetcher, cursor)
        assert fault is None
        cursor = last_cursor(given, cursor)
        seen |= set(results(given))
    assert seen == set(range(8))
    assert json.loads(str(cursor))["reached"] == {"12": {"to": "2026-05-10T00:00:00Z"}}


def test_a_round_that_was_cut_off_goes_on_where_it_was_and_not_days_before(service: Service, address: str) -> None:
    service.most = 1
    for hours in (3, 2, 1):
        service.say("12", RECEIVED - hours * HOUR, hours)
    fetcher, cursor, seen = of(address, max_messages=2, again=5), None, []
    for _ in range(2):
        given, _ = told(fetcher, cursor)
        cursor = last_cursor(given)
        seen.append(results(given))
    assert seen == [[3, 2], [2, 1]]


def test_means_over_an_interval_are_followed_by_their_start(service: Service, address: str) -> None:
    service.say("12", "2026-05-08T00:00:00Z/2026-05-09T00:00:00Z", 1)
    service.say("12", "2026-05-09T05:00:00+06:00/2026-05-10T05:00:00+06:00", 2)
    given, _ = told(of(address))
    assert results(given) == [1, 2]
    assert json.loads(str(last_cursor(given)))["reached"] == {"12": {"to": "2026-05-08T23:00:00Z"}}


def test_a_sensor_whose_clock_runs_ahead_does_not_hide_what_it_says_later(service: Service, address: str) -> None:
    service.say("12", RECEIVED + 5000 * DAY, "ahead")
    fetcher = of(address)
    given, _ = told(fetcher)
    service.said["12"].clear()
    service.say("12", RECEIVED + HOUR, "set right")
    more, fault = told(fetcher, last_cursor(given), RECEIVED + 2 * HOUR)
    assert (results(more), fault) == (["set right"], None)


def test_times_that_cannot_be_read_are_given_and_move_nothing(service: Service, address: str) -> None:
    body = json.dumps({"value": [{"phenomenonTime": when} for when in (None, 5, "no", "2026-05-01T00:00:00")]}).encode()
    service.instead = (200, body)
    given, fault = told(of(address))
    assert [one.receipt.body for one in given] == [body]
    assert (given[0].fault, fault) == (None, None)
    assert json.loads(str(last_cursor(given)))["reached"] == {}


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"value": 5}', b'{"value": [5]}', b"{", b"\xff", b""])
def test_something_else_than_observations_is_refused_and_asked_for_again(
    service: Service, address: str, body: bytes
) -> None:
    service.instead = (200, body)
    fetcher = of(address, back=2)
    given, fault = told(fetcher)
    assert [(one.receipt.body, one.fault is None) for one in given] == [(body, False)]
    assert "answered something else" in str(fault)
    service.instead = None
    service.say("12", RECEIVED - HOUR)
    given, fault = told(fetcher, last_cursor(given))
    assert (len(given), fault) == (1, None)
    assert since(service.paths[-1]) == "phenomenonTime ge 2026-05-08T04:00:00Z"


@pytest.mark.parametrize("status", [401, 500, 503])
def test_a_fault_in_the_middle_leaves_the_rest_for_the_next_round(service: Service, address: str, status: int) -> None:
    service.most = 1
    for hours in (3, 2, 1):
        service.say("12", RECEIVED - hours * HOUR, hours)

    def breaking(handler: Handler) -> None:
        if asked(handler.path).get("$skip") == "2":
            handler.reply(status)
        else:
            service(handler)

    service.server.answer = breaking
    fetcher = of(address)
    given, fault = told(fetcher)
    assert results(given) == [3, 2]
    assert f"answered {status}" in str(fault)
    service.server.answer = service
    more, fault = told(fetcher, last_cursor(given))
    assert (results(more), fault) == ([2, 1], None)


def test_a_page_that_is_too_large_is_asked_for_with_fewer_observations(service: Service, address: str) -> None:
    service.most = 1000
    for hours in range(60):
        service.say("12", RECEIVED - (60 - hours) * HOUR, f"{hours:090d}")
    given, fault = told(of(address, max_bytes=4000))
    assert fault is None
    assert [one.fault for one in given] == [None] * 6
    assert [int(result) for result in results(given)] == list(range(60))
    assert [asked(path)["$top"] for path in service.paths] == ["1000", "100", *["10"] * 6]


def test_one_observation_that_is_too_large_is_refused(service: Service, address: str) -> None:
    service.say("12", RECEIVED - HOUR, "x" * 5000)
    given, fault = told(of(address, max_bytes=4000))
    assert ["more than 4000 bytes" in str(one.fault) for one in given] == [True]
    assert "too large to go on" in str(fault)


def test_next_links_to_another_host_and_in_a_circle_are_not_followed(service: Service, address: str) -> None:
    row = {"phenomenonTime": "2026-05-10T00:00:00Z", "result": 1}
    for link, words in (("http://other.example/v1.1/x", "on another host"), (address, "in a circle")):
        service.instead = (200, json.dumps({"value": [row], "@iot.nextLink": link}).encode())
        service.paths.clear()

        def answer(handler: Handler) -> None:
            assert service.instead is not None
            handler.reply(*service.instead, content_type="application/json")

        service.server.answer = answer
        given, fault = told(of(address))
        assert words in str(fault)
        assert len(service.paths) == len(given) <= 2


def test_without_a_channel_there_is_nothing_to_ask() -> None:
    fetcher = SensorThings(declared("https://water.example/v1.1", channels=[]), Path())
    assert told(fetcher) == ([], "source tables-kg declares no channel: name each datastream by its id")


def test_a_window_is_given_whole_and_ends_with_the_page_that_passes_its_end(service: Service, address: str) -> None:
    service.most = 4
    begin = datetime(2024, 3, 1, tzinfo=UTC)
    for hours in range(-6, 48):
        service.say("12", begin + hours * HOUR, hours)
    # A mean that begins within the window and ends after it belongs to it, and no filter on the end would give it.
    service.say("12", f"{begin + 23 * HOUR:%Y-%m-%dT%H:%M:%SZ}/{begin + 47 * HOUR:%Y-%m-%dT%H:%M:%SZ}", "mean")
    fetcher = window_of(declared(address), Path(), begin, begin + DAY)
    given, fault = told(fetcher, '{"address": "whatever"}')
    assert fault is None
    assert [one for one in range(24) if one not in results(given)] == []
    assert "mean" in results(given)
    assert len(given) == 7
    assert {one.cursor for one in given} == {None}


def test_a_window_that_takes_more_requests_than_a_round_may_make_is_a_fault(service: Service, address: str) -> None:
    service.most = 1
    begin = datetime(2024, 3, 1, tzinfo=UTC)
    for hours in range(3):
        service.say("12", begin + hours * HOUR, hours)
    for most, words in ((3, "None"), (2, "2 requests were not enough")):
        fetcher = window_of(declared(address, max_messages=most), Path(), begin, begin + DAY)
        given, fault = told(fetcher)
        assert len(given) == most
        assert words in str(fault)
