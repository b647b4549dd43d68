"""The figure of a hydrograph: its numbers are the API's, its picture shows gaps and marks, its links other spans."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from record.errors import SelectionError
from record.quantities import quantity_of
from service.language import language_called
from service.page.assets import Assets
from service.page.hydrograph import figure
from service.page.hydrograph.instants import instants
from service.page.reader import reader_of
from service.page.shell import Shell, Standing
from service.routes.hydrographs import Asked, drawn
from tests.service.world import NOW, World

SERIES = "post-02:kg.discharge.hourly"
MAY = ("2026-05-05T00:00:00Z", "2026-05-15T00:00:00Z")
_VALUE = re.compile(r'<data value="([^"]*)" data-key="hydrograph:([^"]*)"')
_SVG = "{http://www.w3.org/2000/svg}"
_PATH = re.compile(r'<path class="([^"]*)" d="([^"]*)"')


def shown(world: World, *series: str, span: tuple[str | None, str | None] = MAY, code: str = "en", **more: Any) -> str:
    reader = reader_of(world.network, language_called(code), more.pop("zone", None))
    standing = Standing(state="same", sentence="", size=1)
    shell = Shell(
        reader=reader, network=world.network, standing=standing, assets=Assets(), base="", host="http://arna.test",
        path="/sites/post-02", asked=(("series", SERIES), ("from", "2026-05-01")), now=NOW,
    )  # fmt: skip
    request = Request({"type": "http", "app": world.app, "headers": [], "path": "/", "method": "GET"})
    held = drawn(request, world.network, series or (SERIES,), Asked(first=span[0], last=span[1], as_of=None))
    return str(figure(shell, held, title="Post 2", **more))


def paths(page: str) -> dict[str, str]:
    return dict(_PATH.findall(page.partition('<svg class="plot"')[2].partition("</svg>")[0]))


def test_the_numbers_beside_the_picture_are_those_of_the_api(served_world: World) -> None:
    said = TestClient(served_world.app).get(f"/hydrographs/{SERIES}?from={MAY[0]}&to={MAY[1]}").json()
    known = [one for one in said["value"] if one is not None]
    page = shown(served_world)
    assert {key.removeprefix(f"{SERIES}:"): float(value) for value, key in _VALUE.findall(page)} == {
        "low": min(known), "high": max(known), "last": known[-1], "readings": said["readings"],
    }  # fmt: skip
    for kind, many in {**said["flags"], "amended": said["amended"]}.items():
        word = {"missing": "no data"}.get(kind, kind)
        assert many
        assert f'<span class="flag">{word}</span> {many}' in page
    assert "Each of" in page
    assert "There is no norm: 0 of the years" in page


def test_the_picture_breaks_where_readings_lack_and_bears_marks(served_world: World) -> None:
    said = TestClient(served_world.app).get(f"/hydrographs/{SERIES}?from={MAY[0]}&to={MAY[1]}").json()
    drawn_paths = paths(shown(served_world))
    runs = sum(one is None for one in said["value"]) + 1
    alone = len(re.findall("h0", drawn_paths.get("line line-0 alone", "")))
    assert drawn_paths["line line-0"].count("M") + alone == runs > 5
    for kind in ("suspect", "bad"):
        assert drawn_paths[f"mark {kind}"].count("h0") == said["flags"][kind]
    assert drawn_paths["mark missing"].count("v-") == said["flags"]["missing"]
    assert (drawn_paths["mark amended"].count("h0"), drawn_paths["mark was"].count("V")) == (1, 1)


def test_marked_readings_lead_to_their_history(served_world: World) -> None:
    page = shown(served_world, history=lambda series: f"/sites/post-02?series={series}")
    assert f"/sites/post-02?series={SERIES}&amp;time=2026-05-11T00:00:00Z#history" in page
    assert "series=post-02:kg.discharge.hourly&amp;lang=en&amp;time=" in shown(served_world)


def test_links_lead_to_other_spans_of_the_same_place(served_world: World) -> None:
    page = shown(served_world, zone="kz")
    links = dict(re.findall(r'<a href="([^"]*)#hydrograph"[^>]*>([^<]*)</a>', page))
    told = {text: link for link, text in links.items()}
    assert set(told) == {"a day", "10 days", "a month", "the season", "a year", "everything", "earlier", "later"}
    assert "from=2026-05-15&amp;to=2026-05-16" in told["a day"]
    assert "from=2026-05-06&amp;to=2026-05-16" in told["10 days"]
    assert "from=2026-04-01&amp;to=2026-10-01" in told["the season"]
    assert "from=2026-04-01&amp;to=2026-06-02" in told["everything"]
    assert "from=2026-04-25T00:00:00Z&amp;to=2026-05-05T00:00:00Z" in told["earlier"]
    assert all("series=post-02:kg" in link and "zone=kz" in link for link in told.values())
    whole = shown(served_world, span=("2026-04-01", "2026-06-02"))
    assert re.search(r'aria-current="true">everything</a>', whole)
    assert '<span class="quiet">later</span>' in whole


def test_several_series_have_a_line_each_and_an_axis_for_each_unit(served_world: World) -> None:
    both = shown(served_world, SERIES, "post-10:kg.discharge.hourly", "post-02:kg.level.hourly")
    assert {"line line-0", "line line-1", "line line-2"} <= set(paths(both))
    assert both.count('<div class="values ') == 2
    # What is simulated is so for the eye: on its own ground, with its word in the picture and beside its name.
    assert 'class="hydrograph simulated"' in both
    assert '<rect class="unreal"' in both
    assert '<span class="badge simulated">simulated</span>' in both
    assert 'class="unreal"' not in shown(served_world)
    with pytest.raises(SelectionError, match="too many units"):
        shown(served_world, SERIES, "post-02:kg.level.hourly", "reservoir:kg.storage.daily")


def test_what_has_nothing_says_so(served_world: World) -> None:
    page = shown(served_world, span=("2020-01-01", "2020-02-01"))
    assert "Nothing is known of this span." in page
    assert '<svg class="plot"' not in page
    assert 'data-state="empty"' in page


def test_the_script_is_told_what_it_asks_for(served_world: World) -> None:
    page = shown(served_world, names=["</script><b>"], zone="utc")
    told = json.loads(re.findall(r'<script type="application/json" class="told">(.*?)</script>', page)[0])
    assert told["series"][0]["name"] == "</script><b>"
    assert told["series"][0]["address"] == f"/hydrographs/{SERIES}"
    assert (told["start"], told["zone"], told["language"]) == (1777939200, "UTC", "en")
    assert "datetime=2026-05-05T00:00:00Z/2026-05-14T23:59:59Z" in page


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (1, ["9 May", "06:00", "12:00", "18:00"]),
        (6, ["9 May", "10 May", "11 May", "12 May", "13 May", "14 May"]),
        (60, ["11 May", "21 May", "1 Jun", "11 Jun", "21 Jun", "1 Jul"]),
        (365, ["Jul 2026", "Sep", "Nov", "Jan 2027", "Mar", "May"]),
        (3650, ["2028", "2030", "2032", "2034", "2036"]),
    ],
)
def test_times_below_are_round_by_the_clock_of_the_reader(days: int, labels: list[str]) -> None:
    start = int(datetime(2026, 5, 9, tzinfo=UTC).timestamp())
    found = instants(start, start + days * 86_400, UTC, language_called("en"))
    assert [one.label.replace("\N{NO-BREAK SPACE}", " ") for one in found] == labels


MEANS = "reservoir:kg.storage.daily"
"""A series of daily means."""
DAYS = ("2026-05-05", "2026-05-08")


def test_means_are_drawn_over_their_days_and_named_by_them(served_world: World) -> None:
    page = shown(served_world, MEANS, span=DAYS, zone="utc")
    # Each is level until the next midnight where its station stands; those of this world are stamped six hours late.
    points = [point.split(" ") for point in paths(page)["line line-0"].removeprefix("M").split("L")]
    assert [float(across) for across, _ in points] == [83.3, 333.3, 416.7, 666.7, 750, 1000]
    assert all(begin == end for (_, begin), (_, end) in zip(points[::2], points[1::2], strict=True))
    assert "From 5 May 2026 to 7 May 2026" in page
    last = re.findall(r'<time class="quiet" datetime="([^"]*)">([^<]*)</time>', page)[-1]
    assert last == ("2026-05-07T00:00:00+00:00", "7 May 2026, mean")
    labels = re.findall(r'<span class="tick" style="left:([0-9.]+)%">([^<]*)</span>', page)
    assert [(place, label.replace("\N{NO-BREAK SPACE}", " ")) for place, label in labels] == [
        ("0.0", "5 May"), ("33.33", "6 May"), ("66.67", "7 May"),
    ]  # fmt: skip
    assert ">a day<" not in page


def test_lines_of_two_parties_have_their_colours_and_others_no_party_s(served_world: World) -> None:
    network = served_world.network
    kz = next(name for name in network.series if network.station(network.series[name].station).party == "kz")
    quantity = quantity_of(network.series[kz].quantity)
    kg = next(
        name for name, one in network.series.items()
        if network.station(one.station).party == "kg" and quantity_of(one.quantity).label == quantity.label
    )  # fmt: skip
    page = shown(served_world, kg, kz, span=("2026-05-01", "2026-06-01"))
    assert 'class="line line-0 of-kg"' in page
    assert 'class="line line-1 of-kz"' in page
    assert " of-k" not in shown(served_world)


def test_landmarks_of_figures_are_called_by_their_figures(served_world: World) -> None:
    page = shown(served_world, name="hydrograph-2")
    assert page.count('aria-labelledby="hydrograph-2-spans hydrograph-2-caption"') == 1
    assert page.count('role="region"') == page.count("hydrograph-2-caption") - 2


def test_the_chart_is_to_be_had_as_a_picture_that_stands_alone(served_world: World) -> None:
    client = TestClient(served_world.app)
    said = client.get(f"/hydrographs/{SERIES}?from={MAY[0]}&to={MAY[1]}").json()
    address = re.findall(r'<a href="([^"]*\.svg[^"]*)">Chart as SVG</a>', shown(served_world, zone="utc"))[0].replace(
        "&amp;", "&"
    )
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    root = ElementTree.fromstring(answer.content)
    assert {path.get("stroke") for path in root.iter(f"{_SVG}path")} - {None}
    assert not [one for one in root.iter() if one.get("class") or one.get("style") or one.get("href")]
    words = " ".join(text for text in root.itertext() if text.strip())
    for line in ("Post 2", "From 2026-05-05 00:00 (+00:00) to 2026-05-15 00:00 (+00:00)", "suspect", SERIES,
                 f"It rests on the first {said['journal_size']} entries of the journal."):  # fmt: skip
        assert line in words
    # Its lines are those of the page.
    lines = {path.get("d") for path in root.iter(f"{_SVG}path")}
    assert set(paths(shown(served_world)).values()) <= lines
    held = client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert held.status_code == 304
    two = client.get(f"/hydrographs/{SERIES}.svg?beside=post-10:kg.discharge.hourly&from={MAY[0]}&lang=kk")
    assert "модельденген" in two.text
    assert client.get(f"/hydrographs/{SERIES}.svg?from=2020-01-01&to=2020-02-01").status_code == 404
