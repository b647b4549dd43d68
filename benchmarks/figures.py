"""Figures: norms and percentiles of 82 years by 36 periods, beside the same with bare arrays and through the record."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import numpy as np
import xarray as xr

from benchmarks.bars import Result, at_most, medians
from benchmarks.load import pen_of
from benchmarks.world import after, make_network, receipt
from record.archive import Archive, open_record
from record.batch import Batch
from record.entry import Flag, Method
from record.network import Network
from record.network.account import FigureRules
from record.network.basin import Nature, Station
from service.figures.answer import figures, norms_of
from service.figures.norms import SHARES, against, norms, sample
from service.figures.periodic import cumulative, mean_by
from service.figures.periods import Kind, days_between

_FIRST, _LAST = 1936, 2017
_BASE = (_FIRST, _LAST)
_RULES = FigureRules(base_from=_FIRST, base_until=_LAST)
_NOW = datetime(2018, 6, 1, tzinfo=UTC)
_BY_DAYS, _BY_MEANS = "by-days:kg.discharge", "by-means:kg.discharge"
_AT_A_TIME = 8000
_TIMES = 25


def measure(folder: Path) -> list[Result]:
    """Milliseconds of norms from figures in memory, and of norms and figures as they are asked of a record."""
    daily = _made_up()
    means = mean_by(daily, Kind.TEN_DAYS, _RULES)
    bare = means["value"].values.reshape(_LAST - _FIRST + 1, -1)
    rates = daily["value"].values
    network = _network()
    archive = _filled(folder, network, rates[0], bare.ravel())
    summer = date(2017, 7, 1), date(2017, 9, 1)
    last, classed, whole, floor, summed, added, by_means, by_days, season = medians(
        [lambda: _norms(means), lambda: _classed(means), lambda: _classed(mean_by(daily, Kind.TEN_DAYS, _RULES)),
         lambda: _floor(bare), lambda: cumulative(daily, _RULES), lambda: np.cumsum(rates, axis=1),
         lambda: norms_of(archive, network, _BY_MEANS, Kind.TEN_DAYS, _NOW, base=_BASE),
         lambda: norms_of(archive, network, _BY_DAYS, Kind.TEN_DAYS, _NOW, base=_BASE),
         lambda: figures(archive, network, _BY_MEANS, Kind.TEN_DAYS, *summer, _NOW, base=_BASE)],
        _TIMES,
    )  # fmt: skip
    years = f"{_LAST - _FIRST + 1} years by 36 periods"
    return [
        at_most(f"norms and percentiles of {years}", last, "ms", 50, floor),
        at_most("  the same with the classes of every period", classed, "ms", None, floor),
        at_most("  that from daily values in memory", whole, "ms", None, floor),
        at_most("  norms as they are asked of a record of 10-day means", by_means, "ms", 50, floor),
        at_most("  norms as they are asked of a record of daily means", by_days, "ms", None, floor),
        at_most("  figures of two months beside these norms, of a record of 10-day means", season, "ms", None, floor),
        at_most("cumulative volumes of the same days", summed, "ms", None, added),
    ]


def _norms(figures: xr.Dataset) -> xr.Dataset:
    return norms(sample(figures, _RULES), _RULES)


def _classed(figures: xr.Dataset) -> xr.Dataset:
    base = sample(figures, _RULES)
    return against(figures, base, norms(base, _RULES), _RULES)


def _network() -> Network:
    """Two posts, one with daily means and one with 10-day means."""
    made = make_network(1, 1)
    like = next(iter(made.stations.values()))
    posts = {
        f"{site}:kg": Station(
            id=f"{site}:kg", site=like.site, party="kg", code=site, names={"en": site}, nature=Nature.REAL,
            series=(f"discharge.{interval}",), source="made up for benchmarks",
        )
        for site, interval in (("by-days", "daily"), ("by-means", "10-day"))
    }  # fmt: skip
    return replace(made, stations=posts)


def _filled(folder: Path, network: Network, by_day: np.ndarray, by_period: np.ndarray) -> Archive:
    folder.mkdir(parents=True)
    place = f"sqlite:///{folder / 'record.sqlite'}"
    record = open_record(place, network, segments=str(folder / "segments"), data=folder)
    pen, days = pen_of(record), days_between(date(_FIRST, 1, 1), date(_LAST + 1, 1, 1))
    of_month = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    for name, some, values in (
        (f"{_BY_DAYS}.daily", days, by_day),
        (f"{_BY_MEANS}.10-day", days[np.isin(of_month, (1, 11, 21))], by_period),
    ):
        zone = network.zone_of(network.series[name].station)
        times = np.array([int(datetime.combine(day, time(), zone).timestamp()) for day in some.tolist()])
        for first in range(0, len(times), _AT_A_TIME):
            told = slice(first, first + _AT_A_TIME)
            batch = Batch(
                said=((name, Method.MEASURED),), which=np.zeros(len(times[told]), dtype=np.int64), time=times[told],
                value=[Decimal(round(1000 * value)).scaleb(-3) for value in values[told].tolist()],
                flag=np.full(len(times[told]), Flag.GOOD, dtype=np.int8),
            )  # fmt: skip
            pen.append(receipt(f"{name}{first}", batch, after(int(times[-1]))), batch, [], after(int(times[-1])))
    return Archive(record)


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
