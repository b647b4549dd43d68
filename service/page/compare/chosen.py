"""What is compared: up to six series, over which days, by which periods; and links to more and to fewer of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from record.errors import SelectionError, UnknownName
from record.network import Network
from record.network.basin import Series
from record.quantities import quantity_of
from service.figures.periods import Kind
from service.interval import calendar_day
from service.page.shell import Shell

_LONGEST = timedelta(days=31)
"""So long a period may last whose mean bears its first day."""
MOST = 6
"""So many lines can be told apart in one chart."""
_DAY = timedelta(days=1)
_BACK = {"10-day": 3 * 366, "monthly": 10 * 366}
_BACK_AT_FIRST = 30
"""How many days are shown where none are named: a month of readings, some years of longer means."""
_FINEST = {"10-day": Kind.TEN_DAYS, "monthly": Kind.MONTH}
BY = (Kind.DAY, Kind.TEN_DAYS, Kind.MONTH, Kind.YEAR)
"""The periods of the table, the shortest first."""
_BY_DAY, _BY_TEN_DAYS = 62, 750
"""Up to how many days a table is by day, and by 10-day period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The series that are compared, on `begin <= day < end`; `as_of` as it was asked."""

    series: tuple[Series, ...]
    begin: date
    end: date
    as_of: str | None

    @property
    def last(self) -> date:
        """The last of the days."""
        return self.end - _DAY

    @property
    def names(self) -> list[str]:
        """Their ids."""
        return [one.id for one in self.series]

    def bounds(self, asked: tuple[str | None, str | None], zone: tzinfo) -> tuple[str, str]:
        """The first day and the one after the last, as they were asked for where these are the days asked for."""
        first, last = asked
        return (
            first if first and _bound(first, "from", zone) == self.begin else self.begin.isoformat(),
            last if last and _bound(last, "to", zone) == self.end else self.end.isoformat(),
        )

    def by_unit(self) -> Iterator[tuple[str, list[Series]]]:
        """The series of each unit, in the order in which they were asked for."""
        for label in dict.fromkeys(quantity_of(one.quantity).label for one in self.series):
            yield label, [one for one in self.series if quantity_of(one.quantity).label == label]

    def kinds(self) -> tuple[Kind, ...]:
        """The periods of which a mean of each series can be told."""
        finest = [_FINEST.get(one.interval, Kind.DAY) for one in self.series]
        return tuple(kind for kind in BY if all(BY.index(kind) >= BY.index(one) for one in finest))

    def kind(self, asked: Kind | None) -> Kind:
        """The periods of the table: those asked for, else as long ones as make a table that can be read."""
        days = (self.end - self.begin).days
        usual = Kind.DAY if days <= _BY_DAY else Kind.TEN_DAYS if days <= _BY_TEN_DAYS else Kind.MONTH
        wanted = asked or usual
        known = self.kinds()
        return wanted if wanted in known else known[0]


def series_called(network: Network, names: Sequence[str]) -> tuple[Series, ...]:
    """The series of these ids, each once.

    Raises `UnknownName` for one that is not declared, `SelectionError` for more than a chart can hold.
    """
    once = list(dict.fromkeys(names))
    for name in once:
        if name not in network.series:
            raise UnknownName(f"series {name[:80]!r} is not declared: see /collections for the ids")
    if len(once) > MOST:
        raise SelectionError(f"{len(once)} series are too many for one chart: compare at most {MOST}")
    return tuple(network.series[name] for name in once)


def days_of(
    series: Sequence[Series],
    said: Sequence[tuple[datetime, datetime]],
    span: tuple[str | None, str | None],
    zone: tzinfo,
    now: datetime,
) -> tuple[date, date]:
    """The days to compare: those asked for, else the last on which any of the series was spoken of.

    Those are as many as suit the series; of those asked for, the ones that lie where anything is known. `said` are the
    first and the last time of which anything is known of them; a bound is a day, or a time with offset, of which the
    day counts. Raises `SelectionError` for one that is neither, or
    where they are turned round.
    """
    first, last = span
    known = [(begin.astimezone(zone).date(), end.astimezone(zone).date()) for begin, end in said]
    newest = max((until for _, until in known), default=now.astimezone(zone).date())
    end = _bound(last, "to", zone) if last else newest + _DAY
    back = max((_BACK.get(one.interval, _BACK_AT_FIRST) for one in series), default=_BACK_AT_FIRST)
    usual = max(end - back * _DAY, min((since for since, _ in known), default=end))
    begin = _bound(first, "from", zone) if first else min(usual, end - _DAY)
    if begin >= end:
        raise SelectionError(f"from {begin} to before {end} has no day: give the first day and the day after the last")
    return _known(begin, end, known)


def _known(begin: date, end: date, known: Sequence[tuple[date, date]]) -> tuple[date, date]:
    """The part of these days in which anything is known; the last of them where nothing is in any."""
    first = max(begin, min((since for since, _ in known), default=begin))
    last = min(end, max((until + _LONGEST for _, until in known), default=end))
    return (first, last) if first < last else (max(begin, end - _LONGEST), end)


def link(shell: Shell, series: Sequence[str], **asked: object) -> str:
    """The page with these series instead, over the same days as of the same moment."""
    kept = [(name, value) for name, value in shell.asked if name in ("from", "to", "as-of", "by")]
    other = replace(shell, asked=(*(("series", name) for name in series), *kept))
    return other.here(**asked)


def _bound(text: str, name: str, zone: tzinfo) -> date:
    """The day that a bound means; of an end within a day, the day after it."""
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+")) if len(text) > len("2026-05-01") else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return calendar_day(text, name)
    local = moment.astimezone(zone)
    return local.date() + (_DAY if name == "to" and local.time() > time() else timedelta())
