"""The judge in the light of what stands around a message: how wide it looks, what it trusts, and how it fails."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from ingest.quality import CHECKS, Check
from ingest.quality.climatology import Climate
from ingest.quality.context import Known, Span
from ingest.quality.limits import USUAL_GAP_HOURS, Group
from record.entry import Flag, Observation
from record.errors import QualityError
from record.network.interval import INTERVALS
from tests.ingest.computing import BISHKEK, midnight, rating, said, term
from tests.ingest.judging import (
    DAILY,
    FAR,
    FLOW,
    INFLOW,
    LEVEL,
    NOTHING,
    RELEASE,
    STORAGE,
    AllKnown,
    declared,
    found,
    row,
    verdicts,
)

GOOD, UNKNOWN, SUSPECT, BAD, MISSING = 1, 2, 3, 4, 9
SPIKE = row("spike", suspect=20, fail=100)
GAP = row("gap", hours=25)
TWO_DAYS = row("gap", hours=48)


def but(rows: Mapping[str, tuple[object, ...]], changed: Mapping[str, object]) -> Mapping[str, tuple[object, ...]]:
    """The same row with some of it changed."""
    ((kind, (one,)),) = rows.items()
    assert isinstance(one, BaseModel)
    return {kind: (one.model_copy(update=dict(changed)),)}


def flow(day: int, value: str | None, flag: Flag = Flag.UNKNOWN, series: str = FLOW) -> Observation:
    return said(series, term(day), value, flag)


def known(*values: float, series: str = FLOW, first: int = 1) -> list[tuple[str, datetime, float]]:
    return [(series, term(first + at), value) for at, value in enumerate(values)]


def test_all_checks_are_noted_in_order_and_the_worst_flag_stands() -> None:
    network = declared(row("gross_range", fail=(0, 900), suspect=(0, 300)), SPIKE, GAP)
    batch = found(network, AllKnown(*known(10, 11)), flow(3, "500"), flow(4, "10"), flow(5, None))
    assert batch.checks == tuple(CHECKS) == (
        "said", "sense", "gross-range", "agreement", "climatology", "rate-of-change", "spike", "flat-line", "gap",
        "neighbour", "mass-balance", "rating-residual",
    )  # fmt: skip
    assert batch.verdicts is not None
    assert batch.verdicts.dtype == np.int8
    assert batch.verdicts[0].tolist() == [2, 2, SUSPECT, 2, 2, 2, BAD, 2, GOOD, 2, 2, 2]
    assert batch.flag.tolist() == [BAD, GOOD, MISSING]
    assert [str(value) for value in batch.value] == ["500", "10", "None"]


def test_a_message_without_readings_is_judged_too() -> None:
    batch = found(declared(SPIKE), NOTHING)
    assert batch.verdicts is not None
    assert batch.verdicts.shape == (0, len(CHECKS))


@pytest.mark.parametrize("check", [name for name in CHECKS if name not in ("said", "sense", "agreement")])
def test_a_check_without_a_row_says_nothing_and_asks_nothing(check: str) -> None:
    context = AllKnown(*known(10, 500, 10))
    # All other checks have rows, of another quantity.
    network = declared(
        row("climatology", quantity="temperature"),
        row("rate_of_change", quantity="temperature", suspect=1),
        row("spike", quantity="temperature", suspect=1),
        row("gap", quantity="temperature", hours=1),
        row("gross_range", quantity="temperature", fail=(0, 1)),
        row("flat_line", quantity="temperature", tolerance=1, suspect_hours=1),
    )
    assert verdicts(network, check, context, flow(2, "500"), flow(3, None)) == [UNKNOWN, UNKNOWN]
    assert context.asked == []


def test_a_spike_in_the_midst_of_a_message_at_its_end_and_across_two() -> None:
    network = declared(SPIKE)
    message = [flow(3, "10"), flow(4, "40"), flow(5, "10.5"), flow(6, "10.4"), flow(7, "41")]
    assert verdicts(network, "spike", NOTHING, *message) == [UNKNOWN, SUSPECT, GOOD, GOOD, UNKNOWN]
    before = AllKnown(*known(10, first=2))
    assert verdicts(network, "spike", before, *message) == [GOOD, SUSPECT, GOOD, GOOD, UNKNOWN]
    around = AllKnown(*known(10, first=3), *known(11, first=5))
    assert verdicts(network, "spike", around, flow(4, "40")) == [SUSPECT]
    assert verdicts(network, "spike", around, *message[::-1]) == [UNKNOWN, GOOD, GOOD, SUSPECT, UNKNOWN]


def test_the_message_stands_in_the_place_of_what_the_record_holds_of_its_times() -> None:
    network, around = declared(SPIKE), AllKnown(*known(10, 90, 10))
    assert verdicts(network, "spike", around, flow(2, "10.5")) == [GOOD]
    # A value that makes no sense takes the place of one that did; that one is missing takes the place of none.
    assert verdicts(network, "spike", around, flow(1, "-1"), flow(2, "90")) == [UNKNOWN, UNKNOWN]
    assert verdicts(network, "spike", around, flow(1, None), flow(2, "90")) == [MISSING, SUSPECT]
    assert verdicts(network, "spike", around, flow(1, None)) == [MISSING]


def test_of_two_values_of_one_time_the_last_stands_for_others() -> None:
    network = declared(SPIKE)
    message = [flow(1, "10"), flow(2, "90"), flow(2, "10.5"), flow(3, "10")]
    assert verdicts(network, "spike", NOTHING, *message) == [UNKNOWN, UNKNOWN, GOOD, UNKNOWN]
    assert found(network, NOTHING, *message).flag.tolist() == [UNKNOWN, SUSPECT, SUSPECT, UNKNOWN]


@pytest.mark.parametrize(("value", "of"), [("-3", "no sense"), ("1200", "no gauge of ours")])
def test_what_cannot_be_true_condemns_none_of_its_neighbours(value: str, of: str) -> None:
    network = declared(row("gross_range", fail=(0, 900)), row("rate_of_change", suspect=1), SPIKE, TWO_DAYS)
    message = [flow(1, "10"), flow(2, value), flow(3, "11"), flow(4, "10")]
    batch = found(network, NOTHING, *message)
    assert batch.flag.tolist() == [GOOD, BAD, GOOD, GOOD], of
    assert verdicts(network, "rate-of-change", NOTHING, *message) == [UNKNOWN, UNKNOWN, GOOD, GOOD]
    around = AllKnown((FLOW, term(1), 10.0), (FLOW, term(2), float(value)))
    assert verdicts(network, "rate-of-change", around, message[2]) == [GOOD]


def test_what_its_sender_called_bad_says_nothing_of_others() -> None:
    network = declared(row("rate_of_change", suspect=1), TWO_DAYS)
    message = [flow(1, "10"), flow(2, "400", Flag.BAD), flow(3, "11")]
    assert verdicts(network, "rate-of-change", NOTHING, *message) == [UNKNOWN, UNKNOWN, GOOD]
    around = AllKnown(*known(10, 400), withdrawn=1)
    assert verdicts(network, "rate-of-change", around, message[2]) == [GOOD]
    assert verdicts(network, "rate-of-change", AllKnown(*known(10, 400)), message[2]) == [SUSPECT]


def test_a_context_is_asked_once_a_message_and_no_wider_than_declared() -> None:
    network = declared(SPIKE, GAP, row("rate_of_change", suspect=1))
    around = AllKnown()
    found(network, around, flow(5, "10"), flow(7, "10"), flow(6, "3", series=LEVEL))
    hours, day = 25 * 3600, [int(term(day).timestamp()) for day in (5, 7)]
    assert around.asked == [{FLOW: (day[0] - hours, day[1] + hours + 1)}]
    assert verdicts(network, "gap", AllKnown(*known(1, first=4)), flow(5, "1"), flow(7, "1")) == [GOOD, UNKNOWN]


def test_what_lies_far_apart_is_asked_for_by_itself() -> None:
    around, old = AllKnown(), said(FLOW, datetime(1990, 1, 1, tzinfo=UTC), "10")
    found(declared(SPIKE), around, flow(5, "10"), old)
    assert len(around.asked) == 2
    assert all(end - start < 4 * 86_400 for asked in around.asked for start, end in asked.values())


def test_a_flat_line_is_sought_as_far_back_as_it_may_reach_where_nothing_moved() -> None:
    network = declared(row("flat_line", tolerance=0, suspect_hours=72), GAP)
    moved, still = AllKnown(*known(10, 10, 10, 10, 11)), AllKnown(*known(10, 10, 10, 10, 10))
    assert verdicts(network, "flat-line", moved, flow(6, "10")) == [GOOD]
    assert verdicts(network, "flat-line", still, flow(6, "10")) == [SUSPECT]
    assert [len(context.asked) for context in (moved, still)] == [1, 2]
    start, _ = still.asked[1][FLOW]
    assert int(term(6).timestamp()) - start == (72 + 25) * 3600


def test_where_no_gap_is_declared_one_follows_another_within_three_steps() -> None:
    assert sorted(USUAL_GAP_HOURS) == sorted(INTERVALS)
    network = declared(row("rate_of_change", suspect=1))
    near, far = term(1) + timedelta(hours=36), term(1) + timedelta(hours=37)
    around = AllKnown(*known(10))
    assert verdicts(network, "rate-of-change", around, said(FLOW, near, "11", Flag.UNKNOWN)) == [GOOD]
    assert verdicts(network, "rate-of-change", around, said(FLOW, far, "11", Flag.UNKNOWN)) == [UNKNOWN]


def test_the_more_particular_row_holds() -> None:
    winter = {"months": (11, 12, 1, 2)}
    rows = [
        row("rate_of_change", suspect=1, **winter),
        row("rate_of_change", suspect=2),
        row("rate_of_change", suspect=3, interval="daily"),
        row("rate_of_change", suspect=4, interval="daily", **winter),
        row("rate_of_change", suspect=5, station="post:kg"),
        row("rate_of_change", suspect=6, station="post:kg", interval="term", months=(7,)),
        row("rate_of_change", suspect=7, quantity="level"),
    ]
    network = declared(*rows)
    group = Group(network, [network.series[name] for name in (FLOW, DAILY, FAR, STORAGE)])
    held = group.limits(network.thresholds.rate_of_change)
    suspect = held.column(lambda one: one.suspect, held.number)
    assert suspect[0].tolist() == [5, 5, 5, 5, 5, 5, 6, 5, 5, 5, 5, 5]
    assert suspect[1].tolist() == [5] * 12
    assert suspect[2].tolist() == [4, 4, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4]
    assert np.isnan(suspect[3]).all()


def test_months_are_those_of_the_place() -> None:
    network = declared(row("gross_range", fail=(0, 100)), row("gross_range", fail=(0, 9), months=(4,)))
    first = datetime(2026, 4, 1, tzinfo=BISHKEK)
    moments = [first - timedelta(seconds=1), first, datetime(2026, 5, 1, tzinfo=BISHKEK)]
    message = [said(FLOW, moment, "10", Flag.UNKNOWN) for moment in moments]
    assert verdicts(network, "gross-range", NOTHING, *message) == [GOOD, BAD, GOOD]


def test_stations_of_two_zones_are_each_in_their_own_month() -> None:
    network = declared(row("gross_range", fail=(0, 100)), row("gross_range", fail=(0, 9), months=(4,)))
    moment = datetime(2026, 3, 31, 18, 30, tzinfo=UTC)  # April in Bishkek, and March in Almaty
    message = [said(series, moment, "10", Flag.UNKNOWN) for series in (DAILY, FAR)]
    assert verdicts(network, "gross-range", NOTHING, *message) == [BAD, GOOD]


def test_the_season_is_asked_of_the_years_before() -> None:
    low, high = np.full(366, np.nan), np.full(366, np.nan)
    low[182], high[182] = 10, 20  # 1 July, the 183rd day of a year with a 29 February
    around = AllKnown(climate=Climate(low=low, high=high))
    message = [flow(1, "25"), flow(1, "25.1", series=DAILY), flow(2, "25.1"), flow(3, None)]
    assert verdicts(declared(row("climatology")), "climatology", around, *message) == [GOOD, SUSPECT, UNKNOWN, MISSING]
    assert {(one.series, one.year, one.window_days) for one in around.seasons} == {(FLOW, 2026, 15), (DAILY, 2026, 15)}
    assert verdicts(declared(row("climatology")), "climatology", NOTHING, *message) == [2, 2, 2, 9]


BELOW = row(
    "neighbour", station="post:kg", series="discharge.daily", upstream="far:kz", upstream_series="discharge.daily",
    lag_hours=12, low="0.5", high=2,
)  # fmt: skip


def test_a_neighbour_is_asked_for_the_hour_at_which_the_water_passed() -> None:
    """The days of the two begin an hour apart; twelve hours before midnight lies between two means."""
    upstream = [(FAR, midnight(day, BISHKEK), value) for day, value in ((4, 10.0), (5, 20.0), (6, 40.0))]
    message = [said(DAILY, midnight(day), value, Flag.UNKNOWN) for day, value in ((5, "30"), (6, "60.1"), (8, "30"))]
    around = AllKnown(*upstream)
    assert verdicts(declared(BELOW), "neighbour", around, *message) == [GOOD, SUSPECT, UNKNOWN]
    assert set(around.asked[0]) == {FAR}
    # What the same message says of the gauge upstream stands in the place of what the record holds.
    told = said(FAR, midnight(6, BISHKEK), "41", Flag.UNKNOWN)
    assert verdicts(declared(BELOW), "neighbour", around, *message, told) == [GOOD, GOOD, UNKNOWN, UNKNOWN]
    other = but(BELOW, {"months": (1,)})
    assert verdicts(declared(other), "neighbour", around, *message) == [UNKNOWN] * 3


def test_of_two_rows_of_one_series_the_worse_stands() -> None:
    strict = but(BELOW, {"high": Decimal(1)})
    upstream = [(FAR, midnight(day, BISHKEK), 10.0) for day in (4, 5)]
    message = said(DAILY, midnight(5), "15", Flag.UNKNOWN)
    assert verdicts(declared(BELOW), "neighbour", AllKnown(*upstream), message) == [GOOD]
    assert verdicts(declared(BELOW, strict), "neighbour", AllKnown(*upstream), message) == [SUSPECT]
    assert verdicts(declared(strict, BELOW), "neighbour", AllKnown(*upstream), message) == [SUSPECT]


BALANCED = row(
    "mass_balance", station="kirov:kg", storage="storage.term", inflow="inflow.daily", release="release.daily",
    suspect="0.5", fail=5,
)  # fmt: skip


def days(inflow: str, release: str, count: int = 4) -> list[Observation]:
    return [
        said(series, midnight(day), value, Flag.UNKNOWN)
        for day in range(1, count + 1)
        for series, value in ((INFLOW, inflow), (RELEASE, release))
    ]


def pool(day: int, hm3: str, hour: int = 8) -> Observation:
    return said(STORAGE, term(day, hour), hm3, Flag.UNKNOWN)


def test_a_storage_is_balanced_over_the_day_that_ends_with_it() -> None:
    """20 m3/s come in and 10 go out: 0.864 million m3 a day, 0.288 of it until 08:00."""
    levels = [pool(1, "100"), pool(2, "100.864"), pool(3, "102.3"), pool(4, "110")]
    message = [*levels, *days("20", "10")]
    batch = found(declared(BALANCED), NOTHING, *message)
    assert batch.flag[:4].tolist() == [UNKNOWN, GOOD, SUSPECT, BAD]
    flows = AllKnown(*((one.series, one.time, float(one.value or 0)) for one in days("20", "10")))
    assert verdicts(declared(BALANCED), "mass-balance", flows, *levels) == [UNKNOWN, GOOD, SUSPECT, BAD]


def test_flows_are_balanced_over_their_own_day_with_the_storage_on_the_line_between_terms() -> None:
    levels = [pool(1, "100"), pool(2, "100.864"), pool(3, "101.728"), pool(4, "109")]
    network, flows = declared(BALANCED), days("20", "10")
    checked = verdicts(network, "mass-balance", NOTHING, *levels, *flows)[4:]
    # Before the first term and after the last the storage is not known.
    assert checked == [UNKNOWN, UNKNOWN, GOOD, GOOD, SUSPECT, SUSPECT, UNKNOWN, UNKNOWN]
    stands = AllKnown(*((one.series, one.time, float(one.value or 0)) for one in levels))
    assert verdicts(network, "mass-balance", stands, *flows) == checked
    # Of one flow alone nothing can be said.
    assert verdicts(network, "mass-balance", stands, *flows[::2]) == [UNKNOWN] * 4


def test_what_closes_a_day_is_sought_as_far_as_it_may_lie() -> None:
    """Storage at 06:00 and 20:00 of each day, 0.864 million m3 more from day to day."""
    stands = [(STORAGE, term(day, hour), 100 + 0.864 * (day + hour / 24)) for day in (1, 2, 3) for hour in (6, 20)]
    stands += [(one.series, one.time, float(one.value or 0)) for one in days("20", "10", 2)]
    network = declared(BALANCED)
    for message in (pool(2, "102.016"), said(INFLOW, midnight(2), "20"), said(RELEASE, midnight(2), "10")):
        others = [one for one in stands if one[:2] != (message.series, message.time)]
        assert verdicts(network, "mass-balance", AllKnown(*others), message) == [GOOD], message.series


def test_a_balance_of_what_is_no_daily_mean_is_told() -> None:
    odd = but(BALANCED, {"inflow": "level.term"})
    with pytest.raises(QualityError, match="no daily mean"):
        found(declared(odd), NOTHING, pool(1, "100"))


RATED = row("rating_residual", station="post:kg", level="level.term", discharge="discharge.term", suspect=10, fail=50)


def test_a_measured_discharge_is_held_against_the_curve_of_its_day() -> None:
    """The curve is 10 times the level, gauged from 1 m to 5 m, in force from 2026 on."""
    network = declared(RATED)
    message = [flow(1, "22"), flow(2, "22.1"), flow(3, "31"), flow(4, "120"), flow(5, "20"), flow(6, None)]
    levels = [(LEVEL, term(day), metres) for day, metres in ((1, 2.0), (2, 2.0), (3, 2.0), (4, 6.0), (6, 2.0))]
    expected = [GOOD, SUSPECT, BAD, SUSPECT, UNKNOWN, MISSING]
    assert verdicts(network, "rating-residual", AllKnown(*levels), *message) == expected
    assert verdicts(declared(RATED, rating_curves=()), "rating-residual", AllKnown(*levels), *message[:2]) == [2, 2]
    later = declared(RATED, rating_curves=(rating(valid_from="2026-07-03"),))
    assert verdicts(later, "rating-residual", AllKnown(*levels), *message[:3]) == [UNKNOWN, UNKNOWN, BAD]


def test_a_series_that_is_not_declared_is_no_silence() -> None:
    lost = but(BELOW, {"upstream": "gone:kg"})
    with pytest.raises(QualityError, match=r"check neighbour cannot run: .*gone:kg\.discharge\.daily.*quality\.toml"):
        found(declared(lost), NOTHING, said(DAILY, midnight(1), "10"))
    assert found(declared(lost), NOTHING, flow(1, "10")).flag.tolist() == [UNKNOWN]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (lambda judged: np.full(3, 1, dtype=np.int8), "gave no flag of the scale for each reading"),
        (lambda judged: np.full(len(judged.values), 7, dtype=np.int8), "gave no flag of the scale"),
        (lambda judged: judged.nothing, "AttributeError"),
        (lambda judged: 1 // 0, r"post:kg\.discharge\.term.*ZeroDivisionError"),
    ],
)
def test_a_check_that_cannot_run_is_a_fault_in_one_line(
    broken: object, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CHECKS, "spike", Check(broken))  # type: ignore[arg-type]
    with pytest.raises(QualityError, match=reason) as fault:
        found(declared(), NOTHING, flow(1, "10"), flow(2, "11"))
    assert "spike" in str(fault.value)
    assert "\n" not in str(fault.value)


class Overwhelming(AllKnown):
    """Tells all that is known, however little is asked for."""

    def readings(self, wanted: Mapping[str, Span]) -> Known:
        """All of it."""
        ever = -(1 << 40), 1 << 40
        return super().readings(dict.fromkeys([FLOW, LEVEL, STORAGE, INFLOW, RELEASE, DAILY, FAR], ever))


HALF_DAYS = st.lists(st.tuples(st.integers(0, 60), st.sampled_from([10, 10, 11, 40, 90])), unique_by=lambda one: one[0])


@settings(max_examples=40, deadline=None)
@given(HALF_DAYS, HALF_DAYS, st.sampled_from([13, 25, 50]))
def test_what_is_found_does_not_hang_on_what_more_is_known(
    record: list[tuple[int, int]], message: list[tuple[int, int]], gap: int
) -> None:
    """What a check is given is all that it needs: told all of the record, it finds the same."""
    rows = row("rate_of_change", suspect=1), row("flat_line", tolerance=0, suspect_hours=40, fail_hours=90)
    network = declared(SPIKE, row("gap", hours=gap), RATED, BELOW, BALANCED, *rows)
    stands, begin = [], term(1)
    for half_days, value in record:
        at = begin + timedelta(hours=12 * half_days)
        stands += [(FLOW, at, float(value)), (LEVEL, at, value / 20)]
        stands.append((STORAGE, at + timedelta(hours=half_days % 5), 100.0 + value / 40))
    stands += [(name, midnight(day), 10.0) for day in range(1, 20) for name in (INFLOW, RELEASE, FAR)]
    said_now = [
        said(name, begin + timedelta(hours=12 * half_days), str(value), Flag.UNKNOWN)
        for half_days, value in message
        for name in (FLOW, STORAGE)
    ]
    said_now += [said(DAILY, midnight(day), "19", Flag.UNKNOWN) for day in (3, 9)]
    asked = found(network, AllKnown(*stands), *said_now).verdicts
    told = found(network, Overwhelming(*stands), *said_now).verdicts
    assert asked is not None
    assert told is not None
    assert asked.tolist() == told.tolist()
