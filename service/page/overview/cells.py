"""How the overview writes numbers, marks and tables: plain pieces of HTML, in which whatever is put in is escaped."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from service.language import Language
from service.language.words import FLAGS, MARKS
from service.paper.paper import Cell, Column, Kind, Mark, Number, Row, Table


def datum(language: Language, number: Number) -> str:
    """A number as it is shown, with its unrounded value and its key; one that is not known by the word for that."""
    if number.value is None:
        said = f'<data class="missing" value="" data-key="{escape(number.key)}">{escape(missing(language))}</data>'
    else:
        shown = language.number(number.value, number.decimals, signed=number.signed)
        said = f'<data value="{number.value!r}" data-key="{escape(number.key)}">{shown}</data>'
    return f"{said} {marks(language, number.marks)}" if number.marks else said


def missing(language: Language) -> str:
    """The word for what is not known."""
    return language.word(FLAGS, "missing")


def marks(language: Language, held: Iterable[Mark]) -> str:
    """Marks as words."""
    return " ".join(
        f'<small class="mark {mark.value}">{escape(language.word(MARKS, mark.value))}</small>' for mark in held
    )


def table(language: Language, held: Table) -> Markup:
    """A table of a report: what its rows are marked with stands behind their names; nothing where it has no rows."""
    if not held.rows:
        return Markup()
    head = "".join(map(_head, held.columns))
    rows = "".join(_row(language, held.columns, row) for row in held.rows)
    notes = "".join(f"<p><small>{escape(note)}</small></p>" for note in held.notes)
    title = escape(held.title)
    return Markup(  # noqa: S704: all that was put in is escaped
        f'<div class="wide" role="region" tabindex="0" aria-label="{title}"><table><caption>{title}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{notes}"
    )


def _head(column: Column) -> str:
    unit = f" <small>{escape(column.unit)}</small>" if column.unit else ""
    kind = ' class="number"' if column.kind is Kind.NUMBER else ""
    return f'<th scope="col"{kind}>{escape(column.head)}{unit}</th>'


def _row(language: Language, columns: Sequence[Column], row: Row) -> str:
    first, *others = zip(columns, row.cells, strict=True)
    name = f'<th scope="row">{_said(language, first[1])} {marks(language, row.marks)}</th>'
    return f"<tr>{name}{''.join(_cell(language, *one) for one in others)}</tr>"


def _cell(language: Language, column: Column, cell: Cell) -> str:
    kind = ' class="number"' if column.kind is Kind.NUMBER else ""
    return f"<td{kind}>{_said(language, cell)}</td>"


def _said(language: Language, cell: Cell) -> str:
    if cell is None:
        return ""
    return datum(language, cell) if isinstance(cell, Number) else str(escape(cell))
