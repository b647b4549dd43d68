"""A paper as PDF, by typst: PDF/A-3b and PDF/UA-1, with its files attached, the same bytes for the same paper always.

What a paper says reaches the template as JSON and is never read as markup. The compiler is given the template, this
JSON, the pictures and the attachments, and nothing else: no font but that of the papers, no folder, no package.
"""

from datetime import UTC
from functools import cache
from pathlib import Path

import orjson
import typst

from service.language import language_called
from service.paper.chart import svg
from service.paper.columns import HEAD, INSET, RAISED, Setter, Shown, signs_of
from service.paper.font import FAMILY, folder, font_of_papers
from service.paper.paper import Attachment, Chart, Mark, Number, Paper, Part, Prose, Row, Section, Stand, Table
from service.paper.qr import BORDER, qr_code
from service.paper.signs import MISSING, SIGNS, UNREAL, is_told

_TEMPLATES = Path(__file__).parent / "templates"
_STANDARDS = ["a-3b", "ua-1"]
_MILLIMETRE = 72 / 25.4
_SHORT, _LONG = 210 * _MILLIMETRE, 297 * _MILLIMETRE
_BOUND, _MARGIN = 25 * _MILLIMETRE, 12 * _MILLIMETRE
"""The margin at the edge that is filed, which is the left of an upright page and the top of a turned one."""
_UPRIGHT = _SHORT - _BOUND - _MARGIN
_BODY = 9.5
_NOTHING = 1e-6
"""So small a room, in ems, is none but for roundings."""
_MODULE = 0.5 * _MILLIMETRE
"""The side of a module of the square code: a common camera reads half a millimetre at arm's length."""


def write(paper: Paper) -> bytes:
    """The paper as a PDF file, A4, turned where a table needs it."""
    writing = _Writing(paper)
    files = {"main": _template(), "paper.json": orjson.dumps(writing.told()), **writing.files}
    # Files by name are part of the compiler's interface, if not of its stubs. It works without the interpreter's lock.
    compiled: bytes = typst.compile(  # type: ignore[call-overload]
        files, root=_TEMPLATES, font_paths=_fonts(), format="pdf", pdf_standards=_STANDARDS
    )
    return compiled


