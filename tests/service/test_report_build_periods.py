"""The exchange reports of longer periods, what they are held against, and the hydrograph of the season."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from record.errors import SelectionError
from record.network.account import FigureRules
from service.reports.built import build
from service.reports.editions import EDITIONS
from service.reports.report import FlowRow, Report, ReservoirRow
from tests.service.report_example import ALMATY, DAY, Record, at, reading

BASE = range(2012, 2022)
RULES = FigureRules(base_from=BASE[0], base_until=BASE[-1], min_years=8)
NOW = datetime(2026, 6, 2, tzinfo=UTC)
GATE = "gate:kz.discharge.daily"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The gate in May of ten years and of the last, as many m3/s as the year has; Kirov from 20 April 2026 on."""
    made = Record(tmp_path_factory.mktemp("periods"))
    made.network = replace(made.network, figures=RULES)
    for year in (*BASE, 2025):
        days = [date(year, 5, 1) + timedelta(ahead) for ahead in range(31)]
        days += [date(year, 2, 29)] if year % 4 == 0 else []
        made.say([reading(GATE, at(day, zone=ALMATY), str(year - 2010)) for day in days])
    days = [date(2026, 4, 20) + timedelta(ahead) for ahead in range(40)]
    made.say([reading(GATE, at(day, zone=ALMATY), "5" if day < DAY else "10") for day in days])
    made.say(
        [
            one
            for place, day in enumerate(days)
            for one in (
                reading("kirov:kg.storage.term", at(day, 8), str(200 + place)),
                reading("kirov:kg.inflow.daily", at(day), "20"),
            )
        ]
    )
    return made


@cache
def report_of(record: Record, edition: str, day: date = DAY, now: datetime = NOW) -> Report:
    return build(record.archive, record.network, EDITIONS[edition], day, now)


def gate_of(report: Report) -> FlowRow:
    (row,) = [row for row in report.basins[0].borders if row.place.station == "gate:kz"]
    return row


def kirov_of(report: Report) -> ReservoirRow:
    (row,) = report.basins[0].reservoirs
    return row


def test_a_day_is_held_against_the_same_day_of_other_years(record: Record) -> None:
    against = gate_of(report_of(record, "daily")).flow.against
    assert against is not None
    assert (against.last_year, against.norm, against.norm_years) == (15, 6.5, 10)
    assert (against.percent, against.rank, against.klass) == (100 * (10 / 6.5), 0.85, "above normal")


def test_what_has_no_history_is_held_against_nothing(record: Record) -> None:
    storage = kirov_of(report_of(record, "daily")).storage
    assert storage is not None
    assert storage.against is not None
    assert (storage.against.last_year, storage.against.norm, storage.against.norm_years) == (None, None, 0)
    assert storage.against.klass is None


def test_29_february_is_held_against_those_of_leap_years_alone(record: Record) -> None:
    leap = replace(record.network, figures=RULES.model_copy(update={"min_years": 3}))
    for network, norm in ((record.network, None), (leap, pytest.approx((2 + 6 + 10) / 3))):
        against = gate_of(build(record.archive, network, EDITIONS["daily"], date(2020, 2, 29), NOW)).flow.against
        assert against is not None
        assert (against.last_year, against.norm, against.norm_years) == (None, norm, 3)


@pytest.mark.parametrize(
    ("edition", "label", "flow", "volume", "days", "change"),
    [
        ("weekly", "2026-W18", (4 * 5 + 3 * 10) / 7, 50 * 0.0864, 7, (4 * 5 + 3 * 10) / 7 - 5),
        ("10-day", "2026-05 01-10", 10, 100 * 0.0864, 10, 5),
        ("monthly", "2026-05", 10, 310 * 0.0864, 31, None),
    ],
)
def test_of_longer_periods_flows_are_means_and_volumes_sums(
    record: Record, edition: str, label: str, flow: float, volume: float, days: int, change: float | None
) -> None:
    report = report_of(record, edition)
    row = gate_of(report)
    assert (report.span.label, report.span.ended, report.basins[0].account.by) == (label, True, report.span.kind)
    if edition == "monthly":
        # Two days lack at the end of May: they are taken to be as the others.
        assert (row.flow.days, row.flow.estimated, row.flow.flag, row.volume.estimated) == (29, True, "unknown", True)
    else:
        assert (row.flow.days, row.flow.estimated, row.flow.flag) == (days, False, "good")
    assert row.flow.value == pytest.approx(flow)
    assert (row.flow.of_days, row.flow.readings) == (days, row.flow.days)
    assert row.volume.value == pytest.approx(volume)
    assert row.change.value == (None if change is None else pytest.approx(change))
    assert [span.label for span in report.basins[0].account.spans] == [label]


