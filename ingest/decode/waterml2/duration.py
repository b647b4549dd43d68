"""Durations of ISO 8601, and the times of a series that has equal steps."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.written.xml_tree import YEARS, clear

_MONTHS = 12
_DURATION = re.compile(
    r"P(?=[\dT])(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=\d)(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.(\d{1,6}))?S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Months and days by the calendar, and time by the clock."""

    months: int
    days: int
    time: timedelta

    @property
    def is_nothing(self) -> bool:
        """Whether it leads nowhere."""
        return not (self.months or self.days or self.time)

    @property
    def span(self) -> timedelta | None:
        """How long it is; None where that depends on the month."""
        return None if self.months else timedelta(days=self.days) + self.time


def duration_of(text: str) -> Duration | None:
    """The duration that a text such as `P1M` or `PT15M` states; None where it states none that is positive."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    *parts, fraction = found.groups()
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in parts)
    rest = int((fraction or "").ljust(6, "0"))
    time = timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=rest)
    return Duration(months=years * _MONTHS + months, days=7 * weeks + days, time=time)


def after(base: datetime, spacing: Duration, steps: int) -> tuple[datetime, bool] | str:
    """The aware time so many steps after `base`, and whether its day had to be moved to the end of a shorter month.

    Months and days go by the calendar of the base's zone, hours by the clock. In words where there is no such time.
    """
    months = base.year * _MONTHS + base.month - 1 + steps * spacing.months
    year, month = months // _MONTHS, months % _MONTHS + 1
    if year not in YEARS:
        return _beyond(steps)
    day = min(base.day, monthrange(year, month)[1])
    try:
        local = base.replace(year=year, month=month, day=day) + timedelta(days=steps * spacing.days)
        placed = clear(local)
        if isinstance(placed, str):
            return placed
        time = placed.astimezone(UTC) + steps * spacing.time
    except OverflowError:
        return _beyond(steps)
    return (time, day != base.day) if time.year in YEARS else _beyond(steps)


def _beyond(steps: int) -> str:
    return f"its place, {steps} steps after the base time, lies beyond the year {YEARS[-1]}"
