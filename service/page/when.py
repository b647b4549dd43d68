"""Of when a reading is, in words: an instant by the reader's clock, a mean or a sum by its period where it was made."""

from datetime import date, datetime, timedelta

from record.network import Network
from record.network.interval import INTERVALS
from service.language import Language
from service.page.reader import Reader
from service.reports.told.teller import SUMS

_OLD = timedelta(days=300)
"""From then on a day is told with its year."""
_DAY = timedelta(days=1)
_LAST_PART = 21
"""The third 10-day period of a month begins on this day, and ends with the month."""


def when(reader: Reader, network: Network, series: str, time: datetime, now: datetime | None = None) -> str:
    """The time (aware) of a reading of a series: 26 November 2026, mean; 11–20 August 2006, mean; 2026-05-02 09:30.

    With `now` it is short: a day or an instant that is not long past goes without its year, the instant without its
    offset too. Raises `UnknownName` for a series of no station.
    """
    _, _, interval = series.rsplit(".", 2)
    is_old = now is None or abs(now - time) > _OLD
    if INTERVALS[interval].point:
        return reader.moment(time) if is_old else reader.hour(time)
    begin, end = period_of(network, series, time)
    return called(reader.language, series, begin, end, short=not is_old and interval == "daily")


def called(language: Language, series: str, begin: date, end: date, *, short: bool = False) -> str:
    """A mean or a sum of the days `begin <= day < end` as it is called, `short` with its first day without the year."""
    day = language.short_day(begin) if short else named(language, begin, end)
    _, quantity, _ = series.rsplit(".", 2)
    return language.say("{day}, sum", day=day) if quantity in SUMS else language.say("{day}, mean", day=day)


def named(language: Language, begin: date, end: date) -> str:
    """The days of a period as they are named: 26 November 2026, 11–20 August 2006, July 2006."""
    if begin.day == 1 and end == _month_past(begin):
        return language.month_of(begin)
    return language.span(begin, end)


def period_of(network: Network, series: str, time: datetime) -> tuple[date, date]:
    """The first day of the period that a time of a series stamps, and the day after its last, where it was made.

    Of an instant that is its day. Raises `UnknownName` for a series of no station.
    """
    station, _, interval = series.rsplit(".", 2)
    begin = time.astimezone(network.zone_of(station)).date()
    return begin, end_of(interval, begin)


def end_of(interval: str, begin: date) -> date:
    """The day after the last of the period that begins on a day; of instants the next day."""
    if interval == "monthly" or (interval == "10-day" and begin.day >= _LAST_PART):
        return _month_past(begin)
    return begin + (10 * _DAY if interval == "10-day" else _DAY)


def _month_past(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
