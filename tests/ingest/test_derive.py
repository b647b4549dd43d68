"""Computed series in a record: what comes of readings, of corrections and of gaps."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from ingest.derive import derive_again
from ingest.quality.alone import judge_alone
from record import leaf as leaves
from record.batch import Batch
from record.entry import Flag, Observation, Receipt
from record.network.derived import By
from record.network.threshold import Thresholds
from record.proof import canonical
from tests.ingest import computing
from tests.ingest.computing import (
    ALMATY,
    ERROR,
    INFLOW,
    LEVEL,
    LOWER,
    POST_FLOW,
    POST_LEVEL,
    RELEASE,
    STORAGE,
    SURFACE,
    UPPER,
    VIRTUAL,
    House,
    grounds,
    last,
    midnight,
    network,
    reservoir,
    said,
    shown,
    term,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.record.engine.dispose()


def test_levels_give_storage_and_surface_and_these_with_the_release_give_inflow(house: House) -> None:
    house.tell(*reservoir([1, 2, 3], ["30", "30.0864", "29.9136"]))
    assert house.follow().computed == 3 + 3 + 2 + 2
    assert shown(house, STORAGE) == [("200", "good"), ("200.864", "good"), ("199.136", "good")]
    assert shown(house, SURFACE) == [("10", "unknown")] * 3
    # 0.864 million m3 a day are 10 m3/s: 10 + 15, and -20 + 15, which is too far below nought for its uncertainty.
    assert house.values(INFLOW) == {midnight(1): ("25", "unknown"), midnight(2): ("-5", "bad")}
    # The square root of twice (0.0864 million m3 / 86400 s)^2.
    assert shown(house, ERROR) == [("1.41421", "unknown"), ("1.41421", "bad")]
    assert house.archive.history(INFLOW, midnight(1))[0].method == "computed"
    assert house.follow() == replace(house.follow(), entries=0)


def test_an_inflow_below_nought_within_its_uncertainty_is_in_doubt_and_not_bad_whatever_the_range(
    tmp_path: Path,
) -> None:
    ranges = Thresholds(gross_range=(computing.limit("inflow", 0, 20),))
    house = House(tmp_path, network(thresholds=ranges))
    house.tell(*reservoir([1, 2, 3], ["30", "30.0864", "29.93952"]))
    house.follow()
    assert shown(house, INFLOW) == [("25", "bad"), ("-2.00231", "suspect")]
    tests = house.archive.history(INFLOW, midnight(2))[-1].tests
    assert tests == {"said": Flag.SUSPECT, "sense": Flag.UNKNOWN, "gross-range": Flag.GOOD}
    assert shown(house, ERROR)[0] == ("1.41421", "unknown")


def test_losses_are_counted_by_the_month_the_surface_and_the_window(tmp_path: Path) -> None:
    july = computing.balance(evaporation_mm=[0] * 6 + [155] + [0] * 5, seepage="0.5", loss_error_percent=0)
    house = House(tmp_path, network(balances=(july,)))
    house.tell(*reservoir([1, 2], ["30", "30"]))
    house.follow()
    # 5 mm a day from 10 km2 are 0.578704 m3/s.
    assert shown(house, INFLOW) == [("16.0787", "unknown")]


@pytest.mark.parametrize(
    ("level", "flag", "value", "found"),
    [
        ("2", Flag.GOOD, "20", "good"),
        ("2", Flag.SUSPECT, "20", "suspect"),
        ("6", Flag.GOOD, "60", "suspect"),
        ("2", Flag.BAD, None, "missing"),
        ("9.5", Flag.GOOD, None, "missing"),
        (None, Flag.MISSING, None, "missing"),
    ],
)
def test_discharge_is_as_good_as_its_level_and_its_curve(
    house: House, level: str | None, flag: Flag, value: str | None, found: str
) -> None:
    house.tell(said(POST_LEVEL, term(1), level, flag))
    house.follow()
    assert shown(house, POST_FLOW) == [(value, found)]


def test_a_correction_is_computed_anew_and_says_why(house: House) -> None:
    house.tell(*reservoir([1, 2, 3, 4], ["30", "30", "30", "30"]))
    house.follow()
    before = last(house, INFLOW, 3).entry
    entry = house.tell(said(LEVEL, term(2), "30.0864"))
    done = house.follow()
    assert done.computed == 1 + 2
    assert shown(house, INFLOW) == [("25", "unknown"), ("5", "unknown"), ("15", "unknown")]
    stored, found = house.archive.history(STORAGE, term(2))[-1], last(house, INFLOW, 1)
    assert stored.reason == f"{LEVEL} was corrected by entry {entry}"
    assert found.reason == f"{STORAGE} was corrected by entry {stored.entry}"
    assert last(house, INFLOW, 3).entry == before
    assert house.follow().computed == 0


def test_a_correction_of_release_and_level_at_once_is_worked_out_once(house: House) -> None:
    house.tell(*reservoir([1, 2], ["30", "30"]))
    house.follow()
    house.tell(said(LEVEL, term(2), "30.0864"), said(RELEASE, midnight(1), "20"))
    house.follow()
    assert [str(one.value) for one in house.archive.history(INFLOW, midnight(1))] == ["15", "28.3333"]


def test_what_becomes_missing_makes_missing_what_rests_on_it(house: House) -> None:
    house.tell(*reservoir([1, 2, 3], ["30", "30", "30"]))
    house.follow()
    house.tell(said(LEVEL, term(3), "30", Flag.BAD))
    house.follow()
    assert shown(house, STORAGE)[-1] == (None, "missing")
    assert shown(house, INFLOW) == [("15", "unknown"), (None, "missing")]
    assert [one.value is None for one in house.archive.history(INFLOW, midnight(2))] == [False, True]
    house.tell(said(LEVEL, term(3), "30.0864"))
    house.follow()
    assert shown(house, INFLOW)[-1] == ("25", "unknown")
    assert f"{STORAGE} came with entry" in str(last(house, INFLOW, 2).reason)


def test_nothing_is_said_of_a_day_of_which_an_input_has_not_come(house: House) -> None:
    house.tell(*reservoir([1, 2], ["30", "30"])[:2])
    house.follow()
    assert house.times(INFLOW) == []
    house.tell(said(RELEASE, midnight(1), None))
    house.follow()
    assert house.times(INFLOW) == []
    house.tell(said(RELEASE, midnight(2), "15"))
    house.follow()
    assert shown(house, INFLOW) == [(None, "missing")]
    house.tell(said(LEVEL, term(3), None), said(RELEASE, midnight(3), "15"))
    house.follow()
    assert shown(house, INFLOW) == shown(house, ERROR) == [(None, "missing")] * 2


@pytest.mark.parametrize("which", [LEVEL, RELEASE])
@pytest.mark.parametrize("day", [1, 2])
def test_an_inflow_is_as_good_as_both_storages_and_the_release(house: House, which: str, day: int) -> None:
    rows = reservoir([1, 2, 3], ["30", "30", "30"])
    at = term(day) if which == LEVEL else midnight(day)
    house.tell(*(replace(row, flag=Flag.SUSPECT) if (row.series, row.time) == (which, at) else row for row in rows))
    house.follow()
    # The release of the second day is that of the last hours of the first report day.
    expected = (True, day == 2)
    assert [flag == "suspect" for _, flag in shown(house, INFLOW)] == list(expected)


def test_the_surface_is_the_mean_of_both_ends(tmp_path: Path) -> None:
    cone = computing.bowl(points=[("10", "0", "0"), ("40", "300", "30")])
    july = computing.balance(evaporation_mm=[0] * 6 + [155] + [0] * 5)
    house = House(tmp_path, network(reservoir_curves=(cone,), balances=(july,)))
    house.tell(*reservoir([1, 2], ["20", "22"], release="0"))
    house.follow()
    # 20 million m3 more are 231.481 m3/s, and 5 mm a day from 11 km2 are 0.636574.
    assert shown(house, INFLOW) == [("232.118", "unknown")]


def test_a_storage_between_two_readings_counts_where_they_are_near(house: House) -> None:
    rows = [said(LEVEL, term(1, 0), "30"), said(LEVEL, term(1, 16), "30.0864"), said(LEVEL, term(2, 8), "30.0864")]
    house.tell(*rows, said(LEVEL, term(4, 8), "30"), *(said(RELEASE, midnight(day), "15") for day in (1, 2, 3)))
    house.follow()
    # At 08:00 of the first day half of the 0.864 million m3 have come.
    assert house.values(INFLOW) == {midnight(1): ("20", "unknown")}


def test_a_window_has_all_its_days(tmp_path: Path) -> None:
    house = House(tmp_path, network(balances=(computing.balance(window_days=3),)))
    house.tell(*reservoir([1, 2, 3, 4, 5], ["30", "30.05", "29", "30.0864", "30.0864"]))
    house.follow()
    assert house.values(INFLOW) == {
        # Over three days 0.864 million m3 are 3.33333 m3/s; of the days in between nothing is asked but the release.
        midnight(2): ("18.3333", "unknown"),
        midnight(3): ("16.4043", "unknown"),
    }
    assert shown(house, ERROR)[0] == ("0.471405", "unknown")
    house.tell(said(RELEASE, midnight(1), "18"))
    house.follow()
    # 3 m3/s more in 16 of 72 hours.
    assert shown(house, INFLOW) == [("19", "unknown"), ("16.4043", "unknown")]


def test_gates_that_are_moved_at_midnight_make_no_inflow(house: House) -> None:
    # 10 m3/s flow in throughout; from midnight of the third day 110 flow out, and the storage falls by 100 m3/s.
    lost = {1: 0, 2: 0, 3: 8, 4: 32, 5: 56}
    levels = [said(LEVEL, term(day), str(Decimal(30) - Decimal("0.036") * hours)) for day, hours in lost.items()]
    house.tell(*levels, *(said(RELEASE, midnight(day), "10" if day < 3 else "110") for day in lost))
    house.follow()
    assert house.values(INFLOW) == {midnight(day): ("10", "unknown") for day in range(1, 5)}


def test_a_corrected_release_is_followed_on_both_report_days_that_it_is_part_of(house: House) -> None:
    house.tell(*reservoir([1, 2, 3, 4], ["30", "30", "30", "30"]))
    house.follow()
    house.tell(said(RELEASE, midnight(2), "39"))
    assert house.follow().computed == 2
    # 24 m3/s more in the last 8 hours of one and the first 16 of the other.
    assert shown(house, INFLOW) == [("23", "unknown"), ("31", "unknown"), ("15", "unknown")]


def test_a_virtual_post_adds_days_by_their_date_and_earlier_ones_where_declared(house: House) -> None:
    house.tell(said(UPPER, midnight(1), "10"), said(LOWER, midnight(2, ALMATY), "3"))
    house.follow()
    assert house.values(VIRTUAL) == {midnight(2): ("11", "good")}
    entry = house.tell(said(LOWER, midnight(2, ALMATY), "4", Flag.SUSPECT))
    house.follow()
    assert shown(house, VIRTUAL) == [("13", "suspect")]
    assert last(house, VIRTUAL, 2).reason == f"{LOWER} was corrected by entry {entry}"


def test_a_day_of_bishkek_begins_on_the_day_before_in_almaty_and_is_added_to_its_own_date(tmp_path: Path) -> None:
    both = computing.derived("far:kz", "discharge.daily", By.WEIGHTED_SUM, UPPER, LOWER)
    house = House(tmp_path, computing.with_derived(both))
    house.tell(said(UPPER, midnight(2), "10"))
    house.tell(said(LOWER, midnight(2, ALMATY), "3"), said(LOWER, midnight(1, ALMATY), "5"))
    house.follow()
    series = "far:kz:computed.discharge.daily"
    assert house.values(series) == {midnight(2, ALMATY): ("13", "good")}
    house.tell(said(UPPER, midnight(2), "11"))
    house.follow()
    assert house.values(series) == {midnight(2, ALMATY): ("14", "good")}


@pytest.mark.parametrize("gone", [said(UPPER, midnight(1), None), said(UPPER, midnight(1), "10", Flag.BAD)])
def test_a_virtual_post_without_one_of_its_posts_is_missing_and_not_smaller(house: House, gone: Observation) -> None:
    house.tell(said(LOWER, midnight(2, ALMATY), "3"))
    house.follow()
    assert house.times(VIRTUAL) == []
    house.tell(gone)
    house.follow()
    assert shown(house, VIRTUAL) == [(None, "missing")]


def spoken_in_its_place(house: House, source: str, value: str, flag: Flag) -> None:
    """Let another than the rule speak of the discharge of the first day."""
    stands = house.archive.history(POST_FLOW, term(1))[-1].entry
    receipt = Receipt(source=source, name="", media="text/plain", received=house.now(), body=source.encode())
    batch = Batch.of([said(POST_FLOW, term(1), value, flag)])
    house.pen.append(receipt, batch, (), house.now, reason="made up", instead_of=np.array([stands]))


@pytest.mark.parametrize(("source", "value"), [(leaves.QUALITY, "20"), ("amendments-kg", "21")])
def test_what_others_say_of_a_computed_value_stays_until_it_is_computed_otherwise(
    house: House, source: str, value: str
) -> None:
    house.tell(said(POST_LEVEL, term(1), "2"))
    house.follow()
    spoken_in_its_place(house, source, value, Flag.SUSPECT)
    # The level is said once more: nothing is computed otherwise.
    house.tell(said(POST_LEVEL, term(1), "2.0"))
    house.follow()
    assert shown(house, POST_FLOW) == [(value, "suspect")]
    house.tell(said(POST_LEVEL, term(1), "2.1"))
    house.follow()
    assert shown(house, POST_FLOW) == [("21", "good")]


def test_the_receipt_of_a_computed_value_states_on_what_it_rests(house: House) -> None:
    entry = house.tell(*reservoir([1, 2], ["30", "30"]))
    house.follow()
    found = house.archive.history(INFLOW, midnight(1))[-1]
    stored = house.archive.history(STORAGE, term(1))[-1]
    stated = grounds(house, found.entry)
    rows = [house.record.network.derived[2], computing.balance(), computing.bowl(), house.record.network.report_day]
    spelled = [{"kind": type(row).__name__} | row.model_dump(mode="json", exclude_none=True) for row in rows]
    spelled[0]["inputs"] = [{key: str(value) for key, value in one.items()} for one in spelled[0]["inputs"]]
    told = [
        {key: value if isinstance(value, str | list) else str(value) for key, value in one.items()} for one in spelled
    ]
    assert stated == {
        "rule": "balance",
        "series": INFLOW,
        "unit": "m3/s",
        "network": house.record.network.version,
        "hash": hashlib.sha256(canonical.encode(told)).hexdigest(),
        "curves": ["bowl"],
        "shifts": [],
        "inputs": [
            {"series": STORAGE, "entries": [stored.entry]},
            {"series": RELEASE, "entries": [entry]},
        ],
        "size": found.entry,
        "window_days": 1,
    }


def test_inputs_of_a_sum_are_stated_with_weight_and_lag(house: House) -> None:
    house.tell(said(UPPER, midnight(1), "10"), said(LOWER, midnight(2, ALMATY), "3"))
    house.follow()
    assert grounds(house, last(house, VIRTUAL, 2).entry)["inputs"] == [
        {"series": UPPER, "entries": [1], "weight": "0.5", "lag_days": 1},
        {"series": LOWER, "entries": [1], "weight": "2"},
    ]


def test_series_can_be_worked_out_by_hand_over_a_stretch_of_time(house: House) -> None:
    house.tell(*(said(POST_LEVEL, term(day), "2") for day in range(1, 5)))
    span = int(term(2).timestamp()), int(term(4).timestamp())
    (found,) = derive_again({POST_FLOW}, span, house.record.network, house.archive, judge_alone)
    assert found.said.time.tolist() == [int(term(day).timestamp()) for day in (2, 3)]
    assert list(derive_again({STORAGE}, span, house.record.network, house.archive, judge_alone)) == []
    house.follow()
    assert list(derive_again({POST_FLOW}, span, house.record.network, house.archive, judge_alone)) == []
