"""Figures: norms and percentiles of 82 years by 36 periods, from daily values, beside the same with bare arrays."""

from datetime import date

import numpy as np
import xarray as xr

from benchmarks.bars import Result, at_most, medians
from record.network.account import FigureRules
from service.figures.norms import SHARES, against, norms, sample
from service.figures.periodic import cumulative, mean_by
from service.figures.periods import Kind, days_between

_FIRST, _LAST = 1936, 2017
_RULES = FigureRules(base_from=_FIRST, base_until=_LAST)
_TIMES = 25


def measure() -> list[Result]:
    """Milliseconds of the norms of one series, of the way to them from its days, and of a year's cumulative volumes."""
    daily = _made_up()
    means = mean_by(daily, Kind.TEN_DAYS, _RULES)
    bare = means["value"].values.reshape(_LAST - _FIRST + 1, -1)
    rates = daily["value"].values
    whole, last, floor, summed, added = medians(
        [lambda: _norms(mean_by(daily, Kind.TEN_DAYS, _RULES)), lambda: _norms(means), lambda: _floor(bare),
         lambda: cumulative(daily, _RULES), lambda: np.cumsum(rates, axis=1)],
        _TIMES,
    )  # fmt: skip
    years = f"{_LAST - _FIRST + 1} years by 36 periods"
    return [
        at_most(f"norms, percentiles and classes of {years}, from daily values", whole, "ms", 50, floor),
        at_most("  the same from the means of the periods", last, "ms", None, floor),
        at_most("cumulative volumes of the same days", summed, "ms", None, added),
    ]


def _norms(figures: xr.Dataset) -> xr.Dataset:
    base = sample(figures, _RULES)
    return against(figures, base, norms(base, _RULES), _RULES)


def _floor(bare: np.ndarray) -> tuple[np.ndarray, ...]:
    """What such norms cost at the least: no gaps, no flags, no names."""
    shares = np.quantile(bare, SHARES, axis=0, method="weibull")
    return bare.mean(axis=0), bare.min(axis=0), bare.max(axis=0), bare.std(axis=0, ddof=1), shares


def _made_up() -> xr.Dataset:
    days = days_between(date(_FIRST, 1, 1), date(_LAST + 1, 1, 1))
    value = np.random.default_rng(1).gamma(4.0, 1.2, (1, len(days)))
    dims = ("station", "day")
    return xr.Dataset(
        {
            "value": (dims, value, {"units": "m3 s-1"}),
            "flag": (dims, np.ones(value.shape, dtype=np.int8)),
            "entry": (dims, np.zeros(value.shape, dtype=np.int64)),
            "basis": (dims, np.zeros(value.shape, dtype=np.int8)),
        },
        coords={"station": ["made-up"], "day": days.astype("datetime64[s]"), "nature": ("station", ["simulated"])},
        attrs={"quantity": "discharge"},
    )
