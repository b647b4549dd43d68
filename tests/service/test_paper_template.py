"""A ministry's own workbook with tags: filled cells keep their look, rows of tables repeat, what is below moves."""

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import LineChart, Reference
from openpyxl.styles import Font
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from record.errors import ConfigError
from service.paper import template
from service.paper.template.references import Growth, copied, in_formula
from service.written.workbook import letters
from tests.service.paper_example import example_paper

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELLS = {
    "A1": "{{title}} — {{fact.status}}",
    "A2": "Көлем: {{kirov:kg.storage}} млн",
    "B2": "{{ kirov:kg.storage }}",
    "C2": "{{kirov:kg.inflow}}",
    "D2": "{{kirov:kg.inflow.marks}}",
    "E2": "{{closed:kg.level}}",
    "F2": "{{orto-tokoy:kg:simulated.level}}",
    "A5": "{{reservoirs.name}}",
    "B5": "{{reservoirs.storage}}",
    "C5": "=B5*2+B$2",
    "D5": "{{reservoirs.marks}}",
    "B6": "=SUM(B5:B5)",
    "C6": '=B6&"B6"',
    "A7": "{{late.a}}",
    "A9": "end",
}


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def made(cells: dict[str, str], more: Callable[[Workbook], None] = lambda _: None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Есеп"
    for place, text in cells.items():
        sheet[place] = text
    more(book)
    return saved(book)


def dressed(book: Workbook) -> None:
    """What a template has beside its cells."""
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet["B2"].number_format, sheet["B2"].font = "0.0", Font(bold=True)
    sheet["B5"].number_format = '0.00;[Red]-0.00;"–"'
    sheet.merge_cells("F5:G5")
    sheet.merge_cells("A9:C9")
    checked = DataValidation(type="whole", formula1="B6", sqref="D5:D9")
    sheet.add_data_validation(checked)
    sheet.print_area = "A1:E9"
    sheet.oddFooter.left.text = "{{running}}"  # type: ignore[union-attr]
    chart = LineChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=4, max_row=5))
    chart.title = "{{subtitle}}"
    sheet.add_chart(chart, "A12")  # type: ignore[call-arg]
    other = book.create_sheet("Other")
    other["A1"], other["A2"] = "=Есеп!B6", "='Есеп'!$B$9+B6"


@pytest.fixture(scope="module")
def empty() -> bytes:
    return made(CELLS, dressed)


@pytest.fixture(scope="module")
def whole(empty: bytes) -> bytes:
    return template.fill(empty, example_paper()).body


@pytest.fixture(scope="module")
def book(whole: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(whole))


