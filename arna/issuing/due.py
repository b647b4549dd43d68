"""Which reports are to be issued now: of which days the hour has come, and what is owed of these and lacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from record.archive import Archive, Log
from record.archive.issued import FIGURES
from record.ledger import Ledger, Row, State
from record.ledger.owed import Owed
from record.network import Network
from record.network.interval import INTERVALS
from record.network.party import ReportDay
from service.figures.day import Day, day_of
from service.reports.editions import EDITIONS, Edition

DAYS_TO_ISSUE = 7
"""A report that nobody issued for so many days is not issued any more, unless somebody asks for it."""
_DAY = timedelta(days=1)
_BORNE_OUT = timedelta(days=2)
"""For so long after the newest entry the clock of this host is taken at its word: a record can keep silent."""
_COME = (State.DELIVERED, State.LATE)


@dataclass(frozen=True, slots=True)
class Due:
    """A report to be issued with the daily one of `day`: its edition and the first day of its period."""

    edition: Edition
    begin: date
    day: date


def last_due(declared: ReportDay, now: datetime) -> date:
    """The last report day whose hour of issue has come at `now` (aware)."""
    day = now.astimezone(declared.tz).date() - _DAY
    return day if day_of(declared, day).issue <= now else day - _DAY


def deadline_of(declared: ReportDay, day: date) -> datetime:
    """When the report of a day is issued whatever is missing."""
    return datetime.combine(day + _DAY, declared.latest, declared.tz)


def borne_out(log: Log, archive: Archive) -> datetime | None:
    """Up to when entries and witnesses bear out what the clock of this host says; None of a record without entries.

    Where a witness signed a checkpoint at another time than this host says that it made it, the witness is believed.
    """
    entered, signed = archive.grown(), log.standing().signed.values()
    if entered is None or not signed:
        return None if entered is None else entered + _BORNE_OUT
    last = max(signed, key=lambda one: one.time)
    made = archive.grown(last.size) or entered
    newest = last.time if made - last.time > _DAY else max(entered, last.time)
    return newest + _BORNE_OUT


def due(log: Log, network: Network, now: datetime, began: datetime | None) -> Iterator[Due]:
    """Every report that lacks and whose hour has come, of the earliest day first; none from before the record `began`.

    With the daily report of a day come all editions whose periods end with it.
    """
    last = last_due(network.report_day, now)
    for day in (last - back * _DAY for back in reversed(range(DAYS_TO_ISSUE))):
        if began is None or day_of(network.report_day, day).issue < began:
            continue
        for edition in EDITIONS.values():
            if edition.ends_with(day, network.figures):
                begin = edition.period(day, network.figures).begin
                parts = log.reports(edition.name, begin.isoformat())
                # What broke off between its figures and its copies is due too.
                if not parts or parts[-1].part == FIGURES:
                    yield Due(edition, begin, day)


def lacking(ledger: Ledger, day: date, now: datetime) -> list[Row]:
    """What is owed of a report day and has not come, however late."""
    network, span = ledger.network, day_of(ledger.network.report_day, day)
    # A local day of a party is not the report day, and may begin a day before it.
    rows = ledger.page(day - _DAY, day + _DAY, now).rows if network.obligations else ()
    return [row for row in rows if row.state not in _COME and _is_of(network, row.owed, span)]


def _is_of(network: Network, owed: Owed, day: Day) -> bool:
    """Whether a reading is of a report day: a mean by the date of its stamp, an instant by its time."""
    if INTERVALS[network.series[owed.series].interval].point:
        return day.begin <= owed.time < day.end
    return owed.time.astimezone(network.party(owed.party).tz).date() == day.date
