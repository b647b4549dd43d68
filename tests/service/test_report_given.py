"""Which readings who is given a report was given: those that stand in it by themselves."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from service.reports.built import build
from service.reports.editions import EDITIONS
from service.reports.given import given
from tests.service.report_example import BISHKEK, DAY, Record, at, kyrgyz_day, reading

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The Kyrgyz day and the one before it, and a 10-day mean of a post."""
    made = Record(tmp_path_factory.mktemp("given"))
    made.say(kyrgyz_day(DAY - timedelta(days=1)))
    made.say(
        [
            *kyrgyz_day(),
            reading("kirov:kg.storage.term", at(DAY + timedelta(days=1), 8), "274"),
            reading("upper:kg.discharge.10-day", at(DAY), "4"),
        ]
    )
    return made


def noted(record: Record, edition: str) -> dict[str, set[tuple[datetime, datetime, int, int]]]:
    """What was given of each series: from when to when, by entries of before which."""
    found: dict[str, set[tuple[datetime, datetime, int, int]]] = {}
    for one in given(build(record.archive, record.network, EDITIONS[edition], DAY, NOW), record.network):
        span = (datetime.fromtimestamp(one.start, BISHKEK), datetime.fromtimestamp(one.end, BISHKEK))
        found.setdefault(one.subject, set()).add((*span, one.low, one.size))
    return found


def test_of_a_day_its_readings_are_noted_and_the_days_that_are_drawn(record: Record) -> None:
    found, following = noted(record, "daily"), DAY + timedelta(days=1)
    assert found["kirov:kg.storage.term"] == {(at(following, 8), at(following, 8) + timedelta(seconds=1), 1, 2)}
    assert found["kirov:kg.inflow.daily"] == {
        (at(DAY), at(following), 1, 2), (at(date(2026, 4, 1)), at(following), 0, 2),
    }  # fmt: skip
    assert "upper:kg.discharge.10-day" not in found
    assert "gate:kz.discharge.daily" not in found


def test_of_a_longer_period_its_last_day_is_noted_and_means_of_the_very_period(record: Record) -> None:
    found, following = noted(record, "10-day"), date(2026, 5, 11)
    assert found["upper:kg.discharge.10-day"] == {(at(DAY), at(following), 1, 2)}
    assert found["kirov:kg.inflow.daily"] == {(at(date(2026, 4, 1)), at(following), 0, 2)}
    assert "kirov:kg.storage.term" not in found


def test_an_empty_report_gives_nothing(tmp_path: Path) -> None:
    assert noted(Record(tmp_path), "daily") == {}
