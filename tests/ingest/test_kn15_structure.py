"""KN-15 by its groups: what each way of writing comes to, and what has no meaning."""

from decimal import Decimal
from typing import Any

import pytest

from ingest.decode.kn15 import parse_bulletin

D = Decimal


def told(groups: str) -> dict[str, Any]:
    """The plain view of one telegram of post 15101 on day 6 at 08 h."""
    (telegram,) = parse_bulletin(f"15101 {groups}=")
    return telegram.to_dict()


def section(groups: str, head: str = "06081") -> dict[str, Any]:
    """The last section of a telegram that has no errors."""
    view = told(f"{head} {groups}")
    assert "errors" not in view, view
    last: dict[str, Any] = view["sections"][-1]
    return last


def flags(groups: str) -> list[str]:
    """The doubts of a telegram of the term."""
    found: list[str] = told(f"06081 {groups}").get("flags", [])
    return found


def errors(groups: str, head: str = "06081") -> list[str]:
    """The groups of a telegram that cannot be read."""
    return [error["token"] for error in told(f"{head} {groups}").get("errors", [])]


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        ("10000", "level_cm", D(0)), ("14999", "level_cm", D(4999)), ("15036", "level_cm", D(-36)),
        ("15001", "level_cm", D(-1)), ("1////", "level_cm", None), ("1/204", "level_cm", None),
        ("15000", "level_cm", None),
        ("20000", "level_change_cm", D(0)), ("20111", "level_change_cm", D(11)), ("20112", "level_change_cm", D(-11)),
        ("20110", "level_change_cm", None), ("2////", "level_change_cm", None), ("2011/", "level_change_cm", None),
        ("35003", "level_20h_prev_day_cm", D(-3)),
        ("85383", "discharge_m3s", D(38300)), ("83383", "discharge_m3s", D(383)), ("81383", "discharge_m3s", D("3.83")),
        ("80383", "discharge_m3s", D("0.383")), ("80038", "discharge_m3s", D("0.038")),
        ("80004", "discharge_m3s", D("0.004")), ("82184", "discharge_m3s", D("18.4")),
        ("89123", "discharge_m3s", D(123000000)), ("8////", "discharge_m3s", None), ("8/383", "discharge_m3s", None),
    ],
)  # fmt: skip
def test_numbers_of_the_term(group: str, name: str, value: Decimal | None) -> None:
    assert section(group)[name] == value


@pytest.mark.parametrize(
    ("group", "flag"),
    [
        ("15000", "level_5000_undefined"), ("19248", "level_ge_5000_ambiguous"), ("1/204", "partly_missing"),
        ("20110", "level_change_sign_conflict"), ("2011/", "partly_missing"), ("8/383", "partly_missing"),
        ("42425", "water_temp_ambiguous:2.4|24"), ("41005", "water_temp_ambiguous:1.0|10"),
        ("43005", "water_temp_ambiguous:3.0|30"), ("40899", "water_temp_ambiguous:0.8|8"), ("4/299", "partly_missing"),
        ("533//", "ice_code_unknown:33"), ("55500", "ice_code_unknown:00"), ("61204", "water_state_code_unknown:12"),
        ("5//03", "partly_missing"), ("7/454", "partly_missing"), ("09892", "precip_989_or_more"), ("09901", "trace"),
        ("0/121", "partly_missing"), ("00127", "duration_code_unknown:7"), ("90124", "duration_code_unknown:4"),
    ],
)  # fmt: skip
def test_doubts_of_the_term(group: str, flag: str) -> None:
    assert flag in flags(group)


@pytest.mark.parametrize("group", ["1////", "2////", "4////", "5////", "7////", "8////", "9////", "0////", "15036"])
def test_what_is_wholly_missing_or_plainly_negative_is_no_doubt(group: str) -> None:
    assert flags(group) == []


@pytest.mark.parametrize(
    ("group", "water", "air"),
    [
        ("490//", D("9.0"), None), ("424//", D("2.4"), None), ("41299", D(12), None), ("42425", D("2.4"), D(25)),
        ("40803", D("0.8"), D(3)), ("40054", D(0), D(-4)), ("4//98", None, D(-48)), ("4//50", None, D(0)),
        ("4//49", None, D(49)), ("4////", None, None), ("4/2//", None, None), ("499//", D("9.9"), None),
    ],
)  # fmt: skip
def test_temperatures(group: str, water: Decimal | None, air: Decimal | None) -> None:
    assert section(group) == {"section": 1, "water_temp_c": water, "air_temp_c": air}


