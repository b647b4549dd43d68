"""The signs of marks, which stand behind a marked number or name; a legend says them in words.

Each is in the font of the papers, and none is a letter or a digit, so that it can be read in every language.
"""

from collections.abc import Mapping

from service.paper.paper import BETWEEN, Mark, Row

SIGNS: Mapping[Mark, str] = {
    Mark.SUSPECT: "?",
    Mark.BAD: "×",
    Mark.ESTIMATED: "≈",
    Mark.COMPUTED: "∑",
    Mark.SIMULATED: "†",
    Mark.EXAMPLE: "§",
    Mark.UNVERIFIED: "‡",
    Mark.AMENDED: "*",
}

MISSING = "—"
"""The sign of a number that is not known; a cell in which none can stand is empty."""

UNREAL = frozenset((Mark.SIMULATED, Mark.EXAMPLE))
"""Marks of what no gauge measured: a row of it is also told by word and slant, wherever it stands."""


def is_told(word: str, row: Row) -> bool:
    """Whether the name of a row says the word of a mark itself, in each of its languages."""
    name = row.cells[0] if row.cells else None
    return isinstance(name, str) and all(one.casefold() in name.casefold() for one in word.split(BETWEEN))
