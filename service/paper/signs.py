"""The signs of marks, which stand behind a marked number or name; a legend says them in words.

Each is in the font of the papers, and none is a letter or a digit, so that it can be read in every language.
"""

from collections.abc import Mapping

from service.paper.paper import Mark

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

UNREAL = frozenset((Mark.SIMULATED, Mark.EXAMPLE))
"""Marks of what no gauge measured: a row of it is also told by word and slant, wherever it stands."""
