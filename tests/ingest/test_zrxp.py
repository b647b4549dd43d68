"""ZRXP: headers and columns in their many manners, and no line of values that disappears."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import zrxp
from ingest.decode.zrxp.header import items_of, zone_of
from ingest.reading import Reading, Said, Unreadable
from record.network.source import Channel, Source
from tests.ingest.declared import RECEIVED, reasons, source, values

SAMPLES = Path(__file__).parents[3] / "shared" / "formats" / "samples"
STATION = "15194"
LEVEL = Channel(name="W", series="level.term", unit="m")


def sender(*channels: Channel, **changes: object) -> Source:
    """A sender of such files, by default of one channel."""
    facts = {"format": "zrxp", "table": None, "channels": channels or (LEVEL,)} | changes
    return source("inbox/exchange", **facts)


def said(text: str | bytes, *channels: Channel, **changes: object) -> list[Said]:
    """What a file says."""
    body = text.encode() if isinstance(text, str) else text
    return zrxp.decode(body, RECEIVED, sender(*channels, **changes))


def segment(lines: str, header: str = "") -> str:
    """A segment of the level of a post in Bishkek's time, with more header and these lines of values."""
    return f"#SANR{STATION}|*|CNRW|*|CUNITm|*|TZUTC+6|*|\n{header}{lines}"


def readings(found: Sequence[Said]) -> list[Reading]:
    """The readings, where nothing else was said."""
    held = [one for one in found if isinstance(one, Reading)]
    assert held == list(found), found
    return held


def one(text: str, *channels: Channel, **changes: object) -> Reading:
    """The one reading that a file says."""
    (found,) = readings(said(text, *channels, **changes))
    return found


def sample(name: str) -> bytes:
    """A shared sample, or a skip with a clear line."""
    file = SAMPLES / name
    if not file.is_file():
        pytest.skip(f"no sample at {file}")
    return file.read_bytes()


def test_a_line_of_values_is_a_reading_with_its_bytes_and_place() -> None:
    assert one(segment("20260505080000 1.120 \n")) == Reading(
        station=STATION, quantity="level", interval="term", time=datetime(2026, 5, 5, 2, tzinfo=UTC),
        value=Decimal("1.120"), unit="m", where="line 2", fragment=b"20260505080000 1.120 ",
    )  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        "#SANR15194|*|CNRW|*|TZUTC+6|*|CUNITcm|*|RINVAL-99|*|", "#SANR15194;*;CNRW;*;TZUTC+6;*;CUNITcm;*;RINVAL-99;*;",
        "#SANR15194|*|#CNRW|*|#TZUTC+6|*|#CUNITcm|*|#RINVAL-99|*|", "#SANR15194\n#CNRW\n#TZUTC+6\n#CUNITcm\n#RINVAL-99",
        "# SANR15194 |*| CNRW|*|CNAMEStage|*|CDASANAMEx|*|CDASAy|*|TZUTC+6|*|CUNITcm|*|RINVAL-99|*|",
        "#SANR15194|*|CNRW|*|NOVELTY7|*||*|TZUTC+6|*|CUNITcm|*|\n## SANR99|*|CUNITkm|*|\n\n#RINVAL-99|*|",
    ],
)  # fmt: skip
def test_a_header_is_written_in_many_manners(header: str) -> None:
    first, missing = readings(said(f"{header}\n20260505080000 112\n20260505090000 -99.0\n"))
    assert (first.station, first.value, first.unit) == (STATION, Decimal(112), "cm")
    assert first.time == datetime(2026, 5, 5, 2, tzinfo=UTC)
    assert missing.value is None


def test_the_longest_keyword_is_meant() -> None:
    items = items_of("#CNAMEStage|*|CNR7|*|SNAMEPost|*|SANR1|*|RTIMELVLdaily|*|CDASANAMEx|*|CCHANNELNO3|*|CCHANNELz|*|")
    assert items == {
        "CNAME": "Stage", "CNR": "7", "SNAME": "Post", "SANR": "1", "RTIMELVL": "daily", "CDASANAME": "x",
        "CCHANNELNO": "3", "CCHANNEL": "z",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("UTC", 0), ("UTC0", 0), ("UTC+0", 0), ("GMT", 0), ("UTC+6", 6), ("UTC-7", -7), ("UTC+06:00", 6),
        ("UTC+0530", 5.5), ("GMT+5", 5), ("MEZ", 1), ("CET", 1), ("MESZ", 2), ("Asia/Bishkek", 6),
    ],
)  # fmt: skip
def test_zones_of_the_header(text: str, hours: float) -> None:
    zone = zone_of(text)
    assert zone is not None
    assert datetime(2026, 5, 5, tzinfo=zone).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["UTC+15", "UTC+6:75", "XYZ", "Asia/Nowhere", "Asia", "../etc/passwd", "/etc/passwd"])
