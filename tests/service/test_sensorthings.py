"""SensorThings 1.1 as its clients ask: the values of the archive, in pages, filtered, expanded; or a refusal."""

from collections.abc import Iterator
from typing import Any

import httpx2
import numpy as np
import pytest

from record.archive import Archive
from record.archive.answer import Answer
from record.selection import Selection
from tests.service.world import DAILY, HOURLY, POSTS, World

POST, INFLOW = "post-03:kz.discharge.hourly", "reservoir:kg.inflow.daily"
CLAIMED = "http://www.opengis.net/spec/iot_sensing/1.1/req"
SETS = {
    "Things": POSTS + 1,
    "Locations": POSTS,
    "HistoricalLocations": 0,
    "Datastreams": POSTS + POSTS // 2 + 3,
    "Sensors": POSTS + 1,
    "ObservedProperties": 5,
    "FeaturesOfInterest": POSTS + 1,
}


@pytest.fixture(scope="module")
def client(served_world: World) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"{served_world.url}/sensorthings/v1.1/") as made:
        yield made


def get(client: httpx2.Client, path: str, **asked: str) -> Any:
    """A document; options without their dollar sign, which as_of has not."""
    parameters = {"as-of" if name == "as_of" else f"${name}": text for name, text in asked.items()}
    # Empty parameters would take away those of the address.
    answer = client.get(path, params=parameters) if parameters else client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def paged(client: httpx2.Client, path: str, **asked: str) -> list[dict[str, Any]]:
    """All entities of a list, a page after the other."""
    document = get(client, path, **asked)
    found, pages = list(document["value"]), 1
    while link := document.get("@iot.nextLink"):
        document = client.get(link).json()
        found, pages = found + document["value"], pages + 1
        assert pages < 200
    return found


def said(world: World, *series: str, as_of: int | None = None) -> Answer:
    """What the archive says."""
    return Archive(world.record).answer(Selection(series=series, as_of=as_of))


def rows_of(answer: Answer, quantity: str) -> list[tuple[str, float | None, int]]:
    """Time, value and entry of each reading of the first station."""
    entry, value = answer.layers[f"{quantity}_entry"][0], answer.layers[quantity][0]
    times = np.datetime_as_string(answer.time.astype("datetime64[s]")).tolist()
    return [
        (f"{time}Z", None if np.isnan(one) else one, number)
        for time, one, number in zip(times, value.tolist(), entry.tolist(), strict=True)
        if number >= 0
    ]


def shown(observations: list[dict[str, Any]]) -> list[tuple[str, float | None, int]]:
    return [(one["phenomenonTime"], one["result"], one["parameters"]["entry"]) for one in observations]


def names(found: Any) -> list[str]:
    return [one["@iot.id"] for one in found["value"]]


def test_the_root_names_every_set_and_what_is_claimed(client: httpx2.Client) -> None:
    for path in ("", "/"):
        document = client.get(str(client.base_url).rstrip("/") + path).json()
        assert {one["name"] for one in document["value"]} == {*SETS, "Observations"}
        assert f"{CLAIMED}/datamodel" in document["serverSettings"]["conformance"]
    for one in document["value"]:
        assert "value" in get(client, one["url"], top="1")


def test_every_link_of_every_kind_of_entity_leads_somewhere(client: httpx2.Client) -> None:
    for name, many in SETS.items():
        document = get(client, name, count="true", top="2")
        assert document["@iot.count"] == many
        assert ("@iot.nextLink" in document) == (many > 2)
        for one in document["value"]:
            assert get(client, one["@iot.selfLink"]) == one
            for link in [value for key, value in one.items() if key.endswith("@iot.navigationLink")]:
                there = get(client, link, top="1")
                assert "@iot.selfLink" in str(there) or there["value"] == []
    (one,) = get(client, f"Datastreams('{POST}')/Observations", top="1")["value"]
    assert get(client, one["@iot.selfLink"]) == one
    assert get(client, one["Datastream@iot.navigationLink"])["@iot.id"] == POST
    assert get(client, one["FeatureOfInterest@iot.navigationLink"])["@iot.id"] == "post-03"


