"""When a report is late: after the last hour that is declared for it, and so long as it may take to make."""

from datetime import date, datetime, timedelta

from record.network.party import ReportDay

_MAKING = timedelta(minutes=10)
"""So long after its hour, or after the deadline, a report may be entered that was begun then."""


def deadline(declared: ReportDay, end: date) -> datetime:
    """When a report is issued at the latest whose days end before that one."""
    return datetime.combine(end, declared.latest, declared.tz)


def is_by(moment: datetime, hour: datetime) -> bool:
    """Whether what is entered at a moment counts as issued by an hour."""
    return moment <= hour + _MAKING
