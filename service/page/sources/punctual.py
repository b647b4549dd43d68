"""Whether reports were issued by their hour, and how often they were revised since."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from record.archive.issued import IssuedReport
from record.network import Network
from service.figures import day_of
from service.page.deadline import deadline, is_by
from service.reports.editions import EDITIONS

_DAY = timedelta(days=1)


class Punctual(StrEnum):
    """When a report was issued for the first time."""

    BY_HOUR = "by-hour"
    BY_DEADLINE = "by-deadline"
    LATE = "late"
    MISSING = "missing"
    AWAITED = "awaited"
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIssued:
    """A report of the period `begin <= day < end`, its hour of issue and deadline, and when it was first issued.

    `revisions` is the number of its last revision, 0 where none was issued; `last` is when that was entered.
    """

    edition: str
    begin: date
    end: date
    hour: datetime
    deadline: datetime
    first: datetime | None
    last: datetime | None
    revisions: int
    state: Punctual


def ending_on(network: Network, days: Sequence[date]) -> Iterator[tuple[str, date, date]]:
    """Edition, begin and end of every report that ends with one of these days, the newest day first."""
    for day in sorted(days, reverse=True):
        for edition in EDITIONS.values():
            if edition.ends_with(day, network.figures):
                period = edition.period(day, network.figures)
                yield edition.name, period.begin, period.end


def reports_issued(
    network: Network,
    days: Sequence[date],
    issued: Mapping[str, Iterable[IssuedReport]],
    began: datetime | None,
    now: datetime,
) -> list[ReportIssued]:
    """The reports that end with these days; `issued` are the parts of each edition that the journal holds."""
    parts: dict[tuple[str, str], list[IssuedReport]] = {}
    for edition, found in issued.items():
        for part in found:
            parts.setdefault((edition, part.day), []).append(part)
    return [
        _report(network, edition, (begin, end), parts.get((edition, begin.isoformat()), []), began, now)
        for edition, begin, end in ending_on(network, days)
    ]


def _report(
    network: Network,
    edition: str,
    period: tuple[date, date],
    parts: Sequence[IssuedReport],
    began: datetime | None,
    now: datetime,
) -> ReportIssued:
    begin, end = period
    hour, last_hour = day_of(network.report_day, end - _DAY).issue, deadline(network.report_day, end)
    first = min((part.entered for part in parts), default=None)
    last = max(parts, key=lambda part: part.revision, default=None)
    return ReportIssued(
        edition=edition,
        begin=begin,
        end=end,
        hour=hour,
        deadline=last_hour,
        first=first,
        last=None if last is None else last.entered,
        revisions=0 if last is None else last.revision,
        state=_state(first, hour, last_hour, began, now),
    )


def _state(
    first: datetime | None, hour: datetime, last_hour: datetime, began: datetime | None, now: datetime
) -> Punctual:
    if first is not None:
        if is_by(first, hour):
            return Punctual.BY_HOUR
        return Punctual.BY_DEADLINE if is_by(first, last_hour) else Punctual.LATE
    if began is None or hour < began:
        return Punctual.BEFORE
    return Punctual.AWAITED if is_by(now, last_hour) else Punctual.MISSING
