"""A paper as one page that needs nothing from outside and runs no script: for screens light and dark, phones and print.

Each number stands in a `data` element with its unrounded value and its key; what is put in is escaped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from service.language import Language, language_called
from service.paper.chart import svg
from service.paper.paper import (
    BETWEEN,
    Cell,
    Chart,
    Column,
    Mark,
    Number,
    Paper,
    Part,
    Prose,
    Row,
    Section,
    Stand,
    Table,
)
from service.paper.qr import BORDER, qr_code
from service.paper.signs import MISSING, SIGNS, UNREAL, is_told

_RATIO = re.compile(r"\w+³/\w+")
_TEMPLATES = Path(__file__).parent / "templates"


def write(paper: Paper) -> bytes:
    """The page, UTF-8."""
    page = _Page(paper, language_called(paper.languages[0]))
    return _environment().get_template("paper.html").render(page=page, paper=paper).encode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as it stands on the page, cut at its decimal sign; `value` is the unrounded one as text."""

    key: str
    value: str
    whole: str
    fraction: str
    marks: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Page:
    """What the template asks for."""

    paper: Paper
    language: Language
    missing: str = MISSING

    @property
    def reports(self) -> str:
        """The reports of its edition, from where a service gives this one; the page names no host."""
        edition, *_ = self.paper.name.partition(".")[0].rsplit("-", 3)
        return f"../{edition}"

    def both(self, text: str) -> Markup:
        """A text; of a paper in two languages, which say it beside each other, each part as of its language."""
        return self._joined(text, Markup(BETWEEN))

    def over(self, text: str) -> Markup:
        """The same, the first language over the second, as in a table."""
        return self._joined(text, Markup("<br>"))

    def _joined(self, text: str, between: Markup) -> Markup:
        said, codes = text.split(BETWEEN), self.paper.languages
        if len(codes) < 2 or len(said) != len(codes):
            return Markup("<br>").join(map(_unbroken, text.split("\n")))
        pairs = zip(codes, map(_unbroken, said), strict=True)
        return between.join(Markup('<span lang="{}">{}</span>').format(*pair) for pair in pairs)

    def parts(self, section: Section) -> Iterator[tuple[str, Any]]:
        """The parts of a section, each with what it is; points in a row are one list, each with what stands below."""
        for listed, run in groupby(section.parts, key=_is_point):
            if not listed:
                yield from ((type(part).__name__.lower(), part) for part in run)
                continue
            points: list[list[str]] = []
            for point in (part for part in run if isinstance(part, Prose)):
                if point.stand is Stand.BELOW and points:
                    points[-1].append(point.text)
                else:
                    points.append([point.text])
            yield "list", points

    def signs(self, marks: Iterable[Mark]) -> list[tuple[str, str]]:
        """The signs of marks with their words, in the order of the legend."""
        held = set(marks)
        return [(sign, self.paper.words[mark.value]) for mark, sign in SIGNS.items() if mark in held]

    def unreal(self, row: Row) -> list[tuple[str, str]]:
        """The marks of what no gauge measured: their names in the style, and their words, "" where its name says it."""
        held = [(mark.value, self.paper.words[mark.value]) for mark in Mark if mark in row.marks and mark in UNREAL]
        return [(name, "" if is_told(word, row) else word) for name, word in held]

    def legend(self, table: Table) -> list[tuple[str, str]]:
        """The signs that stand in a table."""
        numbers = [cell for row in table.rows for cell in row.cells if isinstance(cell, Number)]
        missing = [(MISSING, self.paper.words["missing"])] if any(one.value is None for one in numbers) else []
        return missing + self.signs([*(mark for row in table.rows for mark in row.marks), *_marks(numbers)])

    def number(self, cell: Cell) -> _Number | None:
        """A number as it stands on the page; None for what is no number."""
        if not isinstance(cell, Number):
            return None
        marks = self.signs(cell.marks)
        if cell.value is None:
            return _Number(cell.key, "", "", "", marks)
        shown = self.language.parts(cell.value, cell.decimals, signed=cell.signed)
        return _Number(cell.key, repr(cell.value), *shown, marks)

    def room(self, table: Table, place: int) -> str:
        """The classes of a column: of how many digits its fractions are, and of how many signs may follow."""
        numbers = [row.cells[place] for row in table.rows]
        known = [cell for cell in numbers if isinstance(cell, Number)]
        fraction = max((cell.decimals for cell in known), default=0)
        signs = max((len(set(cell.marks)) for cell in known), default=0)
        return f"f{min(fraction, 6)} s{min(signs, 4)}"

    def columns(self, table: Table) -> list[tuple[Column, str]]:
        """The columns of a table with the classes of their cells."""
        return [
            (column, f"{column.kind.value} {self.room(table, place)}") for place, column in enumerate(table.columns)
        ]

    def picture(self, chart: Chart) -> Markup:
        """A chart as a picture of lines."""
        return Markup(svg(chart, *self.paper.languages))  # noqa: S704: it escapes what it is given

    def days(self, chart: Chart) -> Iterator[tuple[date, list[str]]]:
        """The days of a chart on which there is anything, with the values of its lines."""
        for place in range(chart.days):
            values = [line.values[place] for line in chart.lines]
            if any(value is not None for value in values):
                shown = ["" if value is None else self.language.number(value, chart.decimals) for value in values]
                yield chart.begin + timedelta(days=place), shown

    def code(self) -> Markup | None:
        """The square code as a picture; None of a text that no such code can hold."""
        square = None if self.paper.code is None else qr_code(self.paper.code.text)
        if square is None:
            return None
        drawn = square.svg_inline(border=BORDER, light="#fff", omitsize=True, svgclass="code", lineclass=None)
        return Markup(drawn)  # noqa: S704: it holds nothing but its modules


def _unbroken(text: str) -> Markup:
    """A text, escaped, of which no line ends within a unit."""
    return Markup(_RATIO.sub(r'<span class="unit">\g<0></span>', str(escape(text))))  # noqa: S704: it is escaped


def _is_point(part: Part) -> bool:
    return isinstance(part, Prose) and part.stand in (Stand.POINT, Stand.BELOW)


def _marks(numbers: Iterable[Number]) -> Iterator[Mark]:
    return (mark for number in numbers for mark in number.marks)