def test_a_zone_that_is_not_known_refuses_the_segment_and_not_the_file(text: str) -> None:
    found = said(segment("20260505080000 1.1\n20260505090000 1.2\n", f"#TZ{text}|*|\n") + segment("20260505 3\n"))
    assert values(found) == [3]
    assert [where for where, _ in reasons(found)] == ["lines 3-4"]


def test_without_a_zone_the_declared_one_holds_and_not_utc() -> None:
    assert one("#REXCHANGEW|*|\n20260505080000 1\n", LEVEL.model_copy(update={"station": STATION})).time.hour == 2
    almaty = one(f"#CNRW|*|SANR{STATION}|*|\n20260505080000 1\n", zone="Asia/Almaty")
    assert almaty.time == datetime(2026, 5, 5, 3, tzinfo=UTC)


def test_an_hour_that_came_twice_names_no_moment_but_a_midnight_does() -> None:
    text = f"#CNRW|*|SANR{STATION}|*|\n20240229233000 1\n20240301 2\n20240301003000 3\n"
    found = said(text, zone="Asia/Almaty")
    assert values(found) == [2, 3]
    assert "twice" in reasons(found)[0][1]
    midnight = one(f"#CNRW|*|SANR{STATION}|*|\n20261101000000 1\n", zone="America/Havana")
    assert midnight.time == datetime(2026, 11, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("20260505", "2026-05-04T18:00"), ("202605050815", "2026-05-05T02:15"),
        ("20260505081530", "2026-05-05T02:15:30"),
        ("2026050520260506", "2026-05-04T18:00"), ("202605050000202605060000", "2026-05-04T18:00"),
        ("2026050508000020260506080000", "2026-05-05T02:00"),
    ],
)  # fmt: skip
def test_times_have_eight_twelve_or_fourteen_figures_and_may_be_the_start_of_an_interval(
    stamp: str, moment: str
) -> None:
    assert one(segment(f"{stamp} 1\n")).time == datetime.fromisoformat(f"{moment}+00:00")


@pytest.mark.parametrize(
    "stamp",
    [
        "2026", "2026050508", "202605050815300", "20261305", "20260531080060", "20260229", "٢٠٢٦٠٥٠٥", "2026-05-05",
        "2026050620260505", "2026050520260505", "202605052026050608", "00000505",
    ],
)  # fmt: skip
def test_other_times_are_refused_by_line(stamp: str) -> None:
    found = said(segment(f"{stamp} 1\n20260505 2\n"))
    assert values(found) == [2]
    assert [where for where, _ in reasons(found)] == ["line 2"]


def test_the_start_of_an_interval_is_not_taken_for_its_end() -> None:
    daily = Channel(name="W", series="level.daily", stamped="end")
    first, second = readings(said(segment("2026050520260506 1\n20260506 2\n"), daily))
    assert first.time == second.time == datetime(2026, 5, 4, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "mark"), [("", "-777"), ("", "-777.000"), ("#RINVAL|*|\n", "-777"), ("#RINVALNaN|*|\n", "NaN")]
)
def test_the_missing_value_is_never_a_reading(header: str, mark: str) -> None:
    assert one(segment(f"20260505 {mark}\n", header)).value is None


def test_a_missing_value_that_is_said_stands_for_the_usual_one() -> None:
    assert values(said(segment("20260505 -777\n20260506 -9\n20260507 -8\n", "#RINVAL-9|*|\n"))) == [-777, None, -8]
    marked = LEVEL.model_copy(update={"missing": ("-8",)})
    assert values(said(segment("20260505 -777\n20260507 -8\n", "#RINVAL-9|*|\n"), marked)) == [-777, None]


def test_codes_of_quality_are_the_sender_s_own() -> None:
    header = "#LAYOUT(timestamp,value,status)|*|\n"
    lines = "20260501 1 40\n20260502 2 80\n20260503 3 120\n20260504 4 -1\n20260505 5 7\n20260506 6\n"
    meanings = {"40": "good", "80": "estimated", "120": "bad", "-1": "missing"}
    found = readings(said(segment(lines, header), quality=meanings))
    assert [item.value for item in found] == [1, 2, 3, None, 5, 6]
    assert [item.estimated for item in found] == [False, True, False, False, False, False]
    assert [item.bad for item in found] == [False, False, True, False, False, False]
    assert [bool(item.doubts) for item in found] == [False, False, False, False, True, False]


