"""Each check as a function of arrays: borders, uneven steps, gaps, what is missing; and each beside a slow loop."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.quality.calendar import local, year_begins
from ingest.quality.climatology import Climate, climate, climatology
from ingest.quality.flat_line import flat_line
from ingest.quality.gap import follows, gap, gaps
from ingest.quality.graded import SLIP
from ingest.quality.mass_balance import mass_balance, volume_between
from ingest.quality.neighbour import neighbour
from ingest.quality.rate_of_change import rate_of_change
from ingest.quality.rating_residual import rating_residual
from ingest.quality.spike import spike

GOOD, UNKNOWN, SUSPECT, BAD, MISSING = 1, 2, 3, 4, 9
HOUR, DAY = 3600, 86_400
NAN = float("nan")
ALMATY = ZoneInfo("Asia/Almaty")
BISHKEK = ZoneInfo("Asia/Bishkek")

Floats = NDArray[np.float64]
FEW = settings(max_examples=40, deadline=None)


def floats(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def hours(*values: float) -> NDArray[np.int64]:
    return np.array([value * HOUR for value in values], dtype=np.int64)


def same(value: float, count: int) -> Floats:
    return np.full(count, value)


def one_series(times: NDArray[np.int64], most: float = 3) -> NDArray[np.bool_]:
    return follows(np.zeros(len(times), dtype=np.int64), times, same(most, len(times)))


@pytest.mark.parametrize(
    ("at", "values", "flags"),
    [
        ((0, 1, 2), (10, 12.3, 10), [UNKNOWN, GOOD, GOOD]),  # 2.3 an hour is no more than 2.3, whatever floats say
        ((0, 1, 2), (10, 12.31, 10), [UNKNOWN, SUSPECT, SUSPECT]),
        ((0, 1, 2), (10, 20, 20), [UNKNOWN, BAD, GOOD]),
        ((0, 0.5, 2), (10, 11.2, 14.6), [UNKNOWN, SUSPECT, GOOD]),  # 2.4 an hour, then 2.27
        ((0, 3, 6.01), (10, 16.9, 40), [UNKNOWN, GOOD, UNKNOWN]),  # a reading after a gap follows none
        ((0,), (10,), [UNKNOWN]),
        ((), (), []),
    ],
)
def test_change_is_taken_over_the_time_that_passed(
    at: tuple[float, ...], values: tuple[float, ...], flags: list[int]
) -> None:
    times = hours(*at)
    count = len(times)
    assert rate_of_change(times, floats(*values), one_series(times), same(2.3, count), same(9, count)).tolist() == flags


@pytest.mark.parametrize(
    ("at", "values", "flags"),
    [
        ((0, 1, 2, 3), (10, 10, 15, 10), [UNKNOWN, GOOD, GOOD, UNKNOWN]),  # by 5, which is no more than 5
        ((0, 1, 2, 3), (10, 10, 15.1, 10), [UNKNOWN, GOOD, SUSPECT, UNKNOWN]),
        ((0, 1, 2, 3), (10, 10, -40.1, 10), [UNKNOWN, GOOD, BAD, UNKNOWN]),
        ((0, 1, 2, 3, 4), (10, 10.2, 40, 10.1, 10.3), [UNKNOWN, GOOD, SUSPECT, GOOD, UNKNOWN]),  # none beside it
        ((0, 1, 2, 3), (10.2, 10.1, 40, 41), [UNKNOWN, GOOD, GOOD, UNKNOWN]),  # a step is no spike
        ((0, 1, 2, 3), (10, 30, 50, 70), [UNKNOWN, GOOD, GOOD, UNKNOWN]),  # nor is a steep rise
        ((0, 1, 2, 3), (10, 90, 100, 98), [UNKNOWN, GOOD, GOOD, UNKNOWN]),  # nor the crest of a flood
        ((0, 1, 2, 3), (10, 34, 40, 41), [UNKNOWN, GOOD, GOOD, UNKNOWN]),
        ((0, 1, 3.9), (10, -30, 40), [UNKNOWN, SUSPECT, UNKNOWN]),  # the line between is at 18 there, not at 25
        ((0, 1, 4.1), (10, 40, 10), [UNKNOWN, UNKNOWN, UNKNOWN]),
        ((0, 1), (10, 40), [UNKNOWN, UNKNOWN]),
        ((), (), []),
    ],
)
def test_a_spike_stands_out_from_both_of_its_neighbours(
    at: tuple[float, ...], values: tuple[float, ...], flags: list[int]
) -> None:
    times = hours(*at)
    count = len(times)
    assert spike(times, floats(*values), one_series(times), same(5, count), same(50, count)).tolist() == flags


@pytest.mark.parametrize(
    ("at", "values", "flags"),
    [
        ((0, 1, 2, 3, 4), (7, 7, 7, 7, 7), [UNKNOWN, UNKNOWN, SUSPECT, SUSPECT, BAD]),
        ((0, 1, 2, 3, 4), (7, 7.1, 7, 7.1, 7), [UNKNOWN, UNKNOWN, SUSPECT, SUSPECT, BAD]),  # tolerance is within
        ((0, 1, 2, 3, 4), (7, 7.1, 7.2, 7.3, 7.4), [UNKNOWN, UNKNOWN, GOOD, GOOD, GOOD]),  # a slow rise
        ((0, 1, 2, 3, 4), (5, 7, 7, 7, 7), [UNKNOWN, GOOD, GOOD, SUSPECT, SUSPECT]),
        ((0, 1.5, 1.9, 3.5), (7, 7, 7, 7), [UNKNOWN, UNKNOWN, UNKNOWN, SUSPECT]),  # by hours, not by counts
        ((0, 1, 4.5, 5.5), (7, 7, 7, 7), [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]),  # not over a gap
        ((0,), (7,), [UNKNOWN]),
        ((), (), []),
    ],
)
def test_a_flat_line_is_as_long_as_its_hours(
    at: tuple[float, ...], values: tuple[float, ...], flags: list[int]
) -> None:
    times = hours(*at)
    limits = [same(limit, len(times)) for limit in (0.1, 2, 4)]
    assert flat_line(times, floats(*values), one_series(times), *limits).tolist() == flags


def test_a_flat_line_that_is_not_asked_is_unknown() -> None:
    times = hours(0, 1, 2)
    flags = flat_line(times, same(7, 3), one_series(times), same(0, 3), floats(NAN, NAN, 1), same(NAN, 3))
    assert flags.tolist() == [UNKNOWN, UNKNOWN, SUSPECT]


def test_series_that_stand_one_after_the_other_do_not_touch() -> None:
    series, times = np.array([0, 0, 0, 1, 1, 1]), hours(0, 1, 2, 3, 4, 5)
    lone = follows(series, times, same(3, 6))
    assert lone.tolist() == [False, True, True, False, True, True]
    values = floats(7, 7, 7, 50, 7, 7)
    assert rate_of_change(times, values, lone, same(1, 6), same(NAN, 6)).tolist() == [2, 1, 1, 2, 3, 1]
    assert spike(times, values, lone, same(1, 6), same(NAN, 6)).tolist() == [2, 1, 2, 2, 1, 2]
    assert flat_line(times, values, lone, same(0, 6), same(2, 6), same(NAN, 6)).tolist() == [2, 2, 3, 2, 1, 1]


def test_a_gap_is_longer_than_its_hours_and_no_fault_of_what_comes_after() -> None:
    times = hours(0, 3, 6.001, 7)
    assert gap(one_series(times)).tolist() == [UNKNOWN, GOOD, UNKNOWN, GOOD]
    assert gaps(times, 3) == [(3 * HOUR, int(6.001 * HOUR))]
    assert gaps(times[:2], 3) == []


@pytest.mark.parametrize(
    ("value", "upstream", "flag"),
    [
        (3, 10, GOOD),  # 0.3 times 10, both ends within
        (20, 10, GOOD),
        (2.999, 10, SUSPECT),
        (20.001, 10, SUSPECT),
        (5, NAN, UNKNOWN),
        (NAN, 10, UNKNOWN),
        (0, 0, GOOD),
        (0.1, 0, SUSPECT),
    ],
)
def test_a_neighbour_bears_so_many_times_what_stood_upstream(value: float, upstream: float, flag: int) -> None:
    assert neighbour(floats(value), floats(upstream), floats(0.3), floats(2)).tolist() == [flag]


@pytest.mark.parametrize(
    ("discharge", "rated", "beyond", "flag"),
    [
        (11.5, 10, False, GOOD),
        (8.5, 10, False, GOOD),
        (11.51, 10, False, SUSPECT),
        (15.1, 10, False, BAD),
        (15.1, 10, True, SUSPECT),  # beyond the gaugings the curve itself is in doubt
        (11, 10, True, GOOD),
        (5, NAN, False, UNKNOWN),
        (5, 0, False, UNKNOWN),
        (NAN, 10, False, UNKNOWN),
    ],
)
def test_a_residual_is_in_percent_of_the_rating(discharge: float, rated: float, beyond: bool, flag: int) -> None:
    limits = floats(15), floats(50)
    assert rating_residual(floats(discharge), floats(rated), np.array([beyond]), *limits).tolist() == [flag]


def test_a_balance_closes_to_within_its_limit() -> None:
    change, volume = floats(1, 3.5, 3.51, -8.1, NAN, 1), floats(1, 1, 1, 1, 1, NAN)
    flags = mass_balance(change, volume, same(2.5, 6), same(9, 6)).tolist()
    assert flags == [GOOD, GOOD, SUSPECT, BAD, UNKNOWN, UNKNOWN]


def test_what_flows_in_a_day_is_its_mean_times_86400_seconds() -> None:
    days = np.arange(3) * DAY
    mean = floats(10, 20, 40)
    start, end = np.array([0, DAY // 2, 2 * DAY, -1, 0]), np.array([DAY, 3 * DAY // 2, 3 * DAY, DAY, 3 * DAY + 1])
    assert volume_between(start, end, days, mean).tolist() == pytest.approx(
        [0.864, 1.296, 3.456, NAN, NAN], nan_ok=True
    )
    nothing = np.empty(0, dtype=np.int64)
    assert np.isnan(volume_between(start, end, nothing, nothing.astype(float))).all()


def test_a_day_of_which_nothing_is_known_leaves_all_that_holds_it_unknown() -> None:
    days = np.array([0, 2 * DAY])
    found = volume_between(np.array([0, 0, 2 * DAY]), np.array([DAY, 2 * DAY, 3 * DAY]), days, floats(10, 20))
    assert found.tolist() == pytest.approx([0.864, NAN, 1.728], nan_ok=True)


def test_the_day_of_25_hours_flows_for_25_hours() -> None:
    first = int(datetime(2024, 2, 29, tzinfo=ALMATY).timestamp())
    second = int(datetime(2024, 3, 1, tzinfo=ALMATY).timestamp())
    assert second - first == 25 * HOUR
    flowed = volume_between(np.array([first]), np.array([second]), np.array([first, second]), floats(10, 10))
    assert flowed.tolist() == pytest.approx([0.9])


def test_the_climate_is_of_the_days_around_and_of_enough_years() -> None:
    year = np.repeat(np.arange(2000, 2010), 4)
    day = np.tile([10, 20, 100, 366], 10)
    value = np.arange(40, dtype=np.float64)
    found = climate(year, day, value, low=0, high=100, window_days=15, min_years=10)
    assert (found.low[19], found.high[19]) == (0, 37)  # the 20th: values of the 10th and the 20th
    assert (found.low[0], found.high[0]) == (0, 39)  # 1 January: 10 January and 31 December
    assert (found.low[99], found.high[99]) == (2, 38)
    assert np.isnan(found.low[150])
    few = climate(year, day, value, low=0, high=100, window_days=15, min_years=11)
    assert np.isnan(few.low).all()
    nobody = np.empty(0, dtype=np.int64)
    assert np.isnan(climate(nobody, nobody, nobody.astype(float), low=0, high=9, window_days=1, min_years=1).low).all()


def test_a_day_is_one_witness_of_the_climate_however_often_it_was_read() -> None:
    year, day = np.array([2000] * 24 + [2001]), np.array([5] * 24 + [5])
    value = np.append(np.arange(24.0), 50)
    found = climate(year, day, value, low=50, high=50, window_days=0, min_years=2)
    assert (found.low[4], found.high[4]) == ((0 + 50) / 2, (23 + 50) / 2)


@FEW
@given(
    st.lists(st.tuples(st.integers(2000, 2004), st.integers(1, 366), st.integers(0, 99)), min_size=1, max_size=60),
    st.sampled_from([0, 1, 10, 50]),
    st.integers(0, 40),
)
def test_the_climate_is_the_percentile_that_numpy_gives(
    said: list[tuple[int, int, int]], percent: int, window: int
) -> None:
    said = list({(year, day): (year, day, value) for year, day, value in said}.values())
    year, day, value = (np.array(column) for column in zip(*said, strict=True))
    found = climate(year, day, value.astype(float), low=percent, high=100 - percent, window_days=window, min_years=1)
    for at in range(1, 367, 30):
        apart = np.abs(day - at)
        near = value[np.minimum(apart, 366 - apart) <= window]
        if len(near):
            expected = np.percentile(near, [percent, 100 - percent]).tolist()
            assert [found.low[at - 1], found.high[at - 1]] == pytest.approx(expected)
        else:
            assert np.isnan(found.low[at - 1])


def test_outside_of_the_percentiles_there_is_a_margin() -> None:
    value = floats(6, 5.9, 14, 14.1, 10, NAN)
    flags = climatology(value, same(8, 6), same(12, 6), same(0.5, 6)).tolist()
    assert flags == [GOOD, SUSPECT, GOOD, SUSPECT, GOOD, UNKNOWN]
    assert climatology(floats(1), floats(NAN), floats(NAN), floats(1)).tolist() == [UNKNOWN]
    assert Climate(low=floats(1), high=floats(2)).low.tolist() == [1]


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (datetime(2026, 3, 31, 17, 59, tzinfo=UTC), BISHKEK, (2026, 3, 91)),
        (datetime(2026, 3, 31, 18, tzinfo=UTC), BISHKEK, (2026, 4, 92)),
        (datetime(2025, 12, 31, 18, tzinfo=UTC), BISHKEK, (2026, 1, 1)),
        (datetime(2026, 5, 10, 17, 30, tzinfo=UTC), BISHKEK, (2026, 5, 131)),
        (datetime(2024, 2, 29, 18, 30, tzinfo=UTC), ALMATY, (2024, 2, 60)),  # the second time it was 23:30
        (datetime(2024, 2, 29, 19, tzinfo=UTC), ALMATY, (2024, 3, 61)),
        (datetime(2025, 3, 1, tzinfo=UTC), BISHKEK, (2025, 3, 61)),
        (datetime(1899, 5, 1, tzinfo=UTC), BISHKEK, (1899, 5, 122)),
    ],
)
def test_months_and_days_are_those_of_the_place(
    moment: datetime, zone: ZoneInfo, expected: tuple[int, int, int]
) -> None:
    times = np.array([int(moment.timestamp()), int(datetime(2026, 12, 31, 17, tzinfo=UTC).timestamp())])
    found = local(times, zone)
    assert (found.year[0], found.month[0], found.day[0]) == expected
    assert (found.year[1], found.month[1], found.day[1]) == (2026, 12, 366)


def test_a_year_begins_at_local_midnight() -> None:
    assert year_begins(2026, BISHKEK) == int(datetime(2025, 12, 31, 18, tzinfo=UTC).timestamp())
    assert len(local(np.empty(0, dtype=np.int64), BISHKEK).year) == 0


# --- each check beside an obvious loop over its readings --------------------------------------------------------------

Track = tuple[NDArray[np.int64], NDArray[np.int64], Floats]


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Up to three series with uneven steps, in tenths, with stretches that stay as they are."""
    series, times, values = [], [], []
    for number in range(draw(st.integers(1, 3))):
        moment = draw(st.integers(-5, 5)) * HOUR
        value = 100
        for step, change in draw(st.lists(st.tuples(st.integers(1, 10), st.integers(-9, 9)), max_size=25)):
            moment += step * 1200
            value += change if abs(change) > 5 else 0
            series.append(number)
            times.append(moment)
            values.append(value / 10)
    return np.array(series, dtype=np.int64), np.array(times, dtype=np.int64), floats(*values)


