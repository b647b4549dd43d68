"""A month of daily reports: of each day which revisions were issued, whether late, or that there is none yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from record.errors import SelectionError
from service.figures.day import last_complete
from service.page.deadline import deadline, is_by
from service.page.reports.files import File, best, is_late
from service.page.shell import Shell
from service.reports.called import day_called
from service.reports.issues import Issue

_DAY = timedelta(days=1)
_WEEK = 7


class State(StrEnum):
    """How it is with the report of a day; `none` is one of before there were any, which nobody waits for."""

    ISSUED = "issued"
    DUE = "due"
    LATE = "late"
    RUNNING = "running"
    NONE = "none"
    TO_COME = "to come"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A day with its state; `issued` are its revisions, `late` whether the first came late, `draft` what is known."""

    day: date
    state: State
    issued: tuple[File, ...]
    late: bool
    draft: str | None


Week = tuple[Cell | None, ...]
"""Seven days from Monday on; None of another month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month: its name, the short names of the days of a week, its weeks, and the months that it lies between."""

    name: str
    days: tuple[str, ...]
    weeks: tuple[Week, ...]
    earlier: str | None
    later: str | None


def first_asked(shell: Shell, month: str | None, before: str | None) -> date:
    """The first day of the month that is asked for.

    That is one written YYYY-MM, that of the day before the day `before`, or that of the last report day.
    Raises `SelectionError` for what is no month.
    """
    if month is None:
        last = last_complete(shell.network.report_day, shell.now) if before is None else day_called(before) - _DAY
        return last.replace(day=1)
    try:
        return day_called(f"{month}-01")
    except SelectionError:
        raise SelectionError(f"month={month[:20]!r} is no month: write YYYY-MM") from None


def following(first: date) -> date:
    """The first day of the next month."""
    return (first + timedelta(days=31)).replace(day=1)


def month_of(first: date, issues: Sequence[Issue], shell: Shell, *, earlier: bool) -> Month:
    """The month that begins with `first`; `issues` are those of its days, `earlier` whether there are any of before."""
    last, language = last_complete(shell.network.report_day, shell.now), shell.reader.language
    waited = first if earlier else min((issue.first for issue in issues), default=date.max)
    cells = [_cell(day, issues, waited, last, shell) for day in _days(first)]
    padded: list[Cell | None] = [None] * first.weekday() + list(cells)
    padded += [None] * (-len(padded) % _WEEK)
    return Month(
        name=language.month_of(first),
        days=tuple(str(name) for _, name in sorted(language.locale.days["stand-alone"]["abbreviated"].items())),
        weeks=tuple(tuple(padded[at : at + _WEEK]) for at in range(0, len(padded), _WEEK)),
        earlier=f"{first - _DAY:%Y-%m}" if earlier else None,
        later=f"{following(first):%Y-%m}" if following(first) <= last else None,
    )


def _days(first: date) -> list[date]:
    return [first + timedelta(days=at) for at in range((following(first) - first).days)]


def _cell(day: date, issues: Sequence[Issue], waited: date, last: date, shell: Shell) -> Cell:
    held = [issue for issue in issues if issue.first == day]
    state = State.ISSUED if held else _lacking(day, waited, last, shell)
    draft = shell.link(f"/reports/daily/{day}", f="html") if state not in (State.ISSUED, State.TO_COME) else None
    return Cell(
        day=day,
        state=state,
        issued=tuple(File(href=best(issue, shell), text=f"r{issue.revision}") for issue in reversed(held)),
        late=any(is_late(issue, shell.network) for issue in held),
        draft=draft,
    )


def _lacking(day: date, waited: date, last: date, shell: Shell) -> State:
    if day > last:
        return State.RUNNING if day == last + _DAY else State.TO_COME
    if day < waited:
        return State.NONE
    return State.DUE if is_by(shell.now, deadline(shell.network.report_day, day + _DAY)) else State.LATE
