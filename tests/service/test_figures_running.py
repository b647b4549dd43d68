"""What has not ended counts for nothing, and what had flowed does not hang on the periods that are asked for."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from record.archive import Archive
from record.network import Network
from service.figures import written
from service.figures.answer import figures, norms_of
from service.figures.periods import Kind
from service.figures.sources import known_at
from tests.example import START
from tests.service.figures_example import archive
from tests.service.report_example import ALMATY, BISHKEK, at, reading

POST, GATE = "upper:kg.discharge", "gate:kz.discharge"
DAY = 0.0864
Held = tuple[Archive, Network]
TOLD = ("ended", "value", "days", "of_days", "volume", "cumulative", "cumulative_measured", "cumulative_missing_days")


def morning(day: date) -> datetime:
    """Ten o'clock of a day, when the report day before it has ended."""
    return datetime(day.year, day.month, day.day, 10, tzinfo=BISHKEK)


def rows(held: Held, name: str, kind: Kind, begin: date, end: date, now: datetime, **more: Any) -> list[dict[str, Any]]:
    return written.figure_rows(figures(*held, name, kind, begin, end, now, **more))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """A flow of 10 m3/s on each day from 1 April to 19 May 2026, and on 20 May what a day has by ten o'clock."""
    seen = [reading(f"{GATE}.daily", at(date(2026, 4, 1) + timedelta(days=k), 0, ALMATY), "10") for k in range(49)]
    seen += [reading(f"{GATE}.term", at(date(2026, 5, 20), 8, ALMATY), "60")]
    return archive(tmp_path_factory.mktemp("held"), seen)


@pytest.mark.parametrize(
    ("kind", "begin", "days"),
    [(Kind.TEN_DAYS, date(2026, 5, 11), 9), (Kind.MONTH, date(2026, 5, 1), 19), (Kind.FIVE_DAYS, date(2026, 5, 16), 4)],
)
def test_a_period_in_progress_is_of_its_days_so_far(held: Held, kind: Kind, begin: date, days: int) -> None:
    (row,) = rows(held, GATE, kind, begin, date(2026, 5, 20), morning(date(2026, 5, 20)))
    flowed = pytest.approx(49 * 10 * DAY)
    assert [row[name] for name in TOLD] == [False, 10, days, days, pytest.approx(10 * DAY * days), flowed, flowed, 0]
    assert (row["completeness_percent"], row["volume_estimated"], row["cumulative_estimated"]) == (100, False, False)
    assert (row["basis"], row["end"] > "2026-05-20") == ("daily", True)


def test_days_that_have_not_happened_have_no_figures(held: Held) -> None:
    found = rows(held, GATE, Kind.DAY, date(2026, 5, 19), date(2026, 5, 22), morning(date(2026, 5, 20)))
    assert [[row[name] for name in TOLD] for row in found] == [
        [True, 10, 1, 1, pytest.approx(10 * DAY), pytest.approx(490 * DAY), pytest.approx(490 * DAY), 0],
        *[[False, None, 0, 0, None, None, None, None]] * 2,
    ]
    assert [row["completeness_percent"] for row in found] == [100, None, None]
    # What was read this morning is a reading, and no day.
    assert [row["at_08"] for row in found] == [None, 60, None]


def test_a_day_ends_with_the_report_day(held: Held) -> None:
    before, after = datetime(2026, 5, 20, 7, 59, tzinfo=BISHKEK), datetime(2026, 5, 20, 8, tzinfo=BISHKEK)
    for now, days in ((before, 18), (after, 19)):
        (row,) = rows(held, GATE, Kind.MONTH, date(2026, 5, 1), date(2026, 5, 2), now)
        assert row["of_days"] == days


def test_as_of_the_last_day_is_that_of_then(held: Held) -> None:
    then, now = morning(date(2026, 5, 5)), morning(date(2026, 6, 9))
    assert known_at(held[0], then, now) == then
    # The only entry was entered on the day on which the record of tests begins.
    assert [known_at(held[0], count, now) for count in (None, 1, 0)] == [now, START, now]
    answer = figures(*held, GATE, Kind.MONTH, date(2026, 5, 1), date(2026, 5, 2), now, as_of=1)
    last = answer.ended
    assert last == START.astimezone(BISHKEK).date() - timedelta(days=1)
    said = written.figures_document(answer, held[1])
    assert said["last_day"] == last.isoformat()
    assert any(last.isoformat() in one for one in said["rules"]["sentences"])


