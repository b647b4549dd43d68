"""Reading `coords`: well-known text of points and of polygons, in degrees, longitude before latitude.

A text is measured before anything takes it apart, and what it holds is counted, so that no geometry is worth an attack.
"""

import re

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from record.errors import SelectionError

LONGEST, MOST_POINTS = 20_000, 1_000
"""Signs of a text, and points of a geometry."""
_POINTS = ("POINT", "MULTIPOINT")
_POLYGONS = ("POLYGON", "MULTIPOLYGON")
# Numbers and brackets alone: neither NaN nor infinity, and nothing empty.
_TEXT = re.compile(r"\s*([A-Z]+)\s*(?:Z\s*)?(\([-+0-9.Ee,()\s]*\))\s*", re.IGNORECASE | re.ASCII)
_RING = re.compile(r"\(([^()]*)\)")
_DEEPEST = 3
_DEGREES = (180.0, 90.0)


def points_of(coords: str | None) -> np.ndarray:
    """The points (point, 2) of a POINT or MULTIPOINT; raise `SelectionError` for anything else."""
    found = _geometry(coords, _POINTS, "POINT(71.62 42.65)")
    return np.atleast_2d(shapely.get_coordinates(found))


def polygon_of(coords: str | None) -> BaseGeometry:
    """The area of a POLYGON or MULTIPOLYGON; raise `SelectionError` for anything else, or where its edges cross."""
    found = _geometry(coords, _POLYGONS, "POLYGON((71 42,72 42,72 43,71 43,71 42))")
    if not shapely.is_valid(found):
        reason = shapely.is_valid_reason(found)
        raise SelectionError(f"coords is not a polygon with an inside: {reason[:80]}; its edges must not cross")
    return found


def exchanged(area: BaseGeometry) -> BaseGeometry:
    """The same area with latitude before longitude."""
    return shapely.transform(area, lambda corners: corners[:, ::-1])


def _geometry(coords: str | None, kinds: tuple[str, ...], example: str) -> BaseGeometry:
    if coords is None or not coords.strip():
        raise SelectionError(f"coords is wanted: write coords={example}, longitude first")
    _refuse_huge(coords)
    said = _TEXT.fullmatch(coords)
    if said is None or said[1].upper() not in kinds or _depth(said[2]) > _DEEPEST:
        what = " or ".join(kind.lower() for kind in kinds)
        raise SelectionError(f"coords {coords[:60]!r} is not a {what}: write {example}, longitude first")
    try:
        # A number too long for the computer comes out as infinity, which lies off the globe.
        with np.errstate(over="ignore"):
            found = shapely.from_wkt(coords)
    except (shapely.errors.ShapelyError, ValueError) as fault:
        _refuse_open(coords)
        raise SelectionError(
            f"coords {coords[:60]!r} cannot be read as well-known text: write {example}, longitude first"
        ) from fault
    _refuse_off_the_globe(coords, found)
    return found


def _refuse_open(coords: str) -> None:
    for ring in _RING.findall(coords) if "POLYGON" in coords.upper() else ():
        first, last = (ring.split(",")[end].split() for end in (0, -1))
        if first != last:
            raise SelectionError(
                f"coords {coords[:60]!r} has a ring that is open: end it with the point it begins with, "
                f"{' '.join(first)[:40]}"
            )


def _refuse_huge(coords: str) -> None:
    points = coords.count(",") + 1
    if len(coords) > LONGEST or points > MOST_POINTS:
        raise SelectionError(
            f"coords has {len(coords)} signs and {points} points: at most {LONGEST} and {MOST_POINTS} are read; "
            "draw it with fewer"
        )


def _refuse_off_the_globe(coords: str, found: BaseGeometry) -> None:
    corners = shapely.get_coordinates(found)
    if not len(corners) or not (np.abs(corners) <= _DEGREES).all():
        raise SelectionError(f"coords {coords[:60]!r} lies off the globe: longitude comes first, then latitude")


def _depth(text: str) -> int:
    deepest = depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return deepest