def looped(track: Track, flag: Callable[[list[tuple[int, float]], int], int]) -> list[int]:
    """What `flag` says of each reading, given all of its series as (time, value)."""
    series, times, values = track
    found = []
    for number, moment, value in zip(series.tolist(), times.tolist(), values.tolist(), strict=True):
        rows = [(t, v) for s, t, v in zip(series.tolist(), times.tolist(), values.tolist(), strict=True) if s == number]
        found.append(flag(rows, rows.index((moment, value))))
    return found


def graded(measure: float, suspect: float, fail: float) -> int:
    return BAD if measure > fail + SLIP else SUSPECT if measure > suspect + SLIP else GOOD


def lone(track: Track, most: float = 2) -> NDArray[np.bool_]:
    return follows(track[0], track[1], same(most, len(track[0])))


@FEW
@given(tracks())
def test_change_is_what_a_loop_finds(track: Track) -> None:
    def flag(rows: list[tuple[int, float]], at: int) -> int:
        if not at or rows[at][0] - rows[at - 1][0] > 2 * HOUR:
            return UNKNOWN
        return graded(abs(rows[at][1] - rows[at - 1][1]) / (rows[at][0] - rows[at - 1][0]) * HOUR, 0.7, 1.2)

    count = len(track[0])
    found = rate_of_change(track[1], track[2], lone(track), same(0.7, count), same(1.2, count))
    assert found.dtype == np.int8
    assert found.tolist() == looped(track, flag)


