"""The climates of many years, worked out one from the other."""

import numpy as np
import pytest

from ingest.quality.climatology import Days, climates


@pytest.mark.parametrize(("low", "window_days"), [(1, 15), (40, 3), (0, 0), (100, 1)])
def test_climates_of_many_years_are_those_of_each(low: int, window_days: int) -> None:
    """By sorting all values of the years before, around each day: gaps, several readings a day, a year of silence."""
    chance = np.random.default_rng(low)
    year, day = chance.integers(1990, 2003, 4000), chance.integers(1, 367, 4000)
    year[year == 1995] = 1996
    value = chance.normal(40, 9, 4000).round(1)
    years = [1989, 1990, 1993, 1996, 2002, 2003, 2010]
    days = Days.of(year, day, value)
    found = climates(days, years, low=low, high=100 - low, window_days=window_days, min_years=3)
    for before in years:
        for at in (1, 60, 200, 366):
            near = [
                (int(one), float(days.lowest[one - days.first, (at - 1 + away) % 366]))
                for one in range(1990, min(before, 2003))
                for away in range(-window_days, window_days + 1)
            ]
            values = [value for _, value in near if np.isfinite(value)]
            enough = len({one for one, value in near if np.isfinite(value)}) >= 3
            wanted = np.percentile(values, low) if enough else np.nan
            assert found[before].low[at - 1] == pytest.approx(wanted, nan_ok=True)
