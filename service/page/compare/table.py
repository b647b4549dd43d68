"""The table of common periods: a row a period, a column a series, as `/figures` gives each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from record.errors import SelectionError
from record.network.basin import Series
from service.figures.answer import Answer
from service.figures.periods import Kind
from service.figures.written import figure_rows

MOST = 400
"""So many periods stand on the page; all of them are in the other forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The mean of a series over a period, None where there is none; `ended` is false of one that still runs."""

    value: float | None
    flag: str
    ended: bool
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A period with a cell of each series."""

    label: str
    begin: date
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """The table by periods of a kind; `left_out` are series of which no such means are told, with the reason.

    `over` is how many earlier periods the page does not show.
    """

    kind: Kind
    series: tuple[Series, ...]
    lines: tuple[Line, ...]
    left_out: tuple[tuple[Series, str], ...]
    over: int


def periods_of(series: Sequence[Series], kind: Kind, answer: Callable[[str, Kind], Answer]) -> Periods:
    """The table of these series; `answer` gives the figures of one over the days in question."""
    told: dict[str, list[dict[str, Any]]] = {}
    left_out: list[tuple[Series, str]] = []
    for one in series:
        try:
            told[one.id] = figure_rows(answer(one.id, kind))
        except SelectionError as fault:
            left_out.append((one, str(fault)))
    shown = tuple(one for one in series if one.id in told)
    lines = tuple(
        Line(
            label=rows[0]["period"],
            begin=date.fromisoformat(rows[0]["begin"]),
            cells=tuple(_cell(one, kind, row) for one, row in zip(shown, rows, strict=True)),
        )
        for rows in zip(*(told[one.id] for one in shown), strict=True)
    )
    return Periods(
        kind=kind, series=shown, lines=lines[-MOST:], left_out=tuple(left_out), over=max(len(lines) - MOST, 0)
    )


def _cell(series: Series, kind: Kind, row: dict[str, Any]) -> Cell:
    return Cell(
        value=row["value"],
        flag=row["flag"],
        ended=row["ended"],
        key=f"figures:{series.id}:{kind.value}:{row['begin']}",
    )
