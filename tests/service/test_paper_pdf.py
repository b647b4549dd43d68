"""Papers as PDF: what a reader of the file finds in it, and that it is the same file everywhere."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from service.language import language_called
from service.paper import pdf
from service.paper.columns import RAISED, SIZES, Setter, Shown
from service.paper.font import font_of_papers
from service.paper.paper import Attachment, Code, Column, Kind, Mark, Number, Paper, Prose, Row, Section, Stand, Table
from tests.service.paper_example import LETTERS, example_paper

ROOT = Path(__file__).parents[2]
PROOF = Attachment(name="entry.tlog-proof", media="text/plain", about="Proof", body=b"c2sp.org/tlog-proof@v1\n")
NASTY = "<script>alert(1)</script> & #set page(fill: red) \\ $x$ @a *b* _c_"
A4 = (595, 842)


def read(file: bytes) -> PdfReader:
    return PdfReader(BytesIO(file))


def text_of(reader: PdfReader) -> str:
    return " ".join("\n".join(page.extract_text() for page in reader.pages).split())


def catalogue(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def plain(text: str) -> str:
    return " ".join(text.split())


def box(reader: PdfReader) -> tuple[int, int]:
    return round(reader.pages[0].mediabox.width), round(reader.pages[0].mediabox.height)


def wide(columns: int, rows: int = 3, name: str = "Үлкен Шу каналы", digits: float = 1234.5) -> Table:
    """A table of canals with so many columns of numbers, of which every third is marked."""
    return Table(
        tag="wide",
        title="Каналдар",
        columns=(
            Column(tag="name", head="Канал", kind=Kind.TEXT),
            *(Column(tag=f"c{place}", head="Көпжылдық орташа", unit="м³/с") for place in range(columns)),
        ),
        rows=tuple(
            Row(
                tag=str(row),
                cells=(
                    f"{name} {row}",
                    *(
                        Number(
                            key=f"{row}.{place}",
                            value=None if place == 1 else -digits / (row + 1),
                            decimals=place % 4,
                            marks=(Mark.SUSPECT, Mark.AMENDED)[: (row + place) % 3],
                        )
                        for place in range(columns)
                    ),
                ),
            )
            for row in range(rows)
        ),
        empty="",
    )


def holding(*parts: Table | Prose) -> Paper:
    section = Section(tag="one", title="Талас", level=2, parts=parts)
    return replace(example_paper(), sections=(section,), code=None, attached=())


@pytest.fixture(scope="module")
def paper() -> Paper:
    example = example_paper()
    return replace(example, attached=(*example.attached, PROOF))


@pytest.fixture(scope="module")
def written(paper: Paper) -> bytes:
    return pdf.write(paper)


@pytest.fixture(scope="module")
def reader(written: bytes) -> PdfReader:
    return read(written)


@pytest.fixture(scope="module")
def setter() -> Setter:
    return Setter(font_of_papers(), language_called("kk"))


def test_every_number_is_read_as_its_language_writes_it(paper: Paper, reader: PdfReader) -> None:
    kazakh = language_called("kk")
    text = text_of(reader)
    numbers = [
        cell
        for section in paper.sections
        for part in section.parts
        if isinstance(part, Table)
        for row in part.rows
        for cell in row.cells
        if isinstance(cell, Number) and cell.value is not None
    ]
    assert len(numbers) == 9
    said = [plain(kazakh.number(number.value or 0.0, number.decimals, signed=number.signed)) for number in numbers]
    assert [number for number in said if f" {number}" not in text] == []
    assert " −1,50 " in text
    assert " — 1 234,50≈ " in text


def test_words_are_read_as_they_were_said_and_never_as_markup(paper: Paper, reader: PdfReader) -> None:
    text = text_of(reader)
    for said in (paper.title, paper.subtitle, LETTERS, NASTY, *paper.warnings, *paper.foot, "Кешіккендер Ондай жоқ."):
        assert plain(said) in text
    assert "Арна · тәуліктік есеп · 2026-05-01 · 1-нұсқа 1-бет, барлығы 1 " in text
    assert "15954 99999 " * 12 in text.replace("1595 4", "15954") + " "


def test_marks_stand_as_signs_which_a_legend_says_in_words(reader: PdfReader) -> None:
    text = text_of(reader)
    assert "Ортотоқой су қоймасы (модельденген)†‡ simulated" in text
    assert "20,125?" in text
    assert "— деректер жоқ; ? suspect; ≈ estimated; † simulated; ‡ unverified" in text


def test_a_name_that_says_what_its_row_is_says_it_once_and_points_are_told_with_what_stands_below(paper: Paper) -> None:
    parts = (
        *paper.sections[0].parts[1:2],
        Prose(text="Шу", stand=Stand.LEAD),
        Prose(text="Су.", stand=Stand.POINT),
        Prose(text="Суу.", stand=Stand.BELOW),
    )
    words = {**paper.words, "simulated": "модельденген"}
    one = replace(paper, words=words, sections=(replace(paper.sections[0], parts=parts),), attached=())
    text = text_of(read(pdf.write(one)))
    assert text.count("модельденген") == 3
    assert "(модельденген)†‡ — " in text
    assert "Шу – Су. Суу." in text


def test_the_file_is_an_archival_one_and_tagged_for_readers_aloud(paper: Paper, reader: PdfReader) -> None:
    root = catalogue(reader)
    about = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>3<.*pdfaid:conformance>B<", about, re.DOTALL)
    assert "pdfuaid:part>1<" in about
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "kk"
    assert reader.metadata is not None
    assert reader.metadata.author == "Arna"
    assert reader.metadata.title == f"{paper.title}, {paper.subtitle}"
    assert reader.metadata.creation_date == paper.dated
    assert box(reader) == A4
    kinds = set(re.findall(rb"/S /(\w+)", b"".join(tags(root["/StructTreeRoot"]))))
    assert {b"H1", b"Table", b"TH", b"TD", b"Figure", b"Caption"} <= kinds


def tags(element: object) -> list[bytes]:
    """The kinds of an element of the structure and of all within it."""
    found: list[bytes] = []
    waiting = [element]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            found.append(f"/S {one.get('/S', '')} ".encode())
            waiting.append(one.get("/K"))
    return found


def test_attachments_come_out_as_they_went_in(paper: Paper, reader: PdfReader) -> None:
    assert {name: bodies[0] for name, bodies in reader.attachments.items()} == {
        file.name: file.body for file in paper.attached
    }
    told = [one.get_object() for one in catalogue(reader)["/AF"]]
    assert {(one["/UF"], one["/AFRelationship"], one["/Desc"], one["/EF"]["/F"]["/Subtype"]) for one in told} == {
        ("daily-2026-05-01.r1.json", "/Data", "Есеп", "/application/json"),
        ("entry.tlog-proof", "/Supplement", "Proof", "/text/plain"),
    }


def test_the_file_is_the_same_in_another_place_zone_and_language(paper: Paper, written: bytes, tmp_path: Path) -> None:
    assert pdf.write(paper) == written
    script = (
        "import sys\n"
        "from service.paper import pdf\n"
        "from tests.service.paper_example import example_paper\n"
        "sys.stdout.buffer.write(pdf.write(example_paper()))\n"
    )
    changed = {"PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    other = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={**os.environ, **changed}, capture_output=True, check=False
    )
    assert other.stderr == b""
    assert other.stdout == pdf.write(example_paper())


def test_what_cannot_be_printed_is_shown_by_its_number() -> None:
    paper = holding(Prose(text="a\x07b \U0001f600 \u202eא \ud800 ▲ й\nz"), wide(1, name="\u200b☃"))
    text = text_of(read(pdf.write(replace(paper, title="\U0001f30a", running="\x00"))))
    assert "a<U+0007>b <U+1F600> <U+202E><U+05D0> <U+D800> <U+25B2> й z" in text
    assert "<U+200B><U+2603> 0" in text
    assert "<U+1F30A>" in text
    assert "<U+0000>" in text


def test_a_wide_table_turns_the_paper_and_heads_are_repeated_on_each_page() -> None:
    upright = read(pdf.write(holding(wide(4))))
    turned = read(pdf.write(holding(wide(4), wide(11, rows=40))))
    assert (box(upright), box(turned)) == (A4, A4[::-1])
    assert len(turned.pages) > 1
    for page in turned.pages:
        assert plain(page.extract_text()).count("орташа м³/с") >= 11


@pytest.mark.parametrize("columns", [2, 6, 11, 30])
@pytest.mark.parametrize("width", [490.0, 774.0])
def test_no_column_is_narrower_than_its_numbers_and_no_table_wider_than_the_page(
    setter: Setter, columns: int, width: float
) -> None:
    table = wide(columns, name="https://record.example/" + "a1" * 40)
    laid = setter.lay(setter.measured(table), width)
    assert sum(laid.widths) == pytest.approx(width)
    assert laid.size <= max(SIZES)
    for row, behind in zip(laid.cells, laid.behind, strict=True):
        for cell, left, room in zip(row, behind, laid.widths, strict=True):
            if isinstance(cell, Shown):
                assert (printed(setter, cell) + left) * laid.size < room
            else:
                pieces = re.split("[\u200b ]", cell)
                assert max(map(setter.font.width, pieces)) * laid.size < room


def printed(setter: Setter, cell: Shown) -> float:
    return setter.font.width(cell.whole + cell.fraction) + setter.font.width(cell.signs) * RAISED


def test_decimal_signs_of_a_column_stand_under_each_other(setter: Setter) -> None:
    laid = setter.lay(setter.measured(wide(6, rows=5)), 490.0)
    for place in range(1, 7):
        cells = [(row[place], left[place]) for row, left in zip(laid.cells, laid.behind, strict=True)]
        after = [
            setter.font.width(cell.fraction) + setter.font.width(cell.signs) * RAISED + left
            for cell, left in cells
            if isinstance(cell, Shown)
        ]
        assert after == pytest.approx([after[0]] * 5)
    assert {len(cell.signs) for row in laid.cells for cell in row if isinstance(cell, Shown)} == {0, 1, 2}


def test_tables_with_the_same_columns_are_set_alike(setter: Setter) -> None:
    tables = (wide(4), wide(4, name="Тасөткел су қоймасының төменгі бьефі", digits=98765.4), wide(5))
    first, second, other = (setter.lay(one, 490.0) for one in setter.all_measured(tables))
    assert (first.size, first.widths) == (second.size, second.widths)
    assert first.widths != setter.lay(setter.measured(tables[0]), 490.0).widths
    assert len(other.widths) == 6


def test_of_two_languages_the_first_stands_over_the_second(paper: Paper) -> None:
    setter = Setter(font_of_papers(), language_called("kk"), paired=True)
    table = wide(1, name="Киров су қоймасы / Киров суу сактагычы")
    column = replace(table.columns[1], head="Су шығыны / Суунун чыгымы", unit="м³/с")
    assert setter.heads(column) == ("Су шығыны\nСуунун чыгымы", "м³/с")
    assert setter.measured(table).cells[0][0] == "Киров су қоймасы\nКиров суу сактагычы 0"
    narrow = setter.measured(table).needs[0].line
    assert narrow < Setter(font_of_papers(), language_called("kk")).measured(table).needs[0].line


def test_long_lists_of_names_are_set_smaller_and_get_the_room(setter: Setter) -> None:
    columns = tuple(Column(tag=tag, head=tag, kind=Kind.TEXT) for tag in ("names", "party", "why"))
    row = Row(tag="1", cells=("Үлкен Шу каналы, " * 40, "Қырғызстан", "ештеңе келген жоқ"))
    table = Table(tag="missing", title="", columns=columns, rows=(row,), empty="")
    laid = setter.lay(setter.measured(table), 490.0)
    assert laid.widths[0] > 350
    assert laid.size < setter.lay(setter.measured(replace(table, rows=())), 490.0).size == max(SIZES)


def test_a_text_too_long_for_a_square_code_is_printed() -> None:
    lines = "\n".join(f"line {number}" for number in range(300))
    text = text_of(read(pdf.write(replace(holding(), code=Code(text=lines, words=("Бақылау нүктесі",))))))
    assert "Бақылау нүктесі line 0 line 1 " in text
    assert "line 299" in text


def test_a_bare_paper_is_written_too() -> None:
    bare = replace(holding(), facts=(), warnings=(), sections=(), foot=())
    assert plain(bare.title) in text_of(read(pdf.write(bare)))
