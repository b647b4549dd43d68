from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.errors import SelectionError
from record.network.account import FigureRules
from service.figures.periods import PLACES, Kind, kind_called, numbers, periods, split

RULES = FigureRules()
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
KINDS = st.sampled_from(list(Kind))
SEASONS = st.builds(
    lambda first, second, year: FigureRules(season_begins=first, season_ends=second, year_begins=year),
    *[st.integers(1, 12)] * 3,
).filter(lambda rules: rules.season_begins != rules.season_ends)


def labels(kind: Kind, begin: date, end: date) -> list[str]:
    return [period.label for period in split(kind, begin, end, RULES)]


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(1, 900), KINDS, SEASONS)
def test_periods_part_the_calendar_without_hole_or_overlap(
    begin: date, count: int, kind: Kind, rules: FigureRules
) -> None:
    end = begin + timedelta(days=count)
    found = split(kind, begin, end, rules)
    assert found[0].begin <= begin < found[0].end
    assert found[-1].begin < end <= found[-1].end
    assert [period.end for period in found[:-1]] == [period.begin for period in found[1:]]
    assert all(period.begin < period.end for period in found)
    assert len({period.label for period in found}) == len(found)


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(0, 500), st.integers(0, 500), KINDS)
def test_a_range_cut_anywhere_gives_the_same_periods(begin: date, first: int, second: int, kind: Kind) -> None:
    cut, end = begin + timedelta(days=first), begin + timedelta(days=first + second)
    halves = (*split(kind, begin, cut, RULES), *split(kind, cut, end, RULES))
    assert tuple(dict.fromkeys(halves)) == split(kind, begin, end, RULES)


@settings(max_examples=60, deadline=None)
@given(st.lists(DAYS, min_size=1, max_size=20), KINDS, SEASONS)
def test_every_day_is_within_its_period_and_a_year_has_as_many_as_it_should(
    days: list[date], kind: Kind, rules: FigureRules
) -> None:
    asked = np.array(days, dtype="datetime64[D]")
    found = numbers(asked, kind, rules)
    assert ((found.begin <= asked) & (asked < found.end)).all()
    assert (found.year == [(end - timedelta(days=1)).year for end in found.end.tolist()]).all()
    year = np.arange(found.begin[0], found.begin[0] + 366)
    places = np.unique(numbers(year, kind, rules).place)
    not_always = kind in (Kind.DAY, Kind.WEEK)
    assert len(places) in (PLACES[kind], PLACES[kind] - not_always)
    assert places.max() in (PLACES[kind] - 1, PLACES[kind] - 1 - (kind is Kind.WEEK))


@pytest.mark.parametrize(
    ("month", "lengths"),
    [("2023-02", [10, 10, 8]), ("2024-02", [10, 10, 9]), ("2024-04", [10, 10, 10]), ("2024-05", [10, 10, 11])],
)
def test_the_last_10_day_period_takes_the_rest_of_its_month(month: str, lengths: list[int]) -> None:
    begin = date.fromisoformat(f"{month}-01")
    end = (begin + timedelta(days=31)).replace(day=1)
    assert [period.days for period in split(Kind.TEN_DAYS, begin, end, RULES)] == lengths
    assert split(Kind.TEN_DAYS, begin, end, RULES)[-1].end == end


def test_a_week_is_of_the_year_of_its_sunday() -> None:
    assert labels(Kind.WEEK, date(2026, 11, 23), date(2026, 11, 24)) == ["2026-W48"]
    days = np.array(["2025-12-29", "2026-01-04", "2026-01-05", "2026-12-27", "2026-12-28"], dtype="datetime64[D]")
    found = numbers(days, Kind.WEEK, RULES)
    assert found.begin.astype(str).tolist()[:3] == ["2025-12-29", "2025-12-29", "2026-01-05"]
    assert (found.year.tolist(), found.place.tolist()) == ([2026, 2026, 2026, 2026, 2027], [0, 0, 1, 51, 0])


def test_labels_are_those_of_the_services() -> None:
    begin, end = date(2024, 2, 24), date(2024, 3, 2)
    assert labels(Kind.FIVE_DAYS, begin, end) == ["2024-02 21-25", "2024-02 26-29", "2024-03 01-05"]
    assert labels(Kind.TEN_DAYS, begin, end) == ["2024-02 21-29", "2024-03 01-10"]
    assert labels(Kind.MONTH, begin, end) == ["2024-02", "2024-03"]
    assert labels(Kind.SEASON, begin, date(2024, 4, 2)) == ["2023/2024 non-growing", "2024 growing"]
    assert labels(Kind.HYDROLOGICAL_YEAR, begin, end) == ["2023/2024"]
    assert labels(Kind.YEAR, begin, end) == ["2024"]
    assert labels(Kind.DAY, date(2024, 2, 29), date(2024, 3, 2)) == ["2024-02-29", "2024-03-01"]


def test_the_hydrological_year_begins_in_october_and_the_growing_season_in_april() -> None:
    (year,) = split(Kind.HYDROLOGICAL_YEAR, date(2024, 2, 29), date(2024, 3, 1), RULES)
    assert (year.begin, year.end, year.days) == (date(2023, 10, 1), date(2024, 10, 1), 366)
    (season,) = split(Kind.SEASON, date(2025, 9, 30), date(2025, 10, 1), RULES)
    assert (season.begin, season.end, season.days) == (date(2025, 4, 1), date(2025, 10, 1), 183)


def test_seasons_are_those_that_are_declared() -> None:
    declared = FigureRules(season_begins=3, season_ends=11, year_begins=11)
    growing, resting = split(Kind.SEASON, date(2025, 10, 31), date(2025, 11, 2), declared)
    assert (growing.begin, growing.end, growing.label) == (date(2025, 3, 1), date(2025, 11, 1), "2025 growing")
    assert (resting.end, resting.label) == (date(2026, 3, 1), "2025/2026 non-growing")
    (year,) = split(Kind.HYDROLOGICAL_YEAR, date(2025, 11, 1), date(2025, 11, 2), declared)
    assert year.begin == date(2025, 11, 1)


def test_a_day_has_the_same_place_in_every_year_and_the_leap_day_its_own() -> None:
    days = np.array(["2023-02-28", "2024-02-29", "2023-03-01", "2024-03-01", "2023-12-31"], dtype="datetime64[D]")
    assert numbers(days, Kind.DAY, RULES).place.tolist() == [58, 59, 60, 60, 365]


def test_periods_of_days_out_of_order_come_in_order_and_once() -> None:
    days = np.array(["2024-03-01", "2024-02-21", "2024-03-02"], dtype="datetime64[D]")
    assert [period.label for period in periods(days, Kind.TEN_DAYS, RULES)] == ["2024-02 21-29", "2024-03 01-10"]


def test_what_cannot_be_asked_is_refused_in_one_line() -> None:
    with pytest.raises(SelectionError, match="use day, 5-day, week, 10-day, month, season, hydrological-year, year"):
        kind_called("decade")
    assert kind_called(" 10-Day ") is Kind.TEN_DAYS
    for begin, end in [(date(2024, 3, 2), date(2024, 3, 1)), (date(1700, 1, 1), date(1700, 2, 1))]:
        with pytest.raises(SelectionError, match="is not a range of days"):
            split(Kind.MONTH, begin, end, RULES)