def changed(body: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The archive with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as held, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in held.namelist():
            archive.writestr(part, change(held.read(part)) if part == name else held.read(part))
    return out.getvalue()


def test_a_tag_alone_becomes_a_number_that_keeps_its_look(book: Workbook) -> None:
    cell = book["Есеп"]["B2"]
    assert (cell.value, cell.number_format, cell.font.b) == (275.0, "0.0", True)


def test_a_tag_within_a_text_is_written_as_the_paper_shows_it(book: Workbook) -> None:
    sheet = book["Есеп"]
    assert sheet["A1"].value == "Тәуліктік алмасу есебі — алдын ала деректер"
    assert sheet["A2"].value == "Көлем: 275,00 млн"
    assert sheet.oddFooter.left.text == "Арна · тәуліктік есеп · 2026-05-01 · 1-нұсқа"  # type: ignore[union-attr]


def test_a_marked_number_never_looks_like_any_other(book: Workbook) -> None:
    sheet = book["Есеп"]
    assert (sheet["C2"].value, sheet["C2"].number_format) == (20.125, 'General"?"')
    assert sheet["D2"].value == "suspect"
    assert sheet["B6"].number_format == '0.00"≈";[Red]-0.00"≈";"–""≈"'
    assert sheet["A6"].value == "Ортотоқой су қоймасы (модельденген) †‡"


def test_what_is_missing_says_so_and_is_told_of(book: Workbook) -> None:
    assert (book["Есеп"]["E2"].value, book["Есеп"]["F2"].value) == ("деректер жоқ",) * 2
    cells = {"A1": "{{reservoirs.plan}}", "B1": "{{gone.name}}", "C1": "{{fact.gone}}"}
    filled = template.fill(made(CELLS | {"A12": "{{gone.name}}", "A13": "{{fact.gone}}"}), example_paper())
    assert [str(one) for one in filled.lacking] == [
        "{{closed:kg.level}} in Есеп!E2", "{{gone.name}} in Есеп!A12", "{{fact.gone}} in Есеп!A13",
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(template.fill(made(cells), example_paper()).body))["Есеп"]
    assert [cell.value for row in sheet["A1:C3"] for cell in row] == ["деректер жоқ"] * 9


def test_a_row_of_a_table_is_repeated_and_what_is_below_moves(book: Workbook) -> None:
    sheet = book["Есеп"]
    assert [sheet.cell(row, 2).value for row in (5, 6, 7)] == [275.0, 1234.5, 1509.5]
    assert [sheet.cell(row, 3).value for row in (5, 6, 7)] == ["=B5*2+B$2", "=B6*2+B$2", "=B7*2+B$2"]
    assert (sheet["B8"].value, sheet["C8"].value) == ("=SUM(B5:B7)", '=B8&"B6"')
    assert sheet["A9"].value == "Ондай жоқ."
    assert sheet["A11"].value == "end"
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A11:C11", "F5:G5", "F6:G6", "F7:G7"}
    assert sheet.print_area == "'Есеп'!$A$1:$E$11"
    (checked,) = sheet.data_validations.dataValidation
    assert (str(checked.sqref), checked.formula1) == ("D5:D11", "B8")


def test_other_sheets_and_charts_follow(book: Workbook) -> None:
    assert [book["Other"][cell].value for cell in ("A1", "A2")] == ["=Есеп!B8", "='Есеп'!$B$11+B6"]
    (chart,) = book["Есеп"]._charts  # type: ignore[attr-defined]
    assert chart.anchor._from.row == 13
    assert chart.series[0].val.numRef.f == "'Есеп'!$B$4:$B$7"
    assert chart.title.tx.rich.p[0].r[0].t == "2026 ж. 1 мамыр"


def test_a_template_and_a_paper_give_the_same_bytes_and_no_tag_is_left(empty: bytes, whole: bytes) -> None:
    assert template.fill(empty, example_paper()).body == whole
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert [name for name in archive.namelist() if b"{{" in archive.read(name)] == []
        assert b'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml")


def test_unknown_tags_are_named_with_their_cells() -> None:
    cells = {"A1": "{{titel}}", "B3": "x {{title}} {{word.xyz}}"}
    with pytest.raises(ConfigError) as refused:
        template.fill(made(cells), example_paper())
    said = str(refused.value)
    assert "{{titel}} in Есеп!A1, {{word.xyz}} in Есеп!B3" in said
    assert "\n" not in said


def test_a_tag_within_a_formula_is_refused_with_its_cell() -> None:
    with pytest.raises(ConfigError, match=r"tags within formulas: \{\{title\}\} in Есеп!B2: put each into a cell"):
        template.fill(made({"A1": "{{title}}", "B2": '="Of {{title}}"&A1'}), example_paper())


def test_a_total_over_what_is_missing_can_say_that_it_is_not_whole() -> None:
    """As the documents advise: a missing number is a text, which COUNT leaves out."""
    cells = {"A2": "{{reservoirs.name}}", "B2": "{{reservoirs.storage}}", "C2": "{{reservoirs.level}}"}
    total = '=IF(COUNT(C2:C2)=ROWS(C2:C2),SUM(C2:C2),"…")'
    filled = template.fill(made(cells | {"C3": total}), example_paper()).body
    sheet = openpyxl.load_workbook(io.BytesIO(filled))["Есеп"]
    assert sheet["C5"].value == total.replace("C2:C2", "C2:C4")
    assert [sheet.cell(row, 3).data_type for row in (2, 3, 4)].count("n") < 3
    assert "деректер жоқ" in [sheet.cell(row, 3).value for row in (2, 3, 4)]


def many(name: str, text: str, rows: int) -> bytes:
    """A template with so many cells of a text in its first row, or in each."""
    cells = "".join(f'<c r="{letters(place)}1" t="inlineStr"><is><t>{text}</t></is></c>' for place in range(1, rows))
    return changed(
        made({}),
        "xl/worksheets/sheet1.xml",
        lambda _: f"<worksheet xmlns='{name}'><sheetData><row r='1'>{cells}</row></sheetData></worksheet>".encode(),
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            changed(made({}), "xl/styles.xml", lambda _: b"<a>" + b"<b/>" * 1_100_000 + b"</a>"),
            "1000000 tags and attributes of XML",
        ),
        (many(SPACE, "{{reservoirs.name}}" + "x" * 600_000, 10), "would be more than 16000000 bytes"),
        (
            changed(made({}), "xl/styles.xml", lambda _: b'<?xml version="1.0" encoding="UTF-7"?><a/>'),
            "neither in UTF-8",
        ),
        (many(SPACE, "{{title}}" + "x" * 9_000_000, 4), "would be more than 20000000 signs"),
    ],
)
def test_a_template_that_asks_for_more_than_it_weighs_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        template.fill(body, example_paper())


