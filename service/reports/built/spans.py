"""Of which report days a report is: their bounds on all clocks, when it is due, and how many of them have ended."""

from datetime import UTC, date, datetime, timedelta

from record.errors import SelectionError
from record.network import Network
from service.figures.day import day_of, last_complete
from service.reports.editions import Edition
from service.reports.report import LocalDay, Span

_DAY = timedelta(days=1)


def span_of(network: Network, edition: Edition, day: date, moment: datetime) -> Span:
    """The period of an edition that holds a report day, as it stands at a moment (aware).

    Raises `SelectionError` for a day that no gauge can have known, and for a period that has not begun.
    """
    day_of(network.report_day, day)
    period = edition.period(day, network.figures)
    first, last = (day_of(network.report_day, one) for one in (period.begin, period.end - _DAY))
    following = last_complete(network.report_day, moment) + _DAY
    if moment < first.begin:
        raise SelectionError(
            f"{period.label} has not begun: the last report day that has is {following}; ask for that or an earlier one"
        )
    until = min(max(following, period.begin), period.end)
    return Span(
        kind=period.kind.value,
        label=period.label,
        begin=period.begin,
        end=period.end,
        until=until,
        ended=until == period.end,
        start=first.begin.astimezone(UTC),
        stop=last.end.astimezone(UTC),
        issue=last.issue.astimezone(UTC),
        deadline=datetime.combine(period.end, network.report_day.latest, network.report_day.tz).astimezone(UTC),
        local=tuple(
            LocalDay(
                party=party.id,
                zone=party.zone,
                begin=first.begin.astimezone(party.tz),
                end=last.end.astimezone(party.tz),
                issue=last.issue.astimezone(party.tz),
            )
            for party in network.parties.values()
        ),
        document=network.report_day.document,
        verified=network.report_day.verified,
        zone=network.report_day.zone,
    )
