"""TOA5: headers that come again, lines that are still being written, and no value of a column that disappears."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import toa5
from ingest.reading import Reading, Said, Unreadable
from record.network.source import Channel, Source
from tests.ingest.declared import RECEIVED, reasons, source, values

SAMPLES = Path(__file__).parents[3] / "shared" / "formats" / "samples"
STAGE = Channel(name="Stage", series="level.hourly")
WATER = Channel(name="WaterT", series="temperature.hourly", missing=("INF", "-INF", "-7999", "7999", "-99999"))
ROW = '"2026-05-05 08:00:00",7,84.6,6.1\r\n'


def header(
    names: str = "Stage,WaterT",
    units: str = "cm,Deg C",
    processes: str = "Avg,Smp",
    station: str = "P",
) -> str:
    """The four lines of a header, quoted as loggers quote them."""
    lines = (
        f"TOA5,{station},CR1000X,1,CR1000X.Std.07.01,CPU:p.CR1X,2,Hourly",
        f"TIMESTAMP,RECORD,{names}", f"TS,RN,{units}",
        f",,{processes}",
    )  # fmt: skip
    return "".join(",".join(f'"{cell}"' for cell in line.split(",")) + "\r\n" for line in lines)


def sender(*channels: Channel, **changes: object) -> Source:
    """A sender of such tables, by default of two columns."""
    facts = {"format": "toa5", "table": None, "channels": channels or (STAGE, WATER)} | changes
    return source("inbox/loggers", **facts)


def said(text: str | bytes, *channels: Channel, **changes: object) -> list[Said]:
    """What a file says."""
    body = text.encode() if isinstance(text, str) else text
    return toa5.decode(body, RECEIVED, sender(*channels, **changes))


def readings(found: Sequence[Said]) -> list[Reading]:
    """The readings, where nothing else was said."""
    held = [one for one in found if isinstance(one, Reading)]
    assert held == list(found), found
    return held


def fragments(found: Sequence[Said]) -> list[bytes]:
    """The bytes that could not be read."""
    return [one.fragment for one in found if isinstance(one, Unreadable)]


def sample(name: str) -> bytes:
    """A shared sample, or a skip with a clear line."""
    file = SAMPLES / name
    if not file.is_file():
        pytest.skip(f"no sample at {file}")
    return file.read_bytes()


def test_a_cell_of_a_declared_column_is_a_reading_with_its_row_and_place() -> None:
    level, water = readings(said(header() + ROW))
    assert level == Reading(
        station="P", quantity="level", interval="hourly", time=datetime(2026, 5, 5, 2, tzinfo=UTC),
        value=Decimal("84.6"), unit="cm", where="line 5, column 'Stage'", fragment=ROW.strip().encode(),
    )  # fmt: skip
    assert (water.quantity, water.value, water.unit) == ("temperature", Decimal("6.1"), "Deg C")


def test_quotation_marks_and_line_ends_may_differ() -> None:
    text = header() + ROW
    assert [one.value for one in readings(said(text.replace('"', "").replace("\r", "")))] == values(said(text))


@pytest.mark.parametrize("text", ["NAN", '"NAN"', "nan", '" NAN "'])
def test_not_a_number_is_always_missing(text: str) -> None:
    assert values(said(header() + ROW.replace("84.6", text))) == [None, Decimal("6.1")]


@pytest.mark.parametrize("text", ['"INF"', '"-INF"', "-7999", "7999", "-99999", "-7999.000"])
def test_what_a_channel_calls_missing_is_missing_there_alone(text: str) -> None:
    assert values(said(header() + ROW.replace("6.1", text))) == [Decimal("84.6"), None]
    undeclared_mark = said(header() + ROW.replace("84.6", text))
    if "INF" in text:
        assert fragments(undeclared_mark) == [ROW.strip().replace("84.6", text).encode()]
    else:
        assert values(undeclared_mark)[0] == Decimal(text)


def test_days_are_stamped_with_their_end_where_that_is_declared() -> None:
    daily = Channel(name="Stage", series="level.daily", stamped="end")
    text = header() + '"2026-05-05 00:00:00",7,84.6,6\n"2026-05-05 24:00:00",8,84.7,6\n'
    assert [one.time for one in readings(said(text, daily, WATER)) if one.quantity == "level"] == [
        datetime(2026, 5, 3, 18, tzinfo=UTC), datetime(2026, 5, 4, 18, tzinfo=UTC),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("2026-05-05 08:00:00", "02:00:00"), ("2026-05-05 08:00", "02:00:00"),
        ("2026-05-05 08:00:00.25", "02:00:00.250"),
        ("2026-05-05 08:00:00.123456789", "02:00:00.123456"), ("2026-05-04 24:00:00", "2026-05-04T18:00"),
    ],
)  # fmt: skip
def test_times_of_a_logger(stamp: str, moment: str) -> None:
    at = datetime.fromisoformat(f"{moment if 'T' in moment else f'2026-05-05T{moment}'}+00:00")
    assert {one.time for one in readings(said(header() + ROW.replace("2026-05-05 08:00:00", stamp)))} == {at}


@pytest.mark.parametrize(
    "stamp", ["2026-05-32 08:00:00", "2026-05-05 24:01:00", "05.05.2026 08:00", "", "2026-05-05T08:00:00", "NAN",
              "9999-12-31 24:00:00", "0001-01-01 03:00:00", "٢٠٢٦-05-05 08:00:00"]
)  # fmt: skip
def test_a_row_without_a_time_is_refused_whole(stamp: str) -> None:
    row = ROW.replace("2026-05-05 08:00:00", stamp)
    found = said(header() + row + ROW)
    assert len(values(found)) == 2
    assert fragments(found) == [row.strip().encode()]


def test_the_clock_of_a_logger_is_in_the_declared_zone() -> None:
    assert readings(said(header() + ROW, zone="Asia/Almaty"))[0].time.hour == 3
    twice = said(header() + ROW.replace("2026-05-05 08", "2024-02-29 23"), zone="Asia/Almaty")
    assert "twice" in reasons(twice)[0][1]


def test_a_header_that_comes_again_holds_for_what_follows() -> None:
    other = header("WaterT,Volt,Stage", "Deg C,Volts,m", "Smp,Min,Avg", station="Q")
    found = said(header() + ROW + other + '"2026-05-05 09:00:00",0,6.2,12.9,0.85\r\n')
    assert [(one.station, one.value, one.unit) for one in found if isinstance(one, Reading)] == [
        ("P", Decimal("84.6"), "cm"), ("P", Decimal("6.1"), "Deg C"), ("Q", Decimal("6.2"), "Deg C"),
        ("Q", Decimal("0.85"), "m"),
    ]  # fmt: skip
    assert [where for where, _ in reasons(found)] == ["line 10, column 'Volt'"]


def test_a_column_is_called_by_its_name_or_with_its_process() -> None:
    text = header("Stage,Stage", "cm,cm", "Avg,Max") + ROW
    both = [Channel(name=f"Stage/{process}", series=f"level.{interval}") for process, interval in
            (("Max", "10-minute"), ("Avg", "hourly"))]  # fmt: skip
    assert [(one.interval, one.value) for one in readings(said(text, *both))] == [
        ("hourly", Decimal("84.6")), ("10-minute", Decimal("6.1")),
    ]  # fmt: skip
    found = said(text, STAGE)
    assert fragments(found) == [b"84.6", b"6.1"]
    assert all("several columns" in reason for _, reason in reasons(found))


def test_what_nobody_declared_comes_back_once_a_column_and_header() -> None:
    rows = "".join(ROW.replace("08:00", f"{hour:02}:00") for hour in range(3))
    found = said(header(station="P") + rows + header(station="R") + ROW, STAGE)
    assert len(values(found)) == 4
    assert fragments(found) == [b"6.1\n6.1\n6.1", b"6.1"]
    assert [where for where, _ in reasons(found)] == ["lines 5-7, column 'WaterT'", "line 12, column 'WaterT'"]
    assert reasons(found)[0][1].endswith("(values: 3)")


def test_the_station_stands_in_the_first_line_or_in_the_declaration() -> None:
    own = STAGE.model_copy(update={"station": "15194"})
    assert readings(said(header("Stage", "cm", "Avg", "15194") + ROW.replace(",6.1", ""), own))[0].station == "15194"
    assert (
        readings(said(header(station="") + ROW, own, WATER.model_copy(update={"station": "1"})))[0].station == "15194"
    )
    assert "names a station" in reasons(said(header(station="") + ROW))[0][1]
    assert "not of 'P'" in reasons(said(header() + ROW, own, WATER))[0][1]


def test_gaps_and_resets_of_the_record_number_are_no_values() -> None:
    rows = ROW + ROW.replace(",7,", ",0,") + ROW.replace(",7,", ",99,")
    assert len(readings(said(header() + rows))) == 6


@pytest.mark.parametrize("row", [ROW.replace(",6.1", ""), ROW.replace(",6.1", ",6.1,1"), ROW.replace(",7", '",7', 1)])
def test_a_row_of_another_shape_is_refused_and_the_next_is_read(row: str) -> None:
    found = said(header() + row + ROW)
    assert len(values(found)) == 2
    assert fragments(found) == [row.strip().encode()]


def test_every_place_where_a_file_can_stop_growing_is_seen() -> None:
    whole = header() + ROW + ROW.replace("08:00:00", "09:00:00").strip()
    start = len(header() + ROW)
    for end in range(start + 1, len(whole) + 1):
        found = said(whole[:end])
        assert [one.doubts for one in found[:2] if isinstance(one, Reading)] == [(), ()]
        late = [one for one in found[2:] if not isinstance(one, Reading) or one.doubts]
        assert late, whole[start:end]
    assert reasons(said(whole[:-4]))[0][1].endswith("the file breaks off here")
    grown = said(whole + '"')
    assert fragments(grown) == [whole[start:].encode() + b'"']


def test_a_last_cell_in_quotes_is_whole_where_they_are_closed() -> None:
    found = readings(said((header() + ROW.replace("6.1", '"NAN"')).strip()))
    assert [one.doubts for one in found] == [(), ()]
    opened = ROW.strip().replace("6.1", '"6.1')
    assert fragments(said(header() + opened)) == [opened.encode()]


@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_a_header_that_lacks_a_line_gives_its_names_to_no_value(gone: int) -> None:
    lines = header("Stage,Volt").splitlines(keepends=True)
    broken = "".join(line for number, line in enumerate(lines) if number != gone)
    found = said(header() + ROW + broken + ROW + ROW + header() + ROW)
    assert len(values(found)) == 4
    assert ROW.strip().encode() in b"\n".join(fragments(found))
    assert sum(fragment.count(b"2026-05-05") for fragment in fragments(found)) == 2


@pytest.mark.parametrize(("at", "bytes_of"), [(0, b"\0"), (1, b"\0"), (2, b'"'), (3, b"\0"), (1, b'"x'), (0, b'"')])
def test_a_header_with_a_damaged_line_gives_its_names_to_no_value(at: int, bytes_of: bytes) -> None:
    lines = header().encode().splitlines(keepends=True)
    lines[at] = lines[at].replace(b'"', b'"' + bytes_of, 3)
    body = header().encode() + ROW.encode() + b"".join(lines) + ROW.encode() + header().encode() + ROW.encode()
    found = said(body)
    assert sum(fragment.count(b"2026-05-05") for fragment in fragments(found)) * 2 + len(values(found)) == 6
    assert len(values(found)) == 4


@pytest.mark.parametrize(
    "broken",
    [
        header().replace("TIMESTAMP", "TIME"),
        '"TOA5"\r\n' + header().partition("\n")[2],
        header(names="Stage,WaterT,Volt"),
    ],
)
def test_a_header_of_another_shape_gives_its_names_to_no_value(broken: str) -> None:
    assert fragments(said(broken + ROW + ROW)) == [(ROW.strip() + "\n" + ROW.strip()).encode()]


@pytest.mark.parametrize("start", ["TOB1", "TOB3", "TOACI1"])
def test_other_formats_of_the_loggers_are_refused_by_name(start: str) -> None:
    body = f'"{start}","P"\r\n'.encode() + b"\0\r\n" * 9
    ((where, reason),) = reasons(said(body))
    assert (where, start in reason) == ("message", True)


@pytest.mark.parametrize("text", ["", "\r\n", header(), header() + "\n"])
def test_a_message_without_rows_is_one_refusal(text: str) -> None:
    assert reasons(said(text)) == [("message", "it holds no rows below a header of TOA5")]


def test_rows_without_any_header_come_back_as_one_piece() -> None:
    assert fragments(said(ROW + ROW)) == [(ROW.strip() + "\n" + ROW.strip()).encode()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_units_in_russian_are_read_in_either_encoding(encoding: str) -> None:
    assert readings(said((header("Stage", "см", "Avg") + ROW.replace(",6.1", "")).encode(encoding)))[0].unit == "см"


def test_an_encoding_of_no_such_text_refuses_the_message() -> None:
    assert [where for where, _ in reasons(said(header() + ROW, encoding="utf-16"))] == ["message"]
    degrees = header("WaterT", "°C", "Avg").encode("latin-1") + ROW.replace(",6.1", "").encode()
    assert readings(said(degrees, encoding="latin-1"))[0].unit == "°C"


def test_a_header_of_very_many_columns_is_read_in_no_time_worth_naming() -> None:
    names = ",".join(["Stage"] * 7_000)
    found = said(header(names, names, names).replace('"', "") + ROW)
    assert fragments(found) == [ROW.strip().encode()]


CELLS = st.sampled_from(["84.6", "-7999", '"NAN"', "1,5", '""', "x", '"', "nan", "1e3"])
TIMES = st.sampled_from(['"2026-05-05 08:00:00"', "2026-05-05 08:00", '"2026-05-32 08:00:00"', '""', '"2026'])
ROWS = st.tuples(TIMES, st.just("7"), CELLS, CELLS, CELLS).map(",".join)
BREAKS = st.sampled_from([header("Stage,WaterT,Volt", "cm,Deg C,V", "Avg,Smp,Min"), header("Volt,A,B", ",,", ",,")])


@given(BREAKS, st.lists(st.one_of(ROWS, BREAKS), max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_every_value_of_a_row_is_accounted_for(first: str, parts: list[str], end: str) -> None:
    blocks = [part if "TOA5" in part else part + end for part in parts]
    found = said(first + "".join(blocks))
    rows = sum("TOA5" not in part for part in parts)
    whole = cells = 0
    for one in found:
        assert isinstance(one, Reading | Unreadable)
        pieces = one.fragment.count(b"\n") + 1 if rows else 0
        if ", column" not in one.where:
            whole += pieces
        else:
            cells += pieces if isinstance(one, Unreadable) and "(values: " in one.reason else 1
    assert whole * 3 + cells == rows * 3
    assert found


def test_the_hourly_sample_holds_three_rows() -> None:
    names = ("BattV", "PTemp_C_Min/Min", "PTemp_C_Max", "AirT_C(42)")
    channels = [Channel(name=name, series=f"temperature.{at}", station="TestLogger") for at, name in enumerate(names)]
    found = said(sample("toa5_TestLogger_Hourly_1.dat"), *channels)
    held = [one for one in found if isinstance(one, Reading)]
    assert [str(one.value) for one in held if one.interval == "0"] == ["13.23", "13.31", "13.36"]
    assert [str(one.value) for one in held if one.interval == "1"] == ["28.62", "27.14", "25.62"]
    assert [str(one.value) for one in held if one.interval == "2"] == ["30.82", "28.62", "27.14"]
    assert [one.time.hour for one in held if one.interval == "0"] == [15, 16, 17]
    assert {one.station for one in held} == {"TestLogger"}
    assert fragments(found) == [b"49.31\n54.85\n63.28"]


def test_the_daily_sample_is_stamped_with_the_end_of_its_days() -> None:
    channels = [Channel(name=name, series="temperature.daily", stamped="end", unit="Cel") for name in ("PTemp",)]
    found = said(sample("toa5_TestLogger_Daily_1.dat"), *channels)
    held = [one for one in found if isinstance(one, Reading)]
    assert [str(one.value) for one in held] == ["20.1", "30.5"]
    assert held[0].time == datetime(2021, 6, 17, 18, tzinfo=UTC)
    assert len(fragments(found)) == 6


def test_the_sample_without_a_line_end_doubts_its_last_value_alone() -> None:
    found = readings(said(sample("toa5_Example.dat"), Channel(name="BattV_Min", series="level.daily")))
    assert [(str(one.value), one.doubts) for one in found] == [
        ("12.99", ()), ("12.96", ("last_cell_may_be_cut_off",)),
    ]  # fmt: skip
