"""The calendar of daily reports: what was issued of each day, how late, and what is not there yet."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from record.errors import SelectionError
from service.language import language_called
from service.page.assets import Assets
from service.page.reader import reader_of
from service.page.reports.calendar import Cell, Month, State, first_asked, following, month_of
from service.page.reports.files import rows
from service.page.shell import Shell, Standing
from service.reports.issues import Issue, IssuedCopy
from tests.example import network_of_two

DAY = timedelta(days=1)
NETWORK = network_of_two()
HOURS = NETWORK.report_day
ASSETS = Assets()
MAY = date(2026, 5, 1)


def shell(now: datetime, language: str = "en") -> Shell:
    return Shell(
        reader=reader_of(NETWORK, language_called(language)), network=NETWORK, assets=ASSETS, base="", host="",
        standing=Standing(state="same", sentence="", size=9), path="/reports", asked=(), now=now,
    )  # fmt: skip


def at_day(day: date, hours: float = 12) -> datetime:
    """So many hours after midnight of a day by the clock of the report day."""
    return datetime.combine(day, datetime.min.time(), ZoneInfo(HOURS.zone)) + timedelta(hours=hours)


def issue(day: date, revision: int, entered: datetime, *copies: IssuedCopy) -> Issue:
    return Issue(
        edition="daily", day=day.isoformat(), revision=revision, entry=40 + revision, entered=entered, figures=None,
        journal_size=40, copies=copies,
    )  # fmt: skip


def copy(form: str, language: str, party: str = "") -> IssuedCopy:
    name = f"daily.{language}.{form}"
    return IssuedCopy(name=name, form=form, language=language, sha256="0" * 64, entry=41, party=party)


MAKING = timedelta(minutes=10)
"""So long a report that was begun by the deadline may take to make."""


def cells(month: Month) -> dict[int, Cell]:
    return {cell.day.day: cell for week in month.weeks for cell in week if cell is not None}


def test_a_day_is_issued_or_late_or_due_or_not_to_be_waited_for() -> None:
    now = at_day(date(2026, 5, 12), 9)
    last = HOURS.latest.hour + HOURS.latest.minute / 60
    issues = [
        issue(date(2026, 5, 9), 2, at_day(date(2026, 5, 20))),
        issue(date(2026, 5, 9), 1, at_day(date(2026, 5, 10), last) + MAKING),
        issue(date(2026, 5, 6), 1, at_day(date(2026, 5, 7), last) + MAKING + timedelta(seconds=1)),
    ]
    shown = cells(month_of(MAY, issues, shell(now), earlier=False))
    assert {day: shown[day].state for day in (5, 6, 7, 9, 10, 11, 12, 13)} == {
        5: State.NONE, 6: State.ISSUED, 7: State.LATE, 9: State.ISSUED, 10: State.LATE, 11: State.DUE,
        12: State.RUNNING, 13: State.TO_COME,
    }  # fmt: skip
    # A correction that comes later does not make a report late that was in time.
    assert [day for day in shown if shown[day].late] == [6]
    assert [one.text for one in shown[9].issued] == ["r1", "r2"]
    assert [day for day in (5, 6, 7, 12, 13) if shown[day].draft] == [5, 7, 12]
    assert shown[7].draft == "/reports/daily/2026-05-07?f=html&lang=en"
    assert cells(month_of(MAY, issues, shell(now), earlier=True))[1].state is State.LATE


@pytest.mark.parametrize("first", [date(2026, 2, 1), date(2024, 2, 1), date(2026, 12, 1), date(2027, 8, 1)])
def test_a_month_has_each_of_its_days_once_below_its_own_weekday(first: date) -> None:
    month = month_of(first, [], shell(at_day(date(2027, 9, 9))), earlier=True)
    assert all(cell is None or cell.day.weekday() == place for week in month.weeks for place, cell in enumerate(week))
    days = [cell.day for week in month.weeks for cell in week if cell is not None]
    assert days == [first + DAY * number for number in range((following(first) - first).days)]
    assert (month.earlier, month.later) == (f"{first - DAY:%Y-%m}", f"{following(first):%Y-%m}")


def test_without_any_report_nothing_is_waited_for_and_no_month_leads_on() -> None:
    month = month_of(MAY, [], shell(at_day(date(2026, 5, 12))), earlier=False)
    states = {cell.state for cell in cells(month).values()}
    assert states == {State.NONE, State.RUNNING, State.TO_COME}
    assert (month.earlier, month.later) == (None, None)
    assert (month.name, month.days[0]) == ("May 2026", "Mon")


def test_the_month_is_the_one_asked_for_else_that_of_the_last_report_day() -> None:
    asked = shell(at_day(date(2026, 6, 1), 9))
    assert first_asked(asked, None, None) == MAY
    assert first_asked(asked, None, "2026-04-01") == date(2026, 3, 1)
    assert first_asked(asked, "2025-11", "2026-04-01") == date(2025, 11, 1)
    for wrong in ("2026", "2026-13", "May", "2026-05-01"):
        with pytest.raises(SelectionError, match="month="):
            first_asked(asked, wrong, None)


def test_a_revision_says_what_it_replaces_and_has_the_files_that_its_reader_opens() -> None:
    copies = (copy("xlsx", "kk"), copy("pdf", "ru"), copy("pdf", "kk"), copy("pdf", "kk-ky"), copy("nc", ""))
    own = copy("xlsx", "ru", party="kg")
    now = at_day(date(2026, 5, 12))
    issues = [issue(MAY, number, at_day(date(2026, 5, 2), 9), *copies, own) for number in (3, 2, 1)]
    issues.append(issue(date(2026, 4, 30), 1, at_day(MAY, 9)))
    shown = rows(issues, shell(now, "kk"))
    assert [(row.revision, row.replaces, row.replaced_by) for row in shown] == [
        (3, 2, None), (2, 1, 3), (1, None, 2), (1, None, None),
    ]  # fmt: skip
    assert [file.text for file in shown[0].files] == ["PDF", "XLSX", "netCDF", "PDF (kk + ky)", "XLSX (Kyrgyzstan, ru)"]
    assert shown[0].files[0].href == "/reports/daily/2026-05-01.pdf?lang=kk&revision=3"
    assert shown[0].proof.href == "/proof?entry=43"
    assert shown[0].issued.endswith("(+05:00)")