def test_a_status_may_follow_where_only_time_and_value_are_named() -> None:
    meanings = {"200": "suspect"}
    for header in ("", "#LAYOUT(timestamp,value)|*|\n"):
        found = readings(said(segment("20260501 1 200 103\n20260502 2 \n", header), quality=meanings))
        assert [bool(item.doubts) for item in found] == [True, False]


def test_columns_stand_where_the_layout_says() -> None:
    header = "#LAYOUT( remark, Value ,primary_status,timestamp)|*|\n"
    found = one(segment('"20 above; \\"zero\\"" 1.5 40 20260505\n', header), quality={"40": "bad"})
    assert (found.value, found.bad) == (Decimal("1.5"), True)


def test_lines_that_have_run_together_are_refused_and_not_half_read() -> None:
    long = Channel(name="W", series="storage.term", unit="m3")
    for lines in ("20260505 1.1 20260506 1.2\n", "20260505 1.1 40 20260506 1.2 40\n", "20260505 1.1 40\r20260506 1.2"):
        found = said(segment(lines), long, quality={"40": "good"})
        assert len(values(found)) == lines.count("\r") * 2
    assert one(segment("20260505 412000000\n"), long).value == 412000000
    named = "#LAYOUT(timestamp,value,status,interpolation_type)|*|\n"
    assert values(said(segment("20260505 1.1 20260506 1.2\n20260507 1.3 40 103\n", named), long)) == [Decimal("1.3")]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("#REXCHANGEX|*|SANR1|*|CNR2|*|CNAMEQ|*|", "X"), ("#REXCHANGEX|*|SANR1|*|CNR2|*|CNAMEQ|*|", "1/2"),
        ("#REXCHANGEX|*|SANR1|*|CNR2|*|CNAMEQ|*|", "1/Q"), ("#REXCHANGEX|*|SANR1|*|CNR2|*|CNAMEQ|*|", "2"),
        ("#REXCHANGEX|*|SANR1|*|CNR2|*|CNAMEQ|*|", "Q"), ("#TSPATH/1/W/Cmd|*|", "/1/W/Cmd"), ("#SANR1|*|", "1"),
    ],
)  # fmt: skip
def test_a_channel_may_be_called_by_any_name_of_the_header(header: str, name: str) -> None:
    channel = Channel(name=name, series="level.term", unit="m")
    found = one(f"{header}SANR1|*|\n20260505 1\n", channel)
    assert (found.station, found.unit) == ("1", "m")


def test_the_surest_name_is_tried_first_and_the_station_s_own_channel_before_a_general_one() -> None:
    text = "#REXCHANGEX|*|SANR1|*|CNR2|*|CUNITm|*|\n20260505 1\n"
    by_number, by_exchange = (Channel(name=name, series=f"{name_of}.term") for name, name_of in
                              (("2", "storage"), ("X", "level")))  # fmt: skip
    assert one(text, by_number, by_exchange).quantity == "level"
    own = by_exchange.model_copy(update={"station": "1", "series": "intake.term"})
    assert one(text, by_exchange, own).quantity == "intake"


def test_what_nobody_declared_comes_back_as_one_piece() -> None:
    body = segment("20260505 1\n## why\n20260506 2 40\n").replace("CNRW", "CNRT")
    (found,) = said(body)
    assert isinstance(found, Unreadable)
    assert found.fragment == b"20260505 1\n20260506 2 40"
    assert found.where == "lines 2-4"
    assert "'15194/T'" in found.reason
    assert found.reason.endswith("(lines of values: 2)")


def test_a_channel_of_another_station_is_named_as_such() -> None:
    (found,) = said(segment("20260505 1\n"), LEVEL.model_copy(update={"station": "15261"}))
    assert isinstance(found, Unreadable)
    assert "of station '15261', not of '15194'" in found.reason


def test_values_without_a_station_or_a_unit_are_refused() -> None:
    assert "station" in reasons(said("#CNRW|*|CUNITm|*|\n20260505 1\n"))[0][1]
    bare = LEVEL.model_copy(update={"unit": None})
    assert "unit" in reasons(said("#CNRW|*|SANR1|*|\n20260505 1\n", bare))[0][1]


