"""The exchange report of a day: what stands in its rows, on full days and on days with gaps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from record.entry import Flag, Refusal
from record.errors import SelectionError
from record.network.derived import Balance
from record.review import Level, Review, Span
from service.reports.built import build
from service.reports.editions import EDITIONS
from service.reports.report import BasinPart, Report
from tests.example import message
from tests.ingest.computing import House, reservoir
from tests.service.report_example import (
    ALMATY,
    DAY,
    ISSUE,
    Record,
    at,
    kazakh_day,
    kyrgyz_day,
    reading,
    report_network,
)

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(tmp_path)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """All of the month before, and the day."""
    record = Record(tmp_path_factory.mktemp("full"))
    record.say(
        [one for ahead in range(-30, 0) for said in (kyrgyz_day, kazakh_day) for one in said(DAY + timedelta(ahead))]
    )
    record.say([reading("kirov:kg.storage.term", at(YESTERDAY, 8), "276.5")])
    record.say(kyrgyz_day())
    record.say(kazakh_day())
    record.say([reading("kirov:kg.level.term", at(TOMORROW, 8), "25.40")])
    record.say([reading("kirov:kg.storage.term", at(TOMORROW, 8), "273.5")])
    return record


@pytest.fixture(scope="module")
def told(full: Record) -> Report:
    return report_of(full)


def report_of(record: Record, called: date = DAY, as_of: int | None = None) -> Report:
    return build(record.archive, record.network, EDITIONS["daily"], called, NOW, as_of)


def basin_of(record: Record, called: date = DAY) -> BasinPart:
    (basin,) = report_of(record, called).basins
    return basin


def test_a_reservoir_shows_level_storage_and_flows_with_flag_unit_entries_and_nature(told: Report) -> None:
    (row,) = told.basins[0].reservoirs
    assert row.level is not None
    assert row.level.value == pytest.approx(25.4)
    assert (row.level.readings, row.level.unit, row.level.entries) == (1, "m", (4,))
    assert row.level.at == at(TOMORROW, 8)
    assert (row.level.flag, row.level.estimated, row.level.basis) == ("good", False, ("term",))
    assert row.storage is not None
    assert row.filled is not None
    assert (row.storage.value, row.storage.unit, row.capacity) == (273.5, "million m³", 550)
    assert (row.filled.unit, row.filled.key) == ("%", "kirov:kg.storage.filled")
    assert row.filled.value == pytest.approx(100 * 273.5 / 550)
    assert row.inflow is not None
    assert (row.inflow.value, row.inflow.basis, row.inflow.entries, row.inflow.nature) == (20, ("daily",), (2,), "real")
    assert row.release is not None
    assert row.release.value == 12.5
    assert (row.place.site, row.place.river, row.place.party, row.place.verified) == ("kirov", "talas", "kg", True)


def test_storage_changes_from_the_reading_that_opens_the_day_to_the_one_that_closes_it(told: Report) -> None:
    (row,) = told.basins[0].reservoirs
    assert row.change is not None
    assert (row.change.value, row.change.entries, row.change.unit) == (-1.5, (2, 5), "million m³")
    assert (row.change.basis, row.change.readings, row.change.at) == (("term",), 2, None)


def test_report_and_water_account_of_a_day_agree_to_the_last_litre(record: Record) -> None:
    balance = Balance(
        station="kirov:kg", evaporation_mm=(Decimal(0),) * 12, surface_km2=Decimal(20), storage_error=Decimal(1),
        release_error_percent=Decimal(0), document="made up", source="made up",
    )  # fmt: skip
    record.network = replace(record.network, balances=(balance,))
    stored = {YESTERDAY: "276.1", DAY: "275.123456789", TOMORROW: "273.9"}
    record.say([reading("kirov:kg.storage.term", at(day, 8), value) for day, value in stored.items()])
    for day in (YESTERDAY, DAY):
        basin = basin_of(record, day)
        (row,) = basin.reservoirs
        account = {one.nature: one for one in basin.account.reservoirs}["real"]
        assert row.change is not None
        assert row.storage is not None
        assert (account.change, account.storage_end) == ((row.change.value,), (row.storage.value,))
        assert row.change.value is not None


@pytest.mark.parametrize(("hour", "flag"), [(20, Flag.GOOD), (8, Flag.BAD)])
def test_no_other_hour_stands_for_a_closing_reading_that_lacks_and_none_flagged_bad_counts(
    record: Record, hour: int, flag: Flag
) -> None:
    record.say(kyrgyz_day())
    record.say([reading("kirov:kg.storage.term", at(TOMORROW, hour), "300", flag)])
    (row,) = basin_of(record).reservoirs
    assert row.storage is not None
    assert row.change is not None
    assert (row.storage.value, row.storage.flag) == ((None, "missing") if hour == 20 else (300, "bad"))
    assert (row.change.value, row.change.flag, row.change.entries) == (None, "missing", ())


def test_of_a_reservoir_that_gives_daily_values_alone_that_of_the_last_day_stands(tmp_path: Path) -> None:
    network = report_network()
    daily = network.stations["kirov:kg"].model_copy(update={"series": ("storage.daily",)})
    record = Record(tmp_path, replace(network, stations={**network.stations, "kirov:kg": daily}))
    record.say([reading("kirov:kg.storage.daily", at(day), value) for day, value in (
        (YESTERDAY, "280"), (DAY, "275"), (TOMORROW, "1"))])  # fmt: skip
    (row,) = basin_of(record).reservoirs
    assert row.storage is not None
    assert row.change is not None
    assert (row.storage.value, row.storage.basis, row.storage.at, row.change.value) == (275, ("daily",), None, -5)


def test_a_flow_has_its_volume_its_change_and_what_has_flowed_since_the_starts(told: Report) -> None:
    row = told.basins[0].borders[1]
    assert (row.flow.key, row.flow.value, row.change.value) == ("gate:kz.discharge", 8.75, 0)
    assert row.volume.value == row.ten_days.value == pytest.approx(0.756)
    assert row.season.value == pytest.approx(31 * 0.756)
    assert (row.season.days, row.season.of_days, row.season.readings, row.season.estimated) == (31, 31, 31, False)
    assert (row.season.unit, row.season.entries) == ("million m³", (3,))


def test_a_day_that_lacks_is_counted_as_the_mean_of_the_others_and_makes_the_season_estimated(record: Record) -> None:
    record.say([one for ahead in range(-30, 1) if ahead != -5 for one in kazakh_day(DAY + timedelta(ahead))])
    row = basin_of(record).borders[0]
    assert row.season.value == pytest.approx(31 * 0.756)
    assert (row.season.days, row.season.of_days) == (30, 31)
    assert (row.season.estimated, row.season.flag) == (True, "unknown")
    assert (row.volume.estimated, row.flow.flag) == (False, "good")


def test_the_plan_of_a_gauge_is_spread_evenly_and_the_flow_held_against_it(told: Report) -> None:
    theirs, row = told.basins[0].borders
    assert theirs.plan is theirs.deviation is None
    assert row.plan is not None
    assert row.deviation is not None
    assert row.plan.value == pytest.approx(400 / 183 / 0.0864)
    assert (row.plan.flag, row.plan.readings, row.plan.entries) == ("unknown", 0, ())
    assert row.deviation.value == pytest.approx(8.75 - 400 / 183 / 0.0864)
    canals = {canal.place.station: canal.plan for canal in told.basins[0].canals}
    assert canals == {"tuyte:kg": None, "merke:kz": None}


def test_of_a_plan_that_counts_two_gauges_neither_has_a_part(record: Record) -> None:
    record.say(kazakh_day())
    (*rest, border) = record.network.deliveries
    both = border.model_copy(update={"counted": (*border.counted, rest[0].counted[0])})
    record.network = replace(record.network, deliveries=(*rest, both))
    (row,) = basin_of(record).borders
    assert row.plan is None


def test_a_daily_mean_belongs_to_the_day_of_its_own_calendar(record: Record) -> None:
    record.say([reading("gate:kz.discharge.daily", at(day, zone=ALMATY), value) for day, value in (
        (YESTERDAY, "1"), (DAY, "2"), (TOMORROW, "3"))])  # fmt: skip
    (row,) = basin_of(record).borders
    assert (row.flow.value, row.change.value) == (2, 1)


def test_midnight_of_bishkek_is_still_the_day_before_in_almaty(record: Record) -> None:
    record.say([reading("gate:kz.discharge.daily", at(DAY), "5")])
    (row,) = basin_of(record).borders
    assert (row.flow.value, row.flow.flag, row.flow.days, row.flow.of_days) == (None, "missing", 0, 1)
    (row,) = basin_of(record, YESTERDAY).borders
    assert row.flow.value == 5


def test_readings_at_the_terms_stand_for_a_daily_mean_and_are_unknown_and_estimated(record: Record) -> None:
    record.say([reading("tuyte:kg.intake.term", at(DAY, hour), value) for hour, value in ((8, "3"), (20, "4"))])
    basin = basin_of(record)
    (row,) = basin.canals
    assert (row.flow.value, row.flow.basis, row.flow.readings) == (3.5, ("term",), 2)
    assert (row.flow.flag, row.flow.estimated, row.volume.estimated) == ("unknown", True, True)
    (kg,) = [
        party for one in basin.account.divisions for party in one.parties if party.party == "kg" and party.received
    ]
    assert kg.received is not None
    assert kg.received.volume == (None,)


def test_a_value_flagged_bad_is_shown_and_never_added_up(record: Record) -> None:
    record.say([reading("gate:kz.discharge.daily", at(DAY, zone=ALMATY), "4000", Flag.BAD)])
    (row,) = basin_of(record).borders
    assert (row.flow.value, row.flow.flag, row.flow.entries) == (4000, "bad", (0,))
    assert (row.volume.value, row.season.value, row.deviation and row.deviation.value) == (None, None, None)


def test_a_day_with_no_data_at_all_is_a_report_that_says_so(record: Record) -> None:
    report = report_of(record)
    (basin,) = report.basins
    assert (basin.reservoirs, basin.canals, basin.borders, basin.rivers, basin.hydrographs) == ((), (), (), (), ())
    assert basin.account.divisions[0].resource.volume == (None,)
    assert {row.station for row in report.gaps.silent} == set(record.network.stations)
    assert (report.journal_size, report.simulated, report.reviews) == (0, False, {})


def test_when_a_party_sends_nothing_its_rows_are_missing_and_its_sum_is_missing_not_smaller(record: Record) -> None:
    record.say([*kyrgyz_day(YESTERDAY), *kazakh_day(YESTERDAY)])
    record.say(kyrgyz_day())
    report = report_of(record)
    (basin,) = report.basins
    values = {row.place.station: row.flow.value for row in (*basin.canals, *basin.borders)}
    assert values == {"tuyte:kg": 2.5, "merke:kz": None, "gate:kg": 9, "gate:kz": None}
    assert {row.series for row in report.gaps.missing} == {"merke:kz.intake.daily", "gate:kz.discharge.daily"}
    received = {one.party: one.received for one in basin.account.divisions[0].parties}
    assert received["kz"] is not None
    assert received["kg"] is not None
    assert (received["kz"].volume, received["kg"].volume) == ((None,), (0.216,))


def test_simulated_stations_have_rows_of_their_own_and_the_report_says_so(record: Record) -> None:
    record.say(kyrgyz_day())
    assert not report_of(record).simulated
    record.say([reading("kirov:kg:simulated.inflow.daily", at(DAY), "100")])
    report = report_of(record)
    assert [row.place.nature for row in report.basins[0].reservoirs] == ["real", "simulated"]
    assert [one.station for one in report.basins[0].hydrographs][:2] == ["kirov:kg", "gate:kg"]
    assert report.basins[0].hydrographs[-1].station == "kirov:kg:simulated"
    assert report.simulated


def test_a_refused_message_stands_in_the_gaps(record: Record) -> None:
    record.say([], [Refusal(fragment=b"15954 1#?08", where="group 2", reason="not a group")], when=ISSUE - timedelta(1))
    assert [part.reason for part in report_of(record).gaps.refused] == ["not a group"]


def test_the_clocks_of_the_leap_day_of_2024_on_which_almaty_set_them_back(record: Record) -> None:
    leap = date(2024, 2, 29)
    record.say([one for day in (leap, date(2024, 3, 1)) for one in (*kyrgyz_day(day), *kazakh_day(day))])
    report = report_of(record, leap)
    offsets = {own.party: (own.begin.isoformat()[-6:], own.end.isoformat()[-6:]) for own in report.span.local}
    assert offsets == {"kg": ("+06:00", "+06:00"), "kz": ("+06:00", "+05:00")}
    assert report.span.start == datetime(2024, 2, 29, 2, tzinfo=UTC)
    for called in (leap, date(2024, 3, 1)):
        assert [row.flow.value for row in basin_of(record, called).borders] == [9, 8.75]


def test_a_share_that_changed_within_the_season_divides_each_day_by_its_own(record: Record) -> None:
    share = record.network.shares["flow-50"]
    later = share.model_copy(update={"id": "flow-60", "percent": {"kz": 60, "kg": 40}, "valid_from": DAY})
    until = share.model_copy(update={"valid_until": DAY})
    shares = {**record.network.shares, "flow-50": until, "flow-60": later}
    like = record.network.resources[0].model_copy(update={"share": "flow-60"})
    record.network = replace(record.network, shares=shares, resources=(*record.network.resources, like))
    record.say([*kyrgyz_day(YESTERDAY), *kyrgyz_day()])
    for called, percent, due in ((YESTERDAY, 50, 0.864), (DAY, 60, 1.0368)):
        (one,) = [part for part in basin_of(record, called).account.divisions if part.basis == "flow"]
        kz = {party.party: party for party in one.parties}["kz"]
        assert kz.due is not None
        assert (kz.percent, kz.due.volume) == ((percent,), (due,))
    week = build(record.archive, record.network, EDITIONS["weekly"], DAY, NOW).basins[0].account.divisions[0]
    assert [share.id for share in week.shares] == ["flow-50", "flow-60"]


def test_a_computed_inflow_that_waits_for_the_next_day_is_missing_on_the_day(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.tell(*reservoir([1, 2, 3, 4], ["30", "30", "30", "30"])[:-1])
    house.follow()
    values = {}
    for day in (2, 3):
        report = build(
            house.archive, house.record.network, EDITIONS["daily"], date(2026, 7, day), datetime(2026, 8, 1, tzinfo=UTC)
        )
        rows = [row for part in report.basins for row in part.reservoirs if row.place.computed]
        values[day] = [(row.inflow.value is None, row.inflow.computed) for row in rows if row.inflow is not None]
    assert values == {2: [(False, True)], 3: [(True, True)]}
    house.record.engine.dispose()


def test_a_figure_is_as_far_reviewed_as_the_least_of_its_readings(record: Record) -> None:
    closing = [reading(f"kirov:kg.{quantity}.term", at(TOMORROW, 8), "9") for quantity in ("level", "storage")]
    record.say([*kyrgyz_day(), *closing])
    begin = int(at(DAY, 8).timestamp())
    for series, end in (("kirov:kg.level.term", begin + 86_400), ("kirov:kg.storage.term", begin + 86_401)):
        record.pen.review(message(series, source="reviews-kg"), _review(series, begin, end), ISSUE)
    report = report_of(record)
    (row,) = report.basins[0].reservoirs
    held = (row.level, row.storage, row.filled, row.change, row.inflow)
    assert [one and one.reviewed for one in held] == ["provisional", *["verified"] * 3, "provisional"]
    assert report.reviews["verified"] == 3


def _review(series: str, start: int, end: int) -> Review:
    return Review(
        level=Level.VERIFIED, author="A. Person", reason="field book", party="kg", signer="kg.amender", size=1,
        scope=(Span(series=series, start=start, end=end),),
    )  # fmt: skip


def test_every_id_has_its_names_and_the_same_question_gives_the_same_report(full: Record, told: Report) -> None:
    report = told
    assert report.names["gate:kz"] == {"en": "Gate of kz"}
    assert {"kirov", "kz", "talas"} < set(report.names)
    assert report == report_of(full)
    assert (report.edition, report.report, report.as_of, report.origin) == (
        "daily", "exchange", None, report_network().origin,
    )  # fmt: skip


def test_a_day_that_has_not_begun_is_refused_in_one_line(record: Record) -> None:
    with pytest.raises(SelectionError, match=r"\A2099-01-01 has not begun: [^\n]+\Z"):
        report_of(record, date(2099, 1, 1))
    with pytest.raises(SelectionError, match=r"\A9999-12-31 is out of range[^\n]+\Z"):
        report_of(record, date(9999, 12, 31))
