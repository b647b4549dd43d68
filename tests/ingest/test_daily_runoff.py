"""Workbooks of daily runoff: whose they are, what each row says, and what is no part of the form."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.decode import DECODERS
from ingest.reading import Reading, Said, Unreadable
from record.network.source import Channel
from tests.ingest.declared import RECEIVED, reasons, source, values
from tests.ingest.workbooks import Content, Formula, Number, Rows, Tab, day, packed, parts, workbook

HEAD: Rows = [["15194 р.Примерная"], ["Дата", "Расход"]]
FIRST = day(45292)
CHANNEL = Channel(name="discharge", series="discharge.10-day", station="15194", unit="л/с", missing=("-", "999"))


def decoded(rows: Rows | dict[str, Tab] | bytes, *channels: Channel) -> Sequence[Said]:
    """What a workbook says."""
    body = rows if isinstance(rows, bytes) else workbook(rows)
    declared = source(format="daily-runoff", table=None, channels=channels)
    return DECODERS["daily-runoff"](body, RECEIVED, declared)


def only(said: Sequence[Said]) -> Reading:
    """The one reading, and nothing else."""
    (one,) = said
    assert isinstance(one, Reading)
    return one


def test_a_row_is_a_mean_of_its_local_day_at_the_post_of_the_first_line() -> None:
    assert only(decoded([*HEAD, [FIRST, Number("3.21")]])) == Reading(
        station="15194", quantity="discharge", interval="daily", time=datetime(2023, 12, 31, 18, tzinfo=UTC),
        value=Decimal("3.21"), unit="m3/s", where="sheet 'Лист1', row 3", fragment=b"2024-01-01\t3.21",
    )  # fmt: skip


@pytest.mark.parametrize("first", ["15194", "15194 р. Ала-Арча", "15194-Пост", "15194\tx", Number("15194")])
def test_the_code_is_what_the_first_line_begins_with(first: Content) -> None:
    assert only(decoded([[first], ["Дата"], [FIRST, Number("1")]])).station == "15194"


@pytest.mark.parametrize("first", ["р. Ала-Арча 15194", "151", "1519400", "15194000000", "Дата", None])
def test_where_it_begins_with_no_code_the_channel_says_whose_it_is(first: Content) -> None:
    rows: Rows = [[first, "Q"], [FIRST, Number("1")], ["02.01.2024", Number("2")]]
    assert [one.station for one in decoded(rows, CHANNEL) if isinstance(one, Reading)] == ["15194", "15194"]
    ((where, reason),) = reasons(decoded(rows))
    assert where == "sheet 'Лист1'"
    assert "names a post" in reason
    assert "(2 values)" in reason


def test_a_channel_says_what_is_held() -> None:
    rows: Rows = [
        ["Дата", "Q"],
        [FIRST, Number("870")],
        ["11.01.2024", "-"],
        ["21.01.2024", Number("999")],
        ["31.01.2024"],
    ]
    said = decoded(rows, CHANNEL)
    assert values(said) == [Decimal(870), None, None, None]
    assert {(one.interval, one.unit) for one in said if isinstance(one, Reading)} == {("10-day", "л/с")}


def test_a_channel_of_another_post_is_not_taken() -> None:
    other = CHANNEL.model_copy(update={"station": "15261"})
    ((_, reason),) = reasons(decoded([*HEAD, [FIRST, Number("1")]], other))
    assert "of other posts, and none of '15194' (1 values)" in reason
    assert only(decoded([*HEAD, [FIRST, Number("1")]], other, CHANNEL)).station == "15194"
    general = CHANNEL.model_copy(update={"station": None})
    assert only(decoded([*HEAD, [FIRST, Number("1")]], other, general)).unit == "л/с"


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Расход, м3/с", "м3/с"),
        ("Q (л/с)", "л/с"),
        ("Q [m3/s]", "m3/s"),
        ("Расход, среднесуточный", "m3/s"),
        ("Q", "m3/s"),
    ],
)
def test_a_heading_that_says_the_unit_stands_before_the_channel(heading: str, unit: str) -> None:
    assert only(decoded([["15194 x"], ["Дата", heading], [FIRST, Number("1")]])).unit == unit


@pytest.mark.parametrize(("text", "value"), [("3,21", "3.21"), ("3.21", "3.21"), ("1 143,5", "1143.5"), ("-1", "-1")])
def test_texts_are_numbers_with_either_sign(text: str, value: str) -> None:
    assert only(decoded([*HEAD, [FIRST, text]])).value == Decimal(value)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["30.02.2024", Number("1")], "in no calendar"),
        (["2024-03-01", Number("1")], "not a time of the form"),
        ([day("45351.5"), Number("1")], "a time of day"),
        ([None, Number("1")], "not a time of the form"),
        ([Formula("A1"), Number("1")], "holds no value"),
        ([day(45352), Formula("A1")], "holds no value"),
        ([day(45352), Formula("A1", "#N/A", "e")], "#N/A"),
        ([day(45352), day(45352)], "is a date where"),
        ([day(45352), "x"], "'x' is not a number"),
        ([day(45352), "-"], "'-' is not a number"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_alone(row: Sequence[Content], reason: str) -> None:
    said = decoded([*HEAD, [FIRST, Number("1")], row, [day(45353), Number("2")]])
    assert values(said) == [Decimal(1), Decimal(2)]
    ((where, told),) = reasons(said)
    assert (where, reason in told) == ("sheet 'Лист1', row 4", True), told


def test_columns_that_the_form_does_not_have_are_refused_each_as_one() -> None:
    rows: Rows = [
        ["15194", None, "x"],
        ["Дата", "Q", "лёд"],
        [FIRST, Number("1"), "шуга", None],
        [None, None, None, "n"],
    ]
    said = decoded(rows)
    assert values(said) == [Decimal(1)]
    assert reasons(said) == [
        ("sheet 'Лист1', column C", "1 cells beside the date and the discharge, which this form does not have"),
        ("sheet 'Лист1', column D", "1 cells beside the date and the discharge, which this form does not have"),
    ]


def test_every_sheet_is_read_and_one_at_fault_spoils_no_other() -> None:
    tab = Tab([*HEAD, [FIRST, Number("1")]])
    held = parts({"a": tab, "b": tab, "c": Tab([["x"]] * 12), "d": Tab(tab.rows, state="hidden"), "e": Tab([])})
    said = decoded(packed(held | {"xl/worksheets/sheet1.xml": "<worksheet"}))
    assert values(said) == [Decimal(1)]
    assert [where for where, _ in reasons(said)] == ["sheet 'd'", "sheet 'a'", "sheet 'c'"]


def test_the_first_date_stands_among_the_first_rows() -> None:
    row: Rows = [[FIRST, Number("1")]]
    assert only(decoded([["15194"], *[["x"]] * 9, *row])).station == "15194"
    assert "has a date" in reasons(decoded([["15194"], *[["x"]] * 10, *row]))[0][1]


def test_an_empty_workbook_is_refused() -> None:
    body = workbook({"a": Tab([])})
    assert decoded(body) == [Unreadable(fragment=body, where="message", reason="its sheets are empty")]


DATES = st.sampled_from([FIRST, day(45400), Number("45401"), "05.03.2026", "31.02.2026", "Итого", None, Formula("A1")])
CELLS = st.sampled_from([Number("12.5"), "1,5", "-", None, "x", FIRST, Formula("A1"), Formula("1/0", "#DIV/0!", "e")])


@settings(max_examples=200)
@given(st.lists(st.tuples(DATES, CELLS), max_size=10), st.booleans())
def test_every_row_is_read_or_refused(rows: list[tuple[Content, Content]], declared: bool) -> None:
    said = decoded([*HEAD, [FIRST, Number("1")], *rows], *([CHANNEL] if declared else []))
    told = sorted(int(one.where.split("row ")[1]) for one in said if isinstance(one, Reading | Unreadable))
    assert told == [3, *(number for number, row in enumerate(rows, 4) if row != (None, None))]