@cache
def _template() -> bytes:
    return (_TEMPLATES / "paper.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder()])


def _number(shown: Shown, left: float) -> str | list[object]:
    """A number with its signs and what is left behind it; one with neither is as quick to set as a text."""
    number = shown.whole + shown.fraction
    return [number, shown.signs, left] if shown.signs or left > _NOTHING else number


class _Writing:
    """A paper on its way into the template: what is told, and the `files` that it names."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.font = font_of_papers()
        language = language_called(paper.languages[0])
        self.setter = Setter(self.font, language, paired=len(paper.languages) > 1)
        tables = [part for section in paper.sections for part in section.parts if isinstance(part, Table)]
        self.measured = dict(zip(map(id, tables), self.setter.all_measured(tables), strict=True))
        self.turned = any(measured.fits(_UPRIGHT) is None for measured in self.measured.values())
        self.width = _LONG - 2 * _MARGIN if self.turned else _UPRIGHT
        self.files: dict[str, bytes] = {}

    def told(self) -> dict[str, object]:
        """What the template reads."""
        paper, dated = self.paper, self.paper.dated.astimezone(UTC)
        return {
            "family": FAMILY,
            "language": paper.languages[0],
            "name": self._text(paper.name),
            "title": self._text(paper.title),
            "subtitle": self._text(paper.subtitle),
            "running": self._text(paper.running),
            "page": self._text(paper.words["page"]),
            "dated": [dated.year, dated.month, dated.day, dated.hour, dated.minute, dated.second],
            "turned": self.turned,
            "bound": _BOUND,
            "margin": _MARGIN,
            "body": _BODY,
            "raised": RAISED,
            "inset": INSET,
            "head": HEAD,
            "picture": _UPRIGHT,
            "paired": len(paper.languages) > 1,
            "facts": [[self._over(fact.name, 0.3), self._over(fact.said, 0.6)] for fact in paper.facts],
            "warnings": [self._text(warning, 0.9) for warning in paper.warnings],
            "sections": self._sections(),
            "code": self._code(),
            "foot": [self._text(line) for line in paper.foot],
            "attached": [self._attached(place, file) for place, file in enumerate(paper.attached)],
        }

    def _text(self, text: str, part: float = 1.0) -> str:
        """A text that can be printed in that part of the width."""
        return self.setter.broken(text, self.width * part / _BODY)

    def _over(self, text: str, part: float) -> str:
        """The same; of two languages the first over the second."""
        return self.setter.broken(self.setter.over(text), self.width * part / _BODY)

    def _file(self, name: str, body: bytes) -> str:
        self.files[name] = body
        return name

    # --- parts ---

    def _sections(self) -> list[dict[str, object]]:
        """The sections; a reader of headings takes none for missing, as no level is left out."""
        told: list[dict[str, object]] = []
        level = 0
        for section in self.paper.sections:
            level = max(1, min(section.level, level + 1))
            told.append({"title": self._text(section.title, 0.6), "level": level, "parts": self._parts(section)})
        return told

    def _parts(self, section: Section) -> list[dict[str, object]]:
        """The parts, points in a row as one list; what stands below a point is of that point."""
        told: list[dict[str, object]] = []
        points: list[list[str]] = []
        for part in section.parts:
            stand = part.stand if isinstance(part, Prose) else Stand.ALONE
            if isinstance(part, Prose) and stand in (Stand.POINT, Stand.BELOW):
                if not points:
                    told.append({"part": "list", "points": points})
                said = self._text(part.text, 0.85)
                if stand is Stand.BELOW and points:
                    points[-1].append(said)
                else:
                    points.append([said])
            else:
                points = []
                told.append(self._part(part))
        return told

    def _part(self, part: Part) -> dict[str, object]:
        match part:
            case Prose():
                text, lead = self._text(part.text, 0.9), part.stand is Stand.LEAD
                return {"part": "prose", "text": text, "warning": part.warning, "lead": lead}
            case Chart():
                picture = svg(part, *self.paper.languages).encode()
                name = self._file(f"chart-{len(self.files)}.svg", picture)
                return {
                    "part": "chart",
                    "title": self._text(part.title),
                    "alt": self.font.shown(part.alt or part.title),
                    "picture": name,
                }
            case Table():
                return self._table(part)

    def _table(self, table: Table) -> dict[str, object]:
        title = self._text(table.title)
        notes = [self._text(note) for note in table.notes]
        if not table.rows:
            return {"part": "nothing", "title": title, "empty": self._text(table.empty), "notes": notes}
        laid = self.setter.lay(self.measured[id(table)], self.width)
        return {
            "part": "table",
            "title": title,
            "size": laid.size,
            "tall": laid.tall,
            "widths": laid.widths,
            "columns": [
                {"head": self._head(head, wide / laid.size), "unit": unit, "kind": column.kind.value}
                for column, wide in zip(table.columns, laid.widths, strict=True)
                for head, unit in (self.setter.heads(column),)
            ],
            "rows": [
                self._row(row, cells, behind, laid.widths[0] / laid.size)
                for row, cells, behind in zip(table.rows, laid.cells, laid.behind, strict=True)
            ],
            "legend": self._legend(table),
            "notes": notes,
        }

    def _row(
        self, row: Row, cells: tuple[Shown | str, ...], behind: tuple[float, ...], room: float
    ) -> dict[str, object]:
        """A row; the words of what no gauge measured stand behind its name where that does not say them."""
        unreal = [self.paper.words[mark.value] for mark in Mark if mark in row.marks and mark in UNREAL]
        return {
            "cells": [
                cell if isinstance(cell, str) else _number(cell, left) for cell, left in zip(cells, behind, strict=True)
            ],
            "signs": signs_of(row.marks),
            "slant": bool(unreal),
            "word": self.setter.broken(", ".join(word for word in unreal if not is_told(word, row)), room),
            "total": row.total,
        }

    def _head(self, text: str, wide: float) -> str:
        return "\n".join(self.setter.broken(line, wide * 0.85 / HEAD) for line in text.split("\n"))

    def _legend(self, table: Table) -> list[list[str]]:
        """The signs that stand in a table, with their words."""
        numbers = [cell for row in table.rows for cell in row.cells if isinstance(cell, Number)]
        marks = {mark for row in table.rows for mark in row.marks} | {mark for one in numbers for mark in one.marks}
        held = [(sign, mark.value) for mark, sign in SIGNS.items() if mark in marks]
        if any(number.value is None for number in numbers):
            held.insert(0, (MISSING, "missing"))
        return [[sign, self._text(self.paper.words[word])] for sign, word in held]

    # --- what goes with it ---

    def _code(self) -> dict[str, object] | None:
        """The square code as a picture; a text that no such code can hold is printed as it is."""
        code = self.paper.code
        if code is None:
            return None
        words = [self._text(word, 0.5) for word in code.words]
        matrix = qr_code(code.text)
        if matrix is None:
            return {"picture": None, "text": [self._text(line) for line in code.text.splitlines()], "words": words}
        picture = matrix.svg_inline(border=BORDER, omitsize=True, svgclass=None, lineclass=None)
        return {
            "picture": self._file("code.svg", picture.encode()),
            "side": matrix.symbol_size(border=BORDER)[0] * _MODULE,
            "alt": self.font.shown(code.text),
            "words": words,
        }

    def _attached(self, place: int, file: Attachment) -> dict[str, object]:
        return {
            "name": file.name,
            "file": self._file(f"attached-{place}", file.body),
            "media": file.media,
            "about": file.about,
            "relation": "data" if file.media == "application/json" else "supplement",
        }
