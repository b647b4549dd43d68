"""The sheet of a section: its sentences, its tables one below the other, and its charts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.language import Count
from service.paper.paper import Cell, Chart, Column, Kind, Mark, Number, Paper, Prose, Row, Section, Table
from service.paper.xlsx.looks import Exact, Looks, height_of, is_date, longest_word, signs_of, width_of

_LEAST, _WIDEST = 9.0, {Kind.TEXT: 44.0, Kind.NUMBER: 16.0, Kind.CODE: 60.0}
_OF_MARKS = 26.0
_CHART_ROWS = 18
"""Rows that lie under a chart."""
_UPRIGHT = 95.0
"""Digits that stand beside each other on upright paper and can still be read."""


@dataclass(slots=True)
class Sheet:
    """A sheet in writing; `row` is the next that is free, `headed` the rows of the heads of its tables."""

    paper: Paper
    looks: Looks
    sheet: Any
    widths: list[float]
    row: int = 0
    headed: list[int] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The last column, from 0."""
        return len(self.widths) - 1

    def across(self, text: str, look: Any, size: float = 1.0) -> None:
        """A text over all columns, in a row as high as it needs."""
        if self.last:
            self.sheet.merge_range(self.row, 0, self.row, self.last, "", look)
        self.sheet.write_string(self.row, 0, text, look)
        self.sheet.set_row(self.row, height_of(text, sum(self.widths), size))
        self.row += 1

    def table(self, table: Table) -> None:
        """A table with its caption and notes; what is empty says so."""
        self.row += 1
        self.sheet.write_string(self.row, 0, table.title, self.looks.caption)
        self.row += 1
        if table.rows:
            self._rows(table)
        else:
            self.across(table.empty, self.looks.text)
        for note in table.notes:
            self.across(note, self.looks.quiet, 0.9)

    def chart(self, made: Any, chart: Chart) -> None:
        """A chart below what stands so far."""
        self.row += 1
        self.sheet.insert_chart(self.row, 0, made, {"description": chart.alt, "object_position": 2})
        self.row += _CHART_ROWS

    def _rows(self, table: Table) -> None:
        marked = is_marked(table)
        self.headed.append(self.row)
        for place, column in enumerate(table.columns):
            look = self.looks.head(numbers=column.kind is Kind.NUMBER)
            self.sheet.write_string(self.row, place, head_of(column), look)
        if marked:
            self.sheet.write_string(self.row, len(table.columns), self.paper.words.get("mark", ""), self.looks.head())
        room = [_room(table, place) for place in range(len(table.columns))]
        for row in table.rows:
            self.row += 1
            for place, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True)):
                self._cell(place, cell, column, row, room[place])
            if marked:
                said = marks_of(row, table, self.paper)
                self.sheet.write_string(self.row, len(table.columns), said, self.looks.word(row))
        self.row += 1

    def _cell(self, place: int, cell: Cell, column: Column, row: Row, room: str) -> None:
        look = self.looks.word(row, code=column.kind is Kind.CODE)
        match cell:
            case None:
                self.sheet.write_blank(self.row, place, None, look)
            case Number(value=None):
                shown = self.paper.words["missing"] + signs_of(cell.marks)
                self.sheet.write_string(self.row, place, shown, self.looks.number(cell, row, room))
            case Number(value=float() | int() as value):
                self.sheet.write_number(self.row, place, Exact(value), self.looks.number(cell, row, room))
            case Count():
                self.sheet.write_number(self.row, place, cell.value, self.looks.count(row))
            case str() if is_date(cell) and (day := _day(cell)) is not None:
                self.sheet.write_datetime(self.row, place, day, self.looks.day(row))
            case str():
                signs = signs_of(row.marks) if place == 0 else ""
                self.sheet.write_string(self.row, place, f"{cell} {signs}".strip() if signs else cell, look)


