"""Figures of periods from daily values: means and how complete they are, volumes, what has flowed since a start."""

from itertools import pairwise

import numpy as np
import xarray as xr

from record.entry import Flag
from record.network.account import FigureRules
from record.quantities import quantity_of
from service.figures.days import BASES
from service.figures.means import OF_A_DAY, USABLE, means
from service.figures.periods import PLACES, Kind, numbers
from service.figures.volume import MILLION_M3_PER_DAY

VOLUME_UNITS = "1e6 m3"
_BAD, _MISSING = int(Flag.BAD), int(Flag.MISSING)
_UNKNOWN = int(Flag.UNKNOWN)
_TERM = BASES.index("term")
_WHOLE_DAY = np.array([OF_A_DAY.get(basis, 1) for basis in BASES] + [0])
"""How many readings a whole day has by the place of its interval in `BASES`; at the end, of no interval."""
_MEANS_OF = {BASES.index("10-day"): Kind.TEN_DAYS, BASES.index("monthly"): Kind.MONTH}


def mean_by(daily: xr.Dataset, kind: Kind, rules: FigureRules, until: np.datetime64 | None = None) -> xr.Dataset:
    """Means of the periods that hold the days of `daily` (station, day), as `read_days` gives them.

    Dims (station, period); `period` is midnight of the first day, with coordinates `end` (the day after the last),
    `year`, `place` and `length` (days). `value`: mean of the usable daily values, each day counting as much as any
    other, where at least `completeness_percent` of the period's days have one; NaN elsewhere. (WMO-No. 1203 asks for
    values in 80 % of the years of a normal; the same share is asked of days.) `days`: how many have one; `left_out`:
    how many were flagged bad. `completeness`: percent. `flag`: the worst of those used, and at least unknown where the
    period does not rest on all that it should: where days lack or were bad, or one is estimated, and of a day where
    readings of it lack. `readings`: how many are in it. `entry`: the newest on which it rests. Of `basis` bit n is set
    where a day came from `BASES[n]`. Days that `daily` does not reach count as missing. Of a period that has not ended
    before the day `until` (datetime64[D]), where one is given, `ended` is
    false, and it is made of its days before that day, so many as `length` says. A single day is given as it is, also
    where it is flagged bad; what is bad never is part of a mean.
    `value_estimated`: whether a day that counts rests on readings at the terms alone, one or two, which are no mean;
    a state is what it is read to be, and no estimate.
    Of flows there is also the `volume`, million m3: the mean times 0.0864 times all days of the period. Where days
    are missing these are taken to have had the mean of the others; then, and where the mean is estimated, `estimated`.
    """
    days = daily["day"].values.astype("datetime64[D]")
    held = numbers(days, kind, rules)
    begins, first, slot = np.unique(held.begin, return_index=True, return_inverse=True)
    ends = held.end[first]
    past = ends if until is None else np.clip(until, begins, ends)
    length = (past - begins).astype(np.int64)
    layers = (daily[name].values for name in ("value", "flag", "entry"))
    found = means(*layers, slot=slot, count=len(begins))
    counted = np.where(found.flag == _BAD, 0, found.readings)
    completeness = np.where(length > 0, 100 * counted / np.maximum(length, 1), np.nan)
    enough = (completeness >= float(rules.completeness_percent)) & (counted > 0)
    shown = enough | (kind is Kind.DAY)
    by_terms = np.logical_or.reduceat(_of_terms(daily), first, axis=1) if len(first) else enough
    estimated = shown & by_terms
    readings = _by_period(readings_of(daily, rules), first)
    whole = (counted == length) & ~estimated
    if kind is Kind.DAY:
        whole &= readings >= _WHOLE_DAY[daily["basis"].values]
    dims, units = ("station", "period"), {"units": daily["value"].attrs["units"]}
    made = xr.Dataset(
        {
            "value": (dims, np.where(shown, found.value, np.nan), units),
            "flag": (dims, np.where(shown, _flags(found.flag, whole), _MISSING).astype(np.int8)),
            "days": (dims, counted),
            "left_out": (dims, np.where(found.flag == _BAD, found.readings, found.left_out)),
            "completeness": (dims, completeness, {"units": "percent"}),
            "readings": (dims, readings),
            "entry": (dims, found.newest),
            "basis": (dims, _bases(daily, first)),
            "value_estimated": (dims, estimated),
        },
        coords={
            **{name: daily[name] for name in ("station", "nature")},
            "period": begins.astype("datetime64[s]"),
            "end": ("period", ends.astype("datetime64[s]")),
            "ended": ("period", past == ends),
            "year": ("period", held.year[first]),
            "place": ("period", held.place[first]),
            "length": ("period", length),
        },
        attrs={**daily.attrs, "by": kind.value, "completeness_percent": float(rules.completeness_percent)},
    )
    return _with_volume(made, enough) if is_rate(daily) else made


def is_rate(figures: xr.Dataset) -> bool:
    """Whether the figures are of water that flows, m3/s, so that they carry a volume."""
    return quantity_of(figures.attrs["quantity"]).flows