def test_of_longer_periods_storage_is_that_at_their_end_and_changes_from_that_at_their_begin(record: Record) -> None:
    row = kirov_of(report_of(record, "10-day"))
    assert row.storage is not None
    assert row.change is not None
    assert row.filled is not None
    assert (row.storage.value, row.storage.of_days, row.change.value) == (221, 1, 10)
    assert row.filled.value == pytest.approx(100 * 221 / 550)
    assert row.storage.at == at(date(2026, 5, 11), 8)


def test_a_ten_day_period_is_held_against_its_like_and_flows_on_since_the_season_began(record: Record) -> None:
    row = gate_of(report_of(record, "10-day"))
    assert row.flow.against is not None
    assert (row.flow.against.last_year, row.flow.against.norm, row.flow.against.klass) == (15, 6.5, "above normal")
    assert row.ten_days.value == pytest.approx(8.64)
    # From 1 April on 21 days of 40 have a value, too few to take the others to be like them.
    assert (row.season.value, row.season.days, row.season.of_days) == (None, 21, 40)


def test_on_a_day_within_a_ten_day_period_the_days_since_its_begin_have_flowed(record: Record) -> None:
    row = gate_of(report_of(record, "daily", date(2026, 5, 13)))
    assert row.ten_days.value == pytest.approx(3 * 0.864)
    assert row.ten_days.days == 3


def test_a_period_that_has_not_ended_is_of_its_days_so_far(record: Record) -> None:
    report = report_of(record, "10-day", now=datetime(2026, 5, 5, 3, tzinfo=UTC))
    row = gate_of(report)
    assert (report.span.ended, report.span.until) == (False, date(2026, 5, 5))
    assert (row.flow.value, row.flow.days, row.flow.of_days, row.flow.flag) == (10, 4, 4, "good")
    assert row.volume.value == row.ten_days.value == pytest.approx(40 * 0.0864)
    assert row.flow.against is not None
    assert (row.flow.against.norm, row.flow.against.percent, row.flow.against.klass) == (6.5, None, None)
    assert row.change.value is None
    assert report.basins[0].account.spans[0].end == date(2026, 5, 5)
    storage = kirov_of(report).storage
    assert storage is not None
    assert storage.value == 215


def test_of_a_day_that_is_running_nothing_is_told_yet(record: Record) -> None:
    report = report_of(record, "daily", date(2026, 5, 5), datetime(2026, 5, 5, 3, tzinfo=UTC))
    row = gate_of(report)
    assert (report.span.ended, row.flow.value, row.flow.of_days, row.season.value) == (False, None, 0, None)
    with pytest.raises(
        SelectionError, match=r"\A2026-05 11-20 has not begun: the last report day that has is 2026-05-05"
    ):
        report_of(record, "10-day", date(2026, 5, 11), datetime(2026, 5, 5, 3, tzinfo=UTC))


def test_a_season_is_told_as_a_whole(record: Record) -> None:
    report = report_of(record, "season", now=datetime(2026, 12, 1, tzinfo=UTC))
    row = gate_of(report)
    assert (report.span.label, report.span.ended, row.flow.value, row.flow.of_days) == ("2026 growing", True, None, 183)
    assert (row.flow.days, row.flow.flag) == (40, "missing")


def test_the_hydrograph_is_of_the_season_up_to_the_period_with_last_year_and_the_norm(record: Record) -> None:
    kirov, gate = report_of(record, "daily").basins[0].hydrographs
    assert (kirov.station, kirov.quantity, gate.station) == ("kirov:kg", "inflow", "gate:kz")
    assert (gate.begin, gate.days, gate.basis, gate.unit) == (date(2026, 4, 1), 183, ("daily",), "m³/s")
    assert (gate.now[18:32], gate.now[30]) == ((None, *[5] * 11, 10, None), 10)
    assert gate.before[29:33] == (None, 15, 15, 15)
    assert gate.norm[29:32] == (None, 6.5, 6.5)
    assert gate.low[30] == pytest.approx(2.1)
    assert gate.high[30] == pytest.approx(10.9)
    assert (gate.low[0], kirov.norm[30], kirov.before[30]) == (None, None, None)
