"""The times that are written under a chart: round ones by the clock of the reader, and few enough to stand apart."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial

from service.language import Language

_MOST = 7
_HOUR, _DAY, _MONTH = 3600, 86_400, 30 * 86_400


@dataclass(frozen=True, slots=True)
class Instant:
    """A round time, and how it is written under the chart."""

    at: int
    label: str


Instants = Callable[[datetime, datetime, Language], Iterator[tuple[datetime, str]]]


def instants(start: int, end: int, clock: tzinfo, language: Language, *, by_days: bool = False) -> tuple[Instant, ...]:
    """The round times from `start` to before `end`, in seconds, at most eight of them; days at least `by_days`."""
    first, last = (datetime.fromtimestamp(at, clock) for at in (start, end))
    steps = [(seconds, make) for seconds, make in _STEPS if not by_days or seconds >= _DAY]
    make = next((make for seconds, make in steps if (end - start) / seconds <= _MOST), steps[-1][1])
    found = [Instant(int(at.timestamp()), label) for at, label in make(first, last, language)]
    return tuple(one for one in found if start <= one.at < end)


def _hours(step: int, first: datetime, last: datetime, language: Language) -> Iterator[tuple[datetime, str]]:
    for day in _each_day(first, last):
        for hour in range(0, 24, step):
            at = datetime.combine(day, time(hour), first.tzinfo)
            yield at, f"{hour:02}:00" if hour else language.short_day(day)


def _days(days: frozenset[int], first: datetime, last: datetime, language: Language) -> Iterator[tuple[datetime, str]]:
    """The days of a month that are named; all of them where none is."""
    for day in _each_day(first, last):
        if not days or day.day in days:
            yield datetime.combine(day, time(), first.tzinfo), language.short_day(day)


def _each_day(first: datetime, last: datetime) -> Iterator[date]:
    day = first.date()
    while day <= last.date():
        yield day
        day += timedelta(days=1)


def _months(step: int, first: datetime, last: datetime, language: Language) -> Iterator[tuple[datetime, str]]:
    told: int | None = None
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        if number % step == 0:
            day = date(number // 12, number % 12 + 1, 1)
            at = datetime.combine(day, time(), first.tzinfo)
            if at < first:
                continue
            # A year is named with its first month that is written.
            yield at, language.month(day) if day.year == told else f"{language.month(day)} {day.year}"
            told = day.year


def _years(step: int, first: datetime, last: datetime, _: Language) -> Iterator[tuple[datetime, str]]:
    for year in range(first.year, last.year + 1):
        if year % step == 0:
            yield datetime.combine(date(year, 1, 1), time(), first.tzinfo), str(year)


_STEPS: tuple[tuple[int, Instants], ...] = (
    *((step * _HOUR, partial(_hours, step)) for step in (1, 3, 6, 12)),
    (_DAY, partial(_days, frozenset())),
    (2 * _DAY, partial(_days, frozenset(range(1, 31, 2)))),
    (5 * _DAY, partial(_days, frozenset({1, 6, 11, 16, 21, 26}))),
    (10 * _DAY, partial(_days, frozenset({1, 11, 21}))),
    *((step * _MONTH, partial(_months, step)) for step in (1, 2, 3, 6)),
    *((step * 12 * _MONTH, partial(_years, step)) for step in (1, 2, 5, 10, 20, 50)),
)
