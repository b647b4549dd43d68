"""Borders of states, read from a TopoJSON file: arcs of whole numbers, each point told as its step from the last.

The file is Natural Earth's at 1:10 million as npm's `world-atlas` packs it (public domain). Natural Earth shows who
governs where, and says of this border that it wants to be verified: it is no authority.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
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

    def meets(self, line: Sequence[Point]) -> bool:
        """Whether the box around a line and this one have a part in common."""
        lons, lats = zip(*line, strict=True)
        west, south, east, north = min(lons), min(lats), max(lons), max(lats)
        return bool(west <= self.east and east >= self.west and south <= self.north and north >= self.south)


@dataclass(frozen=True, slots=True)
class Atlas:
    """What is known of a box: `borders` cut at its edges, and the outlines of the countries in it by English name."""

    borders: tuple[Line, ...]
    countries: Mapping[str, tuple[Line, ...]]

    def country_at(self, place: Point) -> str | None:
        """The English name of the country in which a place lies."""
        return next((name for name, rings in self.countries.items() if is_within(place, rings)), None)


@cache
def atlas_of(box: Box, file: Path = FILE) -> Atlas | None:
    """The borders in a box; None where npm did not fetch the file. It is read once for a box."""
    if not file.is_file():
        return None
    topology = json.loads(file.read_bytes())
    arcs = tuple(_arcs(topology))
    near = tuple(line for arc in arcs if box.meets(arc) for line in clipped(arc, box))
    return Atlas(near, dict(_countries(topology, arcs, box)))


def _arcs(topology: dict[str, Any]) -> Iterator[Line]:
    (wide, high), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        xs, ys = accumulate(step[0] for step in arc), accumulate(step[1] for step in arc)
        yield tuple((x * wide + west, y * high + south) for x, y in zip(xs, ys, strict=True))


def _countries(topology: dict[str, Any], arcs: Sequence[Line], box: Box) -> Iterator[tuple[str, tuple[Line, ...]]]:
    for country in topology["objects"]["countries"]["geometries"]:
        whole = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        rings = tuple(_ring(ring, arcs) for polygon in whole for ring in polygon)
        near = tuple(ring for ring in rings if box.meets(ring))
        if near:
            yield country["properties"]["name"], near


def _ring(ring: Sequence[int], arcs: Sequence[Line]) -> Line:
    """Arcs one after the other; one told as -1 - number runs backwards."""
    return tuple(point for arc in ring for point in (arcs[arc] if arc >= 0 else reversed(arcs[-1 - arc])))


def is_within(place: Point, rings: Sequence[Line]) -> bool:
    """Whether a place lies within rings: from within one crosses them an odd number of times on the way out."""
    x, y = place
    crossed = 0
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                crossed += 1
    return crossed % 2 == 1


def clipped(line: Sequence[Point], box: Box) -> Iterator[Line]:
    """The pieces of a line that lie within a box."""
    piece: list[Point] = []
    for begin, end in pairwise(line):
        inside = _within(begin, end, box)
        if inside is None:
            continue
        if piece and piece[-1] != inside[0]:
            yield tuple(piece)
            piece = []
        piece.extend(inside if not piece else inside[1:])
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
