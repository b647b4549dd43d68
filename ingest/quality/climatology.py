"""The climatology: a value is held against what the same series said at the same time of earlier years.

Source: U.S. IOOS QARTOD, Manual for Real-Time Quality Control of Water Level Data, test "climatology"; percentiles of a
time of the year as in WMO-No. 168, Guide to Hydrological Practices, volume II, with linear interpolation of ranks.
"""

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
    """The climate of a series from readings of earlier years, of shape (n,); `day` is the day of the year, 1 to 366.

    For each day the `low` and `high` percentiles (0 to 100) of the values within `window_days` of it, around the turn
    of the year too, where at least `min_years` years have any. Of a day with several readings the lowest counts for the
    low percentile and the highest for the high one: a day is one witness however often the gauge was read.
    """
    nothing = np.full(DAYS, np.nan)
    if not len(year) or int(np.ptp(year)) + 1 < min_years:
        return Climate(low=nothing, high=nothing)
    lowest, highest = _daily(year - year.min(), day, value)
    lows, highs = _around(lowest, window_days), _around(-highest, window_days)
    enough = np.isfinite(lows).any(axis=2).sum(axis=1) >= min_years
    return Climate(
        low=np.where(enough, _percentile(lows.reshape(DAYS, -1), low), np.nan),
        high=np.where(enough, -_percentile(highs.reshape(DAYS, -1), 100 - high), np.nan),
    )


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
    width = min(window_days, (DAYS - 1) // 2)
    endless = np.concatenate([daily[:, DAYS - width :], daily, daily[:, :width]], axis=1)
    return np.ascontiguousarray(sliding_window_view(endless, 2 * width + 1, axis=1).transpose(1, 0, 2))


def _percentile(values: NDArray[np.float64], percent: float) -> NDArray[np.float64]:
    """The percentile of each row, with linear interpolation of ranks; what is infinite is no value."""
    count = np.isfinite(values).sum(axis=1)
    rank = np.maximum(count - 1, 0) * (percent / 100)
    below = rank.astype(np.int64)
    most = min(int(below.max()) + 1, values.shape[1] - 1)
    # Only the lowest ranks are sorted: a percentile of either end needs no more.
    lowest = np.sort(np.partition(values, most, axis=1)[:, : most + 1], axis=1)
    rows = np.arange(len(values))
    one, other = lowest[rows, below], lowest[rows, np.minimum(below + 1, most)]
    with np.errstate(invalid="ignore"):
        between = np.where(rank > below, one + (other - one) * (rank - below), one)
    found: NDArray[np.float64] = np.where(count > 0, between, np.nan)
    return found
