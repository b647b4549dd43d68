"""Tables in workbooks: where headings stand, whose values they are, when rows are, and what becomes of every cell."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.decode import DECODERS
from ingest.reading import Reading, Said, Unreadable
from ingest.written.table.months import month_called, months_in, only, with_figures, years_in
from record.network.source import Column, Source, Table
from tests.ingest.declared import RECEIVED, reasons, source, values
from tests.ingest.golden import spread
from tests.ingest.workbooks import Content, Formula, Number, Rows, Tab, column, day, packed, parts, workbook

SHARED = Path(__file__).parents[3] / "shared" / "formats" / "samples"
TABLE = Table(
    decimal=",",
    blanks=("", "-", "н/д"),
    time_heading="Дата",
    time_format="%d.%m.%Y",
    zone="Asia/Bishkek",
    columns=(
        Column(heading="Уровень", station="15954", series="level.daily", unit="см"),
        Column(heading="Расход", station="15954", series="discharge.daily", unit="м3/с"),
    ),
)
HEAD = ("Дата", "Уровень", "Расход")
FIRST = day(46082)


def declared(table: Table | None = TABLE, **changes: Any) -> Source:
    """A source of workbooks."""
    return source(format="xlsx-table", table=table and table.model_copy(update=changes))


def decoded(rows: Rows | dict[str, Tab] | bytes, **changes: Any) -> Sequence[Said]:
    """What a workbook says."""
    body = rows if isinstance(rows, bytes) else workbook(rows)
    return DECODERS["xlsx-table"](body, RECEIVED, declared(**changes))


def times(said: Sequence[Said]) -> list[datetime]:
    return [one.time for one in said if isinstance(one, Reading)]


def stations(said: Sequence[Said]) -> list[str]:
    return [one.station for one in said if isinstance(one, Reading)]


def reason(said: Sequence[Said]) -> str:
    """The one reason for which something is refused."""
    ((_, told),) = reasons(said)
    return told


def test_a_source_without_a_table_is_refused() -> None:
    (said,) = DECODERS["xlsx-table"](workbook([HEAD]), RECEIVED, declared(None))
    assert isinstance(said, Unreadable)
    assert "declares no table" in said.reason


def test_a_row_gives_a_reading_of_each_filled_column_with_the_row_as_its_fragment() -> None:
    said = decoded([HEAD, [FIRST, Number("204"), "12,40"]])
    assert said[1] == Reading(
        station="15954", quantity="discharge", interval="daily", time=datetime(2026, 2, 28, 18, tzinfo=UTC),
        value=Decimal("12.40"), unit="м3/с", where="sheet 'Лист1', row 2, column C 'Расход'",
        fragment=b"2026-03-01\t204\t12,40",
    )  # fmt: skip
    assert values(said) == [Decimal(204), Decimal("12.40")]


def test_a_text_is_read_as_declared_and_a_number_as_it_is() -> None:
    rows: Rows = [HEAD, [FIRST, Number("20.4"), "20.4"]]
    assert values(decoded(rows)) == [Decimal("20.4")]
    assert "decimal comma" in reason(decoded(rows))
    assert values(decoded(rows, decimal="either")) == [Decimal("20.4"), Decimal("20.4")]


def test_a_row_that_is_not_filled_in_says_nothing_unless_emptiness_is_the_mark() -> None:
    rows: Rows = [HEAD, [FIRST], [day(46083), None, "-"], ["", "", ""]]
    assert values(decoded(rows)) == [None]
    assert values(decoded([*rows, []], blanks=("",))) == [None, None, None]
    assert "is not a number" in reason(decoded(rows, blanks=("",)))


def test_a_mark_may_be_what_a_spreadsheet_writes_over_a_fault() -> None:
    rows: Rows = [HEAD, [FIRST, Formula("1/0", "#N/A", "e"), Number("-9999")]]
    assert values(decoded(rows, blanks=("", "#N/A", "-9999"))) == [None, None]
    assert "#N/A" in reason(decoded(rows))


def test_a_workbook_of_headings_alone_is_refused() -> None:
    body = workbook({"a": Tab([HEAD]), "b": Tab([])})
    (said,) = decoded(body)
    assert said == Unreadable(fragment=body, where="message", reason="its sheets hold nothing but headings")


def test_sheets_are_chosen_by_a_pattern_and_hidden_ones_are_named() -> None:
    tabs = {
        "2026-03": Tab([HEAD, [FIRST, None, Number("1")]]),
        "2026-04": Tab([HEAD, [FIRST, None, Number("2")]], state="hidden"),
        "план": Tab([HEAD, [FIRST, None, Number("3")]]),
        "очень": Tab([HEAD], state="veryHidden"),
    }
    said = decoded(tabs, sheets="2026-*")
    assert values(said) == [Decimal(1)]
    assert [where for where, _ in reasons(said)] == ["sheet '2026-04'"]
    assert "'2026-03', 'план'" in reason(decoded(tabs, sheets="свод"))


def test_a_sheet_that_cannot_be_read_spoils_no_other() -> None:
    held = parts({"a": Tab([HEAD, [FIRST, None, Number("1")]]), "b": Tab([HEAD, [FIRST, None, Number("2")]])})
    said = decoded(packed(held | {"xl/worksheets/sheet1.xml": "<worksheet>"}))
    assert values(said) == [Decimal(2)]
    assert [where for where, _ in reasons(said)] == ["sheet 'a'"]


def test_headings_stand_among_the_first_thirty_rows_that_hold_anything() -> None:
    rows: Rows = [HEAD, [FIRST, None, Number("1")]]
    assert values(decoded([["x"]] * 29 + [[]] * 5 + list(rows))) == [Decimal(1)]
    said = decoded([["x"]] * 30 + list(rows))
    assert values(said) == []
    assert "none of its first 30 rows has all the headings 'Дата', 'Уровень', 'Расход'" in reason(said)


def test_a_heading_that_stands_twice_is_named() -> None:
    assert "heading 'Расход' stands in it twice" in reason(decoded([[*HEAD, "Расход"], [FIRST, None, Number("1")]]))


def test_headings_have_other_spellings_and_may_say_the_unit() -> None:
    columns = (Column(heading="Уровень воды", aliases=("Н",), station="15954", series="level.daily"),)
    for heading, unit in (("Уровень воды, см", "см"), ("Н (м)", "м"), ("Н,  млн  м3", "млн м3")):
        said = decoded([["День", heading], [FIRST, Number("1")]], columns=columns, time_aliases=("День",))
        assert [one.unit for one in said if isinstance(one, Reading)] == [unit]
    for heading in ("Н", "Н,", "Нуль, м", "Уровень водыx, м"):
        assert "'Уровень воды, <unit>'" in reason(decoded([["Дата", heading], [FIRST, Number("1")]], columns=columns))


TWO_ROWS: Rows = [["Дата", "Приток", None, "Сброс"], [None, "план", "факт", "факт"], [FIRST, *map(Number, "123")]]


def test_headings_over_several_rows_are_read_from_top_to_bottom() -> None:
    columns = tuple(
        Column(heading=f"{what} факт", station="15954", series=f"{series}.daily", unit="м3/с")
        for what, series in (("Приток", "inflow"), ("Сброс", "release"))
    )
    said = decoded({"a": Tab(TWO_ROWS, merged=["A1:A2", "B1:C1"])}, columns=columns, header_rows=2)
    assert values(said) == [Decimal(2), Decimal(3)]
    # Without the merged range nothing tells that the second column belongs to the first heading.
    assert "'Приток факт'" in reason(decoded(TWO_ROWS, columns=columns, header_rows=2))


def test_names_stand_over_the_columns_that_are_merged_below_them_and_over_no_others() -> None:
    columns = (Column(heading="Расход", series="discharge.daily", unit="м3/с"),)
    rows: Rows = [["", "Пост А", None, "Пост Б"], ["Дата", "Расход", "прим.", "Расход", "Расход", "Расход"]]
    rows = [*rows, [FIRST, Number("1"), "x", Number("2"), Number("3"), Number("4")]]
    changes = {"columns": columns, "station_from": "above"}
    said = decoded({"a": Tab(rows, merged=["B1:C1"])}, **changes)
    assert list(zip(stations(said), values(said), strict=True)) == [("Пост А", Decimal(1)), ("Пост Б", Decimal(2))]
    assert [told for _, told in reasons(said)] == ["nothing says whose it is"] * 2
    assert "stands in it twice" in reason(decoded({"a": Tab(rows, merged=["B1:C1", "D1:E1"])}, **changes))


def test_the_name_of_a_sheet_names_the_station() -> None:
    columns = (Column(heading="Расход", series="discharge.daily", unit="м3/с"),)
    tabs = {name: Tab([HEAD, [FIRST, None, Number("1")]]) for name in ("15194", " Чумыш ")}
    said = decoded(tabs, columns=columns, station_from="sheet")
    assert stations(said) == ["15194", "Чумыш"]


def test_a_column_names_the_station_of_each_row_merged_or_not() -> None:
    columns = (Column(heading="Расход", series="discharge.daily", unit="м3/с"),)
    rows: Rows = [["Пост", "Дата", "Расход"], ["15194", FIRST, Number("1")], [None, day(46083), Number("2")]]
    tab = Tab([*rows, [None, day(46084), Number("3")]], merged=["A2:A3"])
    said = decoded({"a": tab}, columns=columns, station_heading="Пост")
    assert stations(said) == ["15194", "15194"]
    assert reason(said) == "the row names no station"


def test_a_value_that_is_merged_over_rows_is_said_once() -> None:
    tab = Tab([HEAD, [FIRST, Number("1"), Number("2")], [day(46083), None, Number("3")]], merged=["B2:B3"])
    assert values(decoded({"a": tab})) == [Decimal(1), Decimal(2), Decimal(3)]


@pytest.mark.parametrize(
    ("cell", "form", "told"),
    [
        (day(46082), "%d.%m.%Y", "2026-03-01"),
        (Number("46082"), "%d.%m.%Y", "2026-03-01"),
        ("01.03.2026", "%d.%m.%Y", "2026-03-01"),
        ("1 марта 2026", "%d %B %Y", "2026-03-01"),
        ("1-мар.-2026", "%d-%b-%Y", "2026-03-01"),
        ("2026 наурыз 1", "%Y %B %d", "2026-03-01"),
        (Number("20260301"), "%Y%m%d", "2026-03-01"),
        ("март 2026", "%B %Y", "2026-03-01"),
        ("30.02.2026", "%d.%m.%Y", "in no calendar"),
        ("30 февраля 2026", "%d %B %Y", "'30 февраля 2026' is in no calendar"),
        (None, "%d.%m.%Y", "empty"),
        (day("46082.5"), "%d.%m.%Y", "a time of day"),
        (day("0.5"), "%d.%m.%Y", "no date since 1950"),
        (Number("12.5"), "%d.%m.%Y", "not a time of the form"),
        (Formula("A1"), "%d.%m.%Y", "holds no value"),
    ],
)
def test_dates_are_dates_numbers_or_texts(cell: Content, form: str, told: str) -> None:
    said = decoded([HEAD, [cell, None, Number("1")]], time_format=form, zone="UTC")
    found = [time.date().isoformat() for time in times(said)] or [reason(said)]
    assert told in found[0]


def test_a_date_with_a_time_is_local() -> None:
    # Almaty put its clocks back in the night to 1 March 2024: half past eleven came twice.
    rows: Rows = [HEAD, [day("46082.3333333333"), None, Number("1")], [day("45351.98"), None, Number("1")]]
    said = decoded(rows, time_format="%d.%m.%Y %H:%M", zone="Asia/Almaty")
    assert times(said) == [datetime(2026, 3, 1, 3, tzinfo=UTC)]
    assert "occurred twice in Asia/Almaty" in reason(said)


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        (Number("0.333333333333333", 2), "2026-03-01T08:00"),
        ("20:00", "2026-03-01T20:00"),
        ("8", "not a time of the form"),
        (day("1.5"), "no time of day"),
        (None, "not a time of the form"),
        (Formula("A1"), "holds no value"),
    ],
)
def test_the_time_of_day_may_have_a_column_of_its_own(clock: Content, told: str) -> None:
    rows: Rows = [[*HEAD, "Срок"], [FIRST, None, Number("1"), clock]]
    said = decoded(rows, clock_heading="Срок", zone="UTC")
    found = [time.isoformat() for time in times(said)] or [reason(said)]
    assert told in found[0]


@pytest.mark.parametrize(
    ("name", "title", "told"),
    [
        ("март 2026", "", "2026-03-05"),
        ("03.2026", "", "2026-03-05"),
        ("Март", "за 2026 год", "2026-03-05"),
        ("15194", "наурыз 2026 ж.", "2026-03-05"),
        ("март 2026", "апрель 2025", "2026-03-05"),
        ("март", "за год", "leaves the year open"),
        ("2026", "за год", "leaves the month open"),
        ("март-апрель 2026", "", "leaves the month open"),
        ("март", "2025-2026", "leaves the year open"),
        ("февраль 2026", "", "2026-02-05"),
    ],
)
def test_what_a_day_leaves_open_stands_in_the_name_of_the_sheet_or_in_a_title(name: str, title: str, told: str) -> None:
    tab = Tab([[title or None], HEAD, [Number("5"), None, Number("1")]])
    said = decoded({name: tab}, time_format="%d", zone="UTC")
    found = [time.date().isoformat() for time in times(said)] or [reason(said)]
    assert told in found[0]


def test_months_are_told_from_other_words() -> None:
    assert [month_called(word) for word in ("Январь", "сент.", "мамыр", "May", "там", "среда", "")] == [
        1, 9, 5, 5, None, None, None,
    ]  # fmt: skip
    assert with_figures("5 янв. 2026, вторник") == "5 01 2026, вторник"
    assert months_in("с марта по май 2026, 07/2026, 13.2026") == {3, 5, 7}
    assert years_in("2026г. № 120261, 1899, 19995") == {2026}
    assert [only([set(), {1}]), only([{1, 2}, {1}]), only([])] == [1, None, None]


def test_months_stand_across_and_a_day_that_is_in_no_month_does_not_apply() -> None:
    columns = (Column(heading="%B", station="15194", series="discharge.daily", unit="м3/с"),)
    rows: Rows = [
        ["Расходы за 2025"],
        ["День", "февр.", "март"],
        [Number("30"), "-", Number("5")],
        [Number("31"), None, "-"],
    ]
    said = decoded(rows, columns=columns, time_heading="День", time_format="%d", zone="UTC")
    assert [(time.month, time.day) for time in times(said)] == [(3, 30), (3, 31)]
    assert values(said) == [Decimal(5), None]
    twice: Rows = [["2025"], ["День", "март", "Март"], [Number("1"), Number("1"), Number("2")]]
    assert "twice" in reason(decoded(twice, columns=columns, time_heading="День", time_format="%d"))


GOOD = st.sampled_from([Number("12.5"), Number("-3"), "1 143,5", "-", "н/д", Formula("A1*2", "7")])
BAD = st.sampled_from(["x", "12.5", day(46100), Formula("A1"), Formula("1/0", "#DIV/0!", "e"), Number("1E300")])
DATES = st.sampled_from([FIRST, Number("46083"), "05.03.2026"])
NO_DATES = st.sampled_from(["31.02.2026", "Итого", None, Formula("A1"), day("46082.5"), Number("7")])
CELLS = st.one_of(st.none(), GOOD, BAD)
LINES = st.lists(st.tuples(st.one_of(DATES, NO_DATES), CELLS, CELLS), max_size=8)


@settings(max_examples=200)
@given(LINES)
def test_every_filled_cell_is_read_or_refused(rows: list[tuple[Content, Content, Content]]) -> None:
    said = decoded([["Сводка"], HEAD, *rows])
    told: dict[int, int] = {}
    for one in said:
        assert isinstance(one, Reading | Unreadable)
        if one.where == "message":
            continue
        row = int(one.where.split("row ")[1].split(",")[0])
        whole = isinstance(one, Unreadable) and "'Дата'" in one.where
        told[row] = told.get(row, 0) + (sum(cell is not None for cell in rows[row - 3][1:]) if whole else 1)
    filled = {number: sum(cell is not None for cell in row[1:]) for number, row in enumerate(rows, 3)}
    assert told == {number: count for number, count in filled.items() if count}


PARTS = {name: parts({"Лист1": Tab([HEAD, [FIRST, Number("1"), "2,5"]], merged=["A1:A1"])})[name]
         for name in parts({"Лист1": Tab([])})}  # fmt: skip
JUNK = st.sampled_from(
    ["", "<", ">", '"', "<c>", "</row>", '<c r="A1">', "&amp;", "\0", "0", "-", "A", "<v>7</v>", "\ufffe"]
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(PARTS)), st.data())
def test_damage_to_any_part_is_answered(name: str, data: st.DataObject) -> None:
    text = PARTS[name]
    at, gone = data.draw(st.integers(0, len(text))), data.draw(st.sampled_from([0, 1, 5, 40]))
    said = decoded(packed(PARTS | {name: text[:at] + data.draw(JUNK) + text[at + gone :]}))
    assert said
    for one in said:
        assert isinstance(one, Reading | Unreadable)
        assert "\n" not in (one.reason if isinstance(one, Unreadable) else "")


@settings(max_examples=100)
@given(
    st.sampled_from(sorted(PARTS)),
    st.sampled_from([None, "", "<a/>", "x", "<workbook><sheets><sheet/></sheets></workbook>"]),
)
def test_parts_that_are_not_there_or_are_others_are_answered(name: str, text: str | None) -> None:
    held = {other: whole for other, whole in PARTS.items() if other != name} | ({} if text is None else {name: text})
    assert decoded(packed(held))


def test_a_wide_sheet_costs_no_more_than_its_cells() -> None:
    wide = f'<c r="{column(0)}1"/>' + "".join(f'<c r="XFD{row}"><v>1</v></c>' for row in (1,))
    held = parts({"a": Tab([])})
    held["xl/worksheets/sheet1.xml"] = f'<worksheet><row r="1">{wide}</row><row r="1048576"/></worksheet>'
    assert "headings" in reason(decoded(packed(held)))


def test_the_shared_sample_is_read() -> None:
    file = SHARED / "ministry_constructed.xlsx"
    if not file.is_file():
        pytest.skip(f"no sample at {file}")
    columns = tuple(
        Column(heading=heading, station="15954", series=f"{series}.daily")
        for heading, series in (("Уровень", "level"), ("Объем", "storage"), ("Приток", "inflow"), ("Сброс", "release"))
    )
    said = decoded(file.read_bytes(), columns=columns, decimal="either")
    found = {(one.quantity, time.day): one.value for one, time in zip(
        [one for one in said if isinstance(one, Reading)], times(said), strict=True)}  # fmt: skip
    assert found == {
        ("level", 4): Decimal("24.55"), ("storage", 4): Decimal("31.2"), ("inflow", 4): Decimal("11.3"),
        ("release", 4): Decimal("24.5"), ("level", 5): Decimal("24.5"), ("storage", 5): Decimal("31.0"),
        ("inflow", 5): None, ("release", 5): Decimal("24.5"), ("level", 6): Decimal("24.44"),
        ("storage", 6): Decimal("30.7"), ("inflow", 6): Decimal(11),
    }  # fmt: skip
    assert "holds no value" in reason(said)


def test_the_shared_sample_with_a_delimiter_is_read_by_the_same_declaration() -> None:
    file = SHARED / "ministry_constructed.csv"
    if not file.is_file():
        pytest.skip(f"no sample at {file}")
    table = Table(
        delimiter=";", decimal=",", blanks=("", "-", "н/б"), time_heading="Дата", time_format="%d.%m.%Y",
        clock_heading="Время", zone="Asia/Bishkek", station_heading="Пост",
        columns=(
            Column(heading="Уровень", series="level.term"), Column(heading="Расход", series="discharge.term"),
        ),
    )  # fmt: skip
    said = spread(DECODERS["csv-table"](file.read_bytes(), RECEIVED, source(table=table)))
    assert [(one.quantity, one.unit, one.value) for one in said if isinstance(one, Reading)] == [
        ("level", "см", Decimal(143)), ("level", "см", None), ("level", "см", Decimal(1143)),
        ("discharge", "м3/с", Decimal("12.4")), ("discharge", "м3/с", None), ("discharge", "м3/с", Decimal("1012.5")),
    ]  # fmt: skip
    assert times(said)[0] == datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert reasons(said) == []


def test_a_table_with_a_delimiter_dates_itself_and_names_its_stations() -> None:
    for changes in ({"time_format": "%d"}, {"station_from": "sheet"}):
        table = TABLE.model_copy(update=changes)
        (said,) = DECODERS["csv-table"](b"x", RECEIVED, source(table=table))
        assert isinstance(said, Unreadable)
        assert "no year" in said.reason or "workbooks alone" in said.reason
