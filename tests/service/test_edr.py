"""The EDR routes over a record of two stations in two countries."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from covjson_pydantic.coverage import Coverage
from edr_pydantic.collections import Collections
from fastapi import FastAPI
from openapi_spec_validator import OpenAPIV30SpecValidator
from starlette.testclient import TestClient

from record.entry import Flag
from service import errors, renewal
from service.routes import api, collections, landing, readings
from tests.example import BORDER, KIROV, KIROV_STORAGE, START, open_pen, say, seen

HERE = "/collections/talas-daily"
KIROV_HERE = f"{HERE}/locations/kirov:kg"


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    record, pen = open_pen(tmp_path)
    say(pen, "kg", [seen(KIROV, 0, "20.3"), seen(KIROV, 1, None), seen(KIROV_STORAGE, 1, "445.60", Flag.SUSPECT)])
    say(pen, "kz", [seen(BORDER, 0, "12.5")], hours=1)
    say(pen, "kg again", [seen(KIROV, 0, "21.75")], hours=2)
    made = FastAPI(openapi_url=None)
    renewal.install(made, lambda: record)
    made.state.clock, made.state.data = lambda: START + timedelta(days=2), tmp_path
    errors.install(made)
    for resource in (landing, api, collections, readings):
        made.include_router(resource.router)
    made.add_api_route("/broken", lambda: 1 / 0)
    return made


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def test_the_landing_page_leads_on(client: TestClient) -> None:
    links = client.get("/").json()["links"]
    assert {link["rel"] for link in links} >= {"self", "service-desc", "conformance", "data"}
    assert "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/core" in client.get("/conformance").json()["conformsTo"]


def test_the_description_of_itself_is_the_openapi_that_clients_read(client: TestClient) -> None:
    (desc,) = [link for link in client.get("/").json()["links"] if link["rel"] == "service-desc"]
    answer = client.get(desc["href"])
    assert desc["type"] == answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    OpenAPIV30SpecValidator(document).validate()
    assert '"null"' not in answer.text
    responses = document["paths"]["/collections/{collection}/position"]["get"]["responses"]
    assert {"200", "default"} <= set(responses)
    assert "application/x-netcdf" in responses["200"]["content"]


def test_health_tells_the_size_of_the_journal(client: TestClient) -> None:
    assert client.get("/health").json()["journal_size"] == 3


def test_a_collection_is_described_as_the_standard_has_it(client: TestClient) -> None:
    answer = client.get("/collections")
    daily, term, *figures = answer.json()["collections"]
    assert [one["id"] for one in figures] == [f"talas-{name}-figures" for name in ("daily", "10-day", "monthly")]
    assert daily == client.get(HERE).json()
    described, silent, *_ = Collections.model_validate_json(answer.content).collections
    assert described.extent.temporal is not None
    assert silent.extent.temporal is None
    assert "temporal" not in term["extent"]
    assert daily["extent"]["temporal"]["interval"] == [["2026-05-01T02:00:00Z", "2026-05-02T02:00:00Z"]]
    assert list(daily["parameter_names"]) == ["inflow", "storage", "discharge"]
    assert daily["parameter_names"]["storage"]["unit"]["symbol"]["value"] == "hm3"


def test_an_example_is_called_one(client: TestClient) -> None:
    kirov, border = client.get(f"{HERE}/locations").json()["features"]
    assert (kirov["id"], kirov["properties"]["nature"]) == ("kirov:kg", "real")
    assert (border["properties"]["nature"], border["properties"]["party"]) == ("example", "kz")
    assert kirov["geometry"]["coordinates"] == [71.6183, 42.6478]


def test_the_netcdf_answer_opens_and_equals_what_was_said(client: TestClient, tmp_path: Path) -> None:
    answer = client.get(f"{KIROV_HERE}?f=netCDF")
    assert answer.headers["content-type"] == "application/x-netcdf"
    path = tmp_path / "answer.nc"
    path.write_bytes(answer.content)
    with xr.open_dataset(path) as opened:
        np.testing.assert_array_equal(opened.inflow, [[21.75, np.nan]])
        np.testing.assert_array_equal(opened.inflow_flag, [[1, 9]])
        np.testing.assert_array_equal(opened.inflow_entry, [[2, 0]])
        np.testing.assert_array_equal(opened.storage, [[np.nan, 445.6]])
        assert opened.inflow.units == "m3 s-1"
        assert opened.attrs["featureType"] == "timeSeries"
        assert opened.attrs["Conventions"].startswith("CF-1.11")
        assert list(opened.station_id.values) == ["kirov:kg"]


def test_the_csv_answer_opens_in_pandas_with_units_in_its_header(client: TestClient) -> None:
    answer = client.get(f"{KIROV_HERE}?f=csv")
    assert answer.text.endswith("\r\n")
    table = pd.read_csv(io.StringIO(answer.text), parse_dates=["time_utc"])
    assert list(table["time_utc"]) == [pd.Timestamp(START), pd.Timestamp(START + timedelta(days=1))]
    np.testing.assert_array_equal(table["inflow [m3/s]"], [21.75, np.nan])
    np.testing.assert_array_equal(table["storage [million m3]"], [np.nan, 445.6])
    assert list(table["storage_flag"]) == [9, 3]
    assert set(table["nature"]) == {"real"}


def test_the_default_is_coverage_json_and_holds_no_nan(client: TestClient) -> None:
    answer = client.get(KIROV_HERE)
    assert answer.headers["content-type"] == "application/prs.coverage+json"
    assert "NaN" not in answer.text
    coverage = Coverage.model_validate_json(answer.content)
    assert answer.json()["ranges"]["inflow"]["values"] == [21.75, None]
    assert answer.json()["ranges"]["storage_flag"]["values"] == [None, 3]
    assert coverage.parameters is not None


def test_geojson_holds_the_series_as_columns(client: TestClient) -> None:
    (feature,) = client.get(f"{HERE}/locations/example-border:kz?f=GeoJSON").json()["features"]
    assert feature["properties"]["discharge"] == [12.5]
    assert feature["properties"]["nature"] == "example"
    assert feature["properties"]["label"] == "Example border"
    assert feature["properties"]["parameter-name"] == ["discharge"]
    assert feature["properties"]["datetime"] == "2026-05-01T02:00:00Z/2026-05-01T02:00:00Z"
    assert feature["properties"]["edrqueryendpoint"] == f"http://testserver{HERE}/locations/example-border:kz"


@pytest.mark.parametrize(
    ("form", "accept", "media"),
    [
        ("covjson", "*/*", "application/prs.coverage+json"),
        ("JSON", "text/csv", "application/prs.coverage+json"),
        ("nc", "*/*", "application/x-netcdf"),
        (None, "text/csv", "text/csv; charset=utf-8"),
        (None, "text/plain, application/geo+json;q=0.9", "application/geo+json"),
        (None, "text/plain", "application/prs.coverage+json"),
        (None, "text/csv;q=0.1, application/x-netcdf", "application/x-netcdf"),
        (None, "text/csv;q=0, */*", "application/prs.coverage+json"),
        (None, "application/json", "application/prs.coverage+json"),
        ("columns", "*/*", "application/json"),
        (None, "text/csv;q=often", "application/prs.coverage+json"),
    ],
)
def test_the_form_is_the_one_asked_for(client: TestClient, form: str | None, accept: str, media: str) -> None:
    query = f"?f={form}" if form else ""
    assert client.get(KIROV_HERE + query, headers={"accept": accept}).headers["content-type"] == media


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2026-05-01T02:00:00Z", 1),
        ("2026-05-01T08:00:00%2B06:00", 1),
        ("2026-05-01T08:00:00+06:00", 1),
        ("2026-05-01", 1),
        ("2026-05-01T02:00:00Z/2026-05-02T02:00:00Z", 2),
        ("2026-05-01T02:00:01Z/2026-05-02T02:00:00Z", 1),
        ("../2026-05-01T12:00:00Z", 1),
        ("2026-05-01T01:59:59.5Z", 0),
        ("2026-05-01T02:00:00Z/2026-05-02T01:59:59.5Z", 1),
        ("2026-05-02/..", 1),
        ("../..", 2),
        ("2030-01-01/..", 0),
    ],
)
@pytest.mark.parametrize("form", ["covjson", "csv", "geojson", "netcdf"])
def test_datetime_is_closed_at_both_ends(client: TestClient, moment: str, count: int, form: str) -> None:
    answer = client.get(f"{KIROV_HERE}?datetime={moment}&f={form}")
    assert answer.status_code == 200
    if form == "csv":
        assert len(answer.text.splitlines()) == count + 1
    if form == "covjson":
        assert len(answer.json()["domain"]["axes"]["t"]["values"]) == count


@pytest.mark.parametrize("name", ["parameter-name", "parameter_names"])
def test_parameters_can_be_chosen_in_either_spelling(client: TestClient, name: str) -> None:
    ranges = client.get(f"{KIROV_HERE}?{name}=storage").json()["ranges"]
    assert list(ranges) == ["storage", "storage_flag", "storage_entry"]


@pytest.mark.parametrize("as_of", ["2", "2026-05-01T04:00:00Z", "2026-05-01T10:00:00+06:00"])
def test_as_of_shows_what_was_known_before(client: TestClient, as_of: str) -> None:
    assert client.get(f"{KIROV_HERE}?as-of={as_of}").json()["ranges"]["inflow"]["values"] == [20.3, None]


def test_readings_of_another_quality_keep_their_flag_alone(client: TestClient) -> None:
    whole = client.get(f"{KIROV_HERE}?parameter-name=storage").json()["ranges"]
    good = client.get(f"{KIROV_HERE}?parameter-name=storage&quality=good,unknown").json()["ranges"]
    assert (whole["storage"]["values"], good["storage"]["values"]) == ([445.6], [None])
    assert good["storage_flag"] == whole["storage_flag"]
    assert client.get(f"{KIROV_HERE}?parameter-name=storage&quality=suspect").json()["ranges"] == whole


def test_the_history_of_a_reading_is_whole(client: TestClient) -> None:
    found = client.get(f"/history?series={KIROV}&time=2026-05-01T02:00:00Z").json()
    assert [(one["value"], one["entry"]) for one in found["said"]] == [("20.3", 0), ("21.75", 2)]
    assert found["said"][1]["reason"]
    assert found["said"][1]["grounds"] is None
    assert (found["unit"], found["nature"], found["verified"]) == ("m3/s", "real", True)


def test_what_was_reviewed_is_told_of_a_reading_and_of_a_series_that_asks_for_it(client: TestClient) -> None:
    found = client.get(f"/history?series={KIROV}&time=2026-05-01T02:00:00Z").json()
    assert [(one["status"], one["tests"]) for one in found["said"]] == [("provisional", {})] * 2
    assert found["reviews"] == []
    plain, asked = (client.get(f"{KIROV_HERE}{query}").json() for query in ("", "?status=true"))
    assert set(asked["ranges"]) - set(plain["ranges"]) == {"inflow_status", "storage_status"}
    assert set(asked["parameters"]) == set(asked["ranges"])
    assert set(asked["ranges"]["inflow_status"]["values"]) <= {0, None}
    (feature,) = client.get(f"{KIROV_HERE}?status=true&f=geojson").json()["features"]
    assert len(feature["properties"]["inflow_status"]) == len(feature["properties"]["inflow"])
    # A table is laid out as `arna verify` reads it, with or without.
    assert client.get(f"{KIROV_HERE}?status=true&f=csv").text == client.get(f"{KIROV_HERE}?f=csv").text
    assert client.get(f"{KIROV_HERE}?status=maybe").status_code == 400


def test_latest_holds_the_newest_of_each_series(client: TestClient) -> None:
    found = {row["series"]: row for row in client.get("/latest?collection=talas-daily").json()["latest"]}
    assert (found[KIROV]["value"], found[KIROV]["flag"]) == (None, "missing")
    assert (found[BORDER]["value"], found[BORDER]["nature"]) == (12.5, "example")


@pytest.mark.parametrize(("station", "verified"), [("kirov:kg", True), ("example-border:kz", False)])
def test_what_its_source_does_not_confirm_is_called_unverified_everywhere(
    client: TestClient, tmp_path: Path, station: str, verified: bool
) -> None:
    series = KIROV if verified else BORDER
    assert client.get(f"/history?series={series}&time=2026-05-01T02:00:00Z").json()["verified"] is verified
    latest = client.get("/latest?collection=talas-daily").json()["latest"]
    assert {row["verified"] for row in latest if row["series"].startswith(station)} == {verified}
    assert {row["computed"] for row in latest} == {False}
    stations = {row["id"]: row["properties"]["verified"] for row in client.get(f"{HERE}/locations").json()["features"]}
    assert stations[station] is verified
    here = f"{HERE}/locations/{station}"
    assert client.get(f"{here}?f=covjson").json()["arna:verified"] is verified
    assert client.get(f"{here}?f=geojson").json()["features"][0]["properties"]["verified"] is verified
    assert set(pd.read_csv(io.StringIO(client.get(f"{here}?f=csv").text))["verified"]) == {verified}
    path = tmp_path / "answer.nc"
    path.write_bytes(client.get(f"{here}?f=nc").content)
    with xr.open_dataset(path) as opened:
        assert opened.verified.values.tolist() == [verified]


def test_a_place_finds_the_station_there(client: TestClient) -> None:
    answer = client.get(f"{HERE}/position?coords=POINT(71.62 42.65)&parameter-name=inflow")
    assert answer.json()["id"] == "kirov:kg"


@pytest.mark.parametrize(
    ("path", "status", "part"),
    [
        ("/nothing", 404, "there is nothing at /nothing"),
        ("/collections/nope", 404, "use one of talas-daily"),
        (f"{HERE}/locations/nobody", 404, "is not in talas-daily"),
        (f"{HERE}/position", 400, "coords"),
        (f"{HERE}/position?coords=POLYGON((1 2))", 400, "is not a point"),
        (f"{HERE}/position?coords=POINT(200 42)", 400, "off the globe"),
        (f"{HERE}/position?coords=POINT(70 42)", 404, "within 5 km"),
        (f"{KIROV_HERE}?f=xml", 400, "covjson, geojson, csv, columns, netcdf"),
        (f"{KIROV_HERE}?parameter-name=wind", 400, "inflow"),
        (f"{KIROV_HERE}?parameter-name=intake", 400, "is not in"),
        (f"{KIROV_HERE}?parameter-name=discharge", 400, "is not given by kirov:kg in talas-daily: use inflow, storage"),
        (f"{KIROV_HERE}?crs=EPSG:3857", 400, "use CRS84"),
        (f"{KIROV_HERE}?datetime=2026-05-01T02:00:00", 400, "offset"),
        (f"{KIROV_HERE}?datetime=9999-01-01", 400, "2199"),
        (f"{KIROV_HERE}?datetime=2026-05-02/2026-05-01", 400, "ends before"),
        (f"{KIROV_HERE}?as-of=2030-01-01T00:00:00Z", 400, "future"),
        (f"{KIROV_HERE}?as-of=99", 400, "beyond the journal"),
        (f"{KIROV_HERE}?as-of=soon", 400, "neither"),
        (f"{KIROV_HERE}?quality=fine", 400, "use good, unknown, suspect, bad, missing"),
        (f"{KIROV_HERE}?quality=", 400, "no flag of ours"),
        (f"{KIROV_HERE}?as-of=0001-01-01T00:00:00%2B23:59", 400, "before 1800"),
        (f"/history?series={KIROV}&time=..", 400, "offset"),
        (f"/history?series={KIROV}&time=2026-05-01T02:00:00Z/..", 400, "offset"),
        (f"/history?series={KIROV}&time=2026-05-01T02:00:00.5Z", 400, "whole seconds"),
        ("/history?series=x&time=2026-05-01T02:00:00Z", 404, "not declared"),
        ("/broken", 500, "a fault of its own"),
    ],
)
def test_every_error_has_the_one_body(client: TestClient, path: str, status: int, part: str) -> None:
    answer = client.get(path)
    body = answer.json()
    assert (answer.status_code, set(body), body["status"]) == (status, {"code", "status", "description"}, status)
    assert part in body["description"]
    assert "Traceback" not in answer.text
    assert "\n" not in body["description"]


def test_a_wrong_method_says_which_to_use(client: TestClient) -> None:
    answer = client.post("/collections")
    assert (answer.status_code, answer.json()["description"]) == (405, "POST is not answered at /collections: use GET")


def test_unknown_parameters_are_passed_over(client: TestClient) -> None:
    assert client.get(f"{KIROV_HERE}?colour=blue").json() == client.get(KIROV_HERE).json()