@pytest.mark.parametrize(
    ("groups", "codes"),
    [
        ("51603", [(16, 30)]), ("51610", [(16, 100)]), ("51616", [(16, None)]), ("53032", [(30, None), (32, None)]),
        ("51611", [(16, None), (11, None)]), ("516//", [(16, None)]), ("5////", [(None, None)]), ("53703", [(37, 30)]),
        ("51209 52020", [(12, 90), (20, None)]),
    ],
)  # fmt: skip
def test_ice_is_codes_with_or_without_intensity(groups: str, codes: list[tuple[int | None, int | None]]) -> None:
    assert section(groups)["ice"] == [{"code": code, "intensity_pct": share} for code, share in codes]


def test_state_of_the_water_follows_the_same_pattern_and_may_be_clear() -> None:
    clear, ferry = {"code": 0, "intensity_pct": None}, {"code": 71, "intensity_pct": None}
    assert section("60000")["water_state"] == [clear]
    assert section("60071")["water_state"] == [clear, ferry]


def test_more_than_five_groups_of_ice_are_read_and_doubted() -> None:
    assert flags("51111 51212 51313 51414 51515") == []
    assert flags("51111 51212 51313 51414 51515 51616") == ["group_repeated_over_5"]


@pytest.mark.parametrize(
    ("group", "mm", "duration"),
    [
        ("00000", D(0), 0), ("09884", D(988), 4), ("09891", D(989), 1), ("09901", D(0), 1), ("09911", D("0.1"), 1),
        ("09992", D("0.9"), 2), ("0007/", D(7), None), ("0///2", None, 2), ("0////", None, None), ("0/121", None, 1),
    ],
)  # fmt: skip
def test_precipitation(group: str, mm: Decimal | None, duration: int | None) -> None:
    assert section(group)["precip_24h"] == {"mm": mm, "duration_code": duration}
    if group != "09884":
        assert section(f"9{group[1:]}")["precip_08_20_prev_day"] == {"mm": mm, "duration_code": duration}


def test_ice_thickness_and_snow_are_fields_of_their_own() -> None:
    assert section("70454") == {"section": 1, "ice_thickness_cm": D(45), "snow_on_ice_code": 4}
    assert section("7///4") == {"section": 1, "ice_thickness_cm": None, "snow_on_ice_code": 4}
    assert section("7045/") == {"section": 1, "ice_thickness_cm": D(45), "snow_on_ice_code": None}


@pytest.mark.parametrize(
    ("groups", "bad"),
    [
        ("10204 20113 30199", ["20113"]), ("10204 30199 20111", ["20111"]), ("10204 10205 30199", ["10205"]),
        ("10204 2O111 30199", ["2O111"]), ("10204 2011 30199", ["2011"]), ("10204 201111", ["201111"]),
        ("10204 /0111", ["/0111"]), ("00000 10204", ["10204"]), ("10204 ٣٠١٩٩", ["٣٠١٩٩"]),
        ("60000 51111", ["51111"]), ("10204 NIL", ["NIL"]),
    ],
)  # fmt: skip
def test_groups_that_cannot_be_read_are_named_and_the_rest_is_kept(groups: str, bad: list[str]) -> None:
    assert errors(groups) == bad
    assert told(f"06081 {groups}")["sections"][0]


def test_a_past_day_has_the_groups_of_the_term() -> None:
    found = section("10204 92231 10300 20971 00512", "06082")
    assert found == {
        "section": 2, "marker": "922", "day": 31, "level_cm": D(300), "level_change_cm": D(97),
        "precip_24h": {"mm": D(51), "duration_code": 2},
    }  # fmt: skip


@pytest.mark.parametrize("period", ["01", "04", "05", "11", "20", "22", "25", "30", "33"])
def test_means_and_extremes_name_their_period(period: str) -> None:
    found = section(f"10204 933{period} 10052 20060 30041 43262 53301 63111 72906", "06082")
    assert found == {
        "section": 3, "marker": "933", "period_code": period, "level_mean_cm": D(52), "level_max_cm": D(60),
        "level_min_cm": D(41), "discharge_mean_m3s": D(262), "discharge_max_m3s": D(301), "discharge_min_m3s": D(111),
        "max_day": 29, "max_hour": 6,
    }  # fmt: skip


def test_the_mean_discharge_may_stand_alone() -> None:
    assert section("93301 43147", "06085")["discharge_mean_m3s"] == D(147)


