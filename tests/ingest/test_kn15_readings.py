"""KN-15 in the terms of the record: series, stamps, doubts; and dates, which a telegram does not send."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode.kn15 import MAX_BODY, decode
from ingest.decode.kn15.dating import latest_day, latest_month_day, latest_period
from ingest.reading import NoReport, Reading, Unreadable

BISHKEK, ALMATY = ZoneInfo("Asia/Bishkek"), ZoneInfo("Asia/Almaty")
RECEIVED = datetime(2026, 5, 6, 5, 0, tzinfo=UTC)


def readings(groups: str, received: datetime = RECEIVED, zone: ZoneInfo = BISHKEK) -> list[Reading]:
    """What a telegram of post 15101 says, all of which can be read."""
    said = decode(f"15101 {groups}=".encode(), received, zone)
    found = [item for item in said if isinstance(item, Reading)]
    assert found == said
    return found


def series(groups: str, received: datetime = RECEIVED, zone: ZoneInfo = BISHKEK) -> list[tuple[str, str, str | None]]:
    """(series, local stamp, value with its unit) of each reading."""
    return [
        (
            f"{item.quantity}.{item.interval}",
            item.time.astimezone(zone).strftime("%m-%d %H:%M"),
            None if item.value is None else f"{item.value:f} {item.unit}",
        )
        for item in readings(groups, received, zone)
    ]


def unreadable(text: str) -> list[tuple[bytes, str]]:
    """(bytes, place) of what cannot be read in a message."""
    said = decode(text.encode(), RECEIVED, BISHKEK)
    return [(item.fragment, item.where) for item in said if isinstance(item, Unreadable)]


def test_the_term_and_the_evening_before() -> None:
    assert series("06081 10312 20071 30308 461// 82214 00074") == [
        ("level.term", "05-06 08:00", "312 cm"), ("level.term", "05-05 20:00", "308 cm"),
        ("temperature.term", "05-06 08:00", "6.1 Cel"), ("discharge.term", "05-06 08:00", "21.4 m3/s"),
        ("precipitation.daily", "05-05 08:00", "7 mm"),
    ]  # fmt: skip


def test_another_hour_is_stamped_as_sent() -> None:
    assert series("05203 10312") == [("level.term", "05-05 20:00", "312 cm")]
    assert series("06003 10312") == [("level.term", "05-06 00:00", "312 cm")]


def test_past_days_stand_at_their_own_morning() -> None:
    assert series("06082 10312 92204 10300 30299 00012")[1:] == [
        ("level.term", "05-04 08:00", "300 cm"), ("level.term", "05-03 20:00", "299 cm"),
        ("precipitation.daily", "05-03 08:00", "1 mm"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "period", "stamp"),
    [
        ("06082", "01", "daily 05-05 00:00"), ("01082", "01", "daily 04-30 00:00"),
        ("01082", "33", "10-day 04-21 00:00"), ("01082", "30", "monthly 04-01 00:00"),
        ("11082", "11", "10-day 05-01 00:00"), ("21082", "22", "10-day 05-11 00:00"),
    ],
)  # fmt: skip
def test_means_are_stamped_on_the_start_of_their_period(head: str, period: str, stamp: str) -> None:
    received = datetime(2026, 5, int(head[:2]), 5, 0, tzinfo=UTC)
    interval, at = stamp.split(" ", 1)
    assert series(f"{head} 10312 933{period} 10052 20060 30040 43262", received)[1:] == [
        (f"level.{interval}", at, "52 cm"), (f"discharge.{interval}", at, "262 m3/s"),
    ]  # fmt: skip


@pytest.mark.parametrize("period", ["04", "05", "20", "25"])
def test_periods_without_a_series_give_no_reading(period: str) -> None:
    assert len(readings(f"06082 10312 933{period} 10052 43262")) == 1


def test_a_mean_that_comes_long_after_its_period_is_doubted() -> None:
    found = readings("30082 10187 93330 43600", datetime(2026, 4, 30, 5, tzinfo=UTC))
    assert (found[1].time.astimezone(BISHKEK).date(), found[1].doubts) == (date(2026, 3, 1), ("period_ambiguous",))


def test_pools_and_flow_through_at_their_days() -> None:
    assert series("06085 94406 12300 22297 40145 73214 83215 95505 1//// 42308 73281") == [
        ("level.term", "05-06 08:00", "2300 cm"), ("storage.term", "05-06 08:00", "214 hm3"),
        ("storage.term", "05-06 00:00", "215 hm3"), ("inflow.term", "05-05 08:00", None),
        ("inflow.daily", "05-04 00:00", "30.8 m3/s"), ("release.daily", "05-04 00:00", "281 m3/s"),
    ]  # fmt: skip


def test_a_measured_discharge_at_its_own_hour() -> None:
    assert series("06085 96605 10059 22224 32468 50511") == [
        ("level.term", "05-05 11:00", "59 cm"), ("discharge.term", "05-05 11:00", "22.4 m3/s"),
    ]  # fmt: skip
    assert series("06085 96604 22224 53024")[0][1] == "05-01 00:00"
    assert readings("06085 96612 22224 53111")[0].time.year == 2025


def test_a_measurement_without_its_day_cannot_be_placed() -> None:
    assert unreadable("15101 06085 96605 22224=") == [(b"22224", "telegram 1, group 4")]
    assert unreadable("15101 06085 96605 22224 5//11=") == [(b"22224", "telegram 1, group 4")]
    assert unreadable("15101 06085 96602 22224 53011=") == [(b"22224", "telegram 1, group 4")]


def test_a_warning_gives_the_level_and_a_discharge_that_may_be_a_release() -> None:
    level, discharge = readings("06107 97704 10512 83412 00553 proryv")
    assert (level.quantity, level.doubts) == ("level", ())
    assert (discharge.quantity, discharge.doubts) == ("discharge", ("discharge_inflow_or_release",))


def test_doubts_stay_with_the_readings_they_concern() -> None:
    found = readings("06081 1/312 30308 42103 00990")
    assert [item.doubts for item in found] == [("partly_missing",), (), ("water_temp_ambiguous:2.1|21",), ()]
    assert found[0].value is None


@pytest.mark.parametrize(
    ("month", "air", "value"),
    [(6, "05", "21"), (6, "04", "2.1"), (10, "05", "2.1"), (6, "//", "2.1"), (6, "54", "2.1")],
)
def test_warm_air_in_a_warm_month_makes_water_whole_degrees(month: int, air: str, value: str) -> None:
    (found,) = readings(f"06081 421{air}", datetime(2026, month, 6, 5, tzinfo=UTC))
    assert found.value == Decimal(value)
    assert ("water_temp_by_season" in found.doubts) == (value == "21")


def test_the_hour_of_sending_is_no_sure_hour_of_the_term() -> None:
    assert readings("06085 10312 94406 10300")[0].doubts == ("hour_of_sending", "contradicted_in_telegram")
    assert readings("06071 10312")[0].doubts == ("hour_mismatch",)


def test_two_values_of_one_time_doubt_each_other_and_equal_ones_do_not() -> None:
    assert [item.doubts for item in readings("06082 10312 94406 10312")] == [(), ()]
    clash = ("contradicted_in_telegram",)
    assert [item.doubts for item in readings("06082 10312 30300 94406 10313")] == [clash, (), clash]


def test_no_report_is_said_for_its_term_or_for_the_receipt() -> None:
    said = decode(b"15101 06081 NIL=15102 NIL=NIL=", RECEIVED, BISHKEK)
    assert said == [
        NoReport(station="15101", time=datetime(2026, 5, 6, 2, tzinfo=UTC), where="telegram 1"),
        NoReport(station="15102", time=RECEIVED, where="telegram 2"),
        NoReport(station="", time=RECEIVED, where="telegram 3"),
    ]


def test_an_impossible_date_gives_no_reading_and_the_whole_telegram_back() -> None:
    said = decode(b"15101 32081 10204=15102 06081 10205=", RECEIVED, BISHKEK)
    assert [type(item) for item in said] == [Unreadable, Reading]
    assert unreadable("15101 32081 10204=") == [(b"15101 32081 10204", "telegram 1")]


def test_faults_name_their_place_and_the_rest_is_read() -> None:
    text = "15101 06081 10204=15102 06081 10205 2O111 30199="
    assert unreadable(text) == [(b"2O111", "telegram 2, group 4")]
    assert len(decode(text.encode(), RECEIVED, BISHKEK)) == 4


def test_bytes_come_back_in_their_own_encoding() -> None:
    body = "15101 06187 97701 снеготаяние=15102 06081 10204 подъем=15103 06081 лед".encode("koi8-r")
    said = decode(body, RECEIVED, BISHKEK)
    assert [item.fragment for item in said if isinstance(item, Unreadable)] == [
        "подъем".encode("koi8-r"), "15103 06081 лед".encode("koi8-r"),
    ]  # fmt: skip


def test_a_missing_date_group_takes_the_day_of_receipt_and_says_so() -> None:
    (found,) = readings("93301 43221")
    assert (found.time.astimezone(BISHKEK).date(), found.doubts) == (date(2026, 5, 5), ("date_group_missing",))
    assert unreadable("15101 97701 10512=") == [(b"10512", "telegram 1, group 3")]


@pytest.mark.parametrize(
    ("received", "group", "local", "doubts"),
    [
        ("2026-12-05T10:00+06:00", "31081", "2026-10-31", ("dated_far_back",)),
        ("2026-03-02T10:00+06:00", "30081", "2026-01-30", ("dated_far_back",)),
        ("2027-01-01T00:30+06:00", "31201", "2026-12-31", ("hour_mismatch",)),
        ("2024-03-01T10:00+06:00", "29081", "2024-02-29", ()),
        ("2026-05-05T23:00+06:00", "06001", "2026-05-06", ("hour_mismatch",)),
        ("2026-05-06T10:00+06:00", "07081", "2026-04-07", ("dated_far_back",)),
        ("2026-05-06T10:00+06:00", "25081", "2026-04-25", ("dated_far_back",)),
        ("2026-05-06T10:00+06:00", "26081", "2026-04-26", ()),
        ("2026-05-06T10:00+06:00", "06171", "2026-05-06", ("hour_mismatch", "later_than_receipt")),
    ],
)  # fmt: skip
def test_the_month_is_that_of_the_latest_such_day(
    received: str, group: str, local: str, doubts: tuple[str, ...]
) -> None:
    (found,) = readings(f"{group} 10204", datetime.fromisoformat(received))
    assert (found.time.astimezone(BISHKEK).date().isoformat(), found.doubts) == (local, doubts)


def test_the_morning_moved_by_an_hour_on_the_kazakh_side() -> None:
    before = readings("28081 10204", datetime(2024, 2, 28, 4, tzinfo=UTC), ALMATY)[0].time
    after = readings("02081 10204", datetime(2024, 3, 2, 4, tzinfo=UTC), ALMATY)[0].time
    assert (before.hour, after.hour) == (2, 3)


@given(st.integers(1, 31), st.dates(date(1960, 1, 1), date(2100, 1, 1)))
def test_a_day_is_never_moved_and_never_later(day: int, last: date) -> None:
    found = latest_day(day, last)
    assert found.day == day
    assert 0 <= (last - found).days < 62


@given(st.integers(1, 12), st.integers(1, 31), st.dates(date(1960, 1, 1), date(2100, 1, 1)))
def test_a_month_and_day_is_the_latest_or_in_no_calendar(month: int, day: int, last: date) -> None:
    found = latest_month_day(month, day, last)
    if found is None:
        assert (month, day) in {(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)}
    else:
        assert (found.month, found.day) == (month, day)
        assert 0 <= (last - found).days < 366 * 8


@given(st.sampled_from(["11", "22", "33", "30"]), st.dates(date(1960, 1, 1), date(2100, 1, 1)))
def test_a_period_has_ended_and_its_next_has_not(period: str, last: date) -> None:
    start, end = latest_period(period, last)
    assert end <= last
    assert start.day in {1, 11, 21}
    assert (last - end).days < 31


def test_a_message_beyond_the_limit_is_one_refusal() -> None:
    assert len(decode(b"15101 NIL=".ljust(MAX_BODY), RECEIVED, BISHKEK)) == 1
    (said,) = decode(b"15101 NIL=" + b" " * MAX_BODY, RECEIVED, BISHKEK)
    assert isinstance(said, Unreadable)
    assert said.fragment.startswith(b"15101 NIL=")


def test_a_time_of_receipt_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="no zone"):
        decode(b"15101 NIL=", RECEIVED.replace(tzinfo=None), BISHKEK)