@FEW
@given(tracks())
def test_spikes_are_what_a_loop_finds(track: Track) -> None:
    def flag(rows: list[tuple[int, float]], at: int) -> int:
        if not 0 < at < len(rows) - 1:
            return UNKNOWN
        (before, one), (now, two), (after, three) = rows[at - 1 : at + 2]
        if now - before > 2 * HOUR or after - now > 2 * HOUR:
            return UNKNOWN
        if not (two > max(one, three) or two < min(one, three)):
            return GOOD
        line = one + (three - one) * (now - before) / (after - before)
        return graded(min(abs(two - line), 2 * min(abs(two - one), abs(two - three))), 0.6, 1)

    count = len(track[0])
    found = spike(track[1], track[2], lone(track), same(0.6, count), same(1, count))
    assert found.dtype == np.int8
    assert found.tolist() == looped(track, flag)


@FEW
@given(tracks(), st.sampled_from([0.0, 0.6]), st.sampled_from([1, 3, 5.5]))
def test_flat_lines_are_what_a_loop_finds(track: Track, tolerance: float, least: float) -> None:
    def within(rows: list[tuple[int, float]], at: int, most: float) -> tuple[bool, bool]:
        """Whether all readings back to one that is so old lie together, and whether there is one so old."""
        seen = [rows[at][1]]
        for back in range(at, -1, -1):
            seen.append(rows[back][1])
            if rows[at][0] - rows[back][0] >= most * HOUR:
                return max(seen) - min(seen) <= tolerance + SLIP, True
            if back and rows[back][0] - rows[back - 1][0] > 2 * HOUR:
                break
        return max(seen) - min(seen) <= tolerance + SLIP, False

    def flag(rows: list[tuple[int, float]], at: int) -> int:
        if within(rows, at, 2 * least) == (True, True):
            return BAD
        still, old = within(rows, at, least)
        return GOOD if not still else SUSPECT if old else UNKNOWN

    limits = [same(limit, len(track[0])) for limit in (tolerance, least, 2 * least)]
    found = flat_line(track[1], track[2], lone(track), *limits)
    assert found.dtype == np.int8
    assert found.tolist() == looped(track, flag)


@FEW
@given(tracks(), st.integers(-50, 50), st.integers(-100, 100))
def test_flags_do_not_hang_on_the_hour_nor_on_the_datum(track: Track, later: int, higher: int) -> None:
    series, times, values = track
    count = len(series)

    def flags(moments: NDArray[np.int64], levels: Floats) -> list[list[int]]:
        following = follows(series, moments, same(2, count))
        two = same(0.7, count), same(1.2, count)
        return [
            rate_of_change(moments, levels, following, *two).tolist(),
            spike(moments, levels, following, *two).tolist(),
            flat_line(moments, levels, following, same(0.1, count), same(2, count), same(5, count)).tolist(),
        ]

    assert flags(times + later * DAY, values + higher) == flags(times, values)