def test_whether_a_station_is_real_and_confirmed_is_seen_with_it(client: httpx2.Client) -> None:
    natures = {one["@iot.id"]: one["properties"]["nature"] for one in paged(client, "Things", top="5")}
    assert natures.pop(f"post-{POSTS - 2:02}:kg") == "simulated"
    assert set(natures.values()) == {"real"}
    for path in (f"Datastreams('{POST}')", "Things('post-03:kz')", "Sensors('post-03:kz')"):
        assert {"nature", "verified", "computed"} <= set(get(client, path)["properties"])
    unplaced = get(client, f"Things('post-{POSTS - 1:02}:kz')", expand="Locations")
    assert unplaced["Locations"] == []
    assert get(client, f"FeaturesOfInterest('post-{POSTS - 1:02}')")["feature"]["geometry"] is None


@pytest.mark.parametrize("order", ["", "phenomenonTime asc", "phenomenonTime desc"])
@pytest.mark.parametrize("series", [POST, INFLOW])
def test_observations_are_the_readings_of_the_archive_page_by_page(
    served_world: World, client: httpx2.Client, series: str, order: str
) -> None:
    expected = rows_of(said(served_world, series), series.split(".")[1])
    asked = {"top": "397"} | ({"orderby": order} if order else {})
    found = shown(paged(client, f"Datastreams('{series}')/Observations", **asked))
    assert found == (expected[::-1] if order.endswith("desc") else expected)
    assert len({one[0] for one in found}) == len(found)


def test_an_observation_carries_its_flag_and_when_it_was_entered(served_world: World, client: httpx2.Client) -> None:
    found = get(client, f"Datastreams('{POST}')/Observations", filter="resultQuality ne 'good'", top="1000")["value"]
    assert {one["resultQuality"] for one in found} == {"suspect", "bad", "missing"}
    assert all((one["result"] is None) == (one["resultQuality"] == "missing") for one in found)
    corrected = get(client, f"Observations('{POST}@2026-05-11T00:00:00Z')")
    assert (corrected["result"], corrected["resultTime"]) == (33.25, "2026-06-02T00:00:00Z")
    size = Archive(served_world.record).size()
    assert corrected["parameters"] == {"entry": size - 1, "nature": "real", "verified": True}
    before = get(client, f"Observations('{POST}@2026-05-11T00:00:00Z')", as_of=str(size - 1))
    assert before["result"] != 33.25
    assert before["parameters"]["entry"] < size - 1


def test_pages_rest_on_the_entries_of_the_first_one(served_world: World, client: httpx2.Client) -> None:
    size = Archive(served_world.record).size()
    around = "phenomenonTime ge 2026-05-10T22:00:00Z"
    first = get(client, f"Datastreams('{POST}')/Observations", top="1", filter=around)
    assert f"$skiptoken={size}:" in first["@iot.nextLink"]
    asked = {"filter": around, "top": "3", "as_of": str(size - 1)}
    then = get(client, f"Datastreams('{POST}')/Observations", **asked)
    assert f"as-of={size - 1}" in then["@iot.nextLink"]
    earlier = (
        first["@iot.nextLink"].replace(f"$skiptoken={size}:", f"$skiptoken={size - 1}:").replace("$top=1", "$top=2")
    )
    assert shown(client.get(earlier).json()["value"]) == shown(then["value"])[1:]


@pytest.mark.parametrize(
    ("said_of", "kept"),
    [
        ("phenomenonTime ge 2026-05-02 and phenomenonTime lt 2026-05-03T00:00:00Z", lambda t, v: "2026-05-02" in t),
        ("2026-05-30T21:30:00Z lt phenomenonTime", lambda t, v: t > "2026-05-30T21:30:00Z"),
        ("phenomenonTime eq 2026-05-02T06:00:00+06:00", lambda t, v: t == "2026-05-02T00:00:00Z"),
        ("phenomenonTime gt now() sub duration'P3DT1H'", lambda t, v: t > "2026-05-29T23:00:00Z"),
        ("result gt 12.5 and not (result ge 13)", lambda t, v: v is not None and 12.5 < v < 13),
        ("result eq null", lambda t, v: v is None),
        ("day(phenomenonTime) eq 7 and hour(phenomenonTime) lt 2", lambda t, v: t[8:10] == "07" and t[11:13] < "02"),
        ("month(phenomenonTime) eq 4 or result lt 5.3", lambda t, v: t[5:7] == "04" or (v is not None and v < 5.3)),
        ("result mul 2 add 1 ge 27", lambda t, v: v is not None and v * 2 + 1 >= 27),
        ("Datastream/ObservedProperty/name eq 'level'", lambda t, v: False),
        ("resultTime ge 2026-06-02T00:00:00Z", lambda t, v: t == "2026-05-11T00:00:00Z"),
    ],
)  # fmt: skip
def test_filters_of_observations(served_world: World, client: httpx2.Client, said_of: str, kept: Any) -> None:
    expected = [row for row in rows_of(said(served_world, POST), "discharge") if kept(row[0], row[1])]
    found = get(client, f"Datastreams('{POST}')/Observations", filter=said_of, top="9999", count="true")
    assert shown(found["value"]) == expected
    assert found["@iot.count"] == len(expected)
    assert bool(expected) == ("level" not in said_of)
    assert shown(paged(client, f"Datastreams('{POST}')/Observations", filter=said_of, top="313")) == expected