def cumulative(daily: xr.Dataset, rules: FigureRules, since: Kind = Kind.SEASON) -> xr.Dataset:
    """What has flowed from the start of the season, or of another kind of period, to the end of each day; million m3.

    Dims (station, day). `measured`: the sum of 0.0864 times the usable daily means, m3/s; where a day is missing it is
    a part of what flowed. `missing`: how many days are. `value`: with no day missing it is what was measured; where at
    least `completeness_percent` of the days have a value, the missing ones are taken to have had the mean of the
    others, and `estimated` is true; otherwise NaN. `estimated` also where a day rests on readings at the terms alone.
    Days before the first of `daily` are missing too.
    """
    days, rate = daily["day"].values.astype("datetime64[D]"), daily["value"].values
    begins = numbers(days, since, rules).begin
    usable = ~np.isnan(rate) & np.isin(daily["flag"].values, USABLE)
    volumes = np.where(usable, rate, 0.0) * MILLION_M3_PER_DAY
    measured, present = np.empty_like(volumes), np.empty(volumes.shape, dtype=np.int64)
    of_terms, by_terms = _of_terms(daily), np.empty(volumes.shape, dtype=np.bool_)
    edges = [*np.unique(begins, return_index=True)[1].tolist(), len(days)]
    for start, stop in pairwise(edges):
        np.cumsum(volumes[:, start:stop], axis=1, out=measured[:, start:stop])
        np.cumsum(usable[:, start:stop], axis=1, out=present[:, start:stop])
        np.logical_or.accumulate(of_terms[:, start:stop], axis=1, out=by_terms[:, start:stop])
    elapsed = (days - begins).astype(np.int64) + 1
    complete = present == elapsed
    enough = (100 * present >= float(rules.completeness_percent) * elapsed) & (present > 0)
    estimate = measured * elapsed / np.maximum(present, 1)
    dims, units = ("station", "day"), {"units": VOLUME_UNITS}
    return xr.Dataset(
        {
            "value": (dims, np.where(complete, measured, np.where(enough, estimate, np.nan)), units),
            "measured": (dims, measured, units),
            "missing": (dims, elapsed - present),
            "estimated": (dims, enough & (by_terms | ~complete)),
        },
        coords={name: daily[name] for name in ("station", "nature", "day")}
        | {"since": ("day", begins.astype("datetime64[s]"))},
        attrs={**daily.attrs, "since": since.value, "completeness_percent": float(rules.completeness_percent)},
    )


def readings_of(daily: xr.Dataset, rules: FigureRules) -> np.ndarray:
    """How many readings each day is made of, (station, day); a mean of a longer period is one, on its first day."""
    readings, days = daily["readings"].values, daily["day"].values.astype("datetime64[D]")
    for place, kind in _MEANS_OF.items():
        spread = daily["basis"].values == place
        if spread.any():
            begins = numbers(days, kind, rules).begin
            readings = np.where(spread & np.append(False, begins[1:] == begins[:-1]), 0, readings)
    found: np.ndarray = readings
    return found


def year_before(figures: xr.Dataset) -> xr.Dataset:
    """The same period of the year before; dims (station, period).

    `year_before`: its value, NaN where there is none; `year_before_basis` and `year_before_entry`: where it comes from,
    as `mean_by` says it; `year_before_begin` and `year_before_end` (period): its days.

    Periods are the same that have the same place in the year. 29 February has no like in the year before, and a period
    that has not ended is none to compare with.
    """
    place, year = figures["place"].values, figures["year"].values
    places = PLACES[Kind(figures.attrs["by"])]
    number = year * places + place
    # The season without growth, the second of its two, ends and so counts before the other one of its year.
    order = np.argsort(number, kind="stable")
    found = order[np.minimum(np.searchsorted(number, number - places, sorter=order), len(number) - 1)]
    is_there = number[found] == number - places
    values, flags = figures["value"].values[:, found], figures["flag"].values[:, found]
    held = np.where(is_there & figures["ended"].values[found] & np.isin(flags, USABLE), values, np.nan)
    dims = ("station", "period")
    return xr.Dataset(
        {
            "year_before": (dims, held, figures["value"].attrs),
            "year_before_basis": (dims, figures["basis"].values[:, found]),
            "year_before_entry": (dims, figures["entry"].values[:, found]),
            "year_before_begin": ("period", figures["period"].values[found]),
            "year_before_end": ("period", figures["end"].values[found]),
        },
        coords=figures.coords,
    )


def _of_terms(daily: xr.Dataset) -> np.ndarray:
    """Which days that count rest on readings at the terms alone, (station, day); of a state none does."""
    if quantity_of(daily.attrs["quantity"]).state:
        return np.zeros(daily["value"].shape, dtype=np.bool_)
    found: np.ndarray = (daily["basis"].values == _TERM) & np.isin(daily["flag"].values, USABLE)
    return found


def _by_period(layer: np.ndarray, first: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.add.reduceat(layer, first, axis=1) if len(first) else layer
    return found


def _flags(worst: np.ndarray, whole: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.where(whole, worst, np.maximum(worst, _UNKNOWN))
    return found


def _bases(daily: xr.Dataset, first: np.ndarray) -> np.ndarray:
    basis = daily["basis"].values
    bits = np.where(basis >= 0, 1 << np.maximum(basis, 0), 0).astype(np.int8)
    return np.bitwise_or.reduceat(bits, first, axis=1) if len(first) else bits


def _with_volume(figures: xr.Dataset, enough: np.ndarray) -> xr.Dataset:
    length, dims = figures["length"].values, ("station", "period")
    volume = np.where(enough, figures["value"].values * MILLION_M3_PER_DAY * length, np.nan)
    return figures.assign(
        volume=(dims, volume, {"units": VOLUME_UNITS}),
        estimated=(dims, enough & (figures["value_estimated"].values | (figures["days"].values < length))),
    )
