"""Storage, water balance and weighted sums as functions of arrays, against values worked by hand."""

import doctest
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from importlib import import_module
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.days import day_of, month_of, seconds_of_days, start_of
from ingest.derive.asked import joined, without
from ingest.derive.balance import evaporation, inflow, over_window, uncertainty
from ingest.derive.between import between
from ingest.derive.rounding import entered
from ingest.derive.storage import storage, surface, surface_of_storage
from ingest.derive.weighted_sum import weighted_sum
from ingest.quality.mass_balance import volume_between
from record.network.curve import ReservoirCurve

BISHKEK, ALMATY = ZoneInfo("Asia/Bishkek"), ZoneInfo("Asia/Almaty")
JULY = int(datetime(2026, 7, 15, tzinfo=UTC).timestamp())
DAY = 86_400


def curve(begins: date, *points: tuple[float, float, float], ends: date | None = None) -> ReservoirCurve:
    return ReservoirCurve.model_validate(
        {
            "id": f"made-up-{begins}",
            "station": "kirov:kg",
            "valid_from": begins,
            "valid_until": ends,
            "points": points,
            "document": "made up",
            "source": "a test",
        }
    )


BOWL = curve(date(2020, 1, 1), (10, 0, 0), (20, 100, 10), (30, 300, 20))


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


@pytest.mark.parametrize("name", ["rounding", "weighted_sum"])
def test_the_examples_hold(name: str) -> None:
    found = doctest.testmod(import_module(f"ingest.derive.{name}"))
    assert found.attempted > 0
    assert found.failed == 0


def test_storage_and_surface_are_read_between_the_points_and_not_outside() -> None:
    level = array(9.9, 10, 15, 20, 25, 30, 30.1, np.nan)
    times = np.full(8, JULY)
    assert storage(level, times, [BOWL], BISHKEK) == pytest.approx(
        [np.nan, 0, 50, 100, 200, 300, np.nan, np.nan], nan_ok=True
    )
    assert surface(level, times, [BOWL], BISHKEK) == pytest.approx(
        [np.nan, 0, 5, 10, 15, 20, np.nan, np.nan], nan_ok=True
    )
    assert surface_of_storage(array(50, 200, 301), times[:3], [BOWL], BISHKEK) == pytest.approx(
        [5, 15, np.nan], nan_ok=True
    )


def test_each_curve_holds_for_its_own_time_and_before_the_first_there_is_none() -> None:
    silted = curve(date(2026, 7, 15), (10, 0, 0), (30, 260, 20))
    times = np.array([JULY - 6 * 3600 - 1, JULY - 6 * 3600, int(datetime(2019, 6, 1, tzinfo=UTC).timestamp())])
    found = storage(array(30, 30, 30), times, [silted, BOWL], BISHKEK)
    assert found == pytest.approx([300, 260, np.nan], nan_ok=True)
    ended = curve(date(2020, 1, 1), *((10.0, 0.0, 0.0), (30.0, 300.0, 20.0)), ends=date(2026, 1, 1))
    assert np.isnan(storage(array(20), times[:1], [ended], BISHKEK)).all()


def test_the_balance_of_a_day_worked_by_hand() -> None:
    # 155 mm in July are 5 mm a day; from 20 km2 that is 100,000 m3 a day, or 1.157407 m3/s.
    lost = evaporation(array(5), array(20))
    assert lost == pytest.approx([1.157407], abs=1e-6)
    losses = lost + 0.5
    # 0.864 million m3 less in a day are 10 m3/s that came out of the reservoir itself.
    found = inflow(array(400), array(399.136), array(DAY), array(15), losses)
    assert found == pytest.approx([-10 + 15 + 1.657407], abs=1e-6)
    error = uncertainty(array(DAY), array(15), losses, storage_error=0.1, release_percent=5, loss_percent=50)
    # Storage 2 (0.1 million m3 / 86400 s)^2 = 2.679184, release 0.75^2, losses 0.828704^2.
    assert error == pytest.approx([np.sqrt(2.679184 + 0.5625 + 0.686750)], abs=1e-6)


def test_over_a_window_only_the_storages_at_its_ends_err() -> None:
    one, five = (
        uncertainty(array(days * DAY), array(0), array(0), storage_error=0.1, release_percent=5, loss_percent=50)
        for days in (1, 5)
    )
    assert one / five == pytest.approx([5])


def test_a_negative_inflow_stays_negative_and_what_is_missing_stays_missing() -> None:
    assert inflow(array(400), array(399), array(DAY), array(2), array(0)) == pytest.approx([-9.574074], abs=1e-6)
    for gone in range(5):
        given_ = [array(400), array(399), array(DAY), array(2), array(0)]
        given_[gone] = array(np.nan)
        assert np.isnan(inflow(given_[0], given_[1], given_[2], given_[3], given_[4])).all()


def test_without_evaporation_no_surface_has_to_be_known() -> None:
    assert evaporation(array(0, 5), array(np.nan, np.nan)) == pytest.approx([0, np.nan], nan_ok=True)


def test_a_mean_over_a_window_lacks_whatever_any_of_its_days_lacks() -> None:
    assert over_window(array(1, 2, 6, np.nan, 1), 3) == pytest.approx([3, np.nan, np.nan], nan_ok=True)
    assert over_window(array(1, 2), 1).tolist() == [1, 2]
    assert len(over_window(array(1, 2), 3)) == 0