def test_observations_of_all_are_merged_by_time(served_world: World, client: httpx2.Client) -> None:
    day = "phenomenonTime ge 2026-05-20T00:00:00Z and phenomenonTime lt 2026-05-20T03:00:00Z"
    found = paged(client, "Observations", filter=f"{day} and Datastream/ObservedProperty/name eq 'discharge'", top="7")
    times = [one["phenomenonTime"] for one in found]
    assert times == sorted(times)
    together = said(served_world, *(one.id for one in served_world.network.collection(HOURLY).series))
    window = (together.time >= 1779235200) & (together.time < 1779235200 + 3 * 3600)
    assert len(found) == (together.layers["discharge_entry"][:, window] >= 0).sum()
    assert len({one["@iot.id"] for one in found}) == len(found)
    (newest,) = get(client, "Observations", orderby="phenomenonTime desc", top="1")["value"]
    assert newest["phenomenonTime"] == "2026-05-31T23:00:00Z"


def test_observations_are_ordered_by_results(served_world: World, client: httpx2.Client) -> None:
    values = [row[1] for row in rows_of(said(served_world, INFLOW), "inflow")]
    found = paged(client, f"Datastreams('{INFLOW}')/Observations", orderby="result desc,phenomenonTime", top="20")
    known = [one["result"] for one in found if one["result"] is not None]
    assert known == sorted((value for value in values if value is not None), reverse=True)
    assert [one["result"] for one in found][: len(known)] == known
    assert len(found) == len(values)


def test_what_is_expanded_has_options_of_its_own(client: httpx2.Client) -> None:
    found = get(
        client,
        "Things",
        filter="startswith(name,'Post 2')",
        select="name",
        expand="Locations($select=location),"
        "Datastreams($filter=ObservedProperty/name eq 'level';$count=true;$select=name;"
        "$expand=Observations($top=2;$orderby=phenomenonTime),ObservedProperty($select=definition))",
    )
    (post,) = found["value"]
    assert set(post) == {"name", "Locations", "Datastreams", "Datastreams@iot.count"}
    assert post["Locations"] == [{"location": {"type": "Point", "coordinates": [74.2, 42.6]}}]
    (level,) = post["Datastreams"]
    assert set(level) == {"name", "Observations", "Observations@iot.nextLink", "ObservedProperty"}
    times = [one["phenomenonTime"] for one in level["Observations"]]
    following = get(client, level["Observations@iot.nextLink"])["value"]
    assert times + [one["phenomenonTime"] for one in following] == sorted(times) + sorted(
        one["phenomenonTime"] for one in following
    )
    assert len(following) == 2


def test_paths_in_expand_are_relations_of_relations(client: httpx2.Client) -> None:
    one = get(client, "Things('reservoir:kg')", expand="Datastreams/ObservedProperty,Datastreams/Sensor,Locations")
    assert [stream["ObservedProperty"]["name"] for stream in one["Datastreams"]] == ["inflow", "release", "storage"]
    assert {stream["Sensor"]["@iot.id"] for stream in one["Datastreams"]} == {"reservoir:kg"}
    observed = get(
        client, f"Datastreams('{INFLOW}')/Observations", expand="Datastream($select=id),FeatureOfInterest", top="2"
    )
    assert [row["Datastream"] for row in observed["value"]] == [{"@iot.id": INFLOW}] * 2
    assert observed["value"][0]["FeatureOfInterest"]["@iot.id"] == "reservoir"


