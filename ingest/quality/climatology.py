"""The climatology: a value is held against what the same series said at the same time of earlier years.

Source: U.S. IOOS QARTOD, Manual for Real-Time Quality Control of Water Level Data, test "climatology"; percentiles of a
time of the year as in WMO-No. 168, Guide to Hydrological Practices, volume II, with linear interpolation of ranks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ingest.quality.calendar import DAYS
from ingest.quality.graded import SLIP
from record.entry import Flag


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Climate:
    """The low and high percentile of a series for each day of the year, of shape (366,); NaN where too few years."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Days:
    """The `lowest` and `highest` of each day of a series, of shape (years, 366) from year `first` on.

    Infinite (lowest) and minus infinite (highest) where nothing was said.
    """

    first: int
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]

    @classmethod
    def of(cls, year: NDArray[np.int64], day: NDArray[np.int64], value: NDArray[np.float64]) -> "Days":
        """Of readings, of shape (n,); `day` is the day of the year, 1 to 366."""
        if not len(year):
            return cls(first=0, lowest=np.empty((0, DAYS)), highest=np.empty((0, DAYS)))
        first = int(year.min())
        lowest, highest = _daily(year - first, day, value)
        return cls(first=first, lowest=lowest, highest=highest)

    def with_those_of(self, other: "Days") -> "Days":
        """The same, with the days of another in the place of these where it has any."""
        parts = [one for one in (self, other) if len(one.lowest)]
        if not parts:
            return self
        first, past = min(one.first for one in parts), max(one.first + len(one.lowest) for one in parts)
        lowest, highest = np.full((past - first, DAYS), np.inf), np.full((past - first, DAYS), -np.inf)
        for one in parts:
            rows, said = slice(one.first - first, one.first - first + len(one.lowest)), np.isfinite(one.lowest)
            lowest[rows][said], highest[rows][said] = one.lowest[said], one.highest[said]
        return Days(first=first, lowest=lowest, highest=highest)


def climatology(
    value: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], margin: NDArray[np.float64]
) -> NDArray[np.int8]:
    """Flags of `value` by the percentiles `low` and `high` of its time of the year, all of shape (n,).

    Suspect outside of the two by more than `margin` times the distance between them; unknown where they are NaN.

    >>> climatology(np.array([9.0, 15.0, 15.1, 4.9, 5.0]), *np.full((2, 5), [[8.0], [12.0]]), np.full(5, 0.75)).tolist()
    [1, 1, 3, 3, 1]
    """
    room = (high - low) * margin
    flags = np.full(value.shape, Flag.GOOD, dtype=np.int8)
    flags[(value < low - room - SLIP) | (value > high + room + SLIP)] = Flag.SUSPECT
    flags[np.isnan(value + room)] = Flag.UNKNOWN
    return flags


def climate(
    year: NDArray[np.int64],
    day: NDArray[np.int64],
    value: NDArray[np.float64],
    *,
    low: float,
    high: float,
    window_days: int,
    min_years: int,
) -> Climate:
    """The climate of a series from readings of earlier years, of shape (n,); `day` is the day of the year, 1 to 366."""
    days = Days.of(year, day, value)
    before = days.first + len(days.lowest)
    return climates(days, [before], low=low, high=high, window_days=window_days, min_years=min_years)[before]


def climates(
    days: Days, years: Iterable[int], *, low: float, high: float, window_days: int, min_years: int
) -> dict[int, Climate]:
    """The climate of a series as it was before each of these years.

    For each day the `low` and `high` percentiles (0 to 100) of the values within `window_days` of it, around the turn
    of the year too, where at least `min_years` years have any. Of a day with several readings the lowest counts for the
    low percentile and the highest for the high one: a day is one witness however often the gauge was read.
    """
    wanted = sorted(set(years))
    counts = [min(max(year - days.first, 0), len(days.lowest)) for year in wanted]
    most = counts[-1] * (2 * _half(window_days) + 1) if counts else 0
    lows, highs = _Lowest(low, most), _Lowest(100 - high, most)
    spoken, done, found = np.zeros(DAYS, dtype=np.int64), 0, {}
    for year, count in zip(wanted, counts, strict=True):
        if count > done:
            # Years that came between this one and the one before: what was worked out of earlier ones stays.
            around = _around(days.lowest[done:count], window_days)
            spoken += np.isfinite(around).any(axis=2).sum(axis=1)
            lows.take(around.reshape(DAYS, -1))
            highs.take(_around(-days.highest[done:count], window_days).reshape(DAYS, -1))
            done = count
        enough = spoken >= max(min_years, 1)
        found[year] = Climate(
            low=np.where(enough, lows.percentile(), np.nan), high=np.where(enough, -highs.percentile(), np.nan)
        )
    return found


def _daily(
    row: NDArray[np.int64], day: NDArray[np.int64], value: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and the highest of each year (`row`) and day of the year, infinite where there is none."""
    cell = row * DAYS + day - 1
    order = np.argsort(cell, kind="stable")
    cell, value = cell[order], value[order]
    begins = np.flatnonzero(np.diff(cell, prepend=-1))
    lowest, highest = np.full((int(row.max()) + 1, DAYS), np.inf), np.full((int(row.max()) + 1, DAYS), -np.inf)
    lowest.flat[cell[begins]] = np.minimum.reduceat(value, begins)
    highest.flat[cell[begins]] = np.maximum.reduceat(value, begins)
    return lowest, highest


def _around(daily: NDArray[np.float64], window_days: int) -> NDArray[np.float64]:
    """Of each day of the year, every year's values within so many days of it: shape (366, years, window)."""
    width = _half(window_days)
    endless = np.concatenate([daily[:, DAYS - width :], daily, daily[:, :width]], axis=1)
    return np.ascontiguousarray(sliding_window_view(endless, 2 * width + 1, axis=1).transpose(1, 0, 2))


def _half(window_days: int) -> int:
    return min(window_days, (DAYS - 1) // 2)


class _Lowest:
    """The lowest values of each day of the year, as many as a percentile of at most `most` values asks for."""

    def __init__(self, percent: float, most: int) -> None:
        self._share = percent / 100
        self._kept = int(max(most - 1, 0) * self._share) + 2
        self._lowest = np.empty((DAYS, 0))
        self._count = np.zeros(DAYS, dtype=np.int64)

    def take(self, values: NDArray[np.float64]) -> None:
        """More values, of shape (366, n); what is infinite is none."""
        self._count += np.isfinite(values).sum(axis=1)
        joined = np.concatenate([self._lowest, values], axis=1)
        if joined.shape[1] > self._kept:
            joined = np.partition(joined, self._kept - 1, axis=1)[:, : self._kept]
        self._lowest = np.sort(joined, axis=1)

    def percentile(self) -> NDArray[np.float64]:
        """The percentile of each day, with linear interpolation of ranks; NaN where there is no value."""
        if not self._lowest.shape[1]:
            return np.full(DAYS, np.nan)
        rank = np.maximum(self._count - 1, 0) * self._share
        below, days = rank.astype(np.int64), np.arange(DAYS)
        one = self._lowest[days, below]
        other = self._lowest[days, np.minimum(below + 1, self._lowest.shape[1] - 1)]
        with np.errstate(invalid="ignore"):
            between = np.where(rank > below, one + (other - one) * (rank - below), one)
        found: NDArray[np.float64] = np.where(self._count > 0, between, np.nan)
        return found
