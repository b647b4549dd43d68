"""What an audit found, and how it is gathered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from record.errors import ArnaError

Answer = TypeVar("Answer")

MOST_LINES = 20

# What a question raises on rows or entries that no pen wrote, besides our own errors: an unknown flag, a text in place
# of a number, a time beyond all calendars.
BROKEN = (ArnaError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """How much was compared, and what differs: at most 20 lines, and how many `more` there are.

    `entries` and `readings` of the journal; `cells`, the answers compared, a reading in each state that was asked for.
    `undeclared` readings are of series that the config no longer declares, which the API does not show. `unasked`
    readings were superseded, and stood in none of the earlier states that were asked for.
    """

    entries: int
    readings: int
    cells: int
    undeclared: int
    unasked: int
    differences: tuple[str, ...]
    more: int


@dataclass(slots=True)
class Findings:
    """What an audit under way has found so far."""

    readings: int = 0
    cells: int = 0
    undeclared: int = 0
    unasked: int = 0
    _lines: list[str] = field(default_factory=list)
    _more: int = 0

    def tell(self, line: str) -> None:
        """Note a difference."""
        self.tell_all([line], 1)

    def tell_all(self, lines: Sequence[str], count: int) -> None:
        """Note `count` differences, of which `lines` are the first: no more than `room` are wanted."""
        kept = lines[: self.room]
        self._lines += kept
        self._more += count - len(kept)

    @property
    def room(self) -> int:
        """How many lines are still wanted."""
        return MOST_LINES - len(self._lines)

    def answer(self, question: Callable[[], Answer], what: str) -> Answer | None:
        """What the archive answers; that it cannot is a difference, and then None."""
        try:
            return question()
        except BROKEN as fault:
            self.tell(f"{what}: the API cannot answer: {said_of(fault)}")
            return None

    def audited(self, entries: int) -> Audited:
        """All of it, for a journal of so many entries."""
        return Audited(
            entries=entries,
            readings=self.readings,
            cells=self.cells,
            undeclared=self.undeclared,
            unasked=self.unasked,
            differences=tuple(self._lines),
            more=self._more,
        )


def said_of(fault: BaseException) -> str:
    """A fault in one line; one that is not ours with its kind, since its text alone tells little."""
    said = " ".join(str(fault).split())
    return said if isinstance(fault, ArnaError) else f"{type(fault).__name__} {said}"
