"""A whole water account from a record: what is told, what is missing, and that it does not hang on what was asked."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.entry import Flag
from service.accounts import build
from service.accounts.forms import columns
from tests.service.accounts_example import (
    BEGIN,
    DAYS,
    END,
    GATE_KG,
    GATE_KZ,
    INFLOW,
    TUYTE,
    account,
    days,
    flow,
    made_record,
    number,
    table,
    volume,
)
from tests.service.report_example import DAY, Record, at, reading


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return made_record(tmp_path_factory.mktemp("account"))


@settings(max_examples=6, deadline=None)
@given(cut=st.integers(1, DAYS - 1))
def test_an_account_split_anywhere_joins(record: Record, cut: int) -> None:
    middle = BEGIN + timedelta(days=cut)
    whole, first, second = table(account(record)), table(account(record, BEGIN, middle)), table(account(record, middle))
    for key, column in whole.items():
        pieces = [piece[key] for piece in (first, second) if key in piece]
        # The twin speaks on one day alone, and an account in which it does not speak has no lines of it.
        assert len(pieces) == 2 or key[2] == "simulated"
        for piece in pieces:
            assert piece == {day: value for day, value in column.items() if day in piece}, key


@pytest.mark.parametrize("by", ["5-day", "10-day", "month", "season", "hydrological-year", "year"])
def test_periods_are_the_sums_of_their_days(record: Record, by: str) -> None:
    daily, rolled = account(record), account(record, by=by)
    of_days, of_periods = (volume(one.divisions[0].parties[0].due) for one in (daily, rolled))
    for place, span in enumerate(rolled.spans):
        inside = [of_days.volume[day] for day, one in enumerate(daily.spans) if span.begin <= one.begin < span.end]
        known = [Decimal(repr(volume)) for volume in inside if volume is not None]
        assert Decimal(repr(of_periods.known[place])) == sum(known)
        assert of_periods.days_missing[place] == len(inside) - len(known)
        assert (of_periods.volume[place] is None) == (len(known) < len(inside))
    assert sum(span.days for span in rolled.spans) == DAYS


def test_what_lacks_of_any_part_lacks_of_the_sum_and_is_counted(record: Record) -> None:
    (real, *_) = account(record, by="month").divisions
    assert (real.resource.volume[0], real.resource.days_missing) == (None, (3, 0))
    assert real.resource.volume[1] == real.resource.known[1]
    kz, kg = real.parties
    assert kz.received is not None
    assert kz.received.days_missing == (1, 1)
    assert [part.volume.days_missing for part in kz.counted] == [(0, 1), (1, 1)]
    assert kg.received is not None
    assert kg.received.days_missing == (0, 0)
    assert None not in kg.received.volume


def test_due_is_divided_to_the_last_digit(record: Record) -> None:
    real = account(record).divisions[0]
    for place, resource in enumerate(real.resource.volume):
        parts = [volume(party.due).volume[place] for party in real.parties]
        if resource is None:
            assert parts == [None, None]
        else:
            assert sum(Decimal(repr(part)) for part in parts) == Decimal(repr(resource))


def test_a_share_of_storage_is_a_state_and_is_not_summed(record: Record) -> None:
    (stored,) = [one for one in account(record, by="month").divisions if one.basis == "storage"]
    assert stored.resource.volume == (314.5, 319.5)
    assert [volume(party.part).volume[0] for party in stored.parties] == [276.76, 37.74]
    assert all(party.due is None for party in stored.parties)
    assert (stored.state, stored.state_on) == ("at 08:00", (date(2026, 4, 30), END - timedelta(days=1)))
    assert all(party.received is None for party in stored.parties)


def test_what_a_share_of_storage_divides_is_what_the_balance_begins_with(record: Record) -> None:
    """On the first three days the evening says 999, which is no part of it."""
    one = account(record)
    (stored,) = [part for part in one.divisions if part.basis == "storage"]
    assert stored.resource.volume == one.reservoirs[0].storage_begin
    assert stored.counted[0].part.series == ("kirov:kg.storage.term",)
    assert not stored.not_read


def test_a_state_that_lacks_is_named_by_the_days_on_which_it_counts(tmp_path: Path) -> None:
    record = Record(tmp_path)
    evenings = [reading("kirov:kg.storage.term", at(BEGIN + timedelta(days=k), 20), "300") for k in range(30)]
    record.say([*evenings, reading("kirov:kg.storage.term", at(date(2026, 4, 10), 8), "301")])
    april = account(record, BEGIN, date(2026, 5, 1), by="10-day")
    (stored,) = [one for one in april.divisions if one.basis == "storage"]
    assert list(stored.resource.volume) == [301, None, None]
    assert stored.not_read == ("kirov:kg.storage: not read at 08:00 on 2026-04-20, 2026-04-30",)
    figures = {column.figure for column in columns(account(record)) if column.id == "storage of kirov"}
    assert "part" in figures
    assert not any(name.startswith("due") for name in figures)


def test_natures_are_never_added_up(record: Record) -> None:
    real, twin = [one for one in account(record, by="month").divisions if one.basis == "flow"]
    assert (real.nature, twin.nature) == ("real", "simulated")
    assert twin.resource.known[0] is None
    assert twin.resource.known[1] == pytest.approx(19.1 * 0.0864)
    assert [part.part.station for part in twin.counted] == ["kirov:kg:simulated"]
    received = twin.parties[0].received
    assert received is not None
    assert received.volume == (None, None)
    assert twin.parties[0].counted[0].part.reason == "no simulated station of kz that measures intake is declared"
    assert account(record).simulated
    assert not account(record, BEGIN, BEGIN + timedelta(days=5)).simulated


def test_a_plan_stands_by_what_is_known_and_nothing_stands_in_for_a_missing_day(record: Record) -> None:
    (plan,) = [one for one in account(record, by="month").plans if one.nature == "real"]
    april, may = map(number, plan.to_date.known)
    assert plan.planned[0] == 60
    assert plan.spread == "evenly by day between its running totals: 60 before 2026-05-01"
    assert (plan.to_date.delivered, plan.to_date.percent, plan.to_date.deviation) == ((None, None),) * 3
    assert (plan.to_date.days, plan.to_date.days_missing) == ((30, 40), (1, 2))
    assert april == plan.delivered.known[0]
    assert april == pytest.approx(0.0864 * sum(value for value in flow(GATE_KZ, 8.9)[:30] if value is not None))
    assert plan.to_date.planned_of_known[0] == 58
    assert plan.to_date.percent_of_known[0] == pytest.approx(100 * april / 58)
    assert may == pytest.approx(april + (plan.delivered.known[1] or 0))
    assert [(one.id, one.delivered, one.percent) for one in plan.told] == [
        ("talas-2026-kz-to-may", 63, 105), ("talas-2026-kz", None, None),
    ]  # fmt: skip


def test_a_plan_with_no_day_missing_has_deviation_and_percent(record: Record) -> None:
    (plan,) = account(record, BEGIN, BEGIN + timedelta(days=6), by="month").plans
    delivered = sum(round((8.9 + day * 0.137) * 86_400_000) for day in range(6)) / 1e9
    assert plan.delivered.volume == plan.to_date.delivered == (delivered,)
    assert plan.to_date.planned[0] == 12
    assert plan.to_date.percent[0] == pytest.approx(100 * delivered / 12)
    assert plan.to_date.deviation[0] == pytest.approx(delivered - 12)


def test_a_period_outside_the_season_lacks_nothing_and_plans_nothing(record: Record) -> None:
    (plan,) = account(record, date(2026, 3, 1), BEGIN + timedelta(days=6), by="month").plans
    assert (plan.planned[0], plan.delivered.volume[0], plan.delivered.days_missing[0]) == (None, None, 0)
    assert (plan.to_date.planned[0], plan.to_date.days[0]) == (None, 0)
    assert plan.to_date.planned[1] == 12


def test_a_reservoir_balance_is_closed_each_day_from_the_mornings(record: Record) -> None:
    (kirov,) = account(record).reservoirs
    assert kirov.inflow[3] is None
    inflow, release, evaporation, seepage = 20 * 0.0864, 12.5 * 0.0864, 20 * 31 / 30 / 1000, 0.0864
    assert (kirov.storage_begin[0], kirov.change[0]) == (300, 0.5)
    assert kirov.residual[0] == pytest.approx(0.5 - (inflow - release - evaporation - seepage))
    uncertainty = (2 * 0.01 + (inflow * 0.05) ** 2 + (release * 0.05) ** 2 + ((evaporation + seepage) / 2) ** 2) ** 0.5
    assert kirov.uncertainty[0] == pytest.approx(uncertainty)
    assert kirov.within[0] == (abs(kirov.residual[0] or 0) <= 2 * uncertainty)
    assert [column[3] for column in (kirov.residual, kirov.within, kirov.days_missing)] == [None, None, 1]
    assert kirov.days_missing[0] == 0


def test_over_a_period_the_storages_between_cancel(record: Record) -> None:
    (kirov,) = account(record, BEGIN + timedelta(days=20), by="season").reservoirs
    daily = account(record, BEGIN + timedelta(days=20)).reservoirs[0]
    assert kirov.change[0] == 10
    assert kirov.residual[0] == pytest.approx(sum(value for value in daily.residual if value is not None))
    flows = [number(volume[0]) for volume in (kirov.inflow, kirov.release)]
    losses = number(kirov.evaporation[0]) + number(kirov.seepage[0])
    assert kirov.uncertainty[0] == pytest.approx(
        (0.02 + sum((v * 0.05) ** 2 for v in flows) + (losses / 2) ** 2) ** 0.5
    )


def test_a_reach_compares_with_the_water_that_entered_the_day_before(record: Record) -> None:
    (reach,) = account(record).reaches
    assert (reach.days_missing[0], reach.residual[0]) == (1, None)
    assert reach.expected[1] == pytest.approx(12.5 * 0.75 * 0.0864)
    assert reach.residual_rate[1] == pytest.approx(9.137 - 9.375)
    assert reach.residual_percent[1] == pytest.approx(100 * (9.137 - 9.375) / 9.375)
    assert reach.lost_percent[1] == pytest.approx(100 * (12.5 - 9.137) / 12.5)
    assert reach.days_missing[7] == 1


def test_outside_its_months_a_reach_tells_no_residual_and_lacks_nothing(record: Record) -> None:
    (held,) = record.network.reaches
    network = replace(record.network, reaches=(held.model_copy(update={"months": (5,)}),))
    (reach,) = build(record.archive, network, "talas", BEGIN, END, None, "month").reaches
    (whole,) = account(record, by="month").reaches
    assert [column[0] for column in (reach.above, reach.residual, reach.lost_percent)] == [None] * 3
    assert (list(reach.days), list(reach.days_outside), list(reach.days_missing)) == ([0, 10], [30, 0], [0, 0])
    assert reach.residual[1] == whole.residual[1]


def test_two_gauges_are_compared_on_the_days_on_which_both_speak(record: Record) -> None:
    (gate,) = account(record, by="month").gates
    assert [gauge.party for gauge in gate.gauges] == ["kg", "kz"]
    assert (gate.days_inside, gate.days_outside, gate.days_missing) == ((28, 9), (0, 0), (2, 1))
    assert gate.difference[0] == pytest.approx(0.1)
    assert gate.volume_difference[0] == pytest.approx(0.1 * 28 * 0.0864)
    assert gate.run_since == (None, None)


def test_a_run_of_disagreement_has_the_same_length_whatever_is_asked(tmp_path: Path) -> None:
    """It began a year and a half ago; in between one gauge was silent for months."""
    record, first = Record(tmp_path), DAY - timedelta(days=600)
    length = 601
    record.say(days(GATE_KG, [9.0] * length, first))
    record.say(days(GATE_KZ, [8.9] * 100 + [7.0] * 200 + [None] * 250 + [7.0] * 51, first))
    for begin in (DAY, DAY - timedelta(days=30), DAY - timedelta(days=580)):
        (gate,) = account(record, begin, DAY + timedelta(days=1), by="year").gates
        since = first + timedelta(days=100)
        assert (gate.run_days[-1], gate.run_since[-1], gate.run_unknown[-1]) == (251, since, 250)


def test_what_is_flagged_bad_is_shown_as_such_and_never_added_up(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.say([reading(INFLOW, at(DAY), "4000", Flag.BAD), reading(TUYTE, at(DAY), "2", Flag.SUSPECT)])
    record.say([reading("kirov:kg.inflow.term", at(DAY, 8), "21")])
    (real, *_) = account(record, DAY, DAY + timedelta(days=1)).divisions
    assert real.resource.volume == (None,)
    assert (real.counted[0].part.days_bad, real.counted[0].part.series) == (1, (INFLOW,))
    kg = real.parties[1]
    assert kg.received is not None
    assert (kg.received.volume, kg.counted[0].part.days_suspect) == ((0.1728,), 1)


def test_as_of_an_earlier_size_the_account_is_what_was_known_then(record: Record) -> None:
    then, now = account(record, as_of=1), account(record)
    assert (then.journal_size, then.as_of, then.reservoirs[0].change[0]) == (1, "1 entries", None)
    assert (now.journal_size, now.as_of) == (record.archive.size(), None)


def test_an_account_says_what_nobody_confirmed(record: Record) -> None:
    said = account(record).not_known
    assert "Share flow-50 is not confirmed: Document of flow-50." in said
    assert "The schedules by which a plan is spread over its season were not reached." in said
    assert [share.id for share in account(record).not_in_force] == ["storage-80"]
