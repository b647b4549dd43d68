"""SensorThings within its bounds: what paths may cost, links that keep to one record, and what stands in an answer."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from record.archive import Archive
from service.guard import cost
from tests.service.world import POSTS, World

POST, SIMULATED = "post-03:kz.discharge.hourly", f"post-{POSTS - 2:02}:kg.discharge.hourly"
NEWEST_FIRST = "phenomenonTime desc"


@pytest.fixture(scope="module")
def client(served_world: World) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"{served_world.url}/sensorthings/v1.1/") as made:
        yield made


def get(client: httpx2.Client, path: str, **asked: str) -> Any:
    parameters = {"as-of" if name == "as_of" else f"${name}": text for name, text in asked.items()}
    answer = client.get(path, params=parameters) if parameters else client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def paid(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The points for which requests ask, in the order in which they do."""
    said = list[int]()
    monkeypatch.setattr("service.routes.sensorthings.spend", lambda _, points: said.append(points))
    return said


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (f"Things?$filter={'Datastreams/ObservedProperty/' * 2}name eq 'x'", "more than 3 relations"),
        (f"Things?$filter={'Datastreams/ObservedProperty/' * 6}name eq 'x'", "13 parts, more than 8"),
        (f"Things?$orderby={'Datastreams/ObservedProperty/' * 6}name", "13 parts, more than 8"),
        ("Things?$orderby=Datastreams/ObservedProperty/Datastreams/name", "names no single value"),
        ("Observations?$orderby=Datastream/Thing/Datastreams/name", "names no single value"),
        (f"Things?$orderby={','.join(['name'] * 9)}", "9 properties, more than 8"),
        ("Observations?$resultFormat=dataArray&$select=Datastream", "is no component of a dataArray"),
        ("Observations?$resultFormat=dataArray&$select=@iot.selfLink", "is no component of a dataArray"),
        ("Observations/$ref?$resultFormat=dataArray", "leave out $expand, $select and $resultFormat"),
        ("Locations?$filter=geo.intersects(location/coordinates,geography'POINT (1 1)')", "is not a shape"),
    ],
)
def test_what_has_no_bounds_or_no_sense_is_refused(client: httpx2.Client, path: str, why: str) -> None:
    answer = client.get(path.replace(" ", "%20"))
    assert answer.status_code == 400, answer.text
    assert why in answer.json()["description"]


def test_an_entity_counts_once_by_however_many_ways_a_path_leads_to_it(
    served_world: World, client: httpx2.Client, paid: list[int]
) -> None:
    found = get(client, "Things", filter="Datastreams/ObservedProperty/Datastreams/name eq 'x'")
    assert found["value"] == []
    series = len(served_world.network.series)
    # 200 steps for each end of a relation, and no more ends than there are pairs of a station and a series.
    assert sum(paid) < 200 * (POSTS + 1) * series * 2 // 50


