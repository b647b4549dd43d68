from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from record.errors import SelectionError
from record.network.party import ReportDay
from service.figures import day_of, last_complete
from service.figures.day import local_midnights

DECLARED = ReportDay(zone="Asia/Bishkek", begins=time(8), issued=time(9, 30), document="made up for tests")


def test_a_report_day_runs_from_eight_to_eight_in_bishkek() -> None:
    day = day_of(DECLARED, date(2026, 5, 1))
    assert day.begin == datetime(2026, 5, 1, 2, tzinfo=UTC)
    assert day.end == datetime(2026, 5, 2, 2, tzinfo=UTC)
    assert day.issue == datetime(2026, 5, 2, 3, 30, tzinfo=UTC)


def test_the_leap_day_is_a_report_day_of_24_hours() -> None:
    day = day_of(DECLARED, date(2024, 2, 29))
    assert day.end.astimezone(UTC) - day.begin.astimezone(UTC) == timedelta(hours=24)
    assert day.end.date() == date(2024, 3, 1)


def test_the_leap_day_lasts_25_hours_by_the_calendar_of_almaty() -> None:
    begin, end = local_midnights(date(2024, 2, 29), ZoneInfo("Asia/Almaty"))
    assert end.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=25)


@pytest.mark.parametrize(
    ("now", "complete"),
    [
        (datetime(2026, 5, 2, 1, 59, 59, tzinfo=UTC), date(2026, 4, 30)),
        (datetime(2026, 5, 2, 2, 0, tzinfo=UTC), date(2026, 5, 1)),
        (datetime(2026, 5, 2, 20, 0, tzinfo=UTC), date(2026, 5, 1)),
        (datetime(2024, 3, 1, 2, 0, tzinfo=UTC), date(2024, 2, 29)),
    ],
)
def test_the_last_complete_day_is_the_one_that_has_ended(now: datetime, complete: date) -> None:
    assert last_complete(DECLARED, now) == complete
    assert day_of(DECLARED, complete).end <= now < day_of(DECLARED, complete + timedelta(days=1)).end


@pytest.mark.parametrize("called", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_beyond_all_records_is_refused_in_one_line(called: date) -> None:
    with pytest.raises(SelectionError, match="out of range"):
        day_of(DECLARED, called)
