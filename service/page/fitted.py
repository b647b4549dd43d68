"""Text that fits: broken into lines where it may be, and cut where there is no more room, by the widths of the font."""

import re
from functools import cache

from service.paper.font import font_of_papers

_WIDER = 1.02
"""Some room for the drawing of letters: kerning, and sizes that are rounded."""
_HALF_BOLD = 1.07
"""How much wider than the usual weight of the font its half-bold letters are."""
_CUT = "…"
_PARTS = re.compile(r"\s*[^\s-]+-*|\s*-+")
"""A text may be broken at its blanks and after its hyphens."""


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """How wide a text is at a size, in the unit of the size."""
    font = font_of_papers()
    return font.width(font.shown(text)) * size * (_HALF_BOLD if is_bold else _WIDER)


@cache
def lines_of(text: str, size: float, room: float, most: int) -> tuple[str, ...]:
    """The text in at most so many lines, none wider than the room; what does not fit is left out, and … says so."""
    lines: list[str] = []
    line = ""
    for part in _PARTS.findall(text):
        if line and width(line + part.rstrip(), size) > room:
            lines.append(line)
            line = part.lstrip()
        else:
            line += part
    lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return tuple(_cut(one.strip(), size, room) for one in lines if one.strip())


def _cut(line: str, size: float, room: float) -> str:
    if width(line, size) <= room:
        return line
    while line and width(f"{line}{_CUT}", size) > room:
        line = line[:-1]
    return f"{line.rstrip()}{_CUT}"
