"""What is normal: figures of many years by the place of their period in the year, and how one figure stands to them."""

import numpy as np
import xarray as xr

from record.errors import SelectionError
from record.network.account import FigureRules
from record.quantities import quantity_of
from service.figures.means import USABLE
from service.figures.periods import PLACES, Kind

SHARES = (0.10, 0.25, 0.50, 0.75, 0.90)
"""The percentiles that norms carry, as shares."""

CLASSES = ("low", "below normal", "normal", "above normal", "high")
"""The classes of WMO's HydroSOS, which were made for months; `class` in datasets is the place in this tuple."""

NO_YEAR = NO_CLASS = -1

LEAST_YEARS = 10
"""How many years a base period has at least, where it is not declared how many a norm needs."""


def base_of(rules: FigureRules, first: int, last: int) -> FigureRules:
    """The same rules with another base period; raise `SelectionError` where it is shorter than a norm needs."""
    least = LEAST_YEARS if rules.min_years is None else rules.min_years
    if not (1802 <= first <= last <= 2197 and last - first + 1 >= least):
        raise SelectionError(
            f"base {first}/{last} is no base period: give the first and the last year, at least {least} of them, from "
            "1802 to 2197"
        )
    return rules.model_copy(update={"base_from": first, "base_until": last})


def sample(figures: xr.Dataset, rules: FigureRules) -> xr.DataArray:
    """The usable values of the base period, as `mean_by` made them: dims (station, year, place), NaN for none.

    A period that has not ended is no part of them.
    """
    kind = Kind(figures.attrs["by"])
    years = np.arange(rules.base_from, rules.base_until + 1)
    year, place = figures["year"].values, figures["place"].values
    inside = (year >= rules.base_from) & (year <= rules.base_until) & figures["ended"].values
    held = np.full((figures.sizes["station"], len(years), PLACES[kind]), np.nan)
    value = np.where(np.isin(figures["flag"].values, USABLE), figures["value"].values, np.nan)
    held[:, year[inside] - rules.base_from, place[inside]] = value[:, inside]
    return xr.DataArray(
        held,
        dims=("station", "year", "place"),
        coords={"station": figures["station"], "year": years, "place": np.arange(PLACES[kind])},
        attrs={**figures["value"].attrs, "by": kind.value, "ratio": quantity_of(figures.attrs["quantity"]).ratio},
    )


