"""How much work one answer may take: readings that are read for it, and rows at which a filter looks."""

from collections.abc import Callable
from dataclasses import dataclass

from record.errors import SelectionError

MOST_CELLS = 8_000_000
"""What one request may read of the record to find what it asks for."""
MOST_STEPS = 100_000_000
"""So many steps a filter may take: one for each part of it and each row, more where a row is looked at by itself."""
BY_ITSELF, ENTITY = 50, 200
"""The steps that it takes to look at a text or a shape, and to find an entity by way of a relation."""


def _free(_: int) -> None:
    """Where nobody counts."""


@dataclass(slots=True)
class Effort:
    """What one answer has taken so far; `spend` is told of it in points before each piece of work, and may refuse it.

    A point is a reading that is read, or a text at which a filter looks, or as many of its lesser steps.
    """

    spend: Callable[[int], None] = _free
    cells: int = 0
    steps: int = 0

    def read(self, cells: int, points: int) -> None:
        """Before so many points are read as a table of so many cells; raises `SelectionError` where it is too large."""
        self.cells += cells
        if self.cells > MOST_CELLS:
            raise too_much()
        self.spend(points)

    def look(self, steps: int) -> None:
        """Before a filter takes so many steps; raises `SelectionError` where they are too many."""
        before = self.steps // BY_ITSELF
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise SelectionError(
                "$filter looks at too much by itself: narrow it by phenomenonTime, by Datastreams('...') in the path, "
                "or write it shorter"
            )
        if points := self.steps // BY_ITSELF - before:
            self.spend(points)


def too_much() -> SelectionError:
    """For what would read more than one answer may."""
    return SelectionError(
        f"more than {MOST_CELLS} readings would have to be read for this answer: narrow $filter by phenomenonTime, "
        "or ask at Datastreams('...')/Observations"
    )
