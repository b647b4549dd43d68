"""OWSLib, as people use it, against the service as it is served."""

import json

import pytest
from owslib.ogcapi.edr import EnvironmentalDataRetrieval
from owslib.ogcapi.features import Features

from tests.service.world import DAILY, HOURLY, World, post


@pytest.fixture(scope="module")
def edr(served_world: World) -> EnvironmentalDataRetrieval:
    return EnvironmentalDataRetrieval(served_world.url)


def test_it_finds_its_way(edr: EnvironmentalDataRetrieval) -> None:
    assert edr.api()["openapi"] == "3.0.3"
    assert "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/core" in edr.conformance()["conformsTo"]
    assert {HOURLY, DAILY, "chu-daily-figures"} <= set(edr.data())
    assert edr.collection(DAILY)["id"] == DAILY


@pytest.mark.parametrize(
    ("query", "asked", "found"),
    [
        ("position", {"coords": "POINT(74 42.5)"}, [post(0)]),
        ("radius", {"coords": "POINT(74 42.5)", "within": 12}, None),
        ("area", {"coords": "POLYGON((74 42,74.15 42,74.15 43,74 43,74 42))"}, [post(0), post(1)]),
        ("cube", {"bbox": [74, 42, 74.15, 43]}, None),
        (f"locations/{post(11)}", {}, [post(11)]),
    ],
)
def test_it_asks_by_place(
    edr: EnvironmentalDataRetrieval, query: str, asked: dict[str, object], found: list[str] | None
) -> None:
    more = {"datetime_": "2026-05-20T00:00:00Z/2026-05-20T05:00:00Z", "parameter_names": ["discharge"]}
    if query == "radius":
        # It has no name for the units, without which no distance is one.
        with pytest.raises(RuntimeError, match="within-units is wanted"):
            edr.query_data(HOURLY, query, **asked, **more)
        return
    document = edr.query_data(HOURLY, query, **asked, **more)
    whole = document if isinstance(document, dict) else json.load(document)
    coverages = whole.get("coverages", [whole])
    for one in coverages:
        assert next(iter(one["ranges"])) == "discharge"
        assert not {name for name in one["ranges"] if name.startswith("level")}
        assert len(one["domain"]["axes"]["t"]["values"]) == 6
    if found is not None:
        assert [one["id"] for one in coverages] == found


def test_it_reads_features_by_pages(served_world: World) -> None:
    features = Features(served_world.url)
    assert HOURLY in [one["id"] for one in features.collections()["collections"]]
    page = features.collection_items(HOURLY, limit=5, bbox=[74, 42, 75, 43])
    assert page["numberReturned"] == 5
    assert page["numberMatched"] == 17
    one = features.collection_item(HOURLY, f"{post(0)}.level.hourly")
    assert one["properties"]["parameter-name"] == ["level"]
