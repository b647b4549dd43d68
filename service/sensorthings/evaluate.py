"""What a `$filter` says of rows: the tree is walked once for all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from record.errors import SelectionError
from service.sensorthings.syntax import COMPARISONS, Call, Expression, Literal, Not, Pair, Path
from service.sensorthings.vector import (
    DURATION,
    NUMBER,
    SHAPE,
    TEXT,
    TIME,
    TRUTH,
    Vector,
    aligned,
    compared,
    constant,
    summed,
    true_of,
)

_MOST_CORNERS = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """`size` rows, whose columns are found by the path of a property; `now` in seconds since 1970."""

    size: int
    column: Callable[[tuple[str, ...]], Vector]
    now: float


def chosen(found: Expression, table: Table) -> np.ndarray:
    """Which rows it is true of (bool); raises `SelectionError` where it has no sense."""
    return true_of(_value(found, table), table.size)


def moment(found: Expression, now: float) -> float | None:
    """The time that an expression without properties is; None for anything else."""

    def none(_: tuple[str, ...]) -> Vector:
        raise SelectionError("a property is no constant")

    try:
        said = _value(found, Table(1, none, now))
    except SelectionError:
        return None
    return float(said.values[0]) if said.kind == TIME and said.known[0] else None


def _value(found: Expression, table: Table) -> Vector:
    match found:
        case Literal(kind, value):
            return constant(kind, value)
        case Path(parts):
            return table.column(parts)
        case Not(of):
            return Vector(TRUTH, ~true_of(_value(of, table), table.size), np.ones(1, dtype=bool))
        case Call(name, arguments):
            return _called(name, [_value(one, table) for one in arguments], table)
        case Pair(word, left, right):
            return _paired(word, _value(left, table), _value(right, table), table)


def _paired(word: str, left: Vector, right: Vector, table: Table) -> Vector:
    if word in COMPARISONS:
        return compared(word, left, right)
    if word in ("and", "or"):
        sides = true_of(left, table.size), true_of(right, table.size)
        return Vector(TRUTH, sides[0] & sides[1] if word == "and" else sides[0] | sides[1], np.ones(1, dtype=bool))
    return summed(word, left, right)


@dataclass(frozen=True, slots=True)
class _Function:
    """What it takes, what it gives, and how, a value at a time; `least` arguments suffice."""

    takes: tuple[str, ...]
    gives: str
    of: Callable[..., Any]
    least: int = 9


def _called(name: str, given: list[Vector], table: Table) -> Vector:
    if name == "now" and not given:
        return constant(TIME, table.now)
    function = _FUNCTIONS.get(name)
    if function is None:
        raise SelectionError(f"$filter: {name[:40]!r} is not a function of ours: use {', '.join(_FUNCTIONS)}")
    takes = function.takes
    fits = min(function.least, len(takes)) <= len(given) <= len(takes)
    if not fits or any(one.kind not in (kind, "null") for one, kind in zip(given, takes, strict=False)):
        raise SelectionError(f"$filter: {name} takes {', '.join(takes)}")
    values, known, owner = aligned(*given)
    size = max(len(one) for one in values)
    spread = [np.broadcast_to(one, (size,)) for one in values]
    known = np.broadcast_to(known, (size,))
    found = np.empty(size, dtype=_DTYPES[function.gives])
    blank = "" if function.gives == TEXT else 0
    said = zip(known.tolist(), *(one.tolist() for one in spread), strict=True)
    found[:] = [function.of(*row) if is_known else blank for is_known, *row in said]
    return Vector(function.gives, found, known, owner)


def _part(name: str) -> _Function:
    return _Function((TIME,), NUMBER, lambda time: getattr(datetime.fromtimestamp(time, UTC), name))


def _related(predicate: Callable[[Any, Any], bool]) -> _Function:
    return _Function((SHAPE, SHAPE), TRUTH, lambda one, other: bool(predicate(_shape(one), _shape(other))))


def _shape(said: object) -> Any:
    """A shape from WKT or from GeoJSON."""
    try:
        if isinstance(said, str):
            found = shapely.from_wkt(said.partition(";")[2] if said.upper().startswith("SRID") else said)
        else:
            assert isinstance(said, dict)
            plain = said["geometry"] if said.get("type") == "Feature" else said
            found = shapely.Point() if plain is None else shape(plain)
    except (ShapelyError, ValueError, TypeError):
        raise SelectionError(
            f"$filter: {str(said)[:40]!r} is not a shape: write geography'POLYGON ((74 42, ...))'"
        ) from None
    if shapely.get_num_coordinates(found) > _MOST_CORNERS:
        raise SelectionError(f"$filter has a shape of more than {_MOST_CORNERS} corners: ask for a simpler one")
    return found


_DTYPES: dict[str, Any] = {NUMBER: np.float64, TEXT: object, TRUTH: bool, TIME: np.float64, DURATION: np.float64}
_FUNCTIONS: dict[str, _Function] = {
    "substringof": _Function((TEXT, TEXT), TRUTH, lambda part, whole: part in whole),
    "contains": _Function((TEXT, TEXT), TRUTH, lambda whole, part: part in whole),
    "startswith": _Function((TEXT, TEXT), TRUTH, str.startswith),
    "endswith": _Function((TEXT, TEXT), TRUTH, str.endswith),
    "length": _Function((TEXT,), NUMBER, len),
    "indexof": _Function((TEXT, TEXT), NUMBER, str.find),
    "substring": _Function(
        (TEXT, NUMBER, NUMBER),
        TEXT,
        lambda text, first, many=1e9: text[max(int(first), 0) :][: max(int(many), 0)],
        least=2,
    ),
    "tolower": _Function((TEXT,), TEXT, str.lower),
    "toupper": _Function((TEXT,), TEXT, str.upper),
    "trim": _Function((TEXT,), TEXT, str.strip),
    "concat": _Function((TEXT, TEXT), TEXT, lambda one, other: one + other),
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "hour": _part("hour"),
    "minute": _part("minute"),
    "second": _part("second"),
    "round": _Function((NUMBER,), NUMBER, lambda value: float(np.round(value))),
    "floor": _Function((NUMBER,), NUMBER, np.floor),
    "ceiling": _Function((NUMBER,), NUMBER, np.ceil),
    "geo.intersects": _related(shapely.intersects),
    "st_intersects": _related(shapely.intersects),
    "st_within": _related(shapely.within),
}
