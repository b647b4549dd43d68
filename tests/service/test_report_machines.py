"""The forms of a report for machines: JSON as it stands, CSV with names, netCDF with flags and hydrographs."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import netCDF4
import numpy as np
import pytest

from record.errors import RecordError, SelectionError
from service.reports import copies
from service.reports.editions import Copy
from service.reports.forms import as_csv, as_json, as_netcdf
from service.reports.report import Report
from tests.service.report_example import Record
from tests.service.report_made import made_report, second


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return made_report(Record(tmp_path_factory.mktemp("record")), second())


@pytest.fixture(scope="module")
def file(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Iterator[netCDF4.Dataset]:
    path = tmp_path_factory.mktemp("file") / "report.nc"
    path.write_bytes(as_netcdf.write(report))
    with netCDF4.Dataset(str(path)) as opened:
        opened.set_auto_mask(False)
        yield opened


def test_json_has_times_with_offset_and_nothing_that_is_no_number(report: Report) -> None:
    found = json.loads(as_json.write(report))
    assert found["span"]["local"][0]["begin"] == "2026-05-01T07:00:00+05:00"
    assert found["span"]["start"] == "2026-05-01T02:00:00Z"
    assert found["basins"][0]["canals"][1]["flow"]["value"] is None
    assert found["gaps"]["missing"][0]["why"] == "nothing was received"
    assert "NaN" not in json.dumps(found)


def test_csv_has_a_row_for_each_number_with_names_in_all_languages(report: Report) -> None:
    names = {**report.names, "kirov:kg": {"kk": "Киров", "ky": "Киров", "ru": "Кировское", "en": "Kirov, 1"}}
    body = as_csv.write(replace(report, names=names))
    assert body.startswith(b"\xef\xbb\xbfkey,section,basin")
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))}
    inflow = rows["kirov:kg.inflow"]
    assert [inflow[f"name_{code}"] for code in ("kk", "ky", "ru", "en")] == ["Киров", "Киров", "Кировское", "Kirov, 1"]
    assert (inflow["value"], inflow["unit"], inflow["begin"], inflow["end"]) == (
        "20.0", "m³/s", "2026-05-01", "2026-05-02",
    )  # fmt: skip
    missing = rows["merke:kz.intake"]
    assert (missing["value"], missing["flag"], missing["entries"]) == ("", "missing", "")
    assert rows["tuyte:kg.intake.volume"]["value"] == "0.21600000000000003"
    assert rows["share:flow-50:real.due.kz"]["verified"] == "false"
    assert rows["tuyte:kg.intake.before"]["section"] == "changes"
    assert {row["revision"] for row in rows.values()} == {"2"}


def test_netcdf_says_of_what_it_is(file: netCDF4.Dataset) -> None:
    said = {name: file.getncattr(name) for name in file.ncattrs()}
    assert said["Conventions"] == "CF-1.11, ACDD-1.3"
    assert (said["begin"], said["revision"], said["journal_size"]) == ("2026-05-01", 2, 2)
    assert said["comment"] == "holds simulated data"


def test_netcdf_has_flags_entries_and_estimates_beside_figures(file: netCDF4.Dataset) -> None:
    stations = list(file["station_id"][:])
    release, flag = file["release"], file["release_flag"]
    assert release.units == "m3 s-1"
    assert release.ancillary_variables == "release_flag release_entry release_estimated"
    words = dict(zip(flag.flag_values.tolist(), flag.flag_meanings.split(), strict=True))
    assert words[int(flag[stations.index("kirov:kg")])] == "suspect"
    assert words[int(flag[stations.index("merke:kz")])] == "not_given"
    assert words[int(file["intake_flag"][stations.index("merke:kz")])] == "missing"
    assert file["release_entry"][stations.index("kirov:kg")] == 0
    assert file["intake_entry"][stations.index("merke:kz")] == -1
    assert file["intake_season_estimated"][stations.index("tuyte:kg")] == 1
    assert list(file["nature"][:]).count("simulated") == 1


def test_netcdf_has_hydrographs_by_day(file: netCDF4.Dataset) -> None:
    days = file["day"]
    assert str(netCDF4.num2date(days[0], days.units))[:10] == "2026-04-01"
    now = file["hydrograph_now"][0]
    assert now[:31].tolist() == [20.0 + day for day in range(31)]
    assert np.isnan(now[31:]).all()
    assert file["series_station"][0] == "kirov:kg"


def test_a_report_of_nothing_has_all_forms(report: Report) -> None:
    nothing = replace(report, basins=(), revision=None, gaps=replace(report.gaps, amended=()))
    rows = as_csv.write(nothing).decode("utf-8-sig").splitlines()
    assert len(rows) == 1
    assert as_netcdf.write(nothing).startswith(b"\x89HDF")


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    for write in (as_json.write, as_csv.write, as_netcdf.write):
        assert write(report) == write(report)


def test_a_disk_that_takes_no_file_is_told_in_a_line(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(Path("/nowhere")))
    with pytest.raises(RecordError, match="was not made"):
        as_netcdf.write(report)


def test_a_form_that_no_report_has_is_refused(report: Report) -> None:
    with pytest.raises(
        SelectionError, match="'docx' is no form of a report: use one of json, csv, nc, pdf, xlsx, html"
    ):
        copies.write(report, Copy(form="docx", language="kk"))
