"""KN-15 rule by rule, where the other modules prove it by one example: whole tables, every marker, every boundary."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ingest.decode.kn15 import Telegram, decode, parse_bulletin
from ingest.reading import Unreadable
from tests.ingest.test_kn15_readings import BISHKEK, RECEIVED, readings, series
from tests.ingest.test_kn15_structure import errors, flags, section, told

ICE = "11-26 30-32 34-54 63-77"
STATE = "00 11 14-15 22-29 35-48 52-74 77-91"


def table(text: str) -> set[int]:
    """The figures of a table that is written as ranges."""
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def one(text: str) -> Telegram:
    """The one telegram of a text."""
    (telegram,) = parse_bulletin(text)
    return telegram


@pytest.mark.parametrize(("group", "name", "legal"), [("5", "ice", ICE), ("6", "water_state", STATE)])
def test_each_code_of_the_tables_is_known_and_no_other(group: str, name: str, legal: str) -> None:
    for code in range(100):
        doubted = f"{name}_code_unknown:{code:02}" in flags(f"{group}{code:02}//")
        assert doubted == (code not in table(legal)), code


def test_each_intensity_is_tenths_of_the_width_and_eleven_is_a_code() -> None:
    for tenths in range(1, 11):
        assert section(f"512{tenths:02}")["ice"] == [{"code": 12, "intensity_pct": tenths * 10}]
    assert section("51211")["ice"] == [{"code": code, "intensity_pct": None} for code in (12, 11)]


def test_groups_of_ice_and_of_the_state_of_the_water_may_stand_five_times_each() -> None:
    ice = " ".join(f"5{code}//" for code in (11, 12, 13, 14, 15))
    state = " ".join(f"6{code}//" for code in (22, 23, 24, 25, 26))
    found = section(f"{ice} {state}")
    assert ([len(found[name]) for name in ("ice", "water_state")], flags(f"{ice} {state}")) == ([5, 5], [])
    assert flags(f"{ice} {state} 627//") == ["group_repeated_over_5"]


@pytest.mark.parametrize("group", ["9", "0"])
def test_durations_of_rain_have_five_classes_for_a_day_and_four_for_half_of_it(group: str) -> None:
    for figure in range(10):
        doubted = f"duration_code_unknown:{figure}" in flags(f"{group}012{figure}")
        assert doubted == (figure > (4 if group == "0" else 3)), figure


@pytest.mark.parametrize(
    ("group", "doubted"), [("15999", False), ("16000", True), ("35999", False), ("36000", True), ("14999", False)]
)
def test_a_level_more_than_ten_metres_below_zero_is_doubted(group: str, doubted: bool) -> None:
    assert ("level_ge_5000_ambiguous" in flags(group)) == doubted


@pytest.mark.parametrize(("group", "doubted"), [("14999", False), ("15000", True), ("15999", True), ("19999", True)])
def test_a_pool_stands_as_high_as_written_and_is_doubted_from_five_thousand_on(group: str, doubted: bool) -> None:
    view = told(f"06085 94406 {group}")
    assert view["sections"][0]["level_upper_pool_cm"] == int(group[1:])
    assert ("flags" in view) == doubted


@pytest.mark.parametrize("marker", ["92205", "93301", "94405", "95505", "96605"])
def test_sections_may_stand_five_times_and_a_sixth_is_read_and_doubted(marker: str) -> None:
    body = f"{marker} 22014" if marker.startswith("966") else f"{marker} 10101"
    assert "section_repeated_over_5" not in told("06082 10204" + f" {body}" * 5).get("flags", [])
    view = told("06082 10204" + f" {body}" * 6)
    assert view["flags"] == ["section_repeated_over_5"]
    assert len(view["sections"]) == 7


def test_five_past_days_stand_each_at_its_own_morning() -> None:
    past = " ".join(f"9220{day} 1030{day}" for day in (5, 4, 3, 2, 1))
    assert series(f"06082 10312 {past}")[1:] == [
        ("level.term", f"05-0{day} 08:00", f"30{day} cm") for day in (5, 4, 3, 2, 1)
    ]


@pytest.mark.parametrize("event", range(1, 8))
def test_each_warning_has_its_figure_and_the_groups_of_the_term(event: int) -> None:
    found = section(f"9770{event} 10512 23001 41299 51603 62307 82412 00553", "06107")
    assert (found["event_code"], found["level_cm"]) == (f"0{event}", Decimal(512))
    assert set(found) >= {"level_change_cm", "water_temp_c", "ice", "water_state", "discharge_m3s", "precip_24h"}


@pytest.mark.parametrize("figures", ["08", "09", "00", "10", "0/"])
def test_a_warning_of_another_figure_is_refused(figures: str) -> None:
    assert errors(f"977{figures} 10300", "06107") == [f"977{figures}", "10300"]


@pytest.mark.parametrize("direction", ["00", "08", "09", "//"])
def test_wind_has_ten_directions_and_a_speed_in_whole_metres(direction: str) -> None:
    found = section(f"96605 6{direction}62", "06085")
    assert found["wind_dir_code"] == (None if "/" in direction else int(direction))
    assert found["wind_speed_ms"] == 62
    assert errors("96605 61062", "06085") == ["61062"]


@pytest.mark.parametrize(
    ("groups", "names"),
    [("93301 73024", ("max_day", "max_hour")), ("96605 53024", ("day", "hour")),
     ("96605 83024", ("surface_day", "surface_hour"))],
)  # fmt: skip
def test_the_hours_of_a_day_run_to_its_end(groups: str, names: tuple[str, str]) -> None:
    found = section(groups, "06085")
    assert [found[name] for name in names] == [30, 24]
    assert errors(groups[:-2] + "25", "06085") == [groups.split()[1][:-2] + "25"]


@pytest.mark.parametrize("period", ["11", "22", "33", "30"])
def test_sums_of_each_period_of_a_month(period: str) -> None:
    assert section(f"98804 1{period}// 20316 30087", "06082")["decade_code"] == period


@pytest.mark.parametrize(("sign", "value"), [("0", "8.7"), ("1", "-8.7")])
def test_the_mean_of_the_air_over_a_period_has_a_sign_and_tenths(sign: str, value: str) -> None:
    assert section(f"98804 111// 3{sign}087", "06082")["air_temp_mean_c"] == Decimal(value)
    assert errors("98804 111// 32087", "06082") == ["32087"]


def test_ice_and_state_and_sums_are_decoded_and_are_no_readings() -> None:
    groups = "06082 10312 20071 51603 62307 70454 90123 93304 10300 96605 60203 98804 111// 20316 30087"
    assert "errors" not in told(groups)
    assert [reading.quantity for reading in readings(groups)] == ["level"]


@pytest.mark.parametrize(("month", "value"), [(4, "2.1"), (5, "21"), (9, "21"), (10, "2.1")])
def test_the_warm_months_are_may_to_september(month: int, value: str) -> None:
    (found,) = readings("06081 42105", datetime(2026, month, 6, 5, tzinfo=UTC))
    assert found.value == Decimal(value)


@pytest.mark.parametrize("n", [5, 7])
def test_a_term_beside_an_hour_of_sending_is_doubted(n: int) -> None:
    assert "hour_of_sending" in readings(f"0608{n} 10312")[0].doubts


def test_the_evening_before_and_the_sum_of_the_day_are_doubted_at_another_hour() -> None:
    doubts = {reading.where[-1]: reading.doubts for reading in readings("05203 10312 30308 461// 82214 00074")}
    strange = ("not_sent_at_this_hour",)
    assert doubts == {"3": (), "4": strange, "5": (), "6": (), "7": strange}
    assert not any(reading.doubts for reading in readings("06081 10312 30308 461// 82214 00074"))


@pytest.mark.parametrize("prefix", ["922", "933", "944", "955", "966"])
def test_rain_like_a_marker_needs_a_class_of_half_a_day(prefix: str) -> None:
    # Figures that no marker of that prefix has: day 42, month 42, period 42.
    assert errors(f"10204 {prefix}42") == []
    assert errors(f"10204 {prefix}44") == [f"{prefix}44"]


@pytest.mark.parametrize(
    ("groups", "bad"),
    [("93355 10300", "93355 10300"), ("94404 8223", "8223"), ("96605 1160", "1160")],
)  # fmt: skip
def test_misprints_of_the_manual_are_faults_here_too(groups: str, bad: str) -> None:
    assert " ".join(errors(groups, "06085")) == bad


@pytest.mark.parametrize(
    "text",
    [
        "15101\x0306081 10204 20111=", "15101 06081 10204\x0320111=", "15101 06081 10\x03204 20111=",
        "\x0315101 06081 10204 20111=\x03", "\x01HHZZ\x0315101 06081 10204 20111=", "15101 06081 10204 20111\x03=\x03",
        "15101\r\r\n06081\r\r\n10204\r\r\n\x0320111\r\r\n=",
    ],
)  # fmt: skip
def test_the_end_of_a_transmission_parts_groups_and_breaks_none(text: str) -> None:
    assert one(text).to_dict()["sections"] == [{"section": 1, "level_cm": 204, "level_change_cm": 11}]


def test_two_short_words_about_a_control_byte_stay_two() -> None:
    assert one("15101 06187 97701 vyshe\x03posta=").sections[0].fields["text"] == "vyshe posta"
    assert one("15101\x03NIL=").nil


@pytest.mark.parametrize("body", [b"", b"\r\n \x03\r\n", b"=", b" = =\r\n", b"HHZZ\r\nNNNN\r\n\x03"])
def test_a_message_without_a_telegram_is_one_refusal(body: bytes) -> None:
    assert decode(body, RECEIVED, BISHKEK) == [
        Unreadable(fragment=body, where="message", reason="no telegram stands in it")
    ]


def test_a_message_of_other_things_alone_is_one_refusal() -> None:
    body = b"15101 06107 97705 00553 LIVEN=15102 06082 51603="
    (said,) = decode(body, RECEIVED, BISHKEK)
    assert isinstance(said, Unreadable)
    assert (said.fragment, said.where) == (body, "message")
    assert "series" in said.reason
