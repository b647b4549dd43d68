"""WaterML 2.0: valid by the schemas of the OGC where they are at hand, whole in any case, and read by OWSLib."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from record.archive.answer import About, Answer, Heading
from record.entry import Flag
from service.encode import ENCODERS, waterml
from service.encode.told import Told
from tests.answers import TOLD, written
from tests.service.asking import answer_of
from tests.service.world import BEGIN, DAILY, HOURLY, World, network_of_posts, post

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas" / "ogc-xsd"
NS = {
    "wml2": "http://www.opengis.net/waterml/2.0", "om": "http://www.opengis.net/om/2.0",
    "gml": "http://www.opengis.net/gml/3.2", "sam": "http://www.opengis.net/sampling/2.0",
    "sams": "http://www.opengis.net/samplingSpatial/2.0",
}  # fmt: skip
HREF = "{http://www.w3.org/1999/xlink}href"
TITLE = "{http://www.w3.org/1999/xlink}title"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class Local(etree.Resolver):
    """The schemas import each other by their addresses; here they are files."""

    def resolve(self: Any, url: str, public_id: str, context: Any = None) -> Any:
        for host in ("http://schemas.opengis.net/", "https://schemas.opengis.net/"):
            if url.startswith(host):
                return self.resolve_filename(str(SCHEMAS / url.removeprefix(host)), context)
        if url.startswith(("http://www.w3.org/", "https://www.w3.org/")):
            return self.resolve_filename(str(SCHEMAS / "w3c" / url.rpartition("/")[2]), context)
        return None


@cache
def schema() -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.parse(str(SCHEMAS / "waterml" / "2.0" / "waterml2.xsd"), parser))


needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason=f"no schemas at {SCHEMAS}: validity by the XSDs of WaterML 2.0 is not judged"
)


def parsed(document: bytes) -> Any:
    """The document; every reference within it must lead somewhere, and no id stand twice."""
    root: Any = etree.fromstring(document)
    ids = [element.get(f"{{{NS['gml']}}}id") for element in root.iter() if element.get(f"{{{NS['gml']}}}id")]
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in root.xpath("//@*[local-name()='href']") if href.startswith("#")} <= set(ids)
    return root


def tails(element: Any, path: str) -> list[str]:
    return [found.get(HREF, "").rpartition("/")[2] for found in element.iterfind(path, NS)]


@needs_schemas
@pytest.mark.parametrize(
    ("collection", "more"),
    [(DAILY, {}), (HOURLY, {"status": True, "flags": frozenset({Flag.GOOD})}), (DAILY, {"as_of": 0})],
    ids=["daily", "hourly with status and withheld values", "nothing"],
)
def test_it_is_valid_by_the_schemas(served_world: World, collection: str, more: dict[str, Any]) -> None:
    root = etree.fromstring(written("waterml", answer_of(served_world, collection, **more)))
    assert schema().validate(root), str(schema().error_log)[:500]
    root[0].addnext(etree.Element("{http://www.opengis.net/waterml/2.0}point"))
    assert not schema().validate(root)


def test_an_observation_a_series_with_all_that_was_said(served_world: World) -> None:
    answer = answer_of(served_world, HOURLY, start=BEGIN)
    root = parsed(written("waterml", answer))
    observations = root.findall("wml2:observationMember/om:OM_Observation", NS)
    assert len(observations) == len(served_world.network.collection(HOURLY).series) == 18
    for row, name in [(0, "discharge"), (0, "level"), (7, "discharge")]:
        series = root.find(f".//wml2:MeasurementTimeseries[@gml:id='series.{row}.{name}']", NS)
        assert series is not None
        spoken = answer.layers[f"{name}_entry"][row] >= 0
        times = [one.text for one in series.iterfind("wml2:point/wml2:MeasurementTVP/wml2:time", NS)]
        assert times == [f"{time}Z" for time in np.datetime_as_string(answer.time[spoken].astype("datetime64[s]"))]
        values = [one.text for one in series.iterfind("wml2:point/wml2:MeasurementTVP/wml2:value", NS)]
        np.testing.assert_array_equal(np.array(values, dtype=float), answer.layers[name][row][spoken])
        entries = [int(one.rpartition("=")[2]) for one in tails(series, "wml2:point//wml2:source")]
        assert entries == answer.layers[f"{name}_entry"][row][spoken].tolist()


@pytest.mark.parametrize(
    ("flag", "quality", "nil"),
    [
        (Flag.GOOD, [], []), (Flag.UNKNOWN, ["unchecked"], []), (Flag.SUSPECT, ["suspect"], []),
        (Flag.BAD, ["poor"], []), (Flag.MISSING, [], ["missing"]),
    ],
)  # fmt: skip
def test_each_flag_has_its_quality(flag: Flag, quality: list[str], nil: list[str]) -> None:
    root = parsed(written("waterml", made(value=float("nan") if flag is Flag.MISSING else 4.25, flag=flag)))
    (point,) = root.iterfind(".//wml2:MeasurementTVP", NS)
    assert tails(point, ".//wml2:quality") == quality
    assert tails(point, ".//wml2:nilReason") == nil
    value = point.find("wml2:value", NS)
    assert value is not None
    assert (value.text, value.get(NIL)) == ((None, "true") if nil else ("4.25", None))
    assert point.find("wml2:metadata//wml2:source", NS).get(HREF) == f"{TOLD.service}/proof?entry=7"


def test_what_was_not_wanted_is_withheld_and_keeps_its_quality() -> None:
    (point,) = parsed(written("waterml", made(value=float("nan"), flag=Flag.BAD))).iterfind(
        ".//wml2:MeasurementTVP", NS
    )
    assert tails(point, ".//wml2:quality") == ["poor"]
    assert tails(point, ".//wml2:nilReason") == ["withheld"]


@pytest.mark.parametrize(
    ("interval", "quantity", "word", "spans"),
    [
        ("hourly", "discharge", "Continuous", None), ("term", "level", "Continuous", None),
        ("daily", "inflow", "AverageSucc", "P1D"), ("10-day", "inflow", "AverageSucc", None),
        ("monthly", "inflow", "AverageSucc", "P1M"), ("daily", "precipitation", "TotalSucc", "P1D"),
    ],
)  # fmt: skip
def test_a_stamp_is_the_start_of_its_period(interval: str, quantity: str, word: str, spans: str | None) -> None:
    root = parsed(written("waterml", made(interval=interval, quantity=quantity)))
    default = root.find(".//wml2:DefaultTVPMeasurementMetadata", NS)
    assert default is not None
    assert tails(default, "wml2:interpolationType") == [word]
    assert default.findtext("wml2:aggregationDuration", None, NS) == spans
    assert tails(default, "wml2:quality") == ["good"]


@pytest.mark.parametrize(
    ("quantity", "code"), [("discharge", "m3/s"), ("storage", "hm3"), ("level", "m"), ("temperature", "Cel")]
)
def test_units_are_those_of_ucum(quantity: str, code: str) -> None:
    root = parsed(written("waterml", made(quantity=quantity)))
    assert [one.get("code") for one in root.iter(f"{{{NS['wml2']}}}uom")] == [code]


def test_a_simulated_station_is_seen_as_such_and_an_unknown_place_is_none(served_world: World) -> None:
    root = parsed(written("waterml", answer_of(served_world, HOURLY, [post(10), post(11)])))
    simulated, placeless = root.iterfind(".//wml2:MonitoringPoint", NS)
    assert simulated.findtext("gml:name", None, NS) == "Post 10 (simulated)"
    assert simulated.findtext(".//gml:pos", None, NS) == "43.0 75.0"
    assert placeless.findtext("gml:name", None, NS) == "Post 11"
    assert placeless.find(".//gml:Point", NS) is None
    assert tails(root, ".//wml2:processType") == ["Simulation", "Simulation", "Unknown"]
    natures = [one.text for one in root.iterfind(".//om:parameter//om:value", NS)]
    assert natures == ["simulated", "simulated", "real"]


def test_the_document_tells_its_record_and_is_dated_by_it(served_world: World) -> None:
    answer = answer_of(served_world, DAILY)
    entered = datetime(2026, 6, 1, 3, tzinfo=UTC)
    document = written("waterml", answer, told=replace(TOLD, entered=lambda: entered))
    root = parsed(document)
    assert root.findtext(".//wml2:generationDate", None, NS) == "2026-06-01T03:00:00Z"
    said = {one.find(f"{{{NS['om']}}}name").get(TITLE): one[1].text for one in root.iterfind("wml2:parameter/*", NS)}
    assert said["origin"] == served_world.network.origin
    assert said["journal_size"] == str(answer.heading.count)
    assert said["record_state"] == TOLD.state
    assert document == written("waterml", answer, told=replace(TOLD, entered=lambda: entered))


def test_review_stands_beside_each_point_where_asked(served_world: World) -> None:
    root = parsed(written("waterml", answer_of(served_world, DAILY, status=True)))
    assert {one.get(TITLE) for one in root.iterfind(".//wml2:processing", NS)} == {"provisional"}
    assert parsed(written("waterml", answer_of(served_world, DAILY))).find(".//wml2:processing", NS) is None


@settings(max_examples=40)
@given(name=st.text(max_size=12), service=st.text(max_size=12))
@example(name="\"<&>'", service='http://a.example/"<&')
@example(name="a\0b\uffff", service="\n\t")
def test_any_name_gives_a_whole_document(name: str, service: str) -> None:
    answer = made(name=name)
    told = Told(service=service, state=name, note=service)
    root = parsed(b"".join(ENCODERS["waterml"].write(answer.heading, [answer], told)))
    (source,) = root.iterfind(".//wml2:source", NS)
    assert source.get(HREF).endswith("/proof?entry=7")
    assert not service.isprintable() or source.get(HREF).startswith(service)
    found = root.findtext(".//wml2:MonitoringPoint/gml:name", None, NS)
    assert len(found or "") == len(name)
    if name.isprintable():
        assert (found or "") == name


def test_points_are_written_station_by_station(served_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answer_of(served_world, HOURLY)
    taken = []

    def one_by_one() -> Iterator[Answer]:
        for row in range(len(answer.heading.stations)):
            taken.append(row)
            yield answer.of(row)

    monkeypatch.setattr(waterml, "_AT_A_TIME", 100)
    pieces = ENCODERS["waterml"].write(answer.heading, one_by_one(), TOLD)
    head = [next(pieces), next(pieces), next(pieces)]
    assert taken == [0]
    rest = list(pieces)
    assert max(len(piece) for piece in rest) < 60_000
    monkeypatch.undo()
    assert b"".join([*head, *rest]) == written("waterml", answer)


def test_owslib_reads_it(served_world: World) -> None:
    reader = import_module("owslib.swe.observation.waterml2")
    answer = answer_of(served_world, DAILY)
    root = parsed(written("waterml", answer))
    found = [
        reader.MeasurementTimeseriesObservation(one).get_result() for one in root.iterfind(".//om:OM_Observation", NS)
    ]
    assert [one.defaultTVPMetadata.uom for one in found] == ["m3/s", "m3/s", "hm3"]
    spoken = answer.layers["inflow_entry"][0] >= 0
    values = np.array([point.value for point in found[0].points], dtype=float)
    np.testing.assert_array_equal(values, answer.layers["inflow"][0][spoken])


def made(
    *,
    value: float = 4.25,
    flag: Flag = Flag.GOOD,
    interval: str = "hourly",
    quantity: str = "discharge",
    name: str = "P",
) -> Answer:
    """One reading of one station."""
    about = About(id="p:kg", name=name, nature="real", verified=True, computed=False, lat=42.5, lon=74.0)
    heading = Heading(
        collection=replace(network_of_posts().collection(HOURLY), interval=interval), stations=(about,),
        quantities=(quantity,), kinds=("", "_flag", "_entry"), count=8, as_of=None, origin="arna.example/test",
    )  # fmt: skip
    layers = {quantity: np.array([[value]]), f"{quantity}_flag": np.array([[flag]], dtype=np.int8)}
    layers[f"{quantity}_entry"] = np.array([[7]])
    return Answer(heading, np.array([1_777_777_200]), layers)
