"""Inflow to a reservoir by report days, from its storage and its release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.consequence import Change
from ingest.days import day_of, month_of, seconds_of_days, start_of
from ingest.derive.balance import evaporation, inflow, over_window, uncertainty
from ingest.derive.between import between
from ingest.derive.by_level import reservoir_curves_of
from ingest.derive.column import NOBODY, Column
from ingest.derive.rule import Computed, Span, Worked
from ingest.derive.storage import surface_of_storage
from ingest.derive.validity import in_force
from record.errors import ConfigError
from record.network.computed import UNCERTAINTY, words_of
from record.network.derived import Balance
from record.network.fact import Fact

Values = NDArray[np.float64]
Times = NDArray[np.int64]
Days = NDArray[np.int64]

BEYOND_DOUBT = 2.0
"""Below nought by more than so many standard uncertainties an inflow cannot be true: a storage or release is wrong."""
LONGEST = 26 * 3600
"""Seconds that two readings of storage may lie apart for one between to be taken from them: a day, and some delay."""


class ByBalance:
    """Closes the balance of each report day, or of the days of a window around it.

    What it computes is stamped as all means of days are: at midnight of the date that the report day bears, in the zone
    of the station. A release is the mean of a calendar day, and a report day of two of them: each counts by the time
    that both have in common, so that gates which are moved at midnight make no inflow.
    """

    def touched(self, asked: Computed, change: Change) -> Span:
        """The days whose window has the changed times within it, or a bound near them."""
        half = _balance_of(asked).window_days // 2
        if change.series == asked.inputs[0].id:
            ends = np.array([change.start - LONGEST, change.end - 1 + LONGEST])
        else:
            ends = _whole_days(asked, change.start, change.end) - [0, 1]
        first, last = _report_day_of(asked, ends).tolist()
        start, end = start_of(np.array([first - half, last + half + 1]), asked.zone).tolist()
        return start, end

    def reads(self, asked: Computed, span: Span) -> Mapping[str, Span]:
        """Storage around the bounds of all windows, and release on all calendar days that they touch."""
        half = _balance_of(asked).window_days // 2
        first, last = day_of(np.array([span[0], span[1] - 1]), asked.zone).tolist()
        ends = np.array([first - half, last + half + 1])
        begin, end = _begin_of(asked, ends).tolist()
        start, stop = _whole_days(asked, begin, end).tolist()
        stored, released = (series.id for series in asked.inputs[:2])
        return {stored: (begin - LONGEST, end + LONGEST + 1), released: (start, stop)}

    def facts(self, asked: Computed) -> Sequence[Fact]:
        """What closes the balance, the curves that give its surface, and when a report day begins."""
        return [_balance_of(asked), *reservoir_curves_of(asked), asked.network.report_day]

    def work(self, asked: Computed, inputs: Mapping[str, Column], span: Span) -> Sequence[Worked]:
        """The inflow of each report day of the span, and its uncertainty where that has a series."""
        first, last = day_of(np.array([span[0], span[1] - 1]), asked.zone).tolist()
        days = np.arange(first, last + 1)
        stamps = start_of(days, asked.zone)
        mine = (stamps >= span[0]) & (stamps < span[1])
        days, stamps = days[mine], stamps[mine]
        if not len(days):
            return []
        balance, (stored, released) = _balance_of(asked), asked.inputs[:2]
        half = balance.window_days // 2
        begin = _Bound.at(_begin_of(asked, days - half), inputs[stored.id])
        end = _Bound.at(_begin_of(asked, days + half + 1), inputs[stored.id])
        release = _Released.over(begin.times, end.times, inputs[released.id], asked)
        seconds = (end.times - begin.times).astype(np.float64)
        losses = _losses(asked, balance, days, begin, end)
        values = inflow(begin.values, end.values, seconds, release.values, losses)
        error = uncertainty(
            seconds,
            release.values,
            losses,
            storage_error=float(balance.storage_error),
            release_percent=float(balance.release_error_percent),
            loss_percent=float(balance.loss_error_percent),
        )
        error[np.isnan(values)] = np.nan
        doubtful = begin.doubtful | end.doubtful | release.doubtful | _between_curves(asked, begin, end)
        used = {stored.id: np.concatenate([begin.entries, end.entries], axis=1), released.id: release.entries}
        told = begin.told & end.told & release.told
        return [
            Worked(
                series=f"{asked.station}.{word}",
                times=stamps,
                values=error if word.startswith(f"{UNCERTAINTY}.") else values,
                doubtful=doubtful | (values < 0),
                told=told,
                used=used,
                impossible=values < -BEYOND_DOUBT * error,
            )
            for word in dict.fromkeys(words_of(asked.row))
        ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Bound:
    """The storage at the bounds of days, in million m3."""

    times: Times
    values: Values
    doubtful: NDArray[np.bool_]
    told: NDArray[np.bool_]
    entries: NDArray[np.int64]

    @classmethod
    def at(cls, times: Times, stored: Column) -> "_Bound":
        usable = stored.only(~np.isnan(stored.usable()))
        found = between(times, usable.times, LONGEST)
        known = ~np.isnan(found.weight)
        missing = _said_at(times, stored, but_for=known)
        return cls(
            times=times,
            values=found.of(usable.values),
            doubtful=known & (found.any_of(usable.suspect())),
            told=known | (missing != NOBODY),
            entries=np.stack([*found.numbers_of(usable.entries), missing], axis=1),
        )


def _said_at(times: Times, stored: Column, *, but_for: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The entry that says of a bound that its storage is missing, or bad; -1 where none does."""
    found = np.full(times.shape, NOBODY, dtype=np.int64)
    if len(stored.times):
        place = np.minimum(np.searchsorted(stored.times, times), len(stored.times) - 1)
        exact = (stored.times[place] == times) & ~but_for
        found[exact] = stored.entries[place[exact]]
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Released:
    """The mean release over the window of each day, in m3/s."""

    values: Values
    doubtful: NDArray[np.bool_]
    told: NDArray[np.bool_]
    entries: NDArray[np.int64]

    @classmethod
    def over(cls, begin: Times, end: Times, released: Column, asked: Computed) -> "_Released":
        seconds, days = seconds_of_days(begin, end, asked.zone)
        counts = seconds > 0
        first = int(days.min())
        number = np.full(int(days.max()) - first + 1, NOBODY, dtype=np.int64)
        place = day_of(released.times, asked.zone) - first
        there = np.flatnonzero((place >= 0) & (place < len(number)))
        number[place[there]] = there
        found = np.where(counts, number[days - first], NOBODY)
        told = found != NOBODY
        values, doubtful = np.full(found.shape, np.nan), np.zeros(found.shape, dtype=bool)
        entries = np.full(found.shape, NOBODY, dtype=np.int64)
        values[told] = released.usable()[found[told]]
        doubtful[told] = released.suspect()[found[told]]
        entries[told] = released.entries[found[told]]
        return cls(
            values=np.where(counts, values * seconds, 0.0).sum(axis=1) / (end - begin),
            doubtful=np.logical_or.reduce(doubtful, axis=1),
            told=(told | ~counts).all(axis=1),
            entries=entries,
        )


