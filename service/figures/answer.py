"""The figures and norms of one series as people ask for them: read once, from one state of the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import xarray as xr

from record.archive import Archive
from record.errors import SelectionError, UnknownName
from record.network import Network
from record.network.account import FigureRules
from service.figures.day import last_complete
from service.figures.days import BY_PREFERENCE, counted, read_days
from service.figures.means import USABLE
from service.figures.norms import against, base_of, norms, sample
from service.figures.periodic import cumulative, is_rate, mean_by, year_before
from service.figures.periods import FIRST, LAST, Kind, numbers, split
from service.figures.terms import AT_AN_INSTANT, HOURS, read_terms

MOST = 40_000
"""How many periods one answer holds at most: a century of days."""

# A period may begin before the first day asked for, and figures look back a year.
_FIRST, _LAST = date(FIRST.year + 1, 1, 1), date(LAST.year - 1, 1, 1)
_YEARS_BEFORE = 2
_MEANS = {"10-day": Kind.TEN_DAYS, "monthly": Kind.MONTH}
_WHOLE = {
    "10-day": (Kind.TEN_DAYS, Kind.MONTH, Kind.SEASON, Kind.HYDROLOGICAL_YEAR, Kind.YEAR),
    "monthly": (Kind.MONTH, Kind.SEASON, Kind.HYDROLOGICAL_YEAR, Kind.YEAR),
}
_WITHIN_A_SEASON = (Kind.DAY, Kind.FIVE_DAYS, Kind.TEN_DAYS, Kind.MONTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What figures are asked of: a quantity at a station, and the intervals to take it from.

    `sources` are groups of intervals, the best first; a period is taken whole from the first group that has enough of
    it, and within a group each day from the first interval that has one.
    """

    name: str
    station: str
    quantity: str
    sources: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """Figures of a subject by periods of a kind, `table` (station, period) of one station; norms (station, place).

    `begin` and `end` are the days asked for, of norms the base period's. `count` entries are what all rests on.
    """

    subject: Subject
    kind: Kind
    begin: date
    end: date
    rules: FigureRules
    count: int
    as_of: datetime | int | None
    table: xr.Dataset


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what the figures of one subject need, all from the first `count` entries."""

    archive: Archive
    network: Network
    subject: Subject
    count: int

    def days(self, begin: np.datetime64, end: np.datetime64, kind: Kind, rules: FigureRules) -> xr.Dataset:
        """The daily values on which the figures rest, each period of them from the best source that has enough."""
        parts = [self._days(_date(begin), _date(end), bases) for bases in self.subject.sources]
        # Where no source has enough, the days that there are tell how much is missing.
        finest = [part for part, bases in zip(parts, self.subject.sources, strict=True) if bases[0] in BY_PREFERENCE]
        found = (finest or parts)[0]
        for part in reversed(parts if len(parts) > 1 else []):
            periods = mean_by(part, kind, rules)
            enough = (periods["value"].notnull() & periods["flag"].isin(USABLE)).values
            slot = np.searchsorted(periods["period"].values, part["day"].values, side="right") - 1
            found = _where(enough[:, slot], part, found)
        return found

    def _days(self, begin: date, end: date, bases: Sequence[str]) -> xr.Dataset:
        span = max(begin, FIRST), min(end, LAST)
        stations = [self.subject.station]
        return read_days(self.archive, self.network, stations, self.subject.quantity, *span, self.count, bases)

    def with_terms(self, table: xr.Dataset, begin: date, end: date) -> xr.Dataset:
        """The table of days with what was read at the terms, where a series gives readings at instants."""
        given = [interval for group in self.subject.sources for interval in group]
        bases = [interval for interval in AT_AN_INSTANT if interval in given]
        if not bases:
            return table
        stations = [self.subject.station]
        said = read_terms(self.archive, self.network, stations, self.subject.quantity, begin, end, self.count, bases)
        dims = ("station", "period")
        return table.assign(
            {
                f"at_{hour:02}{more}": (dims, said[layer].values[:, :, place])
                for place, hour in enumerate(HOURS)
                for layer, more in (("value", ""), *((name, f"_{name}") for name in ("flag", "entry", "basis")))
            }
        )

    def answer(
        self, kind: Kind, span: tuple[date, date], rules: FigureRules, as_of: datetime | int | None, table: xr.Dataset
    ) -> Answer:
        """What was made, with what it rests on."""
        return Answer(
            subject=self.subject,
            kind=kind,
            begin=span[0],
            end=span[1],
            rules=rules,
            count=self.count,
            as_of=as_of,
            table=table,
        )


def span_of(network: Network, begin: date | None, end: date | None, now: datetime) -> tuple[date, date]:
    """The days to ask for: without an end up to the last complete report day, without a begin since October.

    More exactly, since the hydrological year began in which the last of these days lies.
    """
    until = end or last_complete(network.report_day, now) + timedelta(days=1)
    if begin is not None:
        return begin, until
    if not FIRST < until <= LAST:
        raise _impossible(until, until)
    year = split(Kind.HYDROLOGICAL_YEAR, until - timedelta(days=1), until, network.figures)[0]
    return year.begin, until


def subject_of(network: Network, name: str, kind: Kind) -> Subject:
    """What a name asks for: a series, or `station.quantity`, which takes the best of its series.

    Raises `UnknownName` where neither is declared, `SelectionError` where its means are of longer periods than those
    asked for, or where it is an amount, of which a mean would say nothing.
    """
    if name in network.series:
        series = network.series[name]
        station, quantity, given = series.station, series.quantity, [series.interval]
    else:
        station, _, quantity = name.rpartition(".")
        given = _intervals(network, station, quantity)
    if not given:
        raise UnknownName(
            f"{name[:80]!r} is neither a series nor station.quantity: write kirov:kg.inflow.daily or kirov:kg.inflow"
        )
    if quantity == "precipitation":
        raise SelectionError(f"{name}: figures are means, and precipitation is an amount; ask /collections for it")
    sources = _sources(given, kind)
    if not sources:
        raise SelectionError(
            f"{name} has means of longer periods than {kind.value}: ask by {', '.join(_WHOLE[given[0]])}"
        )
    return Subject(name=name, station=station, quantity=quantity, sources=sources)


def figures(
    archive: Archive,
    network: Network,
    name: str,
    kind: Kind,
    begin: date,
    end: date,
    as_of: datetime | int | None = None,
    base: tuple[int, int] | None = None,
) -> Answer:
    """The figures of the periods of a kind that hold a day of `begin <= day < end`, each whole.

    Besides what `mean_by` gives: `norm`, `percent`, `rank` and `class` against the base period, `year_before`, of flows
    what flowed since the season's start (`cumulative` and its fellows), and of days the readings of the morning and of
    the evening, `at_08` and `at_20`. Raises as `subject_of`, and `SelectionError` for a range that cannot be.
    """
    _refuse(begin, end)
    rules = _rules(network, base)
    reader = _Reader(archive, network, subject_of(network, name, kind), counted(archive, as_of))
    asked = numbers(np.array([begin, end], dtype="datetime64[D]") - np.array([0, 1]), kind, rules)
    start, stop = asked.begin[0], asked.end[-1]
    earliest = min(start, _january(begin.year - _YEARS_BEFORE), _january(rules.base_from - 1))
    daily = reader.days(earliest, max(stop, _january(rules.base_until + 1)), kind, rules)
    every = mean_by(daily, kind, rules)
    within = np.flatnonzero((every["period"].values >= start) & (every["period"].values < stop))
    if len(within) > MOST:
        raise SelectionError(f"{name} by {kind.value}: {len(within)} periods; ask for at most {MOST}")
    table = every.assign(year_before=year_before(every)).isel(period=within)
    known = sample(every, rules)
    table = table.merge(against(table, known, norms(known, rules), rules))
    if is_rate(daily) and kind in _WITHIN_A_SEASON:
        table = _with_cumulative(table, daily, rules)
    if kind is Kind.DAY:
        table = reader.with_terms(table, begin, end)
    return reader.answer(kind, (begin, end), rules, as_of, table)


def norms_of(
    archive: Archive,
    network: Network,
    name: str,
    kind: Kind,
    as_of: datetime | int | None = None,
    base: tuple[int, int] | None = None,
) -> Answer:
    """What the base period was like at each place in the year; `table` as `norms` gives it. Raises as `figures`."""
    rules = _rules(network, base)
    reader = _Reader(archive, network, subject_of(network, name, kind), counted(archive, as_of))
    daily = reader.days(_january(rules.base_from - 1), _january(rules.base_until + 1), kind, rules)
    table = norms(sample(mean_by(daily, kind, rules), rules), rules)
    span = date(rules.base_from, 1, 1), date(rules.base_until + 1, 1, 1)
    return reader.answer(kind, span, rules, as_of, table)


def labels_of_places(kind: Kind, rules: FigureRules) -> list[str]:
    """What the places in the year are called: "02 21-29", "growing"; of whole years "year"."""
    if kind in (Kind.HYDROLOGICAL_YEAR, Kind.YEAR):
        return ["year"]
    if kind is Kind.SEASON:
        return ["growing", "non-growing"]
    # The calendar of a leap year, in which 29 February has a place.
    return [period.label.removeprefix("2000-") for period in split(kind, date(2000, 1, 1), date(2001, 1, 1), rules)]


def _intervals(network: Network, station: str, quantity: str) -> list[str]:
    declared = network.stations.get(station)
    if declared is None:
        return []
    said = (one.partition(".") for one in declared.series)
    return [interval for given, _, interval in said if given == quantity]


def _sources(given: Sequence[str], kind: Kind) -> tuple[tuple[str, ...], ...]:
    """The mean of the very period stands before those of its days, and these before means of longer periods."""
    by_day = tuple(interval for interval in BY_PREFERENCE if interval in given)
    longer = [(interval,) for interval, kinds in _WHOLE.items() if interval in given and kind in kinds]
    own = [group for group in longer if _MEANS[group[0]] is kind]
    found = [*own, by_day, *(group for group in longer if group not in own)]
    return tuple(group for group in found if group)


def _rules(network: Network, base: tuple[int, int] | None) -> FigureRules:
    return network.figures if base is None else base_of(network.figures, *base)


def _refuse(begin: date, end: date) -> None:
    if not _FIRST <= begin < end <= _LAST:
        raise _impossible(begin, end)


def _impossible(begin: date, end: date) -> SelectionError:
    return SelectionError(
        f"from {begin.isoformat()} to {end.isoformat()}: give the first day and the day after the last, between "
        f"{_FIRST} and {_LAST}"
    )


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day.astype("datetime64[D]")))


def _january(year: int) -> np.datetime64:
    return np.datetime64(f"{max(year, FIRST.year)}-01-01", "D")


def _where(taken: np.ndarray, part: xr.Dataset, other: xr.Dataset) -> xr.Dataset:
    """The days of `part` where they are taken, elsewhere those of `other`."""
    return other.assign({name: other[name].copy(data=np.where(taken, part[name], other[name])) for name in other})


def _with_cumulative(table: xr.Dataset, daily: xr.Dataset, rules: FigureRules) -> xr.Dataset:
    """What had flowed since the season's start at the end of each period."""
    flowed = cumulative(daily, rules)
    last = table["end"].values - np.timedelta64(1, "D")
    there = flowed.sel(day=last).drop_vars(["day", "since"]).rename_dims(day="period")
    return table.assign(
        cumulative=there["value"],
        cumulative_measured=there["measured"],
        cumulative_missing=there["missing"],
        cumulative_estimated=there["estimated"],
    )