def write_section(paper: Paper, section: Section, looks: Looks, sheet: Any, charts: Sequence[Any]) -> None:
    """A section; `charts` are those of it, in order, as they are made over their data."""
    tables = [part for part in section.parts if isinstance(part, Table)]
    made, drawn = Sheet(paper, looks, sheet, widths_of(tables, paper)), iter(charts)
    for place, width in enumerate(made.widths):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, section.title, looks.heading)
    sheet.write_string(1, 0, paper.running, looks.quiet_line)
    made.row = 2
    for part in section.parts:
        match part:
            case Prose():
                made.across(part.text, looks.warning if part.warning else looks.text)
            case Table():
                made.table(part)
            case Chart():
                made.chart(next(drawn), part)
    lay_out(sheet, paper, made.row, made.last, upright=sum(made.widths) <= _UPRIGHT)
    head = made.headed[0] if len(made.headed) == 1 else 1
    sheet.freeze_panes(head + 1, 1)
    sheet.repeat_rows(*((head, head) if len(made.headed) == 1 else (0, 1)))


def lay_out(sheet: Any, paper: Paper, rows: int, last: int, *, upright: bool) -> None:
    """How a sheet is printed: A4, as wide as the page, with the running text and the number of the page."""
    sheet.set_paper(9)
    if upright:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    sheet.hide_gridlines(2)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.4, top=0.75, bottom=0.7)
    sheet.print_area(0, 0, max(rows - 1, 0), last)
    page = paper.words["page"].replace("&", "&&").replace("{page}", "&P").replace("{pages}", "&N")
    sheet.set_header(f"&L{_short(paper.running)}")
    sheet.set_footer(f"&L{_short(paper.name)}&R{page}")


def _short(text: str) -> str:
    """A text of a margin, in which a sign has a meaning of its own and which holds two hundred of them."""
    return text[:100].replace("&", "&&")


def widths_of(tables: Sequence[Table], paper: Paper) -> list[float]:
    """How wide each column of a sheet is, for all its tables."""
    widths: list[float] = []
    for table in tables:
        needs = [_needs(table, place, column) for place, column in enumerate(table.columns)]
        if is_marked(table):
            said = max((width_of(marks_of(row, table, paper)) for row in table.rows), default=0.0)
            needs.append(min(said, _OF_MARKS) + 1)
        widths += [_LEAST] * (len(needs) - len(widths))
        for place, need in enumerate(needs):
            widths[place] = max(widths[place], need)
    return widths or [80.0]


def _needs(table: Table, place: int, column: Column) -> float:
    shown = [_shown(row.cells[place]) for row in table.rows]
    cells = max((width_of(text) for text in shown), default=0.0)
    head = max(longest_word(column.head), longest_word(column.unit), width_of(column.head) / 3)
    return min(max(cells, head, _LEAST), max(_WIDEST[column.kind], longest_word(column.head))) + 1.5


def _shown(cell: Cell) -> str:
    if isinstance(cell, Number):
        return "" if cell.value is None else f"{cell.value:+,.{cell.decimals}f}{signs_of(cell.marks)}"
    return cell or ""


def head_of(column: Column) -> str:
    """The head of a column with its unit below."""
    return f"{column.head}\n{column.unit}" if column.unit else column.head


def is_marked(table: Table) -> bool:
    """Whether anything in a table bears a mark."""
    return any(row.marks or any(isinstance(cell, Number) and cell.marks for cell in row.cells) for row in table.rows)


def marks_of(row: Row, table: Table, paper: Paper) -> str:
    """The marks of a row in words, and those of its numbers, each with the heads of their columns."""
    said = [paper.words[mark.value] for mark in row.marks]
    cells = list(zip(row.cells, table.columns, strict=True))
    for mark in Mark:
        heads = [column.head for cell, column in cells if isinstance(cell, Number) and mark in cell.marks]
        if heads:
            said.append(f"{paper.words[mark.value]}: {', '.join(heads)}")
    return "; ".join(said)


def _room(table: Table, place: int) -> str:
    """The longest signs of a column."""
    cells = [row.cells[place] for row in table.rows]
    return max((signs_of(cell.marks) for cell in cells if isinstance(cell, Number)), key=len, default="")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
