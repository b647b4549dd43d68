"""Tables with a delimiter: what they say, and what becomes of every cell and line that says nothing clear."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import csv_table
from ingest.reading import Reading, Unreadable
from record.network.source import Column, Table
from tests.ingest.declared import HEAD, RESERVOIRS, decoded, reasons, rows, values

POINTS = Table(
    time_heading="date",
    time_format="%Y-%m-%d",
    zone="Asia/Bishkek",
    columns=(Column(heading="value", station="15194", series="discharge.10-day", unit="m3/s"),),
)


def timed(form: str, zone: str) -> Table:
    return POINTS.model_copy(update={"time_format": form, "zone": zone})


def test_a_row_gives_a_reading_of_each_filled_column() -> None:
    said = rows("05.05.2026 00:00;15954;12,4;401,25\r\n")
    midnight = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    line = "05.05.2026 00:00;15954;12,4;401,25".encode("cp1251")
    assert said == [
        Reading(
            station="15954", quantity="inflow", interval="daily", time=midnight, value=Decimal("12.4"), unit="м3/с",
            where="line 2, column 'приток, м3/с'", fragment=line,
        ),
        Reading(
            station="15954", quantity="storage", interval="daily", time=midnight, value=Decimal("401.25"),
            unit="млн м3", where="line 2, column 'объем, млн м3'", fragment=line,
        ),
    ]  # fmt: skip


def test_titles_comments_and_blank_lines_above_the_header_are_passed_over() -> None:
    table = "Водохранилища\r\n\r\n# из отдела\r\nза май;;\r\n" + HEAD + "05.05.2026 00:00;15954;12,4;-\r\n;;;\r\n"
    said = decoded(table)
    assert values(said) == [Decimal("12.4"), None]
    assert reasons(said) == []
    assert said[0].where == "line 6, column 'приток, м3/с'"


def test_a_header_below_the_first_thirty_lines_is_not_looked_for() -> None:
    row = "05.05.2026 00:00;15954;12,4;400\r\n"
    assert len(values(decoded("title\r\n" * 29 + HEAD + row))) == 2
    said = decoded("title\r\n" * 30 + HEAD + row)
    assert values(said) == []
    assert len(reasons(said)) == 1


def test_a_message_without_the_header_is_refused_whole_with_its_headings_named() -> None:
    body = "дата;пост;приток\r\n05.05.2026 00:00;15954;12,4\r\n".encode("cp1251")
    (said,) = decoded(body)
    assert isinstance(said, Unreadable)
    assert said.fragment == body
    assert "'приток, м3/с'" in said.reason


def test_a_heading_that_stands_twice_refuses_the_message() -> None:
    (said,) = decoded(HEAD.replace("объем, млн м3", "приток, м3/с;объем, млн м3") + "05.05.2026 00:00;15954;1;2;3\r\n")
    assert isinstance(said, Unreadable)
    assert "twice" in said.reason


def test_columns_may_stand_in_any_order_among_others() -> None:
    text = "объем, млн  м3;прим.;пост;приток, м3/с;дата;;\n400;x;15954;12;05.05.2026 00:00;;\n"
    assert values(decoded(text)) == [Decimal(12), Decimal(400)]


def test_a_heading_typed_in_two_signs_is_the_same_as_in_one() -> None:
    table = POINTS.model_copy(update={"time_heading": "күні й"})
    assert values(decoded("күні  \u0438\u0306,value\n2026-05-01,1\n", table)) == [Decimal(1)]


def test_a_comma_where_a_point_is_declared_is_refused_and_never_read() -> None:
    said = decoded('date,value\n2026-05-01,"12,5"\n2026-05-11,12.5\n', POINTS)
    assert values(said) == [Decimal("12.5")]
    ((where, reason),) = reasons(said)
    assert where == "line 2, column 'value'"
    assert "decimal point" in reason
    assert isinstance(said[0], Unreadable)
    assert said[0].fragment == b"12,5"


def test_a_point_where_a_comma_is_declared_is_refused() -> None:
    said = rows("05.05.2026 00:00;15954;12.4;400\r\n")
    assert values(said) == [Decimal(400)]
    assert "decimal comma" in reasons(said)[0][1]


@pytest.mark.parametrize("text", ["1 143,5", "1\u00a0143,5", "1143,5", "+1143,5"])
def test_thousands_may_be_set_apart_where_the_comma_is_declared(text: str) -> None:
    assert values(rows(f"05.05.2026 00:00;15954;{text};-\r\n")) == [Decimal("1143.5"), None]


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-inf", "1e3", "0x10", "12 34", "1 143 5", ",5", "5,", "--5", "1,2,3", "1_000", "1" * 21]
)
def test_what_is_not_plainly_a_number_is_refused(text: str) -> None:
    said = rows(f"05.05.2026 00:00;15954;{text};400\r\n")
    assert values(said) == [Decimal(400)]
    assert [where for where, _ in reasons(said)] == ["line 2, column 'приток, м3/с'"]


@pytest.mark.parametrize("text", ["nan", "inf", "1e3", "1 143", ".5", "٣"])
def test_the_same_holds_where_the_point_is_declared(text: str) -> None:
    assert values(decoded(f"date,value\n2026-05-01,{text}\n", POINTS)) == []


def test_a_negative_number_is_read_as_it_stands() -> None:
    assert values(decoded("date,value\n2026-05-01,-3.20\n", POINTS)) == [Decimal("-3.20")]


@pytest.mark.parametrize("mark", ["-", "н/д", " н/д\u00a0"])
def test_a_declared_mark_is_a_missing_value(mark: str) -> None:
    assert values(rows(f"05.05.2026 00:00;15954;{mark};400\r\n")) == [None, Decimal(400)]


def test_an_empty_cell_beside_filled_ones_does_not_apply() -> None:
    assert values(rows("05.05.2026 00:00;15954;;400\r\n")) == [Decimal(400)]


def test_an_empty_cell_alone_or_as_the_only_mark_is_a_missing_value() -> None:
    assert values(rows("05.05.2026 00:00;15954;;\r\n")) == [None, None]
    assert values(decoded("date,value\n2026-05-01,\n", POINTS)) == [None]
    only = RESERVOIRS.model_copy(update={"blanks": ("",)})
    assert values(rows("05.05.2026 00:00;15954;;400\r\n", only)) == [None, Decimal(400)]


def test_an_empty_row_of_a_table_without_that_mark_is_refused() -> None:
    table = POINTS.model_copy(update={"blanks": ("-",)})
    said = decoded("date,value\n2026-05-01,\n", table)
    assert reasons(said) == [("line 2, column 'value'", "the cell is empty")]


@pytest.mark.parametrize("day", ["31.11.2026 00:00", "29.02.2026 00:00"])
def test_a_date_in_no_calendar_is_refused_and_not_moved(day: str) -> None:
    said = rows(f"{day};15954;12,4;400\r\n")
    assert values(said) == []
    assert reasons(said) == [("line 2, column 'дата'", f"'{day}' is in no calendar")]
    assert isinstance(said[0], Unreadable)
    assert said[0].fragment == f"{day};15954;12,4;400".encode("cp1251")


def test_a_time_of_another_form_is_refused() -> None:
    said = rows("2026-05-05;15954;12,4;400\r\n24.05.2026 24:00;15954;1;2\r\n")
    assert values(said) == []
    assert all("not a time of the form %d.%m.%Y %H:%M" in reason for _, reason in reasons(said))
    assert len(reasons(said)) == 2


def test_an_hour_that_came_twice_or_never_names_no_moment() -> None:
    # Almaty put its clocks back from 00:00 of 1 March 2024 to 23:00; Berlin puts them forward on 29 March 2026.
    almaty = timed("%Y-%m-%d %H:%M", "Asia/Almaty")
    said = decoded("date,value\n2024-02-29 23:30,1\n2024-02-29 22:30,2\n2024-03-01 00:00,3\n", almaty)
    assert values(said) == [Decimal(2), Decimal(3)]
    assert "twice" in reasons(said)[0][1]
    berlin = timed("%Y-%m-%d %H:%M", "Europe/Berlin")
    said = decoded("date,value\n2026-03-29 02:30,1\n2026-03-29 03:00,2\n", berlin)
    assert values(said) == [Decimal(2)]
    assert "never" in reasons(said)[0][1]


def test_a_date_alone_is_the_start_of_its_local_day_even_where_clocks_changed() -> None:
    # In Havana the midnight that began 1 November 2026 comes twice.
    said = decoded("date,value\n2026-11-01,1\n", timed("%Y-%m-%d", "America/Havana"))
    assert [one.time for one in said if isinstance(one, Reading)] == [datetime(2026, 11, 1, 4, 0, tzinfo=UTC)]


def test_an_offset_in_the_form_is_taken_at_its_word() -> None:
    said = decoded("date,value\n2026-05-01T00:00+0500,1\n", timed("%Y-%m-%dT%H:%M%z", "Asia/Bishkek"))
    assert [one.time for one in said if isinstance(one, Reading)] == [datetime(2026, 4, 30, 19, 0, tzinfo=UTC)]


def test_short_and_long_rows_are_refused_with_the_bytes_of_the_line() -> None:
    said = rows("05.05.2026 00:00;15954;12,4\r\n05.05.2026 00:00;15954;1;2;3\r\n05.05.2026 00:00;15954;1;2;\r\n")
    assert values(said) == [Decimal(1), Decimal(2)]
    assert [where for where, _ in reasons(said)] == ["line 2", "line 3"]
    assert isinstance(said[0], Unreadable)
    assert said[0].fragment == b"05.05.2026 00:00;15954;12,4"


def test_a_row_that_names_no_station_is_refused() -> None:
    assert {reason for _, reason in reasons(rows("05.05.2026 00:00;;12,4;400\r\n"))} == {"the row names no station"}


def test_every_place_where_a_file_can_break_off_is_seen() -> None:
    whole = HEAD + "05.05.2026 00:00;15954;12,4;401\r\n06.05.2026 00:00;15954;13,5;402"
    start = len(HEAD) + len("05.05.2026 00:00;15954;12,4;401\r\n")
    for end in range(start + 1, len(whole) + 1):
        said = decoded(whole[:end])
        assert [one.doubts for one in said[:2] if isinstance(one, Reading)] == [(), ()]
        late = said[2:]
        assert late
        doubtful = [one for one in late if not isinstance(one, Reading) or one.doubts]
        assert doubtful, whole[start:end]
    assert "breaks off" in reasons(decoded(whole[: start + 20]))[0][1]


def test_a_garbled_line_is_refused_with_its_bytes_and_the_next_one_is_read() -> None:
    good = "05.05.2026 00:00;15954;12,4;400\r\n".encode("cp1251")
    bad = [b"05.05.2026\x98;15954;1;2", b"05.05.2026 00:00;15954;1\x00;2", b'05.05.2026 00:00;"15954;1;2']
    said = decoded(HEAD.encode("cp1251") + b"\r\n".join(bad) + b"\r\n" + good)
    assert [one.fragment for one in said if isinstance(one, Unreadable)] == bad
    assert values(said) == [Decimal("12.4"), Decimal(400)]
    told = [reason for _, reason in reasons(said)]
    assert "0x98" in told[0]
    assert "NUL" in told[1]
    assert "quotation" in told[2]


def test_a_line_of_another_encoding_is_refused_with_its_very_bytes() -> None:
    table = RESERVOIRS.model_copy(update={"encoding": "utf-8-sig"})
    foreign = "05.05.2026 00:00;пост;1;2".encode("cp1251")
    body = b"\xef\xbb\xbf" + HEAD.encode() + foreign + b"\n"
    assert [one.fragment for one in decoded(body, table) if isinstance(one, Unreadable)] == [foreign]


def test_a_long_line_is_refused() -> None:
    said = rows(f"05.05.2026 00:00;15954;{'1' * csv_table.MAX_LINE};2\r\n05.05.2026 00:00;15954;1;2\r\n")
    assert values(said) == [Decimal(1), Decimal(2)]
    assert "10000" in reasons(said)[0][1]


def test_what_follows_the_last_line_that_is_read_is_refused_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MAX_ROWS", 3)
    rest = "2026-05-21,3\n2026-06-01,4\n"
    said = decoded("date,value\n2026-05-01,1\n2026-05-11,2\n" + rest, POINTS)
    assert values(said) == [Decimal(1), Decimal(2)]
    assert isinstance(said[-1], Unreadable)
    assert said[-1].fragment == rest.encode()


def test_an_encoding_that_cannot_hold_the_bytes_refuses_the_message() -> None:
    for encoding in ("utf-16", "base64"):
        body = b"date,value\n2026-05-01,1\n\x00"
        (said,) = decoded(body, POINTS.model_copy(update={"encoding": encoding}))
        assert isinstance(said, Unreadable)
        assert said.fragment == body


def test_a_delimiter_that_cannot_part_cells_refuses_the_message() -> None:
    (said,) = decoded(b"date,value\n", POINTS.model_copy(update={"delimiter": '"'}))
    assert "delimiter" in reasons([said])[0][1]


@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(body: bytes) -> None:
    for table in (RESERVOIRS, POINTS, POINTS.model_copy(update={"encoding": "utf-16"})):
        assert all(isinstance(one, Reading | Unreadable) for one in decoded(body, table))
    assert all(isinstance(one, Reading | Unreadable) for one in decoded(HEAD.encode("cp1251") + body))


CELLS = st.one_of(
    st.sampled_from(["", "-", "н/д", "12,4", "12.4", "1 143", "15954", "05.05.2026 00:00", "31.11.2026 00:00", "nan"]),
    st.text(alphabet=st.characters(codec="cp1251", exclude_characters="\r\n"), max_size=8),
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=6), st.sampled_from(["\r\n", "\n", "\r"]))
def test_every_line_that_is_not_blank_is_accounted_for(table: list[list[str]], end: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator=end).writerows([HEAD.strip().split(";"), *table])
    lines = text.getvalue().split(end)[1:-1]
    told = {one.where.split(",")[0] for one in decoded(text.getvalue())}
    blanks = " \t\u00a0\u202f"
    silent = [line.strip(blanks + ';"') == "" or line.lstrip(blanks).startswith("#") for line in lines]
    spoken = {f"line {number}" for number, is_silent in enumerate(silent, 2) if not is_silent}
    assert told >= spoken
