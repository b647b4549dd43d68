"""The account that a report gives of its own gaps."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from record.entry import Flag, Refusal
from record.network.obligation import Obligation
from service.reports.gaps import gaps_of
from service.reports.gaps.estimated import estimated
from service.reports.report import Gaps
from tests.ingest import computing
from tests.service.report_example import (
    ALMATY,
    BEGIN,
    DAY,
    ISSUE,
    ON_TIME,
    Record,
    at,
    kazakh_day,
    kyrgyz_day,
    reading,
    report_network,
)
from tests.service.report_made import figure, span

HOUR = timedelta(hours=1)
BEFORE = DAY - timedelta(days=1)
MERKE, GATE, TUYTE = "merke:kz.intake.daily", "gate:kz.discharge.daily", "tuyte:kg.intake.daily"


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """An empty record; Kazakhstan owes its means of days by 09:00 of the next one."""
    owed = Obligation(
        id="kz-daily", party="kz", series=("*:kz.*.daily",), of=time(0), by=time(9), by_days=1, document="made up"
    )
    return Record(tmp_path, replace(report_network(), obligations={owed.id: owed}))


def gaps(record: Record, count: int | None = None) -> Gaps:
    """Of the day."""
    size = record.archive.size() if count is None else count
    return gaps_of(record.archive, record.network, span(), size, ())


@pytest.fixture
def full(record: Record) -> Record:
    """A record in which both sides said all of the day in time."""
    record.say(kyrgyz_day())
    record.say(kazakh_day())
    return record


def test_where_all_came_in_time_there_are_no_gaps_but_silent_series(full: Record) -> None:
    found = gaps(full)
    assert (found.missing, found.late, found.refused, found.amended, found.estimated) == ((), (), (), (), ())
    quiet = {row.station: (row.series, row.whole) for row in found.silent}
    assert quiet["upper:kg"] == (("upper:kg.discharge.term",), True)
    assert quiet["tuyte:kg"] == (("tuyte:kg.intake.term",), False)
    assert "gate:kz" not in quiet


def test_without_any_data_all_is_silent_and_nothing_missing(record: Record) -> None:
    found = gaps(record)
    assert {row.station for row in found.silent if row.whole} == set(record.network.stations)
    assert replace(found, silent=()) == Gaps(missing=(), silent=(), late=(), estimated=(), refused=(), amended=())


def test_of_a_country_that_falls_silent_all_series_are_missing_and_named_with_the_hour_at_which_they_were_due(
    record: Record,
) -> None:
    record.say(kyrgyz_day(BEFORE), when=ON_TIME - timedelta(days=1))
    record.say(kazakh_day(BEFORE), when=ON_TIME - timedelta(days=1))
    record.say(kyrgyz_day())
    found = gaps(record)
    due = at(DAY + timedelta(days=1), 9, ALMATY)
    assert [(row.series, row.party, row.due, row.days) for row in found.missing] == [
        (MERKE, "kz", due, 1), (GATE, "kz", due, 1),
    ]  # fmt: skip
    assert {row.why for row in found.missing} == {"nothing was received"}


def test_what_was_owed_is_missing_first_then_what_nobody_owes_of_real_stations_before_simulated_ones(
    record: Record,
) -> None:
    twin = "kirov:kg:simulated.inflow.daily"
    before = [reading(twin, at(BEFORE), "100"), *kyrgyz_day(BEFORE), *kazakh_day(BEFORE)]
    record.say(before, when=ON_TIME - timedelta(days=1))
    backward = dict(reversed(list(record.network.stations.items())))
    record.network = replace(record.network, stations=backward)
    found = [(row.series, row.due is not None) for row in gaps(record).missing]
    assert found[:3] == [(GATE, True), (MERKE, True), ("gate:kg.discharge.daily", False)]
    assert [series for series, _ in found].index(twin) == len(found) - 1 > 3


def test_after_thirty_days_what_is_missing_is_silent(record: Record) -> None:
    record.say(kazakh_day(DAY - timedelta(days=30)), when=ON_TIME)
    assert [row.series for row in gaps(record).missing] == [MERKE, GATE]
    record.say(kazakh_day(DAY + timedelta(days=1)), when=ON_TIME + timedelta(days=1))
    assert [row.series for row in gaps(record).missing] == [MERKE, GATE]
    earlier = replace(
        span(), begin=DAY + timedelta(days=31), end=DAY + timedelta(days=32), until=DAY + timedelta(days=32)
    )
    found = gaps_of(record.archive, record.network, earlier, 1, ())
    assert found.missing == ()
    assert {"merke:kz", "gate:kz"} <= {row.station for row in found.silent if row.whole}


def test_the_sender_may_say_that_a_value_is_missing_and_is_named(record: Record) -> None:
    record.say(kyrgyz_day())
    record.say([reading(MERKE, at(DAY, zone=ALMATY), None), kazakh_day()[1]])
    (row,) = gaps(record).missing
    assert (row.series, row.why, row.entries) == (MERKE, "the sender says that it is missing", (1,))


def test_of_a_longer_period_missing_says_how_many_days_lack_and_all_causes(record: Record) -> None:
    record.say([reading(MERKE, at(BEFORE, zone=ALMATY), None), *kazakh_day()])
    week = replace(span(), kind="week", begin=DAY - timedelta(days=6), start=BEGIN - timedelta(days=6))
    found = gaps_of(record.archive, record.network, week, 1, ())
    assert [(row.series, row.days) for row in found.missing] == [(MERKE, 6), (GATE, 6)]
    assert found.missing[0].why == "nothing was received, or the sender says that it is missing"
    assert found.missing[0].due == at(DAY - timedelta(days=5), 9, ALMATY)


@pytest.mark.parametrize("after", [-timedelta(seconds=1), timedelta(0), 2 * HOUR])
def test_late_is_what_was_received_when_it_was_due_or_later(record: Record, after: timedelta) -> None:
    due = at(DAY + timedelta(days=1), 9, ALMATY)
    record.say(kazakh_day(), when=due + after)
    found = gaps(record).late
    assert len(found) == (0 if after < timedelta(0) else 2)
    if found:
        assert (found[0].series, found[0].count, found[0].hours) == (MERKE, 1, after / HOUR)
        assert (found[0].received, found[0].entries) == (due + after, (0,))


def test_what_nobody_owes_is_late_after_the_hour_of_issue_and_a_correction_makes_nothing_late(record: Record) -> None:
    record.say(kyrgyz_day()[:-1])
    record.say(kyrgyz_day()[-1:], when=ISSUE + HOUR)
    record.say([reading(TUYTE, at(DAY), "2.75")], when=ISSUE + 2 * HOUR)
    assert [(row.series, row.hours) for row in gaps(record).late] == [("gate:kg.discharge.daily", 1.0)]


def test_a_value_that_comes_late_for_one_said_to_be_missing_is_late(record: Record) -> None:
    record.say([reading(TUYTE, at(DAY), None)])
    record.say([reading(TUYTE, at(DAY), "2.75")], when=ISSUE + HOUR)
    assert [(row.series, row.entries) for row in gaps(record).late] == [(TUYTE, (1,))]
    assert gaps(record, 1).late == ()


def test_all_of_forty_refusals_are_told_with_their_bytes(record: Record) -> None:
    told = [Refusal(fragment=b"15954\xff" * 100, where=f"group {place}", reason="no number") for place in range(40)]
    record.say([], told)
    record.say([], told[:1], when=ISSUE)
    found = gaps(record).refused
    assert [part.where for part in found] == [f"group {place}" for place in range(40)]
    assert found[0].fragment.startswith("15954\\xff15954")
    assert found[0].fragment.endswith("… and 200 bytes more")
    assert not found[0].simulated


def test_an_amendment_keeps_both_sayings_and_one_that_repeats_the_first_is_none(full: Record) -> None:
    full.say([reading(TUYTE, at(DAY), "2.50")], when=ISSUE)
    assert gaps(full).amended == ()
    full.say([reading(TUYTE, at(DAY), "2.75", Flag.SUSPECT)], when=ISSUE + HOUR)
    (row,) = gaps(full).amended
    assert (row.series, row.old, row.old_flag, row.old_entry) == (TUYTE, 2.5, "good", 2)
    assert (row.new, row.new_flag, row.new_entry, row.after_issue) == (2.75, "suspect", 3, True)
    assert (row.source, row.entered, row.follows) == ("telegrams", ISSUE + HOUR, 0)
    assert gaps(full, 3).amended == ()


@pytest.mark.parametrize(("when", "listed"), [(ISSUE - timedelta(days=1), 1), (ISSUE, 0)])
def test_readings_of_earlier_days_are_listed_where_they_were_amended_since_the_report_before(
    record: Record, when: datetime, listed: int
) -> None:
    record.say([reading(TUYTE, at(date(2026, 3, 1)), "2.5")], when=BEGIN - timedelta(days=9))
    record.say([reading(TUYTE, at(date(2026, 3, 1)), "2.6")], when=when)
    assert len(gaps(record).amended) == listed


def test_an_estimated_figure_says_why_once() -> None:
    flow = replace(figure("tuyte:kg", "intake", estimated=True), basis=("term",))
    volume = replace(figure("tuyte:kg", "intake", "volume", estimated=True), basis=("term",))
    season = replace(figure("tuyte:kg", "intake", "season", estimated=True), basis=("daily",), days=29, of_days=31)
    found = list(estimated([volume, flow, season, figure("gate:kg", "discharge")]))
    assert [(row.key, row.why) for row in found] == [
        ("tuyte:kg.intake", "readings at the terms stand for the mean of the day"),
        ("tuyte:kg.intake.season", "the days that have a value stand for 2 of 31"),
    ]


def test_what_was_computed_anew_stands_with_the_correction_that_it_follows_from(tmp_path: Path) -> None:
    house = computing.House(tmp_path)
    house.tell(*computing.reservoir([10, 11, 12], ["25", "25.2", "25.3"]))
    house.follow()
    house.minutes += 60
    entry = house.tell(computing.said(computing.LEVEL, computing.term(10), "25.1"))
    done = house.follow()
    assert done.computed > 1
    day = date(2026, 7, 10)
    now = replace(span(), begin=day, end=day + timedelta(days=1), until=day + timedelta(days=1))
    found = gaps_of(house.archive, house.record.network, now, house.archive.size(), ())
    assert [(row.series, row.new_entry, row.follows) for row in found.amended] == [
        (computing.LEVEL, entry, done.computed)
    ]
