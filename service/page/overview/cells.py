"""How the overview writes numbers, marks and tables: plain pieces of HTML, in which whatever is put in is escaped."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from service.language import Language
from service.language.words import FLAGS, MARKS
from service.paper.paper import Cell, Column, Kind, Mark, Number, Row, Table


def datum(language: Language, number: Number) -> str:
    """A number as it is shown, with its unrounded value and its key; one that is not known by the word for that."""
    if number.value is None:
        return _with_marks(language, number, _unknown(language, number))
    shown = language.number(number.value, number.decimals, signed=number.signed)
    return _with_marks(
        language, number, f'<data value="{number.value!r}" data-key="{escape(number.key)}">{shown}</data>'
    )


def missing(language: Language) -> str:
    """The word for what is not known."""
    return language.word(FLAGS, "missing")


def marks(language: Language, held: Iterable[Mark]) -> str:
    """Marks as words."""
    return " ".join(
        f'<span class="badge {mark.value}">{escape(language.word(MARKS, mark.value))}</span>' for mark in held
    )


def tables(language: Language, held: Iterable[Table], basin: str) -> Markup:
    """Tables of a basin in a report, of those that have rows; their notes are folded beneath all of them."""
    known = [one for one in held if one.rows]
    notes = "".join(f"<li>{escape(note)}</li>" for note in dict.fromkeys(note for one in known for note in one.notes))
    folded = (
        f'<details class="told"><summary>{escape(language.say("Notes"))}</summary><ul>{notes}</ul></details>'
        if notes
        else ""
    )
    shown = "".join(_table(language, one, basin) for one in known)
    return Markup(f'<div class="tables">{shown}</div>{folded}') if known else Markup()  # noqa: S704: all is escaped


def folded(language: Language, held: Sequence[Table], basin: str, day: str) -> Markup:
    """The same, folded under their titles and the day they are of."""
    shown = tables(language, held, basin)
    if not shown:
        return shown
    titles = "; ".join(one.title for one in held if one.rows)
    return Markup('<details class="told"><summary>{}, {}</summary>{}</details>').format(titles, day, shown)


def _table(language: Language, held: Table, basin: str) -> str:
    """What a row is marked with stands behind its name."""
    head = "".join(map(_head, held.columns))
    rows = "".join(_row(language, held.columns, row) for row in held.rows)
    title = escape(held.title)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{title}, {escape(basin)}">'
        f"<table><caption>{title}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def kind_of(held: Iterable[Mark]) -> str:
    """The class of a row that no gauge made, with its space; nothing for others."""
    return next((f' class="{mark.value}"' for mark in held if mark in (Mark.SIMULATED, Mark.EXAMPLE)), "")


def _with_marks(language: Language, number: Number, said: str) -> str:
    return f"{said} {marks(language, number.marks)}" if number.marks else said


def _unknown(language: Language, number: Number) -> str:
    return f'<data class="missing" value="" data-key="{escape(number.key)}">{escape(missing(language))}</data>'


def _head(column: Column) -> str:
    unit = f' <span class="unit">{escape(column.unit)}</span>' if column.unit else ""
    kind = ' class="number"' if column.kind is Kind.NUMBER else ""
    return f'<th scope="col"{kind}>{escape(column.head)}{unit}</th>'


def _row(language: Language, columns: Sequence[Column], row: Row) -> str:
    first, *others = zip(columns, row.cells, strict=True)
    name = f'<th scope="row">{_said(language, first[1])} {marks(language, row.marks)}</th>'
    return f"<tr{kind_of(row.marks)}>{name}{''.join(_cell(language, *one) for one in others)}</tr>"


def _cell(language: Language, column: Column, cell: Cell) -> str:
    kind = ' class="number"' if column.kind is Kind.NUMBER else ""
    return f"<td{kind}>{_said(language, cell)}</td>"


def _said(language: Language, cell: Cell) -> str:
    if cell is None:
        return ""
    return datum(language, cell) if isinstance(cell, Number) else str(escape(cell))
