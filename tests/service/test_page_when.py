"""Of when a reading is: means and sums are of their periods in the calendar of the station, instants are times."""

from datetime import UTC, date, datetime, timedelta

import pytest

from record.network import Network
from service.language import language_called
from service.page.reader import reader_of
from service.page.when import end_of, when
from tests.example import network_of_two

STAMPED = datetime(2026, 11, 25, 18, tzinfo=UTC)
"""Midnight in Bishkek; in Almaty it is 23:00 of the day before."""


@pytest.fixture(scope="module")
def network() -> Network:
    return network_of_two()


@pytest.mark.parametrize(
    ("code", "zone", "said"),
    [
        ("en", None, "26 November 2026, mean"),
        ("kk", "kz", "2026 ж. 26 қараша, орташа"),
        ("ru", "kg", "26 ноября 2026 г., среднее"),
    ],
)
def test_a_mean_is_of_its_day_where_it_was_made(network: Network, code: str, zone: str | None, said: str) -> None:
    reader = reader_of(network, language_called(code), zone)
    assert when(reader, network, "kirov:kg.inflow.daily", STAMPED).replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_longer_period_has_its_days_and_a_month_its_name(network: Network) -> None:
    reader = reader_of(network, language_called("en"))
    second = datetime(2006, 8, 10, 18, tzinfo=UTC)
    assert when(reader, network, "kirov:kg.inflow.10-day", second) == "11–20 August 2006, mean"
    third = datetime(2006, 2, 20, 18, tzinfo=UTC)
    assert when(reader, network, "kirov:kg.inflow.10-day", third, third) == "21–28 February 2006, mean"
    july = datetime(2006, 6, 30, 18, tzinfo=UTC)
    assert when(reader, network, "kirov:kg.inflow.monthly", july) == "July 2006, mean"
    assert when(reader, network, "kirov:kg.precipitation.monthly", july) == "July 2006, sum"


def test_an_instant_keeps_its_time_and_what_is_near_goes_without_its_year(network: Network) -> None:
    reader, now = reader_of(network, language_called("en"), "kg"), STAMPED + timedelta(days=1)
    assert when(reader, network, "kirov:kg.level.term", STAMPED) == "2026-11-26 00:00 (+06:00)"
    assert when(reader, network, "kirov:kg.level.term", STAMPED, now).startswith("00:00 26")
    near = when(reader, network, "kirov:kg.inflow.daily", STAMPED, now)
    assert near.replace("\N{NO-BREAK SPACE}", " ") == "26 Nov, mean"
    assert "2026" in when(reader, network, "kirov:kg.inflow.daily", STAMPED, now + timedelta(days=365))


@pytest.mark.parametrize(
    ("interval", "begin", "end"),
    [
        ("daily", date(2024, 2, 28), date(2024, 2, 29)),
        ("10-day", date(2024, 2, 21), date(2024, 3, 1)),
        ("10-day", date(2024, 12, 21), date(2025, 1, 1)),
        ("10-day", date(2024, 12, 1), date(2024, 12, 11)),
        ("monthly", date(2024, 12, 1), date(2025, 1, 1)),
    ],
)
def test_a_period_ends_where_the_next_begins(interval: str, begin: date, end: date) -> None:
    assert end_of(interval, begin) == end
