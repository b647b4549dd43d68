"""The service as it is made for the world: its description, its links, the edges of its questions, empty answers."""

import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr
from covjson_pydantic.coverage import Coverage
from edr_pydantic.collections import Collection, Collections
from openapi_spec_validator import OpenAPIV30SpecValidator
from starlette.testclient import TestClient

from record.archive import Archive
from service.encode import ENCODERS
from tests.example import KIROV, open_pen
from tests.service.served import HERE, KIROV_HERE, served

QUERIES = (
    "/position",
    "/radius",
    "/area",
    "/cube",
    "/locations",
    "/locations/{location}",
    "/items",
    "/items/{item}",
)
NEED_A_PLACE = ("/position", "/radius", "/area", "/cube")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(served(tmp_path), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[TestClient]:
    """The same service before anything was said."""
    app = served(tmp_path)
    folder = tmp_path / "bare"
    folder.mkdir()
    app.state.archive = Archive(open_pen(folder)[0])
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def test_the_service_as_it_is_made_describes_every_address_of_its_own(client: TestClient) -> None:
    document = client.get("/api").json()
    OpenAPIV30SpecValidator(document).validate()
    assert set(document["paths"]) == {
        "/",
        "/conformance",
        "/health",
        "/ready",
        "/metrics",
        "/collections",
        "/collections/{collection}",
        "/collections/{collection}/instances",
        "/collections/{collection}/instances/{instance}",
        *(
            f"/collections/{{collection}}{instance}{query}"
            for instance in ("", "/instances/{instance}")
            for query in QUERIES
        ),
        "/dap",
        "/dap/{dataset}",
        "/events",
        "/figures/{series}",
        "/hydrographs/{series}",
        "/norms/{series}",
        "/accounts/{basin}",
        "/network",
        "/network/approvals",
        "/network/proposal",
        "/history",
        "/inbox/{source}",
        "/latest",
        "/ledger",
        "/ledger/summary",
        "/status",
        "/log/alarms",
        "/log/alarms/{number}",
        "/log/checkpoint",
        "/log/final",
        "/log/policy",
        "/log/receipt/{sha256}",
        "/log/standing",
        "/sensorthings/v1.1",
        "/sensorthings/v1.1/{path}",
        "/segments",
        "/segments/SHA256SUMS",
        "/segments/catalogue.yaml",
        "/segments/{sha256}.nc",
        "/reports",
        "/reports/{edition}",
        "/reports/{edition}/feed.atom",
        "/reports/{edition}/{day}.{form}",
        "/reports/{edition}/{day}/issued",
        "/reports/{edition}/{day}/issued/{entry}/{name}",
        "/log/tile/{path}",
        "/proof",
        "/reports/{edition}/{day}",
    }


def test_every_link_of_every_document_is_answered(client: TestClient) -> None:
    queries = client.get(HERE).json()["data_queries"].values()
    pages = [client.get(path).json()["links"] for path in ("/", "/collections", HERE)]
    hrefs = {link["href"] for page in pages for link in page} | {query["link"]["href"] for query in queries}
    found = {href: client.get(href).status_code for href in hrefs if not href.endswith(NEED_A_PLACE)}
    assert len(found) > 5
    assert set(found.values()) == {200}


def test_health_tells_when_the_journal_grew(client: TestClient) -> None:
    health = client.get("/health").json()
    assert (health["status"], health["origin"], health["last_entered"]) == (
        "ok",
        "arna.example/test",
        "2026-05-01T04:00:00Z",
    )


def test_before_anything_was_said_every_document_stands(bare: TestClient) -> None:
    answer = bare.get("/collections")
    described = Collections.model_validate_json(answer.content).collections
    assert [one.extent.temporal for one in described] == [None] * 5
    assert bare.get("/health").json()["last_entered"] is None
    assert bare.get("/latest?collection=talas-daily").json() == {"collection": "talas-daily", "latest": []}
    stations = bare.get(f"{HERE}/locations").json()["features"]
    assert [station["properties"]["datetime"] for station in stations] == ["../..", "../.."]
    assert bare.get(KIROV_HERE).json()["domain"]["axes"]["t"]["values"] == []


@pytest.mark.parametrize("path", ["/collections/talas-daily", "/collections/talas-term"])
def test_one_collection_is_a_document_of_the_standard(client: TestClient, path: str) -> None:
    described = Collection.model_validate_json(client.get(path).content)
    assert described.id == path.rpartition("/")[2]
    assert described.output_formats == [encoder.name for encoder in ENCODERS.values()]
    assert {"CoverageJSON", "GeoJSON", "CSV", "netCDF", "Parquet"} <= set(described.output_formats)
    assert described.extent.spatial is not None


def test_an_empty_answer_can_be_read_in_each_form(client: TestClient, tmp_path: Path) -> None:
    empty = f"{KIROV_HERE}?datetime=2030-01-01/.."
    coverage = Coverage.model_validate_json(client.get(empty).content)
    assert coverage.id == "kirov:kg"
    (feature,) = client.get(f"{empty}&f=geojson").json()["features"]
    assert (feature["properties"]["time"], feature["properties"]["inflow"]) == ([], [])
    table = pd.read_csv(io.StringIO(client.get(f"{empty}&f=csv").text))
    assert (len(table), "inflow [m3/s]" in table) == (0, True)
    path = tmp_path / "empty.nc"
    path.write_bytes(client.get(f"{empty}&f=netcdf").content)
    with xr.open_dataset(path) as opened:
        assert dict(opened.sizes) == {"station": 1, "time": 0}


@pytest.mark.parametrize(
    ("as_of", "values"),
    [
        ("0", []),
        ("3", [21.75, None]),
        ("2026-05-01T01:59:59Z", []),
        ("2026-05-03T02:00:00Z", [21.75, None]),
    ],
)
def test_as_of_reaches_from_the_first_entry_to_this_moment(
    client: TestClient, as_of: str, values: list[float | None]
) -> None:
    answer = client.get(f"{KIROV_HERE}?as-of={as_of}")
    assert answer.status_code == 200
    assert answer.json()["ranges"]["inflow"]["values"] == values


def test_as_of_holds_for_the_history_too(client: TestClient) -> None:
    said = client.get(f"/history?series={KIROV}&time=2026-05-01T02:00:00Z&as-of=2").json()["said"]
    assert [one["value"] for one in said] == ["20.3"]


@pytest.mark.parametrize(
    ("coords", "station"),
    [
        ("POINT(71.6183 42.6478)", "kirov:kg"),
        ("point z (71.5 42.7 900)", "example-border:kz"),
        ("POINT(71.55 42.68)", "example-border:kz"),
        ("POINT(71.6183 42.6920)", "kirov:kg"),
        ("POINT(71.6183 42.6935)", None),
    ],
)
def test_a_place_within_five_kilometres_finds_the_nearest_station(
    client: TestClient, coords: str, station: str | None
) -> None:
    # A degree of latitude is 111.195 km on the sphere: 0.0442 degrees are 4.915 km, 0.0457 are 5.082 km.
    answer = client.get(f"{HERE}/position", params={"coords": coords})
    assert (answer.status_code, answer.json().get("id")) == (200 if station else 404, station)


@pytest.mark.parametrize("f", ["csv", "geojson", "CoverageJSON"])
def test_position_and_location_give_the_same_answer(client: TestClient, f: str) -> None:
    at_place = client.get(f"{HERE}/position?coords=POINT(71.62 42.65)&f={f}")
    by_name = client.get(f"{KIROV_HERE}?f={f}")
    assert at_place.headers["content-type"] == by_name.headers["content-type"]
    assert at_place.content == by_name.content


def test_an_answer_names_its_file_and_what_it_hangs_upon(client: TestClient) -> None:
    headers = client.get(f"{KIROV_HERE}?f=netcdf").headers
    assert headers["vary"] == "Accept"
    assert headers["content-disposition"] == 'inline; filename="talas-daily_kirov-kg.nc"'
