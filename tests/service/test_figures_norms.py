"""Norms, percentiles, ranks and classes; and the real history of the Ala-Archa, whose statistics are published."""

import csv
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from record.errors import SelectionError
from record.network.account import FigureRules
from service.figures.norms import CLASSES, SHARES, against, base_of, norms, sample
from service.figures.periodic import mean_by
from service.figures.periods import Kind
from tests.service.figures_example import daily

ROOT = Path(__file__).parents[2]
RULES = FigureRules(base_from=2001, base_until=2010, min_years=10)
GAP = float("nan")
YEARLY = st.lists(st.floats(0.0625, 5000, allow_nan=False, width=32), min_size=10, max_size=10)


def months(*years: list[float]) -> xr.Dataset:
    """Means of the months of years from 2001, each month of a year alike; a station a list, a year a number."""
    first, count = date(2001, 1, 1), len(years[0])
    rows = [
        [rate for year, rate in enumerate(row) for _ in range(366 if (2001 + year) % 4 == 0 else 365)] for row in years
    ]
    assert len(rows[0]) == (date(2001 + count, 1, 1) - first).days
    return mean_by(daily(first, *rows), Kind.MONTH, RULES)


def stand(figures: xr.Dataset, rules: FigureRules = RULES) -> xr.Dataset:
    base = sample(figures, rules)
    return against(figures, base, norms(base, rules), rules)


def test_norms_of_ten_years_checked_by_hand() -> None:
    figures = months([3, 1, 2, 4, 10, 6, 5, 8, 9, 7])
    found = norms(sample(figures, RULES), RULES).isel(station=0, place=0)
    assert (int(found["count"]), float(found["mean"])) == (10, 5.5)
    assert (float(found["min"]), int(found["min_year"])) == (1, 2002)
    assert (float(found["max"]), int(found["max_year"])) == (10, 2005)
    # Ranks r stand at r / 11: the 10th percentile at rank 1.1, the 25th at 2.75, the 90th at 9.9.
    assert found["percentile"].values == pytest.approx([1.1, 2.75, 5.5, 8.25, 9.9])
    assert float(found["cv"]) == pytest.approx(np.std(range(1, 11), ddof=1) / 5.5)


@settings(max_examples=50, deadline=None)
@given(YEARLY, st.sets(st.integers(0, 9), max_size=5))
def test_norms_are_those_that_plain_arrays_give(rates: list[float], gaps: set[int]) -> None:
    rates = [GAP if year in gaps else rate for year, rate in enumerate(rates)]
    some = np.array([rate for rate in rates if not np.isnan(rate)])
    few = RULES.model_copy(update={"min_years": 5})
    found = norms(sample(months(rates), few), few).isel(station=0, place=6)
    assert int(found["count"]) == len(some)
    assert found["percentile"].values == pytest.approx(np.quantile(some, SHARES, method="weibull"), rel=1e-9)
    assert float(found["mean"]) == pytest.approx(some.mean(), rel=1e-9)
    assert float(found["cv"]) == pytest.approx(some.std(ddof=1) / some.mean(), rel=1e-6, abs=1e-9)
    assert rates[int(found["min_year"]) - 2001] == pytest.approx(some.min(), rel=1e-9)
    assert rates[int(found["max_year"]) - 2001] == pytest.approx(some.max(), rel=1e-9)
    assert (np.diff(found["percentile"].values) >= -1e-9 * some.max()).all()


@settings(max_examples=30, deadline=None)
@given(YEARLY)
def test_the_norm_is_a_hundred_percent_of_the_norm(rates: list[float]) -> None:
    figures = months(rates)
    base = sample(figures, RULES)
    known = norms(base, RULES)
    itself = figures.assign(value=known["mean"].isel(place=figures["place"].drop_vars("place")).drop_vars("place"))
    assert (against(itself, base, known, RULES)["percent"].values == 100).all()


def test_too_few_years_make_no_norm_and_say_how_many_there_are() -> None:
    figures = months([1, 2, 3, 4, 5, 6, 7, 8, 9, GAP])
    found = norms(sample(figures, RULES), RULES)
    assert (found["count"].values == 9).all()
    for name in ("mean", "min", "max", "cv", "percentile"):
        assert found[name].isnull().all(), name
    assert (found["min_year"].values == -1).all()
    stood = stand(figures)
    assert stood["percent"].isnull().all()
    assert stood["rank"].isnull().all()
    assert (stood["class"].values == -1).all()


def test_a_norm_needs_80_percent_of_the_years_of_its_base_unless_it_is_declared() -> None:
    undeclared = FigureRules(base_from=2001, base_until=2011)
    assert (undeclared.years_needed, FigureRules().years_needed, RULES.years_needed) == (9, 24, 10)
    assert base_of(undeclared, 1930, 2011).years_needed == 66
    assert base_of(RULES, 1930, 2011).years_needed == 10
    for years, there in ((9, True), (8, False)):
        figures = months([float(year) for year in range(1, years + 1)] + [GAP] * (11 - years))
        found = norms(sample(figures, undeclared), undeclared)
        assert found["mean"].notnull().all() == there
        assert (stand(figures, undeclared)["norm_years"].values == years).all()
    for first, last in ((2001, 2009), (2001, 2001)):
        with pytest.raises(SelectionError, match="at least 10 of them"):
            base_of(undeclared, first, last)