def test_a_part_of_a_period_is_not_compared_with_the_whole(tmp_path: Path) -> None:
    seen = [reading(f"{POST}.10-day", at(date(year, 4, 1)), str(year - 1990)) for year in range(1991, 2021)]
    seen += [reading(f"{POST}.term", at(date(2021, 4, day), 8), "5") for day in range(1, 11)]
    held, first, second = archive(tmp_path, seen), date(2021, 4, 1), date(2021, 4, 2)
    ended, running = (
        rows(held, POST, Kind.TEN_DAYS, first, second, morning(date(2021, 4, day)))[0] for day in (11, 10)
    )
    assert (ended["value"], ended["norm"], ended["class"], ended["year_before"]) == (5, 15.5, "below normal", 30)
    assert (running["value"], running["norm"], running["year_before"]) == (5, 15.5, 30)
    assert [running[name] for name in ("percent_of_norm", "rank", "class")] == [None] * 3
    # Nor is it a year of a norm, nor anybody's year before.
    april = written.norm_rows(norms_of(*held, POST, Kind.TEN_DAYS, morning(date(2021, 4, 10)), base=(1991, 2021)))[9]
    assert april["count"] == 30
    (after,) = rows(held, POST, Kind.TEN_DAYS, date(2022, 4, 1), date(2022, 4, 2), morning(date(2021, 4, 10)))
    assert after["year_before"] is None


def test_the_mean_of_a_period_that_has_not_ended_is_not_believed(tmp_path: Path) -> None:
    held = archive(tmp_path, [reading(f"{POST}.10-day", at(date(2026, 4, 1)), "7")])
    for day, value in ((10, None), (11, 7)):
        (row,) = rows(held, POST, Kind.TEN_DAYS, date(2026, 4, 1), date(2026, 4, 2), morning(date(2026, 4, day)))
        assert row["value"] == value


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """Terms of April 2024 with the mean of one 10-day period of it; of April 2023 a 10-day mean, of 2022 a month's."""
    seen = [reading(f"{POST}.term", at(date(2024, 4, day), hour), "10") for day in range(1, 31) for hour in (8, 20)]
    seen += [reading(f"{POST}.10-day", at(date(year, 4, 11 if year == 2024 else 1)), "99") for year in (2023, 2024)]
    seen += [reading(f"{POST}.monthly", at(date(year, 4, 1)), "7") for year in (2022, 2023, 2024)]
    return archive(tmp_path_factory.mktemp("mixed"), seen)


@pytest.mark.parametrize("kind", [Kind.DAY, Kind.FIVE_DAYS, Kind.TEN_DAYS, Kind.MONTH])
def test_what_flowed_is_the_same_whatever_is_asked_by(mixed: Held, kind: Kind) -> None:
    now = morning(date(2024, 5, 10))
    last = rows(mixed, POST, kind, date(2024, 4, 1), date(2024, 5, 1), now)[-1]
    assert (last["cumulative"], last["cumulative_by"]) == (pytest.approx(30 * 10 * DAY), "day")
    # A question that ends with the month and one that goes on are told the same.
    more = rows(mixed, POST, kind, date(2024, 4, 30), date(2024, 8, 1), now)
    assert more[0]["cumulative"] == last["cumulative"]


def test_a_season_without_days_is_summed_by_the_means_it_has(mixed: Held) -> None:
    now = morning(date(2024, 5, 10))
    for kind in (Kind.TEN_DAYS, Kind.MONTH):
        (ten,) = rows(mixed, POST, kind, date(2023, 4, 1), date(2023, 4, 10), now)
        assert (ten["cumulative_measured"], ten["cumulative_by"]) == (pytest.approx(99 * 10 * DAY), "10-day")
    (month,) = rows(mixed, POST, Kind.MONTH, date(2022, 4, 1), date(2022, 5, 1), now)
    assert (month["cumulative"], month["cumulative_by"]) == (pytest.approx(7 * 30 * DAY), "month")
    # Days are not made up of them.
    for kind in (Kind.DAY, Kind.FIVE_DAYS):
        assert rows(mixed, POST, kind, date(2023, 4, 1), date(2023, 4, 2), now)[0]["cumulative"] is None
