"""Workbooks from the world: what cells are, beside openpyxl as a second witness, and all that is not let in."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Context, Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.written.table.cell import Cell
from ingest.written.workbook import Sheet, WorkbookError, read_workbook
from ingest.written.workbook import parts as parts_module
from ingest.written.workbook import sheet as sheet_module
from ingest.written.workbook.sheet import column_called, place_of
from ingest.written.workbook.values import is_date, time_of
from tests.ingest.golden_workbooks import BOOKS
from tests.ingest.workbooks import Content, Formula, Number, Rows, Tab, day, packed, parts, workbook

ROWS: Rows = [["Дата", "Расход"], [day(46082), Number("12.5")]]
SHEET = "xl/worksheets/sheet1.xml"


def local(*figures: int) -> datetime:
    """A time as a sheet holds it, which knows no zone."""
    return datetime(*figures)  # type: ignore[arg-type]  # noqa: DTZ001


def cell(content: Content, *, since_1904: bool = False) -> Cell:
    """What is read of a workbook of one cell."""
    return read_workbook(workbook([[content]], since_1904=since_1904)).sheet("Лист1").cell(1, 1)


def refusal(body: bytes) -> str:
    """Why a workbook, or its first sheet, is not read."""
    with pytest.raises(WorkbookError) as found:
        first_sheet(body)
    assert "\n" not in str(found.value)
    return str(found.value)


def first_sheet(body: bytes) -> Sheet:
    """The first visible sheet of a workbook."""
    book = read_workbook(body)
    return book.sheet(next(iter(book.visible)))


def changed(name: str, old: str, new: str) -> bytes:
    """A workbook of which one part is changed."""
    held = parts({"Лист1": Tab(ROWS)})
    assert old in held[name]
    return packed(held | {name: held[name].replace(old, new)})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", "12.5"),
        ("12.50", "12.50"),
        ("-0.5", "-0.5"),
        ("0", "0"),
        ("24.550000000000001", "24.55"),
        ("0.30000000000000004", "0.3"),
        ("812.349999999999994", "812.35"),
        ("1.05E1", "10.5"),
        ("1E2", "100"),
        ("1.2E-05", "0.000012"),
        ("123456789012345678", "123456789012346000"),
    ],
)  # fmt: skip
def test_a_number_is_what_a_spreadsheet_shows_to_fifteen_digits(text: str, value: str) -> None:
    found = cell(Number(text))
    assert str(found.number) == value
    assert (found.text, found.fault) == (value, None)


@given(st.floats(-1e15, 1e15).filter(lambda one: one == 0 or abs(one) > 1e-10))
def test_every_float_comes_back_as_it_is_shown(value: float) -> None:
    assert cell(Number(repr(value).replace("e", "E"))).number == Decimal(f"{value:.15g}")


@pytest.mark.parametrize("text", ["nan", "INF", "1E400", "1E-30", "0x1", "1,5", "1" * 70, "٣"])
def test_what_no_spreadsheet_writes_as_a_number_is_no_number(text: str) -> None:
    assert cell(Number(text)).fault is not None


def test_serial_numbers_are_days_in_either_count() -> None:
    assert cell(day(46029)).time == local(2026, 1, 7)
    assert cell(day(46029 - 1462), since_1904=True).time == local(2026, 1, 7)
    assert cell(Number("46029")) == Cell("46029", Decimal(46029), local(2026, 1, 7))
    assert cell(day("46029.3333333333")).time == local(2026, 1, 7, 8)
    assert cell(day("0.75")).text == "18:00:00"
    assert cell(Number("1145")).time is None
    assert "is shown as a date" in (cell(day(-1)).fault or "")
    assert "is shown as a date" in (cell(day(2_958_466)).fault or "")


@given(st.datetimes(local(1950, 1, 1), local(2099, 12, 31)).map(lambda one: one.replace(microsecond=0)))
def test_a_serial_number_with_sixteen_digits_gives_its_second_back(moment: datetime) -> None:
    since = moment - local(1899, 12, 30)
    assert time_of(Decimal(repr(since / timedelta(days=1))), since_1904=False) == moment


@pytest.mark.parametrize(
    ("number", "code", "dated"),
    [
        (0, None, False), (2, None, False), (14, None, True), (20, None, True), (22, None, True), (47, None, True),
        (49, None, False), (164, "dd.mm.yyyy", True), (164, "[$-419]d\\ mmm\\ yyyy;@", True), (164, "[h]:mm", True),
        (164, "0.00", False), (164, '0.0" м3/с"', False), (164, '0.0"dm"', False), (164, "[Red]0.0;[Blue]-0.0", False),
        (164, "General", False), (164, "#,##0_d;*m0", False), (164, "0\\d", False), (164, "0.00E+00", False),
    ],
)  # fmt: skip
def test_formats_of_dates_are_told_from_those_of_numbers(number: int, code: str | None, dated: bool) -> None:
    assert is_date(number, code) is dated


def test_formulas_give_the_value_that_was_computed_or_say_that_there_is_none() -> None:
    assert cell(Formula("A2*2", "12.5")).number == Decimal("12.5")
    assert cell(Formula("A2&A3", "текст", "str")) == Cell("текст")
    assert cell(Formula("A2", "", "str")) == Cell("")
    nothing = cell(Formula("A2"))
    assert nothing.text == "=A2"
    assert "holds no value" in (nothing.fault or "")
    assert "#REF!" in (cell(Formula("A2", "#REF!", "e")).fault or "")
    assert cell(Formula("A2", "1", "b")).fault
    assert cell(Formula("A2", "1", "zz")).fault


def test_dates_written_out_are_read() -> None:
    assert cell(Formula("A2", "2026-01-07T08:00:00", "d")).time == local(2026, 1, 7, 8)
    assert cell(Formula("A2", "2026-01-07T08:00:00Z", "d")).fault
    assert cell(Formula("A2", "2026-02-30", "d")).fault


def test_texts_are_read_in_all_their_pieces_and_without_their_escapes() -> None:
    held = parts({"Лист1": Tab([["x"], ["y"]])})
    texts = (
        '<si><r><t>Рас</t></r><r><t>ход_x000D_</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si><si><t>_xD800_</t></si>'
    )
    inline = '<c r="A9" t="inlineStr"><is><r><t>а</t></r><r><t>б</t></r><rPh sb="0"><t>no</t></rPh></is></c>'
    held["xl/sharedStrings.xml"] = f'<sst xmlns="http://x">{texts}</sst>'
    held[SHEET] = held[SHEET].replace("</sheetData>", f'<row r="9">{inline}</row></sheetData>')
    sheet = read_workbook(packed(held)).sheet("Лист1")
    assert [sheet.cell(row, 1).text for row in (1, 2, 9)] == ["Расход\r", "_xD800_", "аб"]


@pytest.mark.parametrize("number", ["7", "-1", "x", "1" * 20])
def test_a_text_that_is_not_there_is_a_fault_of_its_cell(number: str) -> None:
    sheet = read_workbook(changed(SHEET, "<v>1</v>", f"<v>{number}</v>")).sheet("Лист1")
    assert sheet.cell(1, 2).fault
    assert sheet.cell(1, 1).text == "Дата"


def test_rows_and_cells_without_names_follow_each_other() -> None:
    held = parts({"Лист1": Tab([])})
    rows = '<x:row r="3"><x:c/><x:c><x:v>1</x:v></x:c></x:row><x:row><x:c><x:v>2</x:v></x:c></x:row>'
    held[SHEET] = f'<x:worksheet xmlns:x="u">{rows}</x:worksheet>'
    sheet = read_workbook(packed(held)).sheet("Лист1")
    assert {place: sheet.cell(*place).text for place in ((3, 2), (4, 1))} == {(3, 2): "1", (4, 1): "2"}
    assert sheet.numbers() == [3, 4]


def test_a_merged_range_shows_its_first_cell_everywhere() -> None:
    sheet = read_workbook(workbook({"Лист1": Tab([["a", "b"], ["c"]], merged=["A1:A2", "C1"])})).sheet("Лист1")
    assert [sheet.shown(row, 1).text for row in (1, 2, 3)] == ["a", "a", ""]
    assert sheet.cell(2, 1).text == "c"


@pytest.mark.parametrize("number", [1, 26, 27, 52, 53, 702, 703, 16_384])
def test_columns_are_called_by_letters(number: int) -> None:
    assert place_of(f"{column_called(number)}7") == (7, number)


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        (SHEET, 'r="B2"', 'r="B3"', "stands in row 2"),
        (SHEET, 'r="B2"', 'r="A2"', "column 1 twice"),
        (SHEET, 'r="B2"', 'r="ZZZ2"', "column 18278"),
        (SHEET, 'r="B2"', 'r="2B"', "the name of no cell"),
        (SHEET, 'r="B2"', 'r="b2"', "the name of no cell"),
        (SHEET, '<row r="2">', '<row r="1048577">', "row 1048577"),
        (SHEET, '<row r="2">', '<row r="0">', "row 0"),
        (SHEET, '<row r="2">', '<row r="-2">', "no whole number"),
        (SHEET, 's="1"', 's="x"', "style 'x'"),
        (SHEET, "</sheetData>", '</sheetData><mergeCell ref="A1:XFD1048576"/>', "merged into others"),
        (SHEET, "</sheetData>", '</sheetData><mergeCell ref="A1:"/>', "no range of cells"),
        (SHEET, "</sheetData>", "</data>", "not XML"),
        (SHEET, "</sheetData>", "&x;</sheetData>", "not XML"),
        (SHEET, "<sheetData>", "<sheetData>" + "<a>" * 70, "60 deep"),
        (SHEET, "<v>12.5</v>", f"<v>{'1' * 200_000}</v>", "signs"),
        (SHEET, "<worksheet", '<!DOCTYPE w [<!ENTITY x "12">]><worksheet', "document type declaration"),
        ("xl/workbook.xml", "<workbook ", '<!DOCTYPE w [<!ENTITY x "12">]><workbook ', "document type declaration"),
        ("xl/sharedStrings.xml", "<sst ", '<!DOCTYPE w [<!ENTITY x "12">]><sst ', "document type declaration"),
        ("xl/workbook.xml", "</sheets>", "", "not XML"),
        ("xl/workbook.xml", "</sheets>", '<sheet name="Лист1" r:id="rId1"/></sheets>', "twice"),
        ("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet7.xml", "is not there"),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "../../../etc/passwd", "is not there"),
    ],
)
def test_what_cannot_be_trusted_is_refused_in_one_line(name: str, old: str, new: str, reason: str) -> None:
    assert reason in refusal(changed(name, old, new))


def test_a_sheet_elsewhere_is_not_fetched() -> None:
    body = changed(
        "xl/_rels/workbook.xml.rels", 'Target="worksheets/sheet1.xml"', 'Target="http://x/" TargetMode="External"'
    )
    assert read_workbook(body).visible == {}


def archived(held: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, body in held.items():
            archive.writestr(name, body)
    return stream.getvalue()


def test_other_archives_are_refused() -> None:
    whole = {name: text.encode() for name, text in parts({"Лист1": Tab(ROWS)}).items()}
    assert "macros" in refusal(archived(whole | {"xl/vbaProject.bin": b"x"}))
    assert "xlsb" in refusal(archived({"xl/workbook.bin": b"x"}))
    assert "old .xls" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    assert "no spreadsheet uses" in refusal(archived(whole, zipfile.ZIP_BZIP2))
    assert "a part twice" in refusal(archived(whole | {"XL\\workbook.xml": b"x"}))
    assert "at most 2000" in refusal(archived(whole | {str(number): b"" for number in range(2000)}))
    assert "'xl/workbook.xml' is not there" in refusal(archived({"a": b"x"}))
    locked = bytearray(archived(whole))
    at = locked.rindex(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert "password" in refusal(bytes(locked))
    assert "no workbook" in refusal(b"PK\x03\x04 and so on")


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {name: text.encode() for name, text in parts({"Лист1": Tab(ROWS)}).items()}
    bomb = archived(held | {"xl/media/image1.png": bytes(parts_module.MAX_UNPACKED)})
    assert len(bomb) < 200_000
    assert "more than 64000000 bytes" in refusal(bomb)
    monkeypatch.setattr(parts_module, "MAX_SMALL", 1_000)
    assert "unpacks to more than 1000 bytes" in refusal(archived(held | {"xl/sharedStrings.xml": bytes(1_001)}))


def test_an_archive_that_lies_about_its_size_is_not_believed() -> None:
    body = bytearray(workbook(ROWS))
    at = body.rindex(b"PK\x01\x02")
    body[at + 24 : at + 28] = (7).to_bytes(4, "little")
    assert "cannot be unpacked" in refusal(bytes(body)) or "not XML" in refusal(bytes(body))


def test_sheets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_module, "MAX_CELLS", 3)
    assert "more than 3 cells" in refusal(workbook(ROWS))
    monkeypatch.setattr(sheet_module, "MAX_ELEMENTS", 5)
    assert "more than 5" in refusal(workbook(ROWS))


def told_by_openpyxl(body: bytes) -> dict[tuple[str, int, int], object]:
    """All that openpyxl makes of a workbook's visible sheets."""
    book = openpyxl.load_workbook(io.BytesIO(body), data_only=True)
    return {
        (sheet.title, one.row, one.column): one.value
        for sheet in book.worksheets
        if sheet.sheet_state == "visible"
        for row in sheet.iter_rows()
        for one in row
        if one.value not in (None, "")
    }


