"""Asking by place: position, radius, area and cube find the stations that lie there and no others."""

import math
from collections.abc import Iterator

import httpx2
import pytest

from record.errors import SelectionError
from service.place.box import Box, box_of, refuse_malformed_z
from service.place.distance import distance_of
from service.place.geometry import LONGEST, MOST_POINTS, points_of, polygon_of
from service.place.places import places_of
from tests.service.world import DAILY, HOURLY, World, network_of_posts, post

HERE = f"/collections/{HOURLY}"
HOUR = {"datetime": "2026-05-20T00:00:00Z"}
EVERYWHERE = "POLYGON((70 40,80 40,80 45,70 45,70 40))"
WITH_A_HOLE = (
    "POLYGON((73 42,74.25 42,74.25 43,73 43,73 42),(74.09 42.54,74.11 42.54,74.11 42.56,74.09 42.56,74.09 42.54))"
)
BOTH_ENDS = "multipolygon(((73 42,74.05 42,74.05 43,73 43,73 42)),((74.95 42,76 42,76 44,74.95 44,74.95 42)))"
PLACED = [post(number) for number in range(11)]


@pytest.fixture(scope="module")
def client(served_world: World) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=served_world.url, timeout=30) as made:
        yield made


def stations(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    document = answer.json()
    return [one["id"] for one in document.get("coverages", [document])]


@pytest.mark.parametrize(
    ("query", "params", "found"),
    [
        ("position", {"coords": "POINT(74.01 42.51)"}, [post(0)]),
        ("position", {"coords": "MULTIPOINT((74.2 42.6),(74 42.5),(74.21 42.6))"}, [post(0), post(2)]),
        ("position", {"coords": "MULTIPOINT(74.2 42.6, 0 0)"}, [post(2)]),
        # The post there gives no level, and the next that does lies further than 5 km away.
        ("position", {"coords": "MULTIPOINT(74.1 42.55,74.2 42.6)", "parameter-name": "level"}, [post(2)]),
        ("radius", {"coords": "POINT(74.1 42.55)", "within": "1", "within-units": "km"}, [post(1)]),
        # Posts lie 9.9 km apart.
        ("radius", {"coords": "POINT(74.1 42.55)", "within": "9.95", "within-units": "KM"}, PLACED[:3]),
        ("radius", {"coords": "POINT(74.1 42.55)", "within": "9800", "within-units": "m"}, [post(1)]),
        ("radius", {"coords": "POINT(74.1 42.55)", "within": "6.2", "within-units": "miles"}, PLACED[:3]),
        ("radius", {"coords": "MULTIPOINT(74 42.5,75 43)", "within": "0", "within-units": "km"}, [post(0), post(10)]),
        ("area", {"coords": EVERYWHERE}, PLACED),
        ("area", {"coords": "POLYGON((74 42.5,74.15 42.5,74.15 42.6,74 42.6,74 42.5))"}, PLACED[:2]),
        ("area", {"coords": WITH_A_HOLE}, [post(0), post(2)]),
        ("area", {"coords": BOTH_ENDS}, [post(0), post(10)]),
        ("area", {"coords": "POLYGON((0 0,1 0,1 1,0 1,0 0))"}, []),
        ("cube", {"bbox": "74.1,42,74.3,43", "f": "geojson"}, PLACED[1:4]),
    ],
)  # fmt: skip
def test_a_place_finds_the_stations_that_lie_there(
    client: httpx2.Client, query: str, params: dict[str, str], found: list[str]
) -> None:
    answer = client.get(f"{HERE}/{query}", params=params | HOUR)
    if params.get("f") == "geojson":
        assert [one["id"] for one in answer.json()["features"]] == found
    else:
        assert stations(answer) == found


def test_a_station_without_a_place_lies_nowhere(client: httpx2.Client) -> None:
    network = network_of_posts()
    places = places_of(network.collection(HOURLY).stations, network)
    assert post(11) in network.collection(HOURLY).stations
    assert places.names == tuple(PLACED)
    assert places.in_box(Box(west=-180, south=-90, east=180, north=90)) == tuple(PLACED)
    assert post(11) not in stations(client.get(f"{HERE}/area", params={"coords": EVERYWHERE} | HOUR))


def test_a_box_may_cross_the_antimeridian() -> None:
    network = network_of_posts()
    places = places_of(network.collection(HOURLY).stations, network)
    assert places.in_box(box_of("74.9,-90,74.05,90")) == (post(0), post(9), post(10))


@pytest.mark.parametrize(
    ("query", "params", "part"),
    [
        ("position", {}, "coords is wanted"),
        ("position", {"coords": ""}, "coords is wanted"),
        ("position", {"coords": "POINT(nan 42)"}, "is not a point or multipoint"),
        ("position", {"coords": "POINT(inf 42)"}, "is not a point"),
        ("position", {"coords": "POINT(1e999 42)"}, "off the globe"),
        ("position", {"coords": "POINT(42)"}, "cannot be read"),
        ("position", {"coords": "POINT EMPTY"}, "is not a point"),
        ("position", {"coords": "LINESTRING(71 42,72 43)"}, "is not a point"),
        ("position", {"coords": "POINT(74 42.5)", "z": "high"}, "is not a height"),
        ("radius", {"coords": "POINT(74 42.5)", "within": "20"}, "within-units is wanted"),
        ("radius", {"coords": "POINT(74 42.5)", "within-units": "km"}, "within is wanted"),
        ("radius", {"coords": "POINT(74 42.5)", "within": "20", "within-units": "leagues"}, "use km, m, miles"),
        ("radius", {"coords": "POINT(74 42.5)", "within": "-1", "within-units": "km"}, "is not a distance"),
        ("radius", {"coords": "POINT(74 42.5)", "within": "nan", "within-units": "km"}, "is not a distance"),
        ("radius", {"within": "1", "within-units": "km"}, "coords is wanted"),
        ("area", {"coords": "POINT(74 42.5)"}, "is not a polygon"),
        ("area", {"coords": "POLYGON((0 0,1 1,1 0,0 1,0 0))"}, "must not cross"),
        ("area", {"coords": "POLYGON((0 0,1 1,1 0))"}, "has a ring that is open"),
        ("area", {"coords": "POLYGON((0 0,1 1,1 0,0 0"}, "is not a polygon"),
        ("area", {"coords": "POLYGON((0 0,200 1,1 0,0 0))"}, "off the globe"),
        ("cube", {}, "bbox is wanted"),
        ("cube", {"bbox": "1,2,3"}, "is not four or six numbers"),
        ("cube", {"bbox": "1,2,nan,4"}, "is not four or six numbers"),
        ("cube", {"bbox": "74,43,75,42"}, "turn it round"),
        ("cube", {"bbox": "74,42,75,99"}, "off the globe"),
        ("cube", {"bbox": "74,42,75,43", "crs": "EPSG:4326"}, "latitude before longitude"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    client: httpx2.Client, query: str, params: dict[str, str], part: str
) -> None:
    answer = client.get(f"{HERE}/{query}", params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, "Bad Request")
    assert part in answer.json()["description"]


def test_a_geometry_is_measured_before_it_is_read() -> None:
    ring = ",".join(f"{math.cos(step):.5f} {math.sin(step):.5f}" for step in range(MOST_POINTS + 1))
    with pytest.raises(SelectionError, match="at most"):
        polygon_of(f"POLYGON(({ring}))")
    with pytest.raises(SelectionError, match="at most"):
        points_of(f"POINT({'1' * LONGEST} 2)")
    with pytest.raises(SelectionError, match="is not a polygon"):
        polygon_of("POLYGON" + "(" * 5000 + "1 2" + ")" * 5000)
    assert len(points_of("MULTIPOINT(" + ",".join(["71 42"] * MOST_POINTS) + ")")) == MOST_POINTS


@pytest.mark.parametrize("z", ["850", "2/100", "850,700, 500", "R20/100/50", "-1.5", ""])
def test_a_height_that_can_be_read_changes_nothing(z: str) -> None:
    refuse_malformed_z(z)


@pytest.mark.parametrize(
    ("within", "units", "km"), [("1.5", "KM", 1.5), ("5", "miles", 8.04672), ("250", "metres", 0.25)]
)
def test_distances_are_told_in_the_units_of_clients(within: str, units: str, km: float) -> None:
    assert distance_of(within, units) == pytest.approx(km)


@pytest.mark.parametrize(
    "crs",
    [
        "CRS84",
        "crs84",
        "OGC:CRS84",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "http://www.opengis.net/def/crs/OGC/0/CRS84",
        "https://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "[OGC:CRS84]",
    ],
)
def test_the_reference_system_goes_by_every_name_that_clients_have_for_it(client: httpx2.Client, crs: str) -> None:
    answer = client.get(f"/collections/{DAILY}/locations/reservoir:kg", params={"crs": crs, "datetime": "2026-05-02"})
    assert answer.status_code == 200


@pytest.mark.parametrize("form", ["covjson", "geojson", "csv", "netcdf"])
def test_where_nobody_is_the_answer_is_an_empty_document(client: httpx2.Client, form: str) -> None:
    nobody = {"coords": "POLYGON((0 0,1 0,1 1,0 1,0 0))", "f": form}
    answer = client.get(f"{HERE}/area", params=nobody)
    assert answer.status_code == 200
    assert len(answer.content) > 10
    refused = client.get(f"{HERE}/area", params=nobody | {"parameter-name": "wind"})
    assert (refused.status_code, "use discharge, level" in refused.text) == (400, True)
