"""Every document that describes is one of EDR 1.1 by its official schemas, and as far as they agree one of 1.2.

The schemas stand beside the project; without them these tests are skipped. Two of their faults are passed over: they
have no feature without a geometry, which GeoJSON has (RFC 7946, 3.2), and hold every range of whole numbers for two
kinds at once, so that coverages are held to the schema of CoverageJSON itself.
"""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from covjson_pydantic.coverage import Coverage, CoverageCollection
from edr_pydantic.capabilities import ConformanceModel, LandingPageModel
from edr_pydantic.collections import Collection, Collections
from jsonschema import Draft7Validator, Draft202012Validator

from tests.service.official import of_covjson, of_edr_11, of_edr_12
from tests.service.world import HOURLY, World, post

HERE = f"/collections/{HOURLY}"
DAY = {"datetime": "2026-05-20"}
EVERYWHERE = {"coords": "POLYGON((70 40,80 40,80 45,70 45,70 40))"} | DAY


@pytest.fixture(scope="module")
def client(served_world: World) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=served_world.url, timeout=30) as made:
        yield made


def faults(schema: Draft7Validator | Draft202012Validator, document: Any) -> list[str]:
    found = [f"{list(one.absolute_path)[:6]}: {one.message[:200]}" for one in schema.iter_errors(document)]
    return [one for one in found if not ("'geometry'" in one and ": None is" in one)]


@pytest.mark.parametrize(
    ("path", "of_11", "of_12"),
    [
        ("/", "/", "landingPage"),
        ("/conformance", "/conformance", "confClasses"),
        ("/collections", "/collections", "collections"),
        (HERE, "/collections/{collectionId}", "collection"),
        ("/collections/chu-daily", "/collections/{collectionId}", "collection"),
        ("/collections/chu-monthly-figures", "/collections/{collectionId}", "collection"),
        (f"{HERE}/instances", "/collections/{collectionId}/instances", "instances"),
    ],
)
def test_documents_are_those_of_the_standard(client: httpx2.Client, path: str, of_11: str, of_12: str) -> None:
    document = client.get(path).json()
    assert faults(of_edr_11(of_11), document) == []
    assert faults(of_edr_12(of_12), document) == []


@pytest.mark.parametrize("name", ["locations", "items"])
def test_features_are_those_of_the_standard(client: httpx2.Client, name: str) -> None:
    document = client.get(f"{HERE}/{name}").json()
    assert document["features"]
    assert faults(of_edr_11(f"/collections/{{collectionId}}/{name}", "application/geo+json"), document) == []
    assert faults(of_edr_12("edrFeatureCollectionGeoJSON"), document) == []
    item = client.get(f"{HERE}/items/{post(0)}.level.hourly").json()
    assert faults(of_edr_12("featureGeoJSON"), item) == []


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("position", {"coords": "POINT(74 42.5)"} | DAY),
        ("position", {"coords": "MULTIPOINT((74 42.5),(74.1 42.55))"} | DAY),
        ("radius", {"coords": "POINT(74 42.5)", "within": "20", "within-units": "km"} | DAY),
        ("area", EVERYWHERE),
        ("area", {"coords": "POLYGON((0 0,1 0,1 1,0 0))"}),
        ("cube", {"bbox": "74,42,75,43"} | DAY),
        (f"locations/{post(0)}", DAY),
        (f"locations/{post(11)}", DAY),
    ],
)
@pytest.mark.parametrize("collection", [HOURLY, "chu-daily-figures"])
def test_answers_are_documents_of_their_standards(
    client: httpx2.Client, collection: str, query: str, params: dict[str, str]
) -> None:
    answer = client.get(f"/collections/{collection}/{query}", params=params)
    document = answer.json()
    assert faults(of_covjson(), document) == []
    (Coverage if document["type"] == "Coverage" else CoverageCollection).model_validate_json(answer.content)
    features = client.get(f"/collections/{collection}/{query}", params=params | {"f": "geojson"}).json()
    assert faults(of_edr_12("edrFeatureCollectionGeoJSON"), features) == []


def test_the_models_of_clients_take_what_describes(client: httpx2.Client) -> None:
    LandingPageModel.model_validate_json(client.get("/").content)
    ConformanceModel.model_validate_json(client.get("/conformance").content)
    answer = client.get("/collections")
    described = Collections.model_validate_json(answer.content).collections
    assert [one.id for one in described] == [
        "chu-hourly",
        "chu-daily",
        "chu-daily-figures",
        "chu-10-day-figures",
        "chu-monthly-figures",
    ]
    for one, whole in zip(described, answer.json()["collections"], strict=True):
        alone = client.get(f"/collections/{one.id}")
        assert alone.json() == whole
        assert Collection.model_validate_json(alone.content) == one


def test_a_collection_keeps_what_the_abstract_tests_ask_for(client: httpx2.Client) -> None:
    for one in client.get("/collections").json()["collections"]:
        assert all({"href", "rel", "type"} <= set(link) for link in one["links"])
        assert {"self", "alternate", "data"} <= {link["rel"] for link in one["links"]}
        assert all(one[name] for name in ("title", "description", "keywords", "distanceunits"))
        assert set(one["data_queries"]) == {
            "position", "radius", "area", "cube", "locations", "items", "instances",
        }  # fmt: skip
        for name, query in one["data_queries"].items():
            link = query["link"]
            assert link["href"] == f"{client.base_url}/collections/{one['id']}/{name}".replace("//coll", "/coll")
            assert (link["rel"], link["variables"]["query_type"]) == ("data", name)
            assert link["variables"]["default_output_format"] in link["variables"]["output_formats"]
            assert all({"crs", "wkt"} == set(crs) for crs in link["variables"]["crs_details"])
        assert one["data_queries"]["radius"]["link"]["variables"]["within_units"] == ["km", "m", "miles"]
        assert one["data_queries"]["cube"]["link"]["variables"]["height_units"]
        for parameter in one["parameter_names"].values():
            assert parameter["type"] == "Parameter"
            assert isinstance(parameter["observedProperty"]["label"], str)
            assert parameter["observedProperty"]["id"]
            assert parameter["unit"]["symbol"]["value"]


def test_the_landing_page_leads_to_what_the_standard_asks_for(client: httpx2.Client) -> None:
    links = client.get("/").json()["links"]
    assert all({"href", "rel", "type"} <= set(link) for link in links)
    found = {(link["rel"], link["type"]) for link in links}
    assert {
        ("self", "application/json"),
        ("alternate", "text/html"),
        ("service-desc", "application/vnd.oai.openapi+json;version=3.0"),
        ("service-doc", "text/html"),
        ("conformance", "application/json"),
        ("data", "application/json"),
    } <= found
    for link in links:
        answer = client.get(link["href"])
        if "reports" not in link["href"]:
            assert answer.status_code == 200, link
            assert answer.headers["content-type"].startswith(link["type"])


def test_what_is_claimed_is_a_list_of_classes(client: httpx2.Client) -> None:
    claimed = client.get("/conformance").json()["conformsTo"]
    of_edr = "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/"
    assert {one.removeprefix(of_edr) for one in claimed if one.startswith(of_edr)} == {
        "core", "collections", "json", "geojson", "edr-geojson", "covjson", "html", "oas30", "queries", "instances",
    }  # fmt: skip
    assert "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core" in claimed
    assert "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections" in claimed
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in claimed
