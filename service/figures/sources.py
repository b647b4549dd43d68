"""Where the days of figures come from: what a name asks for, read once from one state of the journal.

Days that have not ended count for nothing: the report day that is running has a few of its hours, and the mean of a
running period would speak of days to come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import xarray as xr

from record.archive import Archive
from record.entry import Flag
from record.errors import SelectionError, UnknownName
from record.network import Network
from record.network.account import FigureRules
from record.quantities import quantity_of
from service.figures.day import last_complete
from service.figures.days import BY_PREFERENCE, counted, read_days
from service.figures.means import NOBODY, USABLE
from service.figures.periodic import mean_by
from service.figures.periods import FIRST, LAST, Kind, numbers
from service.figures.reads import Reads
from service.figures.terms import AT_AN_INSTANT, HOURS, read_terms

_MEANS = {"10-day": Kind.TEN_DAYS, "monthly": Kind.MONTH}
_RANKS = {"10-day": 1, "monthly": 2}
_WHOLE = {
    "10-day": (Kind.TEN_DAYS, Kind.MONTH, Kind.SEASON, Kind.HYDROLOGICAL_YEAR, Kind.YEAR),
    "monthly": (Kind.MONTH, Kind.SEASON, Kind.HYDROLOGICAL_YEAR, Kind.YEAR),
}
_NOTHING = {"value": np.nan, "flag": int(Flag.MISSING), "entry": NOBODY, "basis": NOBODY, "readings": 0, "left_out": 0}


_ALL = 100.0
"""Percent of the days of a period."""


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

    @property
    def finest_first(self) -> list[int]:
        """The places of the groups: days, then means of 10-day periods, then of months."""
        return sorted(range(len(self.sources)), key=lambda place: _RANKS.get(self.sources[place][0], 0))


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
    if not quantity_of(quantity).mean:
        raise SelectionError(f"{name}: figures are means, and {quantity} is an amount; ask /collections for it")
    sources = sources_of(given, kind)
    if not sources:
        raise SelectionError(
            f"{name} has means of longer periods than {kind.value}: ask by {', '.join(_WHOLE[given[0]])}"
        )
    return Subject(name=name, station=station, quantity=quantity, sources=sources)


def sources_of(given: Sequence[str], kind: Kind) -> tuple[tuple[str, ...], ...]:
    """Groups of the given intervals from which periods of a kind can be made, the best first; none where none can.

    The mean of the very period stands before days that are not all there, and these before longer means.
    """
    by_day = tuple(interval for interval in BY_PREFERENCE if interval in given)
    longer = [(interval,) for interval, kinds in _WHOLE.items() if interval in given and kind in kinds]
    own = [group for group in longer if _MEANS[group[0]] is kind]
    found = [*own, by_day, *(group for group in longer if group not in own)]
    return tuple(group for group in found if group)


def known_at(archive: Archive, as_of: datetime | int | None, now: datetime) -> datetime:
    """When what a question rests on was known: `now`, the time of `as_of`, or when the last of so many was entered."""
    if as_of is None or as_of == 0:
        return now
    then = archive.grown(as_of) if isinstance(as_of, int) else as_of
    return now if then is None else min(then, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads what the figures of one subject need, all from the first `count` entries.

    `until` is the report day (datetime64[D]) after the last that has ended: nothing is read from it on. `stations` are
    those that have the subject's quantity from the same intervals; without them it is the subject's own.
    """

    archive: Reads
    network: Network
    subject: Subject
    count: int
    until: np.datetime64
    stations: tuple[str, ...] = ()

    def parts(self, begin: np.datetime64, end: np.datetime64) -> list[xr.Dataset]:
        """The daily values by each group of the subject's intervals."""
        span = max(_date(begin), FIRST), min(_date(end), LAST)
        return [self._part(*span, bases) for bases in self.subject.sources]

    def best(self, parts: Sequence[xr.Dataset], kind: Kind, rules: FigureRules) -> xr.Dataset:
        """The daily values on which the figures rest, each period of them from the best group that has enough."""
        # Where no source has enough, the days that there are tell how much is missing.
        found = parts[self.subject.finest_first[0]]
        for part in reversed(parts if len(parts) > 1 else []):
            periods = mean_by(part, kind, rules, self.until)
            enough = (periods["value"].notnull() & periods["flag"].isin(USABLE)).values
            found = _where(enough[:, _slots(periods, part)], part, found)
        return self._with_whole_days(found, parts, kind, rules)

    def _with_whole_days(
        self, found: xr.Dataset, parts: Sequence[xr.Dataset], kind: Kind, rules: FigureRules
    ) -> xr.Dataset:
        """The same, but by its days where a period has the mean of each: they are what a mean that was sent is of."""
        if len(parts) == 1 or not set(self.subject.sources[self.subject.finest_first[0]]) & set(BY_PREFERENCE):
            return found
        days = parts[self.subject.finest_first[0]]
        periods = mean_by(days, kind, rules, self.until)
        whole = (periods["completeness"] >= _ALL) & ~periods["value_estimated"] & periods["flag"].isin(USABLE)
        return _where(whole.values[:, _slots(periods, days)], days, found)

    def finest(self, parts: Sequence[xr.Dataset], since: Kind, rules: FigureRules) -> xr.Dataset:
        """The daily values of each period of `since` from the finest group that has any in it, whatever is asked by.

        `parts` must hold these periods whole. `group` (station, day) is the place of it: 0 of days, 1 and 2 of means
        of 10-day periods and of months.
        """
        order = self.subject.finest_first
        held = numbers(parts[0]["day"].values, since, rules).begin
        _, first, slot = np.unique(held, return_index=True, return_inverse=True)
        grouped = [parts[place].assign(group=(("station", "day"), self._group(parts[place], place))) for place in order]
        found = grouped[0]
        for part in reversed(grouped if len(grouped) > 1 else []):
            some = np.logical_or.reduceat(np.isin(part["flag"].values, USABLE), first, axis=1)
            found = _where(some[:, slot], part, found)
        return found

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

    def _part(self, begin: date, end: date, bases: Sequence[str]) -> xr.Dataset:
        stations = self.stations or (self.subject.station,)
        part = read_days(self.archive, self.network, stations, self.subject.quantity, begin, end, self.count, bases)
        ended = self.until
        if bases[0] in _MEANS:
            ended = numbers(np.array([ended]), _MEANS[bases[0]], self.network.figures).begin[0]
        running = (part["day"].values.astype("datetime64[D]") >= ended)[None]
        if not running.any():
            return part
        return part.assign(
            {name: part[name].copy(data=np.where(running, none, part[name])) for name, none in _NOTHING.items()}
        )

    def _group(self, part: xr.Dataset, place: int) -> np.ndarray:
        interval = self.subject.sources[place][0]
        return np.full(part["value"].shape, _RANKS.get(interval, 0), dtype=np.int8)


