"""The periods that figures are of: days, 5-day and 10-day periods, weeks from Monday on, months, seasons, years.

All are half open and made of whole report days. Each kind parts the calendar without hole or overlap. A period is of
the year in which its last day lies: the hydrological year 2025/2026 and the non-growing season within it are of 2026.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from record.errors import SelectionError
from record.network.account import FigureRules

FIRST, LAST = date(1801, 1, 1), date(2198, 1, 1)
"""The first and the last day that figures are made of: no gauge is older."""

_MONTHS = 12
_DAYS_OF_WEEK = 7
_THURSDAY = 3
"""1 January 1970 was one, three days after a Monday."""
_LEAP = np.datetime64("2000-01-01")


class Kind(StrEnum):
    """A kind of period, in the words that questions use."""

    DAY = "day"
    FIVE_DAYS = "5-day"
    WEEK = "week"
    TEN_DAYS = "10-day"
    MONTH = "month"
    SEASON = "season"
    HYDROLOGICAL_YEAR = "hydrological-year"
    YEAR = "year"


# How many days a part of a month has, all but the last, and how many parts there are.
_PARTS = {Kind.FIVE_DAYS: (5, 6), Kind.TEN_DAYS: (10, 3)}

PLACES: dict[Kind, int] = {
    Kind.DAY: 366,
    Kind.FIVE_DAYS: 72,
    Kind.WEEK: 53,
    Kind.TEN_DAYS: 36,
    Kind.MONTH: 12,
    Kind.SEASON: 2,
    Kind.HYDROLOGICAL_YEAR: 1,
    Kind.YEAR: 1,
}
"""How many periods of a kind a year has: 366 days, because 29 February has a place of its own; 53 Sundays at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period of a kind: `begin <= day < end`."""

    kind: Kind
    label: str
    begin: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.begin).days


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Numbered:
    """Of each day of an array, its period: first day and day after the last (datetime64[D]), year, place in the year.

    `place` counts from 0: of days by the calendar of a leap year, so that 1 March is 60 in every year; of seasons the
    growing one is 0. `year` is that of the period's last day.
    """

    begin: np.ndarray
    end: np.ndarray
    year: np.ndarray
    place: np.ndarray


def kind_called(name: str) -> Kind:
    """The kind of that name, in any case of letters; raise `SelectionError` with the known ones."""
    try:
        return Kind(name.strip().lower())
    except ValueError:
        raise SelectionError(f"{name[:40]!r} is not a kind of period: use {', '.join(Kind)}") from None


def numbers(days: np.ndarray, kind: Kind, rules: FigureRules) -> Numbered:
    """For each day (datetime64[D], any order) the period that holds it."""
    days = days.astype("datetime64[D]")
    begin, end, place = _day(days) if kind is Kind.DAY else _longer(days, kind, rules)
    return Numbered(begin=begin, end=end, year=_year(end - 1), place=place)


def split(kind: Kind, begin: date, end: date, rules: FigureRules) -> tuple[Period, ...]:
    """The whole periods that hold a day of `begin <= day < end`, in order.

    A period is given whole even where only a part of it was asked for, so that its figures never depend on the
    question. Raises `SelectionError` for a range that is upside down, or in which no gauge stood.
    """
    return periods(days_between(begin, end), kind, rules)


def periods(days: np.ndarray, kind: Kind, rules: FigureRules) -> tuple[Period, ...]:
    """The periods of an array of days (datetime64[D]), each once, in order."""
    found = numbers(days, kind, rules)
    begins, first = np.unique(found.begin, return_index=True)
    return tuple(
        Period(kind=kind, label=_label(kind, start, stop, place), begin=start, end=stop)
        for start, stop, place in zip(
            begins.tolist(), found.end[first].tolist(), found.place[first].tolist(), strict=True
        )
    )


def days_between(begin: date, end: date) -> np.ndarray:
    """The days `begin <= day < end` as datetime64[D].

    Raises `SelectionError` for a range that is upside down, or in which no gauge stood or will stand.
    """
    if not FIRST <= begin <= end <= LAST:
        raise SelectionError(
            f"{begin.isoformat()} to {end.isoformat()} is not a range of days from {FIRST} to {LAST}: "
            "give the first day and the day after the last"
        )
    return np.arange(np.datetime64(begin, "D"), np.datetime64(end, "D"))


def _day(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    month = days.astype("datetime64[M]")
    of_year = _LEAP.astype("datetime64[M]") + _month_of_year(month)
    place = (of_year.astype("datetime64[D]") - _LEAP).astype(np.int64) + (days - month).astype(np.int64)
    return days, days + 1, place


def _longer(days: np.ndarray, kind: Kind, rules: FigureRules) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if kind is Kind.WEEK:
        return _week(days)
    month = days.astype("datetime64[M]")
    if kind in _PARTS:
        return _part_of_month(days, month, *_PARTS[kind])
    if kind is Kind.MONTH:
        return _months(month, np.array(1), _month_of_year(month))
    if kind is Kind.SEASON:
        return _season(month, rules)
    first = rules.year_begins if kind is Kind.HYDROLOGICAL_YEAR else 1
    since = (_month_of_year(month) - (first - 1)) % _MONTHS
    return _months(month - since, np.array(_MONTHS), np.zeros_like(since))


def _week(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weeks end with Sunday; the first of a year is that of its first Sunday."""
    begin = days - (days.astype(np.int64) + _THURSDAY) % _DAYS_OF_WEEK
    last = begin + _DAYS_OF_WEEK - 1
    since = (last - last.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    return begin, last + 1, since // _DAYS_OF_WEEK


def _part_of_month(
    days: np.ndarray, month: np.ndarray, length: int, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The last part of a month takes what is left of it: 3 to 6 days of 5, 8 to 11 days of 10."""
    first = month.astype("datetime64[D]")
    part = np.minimum((days - first).astype(np.int64) // length, count - 1)
    begin = first + part * length
    end = np.where(part == count - 1, (month + 1).astype("datetime64[D]"), begin + length)
    return begin, end, _month_of_year(month) * count + part


def _season(month: np.ndarray, rules: FigureRules) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    growing = (rules.season_ends - rules.season_begins) % _MONTHS
    since = (_month_of_year(month) - (rules.season_begins - 1)) % _MONTHS
    resting = since >= growing
    begin = month - np.where(resting, since - growing, since)
    return _months(begin, np.where(resting, _MONTHS - growing, growing), resting.astype(np.int64))


def _months(begin: np.ndarray, count: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return begin.astype("datetime64[D]"), (begin + count).astype("datetime64[D]"), place


def _month_of_year(month: np.ndarray) -> np.ndarray:
    return month.astype(np.int64) % _MONTHS


def _year(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def _label(kind: Kind, begin: date, end: date, place: int) -> str:
    last = date.fromordinal(end.toordinal() - 1)
    if kind is Kind.DAY:
        return begin.isoformat()
    if kind in _PARTS:
        return f"{begin:%Y-%m} {begin.day:02}-{last.day:02}"
    if kind is Kind.MONTH:
        return f"{begin:%Y-%m}"
    if kind is Kind.WEEK:
        return f"{begin:%G-W%V}"
    years = str(last.year) if begin.year == last.year else f"{begin.year}/{last.year}"
    return f"{years} {'non-growing' if place else 'growing'}" if kind is Kind.SEASON else years
