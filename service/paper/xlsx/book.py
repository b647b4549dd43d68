"""The workbook: what it is first, then a sheet for each section, the figures by key, and the lines of charts by day.

A text is always written as a text: one that begins with = or @ is never taken for a formula.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import xlsxwriter

from service.paper.numbers import Standing, numbers_of
from service.paper.paper import Chart, Code, Mark, Number, Paper, Prose, Row, Section, Table
from service.paper.qr import BORDER, qr_code
from service.paper.signs import SIGNS
from service.paper.xlsx.lines import CHARTS, write_charts
from service.paper.xlsx.looks import Exact, Looks, height_of
from service.paper.xlsx.sheet import Sheet, lay_out, write_section

FIGURES = "figures"
"""The sheet of all numbers by key, and the name of its range: called the same in all languages, so are its columns."""
_OF_FIGURES = ("key", "value", "unit", "marks", "table", "row", "column")
_LONGEST = 31
_NEVER = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
"""What no name of a sheet may hold."""
_NAMES, _SAID = 34.0, 66.0
_CODE_PIXELS = 2
_CODE_ROWS = 14


@dataclass(frozen=True, slots=True)
class _Named:
    """A section with the name of its sheet."""

    name: str
    section: Section


def write(paper: Paper) -> bytes:
    """The workbook of a paper."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({
            "title": paper.title, "subject": paper.subtitle, "author": "Arna", "keywords": paper.name,
            "created": paper.dated.astimezone(UTC).replace(tzinfo=None),
        })  # fmt: skip
        looks = Looks(book)
        first = _name(paper.title, set())
        head, named = book.add_worksheet(first), _named(paper, first)
        sheets = [book.add_worksheet(one.name) for one in named]
        figures = book.add_worksheet(FIGURES)
        charts = [part for one in named for part in one.section.parts if isinstance(part, Chart)]
        drawn = iter(write_charts(book, book.add_worksheet(CHARTS), looks, charts) if charts else ())
        numbers = numbers_of(paper)
        _write_head(paper, looks, head, named, numbers)
        for one, sheet in zip(named, sheets, strict=True):
            own = [next(drawn) for part in one.section.parts if isinstance(part, Chart)]
            write_section(paper, one.section, looks, sheet, own)
        _write_figures(book, paper, looks, figures, numbers)
    return out.getvalue()


def _named(paper: Paper, first: str) -> list[_Named]:
    """The sections that have a sheet: those with a table or a chart; what is only said stands on the first sheet."""
    taken = {first.casefold(), FIGURES, CHARTS}
    named: list[_Named] = []
    chapter = ""
    for section in paper.sections:
        chapter = section.title if section.level == 1 else chapter
        if not _is_said(section):
            title = section.title if section.level == 1 else f"{chapter} – {section.title}"
            named.append(_Named(_name(title, taken), section))
    return named


def _is_said(section: Section) -> bool:
    return all(isinstance(part, Prose) for part in section.parts)


def _name(title: str, taken: set[str]) -> str:
    """A name that no other sheet has, of the signs and the length that a sheet may have."""
    plain = " ".join(title.translate(_NEVER).split()).strip("'") or "1"
    name, count = _cut(plain, _LONGEST), 1
    while name.casefold() in taken:
        count += 1
        name = f"{_cut(plain, _LONGEST - len(str(count)) - 1)} {count}"
    taken.add(name.casefold())
    return name


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


# --- the first sheet ---


def _write_head(
    paper: Paper, looks: Looks, sheet: Any, named: Sequence[_Named], numbers: Mapping[str, Standing]
) -> None:
    made = Sheet(paper, looks, sheet, [_NAMES, _SAID])
    sheet.set_column(0, 0, _NAMES)
    sheet.set_column(1, 1, _SAID)
    made.across(paper.title, looks.title, 1.65)
    made.across(paper.subtitle, looks.heading, 1.2)
    for warning in paper.warnings:
        made.across(warning, looks.warning, 1.05)
    made.row += 1
    for fact in paper.facts:
        _pair(made, fact.name, fact.said)
    _write_said(made, paper)
    _write_contents(made, named)
    _write_legend(made, numbers)
    if paper.code is not None:
        _write_code(made, paper.code)
    for line in paper.foot:
        made.across(line, looks.quiet, 0.9)
    lay_out(sheet, paper, made.row, 1, upright=True)