def _losses(asked: Computed, balance: Balance, days: Days, begin: _Bound, end: _Bound) -> Values:
    """Evaporation and seepage, the mean over the window of each day, in m3/s."""
    half = balance.window_days // 2
    every = np.arange(int(days[0]) - half, int(days[-1]) + half + 1)
    month, length = month_of(every)
    of_month = np.array([float(depth) for depth in balance.evaporation_mm])
    depth = over_window(of_month[month] / length, balance.window_days)
    return evaporation(depth, _surface(asked, balance, begin, end)) + float(balance.seepage)


def _surface(asked: Computed, balance: Balance, begin: _Bound, end: _Bound) -> Values:
    """The mean of the surfaces at both ends, in km2; the declared one where there is no curve."""
    curves = reservoir_curves_of(asked)
    declared = np.nan if balance.surface_km2 is None else float(balance.surface_km2)
    found = [
        np.where(
            in_force(bound.times, curves, asked.zone) < 0,
            declared,
            surface_of_storage(bound.values, bound.times, curves, asked.zone),
        )
        for bound in (begin, end)
    ]
    return (found[0] + found[1]) / 2


def _between_curves(asked: Computed, begin: _Bound, end: _Bound) -> NDArray[np.bool_]:
    """Where a new curve came in between: the same water has another storage by it, which is no inflow."""
    curves = reservoir_curves_of(asked)
    before, after = (in_force(bound.times, curves, asked.zone) for bound in (begin, end))
    changed: NDArray[np.bool_] = before != after
    return changed


def _balance_of(asked: Computed) -> Balance:
    for balance in asked.network.balances:
        if balance.station == asked.row.station:
            return balance
    raise ConfigError(f"derived.toml: {asked.series} is computed by a balance, and none of its station is declared")


def _report_day_of(asked: Computed, times: Times) -> Days:
    day = asked.network.report_day
    return day_of(times, day.tz, day.begins)


def _whole_days(asked: Computed, start: int, end: int) -> Times:
    """From when to before when the calendar days of the station last that `start <= time < end` touches."""
    first, last = day_of(np.array([start, end - 1]), asked.zone).tolist()
    return start_of(np.array([first, last + 1]), asked.zone)


def _begin_of(asked: Computed, days: Days) -> Times:
    day = asked.network.report_day
    return start_of(days, day.tz, day.begins)
