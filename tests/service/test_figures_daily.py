from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import xarray as xr

from service.figures import change_of_day, entries_of_day, mean_of_day, of_day, volume_of_day

START = datetime(2026, 5, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def dataset(*rows: list[tuple[float, float, int]]) -> xr.Dataset:
    """One station a row; each reading is (hours after START, value, flag); its entry is its place in the row."""
    hours = sorted({hour for row in rows for hour, _, _ in row})
    shape = (len(rows), len(hours))
    value, flag, entry = np.full(shape, np.nan), np.full(shape, 9, np.int8), np.full(shape, -1, np.int64)
    for place, row in enumerate(rows):
        for number, (hour, said, word) in enumerate(row):
            cell = place, hours.index(hour)
            value[cell], flag[cell], entry[cell] = said, word, number
    begin = np.datetime64(START.replace(tzinfo=None), "s")
    times = [begin + np.timedelta64(round(hour * 3600), "s") for hour in hours]
    dims = ("station", "time")
    return xr.Dataset(
        {"inflow": (dims, value, {"units": "m3 s-1"}), "inflow_flag": (dims, flag), "inflow_entry": (dims, entry)},
        coords={"time": np.array(times, dtype="datetime64[s]")},
    )


def day(found: xr.Dataset, shift: int = 0) -> xr.Dataset:
    return of_day(found, START + shift * DAY, START + (shift + 1) * DAY)


def test_a_day_counts_its_beginning_and_not_its_end() -> None:
    found = dataset([(-0.5, 1, 1), (0, 10, 1), (23.5, 20, 1), (24, 99, 1)])
    assert mean_of_day(day(found), "inflow")["value"].values.tolist() == [15]


def test_readings_flagged_bad_are_left_out_beside_usable_ones_and_counted() -> None:
    mean = mean_of_day(day(dataset([(0, 10, 1), (6, 500, 4), (12, 14, 3)])), "inflow")
    assert mean["value"].item() == 12
    assert mean["flag"].item() == 3
    assert mean["readings"].item() == 2
    assert mean["left_out"].item() == 1


def test_a_day_of_bad_readings_alone_is_shown_as_bad() -> None:
    mean = mean_of_day(day(dataset([(0, 10, 4), (12, 20, 4)])), "inflow")
    assert (mean["value"].item(), mean["flag"].item(), mean["left_out"].item()) == (15, 4, 0)


def test_a_day_without_readings_is_missing_and_not_zero() -> None:
    mean = mean_of_day(day(dataset([(30, 10, 1)])), "inflow")
    assert np.isnan(mean["value"].item())
    assert (mean["flag"].item(), mean["readings"].item()) == (9, 0)


def test_a_reading_said_to_be_missing_is_not_a_zero_either() -> None:
    mean = mean_of_day(day(dataset([(0, np.nan, 9), (12, 8, 1)])), "inflow")
    assert (mean["value"].item(), mean["readings"].item()) == (8, 1)


def test_stations_do_not_lend_each_other_readings() -> None:
    mean = mean_of_day(day(dataset([(0, 10, 1)], [(12, 20, 2)])), "inflow")
    assert mean["value"].values.tolist() == [10, 20]
    assert mean["flag"].values.tolist() == [1, 2]


def test_change_pairs_the_same_hours_of_both_days() -> None:
    found = dataset([(-24, 10, 1), (-12, 30, 1), (0, 13, 1)])
    assert change_of_day(day(found), day(found, -1), "inflow").item() == 3


def test_change_is_missing_without_a_pair_of_usable_readings() -> None:
    found = dataset([(-12, 30, 1), (0, 13, 1)], [(-24, 10, 4), (0, 13, 1)])
    assert np.isnan(change_of_day(day(found), day(found, -1), "inflow").values).all()


def test_entries_are_those_of_the_day_alone() -> None:
    found = dataset([(-1, 1, 1), (0, 2, 1), (12, np.nan, 9), (24, 3, 1)])
    assert entries_of_day(day(found), "inflow") == [(1, 2)]


def test_one_cubic_metre_a_second_is_0_0864_million_a_day() -> None:
    volume = volume_of_day(xr.DataArray([1.0, 20.0, np.nan]))
    assert volume.values[:2].tolist() == pytest.approx([0.0864, 1.728], rel=1e-15)
    assert np.isnan(volume.values[2])
    assert volume.attrs["units"] == "1e6 m3"


def test_asking_changes_nothing_in_what_was_asked() -> None:
    found = dataset([(0, 10, 1)])
    before = found.copy(deep=True)
    mean_of_day(day(found), "inflow")
    assert found.identical(before)
