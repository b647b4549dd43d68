"""Collections of EDR services as sources: another Arna that serves a record, and servers that answer as a test says."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from ingest.sources import window_of
from ingest.sources.edr import Edr
from ingest.sources.window import GIVES_UP
from record.network.source import Channel, Source, Trigger
from tests.example import START, say, seen
from tests.ingest.answering import Handler, Server, asked, last_cursor, serving, told
from tests.ingest.declared import RECEIVED, source
from tests.ingest.followed import NOW, Main

INFLOW = Channel(name="kirov:kg/inflow", series="inflow.daily", station="15954")
HERE = "/collections/talas-daily"


def of(place: str, **changes: Any) -> Edr:
    return Edr(declared(place, **changes), Path())


def declared(place: str, **changes: Any) -> Source:
    facts = {"kind": "edr", "format": "coveragejson", "media": "application/prs.coverage+json", "channels": [INFLOW]}
    return source(place, **{**facts, **changes})


def values(body: bytes) -> list[tuple[str, float]]:
    tree = json.loads(body)
    return list(zip(tree["domain"]["axes"]["t"]["values"], tree["ranges"]["inflow"]["values"], strict=True))


# --- another Arna


def test_the_series_of_another_arna_are_followed_as_it_grows(main: Main) -> None:
    main.say(85, 86)
    fetcher = of(f"{main.url}{HERE}", again=2)
    given, fault = told(fetcher, None, NOW - timedelta(days=2))
    assert fault is None
    assert [len(values(one.receipt.body)) for one in given] == [2]
    assert given[0].receipt.name == f"{main.url}{HERE}/locations/kirov:kg"
    main.say(88)
    more, fault = told(fetcher, last_cursor(given), NOW)
    assert fault is None
    # Asked from two days before the last round ended, which was two days ago: the 86th day again, and the 88th.
    assert [time for one in more for time, _ in values(one.receipt.body)] == [
        f"{START + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}" for day in (86, 88)
    ]


def test_a_correction_of_the_last_days_is_seen(main: Main) -> None:
    main.say(85)
    fetcher = of(f"{main.url}{HERE}", again=10)
    given, _ = told(fetcher, None, NOW)
    say(main.pen, "corrected", [seen("kirov:kg.inflow.daily", 85, "7.5")], hours=24 * 89)
    more, _ = told(fetcher, last_cursor(given), NOW + timedelta(days=3))
    assert [[value for _, value in values(one.receipt.body)] for one in [*given, *more]] == [[5.85], [7.5]]


def test_where_another_arna_has_said_nothing_there_is_no_message(main: Main) -> None:
    assert told(of(f"{main.url}{HERE}"), None, NOW) == ([], None)


def test_a_window_of_another_arna_is_given_whole(main: Main) -> None:
    main.say(*range(10))
    fetcher = window_of(declared(f"{main.url}{HERE}"), Path(), START + timedelta(days=2), START + timedelta(days=5))
    given, fault = told(fetcher, None, NOW)
    assert fault is None
    assert [(len(values(one.receipt.body)), one.cursor) for one in given] == [(4, None)]


def test_a_location_that_is_not_there_does_not_keep_back_another_one(main: Main) -> None:
    main.say(85)
    channels = [Channel(name="kirow:kg/inflow", series="inflow.daily", station="15954"), INFLOW]
    given, fault = told(of(f"{main.url}{HERE}", channels=channels), None, NOW)
    assert [len(values(one.receipt.body)) for one in given] == [1]
    assert fault == f"{main.url}{HERE}/locations/kirow:kg: answered 404: ask its keeper"


# --- a server that answers as it is told


def coverage(*times: str, **more: Any) -> bytes:
    """A made-up series."""
    numbers = {"type": "NdArray", "dataType": "float", "axisNames": ["t"], "shape": [len(times)]}
    return json.dumps(
        {
            "type": "Coverage",
            "domain": {"type": "Domain", "domainType": "PointSeries", "axes": {"t": {"values": list(times)}}},
            "ranges": {"flow": numbers | {"values": [1.5] * len(times)}},
            **more,
        }
    ).encode()


ONE = coverage("2026-05-09T00:00:00Z")


class Service:
    """Locations `a` and `b/c`, each with a series, unless it was told otherwise."""

    server: Server

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}

    def __call__(self, handler: Handler) -> None:
        path = unquote(urlsplit(handler.path).path)
        status, body = self.answers.get(path.rpartition("/collections/r")[2], (200, ONE))
        handler.reply(status, body, content_type="application/prs.coverage+json")


LIST = json.dumps({"type": "FeatureCollection", "features": [{"id": "a"}, {"id": "b/c"}, {"id": None}, 5]}).encode()


@pytest.fixture
def service() -> Service:
    made = Service()
    made.answers["/locations"] = (200, LIST)
    return made


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    with serving(service) as server:
        service.server = server
        yield f"{server.address}/collections/r"


def paths(service: Service) -> list[str]:
    return service.server.paths


def flow(name: str, station: str | None = None) -> Channel:
    return Channel(name=name, series="discharge.daily", station=station, unit="m3/s")


def test_each_location_is_asked_for_the_parameters_of_its_channels(service: Service, address: str) -> None:
    channels = [flow("flow", "a"), flow("level", "a"), flow("b/c/flow", "15954")]
    given, fault = told(of(f"{address}?key=s3cret", channels=channels, back=3))
    assert (len(given), fault) == (2, None)
    assert [urlsplit(path).path for path in paths(service)] == [
        "/collections/r/locations/a",
        "/collections/r/locations/b%2Fc",
    ]
    assert [asked(path) for path in paths(service)] == [
        {
            "key": "s3cret",
            "datetime": "2026-05-07T04:00:00Z/2026-05-10T04:00:00Z",
            "f": "CoverageJSON",
            "parameter-name": names,
        }
        for names in ("flow,level", "flow")
    ]
    assert "s3cret" not in repr(given)


@pytest.mark.parametrize(("channels", "names"), [([flow("flow")], "flow"), ([], None)])
def test_channels_without_a_station_are_asked_of_every_location(
    service: Service, address: str, channels: list[Channel], names: str | None
) -> None:
    given, fault = told(of(address, channels=channels))
    assert (len(given), fault) == (2, None)
    assert [urlsplit(path).path.rpartition("/r")[2] for path in paths(service)] == [
        "/locations",
        "/locations/a",
        "/locations/b%2Fc",
    ]
    assert [asked(path).get("parameter-name") for path in paths(service)[1:]] == [names, names]


@pytest.mark.parametrize("listed", [b"{}", b"[]", b"{", b'{"features": 5}', b""])
def test_a_list_of_locations_that_is_none_is_a_fault(service: Service, address: str, listed: bytes) -> None:
    service.answers["/locations"] = (200, listed)
    given, fault = told(of(address, channels=[flow("flow")]))
    assert given == []
    assert "lists no locations" in str(fault)


def test_a_position_is_asked_as_it_stands(service: Service, address: str) -> None:
    place = f"{address}/position?coords=POINT(71.6%2042.6)"
    given, fault = told(of(place, channels=[flow("flow", "15954")], back=1))
    assert (len(given), fault) == (1, None)
    (path,) = paths(service)
    assert asked(path)["coords"] == "POINT(71.6 42.6)"
    assert asked(path)["parameter-name"] == "flow"
    assert urlsplit(path).path == "/collections/r/position"


@pytest.mark.parametrize(
    "body",
    [
        coverage(),
        json.dumps({"type": "CoverageCollection", "coverages": []}).encode(),
        json.dumps({"type": "CoverageCollection", "coverages": [json.loads(coverage())] * 2}).encode(),
        coverage("2026-05-09T00:00:00Z", ranges={}),
    ],
)
def test_a_series_without_values_is_no_message(service: Service, address: str, body: bytes) -> None:
    service.answers["/locations/a"] = (200, body)
    assert told(of(address, channels=[flow("flow", "a")])) == ([], None)


@pytest.mark.parametrize("status", [204, 200])
def test_what_was_empty_in_one_location_is_noted_with_the_next_message(
    service: Service, address: str, status: int
) -> None:
    service.answers["/locations/a"] = (status, coverage() if status == 200 else b"")
    given, fault = told(of(address, channels=[flow("flow", "a"), flow("flow", "b")]))
    assert (len(given), fault) == (1, None)
    assert set(json.loads(str(last_cursor(given)))["reached"]) == {"a", "b"}


@pytest.mark.parametrize(
    "body", [b"<html>log in</html>", b"[]", b'{"type": "Feature"}', b"{", b"", b'{"type":"CoverageCollection"}']
)
def test_something_else_than_coverages_is_refused_and_asked_for_again(
    service: Service, address: str, body: bytes
) -> None:
    service.answers["/locations/a"] = (200, body)
    fetcher = of(address, channels=[flow("flow", "a"), flow("flow", "b")], back=2)
    given, fault = told(fetcher)
    assert [one.receipt.body for one in given] == [body, ONE]
    assert [one.fault is None for one in given] == [False, True]
    assert "answered something else" in str(fault)
    service.answers["/locations/a"] = (200, ONE)
    paths(service).clear()
    given, fault = told(fetcher, last_cursor(given), RECEIVED + timedelta(hours=2))
    assert (len(given), fault) == (2, None)
    # What was never read is asked first, and as in a first round; the other one from where its last round ended.
    assert [asked(path)["datetime"][:13] for path in paths(service)] == ["2026-05-08T06", "2026-05-09T04"]


def test_an_hour_of_a_station_that_is_too_much_is_refused_and_passed(service: Service, address: str) -> None:
    given, fault = told(of(address, channels=[flow("flow", "a")], back=1 / 24, max_bytes=50))
    assert (["more than 50 bytes" in str(one.fault) for one in given], fault) == ([True], None)
    assert json.loads(str(last_cursor(given)))["reached"] == {"a": {"to": "2026-05-10T04:00:00Z"}}


@pytest.mark.parametrize("status", [500, 404, 400, 401, 403, 429, 503])
def test_a_fault_of_one_location_keeps_back_no_other_and_of_several_in_a_row_ends_the_round(
    service: Service, address: str, status: int
) -> None:
    service.answers["/locations/a"] = (status, b"")
    channels = [flow("flow", name) for name in ("a", "b", "c", "d")]
    given, fault = told(of(address, channels=channels))
    assert len(given) == 3
    assert f"answered {status}" in str(fault)
    for name in ("b", "c", "d"):
        service.answers[f"/locations/{name}"] = (status, b"")
    service.server.paths.clear()
    given, fault = told(of(address, channels=channels))
    assert (given, len(service.server.paths)) == ([], GIVES_UP)


def test_a_server_that_hangs_is_not_asked_for_the_rest(service: Service, address: str) -> None:
    halt = threading.Event()

    def hang(handler: Handler) -> None:
        halt.wait(20)

    service.server.answer = hang
    try:
        hasty = Trigger(every=60, timeout=1)
        given, fault = told(of(address, channels=[flow("flow", "a"), flow("flow", "b")], trigger=hasty))
    finally:
        halt.set()
    assert given == []
    assert "no answer" in str(fault)
    assert len(paths(service)) == 1


def test_where_a_round_may_not_ask_all_the_next_one_begins_with_the_rest(service: Service, address: str) -> None:
    fetcher = of(address, channels=[flow("flow", name) for name in "abc"], max_messages=2)
    cursor = None
    for count in range(3):
        given, fault = told(fetcher, cursor, RECEIVED + timedelta(hours=count))
        assert (len(given), fault) == (2, None)
        cursor = last_cursor(given)
    assert [urlsplit(path).path[-1] for path in paths(service)] == ["a", "b", "c", "a", "b", "a"]


def test_a_station_that_is_no_longer_declared_leaves_the_cursor(service: Service, address: str) -> None:
    given, _ = told(of(address, channels=[flow("flow", "a"), flow("flow", "b")]))
    given, _ = told(of(address, channels=[flow("flow", "b")]), last_cursor(given))
    assert set(json.loads(str(last_cursor(given)))["reached"]) == {"b"}


def test_windows_are_asked_for_by_the_second(service: Service, address: str) -> None:
    start = datetime(2024, 3, 1, tzinfo=UTC)
    fetcher = window_of(declared(address, channels=[flow("flow", "a")]), Path(), start, start + timedelta(hours=36))
    told(fetcher)
    assert [asked(path)["datetime"] for path in paths(service)] == ["2024-03-01T00:00:00Z/2024-03-02T12:00:00Z"]
