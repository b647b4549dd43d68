"""Borders of states, read from a TopoJSON file: arcs of whole numbers, each point told as its step from the last.

The file is Natural Earth's at 1:10 million as npm's `world-atlas` packs it (public domain). Natural Earth shows who
governs where, and of this border it says that it wants to be verified: it is no authority.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from service.page.assets import PACKAGES

FILE = PACKAGES / "world-atlas" / "countries-10m.json"

Point = tuple[float, float]
Line = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the globe: degrees of longitude and latitude, from the south-west to the north-east."""

    west: float
    south: float
    east: float
    north: float


@cache
def borders_in(box: Box, file: Path = FILE) -> tuple[Line, ...]:
    """The borders within a box, cut at its edges; none where npm did not fetch the file. Read once for a box."""
    if not file.is_file():
        return ()
    topology = json.loads(file.read_bytes())
    return tuple(line for arc in _arcs(topology) for line in clipped(arc, box))


def _arcs(topology: dict[str, Any]) -> Iterator[Line]:
    (wide, high), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        xs, ys = accumulate(step[0] for step in arc), accumulate(step[1] for step in arc)
        yield tuple((x * wide + west, y * high + south) for x, y in zip(xs, ys, strict=True))


def clipped(line: Sequence[Point], box: Box) -> Iterator[Line]:
    """The pieces of a line that lie within a box."""
    piece: list[Point] = []
    for begin, end in zip(line, line[1:], strict=False):
        inside = _within(begin, end, box)
        if inside is None:
            continue
        if not piece or piece[-1] != inside[0]:
            if piece:
                yield tuple(piece)
            piece = [inside[0]]
        piece.append(inside[1])
    if piece:
        yield tuple(piece)


def _within(begin: Point, end: Point, box: Box) -> tuple[Point, Point] | None:
    """The part of a segment that lies within a box, by Liang and Barsky; None where none does."""
    (x, y), (dx, dy) = begin, (end[0] - begin[0], end[1] - begin[1])
    first, last = 0.0, 1.0
    for step, room in ((-dx, x - box.west), (dx, box.east - x), (-dy, y - box.south), (dy, box.north - y)):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            first = max(first, room / step)
        else:
            last = min(last, room / step)
    if first > last:
        return None
    return (
        begin if first == 0.0 else (x + first * dx, y + first * dy),
        end if last == 1.0 else (x + last * dx, y + last * dy),
    )
