"""What the tags of a template mean: numbers by their keys, words of the head, and the columns of tables."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace

from service.language import Language, language_called
from service.paper.numbers import alone, numbers_of
from service.paper.paper import Cell, Mark, Number, Paper, Row, Table
from service.paper.signs import SIGNS
from service.paper.template.bounds import Bounds

_TAG = re.compile(r"\{\{\s*([^{}\s][^{}]{0,200}?)\s*\}\}")
_MARKS = "marks"
"""Behind a key or a table: the marks of that number, or of that row, in words."""


def tags_in(text: str) -> list[str]:
    """The tags that stand in a text."""
    return _TAG.findall(text)


def signs_of(marks: Sequence[Mark]) -> str:
    """The signs of the marks, each once."""
    return "".join(sign for mark, sign in SIGNS.items() if mark in marks)


@dataclass(frozen=True, slots=True)
class Lines:
    """A row of a template that stands for all rows of a table."""

    tag: str
    rows: tuple[Row, ...]
    empty: str


def _lines(table: Table, columns: Set[str]) -> Lines:
    """The rows of a table; where a template shows neither their names nor their marks, their numbers bear these."""
    told = columns & {_MARKS, table.columns[0].tag}
    return Lines(table.tag, table.rows if told else tuple(map(alone, table.rows)), table.empty)


@dataclass(frozen=True, slots=True)
class Place:
    """A tag, and the cell in which it stands."""

    tag: str
    where: str

    def __str__(self) -> str:
        """Both, as one finds them."""
        return f"{{{{{self.tag}}}}} in {self.where}"


@dataclass(slots=True)
class Tags:
    """The tags of a paper. What a template asks for in vain is kept with its place.

    `absent` is what another paper of the kind may have: a number, a fact, a table or a column of one.
    `unknown` is what none has, `in_formulas` what cannot be filled where it stands.
    """

    paper: Paper
    bounds: Bounds
    absent: list[Place] = field(default_factory=list)
    unknown: list[Place] = field(default_factory=list)
    in_formulas: list[Place] = field(default_factory=list)
    _said: dict[str, Cell] = field(default_factory=dict)
    _tables: dict[str, Table] = field(default_factory=dict)
    _language: Language = field(init=False)

    def __post_init__(self) -> None:
        """Read the paper."""
        paper, self._language = self.paper, language_called(self.paper.languages[0])
        head = {"title": paper.title, "subtitle": paper.subtitle, "running": paper.running, "name": paper.name}
        self._said = {**head, "warnings": "\n".join(paper.warnings), "foot": "\n".join(paper.foot)}
        self._said["code"] = "" if paper.code is None else "\n".join(paper.code.words)
        self._said |= {f"fact.{fact.tag}": fact.said for fact in paper.facts}
        self._said |= {f"word.{name}": word for name, word in paper.words.items()}
        for table in (part for section in paper.sections for part in section.parts if isinstance(part, Table)):
            self._tables.setdefault(table.tag, table)
        for key, held in numbers_of(paper).items():
            self._said[key] = replace(held.number, marks=held.marks)
            self._said[f"{key}.{_MARKS}"] = self._words(held.marks)

    def lines_of(self, texts: Sequence[str]) -> list[Lines]:
        """The tables of which columns are named in these texts, each once."""
        named: dict[str, set[str]] = {}
        for name, _, column in (tag.rpartition(".") for text in texts for tag in tags_in(text)):
            if name in self._tables:
                named.setdefault(name, set()).add(column)
        return [_lines(self._tables[name], columns) for name, columns in named.items()]

    def filled(self, text: str, where: str, row: Row | None = None) -> Cell:
        """What stands in a cell instead of a text: a number where a tag is all of it; `row` is that of its table."""
        alone = _TAG.fullmatch(text.strip())
        if alone is not None:
            return self._value(alone[1], where, row)
        return self.said(text, where, row)

    def said(self, text: str, where: str, row: Row | None = None, double: str = "") -> str:
        """A text with what its tags mean; in a margin a sign has a meaning of its own and is written `double`."""

        def meant(found: re.Match[str]) -> str:
            said = self.shown(self._value(found[1], where, row))
            self.bounds.say(len(said))
            return said.replace(double, 2 * double) if double else said

        self.bounds.say(len(text))
        return _TAG.sub(meant, text)

    def shown(self, cell: Cell) -> str:
        """A cell within a text."""
        if not isinstance(cell, Number):
            return cell or ""
        if cell.value is None:
            return self.paper.words["missing"]
        return self._language.number(cell.value, cell.decimals, signed=cell.signed) + signs_of(cell.marks)

    def _value(self, tag: str, where: str, row: Row | None) -> Cell:
        if tag in self._said:
            return self._said[tag]
        name, _, column = tag.rpartition(".")
        table = self._tables.get(name)
        if table is not None and row is not None and column in {_MARKS, *(one.tag for one in table.columns)}:
            return self._of_row(table, column, row)
        if ":" in tag or (name and name != "word"):
            self.absent.append(Place(tag, where))
            return self.paper.words["missing"]
        self.unknown.append(Place(tag, where))
        return f"{{{{{tag}}}}}"

    def _of_row(self, table: Table, column: str, row: Row) -> Cell:
        """A cell of a row by the tag of its column; the first bears the signs of the row."""
        if column == _MARKS:
            numbers = (cell for cell in row.cells if isinstance(cell, Number))
            return self._words((*row.marks, *(mark for number in numbers for mark in number.marks)))
        place = [one.tag for one in table.columns].index(column)
        cell = row.cells[place] if row.cells else None
        signs = signs_of(row.marks)
        return f"{cell} {signs}" if place == 0 and isinstance(cell, str) and signs else cell

    def _words(self, marks: Sequence[Mark]) -> str:
        return ", ".join(self.paper.words[mark.value] for mark in dict.fromkeys(marks))
