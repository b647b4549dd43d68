"""A paper as a workbook: real numbers, sheets that print, figures by key, charts over days, nothing that runs."""

import io
from dataclasses import replace
from datetime import datetime
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from service.language import language_called
from service.paper import xlsx
from service.paper.paper import Column, Fact, Kind, Mark, Number, Paper, Prose, Row, Section, Table
from tests.service.paper_example import example_paper

SECTION = "Талас"


def read(paper: Paper) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(xlsx.write(paper)))


@pytest.fixture(scope="module")
def book() -> Workbook:
    return read(example_paper())


@pytest.fixture(scope="module")
def section(book: Workbook) -> Worksheet:
    return book[SECTION]


def texts(sheet: Worksheet) -> list[object]:
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def of_texts(*cells: str) -> Paper:
    """A paper with one table of these texts."""
    table = Table(
        tag="t", title=cells[0], columns=tuple(Column(tag=cell, head=cell, kind=Kind.TEXT) for cell in cells),
        rows=(Row(tag="1", cells=cells),), empty="", notes=cells,
    )  # fmt: skip
    parts = (Prose(text=cells[0]), table)
    paper = replace(example_paper(), title=cells[0], facts=(Fact(tag="f", name=cells[0], said=cells[0]),))
    return replace(paper, sections=(Section(tag="s", title=cells[0], level=1, parts=parts),))


def test_the_first_sheet_says_what_the_paper_is_and_each_section_has_one(book: Workbook) -> None:
    assert book.sheetnames == ["Тәуліктік алмасу есебі", "Талас", "Жетіспейтін деректер", "figures", "charts"]
    said = texts(book.worksheets[0])
    for text in ("2026 ж. 1 мамыр", "Бұл есепте модельденген деректер бар.", "алдын ала деректер", "?", "suspect"):
        assert text in said


def test_numbers_are_unrounded_and_their_formats_round(section: Worksheet) -> None:
    cells = {cell.value: cell.number_format for row in section.iter_rows() for cell in row}
    assert cells[9.87654321] == "#,##0.000_?"
    assert cells[20.125] == '#,##0.000"?"'
    assert cells[-1.5] == "+#,##0.00;-#,##0.00;#,##0.00"


def test_all_seventeen_digits_are_written() -> None:
    with ZipFile(io.BytesIO(xlsx.write(_with_value(0.1 + 0.2)))) as archive:
        assert b"<v>0.30000000000000004</v>" in archive.read("xl/worksheets/sheet2.xml")


def _with_value(value: float) -> Paper:
    paper = example_paper()
    table = next(part for part in paper.sections[0].parts if isinstance(part, Table))
    name, level, *rest = table.rows[0].cells
    row = replace(table.rows[0], cells=(name, replace(level, value=value), *rest))  # type: ignore[type-var]
    return replace(paper, sections=(replace(paper.sections[0], parts=(replace(table, rows=(row,)),)),))


def test_marks_stand_in_words_and_by_sign(section: Worksheet) -> None:
    said = texts(section)
    assert "suspect: Су келуі" in said
    assert "simulated; unverified; estimated: Көлем" in said
    assert "Ортотоқой су қоймасы (модельденген) †‡" in said
    assert "деректер жоқ" in said


def test_sheets_are_ready_to_print(section: Worksheet) -> None:
    assert section.freeze_panes == "B7"
    assert section.print_title_rows == "$6:$6"
    assert section.print_area == "'Талас'!$A$1:$F$29"
    assert section.page_setup.paperSize == 9
    assert section.sheet_properties.pageSetUpPr.fitToPage  # type: ignore[union-attr]
    assert section.page_setup.fitToHeight == 0
    foot, head = section.oddFooter, section.oddHeader
    assert foot.right.text == "&P-бет, барлығы &N"  # type: ignore[union-attr]
    assert head.left.text == "Арна · тәуліктік есеп · 2026-05-01 · 1-нұсқа"  # type: ignore[union-attr]
    assert section.column_dimensions["A"].width > 30


