"""The figures and norms of one series as people ask for them: read once, from one state of the journal."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import xarray as xr

from record.archive import Archive
from record.errors import SelectionError
from record.network import Network
from record.network.account import FigureRules
from service.figures.day import last_complete
from service.figures.norms import against, base_of, extremes, norms, sample
from service.figures.periodic import cumulative, is_rate, mean_by, year_before
from service.figures.periods import FIRST, LAST, PLACES, Kind, days_between, numbers, split
from service.figures.sources import Reader, Subject, reader_of, subject_of

MOST = 4_000
"""How many periods one answer holds at most: eleven years of days, a century of 10-day periods."""

# A period may begin before the first day asked for, and figures look back a year.
_FIRST, _LAST = date(FIRST.year + 1, 1, 1), date(LAST.year - 1, 1, 1)
_YEARS_BEFORE = 2
_SINCE = Kind.SEASON
_WITHIN_A_SEASON = (Kind.DAY, Kind.FIVE_DAYS, Kind.TEN_DAYS, Kind.MONTH)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """Figures of a subject by periods of a kind, `table` (station, period) of one station; norms (station, place).

    `begin` and `end` are the days asked for, of norms the base period's. `count` entries are what all rests on; of them
    days up to `ended`, the last report day that had ended, are counted.
    """

    subject: Subject
    kind: Kind
    begin: date
    end: date
    rules: FigureRules
    count: int
    ended: date
    as_of: datetime | int | None
    table: xr.Dataset


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


def figures(
    archive: Archive,
    network: Network,
    name: str,
    kind: Kind,
    begin: date,
    end: date,
    now: datetime,
    as_of: datetime | int | None = None,
    base: tuple[int, int] | None = None,
) -> Answer:
    """The figures of the periods of a kind that hold a day of `begin <= day < end`, each whole.

    A report day that has not ended at `now`, or at the time of `as_of`, counts for nothing. Of a period that has not
    ended (`ended` is false) all is of its days so far, and nothing is said of how it stands to the norm.

    Besides what `mean_by` gives: `norm`, `percent`, `rank` and `class` against the base period, `year_before`, of flows
    what flowed since the season's start (`cumulative` and its fellows), and of days the readings of the morning and of
    the evening, `at_08` and `at_20`. Raises as `subject_of`, and `SelectionError` for a range that cannot be.
    """
    _refuse(begin, end)
    rules = _rules(network, base)
    subject = subject_of(network, name, kind)
    _refuse_many(name, kind, begin, end, rules)
    reader = reader_of(archive, network, subject, as_of, now)
    asked = numbers(np.array([begin, end], dtype="datetime64[D]") - np.array([0, 1]), kind, rules)
    start, stop = asked.begin[0], asked.end[-1]
    earliest = min(start, _january(begin.year - _YEARS_BEFORE), _january(rules.base_from - 1))
    latest = max(numbers(stop - np.array([1]), _SINCE, rules).end[0], _january(rules.base_until + 1))
    parts = reader.parts(earliest, latest)
    daily = reader.best(parts, kind, rules)
    every = mean_by(daily, kind, rules, reader.until)
    within = np.flatnonzero((every["period"].values >= start) & (every["period"].values < stop))
    table = every.merge(year_before(every)).isel(period=within)
    known = sample(every, rules)
    table = table.merge(against(table, known, norms(known, rules), rules))
    if is_rate(daily) and kind in _WITHIN_A_SEASON:
        table = _with_cumulative(table, reader.finest(parts, _SINCE, rules), rules, reader.until)
    if kind is Kind.DAY:
        table = reader.with_terms(table, begin, end)
    return _answer(reader, kind, (begin, end), rules, as_of, table)


def norms_of(
    archive: Archive,
    network: Network,
    name: str,
    kind: Kind,
    now: datetime,
    as_of: datetime | int | None = None,
    base: tuple[int, int] | None = None,
) -> Answer:
    """What the base period was like at each place in the year; `table` as `norms` gives it. Raises as `figures`."""
    rules = _rules(network, base)
    reader = reader_of(archive, network, subject_of(network, name, kind), as_of, now)
    parts = reader.parts(_january(rules.base_from - 1), _january(rules.base_until + 1))
    every = mean_by(reader.best(parts, kind, rules), kind, rules, reader.until)
    known = sample(every, rules)
    table = norms(known, rules)
    table = table.assign(extremes(every, known, rules))
    span = date(rules.base_from, 1, 1), date(rules.base_until + 1, 1, 1)
    return _answer(reader, kind, span, rules, as_of, table)


def labels_of_places(kind: Kind, rules: FigureRules) -> list[str]:
    """What the places in the year are called: "02 21-29", "growing"; of whole years "year"."""
    if kind in (Kind.HYDROLOGICAL_YEAR, Kind.YEAR):
        return ["year"]
    if kind is Kind.SEASON:
        return ["growing", "non-growing"]
    if kind is Kind.WEEK:
        return [f"week {place + 1}" for place in range(PLACES[Kind.WEEK])]
    # The calendar of a leap year, in which 29 February has a place.
    return [period.label.removeprefix("2000-") for period in split(kind, date(2000, 1, 1), date(2001, 1, 1), rules)]


def _rules(network: Network, base: tuple[int, int] | None) -> FigureRules:
    return network.figures if base is None else base_of(network.figures, *base)


def _refuse(begin: date, end: date) -> None:
    if not _FIRST <= begin < end <= _LAST:
        raise _impossible(begin, end)


def _refuse_many(name: str, kind: Kind, begin: date, end: date, rules: FigureRules) -> None:
    """Before anything is read."""
    count = len(np.unique(numbers(days_between(begin, end), kind, rules).begin))
    if count > MOST:
        raise SelectionError(f"{name} by {kind.value}: {count} periods; ask for at most {MOST}")


def _impossible(begin: date, end: date) -> SelectionError:
    return SelectionError(
        f"from {begin.isoformat()} to {end.isoformat()}: give the first day and the day after the last, between "
        f"{_FIRST} and {_LAST}"
    )


def _january(year: int) -> np.datetime64:
    return np.datetime64(f"{max(year, FIRST.year)}-01-01", "D")


def _answer(
    reader: Reader,
    kind: Kind,
    span: tuple[date, date],
    rules: FigureRules,
    as_of: datetime | int | None,
    table: xr.Dataset,
) -> Answer:
    """What was made, with what it rests on."""
    return Answer(
        subject=reader.subject,
        kind=kind,
        begin=span[0],
        end=span[1],
        rules=rules,
        count=reader.count,
        ended=date.fromisoformat(str(reader.until - 1)),
        as_of=as_of,
        table=table,
    )


def _with_cumulative(table: xr.Dataset, daily: xr.Dataset, rules: FigureRules, until: np.datetime64) -> xr.Dataset:
    """What had flowed since the season's start at the end of each period, or of its last day that has ended."""
    flowed, days = cumulative(daily, rules, _SINCE), daily["day"].values.astype("datetime64[D]")
    begins, ends = (table[name].values.astype("datetime64[D]") for name in ("period", "end"))
    last = np.minimum(ends, until) - 1
    place, begun, dims = np.searchsorted(days, np.maximum(last, begins)), last >= begins, ("station", "period")
    said = {
        "": (flowed["value"], np.nan),
        "_measured": (flowed["measured"], np.nan),
        "_missing": (flowed["missing"], -1),
        "_estimated": (flowed["estimated"], False),
        "_group": (daily["group"], -1),
    }
    return table.assign(
        {
            f"cumulative{more}": (dims, np.where(begun, layer.values[:, place], nothing), layer.attrs)
            for more, (layer, nothing) in said.items()
        }
    )
