"""The schematic holds every site of its basin where it belongs, with what the record says; no text lies on another."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from record.network import Network, load_network
from record.network.river import River
from service.language import LANGUAGES, language_called
from service.page.fitted import lines_of, width
from service.page.now import SitesNow, StationNow, Trend
from service.page.reader import Reader, reader_of
from service.page.said import gauges_of
from service.page.schematic import svg
from service.page.schematic.course import course_of, joins_from_left
from service.page.schematic.frame import BOLD
from tests.service.sites_now import measure, now_of

CONFIG = Path(__file__).parent.parent.parent / "config"
SVG = "{http://www.w3.org/2000/svg}"
Element = ElementTree.Element


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(CONFIG)


@pytest.fixture(scope="module")
def sites(network: Network) -> SitesNow:
    return now_of(network)


@pytest.fixture(scope="module")
def reader(network: Network) -> Reader:
    return reader_of(network, language_called("en"), "utc")


def to(path: str, **_: object) -> str:
    return f"/below{path}?lang=en"


def drawn(network: Network, reader: Reader, sites: SitesNow, basin: str) -> list[Element]:
    """The two drawings: down the page, and across it."""
    pictures = list(ElementTree.fromstring(svg(network, reader, sites, basin, to)))
    assert len(pictures) == 2
    return pictures


def links(picture: Element) -> dict[str, Element]:
    found = [(one.get("data-site", ""), one) for one in picture.iter(f"{SVG}a")]
    assert len({name for name, _ in found}) == len(found)
    return dict(found)


def texts(link: Element) -> str:
    return " ".join("".join(one.itertext()) for one in link.iter(f"{SVG}text"))


def boxes(picture: Element) -> Iterator[tuple[str, float, float, float, float]]:
    """What each text covers, as wide as the font has it."""
    for one in picture.iter(f"{SVG}text"):
        said, size, x, y = "".join(one.itertext()), *(float(one.get(key, "")) for key in ("font-size", "x", "y"))
        wide = width(said, size, is_bold=one.get("class") in BOLD)
        left = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[one.get("text-anchor", "start")]
        yield said, left, y - 0.75 * size, left + wide, y + 0.2 * size


@pytest.mark.parametrize("basin", ["chu", "talas"])
def test_every_site_of_a_basin_is_a_link_with_its_newest_value(
    network: Network, reader: Reader, sites: SitesNow, basin: str
) -> None:
    wanted = {name for name, site in network.sites.items() if site.basin == basin}
    speaking = [station for name in wanted for station in sites[name] if station.measures[0].time]
    first = {(network.stations[one.station].site, one.party): one for one in reversed(speaking)}
    said = {f"latest:{one.measures[0].series}": one.measures[0].value for one in first.values()}
    for picture in drawn(network, reader, sites, basin):
        found = links(picture)
        assert set(found) == wanted
        assert all(link.get("href") == f"/below/sites/{name}?lang=en" for name, link in found.items())
        keyed = {one.get("data-key", ""): one for one in picture.iter() if one.get("data-key")}
        assert {key: float(one.get("data-value", "")) for key, one in keyed.items()} == said
        assert all(float((one.text or "").replace(",", "")) == pytest.approx(said[key], abs=0.06)
                   for key, one in keyed.items())  # fmt: skip


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_lies_on_another_or_beyond_the_picture(network: Network, sites: SitesNow, code: str) -> None:
    reader = reader_of(network, language_called(code))
    for basin in network.basins:
        for picture in drawn(network, reader, sites, basin):
            _, _, wide, high = map(float, picture.get("viewBox", "").split())
            found = list(boxes(picture))
            out = [one for one in found if one[1] < 0 or one[2] < 0 or one[3] > wide or one[4] > high]
            assert out == []
            assert [(a[0], b[0]) for a, b in combinations(found, 2)
                    if a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4]] == []  # fmt: skip


def test_marks_stand_beside_the_value_and_nothing_said_is_said(network: Network, reader: Reader) -> None:
    station = network.stations["alamedin:kg"]
    said = measure(station, "discharge", 4.25, late=True, trend=Trend.RISING, klass="low", flag="suspect")
    told = StationNow(
        station=station.id, party="kg", nature="simulated", computed=True, verified=True, measures=(said,)
    )
    for picture in drawn(network, reader, {"alamedin": (told,)}, "chu"):
        found = links(picture)
        said_there = texts(found["alamedin"])
        assert "4.25 m³/s" in said_there
        assert "low · simulated · computed · suspect · late" in said_there
        assert [one.get("class") for one in found["alamedin"].iter(f"{SVG}path")] == ["trend rising"]
        assert "k1" in str(ElementTree.tostring(found["alamedin"]))
        title = found["alamedin"].findtext(f"{SVG}title")
        assert title == "Alamedin\nKG, discharge, 4.25 m³/s, rising, low, simulated, computed, suspect, late, " \
            "2026-05-02 02:00 (+00:00)"  # fmt: skip
        assert texts(found["kegety"]) == "Kegety - l.k."
        assert not list(found["kegety"].iter(f"{SVG}tspan"))


def test_of_each_party_the_station_that_speaks_is_shown(network: Network, reader: Reader) -> None:
    station = network.stations["kirov:kg"]
    silent = StationNow(
        station=station.id,
        party="kg",
        nature="real",
        computed=False,
        verified=True,
        measures=(measure(station, "storage", None, time=None),),
    )
    twin = replace(silent, nature="simulated", measures=(measure(station, "storage", 300.0),))
    made = replace(twin, computed=True)
    assert [one.marks for one in gauges_of(network, reader, (silent, made, twin))] == [("simulated",)]
    (alone,) = gauges_of(network, reader, (silent,))
    assert (alone.shown, alone.number, alone.marks) == ("no data", None, ())


def test_both_gauges_of_a_border_stand_where_the_countries_meet(
    network: Network, reader: Reader, sites: SitesNow
) -> None:
    for picture in drawn(network, reader, sites, "talas"):
        border = links(picture)["example-border-talas"]
        assert [one.text for one in border.iter(f"{SVG}text") if one.get("class") == "country"] == ["KG", "KZ"]
        assert [one.text for one in border.iter(f"{SVG}text") if one.get("class") == "party"] == ["KZ", "KG"]
        assert len(list(border.iter(f"{SVG}tspan"))) == 2


def test_the_water_runs_by_the_sites_in_their_order(network: Network) -> None:
    course = course_of(network, "chu")
    order = [stop.site.id for stop in course.stops if stop.site]
    assert order.index("kochkorka") < order.index("orto-tokoy") < order.index("chon-kemin") < order.index("tasotkel")
    lanes = {stop.site.id: stop.lane for stop in course.stops if stop.site}
    # The Chon-Kemin comes from the right bank, the rivers of the Kyrgyz Ala-Too from the left.
    assert (lanes["chon-kemin"], lanes["alamedin"], lanes["kegety"], lanes["chumysh"]) == (-1, 1, 1, 0)
    assert [site.id for site in course.unplaced] == ["kolos", "atbashi"]


def test_a_river_that_others_make_begins_where_the_first_joins(network: Network) -> None:
    course = course_of(network, "talas")
    reaches = {reach.river.id: reach for reach in course.reaches}
    asa, first = reaches["asa"], min((reaches["teris"], reaches["kurkureu"]), key=lambda reach: reach.last)
    assert (asa.is_fed, asa.first, asa.into) == (True, first.last + 1, None)
    assert course.stops[asa.last].is_end
    assert {reaches["teris"].into, reaches["kurkureu"].into} == {0}


def test_what_joins_what_joins_a_stem_lies_beyond_it(network: Network) -> None:
    further = River(id="further", basin="chu", names={"en": "F"}, into="alamedin", course=("kolos",), source="x")
    course = course_of(replace(network, rivers={**network.rivers, "further": further}), "chu")
    reach = next(reach for reach in course.reaches if reach.river.id == "further")
    assert (reach.lane, reach.into) == (2, 1)
    alamedin = next(reach for reach in course.reaches if reach.river.id == "alamedin")
    assert (alamedin.first, alamedin.is_fed) == (reach.last + 1, True)


def test_the_bank_is_told_by_the_headwater() -> None:
    north = ((75.0, 42.0), (75.0, 43.0))
    assert joins_from_left(north, ((74.5, 42.4), (75.0, 42.6)))
    assert not joins_from_left(north, ((75.5, 42.4), (75.0, 42.6)))


def test_a_text_is_broken_where_it_may_be_and_cut_where_there_is_no_room() -> None:
    assert lines_of("Orto-Tokoy reservoir", 10, 1000, 2) == ("Orto-Tokoy reservoir",)
    assert lines_of("Orto-Tokoy reservoir", 10, 60, 3) == ("Orto-Tokoy", "reservoir")
    assert lines_of("Orto-Tokoy reservoir", 10, 40, 2) == ("Orto-", "Tokoy…")
    assert all(width(line, 10) <= 40 for line in lines_of("Orto-Tokoy reservoir", 10, 40, 2))
    assert lines_of("Tokmok", 10, 20, 1)[0].endswith("…")


def test_a_value_flagged_bad_is_struck_through_and_what_was_known_stands_where_none_is(
    network: Network, reader: Reader
) -> None:
    site = next(one for one in network.sites.values() if one.basin == "chu" and network.stations_at[one.id])
    station = network.stations_at[site.id][0]
    held = StationNow(
        station=station.id, party=station.party, nature=station.nature.value, computed=False, verified=True, measures=()
    )

    def shown(**told: object) -> list[dict[str, str]]:
        sites = {site.id: (replace(held, measures=(measure(station, "discharge", **told),)),)}  # type: ignore[arg-type]
        return [
            {one.get("class", ""): "".join(one.itertext()) for one in links(picture)[site.id].iter(f"{SVG}text")}
            for picture in drawn(network, reader, sites, "chu")
        ]

    for texts_of in shown(value=-2.84, flag="bad"):
        assert "struck" in texts_of
        assert "value" not in texts_of
    for texts_of in shown(value=7.5, silent=True):
        assert texts_of["none"] == "no data"
        assert not {"value", "struck"} & set(texts_of)
