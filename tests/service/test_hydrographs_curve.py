"""A line of few points: all are readings, none of the extremes is lost, and no gap is bridged."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.hydrographs.context import a_year_later
from service.hydrographs.curve import curve_of, told

STEP = 3600
ROOT = Path(__file__).parents[2]
NODE = Path(sys.executable).with_name("node")


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


_ASKED = """
import * as data from "./hydrograph-data.js";
const u = undefined, all = [0, 1000], three = { time: [1, 2, 3], value: [5, null, 6] };
console.log(JSON.stringify({
  nearest: [[[1, u, u, u, 5], 1], [[u, u, 7], 0], [[u, null], 0], [[u, u, 7], 0, 1]].map((one) => data.nearest(...one)),
  alone: data.alone([1, u, 2, null, 3, u, null, 4]),
  range: [[20, 100], [900, 905], [5, 5], [null, null]].map(([low, high]) => data.range(low, high)),
  zoomed: [[all, 500, 0.5, 10], [[0, 10], 5, 0.1, 8], [all, 0, 9, 10]].map((one) => data.zoomed(...one, all)),
  kept: [data.kept([-900, 100], all), data.kept([100, 200], all)],
  number: [[1234.565, 2, "en"], [-1234.5, 1, "ru"], [-0.01, 1, "en"], [0.125, 2, "kk"]].map((n) => data.number(...n)),
  moment: [1709226000, 1709229600].map((at) => data.moment(at, "Asia/Almaty")).concat(data.moment(0, "UTC", false)),
  readings: [data.readings({ reduced: true, readings: 9 }, [0, 1]), data.readings(three, [1, 3])],
}));
"""


def test_the_script_reckons_as_the_page_does() -> None:
    if not NODE.exists():
        pytest.skip("no node: the script of the chart is not tried")
    words = [str(NODE), "--input-type=module", "-e", _ASKED]
    folder = ROOT / "service" / "page" / "assets"
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["nearest"] == [0, 2, -1, -1]
    assert said["alone"] == [4, 7]
    assert said["range"] == [[0, 104], [899.75, 905.25], [4.5, 5.5], [0, 1]]
    assert said["zoomed"] == [[250, 750], [1, 9], [0, 1040]]
    assert said["kept"] == [[-500, 500], [100, 200]]
    assert said["number"] == ["1,234.56", "\N{MINUS SIGN}1\N{NO-BREAK SPACE}234,5", "0.0", "0,12"]
    assert said["moment"] == ["2024-02-29 23:00 (+06:00)", "2024-02-29 23:00 (+05:00)", "1970-01-01 00:00"]
    assert said["readings"] == [9, 1]