@pytest.mark.parametrize(
    ("groups", "flag"),
    [
        ("43600 51160", "max_below_mean"), ("43600 63700", "mean_below_min"), ("53100 63200", "max_below_min"),
        ("10100 20090", "max_below_mean"),
    ],
)  # fmt: skip
def test_extremes_that_contradict_the_mean_are_doubted(groups: str, flag: str) -> None:
    assert flag in flags(f"10100 93330 {groups}")
    assert flag not in flags("10100 93330 10100 20100 30100 43600 53600 63600")


def test_pools_read_high_levels_as_written() -> None:
    view = told("06085 94431 19248 20478 30477 40180 50195 60170 72173 83184")
    assert view["sections"] == [{
        "section": 4, "marker": "944", "day": 31, "level_upper_pool_cm": D(9248), "level_mean_cm": D(478),
        "level_mean_prev_day_end_cm": D(477), "level_tail_cm": D(180), "level_tail_max_prev_day_cm": D(195),
        "level_tail_min_prev_day_cm": D(170), "volume_mcm": D("17.3"), "volume_prev_day_end_mcm": D(184),
    }]  # fmt: skip
    assert view["flags"] == ["level_ge_5000_ambiguous"]


def test_inflow_and_release() -> None:
    assert section("95505 1//// 24533 33800 45280 54540 63800 75281", "06085") == {
        "section": 5, "marker": "955", "day": 5, "inflow_total_m3s": None, "inflow_lateral_m3s": D(5330),
        "inflow_to_surface_m3s": D(800), "inflow_total_mean_prev_day_m3s": D(28000),
        "inflow_lateral_mean_prev_day_m3s": D(5400), "inflow_to_surface_mean_prev_day_m3s": D(800),
        "release_mean_prev_day_m3s": D(28100),
    }  # fmt: skip


def test_a_measurement_and_the_surface() -> None:
    assert section("96604 11271 24124 34251 41270 50724 60203 76021 80709", "06085") == {
        "section": 6, "marker": "966", "month": 4, "level_cm": D(1271), "discharge_m3s": D(1240), "area_m2": D(2510),
        "max_depth_cm": D(1270), "day": 7, "hour": 24, "wind_dir_code": 2, "wind_speed_ms": D(3), "wave_dir_code": 6,
        "wave_height_dm": D(2), "surface_code": 1, "surface_day": 7, "surface_hour": 9,
    }  # fmt: skip


def test_a_second_month_opens_a_section_of_its_own() -> None:
    view = told("06085 96604 24124 53024 96605 60203 80109")
    assert [found["month"] for found in view["sections"]] == [4, 5]
    assert "errors" not in view


@pytest.mark.parametrize(
    ("groups", "bad"),
    [
        ("96604 24124 53224", ["53224"]), ("96604 24124 50025", ["50025"]), ("96604 61003", ["61003"]),
        ("93301 73208", ["73208"]), ("95505 82111", ["82111"]), ("94405 05505", ["05505"]),
        ("96613 24124", ["96613", "24124"]), ("93399 10052", ["93399", "10052"]),
        ("95505 12111 99901 22111 94405 10300", ["99901", "22111"]), ("98804 144//", ["144//"]),
        ("98804 111// 34123", ["34123"]), ("98804 00031 111//", ["111//"]), ("97708 10300", ["97708", "10300"]),
    ],
)  # fmt: skip
def test_what_no_section_holds_is_named(groups: str, bad: list[str]) -> None:
    assert errors(groups, "06085") == bad


def test_a_marker_that_is_garbled_hands_nothing_to_the_section_before_it() -> None:
    assert errors("10204 92200 10300 00003") == ["92200", "10300", "00003"]
    assert errors("10204 922// 00003") == ["922//", "00003"]
    assert errors("10204 98813 00003") == ["98813", "00003"]
    assert errors("10204 90002 92232 00003") == ["92232", "00003"]


def test_heavy_rain_that_is_no_legal_marker_stays_rain_where_nothing_contradicts() -> None:
    assert section("10204 92232 00003")["precip_08_20_prev_day"] == {"mm": D(223), "duration_code": 2}
    assert "rain_or_marker" in flags("10204 92232 00003")
    assert section("10204 99941")["precip_08_20_prev_day"] == {"mm": D("0.4"), "duration_code": 1}