@pytest.mark.parametrize(
    ("path", "said_of", "found"),
    [
        ("Datastreams", "properties/collection eq 'chu-daily'", 3),
        ("Datastreams", "Thing/properties/nature eq 'simulated'", 2),
        ("Datastreams", "unitOfMeasurement/symbol eq 'm'", POSTS // 2),
        ("Things", "Datastreams/ObservedProperty/name eq 'level'", POSTS // 2),
        ("Things", "not (Datastreams/ObservedProperty/name eq 'level')", POSTS // 2 + 1),
        ("Things", "substringof('t 1', name)", 3),
        ("Things", "id eq 'post-03:kz' or @iot.id eq 'reservoir:kg'", 2),
        ("Things", "length(name) gt 6 and endswith(tolower(name), '0')", 1),
        ("Locations", "location/type eq 'Point'", POSTS),
        ("Locations", "geo.intersects(location, geography'POLYGON ((73 42, 74.25 42, 74.25 43, 73 43, 73 42))')", 3),
        ("FeaturesOfInterest", "st_within(feature, geography'POLYGON ((70 40, 80 40, 80 50, 70 50, 70 40))')", POSTS),
        ("Things", "properties/verified eq true", POSTS + 1),
        ("Things", "properties/nothing eq null", POSTS + 1),
    ],
)  # fmt: skip
def test_filters_of_entities(client: httpx2.Client, path: str, said_of: str, found: int) -> None:
    assert get(client, path, filter=said_of, count="true")["@iot.count"] == found


def test_entities_are_ordered_selected_and_paged(client: httpx2.Client) -> None:
    ordered = names(get(client, "Things", orderby="name desc", top="3"))
    assert ordered == ["reservoir:kg", "post-09:kz", "post-08:kg"]
    everyone = [one["@iot.id"] for one in paged(client, "Things", orderby="name desc", top="4")]
    assert len(everyone) == len(set(everyone)) == POSTS + 1
    assert get(client, "Things", select="id,name", top="1")["value"] == [{"@iot.id": "post-00:kg", "name": "Post 0"}]
    assert get(client, "Things", top="0") == {"value": []}
    assert get(client, "Things", skip="11", count="true")["@iot.count"] == POSTS + 1


def test_parts_of_entities_are_answered_too(client: httpx2.Client) -> None:
    assert get(client, f"Datastreams('{POST}')/Thing/name") == {"name": "Post 3"}
    assert client.get(f"Datastreams('{POST}')/Thing/name/$value").text == "Post 3"
    assert get(client, f"Datastreams('{POST}')/unitOfMeasurement/symbol") == {"symbol": "m3/s"}
    references = get(client, "Things('reservoir:kg')/Datastreams/$ref")["value"]
    assert [list(one) for one in references] == [["@iot.selfLink"]] * 3
    inside = f"Things('post-03:kz')/Datastreams('{POST}')/Observations('{POST}@2026-05-11T00:00:00Z')/result"
    assert get(client, inside) == {"result": 33.25}


def test_data_arrays_hold_the_same_a_table_a_series(client: httpx2.Client) -> None:
    plain = get(client, f"Datastreams('{POST}')/Observations", top="50", orderby="phenomenonTime desc")
    packed = get(client, f"Datastreams('{POST}')/Observations", top="50", orderby="phenomenonTime desc",
        resultFormat="dataArray")  # fmt: skip
    (table,) = packed["value"]
    assert table["components"] == ["id", "phenomenonTime", "resultTime", "result", "resultQuality", "parameters"]
    assert table["dataArray@iot.count"] == len(table["dataArray"]) == 50
    keys = ["@iot.id", *table["components"][1:]]
    assert [dict(zip(keys, row, strict=True)) for row in table["dataArray"]] == [
        {key: one[key] for key in keys} for one in plain["value"]
    ]
    assert "@iot.nextLink" in packed
    many = get(client, "Observations", top="40", resultFormat="dataArray", select="result,phenomenonTime")["value"]
    assert sum(table["dataArray@iot.count"] for table in many) == 40
    assert {tuple(table["components"]) for table in many} == {("result", "phenomenonTime")}


@pytest.mark.parametrize(
    ("path", "status", "said_of"),
    [
        ("Rivers", 404, "there is no set 'Rivers'"),
        ("Things('x')", 404, "is not declared"),
        ("Things(5)", 404, "ids are texts"),
        ("Things('post-03:kz')/Snow", 404, "is not a property or a relation of Things"),
        ("Things/name", 404, "is a list: name one of it"),
        (f"Things('reservoir:kg')/Datastreams('{POST}')", 404, "is not among"),
        ("Observations('x')", 404, "is none of ours"),
        (f"Observations('{POST}@yesterday')", 404, "has no time"),
        (f"Observations('{POST}@2030-01-01T00:00:00Z')", 404, "nothing was said"),
        ("Things?$snow=1", 400, "is not an option of ours"),
        ("Things?$top=-1", 400, "is not a whole number"),
        ("Things?$top=1&$top=2", 400, "given twice"),
        ("Things?$skip=99999999", 400, "more than 1000000"),
        ("Things?$select=snow", 400, "is not a property of Things"),
        ("Things?$expand=Snow", 400, "is not a relation of Things"),
        ("Things?$expand=Datastreams($snow=1)", 400, "is not an option of ours"),
        ("Things?$expand=Datastreams(", 400, "cannot be read"),
        ("Things?$orderby=snow", 400, "is not a property of Things"),
        ("Things?$orderby=name sideways", 400, "cannot be read"),
        ("Things?$filter=snow eq 1", 400, "is not a property of Things"),
        ("Things?$filter=name eq 1", 400, "compares text with a number"),
        ("Things?$filter=name", 400, "is text where it should be true or false"),
        ("Things?$filter=name eq 'a' 'b'", 400, "stands where it should end"),
        ("Things?$filter=(name eq 'a'", 400, "stands where a bracket should close"),
        ("Things?$filter=name eq", 400, "ends where a value should stand"),
        ("Things?$filter=name eq %22a%22", 400, "cannot be read from"),
        ("Things?$filter=sleep(5) eq 1", 400, "is not a function of ours"),
        ("Things?$filter=startswith(name) eq true", 400, "startswith takes text, text"),
        ("Things?$filter=geo.intersects(name,geography'POINT (1 1)')", 400, "geo.intersects takes shape, shape"),
        ("Locations?$filter=geo.intersects(location,geography'POLYGON (1 1)')", 400, "is not a shape"),
        ("Observations?$filter=phenomenonTime gt 2026-13-45T00:00:00Z", 400, "is not a time"),
        ("Observations?$filter=snow gt 5", 400, "is not a property of Observations"),
        ("Observations?$skiptoken=x", 400, "is none of ours"),
        ("Observations?$resultFormat=xml", 400, "is not one of ours"),
        ("Observations?$count=maybe", 400, "neither true nor false"),
        ("Observations?as-of=99999", 400, "lies beyond the journal"),
        (f"Things?$filter={'(' * 60}true{')' * 60}", 400, "brackets in each other"),
        (f"Things?$filter={'not ' * 390}x", 400, "is not a property"),
        (f"Things?$filter={'1 add ' * 300}1 eq 1", 400, "more than 400 words"),
        (f"Things?$filter={'x' * 5000}", 400, "more than 4000"),
        (f"Things?$expand={'Datastreams($expand=Thing($expand=' * 4}Locations{'))' * 4}", 400, "levels deep"),
        (f"{'Datastreams/Thing/' * 30}", 400, "10 are the most"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_one_line(
    client: httpx2.Client, path: str, status: int, said_of: str
) -> None:
    answer = client.get(path.replace(" ", "%20"))
    assert (answer.status_code, answer.json()["status"]) == (status, status), answer.text
    assert said_of in answer.json()["description"]
    assert "\n" not in answer.json()["description"]


def test_what_would_read_too_much_is_refused(client: httpx2.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.sensorthings.effort.MOST_CELLS", 5000)
    for asked in ("$filter=result%20gt%209999", "$count=true", "$orderby=result"):
        answer = client.get(f"Observations?{asked}")
        assert answer.status_code == 400
        assert "narrow $filter by phenomenonTime" in answer.json()["description"]
    assert client.get("Observations?$top=10").status_code == 200
    monkeypatch.setattr("service.sensorthings.document.MOST_ENTITIES", 50)
    assert "expand less" in client.get("Datastreams?$expand=Observations($top=9)").json()["description"]


def test_the_daily_values_are_there_too(served_world: World, client: httpx2.Client) -> None:
    streams = [one.id for one in served_world.network.collection(DAILY).series]
    assert set(streams) <= {one["@iot.id"] for one in paged(client, "Datastreams", top="10")}
