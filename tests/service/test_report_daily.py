"""The daily document: what stands in it, on full days and on days with gaps."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from record.entry import Flag, Refusal
from record.errors import SelectionError
from record.network.basin import Nature
from service.reports import daily
from service.reports.document import BasinPart, DailyReport, Division
from tests.ingest.computing import ERROR, INFLOW, LEVEL, RELEASE, House, midnight, reservoir, said, term
from tests.service.report_example import (
    ALMATY,
    BEGIN,
    DAY,
    ISSUE,
    Record,
    at,
    kazakh_day,
    kyrgyz_day,
    reading,
)

YESTERDAY = DAY - timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(tmp_path)


def report_of(record: Record, called: date = DAY, **asked: int) -> DailyReport:
    return daily.build(record.archive, record.network, called, **asked)


def basin_of(report: DailyReport) -> BasinPart:
    (basin,) = report.basins
    return basin


def flow_share(report: DailyReport, nature: str = "real") -> Division:
    (found,) = [part for part in basin_of(report).divisions if part.share.basis == "flow" and part.nature == nature]
    return found


def full_day(record: Record) -> DailyReport:
    record.say(kyrgyz_day())
    record.say(kazakh_day())
    return report_of(record)


def test_a_reservoir_shows_level_storage_and_flows_with_flag_unit_entry_and_nature(record: Record) -> None:
    (row,) = basin_of(full_day(record)).reservoirs
    assert row.level is not None
    assert row.level.value == pytest.approx(25.25)
    assert (row.level.readings, row.level.unit, row.level.flag) == (2, "m", "good")
    assert row.storage is not None
    assert (row.storage.value, row.storage.unit, row.filled, row.capacity) == (275, "million m³", 50, 550)
    assert row.inflow is not None
    assert (row.inflow.value, row.inflow.basis, row.inflow.entries, row.inflow.nature) == (20, "daily", (0,), "real")
    assert row.release is not None
    assert row.release.value == 12.5


def test_storage_changes_against_the_same_hour_of_the_day_before(record: Record) -> None:
    record.say([reading("kirov:kg.storage.term", at(YESTERDAY, 8), "276.5")])
    (row,) = basin_of(full_day(record)).reservoirs
    assert row.change is not None
    assert row.change.value == -1.5
    assert row.change.entries == (0, 1)


def test_without_the_day_before_the_change_is_missing_and_not_zero(record: Record) -> None:
    (row,) = basin_of(full_day(record)).reservoirs
    assert row.change is not None
    assert (row.change.value, row.change.flag) == (None, "missing")


def test_a_daily_mean_belongs_to_the_day_of_its_own_calendar(record: Record) -> None:
    record.say([reading("gate:kz.discharge.daily", at(day, zone=ALMATY), value) for day, value in (
        (YESTERDAY, "1"), (DAY, "2"), (DAY + timedelta(days=1), "3"))])  # fmt: skip
    (row,) = basin_of(report_of(record)).borders
    assert (row.flow.value, row.change.value) == (2, 1)
    assert row.volume.value == pytest.approx(0.1728)


def test_midnight_of_bishkek_is_still_the_day_before_in_almaty(record: Record) -> None:
    record.say([reading("gate:kz.discharge.daily", at(DAY), "5")])
    assert [row.series for row in report_of(record).missing] == ["gate:kz.discharge.daily"]
    (row,) = basin_of(report_of(record, YESTERDAY)).borders
    assert row.flow.value == 5


def test_without_a_daily_mean_the_readings_at_the_terms_stand_in_the_table_and_say_so(record: Record) -> None:
    record.say([reading("tuyte:kg.intake.term", at(DAY, hour), value) for hour, value in ((8, "3"), (20, "4"))])
    (row,) = basin_of(report_of(record)).canals
    assert (row.flow.value, row.flow.basis, row.flow.readings) == (3.5, "term", 2)


def test_due_is_the_percent_of_the_resource_and_all_parts_make_the_whole(record: Record) -> None:
    part = flow_share(full_day(record))
    assert part.resource == pytest.approx(1.728)
    assert [counted.series for counted in part.counted] == ["kirov:kg.inflow.daily"]
    assert sum(party.percent for party in part.parties) == 100
    assert sum(party.due or 0 for party in part.parties) == pytest.approx(part.resource)


def test_a_party_received_its_canals_and_the_border_as_its_own_gauge_saw_it(record: Record) -> None:
    received = {party.party: party for party in flow_share(full_day(record)).parties}
    assert received["kz"].received == pytest.approx((1.25 + 8.75) * 0.0864)
    assert received["kg"].received == pytest.approx(2.5 * 0.0864)
    assert [part.series for part in received["kg"].counted] == ["tuyte:kg.intake.daily"]


def test_a_share_of_storage_divides_the_stored_water(record: Record) -> None:
    (part,) = [part for part in basin_of(full_day(record)).divisions if part.share.basis == "storage"]
    assert part.resource == 275
    assert {party.party: party.part for party in part.parties} == {"kz": 242, "kg": 33}
    assert all(party.due is None for party in part.parties)


def test_what_is_stored_is_the_reading_of_the_morning_and_its_lack_is_said(record: Record) -> None:
    tomorrow = DAY + timedelta(days=1)
    record.say([reading("kirov:kg.storage.term", at(day, 20), "285") for day in (DAY, tomorrow)])
    (part,) = [part for part in basin_of(full_day(record)).divisions if part.share.basis == "storage"]
    assert (part.state, part.resource) == ("at 08:00", 275)
    (part,) = [
        part for part in basin_of(report_of(record, DAY + timedelta(days=1))).divisions if part.share.basis == "storage"
    ]
    assert part.resource is None
    assert part.missing == ("Kirov of kg (kirov:kg.storage): not read at 08:00 on 2026-05-02",)


def test_shares_not_in_force_are_told_and_never_divide(record: Record) -> None:
    basin = basin_of(full_day(record))
    assert [share.id for share in basin.not_in_force] == ["storage-80"]
    assert {part.share.id for part in basin.divisions} == {"flow-50", "storage-88"}
    assert not any(part.share.verified for part in basin.divisions)


def test_the_season_plan_of_the_day_is_named_with_its_day(record: Record) -> None:
    (plan,) = basin_of(full_day(record)).plans
    assert (plan.volume, plan.day, plan.days, plan.verified) == (400, 31, 183, False)
    assert basin_of(report_of(record, date(2026, 10, 1))).plans == ()


def test_a_day_with_no_data_at_all_is_a_report_that_says_so(record: Record) -> None:
    report = report_of(record)
    basin = basin_of(report)
    assert (basin.reservoirs, basin.canals, basin.borders, basin.posts) == ((), (), (), ())
    assert flow_share(report).resource is None
    assert all(party.due is None and party.received is None for party in flow_share(report).parties)
    assert {row.station for row in report.silent} == set(record.network.stations)
    assert (report.missing, report.late, report.refused, report.amended) == ((), (), (), ())
    assert (report.journal_size, report.simulated) == (0, False)


def test_when_a_party_sends_nothing_its_series_are_missing_and_its_sum_is_missing_not_smaller(record: Record) -> None:
    record.say(kyrgyz_day(YESTERDAY))
    record.say(kazakh_day(YESTERDAY))
    record.say(kyrgyz_day())
    report = report_of(record)
    assert {row.series for row in report.missing} == {"merke:kz.intake.daily", "gate:kz.discharge.daily"}
    assert {row.why for row in report.missing} == {"nothing was received"}
    received = {party.party: party for party in flow_share(report).parties}
    assert received["kz"].received is None
    assert len(received["kz"].missing) == 2
    assert received["kz"].due == pytest.approx(0.864)
    assert received["kg"].received == pytest.approx(0.216)


def test_an_inflow_that_waits_for_the_release_of_the_next_day_is_not_said_to_be_received(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.tell(*reservoir([1, 2, 3, 4], ["30", "30", "30", "30"])[:-1])
    house.follow()
    report = daily.build(house.archive, house.record.network, date(2026, 7, 3))
    why = {row.series: row.why for row in report.missing}
    assert why == dict.fromkeys([INFLOW, ERROR], "not all that it is computed from has come")
    house.tell(said(LEVEL, term(4), "30", Flag.BAD), said(RELEASE, midnight(4), "15"))
    house.follow()
    report = daily.build(house.archive, house.record.network, date(2026, 7, 3))
    assert {row.series: row.why for row in report.missing}[INFLOW] == "it cannot be computed from its inputs"
    house.record.engine.dispose()


def test_one_missing_canal_makes_the_whole_sum_missing_and_is_named(record: Record) -> None:
    record.say([*kazakh_day()[1:], reading("merke:kz.intake.daily", at(DAY, zone=ALMATY), None)])
    record.say(kyrgyz_day())
    report = report_of(record)
    (kz,) = [party for party in flow_share(report).parties if party.party == "kz"]
    assert kz.received is None
    assert kz.missing == ("Merke of kz (merke:kz.intake.daily): no value for the day",)
    (row,) = [row for row in report.missing if row.party == "kz"]
    assert (row.why, row.entries) == ("the sender says that it is missing", (0,))


def test_a_value_flagged_bad_is_shown_and_never_added_up(record: Record) -> None:
    bad = reading("kirov:kg.inflow.daily", at(DAY), "4000", Flag.BAD)
    record.say([bad if seen.series == bad.series else seen for seen in kyrgyz_day()])
    report = report_of(record)
    (row,) = basin_of(report).reservoirs
    assert row.inflow is not None
    assert (row.inflow.value, row.inflow.flag) == (4000, "bad")
    assert flow_share(report).resource is None
    assert flow_share(report).missing == ("Kirov of kg (kirov:kg.inflow.daily): flagged bad",)


def test_readings_at_the_terms_are_no_mean_of_a_day_for_a_sum(record: Record) -> None:
    record.say([reading("kirov:kg.inflow.term", at(DAY, 8), "21")])
    report = report_of(record)
    (row,) = basin_of(report).reservoirs
    assert row.inflow is not None
    assert row.inflow.value == 21
    assert flow_share(report).resource is None
    assert "only readings at the terms (1)" in flow_share(report).missing[0]


def test_simulated_stations_have_rows_and_sums_of_their_own(record: Record) -> None:
    record.say(kyrgyz_day())
    record.say([reading("kirov:kg:simulated.inflow.daily", at(DAY), "100")])
    report = report_of(record)
    assert [row.place.nature for row in basin_of(report).reservoirs] == ["real", "simulated"]
    assert report.simulated
    assert flow_share(report).resource == pytest.approx(1.728)
    assert flow_share(report, Nature.SIMULATED.value).resource == pytest.approx(8.64)


def test_a_report_of_real_data_does_not_claim_to_be_simulated(record: Record) -> None:
    assert not full_day(record).simulated


def test_a_refused_telegram_is_listed_with_its_bytes_and_reason(record: Record) -> None:
    record.say([], [Refusal(fragment=b"15954 1#?08", where="group 2", reason="not a group")], when=BEGIN + HOUR)
    (part,) = report_of(record).refused
    assert (part.fragment, part.where, part.reason, part.entry) == ("15954 1#?08", "group 2", "not a group", 0)


@pytest.mark.parametrize(
    ("entered", "listed"),
    [(BEGIN - timedelta(seconds=1), 0), (BEGIN, 1), (ISSUE - timedelta(seconds=1), 1), (ISSUE, 0)],
)
def test_refusals_count_from_the_beginning_of_the_day_up_to_the_hour_of_issue(
    record: Record, entered: datetime, listed: int
) -> None:
    record.say([], [Refusal(fragment=b"x", where="line 1", reason="unreadable")], when=entered)
    assert len(report_of(record).refused) == listed


def test_bytes_that_are_no_text_are_shown_and_break_nothing(record: Record) -> None:
    record.say([], [Refusal(fragment=b"\xff\x00<b>\n" + b"9" * 999, where="line 1", reason="bytes")])
    (part,) = report_of(record).refused
    assert part.fragment.startswith("\\xff\\x00<b>\\n99")
    assert part.fragment.endswith("… and 605 bytes more")


def test_an_amended_value_stands_and_the_first_saying_is_kept_beside_it(record: Record) -> None:
    record.say(kyrgyz_day())
    record.say([reading("kirov:kg.inflow.daily", at(DAY), "22")], when=ISSUE + HOUR)
    report = report_of(record)
    (row,) = basin_of(report).reservoirs
    assert row.inflow is not None
    assert (row.inflow.value, row.inflow.entries) == (22, (1,))
    (change,) = report.amended
    assert (change.old, change.new, change.old_entry, change.new_entry) == (20, 22, 0, 1)
    assert change.after_issue
    assert change.reason
    assert report.late == ()


def test_as_of_an_earlier_size_the_report_is_what_both_countries_could_see_then(record: Record) -> None:
    record.say(kyrgyz_day())
    before = report_of(record)
    record.say([reading("kirov:kg.inflow.daily", at(DAY), "22")], when=ISSUE + HOUR)
    record.say(kazakh_day(), when=ISSUE + HOUR)
    again = report_of(record, as_of=1)
    assert again.basins == before.basins
    assert (again.amended, again.missing, again.silent) == (before.amended, before.missing, before.silent)
    assert (again.journal_size, again.as_of) == (1, "1 entries")


def test_as_of_beyond_the_journal_is_refused(record: Record) -> None:
    with pytest.raises(SelectionError, match="beyond the journal"):
        report_of(record, as_of=7)


@pytest.mark.parametrize(("received", "late"), [(ISSUE - timedelta(seconds=1), 0), (ISSUE, 2), (ISSUE + HOUR, 2)])
def test_what_is_received_at_the_hour_of_issue_or_after_is_late(record: Record, received: datetime, late: int) -> None:
    record.say(kazakh_day(), when=received)
    assert len(report_of(record).late) == late


def test_silence_of_a_month_is_no_longer_called_missing(record: Record) -> None:
    record.say(kazakh_day(DAY - timedelta(days=30)))
    assert len(report_of(record).missing) == 2
    later = report_of(record, DAY + timedelta(days=1))
    assert later.missing == ()
    assert "gate:kz" in {row.station for row in later.silent if row.whole}


def test_the_leap_day_of_2024_when_almaty_set_its_clocks_back(record: Record) -> None:
    leap = date(2024, 2, 29)
    for day in (leap, date(2024, 3, 1)):
        record.say(kyrgyz_day(day))
        record.say(kazakh_day(day))
    report = report_of(record, leap)
    assert {own.party: own.begin.isoformat()[-6:] for own in report.day.local} == {"kg": "+06:00", "kz": "+06:00"}
    assert {own.party: own.end.isoformat()[-6:] for own in report.day.local} == {"kg": "+06:00", "kz": "+05:00"}
    for called, entry in ((leap, 1), (date(2024, 3, 1), 3)):
        received = {party.party: party for party in flow_share(report_of(record, called)).parties}
        assert received["kz"].received == pytest.approx(0.864)
        assert {part.entries for part in received["kz"].counted} == {(entry,)}


def test_a_plan_stands_by_what_was_delivered_since_the_season_began(record: Record) -> None:
    for day in range(30):
        record.say(kazakh_day(date(2026, 4, 1) + timedelta(days=day)))
    (plan,) = basin_of(full_day(record)).plans
    (standing,) = plan.standing
    assert (standing.nature, standing.days, standing.days_missing, standing.counted) == ("real", 31, 0, ("Gate of kz",))
    assert standing.planned == pytest.approx(400 * 31 / 183)
    assert standing.delivered == standing.known == pytest.approx(8.75 * 0.0864 * 31)
    assert standing.deviation == pytest.approx(8.75 * 0.0864 * 31 - 400 * 31 / 183)
    assert standing.percent == pytest.approx(100 * 8.75 * 0.0864 / (400 / 183))
    assert standing.delivered_of_day == pytest.approx(8.75 * 0.0864)


def test_a_missing_day_makes_the_delivery_since_the_season_began_missing(record: Record) -> None:
    (plan,) = basin_of(full_day(record)).plans
    (standing,) = plan.standing
    assert (standing.days_missing, standing.delivered, standing.deviation, standing.percent) == (30, None, None, None)
    assert standing.known == pytest.approx(8.75 * 0.0864)
    assert standing.planned_of_known == pytest.approx(400 / 183)


def test_two_gauges_at_one_gate_are_held_against_each_other(record: Record) -> None:
    (gate,) = basin_of(full_day(record)).gates
    assert [(gauge.party, gauge.flow) for gauge in gate.gauges] == [("kg", 9), ("kz", 8.75)]
    assert (gate.difference, gate.inside, gate.run_days, gate.run_since) == (0.25, True, 0, None)
    assert gate.percent == pytest.approx(100 * 0.25 / 8.875)
    record.say([reading("gate:kz.discharge.daily", at(DAY, zone=ALMATY), "8.5")])
    (gate,) = basin_of(report_of(record)).gates
    assert (gate.inside, gate.run_days, gate.run_since) == (False, 1, DAY)


def test_where_one_gauge_is_silent_nothing_is_known_of_the_gate(record: Record) -> None:
    record.say(kyrgyz_day())
    (gate,) = basin_of(report_of(record)).gates
    assert [gauge.flow for gauge in gate.gauges] == [9, None]
    assert (gate.difference, gate.inside, gate.run_days) == (None, None, 0)


def test_what_a_share_divides_is_counted_as_it_is_declared_and_nowhere_else(record: Record) -> None:
    record.say([*kyrgyz_day(), *kazakh_day()])
    declared = flow_share(report_of(record))
    assert [rest.document for rest in declared.rest] == ["Document of what flow-50 divides."]
    assert [rest.document for party in declared.parties for rest in party.rest] == ["Document of delivery."] * 2
    record.network = replace(record.network, resources=(), deliveries=())
    bare = flow_share(report_of(record))
    assert (bare.resource, bare.counted) == (None, ())
    assert [(party.due, party.received) for party in bare.parties] == [(None, None)] * 2


def test_a_site_without_a_real_station_leaves_the_sum_unknown_and_is_named(record: Record) -> None:
    gone = {name: one for name, one in record.network.stations.items() if name != "merke:kz"}
    record.network = replace(record.network, stations=gone)
    received = {party.party: party for party in flow_share(report_of(record)).parties}
    assert received["kz"].missing[0] == "Merke (merke.intake): no real station of kz that measures intake is declared"
