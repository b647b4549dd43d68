"""Discharge by dated rating curves, against values worked by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.days import midnight
from ingest.derive.rating import by_curve, discharge, shift_at
from ingest.derive.validity import in_force
from record.entry import Flag
from record.network.curve import RatingCurve, Segment, Shift

BISHKEK, ALMATY = ZoneInfo("Asia/Bishkek"), ZoneInfo("Asia/Almaty")
LOW = Segment(above=Decimal("0.5"), a=Decimal(10), b=Decimal("-0.3"), c=Decimal("1.5"))
HIGH = Segment(above=Decimal(1), a=Decimal(12), b=Decimal("-0.4"), c=Decimal(2))
JUNE = int(datetime(2026, 6, 15, tzinfo=UTC).timestamp())


def curve(**changed: object) -> RatingCurve:
    said: dict[str, object] = {
        "id": "made-up",
        "station": "post:kg",
        "valid_from": date(2026, 1, 1),
        "segments": (HIGH, LOW),
        "lowest": "0.6",
        "highest": "2",
        "limit_low": "0.5",
        "limit_high": "2.5",
        "document": "made up",
        "source": "a test",
    }
    return RatingCurve.model_validate(said | changed)


def shift(first: date, last: date, begins: str, ends: str) -> Shift:
    said = {"station": "post:kg", "valid_from": first, "valid_until": last, "document": "made up", "source": "a test"}
    return Shift.model_validate(said | {"at_begin": begins, "at_end": ends})


def asked(
    level: float, curves: Sequence[RatingCurve], shifts: Sequence[Shift] = (), at: int = JUNE
) -> tuple[float, Flag]:
    values, verdict = discharge(np.array([level]), np.array([at]), curves, shifts, BISHKEK)
    return float(values[0]), Flag(int(verdict[0]))


@pytest.mark.parametrize(
    ("level", "flow", "flag"),
    [
        # 10 (0.5 - 0.3)^1.5, below what was gauged
        (0.5, 0.894427, Flag.SUSPECT),
        # 10 (0.6 - 0.3)^1.5, the lowest that was
        (0.6, 1.643168, Flag.GOOD),
        # From 1 m on the upper segment: 12 (1 - 0.4)^2
        (1.0, 4.32, Flag.GOOD),
        (2.0, 30.72, Flag.GOOD),
        (2.5, 52.92, Flag.SUSPECT),
    ],
)
def test_a_curve_in_segments_gives_the_flow_and_says_how_far_it_was_gauged(
    level: float, flow: float, flag: Flag
) -> None:
    value, verdict = asked(level, [curve()])
    assert value == pytest.approx(flow, abs=1e-6)
    assert verdict is flag


@pytest.mark.parametrize("level", [0.49, 2.51, -3.0, float("nan")])
def test_beyond_its_limits_and_without_a_level_a_curve_says_nothing(level: float) -> None:
    value, flag = asked(level, [curve()])
    assert np.isnan(value)
    assert flag is Flag.MISSING


def test_a_dry_bed_has_no_flow_and_between_it_and_the_first_segment_a_curve_says_nothing() -> None:
    wide = curve(limit_low="-5")
    dry = curve(limit_low="0.1", segments=[LOW.model_copy(update={"above": Decimal("0.3")})])
    # The flow ends at 0.3 m, the segment begins at 0.5.
    assert by_curve(np.array([-4.0, 0.3, 0.4]), wide) == pytest.approx([0, 0, np.nan], nan_ok=True)
    found = by_curve(np.array([0.05, 0.1, 0.2, 0.3, 0.4]), dry)
    assert found == pytest.approx([np.nan, 0, 0, 0, 0.316228], abs=1e-6, nan_ok=True)
    assert asked(0.2, [dry]) == (0, Flag.SUSPECT)
    assert np.isnan(by_curve(np.array([0.4]), curve(segments=[]))).all()


@pytest.mark.parametrize(
    ("level", "moved", "flow", "flag"),
    [
        # At limit_low, lowest, the joint, highest and limit_high, none of which these sums are as binary numbers.
        ("0.52", "-0.02", 0.894427, Flag.SUSPECT),
        ("0.9", "-0.3", 1.643168, Flag.GOOD),
        ("1.4", "-0.4", 4.32, Flag.GOOD),
        ("2.2", "-0.2", 30.72, Flag.GOOD),
        ("2.42", "0.08", 52.92, Flag.SUSPECT),
    ],
)
def test_a_level_that_a_shift_brings_to_a_bound_is_at_it(level: str, moved: str, flow: float, flag: Flag) -> None:
    up = shift(date(2026, 6, 1), date(2026, 7, 1), moved, moved)
    for slip in (-5e-5, 0, 5e-5):
        value, verdict = asked(float(level) + slip, [curve()], [up])
        assert value == pytest.approx(flow, abs=1e-6)
        assert verdict is flag
    tabulated = curve(segments=[], points=[("0.5", "1"), ("2.5", "30")])
    assert not np.isnan(asked(float(level), [tabulated], [up])[0])


def test_a_table_is_linear_between_its_points_and_silent_outside_of_them() -> None:
    tabulated = curve(segments=[], points=[("1", "4"), ("0.5", "1"), ("2", "30")], limit_low="0")
    flows = by_curve(np.array([0.4, 0.5, 0.75, 1.5, 2.0, 2.1]), tabulated)
    assert flows == pytest.approx([np.nan, 1, 2.5, 17, 30, np.nan], nan_ok=True)


def test_a_curve_holds_from_midnight_where_its_station_stands() -> None:
    old = curve(id="old", valid_until=date(2026, 6, 15))
    new = curve(id="new", valid_from=date(2026, 6, 15), segments=[HIGH.model_copy(update={"a": Decimal(6)}), LOW])
    starts = int(datetime(2026, 6, 14, 18, tzinfo=UTC).timestamp())
    assert asked(2, [new, old], at=starts - 1)[0] == pytest.approx(30.72)
    assert asked(2, [new, old], at=starts)[0] == pytest.approx(15.36)
    assert np.isnan(asked(2, [new], at=starts - 1)[0])
    ended = curve(valid_until=date(2026, 6, 15))
    assert np.isnan(asked(2, [ended], at=starts)[0])


def test_a_curve_without_an_end_gives_way_to_the_next_one() -> None:
    new = curve(id="new", valid_from=date(2026, 6, 1))
    times = np.array([midnight(date(2026, 5, 31), BISHKEK), midnight(date(2026, 6, 1), BISHKEK)])
    assert in_force(times, [new, curve()], BISHKEK).tolist() == [1, 0]


def test_midnight_is_known_where_the_clock_was_put_back() -> None:
    began = datetime.fromtimestamp(midnight(date(2024, 3, 1), ALMATY), UTC)
    assert began == datetime(2024, 2, 29, 19, tzinfo=UTC)
    assert midnight(date(2024, 3, 1), ALMATY) - midnight(date(2024, 2, 29), ALMATY) == 25 * 3600
    assert midnight(date.min, ALMATY) < midnight(date.max, ALMATY)


def test_a_shift_runs_from_its_first_value_to_its_last() -> None:
    weeds = shift(date(2026, 6, 10), date(2026, 6, 20), "0", "-0.2")
    begins, half = midnight(date(2026, 6, 10), BISHKEK), int(timedelta(days=5).total_seconds())
    times = np.array([begins - 1, begins, begins + half, begins + 2 * half])
    assert shift_at(times, [weeds], BISHKEK) == pytest.approx([0, 0, -0.1, 0])
    # Twelve times the square of 1.7 - 0.1 - 0.4.
    assert asked(1.7, [curve()], [weeds], at=begins + half)[0] == pytest.approx(17.28)


def test_the_shifted_level_is_held_against_what_was_gauged() -> None:
    up = shift(date(2026, 6, 1), date(2026, 7, 1), "0.1", "0.1")
    assert asked(1.95, [curve()], [up])[1] is Flag.SUSPECT
    assert asked(2.45, [curve()], [up])[1] is Flag.MISSING


@settings(max_examples=40, deadline=None)
@given(st.floats(0.55, 2.4), st.floats(0.2, 3), st.floats(0.2, 3), st.floats(1, 3))
def test_segments_that_meet_are_continuous(at: float, low: float, high: float, c: float) -> None:
    # The upper segment is made to begin where the lower one ends.
    lower = Segment(above=Decimal("0.5"), a=Decimal(low), b=Decimal("-0.3"), c=Decimal(c))
    a = low * (at - 0.3) ** c / (at - 0.1) ** high
    upper = Segment(above=Decimal(at), a=Decimal(a), b=Decimal("-0.1"), c=Decimal(high))
    below, above = by_curve(np.array([at - 1e-9, at]), curve(segments=[lower, upper]))
    assert above == pytest.approx(below, rel=1e-6)