def test_figures_are_found_by_key(book: Workbook) -> None:
    sheet = book["figures"]
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=2)}
    assert rows["kirov:kg.storage"][:2] == [275, "млн м³"]
    assert rows["orto-tokoy:kg:simulated.level"] == [
        None, "м", "simulated, unverified", "reservoirs", "orto-tokoy:kg:simulated", "level",
    ]  # fmt: skip
    assert book.defined_names["figures"].attr_text == "figures!$A$2:$G$11"


def test_a_chart_shows_days_and_keeps_their_gaps(book: Workbook, section: Worksheet) -> None:
    assert len(section._charts) == 1  # type: ignore[attr-defined]
    sheet = book["charts"]
    assert isinstance(sheet["A3"].value, datetime)
    assert [sheet.cell(2, column).value for column in range(2, 7)] == [
        "10–90 %", "10–90 %", "2026", "2025", "көпжылдық орташа",
    ]  # fmt: skip
    now = [sheet.cell(3 + day, 4).value for day in range(183)]
    assert now[19] is not None
    assert now[20:25] == [None] * 5
    assert now[61:] == [None] * 122


def test_the_days_of_charts_print_on_the_paper_of_all_sheets(book: Workbook) -> None:
    sheet = book["charts"]
    assert (sheet.page_setup.paperSize, sheet.print_title_rows, sheet.print_area) == (
        9, "$1:$2", "'charts'!$A$1:$F$185",
    )  # fmt: skip


def test_counts_are_numbers_and_figures_have_the_unit_of_their_row_and_marks_in_its_language() -> None:
    words = dict(example_paper().words) | {"amended": "исправлено"}
    number = Number(key="kirov:kg.level.before", value=1.5, decimals=2, marks=(Mark.AMENDED,))
    columns = (
        Column(tag="count", head="n", kind=Kind.TEXT),
        Column(tag="old", head="Was"),
        Column(tag="unit", head="u"),
    )
    row = Row(tag="1", cells=(language_called("ru").count(12_345), number, "м³/с"))
    table = Table(tag="changes", title="t", columns=columns, rows=(row,), empty="")
    section = Section(tag="s", title="s", level=1, parts=(table,))
    book = read(replace(example_paper(), words=words, sections=(section,)))
    (cell,) = (row[0] for row in book["s"].iter_rows() if row[0].value == 12_345)
    assert cell.number_format == "#,##0"
    assert [cell.value for cell in book["figures"][2]][:4] == ["kirov:kg.level.before", 1.5, "м³/с", "исправлено"]


def test_nothing_that_is_told_becomes_a_formula_or_an_address() -> None:
    book = read(of_texts('=HYPERLINK("http://evil.example","a")', "+1+1", "-2", "@SUM(A1)", "https://evil.example"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert [cell for cell in cells if cell.hyperlink and cell.hyperlink.target] == []
    assert [cell.value for cell in cells].count("-2") == 3


def test_names_of_sheets_are_such_as_a_workbook_may_have() -> None:
    book = read(of_texts("Чу: [шлюз] * ? / \\ и очень длинное название раздела", "History"))
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)


def test_days_are_dates() -> None:
    book = read(of_texts("2026-05-01", "2026-02-30", "1 мая"))
    (row,) = (row for row in book.worksheets[1].iter_rows() if row[2].value == "1 мая" and row[0].value != "2026-05-01")
    assert [cell.value for cell in row] == [datetime.fromisoformat("2026-05-01"), "2026-02-30", "1 мая"]


def test_the_same_paper_gives_the_same_bytes_dated_as_it_is(book: Workbook) -> None:
    assert xlsx.write(example_paper()) == xlsx.write(example_paper())
    assert book.properties.created == datetime.fromisoformat("2026-05-02T03:30")
    assert book.properties.title == "Тәуліктік алмасу есебі"
