"""Written telegrams read back as what they were to say."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arna.demo.generator.telegrams import Report, as_sent, bulletin, change, level, nil, rain, scaled, telegram, water
from ingest.decode.kn15 import decode
from ingest.reading import NoReport, Reading

BISHKEK = ZoneInfo("Asia/Bishkek")
DAY = date(2026, 6, 20)
RECEIVED = datetime(2026, 6, 20, 2, 30, tzinfo=UTC)
flows = st.decimals(min_value=0, max_value=Decimal("999999"), allow_nan=False, places=5)


def moment(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=BISHKEK).astimezone(UTC)


def readings(report: Report) -> dict[tuple[str, str, datetime], Decimal | None]:
    """What our own reader finds in the bulletin of one telegram; it must understand all of it."""
    said = decode(bulletin([telegram(report)]), RECEIVED, BISHKEK)
    found = [item for item in said if isinstance(item, Reading)]
    assert len(found) == len(said), said
    assert {item.station for item in found} <= {report.post}
    return {(item.quantity, item.interval, item.time): item.value for item in found}


@pytest.mark.parametrize(
    ("value", "group"),
    [("0", "0000"), ("0.004", "0004"), ("0.383", "0383"), ("3.83", "1383"), ("383", "3383"), ("38300", "5383"),
     ("9.996", "2100"), ("0.9996", "1100"), ("18.4", "2184")],
)  # fmt: skip
def test_a_flow_is_three_figures_and_the_length_of_its_integer_part(value: str, group: str) -> None:
    assert scaled(Decimal(value)) == group


@pytest.mark.parametrize("value", ["-0.1", "1E9"])
def test_a_flow_that_kqqq_cannot_hold_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="kQQQ"):
        scaled(Decimal(value))


def test_level_change_water_and_rain_are_written_as_the_code_says() -> None:
    assert [level(Decimal(cm)) for cm in (123, 0, -36)] == ["0123", "0000", "5036"]
    assert [change(Decimal(cm)) for cm in (4, 0, -12)] == ["0041", "0000", "0122"]
    assert [water(Decimal(degrees)) for degrees in ("0.4", "9.9", "14")] == ["04//", "99//", "1499"]
    assert [rain(Decimal(mm)) for mm in ("0", "0.3", "12")] == ["000/", "993/", "012/"]


@pytest.mark.parametrize("cm", [-1000, 5000])
def test_a_level_that_hhhh_cannot_hold_is_refused(cm: int) -> None:
    with pytest.raises(ValueError, match="HHHH"):
        level(Decimal(cm))


@given(flows)
def test_a_flow_is_read_back_as_it_was_sent_and_is_within_half_a_figure(value: Decimal) -> None:
    sent = as_sent(value)
    assert as_sent(sent) == sent
    assert abs(sent - value) <= max(Decimal("0.0005"), value * Decimal("0.005"))
    found = readings(Report(post="15194", day=DAY, values={"discharge": sent}))
    assert found == {("discharge", "term", moment(DAY, 8)): sent}


@given(
    st.integers(-900, 4999),
    st.integers(-300, 300),
    st.integers(0, 30),
    st.integers(0, 988),
    flows,
)
def test_a_post_is_read_back_value_by_value(cm: int, rise: int, degrees: int, mm: int, flow: Decimal) -> None:
    yesterday = DAY - timedelta(days=1)
    values = {
        "level": Decimal(cm),
        "level_change": Decimal(rise),
        "level_20h": None,
        "water": Decimal(degrees),
        "rain": Decimal(mm),
        "discharge_mean": as_sent(flow),
    }
    assert readings(Report(post="15194", day=DAY, values=values)) == {
        ("level", "term", moment(DAY, 8)): Decimal(cm),
        ("level", "term", moment(yesterday, 20)): None,
        ("temperature", "term", moment(DAY, 8)): Decimal(degrees),
        ("precipitation", "daily", moment(yesterday, 8)): Decimal(mm),
        ("discharge", "daily", moment(yesterday, 0)): as_sent(flow),
    }


def test_a_reservoir_is_read_back_with_its_release_on_the_day_before() -> None:
    yesterday = DAY - timedelta(days=1)
    values = {"pool": Decimal(3498), "volume": Decimal(283), "inflow": None, "inflow_mean": Decimal("49.8"),
              "release_mean": Decimal("99.2")}  # fmt: skip
    assert readings(Report(post="15960", day=DAY, values=values)) == {
        ("level", "term", moment(DAY, 8)): Decimal(3498),
        ("storage", "term", moment(DAY, 8)): Decimal(283),
        ("inflow", "term", moment(DAY, 8)): None,
        ("inflow", "daily", moment(yesterday, 0)): Decimal("49.8"),
        ("release", "daily", moment(yesterday, 0)): Decimal("99.2"),
    }


def test_the_figure_n_says_which_sections_follow() -> None:
    both = {"level": Decimal(1), "discharge_mean": Decimal(2)}
    assert telegram(Report(post="15194", day=DAY, values=both)) == "15194 20082 10001 93301 41200="
    assert telegram(Report(post="15194", day=DAY, values={"level": Decimal(1)})) == "15194 20081 10001="
    assert telegram(Report(post="15960", day=DAY, values={"pool": Decimal(1)})) == "15960 20085 94420 10001="


def test_a_name_without_a_group_is_refused() -> None:
    with pytest.raises(ValueError, match="no group says depth"):
        telegram(Report(post="15194", day=DAY, values={"depth": Decimal(1)}))


def test_nil_is_read_back_as_no_report() -> None:
    said = decode(bulletin([nil("15194", DAY)]), RECEIVED, BISHKEK)
    assert said == [NoReport(station="15194", time=moment(DAY, 8), where="telegram 1")]
