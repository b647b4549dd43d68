"""Which issued reports must be looked at again: those that rest on days of which something was said later on.

A report tells what has flowed since the season and the 10-day period began, how much of a plan is delivered, what
changed since the period before, and the same period of the year before. The journal is followed from where it was
looked through last, and no report is made before such a day is touched; whether it says anything else is seen then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from arna.issuing.issue import last_of
from record.archive import Archive, Log
from record.archive.changes import Spoken
from record.archive.issued import COPIES, FIGURES, IssuedReport
from record.network import Network
from record.network.interval import INTERVALS
from service.figures.periods import Kind, Period, split
from service.reports.editions import EDITIONS, Edition

DAYS_TO_REVISE = 45
"""So long after a day its reports are revised by themselves, and longer ones whose period ended since."""
_LONGEST = timedelta(days=370)
_DAY = timedelta(days=1)
_SINCE = (Kind.TEN_DAYS, Kind.SEASON)
"""Of which periods a report tells what has flowed since they began."""
_GATES = timedelta(days=31)
"""So far back it is looked since when two gauges of a gate differ; water that is on its way is so for less."""
_YEAR_BEFORE = timedelta(days=372), timedelta(days=358)
"""The same days of the year before lie between: weeks are told by their numbers, and one year in six has 53."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The last figures of a report, and the days of its period: `begin <= day < end`.

    `since` is the first day of this year on which any of its figures rests. `whole` is false where the figures were
    entered, and their copies never.
    """

    edition: Edition
    begin: date
    end: date
    since: date
    figures: IssuedReport
    whole: bool

    def touched(self, by: "Touched") -> int:
        """The last entry that says something of a day on which it rests; -1 where none does."""
        longest, shortest = _YEAR_BEFORE
        return max(
            by.whole,
            # The day that closes with a reading of the next morning.
            by.last(self.since, self.end + _DAY),
            by.last(self.begin - longest, self.end - shortest),
        )


@dataclass(frozen=True, slots=True)
class Touched:
    """The report days of which something was said, with the last entry that did; of all days, that is `whole`.

    All are touched by another version of the network, which may hold other shares and plans.
    """

    days: Mapping[date, int]
    whole: int = -1

    def last(self, begin: date, end: date) -> int:
        """The last entry that says something of the days `begin <= day < end`; -1 where none does."""
        return max((entry for day, entry in self.days.items() if begin <= day < end), default=-1)


def standing(log: Log, network: Network, last: date, days: int = DAYS_TO_REVISE) -> list[Standing]:
    """The reports that ended within so many days up to `last`, each as it was revised last, the shortest first."""
    first, found = last - (days - 1) * _DAY, []
    for edition in EDITIONS.values():
        begun: dict[str, list[IssuedReport]] = {}
        for one in log.reports(edition.name, (first - _LONGEST).isoformat(), last.isoformat()):
            begun.setdefault(one.day, []).append(one)
        for day, parts in begun.items():
            period = edition.period(date.fromisoformat(day), network.figures)
            figures = last_of(parts, FIGURES)
            if figures is not None and first < period.end <= last + _DAY:
                whole, since = parts[-1].part == COPIES, _since(network, edition, period)
                found.append(Standing(edition, period.begin, period.end, since, figures, whole))
    return found


def _since(network: Network, edition: Edition, period: Period) -> date:
    """The first day of this year on which a figure of a report may rest."""
    last, before = period.end - _DAY, edition.period(period.begin - _DAY, network.figures).begin
    begun = [split(kind, last, period.end, network.figures)[0].begin for kind in _SINCE]
    plans = (
        plan.begins for plan in network.season_plans.values() if plan.begins < period.end and period.begin < plan.ends
    )
    return min(before, period.begin - _GATES, *begun, *plans)


def touched(archive: Archive, network: Network, since: int, size: int) -> Touched:
    """What entries from `since` to before `size` speak of."""
    days: dict[date, int] = {}
    whole = -1
    for entered in archive.changes(since, size):
        if entered.network is not None:
            whole = entered.entry
        for spoken in entered.spoken:
            days |= dict.fromkeys(_days(network, spoken), entered.entry)
    return Touched(days, whole)


def to_be_looked_at(issued: list[Standing], by: Touched) -> list[Standing]:
    """Those of the reports that broke off, or speak of what an entry touched that they do not rest on."""
    return [one for one in issued if not one.whole or one.touched(by) >= one.figures.as_of_size]


def _days(network: Network, spoken: Spoken) -> Iterator[date]:
    """The report days in which the times of a stretch may lie; none of a series that is declared no more."""
    series = network.series.get(spoken.series)
    if series is None:
        return
    interval, declared = INTERVALS[series.interval], network.report_day
    first, last = (datetime.fromtimestamp(at, UTC) for at in (spoken.start, spoken.end - 1))
    if interval.point:
        # A report day begins at its hour; what is of the hours before is of the day before.
        begins = timedelta(hours=declared.begins.hour, minutes=declared.begins.minute)
        begin, end = ((at.astimezone(declared.tz) - begins).date() for at in (first, last))
    else:
        zone = network.party(network.station(series.station).party).tz
        begin, end = first.astimezone(zone).date(), (last.astimezone(zone) + interval.shortest - _DAY).date()
    for ordinal in range(begin.toordinal(), end.toordinal() + 1):
        yield date.fromordinal(ordinal)
