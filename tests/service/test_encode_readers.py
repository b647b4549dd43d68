"""Each form read back by a reader of others' making: two stations of two countries, one without a known place."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from covjson_pydantic.coverage import CoverageCollection

from record.archive import Archive
from record.archive.answer import Answer
from record.archive.dataset import dataset_of
from record.entry import Flag
from record.selection import Selection
from service.encode import ENCODERS, Encoder, encoder_called
from tests.answers import written
from tests.example import BORDER, KIROV, KIROV_STORAGE, network_of_two, open_pen, say, seen

Ask = Callable[..., Answer]
NAMES = ("inflow", "storage", "discharge")


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    network = network_of_two()
    border = network.sites["example-border"].model_copy(update={"lon": None, "lat": None})
    named = network.stations["kirov:kg"].model_copy(update={"names": {"en": 'Kirov, the "old" Киров'}})
    declared = replace(
        network,
        sites={**network.sites, border.id: border},
        stations={**network.stations, named.id: named},
    )
    record, pen = open_pen(tmp_path, declared)
    say(pen, "kg", [seen(KIROV, 0, "20.3"), seen(KIROV, 1, None), seen(KIROV_STORAGE, 1, "445.60", Flag.SUSPECT)])
    say(pen, "kz", [seen(BORDER, 0, "0.1"), seen(BORDER, 2, "12.5", Flag.BAD)])
    archive = Archive(record)
    return lambda **about: archive.answer(Selection(**({"series": (KIROV, KIROV_STORAGE, BORDER)} | about)))


def test_netcdf_read_back_equals_the_dataset(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "answer.nc"
    answer = ask()
    given = dataset_of(answer)
    path.write_bytes(written("netcdf", answer))
    with xr.open_dataset(path) as opened:
        assert dict(opened.sizes) == {"station": 2, "time": 3}
        for name in NAMES:
            for part in (name, f"{name}_flag", f"{name}_entry"):
                np.testing.assert_array_equal(opened[part].values, given[part].values, err_msg=part)
                assert opened[part].dtype == given[part].dtype
        np.testing.assert_array_equal(opened.time.values, given.time.values)
        assert list(opened.station_id.values) == ["kirov:kg", "example-border:kz"]
        assert list(opened.station_name.values) == ['Kirov, the "old" Киров', "Example border"]
        assert list(opened.nature.values) == ["real", "example"]
        np.testing.assert_array_equal(opened.lon, [71.6183, np.nan])
        np.testing.assert_array_equal(opened.inflow, [[20.3, np.nan, np.nan], [np.nan] * 3])
        np.testing.assert_array_equal(opened.discharge, [[np.nan] * 3, [0.1, np.nan, 12.5]])
        np.testing.assert_array_equal(opened.discharge_flag[1], [1, 9, 4])
        assert opened.storage.attrs["units"] == "1e6 m3"
        assert opened.station_id.attrs["cf_role"] == "timeseries_id"
        assert "inflow_flag" in opened.inflow.attrs["ancillary_variables"].split()
        assert opened.attrs["geospatial_lon_min"] == opened.attrs["geospatial_lon_max"] == 71.6183
        assert opened.attrs["time_coverage_end"] == "2026-05-03T02:00:00Z"
        assert opened.attrs["journal_size"] == 2


def test_csv_read_back_equals_what_was_said(ask: Ask) -> None:
    table = pd.read_csv(io.BytesIO(written("csv", ask())), parse_dates=["time_utc"])
    assert list(table["station_id"]) == ["kirov:kg"] * 2 + ["example-border:kz"] * 2
    assert set(table["station_name"]) == {'Kirov, the "old" Киров', "Example border"}
    np.testing.assert_array_equal(table["inflow [m3/s]"], [20.3, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(table["storage [million m3]"], [np.nan, 445.6, np.nan, np.nan])
    np.testing.assert_array_equal(table["discharge [m3/s]"], [np.nan, np.nan, 0.1, 12.5])
    np.testing.assert_array_equal(table["discharge_entry"], [np.nan, np.nan, 1, 1])
    assert list(table["time_utc"].dt.day) == [1, 2, 1, 3]
    assert str(table["time_utc"].dt.tz) == "UTC"


def test_coverage_json_read_back_equals_what_was_said(ask: Ask) -> None:
    read = CoverageCollection.model_validate_json(written("covjson", ask()))
    kirov, border = read.coverages
    assert (kirov.id, border.id) == ("kirov:kg", "example-border:kz")
    assert read.parameters is not None
    assert set(read.parameters.root) == {f"{name}{part}" for name in NAMES for part in ("", "_flag", "_entry")}
    raw = json.loads(written("covjson", ask()))["coverages"][1]
    assert raw["domain"]["axes"]["t"]["values"] == ["2026-05-01T02:00:00Z", "2026-05-03T02:00:00Z"]
    assert raw["ranges"]["discharge"]["values"] == [0.1, 12.5]
    assert raw["ranges"]["discharge_flag"]["values"] == [1, 4]
    assert raw["ranges"]["inflow_flag"]["values"] == [None, None]


@pytest.mark.parametrize("form", ["covjson", "geojson"])
def test_json_holds_no_number_that_json_does_not_have(ask: Ask, form: str) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    assert json.loads(written(form, ask()), parse_constant=refuse)


def test_geojson_says_nothing_of_times_at_which_a_station_was_silent(ask: Ask) -> None:
    kirov, border = json.loads(written("geojson", ask()))["features"]
    assert kirov["geometry"] == {"type": "Point", "coordinates": [71.6183, 42.6478]}
    assert border["geometry"] is None
    assert kirov["properties"]["inflow"] == [20.3, None]
    assert border["properties"]["time"] == ["2026-05-01T02:00:00Z", "2026-05-03T02:00:00Z"]
    assert border["properties"]["discharge_unit"] == "m3 s-1"


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("covjson", "CoverageJSON"),
        ("CoverageJSON", "CoverageJSON"),
        ("json", "CoverageJSON"),
        ("GEOJSON", "GeoJSON"),
        (" Csv ", "CSV"),
        ("netCDF", "netCDF"),
        ("nc", "netCDF"),
    ],
)
def test_a_form_has_all_its_names(called: str, name: str) -> None:
    assert encoder_called(called).name == name


@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=list(ENCODERS))
def test_a_form_that_describes_itself_can_be_asked_for_by_its_name(encoder: Encoder) -> None:
    assert encoder_called(encoder.name) is encoder