@pytest.mark.parametrize(
    ("layout", "why"),
    [("(value,status)", "no timestamp"), ("timestamp,value", "no timestamp"), ("(timestamp,value,value)", "twice"),
     ("", "no timestamp")],
)  # fmt: skip
def test_a_layout_that_leads_to_no_value_refuses_its_segment(layout: str, why: str) -> None:
    found = said(segment("20260505 1\n20260506 2\n", f"#LAYOUT{layout}|*|\n") + segment("20260505 3\n"))
    assert values(found) == [3]
    assert why in reasons(found)[0][1]


def test_a_header_that_holds_a_foreign_line_gives_its_zone_to_nobody() -> None:
    found = said(segment("20260505 1\n", "#TZUTC\0+5|*|\n") + segment("20260505 3\n"))
    assert values(found) == [3]
    assert [where for where, _ in reasons(found)] == ["line 2", "line 3"]
    noted = said(segment("20260505 1\n## it\0\n20260506 2\n"))
    assert values(noted) == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_names_in_russian_are_read_in_either_encoding(encoding: str) -> None:
    text = f"#SANR{STATION}|*|CNAMEУровень|*|CUNITсм|*|\n20260505 1\n"
    (found,) = readings(said(text.encode(encoding), Channel(name="Уровень", series="level.term")))
    assert found.unit == "см"


def test_the_declared_encoding_stands_before_the_usual_one() -> None:
    body = f"#SANR{STATION}|*|CNAMEHöhe|*|CUNITm|*|\n20260505 1\n".encode("latin-1")
    channel = Channel(name="Höhe", series="level.term")
    assert values(said(body, channel)) == []
    assert values(said(body, channel, encoding="latin-1")) == [1]
    koi8 = f"#SANR{STATION}|*|CNAMEУровень|*|CUNITm|*|\n20260505 1\n".encode("koi8-r")
    assert values(said(koi8, Channel(name="Уровень", series="level.term"), encoding="koi8-r")) == [1]
    assert values(said(segment("20260505 1 \x98\n").encode("latin-1"))) == [1]


@pytest.mark.parametrize("encoding", ["utf-16", "base64", "no-such", "cp500"])
def test_an_encoding_of_no_such_text_refuses_the_message(encoding: str) -> None:
    ((where, reason),) = reasons(said(segment("20260505 1\n"), encoding=encoding))
    assert where == "message"
    assert repr(encoding) in reason


@pytest.mark.parametrize("text", ["", "\n\n", "## nothing\n", f"#SANR{STATION}|*|CNRW|*|\n"])
def test_a_message_without_values_is_one_refusal(text: str) -> None:
    assert reasons(said(text)) == [("message", "no line of it holds a value")]


def test_a_last_line_that_may_be_cut_off_is_doubted() -> None:
    assert one(segment("20260505 12.5")).doubts == ("last_cell_may_be_cut_off",)
    for end in (" ", "\n", "\r", ' "ok"'):
        assert one(segment(f"20260505 12.5{end}")).doubts == ()
    assert "breaks off" in reasons(said(segment("20260505")))[0][1]


def test_a_forecast_speaks_of_its_own_time_and_nobody_measured_it() -> None:
    header = "#LAYOUT(timestamp,forecast,value)|*|\n"
    found = one(segment("20260505080000 20260506080000 12.5\n", header))
    assert (found.time, found.estimated) == (datetime(2026, 5, 6, 2, tzinfo=UTC), True)


def test_members_of_a_forecast_never_share_a_channel() -> None:
    lines = "".join(f"20260505 20260506 {member} {number}\n" for number, member in enumerate(("AVG", "1", "2", "1")))
    text = segment(lines, "#LAYOUT(timestamp,forecast,member,value)|*|\n")
    assert values(said(text)) == [0]
    both = said(text, LEVEL, LEVEL.model_copy(update={"name": f"{STATION}/W/1"}))
    assert values(both) == [0, 1, 3]
    assert [where for where, _ in reasons(both)] == ["line 5"]


def test_what_follows_too_many_or_too_long_lines_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.written.text_lines.MAX_LINES", 3)
    monkeypatch.setattr("ingest.written.text_lines.MAX_LINE", 60)
    found = said(segment(f"20260505 {'1' * 70}\n20260506 2\n20260507 3\n20260508 4"))
    assert values(found) == [2]
    assert [one.fragment for one in found if isinstance(one, Unreadable)] == [
        b"20260505 " + b"1" * 70, b"20260507 3\n20260508 4",
    ]  # fmt: skip