def test_a_warning_has_groups_and_then_text_to_the_end() -> None:
    assert section("97701 10996 24391 размыта насыпь 12345 NIL 93301", "06187") == {
        "section": 7, "marker": "977", "event_code": "01", "level_cm": D(996), "level_change_cm": D(439),
        "text": "размыта насыпь 12345 NIL 93301",
    }  # fmt: skip
    assert section("97704 84126 PRORYV PLOTINY", "06187")["text"] == "PRORYV PLOTINY"
    assert section("97707", "06187") == {"section": 7, "marker": "977", "event_code": "07"}


def test_month_sums_come_in_two_dialects() -> None:
    assert section("10204 98803 111// 21238 31123", "06082") == {
        "section": 8, "marker": "988", "month": 3, "decade_code": "11", "precip_mm": D(123), "check_digit": 8,
        "air_temp_mean_c": D("-12.3"),
    }  # fmt: skip
    other = section("10204 98809 00031", "06082")
    assert other == {"section": 8, "marker": "988", "month": 9, "precip_24h": {"mm": D(3), "duration_code": 1}}
    assert "check_digit_mismatch" in flags("98803 111// 21237")
    assert "check_digit_mismatch" not in flags("98803 130// 29999")
    assert "check_digit_mismatch" in flags("98803 130// 29991")


@pytest.mark.parametrize(
    ("groups", "mismatch"),
    [
        ("06081 10204", False), ("06081 10204 93301 10200", True), ("06082 10204", True), ("06143 10204", False),
        ("06144 10204 94406 10300", False), ("06085 94406 10300", False), ("06085 10204 94406 10300", True),
        ("06187 97701 10996", False), ("06187 10204 97701 10996", True), ("06082 10204 98803 111//", False),
    ],
)  # fmt: skip
def test_the_figure_of_contents_is_a_hint(groups: str, mismatch: bool) -> None:
    assert ("n_mismatch" in told(groups).get("flags", [])) == mismatch


@pytest.mark.parametrize(
    ("groups", "flag"),
    [
        ("06071 10204", "hour_mismatch"), ("06083 10204", "hour_mismatch"), ("06089 10204", "n_unknown"),
        ("0608/ 10204", "n_unknown"), ("06082 10204 93301", "section_empty"), ("96603 10204", "date_group_missing"),
        ("06082 10204" + " 95505 12111" * 6, "section_repeated_over_5"),
    ],
)  # fmt: skip
def test_doubts_of_a_whole_telegram(groups: str, flag: str) -> None:
    assert flag in told(groups)["flags"]


@pytest.mark.parametrize("date", ["32081", "00081", "06241", "//081", "06//1", "0608", "O6081", "41299"])
def test_an_impossible_date_is_an_error_and_the_groups_are_still_read(date: str) -> None:
    view = told(f"{date} 10204")
    assert [error["token"] for error in view["errors"]] == [date]
    assert view["sections"] == [{"section": 1, "level_cm": D(204)}]


def test_without_a_date_group_the_second_group_is_a_marker() -> None:
    view = told("96603 10043 23117 50912")
    assert "day" not in view
    assert view["sections"][0]["month"] == 3


@pytest.mark.parametrize("text", ["15101 NIL=", "15101 НИЛ=", "15101 NUL=", "15101 nil ="])
def test_no_report_is_no_error(text: str) -> None:
    assert [telegram.to_dict() for telegram in parse_bulletin(text)] == [
        {"station": "15101", "nil": True, "sections": []}
    ]


def test_no_report_may_follow_the_date_group_or_stand_alone() -> None:
    assert told("06081 NIL") == {"station": "15101", "day": 6, "hour": 8, "n": 1, "nil": True, "sections": []}
    assert [telegram.to_dict() for telegram in parse_bulletin("NIL=")] == [{"nil": True, "sections": []}]


def test_groups_after_the_word_for_no_report_are_errors() -> None:
    view = told("06081 NIL 10204")
    assert view["nil"]
    assert [error["token"] for error in view["errors"]] == ["10204"]


@pytest.mark.parametrize("groups", ["", "06081"])
def test_a_telegram_without_groups_is_an_error(groups: str) -> None:
    view = told(groups)
    assert view["sections"] == []
    assert view["errors"][0]["token"] == f"15101 {groups}".strip()


def test_a_lost_end_mark_gives_no_post_the_values_of_another() -> None:
    (telegram,) = parse_bulletin("15101 06081 10204 20111 15102 06081 10300 20001 30300 41299=")
    assert telegram.to_dict()["sections"] == [{"section": 1, "level_cm": D(204), "level_change_cm": D(11)}]
    assert [fault.token for fault in telegram.faults] == ["15102 06081 10300 20001 30300 41299"]