def norms(base: xr.DataArray, rules: FigureRules) -> xr.Dataset:
    """What the years of a sample were like at each place in the year; dims (station, place).

    `mean`, `min` and `max` with their years (the first of several), `cv`: the standard deviation (of a sample, n - 1)
    over the mean, of a quantity with a zero of its own alone; `percentile` with the further dim `share`. Percentiles
    are by the plotting position of Weibull, r / (n + 1), linear between ranks (WMO-No. 1029; WMO-No. 168, vol. II).
    `count`: of how many years. All is NaN where these are fewer than `rules.years_needed`, 80 percent of the years by
    WMO-No. 1203; `count` still stands.
    """
    ordered = np.sort(base.values, axis=1)
    given = ~np.isnan(base.values)
    count = given.sum(axis=1)
    enough = count >= max(rules.years_needed, 1)
    some, last = np.maximum(count, 1), np.maximum(count - 1, 0)
    mean = np.where(given, base.values, 0.0).sum(axis=1) / some
    spread = np.where(given, base.values - mean[:, None], 0.0)
    deviation = np.sqrt((spread**2).sum(axis=1) / np.maximum(count - 1, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        cv = np.where(base.attrs["ratio"] & (mean > 0), deviation / mean, np.nan)
    order = np.argsort(base.values, axis=1, kind="stable")
    top = np.take_along_axis(ordered, last[:, None], axis=1)
    year = base["year"].values
    highest = np.argmax(np.where(given, base.values, -np.inf), axis=1)
    dims, units = ("station", "place"), {"units": base.attrs["units"]}
    return xr.Dataset(
        {
            "count": (dims, count),
            "mean": (dims, np.where(enough, mean, np.nan), units),
            "min": (dims, np.where(enough, ordered[:, 0], np.nan), units),
            "min_year": (dims, np.where(enough, year[order[:, 0]], NO_YEAR)),
            "max": (dims, np.where(enough, top[:, 0], np.nan), units),
            "max_year": (dims, np.where(enough, year[highest], NO_YEAR)),
            "cv": (dims, np.where(enough & (count > 1), cv, np.nan), {"units": "1"}),
            "percentile": ((*dims, "share"), np.where(enough[..., None], _percentiles(ordered, count), np.nan), units),
        },
        coords={"station": base["station"], "place": base["place"], "share": list(SHARES)},
        attrs={
            "by": base.attrs["by"],
            "base_from": rules.base_from,
            "base_until": rules.base_until,
            "min_years": rules.years_needed,
        },
    )


def extremes(figures: xr.Dataset, base: xr.DataArray, rules: FigureRules) -> xr.Dataset:
    """Which figures the extremes of their sample `base` are, and where they come from; dims (station, place, extreme).

    `extreme` is "min" and "max", the first of several alike. `begin` and `end`: the days of the period; `basis` and
    `entry` as `mean_by` says them, 0 and -1 where there is none.
    """
    given = ~np.isnan(base.values)
    lowest = np.argmin(np.where(given, base.values, np.inf), axis=1)
    highest = np.argmax(np.where(given, base.values, -np.inf), axis=1)
    years = np.stack([lowest, highest], axis=-1)
    row = np.full((base.sizes["year"], base.sizes["place"]), -1)
    year, place = figures["year"].values - rules.base_from, figures["place"].values
    inside = (year >= 0) & (year < len(row))
    row[year[inside], place[inside]] = np.flatnonzero(inside)
    found = row[years, np.arange(base.sizes["place"])[:, None]]
    there = given.any(axis=1)[..., None] & (found >= 0)
    stations = np.arange(figures.sizes["station"])[:, None, None]
    dims = ("station", "place", "extreme")
    return xr.Dataset(
        {
            "begin": (dims, figures["period"].values[found]),
            "end": (dims, figures["end"].values[found]),
            "basis": (dims, np.where(there, figures["basis"].values[stations, found], 0)),
            "entry": (dims, np.where(there, figures["entry"].values[stations, found], -1)),
        },
        coords={"station": base["station"], "place": base["place"], "extreme": ["min", "max"]},
    )


def against(figures: xr.Dataset, base: xr.DataArray, known: xr.Dataset, rules: FigureRules) -> xr.Dataset:
    """How figures stand to what is normal at their place in the year; dims (station, period).

    `norm`: the mean of the base period, and `norm_years` of how many of its years there is a value. `percent`: the
    value in percent of it, of a quantity with a zero of its own alone. `rank`: the share of the years of the base
    period that were lower, those that were equal counting half. `class`: the HydroSOS class of the rank, by the bounds
    of `rules.classes`, -1 for none. NaN where there is no value, or no norm, or the period has not ended: a part of it
    does not compare with the whole.
    """
    place, value = figures["place"].values, figures["value"].values
    usable = np.isin(figures["flag"].values, USABLE) & figures["ended"].values
    norm, count = known["mean"].values[:, place], known["count"].values[:, place]
    years = base.values[:, :, place]
    lower = (years < value[:, None]).sum(axis=1) + 0.5 * (years == value[:, None]).sum(axis=1)
    known_both = usable & ~np.isnan(norm) & ~np.isnan(value)
    rank = np.where(known_both, lower / np.maximum(count, 1), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.where(base.attrs["ratio"] & known_both & (norm > 0), 100 * (value / norm), np.nan)
    dims = ("station", "period")
    return xr.Dataset(
        {
            "norm": (dims, norm, figures["value"].attrs),
            "norm_years": (dims, count),
            "percent": (dims, percent, {"units": "percent"}),
            "rank": (dims, rank, {"units": "1"}),
            "class": (dims, _classes(rank, rules)),
        },
        coords=figures.coords,
    )


def _percentiles(ordered: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Percentiles (station, place, share) of values that rise along axis 1, of which `count` are numbers."""
    position = np.array(SHARES) * (count[..., None] + 1)
    last = np.maximum(count[..., None], 1)
    lower = np.clip(np.floor(position), 1, last).astype(np.int64)
    upper = np.minimum(lower + 1, last)
    rising = np.moveaxis(ordered, 1, 2)
    below = np.take_along_axis(rising, lower - 1, axis=2)
    above = np.take_along_axis(rising, upper - 1, axis=2)
    found: np.ndarray = below + (above - below) * np.clip(position - lower, 0.0, 1.0)
    return found


def _classes(rank: np.ndarray, rules: FigureRules) -> np.ndarray:
    """Low up to the first bound and high from the last, both counted; normal is counted at both of its bounds."""
    low, below, above, high = map(float, rules.classes)
    found = [rank <= low, rank < below, rank <= above, rank < high, rank >= high]
    classes: np.ndarray = np.select(found, list(range(len(CLASSES))), NO_CLASS).astype(np.int8)
    return classes