def test_filling_has_an_end() -> None:
    ticks = iter(range(0, 100_000, 5))
    with pytest.raises(ConfigError, match="takes more than 20 seconds"):
        template.fill(made(CELLS, dressed), example_paper(), lambda: next(ticks))


def test_a_row_is_of_one_table() -> None:
    with pytest.raises(ConfigError, match="row 1 of sheet Есеп of the template has tags of reservoirs and refused"):
        template.fill(made({"A1": "{{reservoirs.name}}", "B1": "{{refused.source}}"}), example_paper())


def test_what_a_message_said_is_no_formula() -> None:
    filled = template.fill(made({"A2": "{{refused.fragment}}"}), example_paper()).body
    sheet = openpyxl.load_workbook(io.BytesIO(filled))["Есеп"]
    assert sheet["A2"].data_type == "s"


def test_formulas_that_cells_share_are_written_out() -> None:
    body = made({"A1": "{{reservoirs.name}}", "B1": "=A1", "B2": "x", "B3": "y"})

    def share(part: bytes) -> bytes:
        part = part.replace(b"<f>A1</f>", b'<f t="shared" ref="B1:B3" si="0">$A1+A$1+A1</f>')
        for row in (b"2", b"3"):
            begin = part.index(b'<c r="B' + row)
            end = part.index(b"</c>", begin) + 4
            part = part[:begin] + b'<c r="B' + row + b'"><f t="shared" si="0"/><v>0</v></c>' + part[end:]
        return part

    filled = template.fill(changed(body, "xl/worksheets/sheet1.xml", share), example_paper()).body
    sheet = openpyxl.load_workbook(io.BytesIO(filled))["Есеп"]
    assert [sheet.cell(row, 2).value for row in range(1, 6)] == [
        "=$A1+A$1+A1", "=$A2+A$2+A2", "=$A3+A$3+A3", "=$A4+A$1+A4", "=$A5+A$1+A5",
    ]  # fmt: skip