def rests_on(archive: Archive, network: Network, as_of: datetime | int | None, now: datetime) -> tuple[int, date]:
    """The number of entries and the last complete report day on which a question rests."""
    return counted(archive, as_of), last_complete(network.report_day, known_at(archive, as_of, now))


def reader_of(
    archive: Archive, network: Network, subject: Subject, as_of: datetime | int | None, now: datetime
) -> Reader:
    """A reader of what was known as of then, when the last complete report day was that of then."""
    count, last = rests_on(archive, network, as_of, now)
    until = np.datetime64(last + timedelta(days=1), "D")
    return Reader(archive=archive, network=network, subject=subject, count=count, until=until)


def _intervals(network: Network, station: str, quantity: str) -> list[str]:
    declared = network.stations.get(station)
    if declared is None:
        return []
    said = (one.partition(".") for one in declared.series)
    return [interval for given, _, interval in said if given == quantity]


def _slots(periods: xr.Dataset, daily: xr.Dataset) -> np.ndarray:
    """The place of the period that each day lies in."""
    return np.searchsorted(periods["period"].values, daily["day"].values, side="right") - 1


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day.astype("datetime64[D]")))


def _where(taken: np.ndarray, part: xr.Dataset, other: xr.Dataset) -> xr.Dataset:
    """The days of `part` where they are taken, elsewhere those of `other`."""
    return other.assign({name: other[name].copy(data=np.where(taken, part[name], other[name])) for name in other})
