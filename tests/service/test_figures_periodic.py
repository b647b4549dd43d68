"""Means, volumes and cumulative volumes of periods; what a missing day does to each."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.network.account import FigureRules
from service.figures.days import BASES
from service.figures.periodic import cumulative, mean_by, year_before
from service.figures.periods import Kind, numbers
from tests.service.figures_example import daily

RULES = FigureRules()
KINDS = st.sampled_from(list(Kind))
RATES = st.floats(0, 5000, allow_nan=False, width=32)
DAYS = st.dates(date(1990, 1, 1), date(2030, 1, 1))
GAP = float("nan")


@settings(max_examples=50, deadline=None)
@given(DAYS, st.lists(st.one_of(RATES, st.just(GAP)), min_size=1, max_size=120), KINDS)
def test_a_mean_lies_within_its_days_and_is_there_when_enough_of_them_are(
    begin: date, rates: list[float], kind: Kind
) -> None:
    found = mean_by(daily(begin, rates), kind, RULES)
    held = numbers(daily(begin, rates)["day"].values, kind, RULES).begin
    for place, first in enumerate(found["period"].values.astype("datetime64[D]")):
        some = np.array(rates)[(held == first) & ~np.isnan(rates)]
        one = found.isel(station=0, period=place)
        assert int(one["days"]) == len(some)
        assert bool(one["value"].notnull()) == (100 * len(some) >= 80 * int(one["length"]))
        if bool(one["value"].notnull()):
            assert some.min() <= float(one["value"]) <= some.max()
            assert int(one["flag"]) == (1 if len(some) == int(one["length"]) else 2)


@settings(max_examples=50, deadline=None)
@given(DAYS, st.lists(RATES, min_size=1, max_size=200), KINDS)
def test_a_volume_is_the_integral_of_its_rate(begin: date, rates: list[float], kind: Kind) -> None:
    days = daily(begin, rates)
    found, of_day = mean_by(days, kind, RULES), mean_by(days, Kind.DAY, RULES)["volume"].values[0]
    held = numbers(days["day"].values, kind, RULES).begin
    for place, first in enumerate(found["period"].values.astype("datetime64[D]")):
        one = found.isel(station=0, period=place)
        if int(one["days"]) == int(one["length"]):
            seconds = 86_400 * np.array(rates)[held == first]
            assert float(one["volume"]) == pytest.approx(seconds.sum() / 1e6, rel=1e-12)
            assert float(one["volume"]) == pytest.approx(of_day[held == first].sum(), rel=1e-12)
            assert not bool(one["estimated"])


@settings(max_examples=50, deadline=None)
@given(DAYS, st.lists(st.one_of(RATES, st.just(GAP)), min_size=40, max_size=150), st.integers(0, 40), KINDS)
def test_a_range_cut_at_the_edge_of_a_period_joins_to_the_same_figures(
    begin: date, rates: list[float], cut: int, kind: Kind
) -> None:
    whole = mean_by(daily(begin, rates), kind, RULES)
    edge = int((numbers(daily(begin, rates)["day"].values, kind, RULES).begin[cut] - np.datetime64(begin)).astype(int))
    if edge > 0:
        halves = [mean_by(daily(begin, rates[:edge]), kind, RULES)]
        halves.append(mean_by(daily(begin + timedelta(days=edge), rates[edge:]), kind, RULES))
        for name in ("value", "volume", "days", "flag"):
            joined = np.concatenate([half[name].values for half in halves], axis=1)
            np.testing.assert_array_equal(joined, whole[name].values)


def test_a_mean_of_equal_values_is_that_value() -> None:
    assert mean_by(daily(date(2010, 8, 1), [16.2] * 10), Kind.TEN_DAYS, RULES)["value"].item() == 16.2


@pytest.mark.parametrize(("present", "value", "volume"), [(10, 5.0, 4.32), (8, 5.0, 4.32), (7, GAP, GAP)])
def test_of_ten_days_eight_are_enough_and_seven_are_not(present: int, value: float, volume: float) -> None:
    found = mean_by(daily(date(2024, 4, 1), [5.0] * present + [GAP] * (10 - present)), Kind.TEN_DAYS, RULES)
    assert found["value"].values[0] == pytest.approx([value], nan_ok=True)
    assert found["volume"].values[0] == pytest.approx([volume], nan_ok=True)
    assert found["estimated"].values.tolist() == [[present == 8]]
    assert found["completeness"].values.tolist() == [[10 * present]]
    assert found["flag"].values.tolist() == [[{10: 1, 8: 2, 7: 9}[present]]]


def test_how_much_is_enough_is_declared() -> None:
    half = FigureRules(completeness_percent=Decimal(50))
    days = daily(date(2024, 4, 1), [5.0] * 5 + [GAP] * 5)
    assert np.isnan(mean_by(days, Kind.TEN_DAYS, RULES)["value"].item())
    assert mean_by(days, Kind.TEN_DAYS, half)["value"].item() == 5
    none = daily(date(2024, 4, 1), [GAP] * 10)
    nothing = mean_by(none, Kind.TEN_DAYS, FigureRules(completeness_percent=Decimal(0)))
    assert np.isnan(nothing["value"].item())
    assert not nothing["estimated"].item()


def test_the_volume_of_a_february_counts_its_own_days() -> None:
    for year, days in ((2023, 8), (2024, 9)):
        found = mean_by(daily(date(year, 2, 21), [10.0] * days), Kind.TEN_DAYS, RULES)
        assert found["volume"].values[0] == pytest.approx([10 * 0.0864 * days])


def test_what_is_bad_is_no_part_of_a_mean_and_is_shown_as_a_day() -> None:
    flags = [[1] * 8 + [4, 3]]
    days = daily(date(2024, 4, 1), [5.0] * 8 + [900.0, 14.0], flags=flags)
    (ten,) = mean_by(days, Kind.TEN_DAYS, RULES)["value"].values[0]
    assert ten == pytest.approx(6)
    found = mean_by(days, Kind.TEN_DAYS, RULES)
    assert (found["days"].item(), found["left_out"].item(), found["flag"].item()) == (9, 1, 3)
    of_day = mean_by(days, Kind.DAY, RULES).isel(period=8)
    assert (of_day["value"].item(), of_day["flag"].item(), of_day["days"].item()) == (900, 4, 0)
    assert np.isnan(of_day["volume"].item())


def test_a_period_of_bad_days_alone_is_missing() -> None:
    days = daily(date(2024, 4, 1), [5.0] * 10, flags=[[4] * 10])
    found = mean_by(days, Kind.TEN_DAYS, RULES)
    assert np.isnan(found["value"].item())
    assert (found["flag"].item(), found["left_out"].item(), found["days"].item()) == (9, 10, 0)


@pytest.mark.parametrize(
    ("quantity", "flows"), [("inflow", True), ("intake", True), ("level", False), ("inflow_error", False)]
)
def test_what_does_not_flow_has_no_volume(quantity: str, flows: bool) -> None:
    found = mean_by(daily(date(2024, 4, 1), [5.0] * 10, quantity=quantity), Kind.TEN_DAYS, RULES)
    assert ("volume" in found, "estimated" in found) == (flows, flows)


def test_a_period_tells_where_its_days_came_from() -> None:
    days = daily(date(2024, 4, 1), [5.0, 5.0, GAP])
    days["basis"][0, 1] = BASES.index("term")
    found = mean_by(days, Kind.MONTH, RULES)
    assert found["basis"].item() == (1 << BASES.index("daily")) | (1 << BASES.index("term"))
    assert found["entry"].item() == 1


def test_what_rests_on_readings_at_the_terms_is_estimated() -> None:
    days = daily(date(2024, 4, 1), [5.0] * 13 + [GAP] + [5.0] * 16)
    days["basis"][0, 12] = BASES.index("term")
    found, flowed = mean_by(days, Kind.TEN_DAYS, RULES), cumulative(days, RULES)
    assert found["value_estimated"].values.tolist() == [[False, True, False]]
    assert found["estimated"].values.tolist() == [[False, True, False]]
    assert flowed["estimated"].values[0].tolist() == [False] * 12 + [True] * 18
    of_day = mean_by(days, Kind.DAY, RULES)
    assert np.flatnonzero(of_day["value_estimated"].values[0]).tolist() == [12]
    assert np.flatnonzero(of_day["estimated"].values[0]).tolist() == [12]
    assert of_day["flag"].values[0, 11:13].tolist() == [1, 2]
    warm = mean_by(days.assign_attrs(quantity="temperature"), Kind.MONTH, RULES)
    assert warm["value_estimated"].values.tolist() == [[True]]
    levels = mean_by(days.assign_attrs(quantity="level"), Kind.DAY, RULES)
    assert not levels["value_estimated"].values.any()
    assert levels["flag"].values[0, 12] == 1
    days["flag"][0, 12] = 4
    assert not mean_by(days, Kind.TEN_DAYS, RULES)["value_estimated"].values.any()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(RATES, st.just(GAP)), min_size=183, max_size=183))
def test_what_flowed_in_a_season_is_its_volume(rates: list[float]) -> None:
    days = daily(date(2024, 4, 1), rates)
    flowed, season = cumulative(days, RULES), mean_by(days, Kind.SEASON, RULES)
    assert flowed["value"].values[0, -1] == pytest.approx(season["volume"].item(), rel=1e-9, abs=1e-9, nan_ok=True)
    assert flowed["estimated"].values[0, -1] == season["estimated"].item()
    assert (np.diff(flowed["measured"].values[0]) >= 0).all()


def test_a_missing_day_never_makes_a_cumulative_volume_smaller_in_silence() -> None:
    flowed = cumulative(daily(date(2024, 4, 1), [10.0, GAP, 10.0, 10.0, 10.0, GAP]), RULES)
    day = 0.864
    assert flowed["value"].values[0] == pytest.approx([day, GAP, GAP, GAP, 5 * day, GAP], nan_ok=True)
    assert flowed["measured"].values[0] == pytest.approx([day, day, 2 * day, 3 * day, 4 * day, 4 * day])
    assert flowed["missing"].values.tolist() == [[0, 1, 1, 1, 1, 2]]
    assert flowed["estimated"].values.tolist() == [[False, False, False, False, True, False]]


def test_a_cumulative_volume_begins_anew_with_the_season_and_knows_of_days_before_it() -> None:
    begin = date(2024, 9, 29)
    flowed = cumulative(daily(begin, [10.0] * 4), RULES)
    assert flowed["missing"].values.tolist() == [[181, 181, 0, 0]]
    assert flowed["value"].values[0] == pytest.approx([GAP, GAP, 0.864, 1.728], nan_ok=True)
    assert flowed["since"].values.astype("datetime64[D]").tolist()[1:3] == [date(2024, 4, 1), date(2024, 10, 1)]
    of_year = cumulative(daily(begin, [10.0] * 4), RULES, since=Kind.HYDROLOGICAL_YEAR)
    assert of_year["missing"].values.tolist() == [[364, 364, 0, 0]]


def test_each_season_knows_the_same_season_of_the_year_before() -> None:
    begin, end = date(2020, 10, 1), date(2024, 10, 1)
    figures = mean_by(daily(begin, [float(day) for day in range((end - begin).days)]), Kind.SEASON, RULES)
    found, values = year_before(figures)["year_before"].values[0], figures["value"].values[0]
    assert len(values) == 8
    assert np.isnan(found[:2]).all()
    np.testing.assert_array_equal(found[2:], values[:-2])


def test_the_same_date_last_year_knows_the_leap_day() -> None:
    begin = date(2023, 2, 27)
    days = daily(begin, [float(number) for number in range(734)])
    found = year_before(mean_by(days, Kind.DAY, RULES))["year_before"]

    def before(day: date) -> float:
        return float(found.values[0, (day - begin).days])

    assert before(date(2024, 2, 28)) == (date(2023, 2, 28) - begin).days
    assert np.isnan(before(date(2024, 2, 29)))
    assert before(date(2024, 3, 1)) == (date(2023, 3, 1) - begin).days
    assert before(date(2025, 2, 28)) == (date(2024, 2, 28) - begin).days
    assert before(date(2025, 3, 1)) == (date(2024, 3, 1) - begin).days
    assert np.isnan(before(date(2023, 3, 5)))


def test_the_same_10_days_last_year_are_those_of_the_same_place() -> None:
    days = daily(date(2023, 2, 21), [1.0] * 8 + [0.0] * 357 + [2.0] * 9)
    assert year_before(mean_by(days, Kind.TEN_DAYS, RULES))["year_before"].values[0, -1] == 1


def test_stations_do_not_lend_each_other_days() -> None:
    found = mean_by(daily(date(2024, 4, 1), [5.0] * 10, [GAP] * 10), Kind.TEN_DAYS, RULES)
    assert found["value"].values[:, 0] == pytest.approx([5, GAP], nan_ok=True)
