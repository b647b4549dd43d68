"""Lists of features: the stations of a collection, and its series one by one, by pages that lead on by key."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from record.errors import SelectionError
from service.paging import limit_of, page_of
from tests.service.world import DAILY, HOURLY, World, post

HERE = f"/collections/{HOURLY}"


@pytest.fixture(scope="module")
def client(served_world: World) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=served_world.url, timeout=30) as made:
        yield made


def ids(document: dict[str, Any]) -> list[str]:
    assert document["numberReturned"] == len(document["features"])
    return [one["id"] for one in document["features"]]


def next_of(document: dict[str, Any]) -> str | None:
    return next((link["href"] for link in document["links"] if link["rel"] == "next"), None)


@pytest.mark.parametrize(("name", "count"), [("locations", 12), ("items", 18)])
def test_pages_lead_on_until_each_was_given_once(client: httpx2.Client, name: str, count: int) -> None:
    whole = client.get(f"{HERE}/{name}?limit=10000").json()
    assert (whole["numberMatched"], next_of(whole)) == (count, None)
    found: list[str] = []
    page: str | None = f"{HERE}/{name}?limit=5&crs=CRS84"
    while page:
        document = client.get(page).json()
        assert document["numberMatched"] == count
        assert "timeStamp" not in document
        assert len(document["features"]) <= 5
        found += ids(document)
        page = next_of(document)
    assert found == ids(whole)
    assert len(found) == count


@pytest.mark.parametrize("limit", ["1000000000", "99999999999999999999999999", "10001"])
def test_more_than_a_page_can_hold_is_no_error(client: httpx2.Client, limit: str) -> None:
    assert client.get(f"{HERE}/items?limit={limit}").json()["numberReturned"] == 18


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=ten", "limit=1.5", "after=nobody", "bbox=1,2,3", "f=xml", "crs=EPSG:3857"]
)
def test_what_a_list_cannot_be_asked_is_refused(client: httpx2.Client, query: str) -> None:
    for name in ("items", "locations"):
        answer = client.get(f"{HERE}/{name}?{query}")
        assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_a_page_is_found_by_its_key_whatever_was_declared_meanwhile() -> None:
    first = page_of(["b", "c", "d"], None, 2)
    assert (list(first.keys), first.after) == (["b", "c"], "c")
    second = page_of(["a", "b", "c", "d"], first.after, 2)
    assert (list(second.keys), second.after) == (["d"], None)
    with pytest.raises(SelectionError, match="follow the next link"):
        page_of(["a"], "b", 2)
    assert (limit_of(None, 7), limit_of("12", 7), limit_of("999", 7, 100)) == (7, 12, 100)


def test_a_station_tells_what_the_standard_asks_for(client: httpx2.Client, served_world: World) -> None:
    (first, *_) = client.get(f"{HERE}/locations").json()["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [74.0, 42.5]}
    said = first["properties"]
    assert (said["label"], said["parameter-name"]) == ("Post 0", ["discharge", "level"])
    assert said["datetime"] == "2026-04-01T00:00:00Z/2026-05-31T23:00:00Z"
    assert said["edrqueryendpoint"] == f"{served_world.url}{HERE}/locations/{post(0)}"
    assert client.get(said["edrqueryendpoint"]).status_code == 200


def test_stations_can_be_chosen_by_place_time_and_quantity(client: httpx2.Client) -> None:
    assert ids(client.get(f"{HERE}/locations?bbox=74.1,42,74.3,43").json()) == [post(1), post(2), post(3)]
    # The last post has no known place, and lies in no box.
    assert post(11) not in ids(client.get(f"{HERE}/locations?bbox=-180,-90,180,90").json())
    assert post(11) in ids(client.get(f"{HERE}/locations").json())
    assert ids(client.get(f"{HERE}/locations?datetime=2026-06-01T00:00:00Z/..").json()) == []
    assert len(ids(client.get(f"{HERE}/locations?datetime=../2026-04-01T00:00:00Z").json())) == 12
    levels = ids(client.get(f"{HERE}/locations?parameter-name=level").json())
    assert levels == [post(number) for number in range(0, 12, 2)]


def test_an_item_is_a_series_with_its_newest_reading(client: httpx2.Client, served_world: World) -> None:
    name = f"{post(2)}.level.hourly"
    item = client.get(f"{HERE}/items/{name}").json()
    rows = client.get(f"/latest?collection={HOURLY}").json()["latest"]
    (newest,) = [row for row in rows if row["series"] == name]
    said = item["properties"]
    assert {key: said[key] for key in ("time", "value", "flag", "entry", "unit")} == {
        key: newest[key] for key in ("time", "value", "flag", "entry", "unit")
    }
    assert (said["parameter-name"], said["datetime"]) == (["level"], "2026-04-01T00:00:00Z/2026-05-31T23:00:00Z")
    assert said["edrqueryendpoint"].startswith(f"{served_world.url}{HERE}/locations/{post(2)}")
    assert client.get(said["edrqueryendpoint"]).json()["ranges"]["level"]["values"][-1] == newest["value"]
    assert [one for one in client.get(f"{HERE}/items").json()["features"] if one["id"] == name] == [
        {key: value for key, value in item.items() if key != "links"}
    ]
    assert client.get(f"{HERE}/items/{post(1)}.level.hourly").status_code == 404


def test_items_can_be_chosen_by_place_and_by_when_they_last_spoke(client: httpx2.Client) -> None:
    assert ids(client.get(f"{HERE}/items?bbox=74,42.5,74,42.5").json()) == [
        f"{post(0)}.discharge.hourly",
        f"{post(0)}.level.hourly",
    ]
    assert len(ids(client.get(f"{HERE}/items?datetime=2026-05-31T23:00:00Z/..").json())) == 18
    assert ids(client.get(f"{HERE}/items?datetime=2026-06-01T00:00:00Z/..").json()) == []
    assert ids(client.get(f"{HERE}/items?datetime=../2026-03-31T00:00:00Z").json()) == []
    assert len(ids(client.get(f"{HERE}/items?datetime=../2026-04-01T00:00:00Z").json())) == 18
    assert len(ids(client.get(f"/collections/{DAILY}/items").json())) == 3
    levels = ids(client.get(f"{HERE}/items?parameter_names=level&limit=3").json())
    assert levels == [f"{post(number)}.level.hourly" for number in (0, 2, 4)]


def test_items_refuse_a_parameter_that_nobody_knows(client: httpx2.Client) -> None:
    for path in ("items", f"items/{post(2)}.level.hourly"):
        answer = client.get(f"{HERE}/{path}?crs=CRS84&colour=red" if path == "items" else f"{HERE}/{path}?limit=3")
        assert (answer.status_code, "is not known at this address" in answer.text) == (400, True)
    assert client.get(f"{HERE}/locations?colour=red").status_code == 200


@pytest.mark.parametrize("name", ["locations", "items"])
def test_each_page_links_to_itself(client: httpx2.Client, served_world: World, name: str) -> None:
    page = client.get(f"{HERE}/{name}?limit=2&bbox=70,40,80,45").json()
    second = client.get(str(next_of(page))).json()
    links = {link["rel"]: link["href"] for link in second["links"]}
    assert client.get(links["self"]).json()["features"] == second["features"]
    assert links["self"].startswith(f"{served_world.url}{HERE}/{name}?")
    shown = client.get(links["alternate"])
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert ids(second)[0] in shown.text
    assert ids(page)[0] not in shown.text


@pytest.mark.parametrize(
    "path", ["/", "/conformance", "/collections", HERE, f"{HERE}/locations", f"{HERE}/items", "/api"]
)
def test_what_describes_the_service_is_a_page_for_people_too(client: httpx2.Client, path: str) -> None:
    for answer in (
        client.get(f"{path}?f=html"),
        client.get(path, headers={"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert answer.text.startswith("<!DOCTYPE html>")
    assert client.get(path).headers["content-type"] != "text/html; charset=utf-8"
    assert client.get(f"{path}?f=docx").status_code == 400


@pytest.mark.parametrize(
    "path", ["/", HERE, f"{HERE}/locations/{post(0)}?datetime=2026-05-20", f"{HERE}/items", "/health", "/nothing"]
)
def test_head_is_answered_as_get_without_a_body(client: httpx2.Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]
