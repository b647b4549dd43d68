"""A paper: titles, sentences, tables and charts in one language or two, ready to be written in any form.

Words are as a reader reads them. Numbers are unrounded, with the number of decimals to show, so that a workbook holds
what a page shows and more; a form does not round otherwise than `service.language` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

BETWEEN = " / "
"""What stands between the two languages of a text."""


class Mark(StrEnum):
    """What a number or a row must be marked with wherever it is shown, by sign and word and not by colour alone."""

    SUSPECT = "suspect"
    BAD = "bad"
    ESTIMATED = "estimated"
    COMPUTED = "computed"
    SIMULATED = "simulated"
    EXAMPLE = "example"
    UNVERIFIED = "unverified"
    AMENDED = "amended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number of a figure: `key` names it in every form, `decimals` says how many are shown, `marks` how it stands.

    `value` None is shown as the sign of what is missing, or by its word. `signed` shows a plus.
    """

    key: str
    value: float | None
    decimals: int
    signed: bool = False
    marks: tuple[Mark, ...] = ()


Cell = Number | str | None
"""What stands in a table: a number, a text, or nothing at all."""


class Kind(StrEnum):
    """How a column is laid out: numbers stand under each other at the decimal sign."""

    TEXT = "text"
    NUMBER = "number"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its head, its unit in a line of its own, and how it is laid out. `tag` names it in templates."""

    tag: str
    head: str
    unit: str = ""
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row: cells in the order of the columns, of which the first names it; `marks` are of the whole row.

    `tag` names it in templates: the id of a station, share or plan. A `total` stands out.
    """

    tag: str
    cells: tuple[Cell, ...]
    marks: tuple[Mark, ...] = ()
    total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a caption; where it has no rows `empty` is said instead. `notes` stand small beneath it."""

    tag: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str
    notes: tuple[str, ...] = ()


class Stand(StrEnum):
    """How a paragraph stands: by itself, over a list, in a list, or below a point that it says in another language."""

    ALONE = "alone"
    LEAD = "lead"
    POINT = "point"
    BELOW = "below"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A paragraph, or a point of a list; a `warning` stands out."""

    text: str
    warning: bool = False
    stand: Stand = Stand.ALONE


class Stroke(StrEnum):
    """How a line of a chart is drawn, so that it can be told in grey too; `OTHER` is this year by another gauge."""

    NOW = "now"
    OTHER = "other"
    BEFORE = "before"
    NORM = "norm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a chart: a value for each of its days, None where there is none."""

    name: str
    stroke: Stroke
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """An area of a chart between two values of each day."""

    name: str
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A hydrograph: `days` in a row from `begin`, lines and a band over them; `alt` says in a sentence what it shows.

    `months` are the short names of the months in which it lies, each with its first day within the chart.
    """

    tag: str
    title: str
    alt: str
    unit: str
    begin: date
    days: int
    lines: tuple[Line, ...]
    band: Band | None
    months: tuple[tuple[date, str], ...]
    decimals: int


Part = Table | Prose | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section with its heading; `level` 1 for a basin or a chapter, 2 within it."""

    tag: str
    title: str
    level: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of the head: what it is, and what is said of it."""

    tag: str
    name: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What the square code of a paper holds, and the words beside it."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with the paper, where its form can hold one."""

    name: str
    media: str
    about: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a document tells. `languages` are codes, one or two; `dated` is the only time that a form may bear.

    `warnings` stand before everything: that data are simulated, that this is a draft. `words` are those of the forms:
    `page` ("{page} of {pages}"), `contents`, `missing` (for None), `made` and one for each `Mark`. `running` stands on
    each page. `attached` are files that the PDF carries.
    """

    name: str
    languages: tuple[str, ...]
    title: str
    subtitle: str
    running: str
    dated: datetime
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    code: Code | None
    foot: tuple[str, ...]
    words: Mapping[str, str]
    attached: tuple[Attachment, ...] = ()