def test_paths_over_too_many_entities_are_refused(client: httpx2.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.sensorthings.effort.MOST_STEPS", 10_000)
    asked = "Things?$filter=Datastreams/ObservedProperty/Datastreams/name%20eq%20'x'"
    assert "looks at too much" in client.get(asked).json()["description"]


def test_readings_are_paid_for_before_they_are_read(
    client: httpx2.Client, paid: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    day = "phenomenonTime ge 2026-05-20T00:00:00Z and phenomenonTime lt 2026-05-21T00:00:00Z"
    get(client, f"Datastreams('{POST}')/Observations", filter=day, count="true")
    assert paid == [24]
    del paid[:]
    get(client, "Things", filter="name ne 'x'")
    assert sum(paid) < 100

    def too_often(*_: object) -> None:
        raise cost.too_often("over 1 points", 3)

    def never(*_: object) -> None:
        raise AssertionError("the record was read")

    monkeypatch.setattr("service.routes.sensorthings.spend", too_often)
    monkeypatch.setattr(Archive, "answer", never)
    refused = client.get(f"Datastreams('{POST}')/Observations")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3")


def test_each_reading_says_whether_it_is_simulated_and_verified(client: httpx2.Client) -> None:
    for series, nature in ((POST, "real"), (SIMULATED, "simulated")):
        path = f"Datastreams('{series}')/Observations"
        (one,) = get(client, path, top="1")["value"]
        assert (one["parameters"]["nature"], one["parameters"]["verified"]) == (nature, True)
        (table,) = get(client, path, top="1", resultFormat="dataArray")["value"]
        assert dict(zip(table["components"], table["dataArray"][0], strict=True))["parameters"] == one["parameters"]
    day = "phenomenonTime ge 2026-05-20T00:00:00Z and phenomenonTime lt 2026-05-20T02:00:00Z"
    found = get(client, "Observations", filter=f"{day} and parameters/nature eq 'simulated'")["value"]
    assert found
    assert {one["parameters"]["nature"] for one in found} == {"simulated"}
    assert get(client, "Observations", filter=f"{day} and parameters/verified eq false")["value"] == []


def test_the_links_of_an_answer_ask_of_the_same_record(served_world: World, client: httpx2.Client) -> None:
    size = Archive(served_world.record).size()
    path = f"Datastreams('{POST}')/Observations"
    by_result = get(client, path, orderby="result", top="1")
    assert parse_qs(urlsplit(by_result["@iot.nextLink"]).query)["as-of"] == [str(size)]
    then = get(client, path, orderby="result", top="1", as_of=str(size - 1))
    assert parse_qs(urlsplit(then["@iot.nextLink"]).query)["as-of"] == [str(size - 1)]
    streams = get(client, "Datastreams", top="1", expand=f"Observations($top=1;$orderby={NEWEST_FIRST})")
    assert parse_qs(urlsplit(streams["@iot.nextLink"]).query)["as-of"] == [str(size)]
    assert "as-of" not in get(client, "Datastreams", top="1")["@iot.nextLink"]


@pytest.mark.parametrize("as_of", ["29", "2026-06-02T05:59:00+06:00"])
def test_links_of_earlier_records_lead_to_these(client: httpx2.Client, as_of: str) -> None:
    corrected = f"Observations('{POST}@2026-05-11T00:00:00Z')"
    for path in (corrected, f"Datastreams('{POST}')", "Things('post-03:kz')"):
        one = get(client, path, as_of=as_of)
        links = [text for name, text in one.items() if name.endswith(("selfLink", "navigationLink"))]
        assert all(parse_qs(urlsplit(link).query)["as-of"] == [as_of] for link in links)
        assert get(client, one["@iot.selfLink"]) == one
    (table,) = get(client, "Observations", top="1", resultFormat="dataArray", as_of=as_of)["value"]
    assert "as-of=" in table["Datastream@iot.navigationLink"]
    assert get(client, corrected)["result"] == 33.25
    assert get(client, corrected, as_of=as_of)["result"] != 33.25
    assert "?" not in get(client, corrected)["@iot.selfLink"]


def test_the_newest_reading_leads_on_to_older_ones(client: httpx2.Client) -> None:
    one = get(client, f"Datastreams('{POST}')", expand=f"Observations($top=1;$orderby={NEWEST_FIRST})")
    page = get(client, "Datastreams", filter=f"id eq '{POST}'", expand=f"Observations($top=1;$orderby={NEWEST_FIRST})")
    (listed,) = page["value"]
    assert listed["Observations"] == one["Observations"]
    assert listed["Observations@iot.nextLink"] == one["Observations@iot.nextLink"]
    (older,) = get(client, listed["Observations@iot.nextLink"])["value"]
    assert older["phenomenonTime"] < listed["Observations"][0]["phenomenonTime"]


def test_a_missing_result_has_no_bare_value(client: httpx2.Client) -> None:
    path = f"Datastreams('{POST}')/Observations"
    (missing,) = get(client, path, filter="result eq null", top="1")["value"]
    answer = client.get(f"{missing['@iot.selfLink']}/result/$value")
    assert (answer.status_code, answer.content) == (204, b"")
    assert get(client, f"{missing['@iot.selfLink']}/result") == {"result": None}
    (known,) = get(client, path, filter="result ne null", top="1")["value"]
    assert float(client.get(f"{known['@iot.selfLink']}/result/$value").text) == known["result"]
    assert client.get("Things('post-03:kz')/properties/computed/$value").text == "false"


@pytest.mark.parametrize("asked", ["true", "name eq 'Post 1' or true", "not false", "time(now()) ge 00:00:00"])
def test_truth_by_itself_is_true_of_all(client: httpx2.Client, asked: str) -> None:
    assert get(client, "Things", filter=asked, count="true")["@iot.count"] == POSTS + 1
