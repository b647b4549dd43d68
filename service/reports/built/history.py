"""What the same place in the year was like in other years, read for those days alone and of whoever has a history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import xarray as xr

from record.network.account import FigureRules
from service.accounts.once import Once
from service.figures.norms import NO_CLASS, against, norms, sample
from service.figures.periodic import mean_by, year_before
from service.figures.periods import FIRST, LAST, Kind, days_between, numbers
from service.figures.reads import Reads
from service.reports.built.asked import Asked, Sources
from service.reports.built.closing import mornings
from service.reports.built.said import spoken

_MARGIN = timedelta(days=4)
Days = tuple[date, date]
"""The days `begin <= day < end`."""
Layers = dict[str, np.ndarray]


@dataclass(frozen=True, kw_only=True)
class History:
    """The history of some series at the place in the year of the period of a kind that begins on `begin`.

    With `at_eight` the period is a day, and what is told of it is the reading of its morning.
    """

    asked: Asked
    kind: Kind
    begin: date
    series: tuple[str, ...]
    at_eight: bool = False

    def against(self, near: Reads, stations: Sequence[str], quantity: str, sources: Sources) -> Layers:
        """What the period of each station is held against, by the fields of `Against`; arrays (station)."""
        found = _nothing(len(stations))
        rows = np.flatnonzero([(name, quantity) in self.told for name in stations])
        if len(rows):
            known = self._against(near, [stations[row] for row in rows.tolist()], quantity, sources)
            for name, layer in found.items():
                layer[rows] = known[name]
        return found

    @cached_property
    def told(self) -> set[tuple[str, str]]:
        """The stations and quantities of which anything was said in one of the other years."""
        found: set[tuple[str, str]] = set()
        for days, archive in self._archives.items():
            by_quantity: dict[str, list[str]] = {}
            for name in self._series_within(days):
                by_quantity.setdefault(self.asked.network.series[name].quantity, []).append(name)
            for quantity, names in by_quantity.items():
                said = spoken(archive, self.asked.network, names, days, self.asked.count)
                found |= {(station, quantity) for station in said}
        return found

    @cached_property
    def _archives(self) -> Mapping[Days, Once]:
        """An archive for each other year of which the collections of the series may know anything."""
        asked, own = self.asked, (self.begin, _end(self.kind, self.begin, self.asked.rules))
        days = [one for one in same_place(self.kind, self.begin, asked.rules) if one != own]
        within = {one: self._series_within(one) for one in days}
        return {
            one: Once(asked.archive, asked.network, names, *one, asked.count) for one, names in within.items() if names
        }

    def _series_within(self, days: Days) -> list[str]:
        return [name for name in self.series if self._reaches(self.asked.network.series[name].collection, days)]

    def _reaches(self, collection: str, days: Days) -> bool:
        if collection not in self._spans:
            span = self.asked.archive.span(collection)
            self._spans[collection] = None if span is None else (span[0].date(), span[1].date())
        held = self._spans[collection]
        return held is not None and held[0] - _MARGIN < days[1] and days[0] <= held[1] + _MARGIN

    @cached_property
    def _spans(self) -> dict[str, Days | None]:
        return {}

    def _against(self, near: Reads, stations: Sequence[str], quantity: str, sources: Sources) -> Layers:
        asked = self.asked
        own = self.begin, _end(self.kind, self.begin, asked.rules)
        years: dict[Days, Reads] = {**self._archives, own: near}
        if self.at_eight:
            every = every_morning(asked, years, stations, quantity)
        else:
            every = every_year(asked, years, stations, quantity, sources, self.kind)
        period = int(np.flatnonzero(every["period"].values == np.datetime64(self.begin, "s"))[0])
        place = int(every["place"].values[period])
        # Of all places in the year this one alone is asked for.
        base = sample(every, asked.rules).isel(place=[place])
        now = every.isel(period=[period]).assign_coords(place=("period", [0]))
        held = against(now, base, norms(base, asked.rules), asked.rules).isel(period=0)
        before = year_before(every).isel(period=period)
        names = {"norm": "norm", "norm_years": "norm_years", "percent": "percent", "rank": "rank", "klass": "class"}
        return {"last_year": before["year_before"].values} | {one: held[name].values for one, name in names.items()}


def every_year(
    asked: Asked,
    years: Mapping[Days, Reads],
    stations: Sequence[str],
    quantity: str,
    sources: Sources,
    kind: Kind,
) -> xr.Dataset:
    """The figures of a kind, as `mean_by` gives them, on some days of many years, each read from an archive."""
    groups: list[list[xr.Dataset]] = [[] for _ in sources]
    for days in sorted(years):
        reader = asked.reader(years[days], sources, stations, quantity)
        for group, part in zip(groups, reader.parts(*(np.datetime64(day, "D") for day in days)), strict=True):
            group.append(part)
    parts = [_joined(group) for group in groups]
    return mean_by(reader.best(parts, kind, asked.rules), kind, asked.rules, asked.until)


def every_morning(asked: Asked, years: Mapping[Days, Reads], stations: Sequence[str], quantity: str) -> xr.Dataset:
    """The readings of 08:00 on some days of many years, in the form that `mean_by` gives days."""
    read = (mornings(years[days], asked.network, stations, quantity, days, asked.count) for days in sorted(years))
    return mean_by(_joined(read), Kind.DAY, asked.rules)


def same_place(kind: Kind, begin: date, rules: FigureRules) -> list[Days]:
    """The periods at the same place in the year as the one that begins on `begin`, of the years that count for it.

    These are its own year, the one before and those of the base period. Some of them may have no such place, as most
    years have no 29 February.
    """
    own = numbers(np.array([begin], dtype="datetime64[D]"), kind, rules)
    year, place = int(own.year[0]), int(own.place[0])
    wanted = np.unique([year - 1, year, *range(rules.base_from, rules.base_until + 1)])
    first, past = max(date(int(wanted[0]) - 1, 1, 1), FIRST), min(date(int(wanted[-1]) + 2, 1, 1), LAST)
    held = numbers(days_between(first, past), kind, rules)
    like = np.isin(held.year, wanted) & (held.place == place)
    begins, at = np.unique(held.begin[like], return_index=True)
    ends = held.end[like][at]
    return [(one, other) for one, other in zip(begins.tolist(), ends.tolist(), strict=True) if one >= FIRST]


def _end(kind: Kind, begin: date, rules: FigureRules) -> date:
    end: date = numbers(np.array([begin], dtype="datetime64[D]"), kind, rules).end[0].item()
    return end


def _joined(parts: Iterable[xr.Dataset]) -> xr.Dataset:
    """Days of the same stations one after the other."""
    held = list(parts)
    first, dims = held[0], ("station", "day")
    layers = {name: np.concatenate([part[name].values for part in held], axis=1) for name in first}
    days = np.concatenate([part["day"].values for part in held])
    return xr.Dataset(
        {name: (dims, layer, first[name].attrs) for name, layer in layers.items()},
        coords={"station": first["station"], "nature": first["nature"], "day": days},
        attrs=first.attrs,
    )


def _nothing(count: int) -> Layers:
    blank = {name: np.full(count, np.nan) for name in ("last_year", "norm", "percent", "rank")}
    return blank | {"norm_years": np.zeros(count, dtype=np.int64), "klass": np.full(count, NO_CLASS, dtype=np.int8)}
