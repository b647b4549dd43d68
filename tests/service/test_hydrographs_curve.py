"""A line of few points: all are readings, none of the extremes is lost, and no gap is bridged."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from service.hydrographs.context import a_year_later
from service.hydrographs.curve import curve_of, told

STEP = 3600


@st.composite
def series(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    count = draw(st.integers(1, 300))
    chance = np.random.default_rng(draw(st.integers(0, 2**20)))
    time = 1_700_000_000 + np.cumsum(chance.choice([STEP, STEP, STEP, 600, 2 * STEP, 40 * STEP], count))
    value = np.round(chance.normal(20, 5, count), 1)
    value[chance.random(count) < draw(st.sampled_from([0.0, 0.05, 0.6]))] = np.nan
    return time, value, draw(st.integers(10, 120))


@settings(max_examples=60, deadline=None)
@given(series())
def test_a_line_keeps_extremes_and_ends_and_bridges_nothing(case: tuple[np.ndarray, np.ndarray, int]) -> None:
    time, value, most = case
    known = np.flatnonzero(~np.isnan(value))
    line = curve_of(time, value, STEP, most)
    on = np.flatnonzero(line.place >= 0)
    assert line.readings == len(known)
    assert line.points == len(on) <= max(most, len(known) if len(known) <= most else 0)
    assert (np.diff(line.time) > 0).all()
    # Each point is a reading with its own time.
    assert (time[line.place[on]] == line.time[on]).all()
    assert (value[line.place[on]] == line.value[on]).all()
    if len(known):
        assert (line.value[on].min(), line.value[on].max()) == (value[known].min(), value[known].max())
        assert (line.place[on[0]], line.place[on[-1]]) == (known[0], known[-1])
    if len(known) <= most:
        assert line.place[on].tolist() == known.tolist()
        assert not line.reduced
    for left, right in zip(on[:-1].tolist(), on[1:].tolist(), strict=True):
        between = slice(line.place[left], line.place[right] + 1)
        whole = (np.diff(time[between]) <= 1.5 * STEP).all() and not np.isnan(value[between]).any()
        # A break stands there wherever readings lack between two points, a long gap or one value, and nowhere else.
        lacks = np.isnan(value[between]).any() or (np.diff(time[between][~np.isnan(value[between])]) > 1.5 * STEP).any()
        assert (right - left == 1) == (not lacks)
        assert whole or right - left == 2


def test_the_highest_of_every_stretch_is_on_the_line() -> None:
    time = 1_700_000_000 + STEP * np.arange(10_000)
    value = np.sin(np.arange(10_000) / 300) * 10
    value[::97] += 5
    line = curve_of(time, value, STEP, 400)
    assert 380 <= line.points <= 400
    shown = np.full(10_000, np.nan)
    shown[line.place] = line.value
    # A stretch is of 51 readings at most: none of them lies beyond the points around it.
    around = np.lib.stride_tricks.sliding_window_view(np.pad(shown, 51, constant_values=np.nan), 103)
    assert (np.nanmax(around, axis=1) >= value).all()
    assert (np.nanmin(around, axis=1) <= value).all()


def test_of_many_marks_the_greatest_of_each_stretch_stands_for_those_around_it() -> None:
    time = np.arange(1_000) * 60
    weight = np.arange(1_000) % 100
    places, many = told(time, weight, 10)
    assert len(places) == 10
    assert many.sum() == 1_000
    assert weight[places].tolist() == [99] * 10
    assert told(time[:10], weight[:10], 10)[1].tolist() == [1] * 10


def test_a_year_later_is_the_same_hour_by_the_clock_of_the_place() -> None:
    zone = ZoneInfo("Asia/Almaty")
    before = [
        datetime(2023, 6, 1, 8, tzinfo=zone),
        datetime(2024, 2, 29, 8, tzinfo=zone),
        datetime(2024, 6, 1, 8, tzinfo=zone),
    ]
    later = a_year_later(np.array([int(one.timestamp()) for one in before]), zone).tolist()
    # Almaty was at +06:00 until 1 March 2024, and 29 February has no day a year later.
    assert later[0] == datetime(2024, 6, 1, 8, tzinfo=zone).timestamp() == before[0].timestamp() + 366 * 86_400 + STEP
    assert later[1] < 0
    assert later[2] == datetime(2025, 6, 1, 8, tzinfo=zone).timestamp()