def counted(found: Sequence[Said]) -> int:
    """How many lines of values these things are."""
    return sum(one.fragment.count(b"\n") + 1 for one in found if isinstance(one, Reading | Unreadable))


STAMPS = st.sampled_from(["20260505", "202605050800", "20260505080000", "2026050520260506", "20260532", "2026", "x"])
NUMBERS = st.sampled_from(["1.5", "-777", "1,5", "nan", "1e3", "12345678", "7" * 50])
REST = st.sampled_from(["", " 40", " 40 103", ' "a note"', " 20260506 1", ' "', " "])
LINES = st.tuples(STAMPS, st.sampled_from([" ", "\t", ""]), NUMBERS, REST).map("".join)
HEADERS = st.sampled_from([
    "#SANR15194|*|CNRW|*|CUNITm|*|", "#CNRW|*|", "#SANR15194;*;CNRX;*;", "#TZMARS|*|", "#LAYOUT(value)|*|", "##",
    "#LAYOUT(timestamp,value,status,remark)|*|", "#LAYOUT(timestamp,forecast,member,value)|*|", "#RINVAL1.5|*|", "",
])  # fmt: skip


@given(st.lists(st.tuples(st.booleans(), HEADERS, LINES), max_size=20), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_line_of_values_is_accounted_for(parts: list[tuple[bool, str, str]], end: str) -> None:
    lines = [header if is_header else line for is_header, header, line in parts]
    count = sum(not is_header for is_header, _, _ in parts)
    found = said(end.join([*lines, ""]), quality={"40": "good"})
    if count:
        assert counted(found) == count
    else:
        assert [where for where, _ in reasons(found)] == ["message"]


def test_the_sample_of_version_2_holds_two_series() -> None:
    channels = [
        Channel(name=f"013S0{number}", series="level.term", station=number, unit="m") for number in ("50", "65")
    ]
    found = readings(said(sample("zrxp2_two_series.zrx"), *channels))
    written = ["7.538", "7.541", "7.544", None, "3.100", "3.105"]
    assert [item.value for item in found] == [None if text is None else Decimal(text) for text in written]
    assert [item.station for item in found] == ["50"] * 4 + ["65"] * 2
    assert found[0].time == datetime(2008, 11, 10, 18, tzinfo=UTC)  # Bishkek had +6, and the file names no zone


def test_the_sample_with_status_masks_its_missing_value() -> None:
    channel = Channel(name="CHU001.H", series="level.term")
    first, second = readings(said(sample("zrxp3_status.zrx"), channel, quality={"40": "good", "255": "missing"}))
    assert (first.station, first.value, first.unit, first.doubts) == ("15012", Decimal(143), "cm", ())
    assert first.time == datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert (second.value, second.time) == (None, datetime(2026, 1, 5, 5, tzinfo=UTC))


def test_the_sample_of_daily_means_is_in_central_european_time() -> None:
    found = readings(said(sample("zrxp_bluem_daily.zrx"), Channel(name="00001234/12345", series="discharge.daily")))
    written = ["3.23", "2.69", "2.51", "2.20", "1.79", "1.54", "2.48"]
    assert [item.value for item in found] == [None, *map(Decimal, written)]
    assert found[0].time == datetime.fromisoformat("1974-12-31T00:00+01:00")
    assert {(item.station, item.unit) for item in found} == {("00001234", "m3/s")}


def test_the_sample_with_more_columns_than_its_layout_is_read() -> None:
    channel = Channel(name="HG", series="level.term")
    found = readings(said(sample("zrxp_jackieleng_05BJ004.HG.datum.O.zrx"), channel, quality={"200": "unknown"}))
    assert [item.value for item in found] == [Decimal(text) for text in ("0.1", "0.3", "0.05", "0.2")]
    assert found[0].time == datetime.fromisoformat("1999-12-03T23:00-07:00")
    assert not any(item.doubts for item in found)


def test_the_sample_of_forecasts_has_three_segments_of_fifteen() -> None:
    channels = [Channel(name=f"620{number}_ENSRRR24", series="precipitation.daily") for number in (1, 3, 4)]
    found = readings(said(sample("zrxp_jackieleng_multi_ts.zrx"), *channels))
    assert [item.station for item in found] == ["6201"] * 15 + ["6203"] * 15 + ["6204"] * 15
    assert (found[0].time, found[0].value) == (datetime(2019, 4, 30, tzinfo=UTC), Decimal("0.35"))
    assert (found[44].time, found[44].value) == (datetime(2019, 5, 14, tzinfo=UTC), Decimal("1.52"))
    assert all(item.estimated for item in found)
