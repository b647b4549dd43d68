"""Instances: a collection as both countries signed it, with all queries, whatever is said later."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from edr_pydantic.collections import Instance, Instances
from starlette.testclient import TestClient

from record.archive import Log, standing
from record.errors import UnknownName
from service.app import create_app
from service.settings import Settings
from tests.example import BORDER, KIROV, say, seen
from tests.service.house import NOW, House, now

ABOVE = "/collections/talas-daily"
KIROV_AT = KIROV.partition(".")[0]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Signed by both at 7 entries and at 9, by one alone at 8; a correction came after all of them."""
    found = House(tmp_path_factory.mktemp("house"))
    found.cosign("kg", "kz")
    for number, parties in enumerate((("kg",), ("kz", "kg"), ())):
        at = NOW + timedelta(minutes=10 * (number + 1))
        say(found.pen, f"again {number}", [seen(KIROV, 2, f"{number}.25")], hours=24 * 5 + number)
        found.pen.checkpoint(at)
        found.cosign(*parties, at=at)
    say(found.pen, "what nobody has signed", [seen(BORDER, -10, "7")], hours=24 * 5 + 4)
    return found


@pytest.fixture(scope="module")
def client(house: House) -> Iterator[TestClient]:
    settings = Settings(config=house.folder / "config", data=house.folder)
    with TestClient(create_app(settings, now=now), raise_server_exceptions=False) as made:
        yield made


def test_the_instances_are_the_final_checkpoints_the_newest_first(client: TestClient) -> None:
    answer = client.get(f"{ABOVE}/instances")
    described = Instances.model_validate_json(answer.content).instances
    assert [one.id for one in described] == ["9", "7"]
    assert "first 9 entries" in str(described[0].description)
    first = client.get(f"{ABOVE}/instances?limit=1").json()
    assert [one["id"] for one in first["instances"]] == ["9"]
    (following,) = [link["href"] for link in first["links"] if link["rel"] == "next"]
    second = client.get(following).json()
    assert [one["id"] for one in second["instances"]] == ["7"]
    assert "next" not in {link["rel"] for link in second["links"]}
    assert client.get(f"{ABOVE}/instances/9").json() == answer.json()["instances"][0]
    Instance.model_validate_json(client.get(f"{ABOVE}/instances/7").content)
    page = client.get(f"{ABOVE}/instances?f=html").text
    assert "as signed at" in page


@pytest.mark.parametrize(("size", "last"), [("7", 2.5), ("9", 1.25)])
def test_an_instance_answers_as_the_record_stood_when_it_was_signed(client: TestClient, size: str, last: float) -> None:
    here = f"{ABOVE}/instances/{size}"
    answer = client.get(f"{here}/locations/{KIROV_AT}")
    assert answer.json()["ranges"]["inflow"]["values"][2] == last
    assert answer.headers["arna-record-state"] == "final"
    assert answer.json() == client.get(f"{ABOVE}/locations/{KIROV_AT}?as-of={size}").json()
    item = client.get(f"{here}/items/{KIROV}").json()["properties"]
    assert (item["value"], item["edrqueryendpoint"]) == (
        last,
        f"http://testserver{here}/locations/{KIROV_AT}?parameter-name=inflow",
    )
    for query in ("locations", "items"):
        assert client.get(f"{here}/{query}").json()["features"]
    # Now, with the correction that nobody has signed yet.
    assert client.get(f"{ABOVE}/locations/{KIROV_AT}").json()["ranges"]["inflow"]["values"][2] == 2.25


def test_an_instance_can_be_asked_by_every_query_that_it_describes(client: TestClient) -> None:
    described = client.get(f"{ABOVE}/instances/9").json()
    west, south, east, north = described["extent"]["spatial"]["bbox"][0]
    ask = {
        "position": {"coords": f"POINT({west} {south})"},
        "radius": {"coords": f"POINT({west} {south})", "within": "10", "within-units": "km"},
        "area": {"coords": f"POLYGON((70 40,{east + 1} {south},{east} {north + 1},70 40))"},
        "cube": {"bbox": f"{west},{south},{east},{north}"},
    }  # fmt: skip
    assert set(described["data_queries"]) == {*ask, "locations", "items"}
    for name, query in described["data_queries"].items():
        answer = client.get(query["link"]["href"], params=ask.get(name, {}))
        assert answer.status_code == 200, (name, answer.text)


def test_final_checkpoints_are_found_however_many_stand_between_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "_PAGE", 1)
    log = Log(house.record)
    assert [one.size for one in log.finals(10)] == [9, 7]
    assert [one.size for one in log.finals(10, below=9)] == [7]
    assert [one.size for one in log.finals(1)] == [9]
    with pytest.raises(UnknownName):
        log.final_of(8)


def test_the_times_of_an_instance_are_those_that_were_signed_whatever_is_said_later(client: TestClient) -> None:
    said = client.get(ABOVE).json()["extent"]["temporal"]
    assert said["interval"][0][0] == "2026-04-21T02:00:00Z"
    signed = client.get(f"{ABOVE}/instances/9").json()["extent"]["temporal"]
    assert signed["interval"][0] == ["2026-05-01T02:00:00Z", said["interval"][0][1]]
    assert signed["values"] == said["values"][1:]
    features = client.get(f"{ABOVE}/locations").json()["features"]
    (border,) = [one for one in features if one["id"] == BORDER.partition(".")[0]]
    assert border["properties"]["datetime"].startswith("2026-04-21T02:00:00Z/")
    for feature in client.get(f"{ABOVE}/instances/9/locations").json()["features"]:
        assert not feature["properties"]["datetime"].startswith("2026-04")


@pytest.mark.parametrize(
    ("path", "status", "part"),
    [
        (f"{ABOVE}/instances/8", 404, "no checkpoint of 8 entries bears the signatures of both"),
        (f"{ABOVE}/instances/8/locations/{KIROV_AT}", 404, "no checkpoint of 8 entries"),
        (f"{ABOVE}/instances/99999999999999999999", 404, "is not a number of entries"),
        (f"{ABOVE}/instances/today/items", 404, "is not a number of entries"),
        (f"{ABOVE}/instances/7/locations/{KIROV_AT}?as-of=3", 400, "leave it out"),
        (f"{ABOVE}/instances?before=soon", 400, "follow the next link"),
        (f"{ABOVE}/instances?limit=0", 400, "limit"),
        ("/collections/nope/instances", 404, "use one of"),
    ],
)
def test_what_nobody_signed_is_no_instance(client: TestClient, path: str, status: int, part: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, part in answer.json()["description"]) == (status, True), answer.text