def test_a_reading_at_the_very_time_counts_and_else_the_two_around_it() -> None:
    times, values = np.array([0, 12, 24, 60]) * 3600, array(1, 2, 4, 5)
    asked = np.array([0, 6, 12, 18, 40, 60, 61, -1]) * 3600
    found = between(asked, times, 26 * 3600)
    assert found.of(values) == pytest.approx([1, 1.5, 2, 3, np.nan, 5, np.nan, np.nan], nan_ok=True)
    entries = np.array([7, 8, 9, 10])
    before, after = found.numbers_of(entries)
    assert before.tolist() == [7, 7, 8, 8, -1, 10, -1, -1]
    assert after.tolist() == [7, 8, 8, 9, -1, 10, -1, -1]
    assert found.any_of(np.array([False, True, False, False])).tolist()[:4] == [False, True, True, True]
    nothing = between(asked, times[:0], 3600)
    assert np.isnan(nothing.of(values[:0])).all()
    assert not nothing.any_of(np.array([], dtype=bool)).any()
    assert (nothing.numbers_of(entries[:0])[0] == -1).all()


def test_days_are_those_of_the_clock_even_when_it_is_put_back() -> None:
    leap = (date(2024, 2, 29) - date(1970, 1, 1)).days
    starts = start_of(np.array([leap, leap + 1, leap + 2]), ALMATY)
    assert np.diff(starts).tolist() == [25 * 3600, 24 * 3600]
    moments = [datetime(2024, 2, 29, hour, 30, tzinfo=UTC) for hour in (17, 18, 19)]
    assert day_of(np.array([int(one.timestamp()) for one in moments]), ALMATY).tolist() == [leap, leap, leap + 1]
    assert day_of(starts - 1, ALMATY).tolist() == [leap - 1, leap, leap + 1]
    morning = start_of(np.array([leap]), BISHKEK, time(8))
    assert datetime.fromtimestamp(int(morning[0]), UTC) == datetime(2024, 2, 29, 2, tzinfo=UTC)
    assert day_of(morning - 1, BISHKEK, time(8)).tolist() == [leap - 1]
    assert len(day_of(np.array([], dtype=np.int64), ALMATY)) == len(start_of(np.array([], dtype=np.int64), ALMATY)) == 0


def test_months_know_how_long_they_are() -> None:
    days = [(date(*day) - date(1970, 1, 1)).days for day in ((2024, 2, 29), (2023, 2, 1), (1969, 12, 31))]
    month, length = month_of(np.array(days))
    assert month.tolist() == [1, 1, 11]
    assert length.tolist() == [29, 28, 31]


def test_values_are_entered_with_six_figures_and_no_exponent() -> None:
    assert [str(one) for one in entered(array(0.00000123456789, 123456.5, 98765432.1))] == [
        "0.00000123457", "123456", "98765400"
    ]  # fmt: skip
    assert [one and str(one) for one in entered(array(1 / 3, np.nan))] == ["0.333333", None]


def test_stretches_of_time_are_joined_and_cut() -> None:
    assert joined([(5, 9), (0, 3), (3, 4), (7, 7), (8, 12)]) == [(0, 4), (5, 12)]
    assert joined([(0, 3), (5, 9)], near=2) == [(0, 9)]
    assert without([(0, 10), (20, 30)], [(3, 5), (9, 21), (40, 50)]) == [(0, 3), (5, 9), (21, 30)]
    assert without([(0, 10)], []) == [(0, 10)]


FLOW = st.floats(0, 200)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(1, 500), FLOW, st.floats(0, 5)), min_size=7, max_size=20), st.sampled_from([1, 3, 5])
)
def test_what_flows_in_flows_out_evaporates_or_stays(days: Sequence[tuple[float, float, float]], window: int) -> None:
    stored, release, losses = (np.array(column) for column in zip(*days, strict=True))
    seconds = np.full(len(days) - window, window * DAY, dtype=np.float64)
    means = [over_window(values[:-1], window) for values in (release, losses)]
    found = inflow(stored[:-window], stored[window:], seconds, *means)
    # Windows that follow each other without a gap: what is stored in between cancels out.
    each = found[::window]
    came = float((each * window * DAY).sum()) / 1e6
    went = sum(float((mean[::window] * window * DAY).sum()) / 1e6 for mean in means)
    last = window * len(each)
    assert came - went == pytest.approx(stored[last] - stored[0], abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(FLOW, st.floats(-2, 2)), min_size=1, max_size=6), st.data())
def test_a_sum_without_one_of_its_inputs_is_no_sum(posts: Sequence[tuple[float, float]], data: st.DataObject) -> None:
    values, weights = zip(*posts, strict=True)
    inputs = np.array(values)[:, np.newaxis]
    assert weighted_sum(inputs, weights)[0] == pytest.approx(sum(w * v for v, w in posts), abs=1e-9)
    inputs[data.draw(st.integers(0, len(posts) - 1))] = np.nan
    assert np.isnan(weighted_sum(inputs, weights)[0])


@pytest.mark.parametrize("days", [1, 2, 3])
def test_calendar_days_count_in_a_stretch_as_they_do_in_the_check_of_the_mass_balance(days: int) -> None:
    # 29 February 2024 had 25 hours in Almaty.
    begin = np.array([int(datetime(2024, 2, day, 8, tzinfo=ALMATY).timestamp()) for day in (26, 27, 28, 29)])
    end = begin + days * DAY
    seconds, numbers = seconds_of_days(begin, end, ALMATY)
    assert seconds.sum(axis=1).tolist() == [days * DAY] * 4
    every = np.arange(int(numbers.min()), int(numbers.max()) + 2)
    mean = np.linspace(10, 50, len(every))
    volume = volume_between(begin, end, start_of(every, ALMATY), mean)
    assert (mean[numbers - every[0]] * seconds).sum(axis=1) / 1e6 == pytest.approx(volume)
