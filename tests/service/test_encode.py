"""Encoders over several stations at once, one of them without a known place, and over nothing at all."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from covjson_pydantic.coverage import CoverageCollection

from record.archive import Archive
from record.archive.answer import Answer
from record.errors import SelectionError
from record.selection import Selection
from service.app import create_app
from service.encode import ENCODERS, encoder_called
from service.settings import Settings
from tests.answers import written
from tests.example import BORDER, KIROV, network_of_two, open_pen, say, seen

ROOT = Path(__file__).parents[2]


@pytest.fixture
def answer(tmp_path: Path) -> Answer:
    network = network_of_two()
    border = network.sites["example-border"].model_copy(update={"lon": None, "lat": None})
    placeless = replace(network, sites={**network.sites, border.id: border})
    record, pen = open_pen(tmp_path, placeless)
    say(pen, "kg", [seen(KIROV, 0, "20.3"), seen(KIROV, 1, None)])
    say(pen, "kz", [seen(BORDER, 0, "12.5")])
    return Archive(record).answer(Selection(series=(KIROV, BORDER)))


def test_several_stations_make_a_collection_of_coverages(answer: Answer) -> None:
    raw = written("covjson", answer)
    CoverageCollection.model_validate_json(raw)
    kirov, border = json.loads(raw)["coverages"]
    assert kirov["domain"]["domainType"] == "PointSeries"
    assert kirov["ranges"]["inflow"]["values"] == [20.3, None]
    assert set(border["domain"]["axes"]) == {"t"}
    assert (border["arna:nature"], border["arna:verified"]) == ("example", False)


def test_a_station_without_a_known_place_has_no_geometry(answer: Answer) -> None:
    _, border = json.loads(written("geojson", answer))["features"]
    assert border["geometry"] is None


def test_a_row_stands_only_where_something_was_said(answer: Answer) -> None:
    lines = written("csv", answer).decode().split("\r\n")
    assert lines == [
        "station_id,station_name,nature,verified,time_utc,"
        "inflow [m3/s],inflow_flag,inflow_entry,discharge [m3/s],discharge_flag,discharge_entry",
        "kirov:kg,Kirov,real,true,2026-05-01T02:00:00Z,20.3,1,0,,9,",
        "kirov:kg,Kirov,real,true,2026-05-02T02:00:00Z,,9,0,,9,",
        "example-border:kz,Example border,example,false,2026-05-01T02:00:00Z,,9,,12.5,1,1",
        "",
    ]


@pytest.mark.parametrize("form", ENCODERS)
def test_nothing_said_is_an_empty_document(answer: Answer, form: str) -> None:
    nothing = Answer(answer.heading, answer.time[:0], {name: layer[:, :0] for name, layer in answer.layers.items()})
    assert written(form, nothing)
    assert b"NaN" not in written("covjson", nothing)


def test_an_unknown_form_is_refused_with_the_known_ones() -> None:
    assert encoder_called("NetCDF").suffix == "nc"
    with pytest.raises(SelectionError, match="covjson, geojson, csv, columns, netcdf"):
        encoder_called("docx")


def test_the_service_is_made_from_settings_alone(tmp_path: Path) -> None:
    app = create_app(Settings(config=ROOT / "config", data=tmp_path))
    assert "/collections/{collection}/position" in app.openapi()["paths"]
