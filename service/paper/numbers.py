"""The numbers of a paper by their keys, each as it stands where the paper says most of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from service.paper.paper import Column, Mark, Number, Paper, Row, Table


@dataclass(frozen=True, slots=True)
class Standing:
    """A number with where it stands."""

    number: Number
    table: Table
    row: Row
    column: Column

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Its own marks and those of its row, for whoever shows it without that row."""
        return tuple(dict.fromkeys((*self.row.marks, *self.number.marks)))


def numbers_of(paper: Paper) -> Mapping[str, Standing]:
    """Each number once; of one that stands in several tables the first column that has a unit tells it."""
    found: dict[str, Standing] = {}
    for table in (part for section in paper.sections for part in section.parts if isinstance(part, Table)):
        for row in table.rows:
            for cell, column in zip(row.cells, table.columns, strict=True):
                if isinstance(cell, Number):
                    before = found.get(cell.key)
                    if before is None or (column.unit and not before.column.unit):
                        found[cell.key] = Standing(cell, table, row, column)
    return found


def alone(row: Row) -> Row:
    """A row whose numbers bear the marks of the row, for whoever leaves out its name."""
    cells = (replace(cell, marks=(*row.marks, *cell.marks)) if isinstance(cell, Number) else cell for cell in row.cells)
    return replace(row, cells=tuple(cells))
