"""`/events` over HTTP: what may be asked for, what is answered, and how it ends."""

import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from record.errors import SelectionError
from record.events.event import Event, EventKind, Place
from service import stopping
from service.events import hub as hubs
from service.events.wanted import place_asked, wanted
from tests.example import BORDER, KIROV, START, network_of_two
from tests.service.listening import Heard
from tests.service.served import served
from tests.service.world import World
from tests.serving import running

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