def told(body: bytes) -> dict[tuple[str, int, int], Cell]:
    """All that we make of it, but for formulas without a value, of which openpyxl tells nothing."""
    book = read_workbook(body)
    return {
        (name, row, column): found
        for name in book.visible
        for row, cells in book.sheet(name).grid.cells.items()
        for column, found in cells.items()
        if "holds no value" not in (found.fault or "")
    }


def agree(ours: Cell, theirs: Any) -> bool:
    """Whether both say the same of a cell."""
    if isinstance(theirs, bool):
        return ours.fault is not None and ours.text == str(int(theirs))
    if isinstance(theirs, int | float):
        # Excel keeps 15 digits; what is written decides, and not the binary number nearest to it.
        return ours.number == Context(prec=15).create_decimal(repr(theirs))
    if isinstance(theirs, datetime):
        return ours.dated and ours.time == theirs
    if isinstance(theirs, str):
        return ours.text == theirs.strip(" \t\u00a0\u202f")
    return ours.dated and ours.time is not None and ours.time.time() == theirs


@pytest.mark.parametrize("name", BOOKS)
def test_golden_workbooks_are_read_as_openpyxl_reads_them(name: str) -> None:
    ours, theirs = told(BOOKS[name]), told_by_openpyxl(BOOKS[name])
    assert ours.keys() == theirs.keys()
    assert [(place, ours[place], theirs[place]) for place in ours if not agree(ours[place], theirs[place])] == []


WRITTEN = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e12, 1e12).filter(lambda one: one == 0 or abs(one) > 1e-9),
    st.booleans(),
    st.datetimes(local(1950, 1, 1), local(2099, 12, 31)).map(lambda one: one.replace(microsecond=0)),
    st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=12).filter(
        lambda text: text.strip(" \t\u00a0\u202f") and not text.startswith(("=", "#")) and "_x" not in text
    ),
)


@settings(max_examples=60)
@given(st.lists(st.lists(st.one_of(st.none(), WRITTEN), max_size=4), max_size=6))
def test_what_openpyxl_writes_is_read(rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    ours = told(stream.getvalue())
    theirs = {
        ("Sheet", row, column): value
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if value is not None
    }
    assert ours.keys() == theirs.keys()
    assert [(place, ours[place], theirs[place]) for place in ours if not agree(ours[place], theirs[place])] == []