def test_texts_that_a_workbook_holds_once_for_all_its_cells_are_filled_too() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, bold = book.add_worksheet("S"), book.add_format({"bold": True})
        sheet.write_string("A1", "{{kirov:kg.storage}}", book.add_format({"num_format": "0.000"}))
        sheet.write_rich_string("A2", "a ", bold, "{{sub", "title}}")
        sheet.write_string("A3", "left as it is")
        sheet.write_formula("A4", "=A1*2", None, 7)
        sheet.write_string("B4", "{{reservoirs.name}}")
    filled = template.fill(out.getvalue(), example_paper()).body
    sheet = openpyxl.load_workbook(io.BytesIO(filled))["S"]
    assert [sheet.cell(row, 1).value for row in range(1, 7)] == [
        275.0, "a 2026 ж. 1 мамыр", "left as it is", "=A1*2", "=A1*2", "=A1*2",
    ]  # fmt: skip
    assert sheet["A1"].number_format == "0.000"
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        assert b"{{" not in archive.read("xl/sharedStrings.xml")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"no archive", "no workbook that can be unpacked"),
        (made({"A1": "x"})[:-60], "no workbook that can be unpacked"),
        (
            changed(made({}), "xl/workbook.xml", lambda part: b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
            "document type",
        ),
        (changed(made({}), "xl/worksheets/sheet1.xml", lambda part: part[:-9]), "is not XML"),
        (changed(made({}), "xl/styles.xml", lambda part: b" " * 65_000_000), "unpacks to more than"),
    ],
)
def test_what_is_no_plain_workbook_is_refused_in_a_line(body: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        template.fill(body, example_paper())
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "instead", "refused"),
    [
        (b'<row r="5"', b'<row r="five"', True),
        (b'r="B5"', b'r="B"', True),
        (b'r="B5"', b'r="-1"', True),
        (b'r="B5"', b'r="' + b"A" * 20 + b'5"', True),
        (b'<row r="5"', b'<row r="1048577"', True),
        (b'ref="F5:G5"', b'ref="F:G"', True),
        (b"<f>SUM(B5:B5)</f>", b"<f>" + b"'" * 9000 + b"</f>", True),
        (b'sqref="D5:D9"', b'sqref="here there"', False),
        (b"<sheetData>", b"<!-- a --><?b c?><sheetData>", False),
    ],
)
def test_what_no_program_writes_is_refused_in_a_line_or_left(written: bytes, instead: bytes, refused: bool) -> None:
    body = made(CELLS, dressed)

    def strange(part: bytes) -> bytes:
        assert written in part
        return part.replace(written, instead)

    body = changed(body, "xl/worksheets/sheet1.xml", strange)
    if refused:
        with pytest.raises(
            ConfigError, match=r"^the template is not written as workbooks are \([^\n]*\): save it anew"
        ):
            template.fill(body, example_paper())
    else:
        assert template.fill(body, example_paper()).body


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("SUM(B5:B5)", "SUM(B5:B7)"),
        ("A6+$A$6+A4", "A8+$A$8+A4"),
        ("LOG10(A6)+X6Y+A6.5", "LOG10(A8)+X6Y+A6.5"),
        ('"A6"&A6&"say ""A6"""', '"A6"&A8&"say ""A6"""'),
        ("Other!A6+'It''s'!A6+Here!A6", "Other!A6+'It''s'!A6+Here!A8"),
        ("Table[[#This Row],[A6]]+[1]Here!A6", "Table[[#This Row],[A6]]+[1]Here!A6"),
        ("SUM(6:7)+SUM(A:A)+6:6", "SUM(8:9)+SUM(A:A)+8:8"),
        ("A1:OFFSET(A6,1,1)", "A1:OFFSET(A8,1,1)"),
    ],
)
def test_references_move_and_all_else_stays(formula: str, moved: str) -> None:
    growth = Growth.of({5: 3})
    assert in_formula(formula, lambda name: growth if name in (None, "here") else Growth()) == moved


def test_a_formula_is_copied_as_spreadsheets_copy() -> None:
    assert copied("A1+$B2+C$3+$D$4+SUM(1:2)", 2, 1) == "B3+$B4+D$3+$D$4+SUM(3:4)"