def _pair(made: Sheet, name: str, said: str) -> None:
    made.sheet.write_string(made.row, 0, name, made.looks.quiet)
    made.sheet.write_string(made.row, 1, said, made.looks.text)
    made.sheet.set_row(made.row, max(height_of(name, _NAMES), height_of(said, _SAID)))
    made.row += 1


def _write_said(made: Sheet, paper: Paper) -> None:
    """The sections that have no sheet of their own, but those that stand over others and say nothing."""
    for section in paper.sections:
        if _is_said(section) and section.parts:
            made.row += 1
            made.across(section.title, made.looks.heading, 1.2)
            for part in section.parts:
                if isinstance(part, Prose):
                    made.across(part.text, made.looks.warning if part.warning else made.looks.text)


def _write_contents(made: Sheet, named: Sequence[_Named]) -> None:
    made.row += 1
    made.sheet.write_string(made.row, 0, made.paper.words["contents"], made.looks.caption)
    for one in (*(one.name for one in named), FIGURES):
        made.row += 1
        quoted = one.replace("'", "''")
        made.sheet.write_url(made.row, 0, f"internal:'{quoted}'!A1", made.looks.link, one)
    made.row += 2


def _write_legend(made: Sheet, numbers: Mapping[str, Standing]) -> None:
    """The signs that stand in the paper, with their words."""
    held = {mark for one in numbers.values() for mark in one.marks}
    for section in made.paper.sections:
        tables = (part for part in section.parts if isinstance(part, Table))
        held |= {mark for table in tables for row in table.rows for mark in row.marks}
    for mark in SIGNS:
        if mark in held:
            made.sheet.write_string(made.row, 0, SIGNS[mark], made.looks.number(_MARKED[mark], _PLAIN_ROW))
            made.sheet.write_string(made.row, 1, made.paper.words[mark.value], made.looks.text)
            made.row += 1
    made.row += 1


_MARKED = {mark: Number(key="", value=None, decimals=0, marks=(mark,)) for mark in Mark}
_PLAIN_ROW = Row(tag="", cells=())


def _write_code(made: Sheet, code: Code) -> None:
    """The words of the square code, and the code itself; a text that no such code can hold is written as it is."""
    for word in code.words:
        made.across(word, made.looks.text)
    square = qr_code(code.text)
    if square is None:
        made.across(code.text, made.looks.quiet)
        return
    picture = io.BytesIO()
    square.save(picture, kind="png", scale=_CODE_PIXELS, border=BORDER)
    options = {"image_data": picture, "description": code.text, "object_position": 2}
    made.sheet.insert_image(made.row, 0, "code.png", options)
    made.row += _CODE_ROWS


# --- the figures ---


def _write_figures(book: Any, paper: Paper, looks: Looks, sheet: Any, numbers: Mapping[str, Standing]) -> None:
    """Every number of the paper once by its key, for formulas to look up; a missing one is an empty cell."""
    for place, head in enumerate(_OF_FIGURES):
        sheet.write_string(0, place, head, looks.head(numbers=head == "value"))
    row = 0
    for row, (key, held) in enumerate(numbers.items(), 1):
        sheet.write_string(row, 0, key)
        if held.number.value is not None:
            sheet.write_number(row, 1, Exact(held.number.value), looks.plain)
        marks = " ".join(mark.value for mark in held.marks)
        for place, text in enumerate((held.column.unit, marks, held.table.tag, held.row.tag, held.column.tag), 2):
            sheet.write_string(row, place, text)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 2, 14)
    sheet.set_column(3, 6, 26)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(row, 1), len(_OF_FIGURES) - 1)
    sheet.repeat_rows(0)
    lay_out(sheet, paper, row + 1, len(_OF_FIGURES) - 1, upright=False)
    book.define_name(FIGURES, f"={FIGURES}!$A$2:$G${max(row, 1) + 1}")
