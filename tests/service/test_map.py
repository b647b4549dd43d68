"""The map: borders as the file has them, every site that has a place, and a ground for the map that moves."""

import json
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path
from xml.etree import ElementTree

import httpx2
import pytest

from record.network import Network, load_network
from service.language import language_called
from service.page.map import drawing as drawing_of_map
from service.page.map import ground_json, svg
from service.page.map.borders import FILE, Box, Line, Point, atlas_of, clipped
from service.page.map.ground import KM_A_DEGREE, area_of, ground_of
from service.page.reader import Reader, reader_of
from tests.service.sites_now import now_of
from tests.service.world import World

CONFIG = Path(__file__).parent.parent.parent / "config"
SVG = "{http://www.w3.org/2000/svg}"
HEAD = (75.1606, 42.8444)
"""Where the Western Great Chu Canal leaves the Chu, which is the border there."""
SQUARES = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.25], "translate": [10, 40]},
    # The common side of both squares, told upwards, and the rest of each.
    "arcs": [[[4, 0], [0, 8]], [[4, 8], [-4, 0], [0, -8], [4, 0]], [[4, 0], [4, 0], [0, 8], [-4, 0]]],
    "objects": {
        "countries": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "West"}},
                {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"name": "East"}},
            ]
        }
    },
}


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(CONFIG)


@pytest.fixture(scope="module")
def reader(network: Network) -> Reader:
    return reader_of(network, language_called("en"), "utc")


def to(path: str, **_: object) -> str:
    return f"/below{path}?lang=en"


def km_between(place: Point, line: Line) -> float:
    """How far a place is from the nearest point of a line, its segments cut into kilometres."""
    narrow = cos(radians(place[1]))
    points = []
    for (ax, ay), (bx, by) in pairwise(line):
        pieces = int(hypot(bx - ax, by - ay) * KM_A_DEGREE) + 1
        points += [(ax + (bx - ax) * part / pieces, ay + (by - ay) * part / pieces) for part in range(pieces + 1)]
    return min(hypot((x - place[0]) * narrow, y - place[1]) for x, y in points) * KM_A_DEGREE


def test_arcs_are_told_in_steps_and_may_run_backwards(tmp_path: Path) -> None:
    (tmp_path / "squares.json").write_text(json.dumps(SQUARES))
    atlas = atlas_of(Box(9, 39, 20, 50), tmp_path / "squares.json")
    assert atlas is not None
    assert list(atlas.borders[0]) == [(12, 40), (12, 42)]
    assert list(map(list, atlas.countries["East"])) == [[(12, 40), (14, 40), (14, 42), (12, 42), (12, 42), (12, 40)]]
    assert list(map(atlas.country_at, ((11, 41), (13, 41), (15, 41)))) == ["West", "East", None]
    cut = atlas_of(Box(11, 41, 13, 45), tmp_path / "squares.json")
    assert cut is not None
    assert list(map(list, cut.borders)) == [[(12, 41), (12, 42)], [(12, 42), (11, 42)], [(13, 42), (12, 42)]]


def test_a_line_is_cut_where_it_leaves_the_box_and_comes_again() -> None:
    there_and_back = ((0.5, 0.5), (0.5, 1.5), (0.75, 1.5), (0.75, 0.25), (0.9, 0.25))
    assert list(clipped(there_and_back, Box(0, 0, 1, 1))) == [
        ((0.5, 0.5), (0.5, 1.0)),
        ((0.75, 1.0), (0.75, 0.25), (0.9, 0.25)),
    ]
    assert list(clipped(((2, 0), (3, 1)), Box(0, 0, 1, 1))) == []


@pytest.mark.skipif(not FILE.is_file(), reason="npm did not fetch the borders: npm ci in service/page")
def test_the_border_runs_where_it_is_known_to_run(network: Network) -> None:
    atlas = atlas_of(area_of(network))
    assert atlas is not None
    assert min(km_between(HEAD, line) for line in atlas.borders) < 2
    for site in network.sites.values():
        if site.lon is not None and site.lat is not None:
            assert atlas.country_at((site.lon, site.lat)) == network.parties[site.country].names["en"], site.id


def test_every_site_with_a_place_is_on_the_map_where_it_is(network: Network, reader: Reader) -> None:
    figure = ElementTree.fromstring(svg(network, reader, now_of(network), to))
    pictures = list(figure.iter(f"{SVG}svg"))[:2]
    placed = {name: site for name, site in network.sites.items() if site.lon is not None}
    for picture in pictures:
        links = {one.get("data-site", ""): one for one in picture.iter(f"{SVG}a")}
        assert set(links) == set(placed)
        assert len(list(picture.iter(f"{SVG}a"))) == len(placed)
        assert links["kirov"].get("href") == "/below/sites/kirov?lang=en"
        spots = {
            name: [float(str(next(link.iter(f"{SVG}circle")).get(key))) for key in ("cx", "cy")]
            for name, link in links.items()
        }
        east = sorted(placed, key=lambda name: placed[name].lon or 0)
        assert sorted(spots, key=lambda name: spots[name][0]) == east
        _, _, wide, high = map(float, picture.get("viewBox", "").split())
        assert all(0 < x < wide and 0 < y < high for x, y in spots.values())
    assert figure.get("data-ground") == "/below/map.json?lang=en"
    notes = "".join(figure.itertext())
    assert "Rivers are schematic." in notes


def test_without_the_file_there_are_no_borders_and_the_map_says_so(
    network: Network, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing_of_map, "atlas_of", lambda _: None)
    text = str(svg(network, reader, {}, to))
    assert "Borders are not shown: the file that holds them was not fetched." in text
    assert 'class="frontier"' not in text
    assert "Natural Earth" not in text


def test_the_ground_is_true_to_scale(network: Network) -> None:
    ground = ground_of(network, 960, 0.5)
    km, pixels = ground.scale(200)
    assert (km, pixels <= 200) == (50, True)
    (ax, ay), (bx, by) = ground.at((74.0, 42.5)), ground.at((75.0, 42.5))
    assert hypot(bx - ax, by - ay) / pixels * km == pytest.approx(KM_A_DEGREE * cos(radians(42.5)), rel=0.01)
    assert ground.place(ground.at(HEAD)) == pytest.approx(HEAD)
    assert ground.graticule() == ((71, 72, 73, 74, 75, 76), (42, 43))


def test_the_ground_of_the_map_that_moves_is_geojson_without_readings(network: Network) -> None:
    told = json.loads(ground_json(network, language_called("kk")))
    rivers = {one["properties"]["name"]: one for one in told["features"] if one["properties"]["kind"] != "border"}
    assert len(rivers) == len(network.rivers)
    assert rivers["Шу"]["properties"]["kind"] == "stem"
    assert rivers["Шу"]["geometry"]["coordinates"][0] == [75.75, 42.22]
    assert rivers["Аламүдүн"]["properties"]["kind"] == "tributary"


def test_the_ground_is_asked_for_once(served_world: World, forgetful: httpx2.Client) -> None:
    address = f"{served_world.url}/map.json?lang=ru"
    answer = forgetful.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/geo+json")
    assert "max-age" in answer.headers["cache-control"]
    again = forgetful.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
