"""What people mean when they ask: days of the calendar, names in other letters, numbers in another order, and twins."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from record.entry import Flag, Method, Observation
from record.network import Network
from record.network.basin import Nature
from service import errors, renewal
from service.encode import grid
from service.routes import collections, events, opendap, readings
from tests.example import network_of_two, open_pen, say

DAILY, MONTHLY = "/collections/talas-daily", "/collections/talas-monthly"
KIROV, TWIN, GATE = "kirov:kg", "kirov:kg:simulated", "example-border:kz"
PLACE, SWAPPED = "POINT(71.6183 42.6478)", "POINT(42.6478 71.6183)"
NOV = datetime(2026, 11, 1, tzinfo=UTC)


def network() -> Network:
    """The reservoir with means of months and a simulated twin, which alone speaks of the surface."""
    declared = network_of_two()
    series = ("inflow.daily", "inflow.monthly", "surface.daily", "level.term")
    kirov = declared.stations[KIROV].model_copy(update={"series": series})
    twin = kirov.model_copy(update={"id": TWIN, "nature": Nature.SIMULATED, "series": (*series, "release.daily")})
    gate = declared.stations[GATE].model_copy(update={"series": ("discharge.daily", "discharge.monthly")})
    return replace(declared, stations={TWIN: twin, KIROV: kirov, GATE: gate})


def said(series: str, time: datetime, value: int) -> Observation:
    return Observation(series=series, time=time, value=Decimal(value), flag=Flag.GOOD, method=Method.MEASURED)


def days(station: str, quantity: str, offset: int, *numbers: int) -> list[Observation]:
    """Means of days of November, each with the number of its day, stamped with the local midnight."""
    midnight = NOV - timedelta(days=1, hours=offset)
    return [said(f"{station}.{quantity}.daily", midnight + timedelta(days=number), number) for number in numbers]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("meaning")
    record, pen = open_pen(folder, network())
    months = [
        said("kirov:kg.inflow.monthly", datetime(2026, month, 1, tzinfo=UTC) - timedelta(hours=6), month)
        for month in (3, 4, 5)
    ]
    say(pen, "kg", [*days(KIROV, "inflow", 6, 23, 24, 25, 26, 27), *months])
    say(pen, "kz", days(GATE, "discharge", 5, 23, 24, 25, 26, 27))
    say(pen, "twin", [*days(TWIN, "inflow", 6, 20, 25), *days(TWIN, "surface", 6, 25)])
    made = FastAPI(openapi_url=None)
    renewal.install(made, lambda: record)
    made.state.clock, made.state.data = lambda: datetime(2026, 12, 2, tzinfo=UTC), folder
    errors.install(made)
    for resource in (collections, readings, opendap, events):
        made.include_router(resource.router)
    with TestClient(made, raise_server_exceptions=False) as opened:
        yield opened


def column(client: TestClient, path: str, quantity: str = "inflow", **asked: str) -> list[float]:
    answer = client.get(path, params={"f": "columns"} | asked)
    assert answer.status_code == 200, answer.text
    return [value for one in answer.json()["stations"] for value in one[quantity] if value is not None]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2026-11-25", [25, 25]),
        ("2026-11-24/2026-11-25", [24, 25, 24, 25]),
        ("2026-11-26/..", [26, 27, 26, 27]),
        ("../2026-11-23", [23, 23]),
        # Times with an offset are exact: the 25th begins at 18:00 in Bishkek's calendar, an hour later in Almaty's.
        ("2026-11-24T18:00:00Z", [25]),
        ("2026-11-24T18:30:00Z/2026-11-25", [25]),
    ],
)
def test_a_bare_date_is_that_day_of_each_station(client: TestClient, asked: str, found: list[int]) -> None:
    values = [
        value
        for station, quantity in ((KIROV, "inflow"), (GATE, "discharge"))
        for value in column(client, f"{DAILY}/locations/{station}", quantity, datetime=asked)
    ]
    assert values == found


def test_dates_of_a_month_are_that_month(client: TestClient) -> None:
    assert column(client, f"{MONTHLY}/locations/{KIROV}", datetime="2026-04-01/2026-04-30") == [4]
    assert column(client, f"{MONTHLY}/locations/{KIROV}", datetime="2026-04-01") == [4]
    assert column(
        client, "/collections/talas-monthly-figures/locations/kirov:kg", datetime="2026-04-01/2026-04-30"
    ) == [4]
    box = {"bbox": "71,42,72,43", "datetime": "2026-04-01/2026-04-30"}
    for collection in ("talas-monthly", "talas-monthly-figures"):
        cube = client.get(f"/collections/{collection}/cube", params=box).json()
        assert cube["domain"]["axes"]["t"]["values"] == ["2026-03-31T18:00:00Z"]
        described = client.get(f"/collections/{collection}").json()["description"]
        assert "2026-04-01/2026-04-30 are the days, and the month, of April" in described
    for path in ("locations", "items"):
        assert client.get(f"{MONTHLY}/{path}?datetime=2026-02-01/2026-02-28").json()["features"] == []
        assert client.get(f"{MONTHLY}/{path}?datetime=2026-03-01").json()["numberMatched"] == 1


@pytest.mark.parametrize("day", ["2026-11-25", "2026-11-20", "2026-06-01"])
def test_of_two_stations_at_a_place_one_speaks_whatever_is_asked(client: TestClient, day: str) -> None:
    asked = {"datetime": day, "parameter-name": "inflow"}
    answer = client.get(f"{DAILY}/position", params={"coords": PLACE, "f": "csv"} | asked)
    assert answer.status_code == 200
    assert (answer.headers["arna-stations"], answer.headers["arna-left-out"]) == (KIROV, TWIN)
    assert ("2026-11-24T18:00:00Z" in answer.text, TWIN in answer.text) == (day == "2026-11-25", False)
    cube = client.get(f"{DAILY}/cube", params={"bbox": "71.6,42.6,71.7,42.7"} | asked).json()
    assert TWIN in cube["arna:left_out"]
    assert [value for value in cube["ranges"]["inflow"]["values"] if value] == ([25] if day == "2026-11-25" else [])


def test_a_station_that_never_spoke_makes_room_for_one_that_did(client: TestClient) -> None:
    asked = {"datetime": "2026-11-25", "parameter-name": "surface"}
    answer = client.get(f"{DAILY}/position", params={"coords": PLACE} | asked)
    assert (answer.json()["id"], answer.headers["arna-left-out"]) == (TWIN, KIROV)
    cube = client.get(f"{DAILY}/cube", params={"bbox": "71.6,42.6,71.7,42.7"} | asked).json()
    assert [one["id"] for one in cube["arna:stations"]] == [TWIN]
    # Before it had spoken neither had, and the real one stands.
    then = client.get(f"{DAILY}/position", params={"coords": PLACE, "as-of": "2"} | asked)
    assert then.headers["arna-stations"] == KIROV
    alone = client.get(f"{DAILY}/position", params={"coords": PLACE, "parameter-name": "release"})
    assert (alone.headers["arna-stations"], "arna-left-out" in alone.headers) == (TWIN, False)


def test_numbers_in_the_other_order_are_recognised(client: TestClient) -> None:
    answer = client.get(f"{DAILY}/position", params={"coords": SWAPPED})
    assert answer.status_code == 404
    assert f"the other way round {TWIN}, {KIROV} would be there" in answer.json()["description"]
    elsewhere = client.get(f"{DAILY}/position", params={"coords": "POINT(10 20)"}).json()["description"]
    assert "see /collections/talas-daily/locations" in elsewhere
    ring = "POLYGON((42 71,43 71,43 72,42 72,42 71))"
    for query, asked in (
        ("area", {"coords": ring}),
        ("cube", {"bbox": "42,71,43,72"}),
        ("radius", {"coords": SWAPPED, "within": "1", "within-units": "km"}),
    ):
        found = client.get(f"{DAILY}/{query}", params=asked | {"f": "geojson"})
        assert (found.status_code, found.json()["features"]) == (200, [])
        assert KIROV in found.headers["arna-hint"]
    nowhere = client.get(f"{DAILY}/area", params={"coords": "POLYGON((1 1,2 1,2 2,1 1))"})
    assert "arna-hint" not in nowhere.headers


def test_quantities_and_flags_are_taken_in_any_case(client: TestClient) -> None:
    path = f"{DAILY}/locations/{KIROV}"
    assert column(client, path, **{"parameter-name": "Inflow", "quality": "Good, UNKNOWN"}) == [23, 24, 25, 26, 27]
    assert client.get(f"{DAILY}/locations?parameter-name=DISCHARGE").json()["numberMatched"] == 1


@pytest.mark.parametrize(
    ("path", "status", "part"),
    [
        (f"{DAILY}/locations/kirov", 404, "did you mean kirov:kg or kirov:kg:simulated? else see"),
        (f"{DAILY}/locations/Kirov:KG", 404, "did you mean kirov:kg? else"),
        (f"{DAILY}/locations/kirow:kg", 404, "did you mean kirov:kg"),
        (f"{DAILY}/locations/nobody", 404, "'nobody' is not in talas-daily: see /collections/talas-daily/locations"),
        ("/collections/Talas-Daily", 404, "did you mean talas-daily"),
        (f"{DAILY}/locations/{KIROV}?parameter-name=level", 400, "level is in talas-term, talas-daily-figures"),
        (f"{DAILY}/position?coords={PLACE}&parameter-name=level", 400, "level is in talas-term"),
        (f"{DAILY}/area?coords=POLYGON((71 42,72 42,72 43,71 43))", 400, "has a ring that is open: end it with"),
        (f"{DAILY}/area?coords=POLYGON((71 42,72 42,72 43,71 42),(1 1,2 2,1 2))", 400, "begins with, 1 1"),
        (f"{DAILY}/locations/{KIROV}?datetime=2026-11-25T00:00:00+6", 400, "datetime '2026-11-25T00:00:00+6' is not"),
        ("/latest?collection=talas-daily-figures", 404, "see /collections/talas-daily-figures"),
        ("/dap/talas-daily-figures.dds", 404, "see /collections/talas-daily-figures"),
        ("/events?collection=talas-daily-figures", 404, "holds figures, which are not offered here"),
    ],
)
def test_what_is_refused_says_what_was_meant(client: TestClient, path: str, status: int, part: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, part in answer.text) == (status, True), answer.text


def test_a_cube_that_is_too_large_is_refused_before_anything_is_read(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "MOST_CELLS", 3)
    asked = {"bbox": "71.6,42.6,71.7,42.7", "parameter-name": "inflow"}
    read: list[object] = []
    monkeypatch.setattr(type(client.app.state.archive), "answer", lambda *_: read.append(_))  # type: ignore[attr-defined]
    answer = client.get(f"{DAILY}/cube", params=asked)
    assert (answer.status_code, "cells, more than 3" in answer.text, read) == (400, True, [])


def test_figures_of_a_station_that_never_spoke_have_no_times(client: TestClient) -> None:
    features = client.get("/collections/talas-daily-figures/locations").json()["features"]
    told = {one["id"]: one["properties"]["datetime"] for one in features}
    assert told == {
        TWIN: "2026-11-19T18:00:00Z/2026-11-24T18:00:00Z",
        KIROV: "2026-11-19T18:00:00Z/2026-11-26T18:00:00Z",
        GATE: "2026-11-22T19:00:00Z/2026-11-26T19:00:00Z",
    }
    items = client.get("/collections/talas-daily-figures/items").json()["features"]
    assert [one["properties"]["datetime"] for one in items if one["id"].startswith(f"{KIROV}.level")] == ["../.."]