def test_only_years_of_the_base_period_count() -> None:
    figures = months([1.0] * 10 + [100.0] * 3)
    found = norms(sample(figures, RULES), RULES)
    assert (found["max"].values == 1).all()
    assert (found["count"].values == 10).all()
    assert stand(figures)["percent"].values[0, -1] == pytest.approx(10_000)


def test_bad_values_are_in_no_norm() -> None:
    figures = months([5.0] * 10)
    figures["flag"][0, 0] = 4
    found = norms(sample(figures, RULES), RULES.model_copy(update={"min_years": 9}))
    assert found["count"].values[0, :2].tolist() == [9, 10]
    assert np.isnan(stand(figures)["percent"].values[0, 0])


@pytest.mark.parametrize(
    ("value", "rank", "name"),
    [
        (0.5, 0.0, "low"),
        (2.0, 0.10, "low"),
        (3.0, 0.20, "below normal"),
        (3.5, 0.25, "normal"),
        (5.5, 0.50, "normal"),
        (8.5, 0.75, "normal"),
        (9.0, 0.80, "above normal"),
        (10.0, 0.90, "high"),
        (11.0, 1.0, "high"),
    ],
)
def test_classes_are_those_of_hydrosos_with_their_bounds(value: float, rank: float, name: str) -> None:
    # The base is 1.5, 2.5 ... 10.5 but for values that stand in it twice: a rank counts the lower ones of ten.
    base = [1.5, 2.5, 3.25, 4.5, 5.25, 5.75, 6.5, 8.25, 9.5, 10.5]
    if value == 3.5:
        base[2] = 3.5
    if value == 8.5:
        base[7] = 8.5
    stood = stand(months([*base, value]))
    assert stood["rank"].values[0, -1] == pytest.approx(rank)
    assert CLASSES[stood["class"].values[0, -1]] == name


def test_the_bounds_of_classes_are_declared() -> None:
    thirds = RULES.model_copy(update={"classes": tuple(map(Decimal, ("0.1", "0.33", "0.67", "0.9")))})
    figures = months([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 4])
    assert CLASSES[stand(figures)["class"].values[0, -1]] == "normal"
    assert CLASSES[stand(months([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 3.5]), thirds)["class"].values[0, -1]] == "below normal"


def test_another_base_period_must_hold_the_years_that_a_norm_needs() -> None:
    assert base_of(RULES, 1930, 2011).base_from == 1930
    for first, last in ((2001, 2009), (2011, 2001), (1700, 1800), (2100, 2900)):
        with pytest.raises(SelectionError, match="is no base period"):
            base_of(RULES, first, last)


def ala_archa() -> xr.Dataset:
    """Each day of 1930 to 2011 with the mean of its 10-day period, from the history that the demonstration carries."""
    with (ROOT / "arna/demo/data/ala_archa_10day.csv").open(encoding="utf-8") as opened:
        rows = list(csv.reader(line for line in opened if not line.startswith("#")))
    said = {row[0]: float(row[-1]) if row[-1] else GAP for row in rows[1:]}
    day, rates = date(1930, 1, 1), []
    while day < date(2012, 1, 1):
        stamp = day.replace(day=min(21, (day.day - 1) // 10 * 10 + 1))
        rates.append(said.get(stamp.isoformat(), GAP))
        day += timedelta(days=1)
    return daily(date(1930, 1, 1), rates)


def test_the_published_statistics_of_the_ala_archa_come_out() -> None:
    rules, history = base_of(FigureRules(), 1930, 2011), ala_archa()
    of_years = norms(sample(mean_by(history, Kind.YEAR, rules), rules), rules).isel(station=0, place=0)
    assert round(float(of_years["mean"]), 1) == 4.6
    assert round(float(of_years["cv"]), 2) == 0.15
    assert (int(of_years["min_year"]), int(of_years["max_year"])) == (1938, 2010)
    assert round(float(of_years["max"]), 1) == 6.3
    of_ten = norms(sample(mean_by(history, Kind.TEN_DAYS, rules), rules), rules).isel(station=0)
    assert round(float(of_ten["mean"][21]), 1) == 14.6
    assert np.argmax(of_ten["mean"].values) == 21
    assert float(of_ten["max"][21]) == 26.1
    march = norms(sample(mean_by(history, Kind.MONTH, rules), rules), rules)["mean"].values[0, 2]
    assert round(float(march), 1) == 1.4


def test_a_month_weighs_its_10_day_means_by_their_days() -> None:
    rates = [10.0] * 10 + [20.0] * 10 + [31.0] * (monthrange(2024, 1)[1] - 20)
    found = mean_by(daily(date(2024, 1, 1), rates), Kind.MONTH, RULES)
    assert found["value"].item() == pytest.approx((10 * 10 + 10 * 20 + 11 * 31) / 31)
