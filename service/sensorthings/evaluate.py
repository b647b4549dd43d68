"""What a `$filter` says of rows: the tree is walked once for all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from record.errors import SelectionError
from service.sensorthings.effort import BY_ITSELF, Effort
from service.sensorthings.functions import BLANK, DTYPES, FUNCTIONS, Function, constants
from service.sensorthings.syntax import COMPARISONS, Call, Expression, Literal, Not, Pair, Path
from service.sensorthings.vector import TIME, TRUTH, Vector, aligned, compared, constant, summed, true_of


@dataclass(frozen=True, slots=True)
class Table:
    """`size` rows, whose columns are found by the path of a property; `now` in seconds since 1970."""

    size: int
    column: Callable[[tuple[str, ...]], Vector]
    now: float
    effort: Effort = field(default_factory=Effort)
    _found: dict[tuple[str, ...], Vector] = field(default_factory=dict)

    def of(self, parts: tuple[str, ...]) -> Vector:
        """A column, found once however often the filter names it."""
        found = self._found.get(parts)
        if found is None:
            found = self._found[parts] = self.column(parts)
        return found


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
    table.effort.look(table.size)
    match found:
        case Literal(kind, value):
            return constant(kind, value)
        case Path(parts):
            return table.of(parts)
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


def _called(name: str, given: list[Vector], table: Table) -> Vector:
    fixed = constants(table.now)
    if name in fixed and not given:
        return constant(TIME, fixed[name])
    function = FUNCTIONS.get(name)
    if function is None:
        known = ", ".join((*fixed, *FUNCTIONS))
        raise SelectionError(f"$filter: {name[:40]!r} is not a function of ours: use {known}")
    takes = function.takes
    fits = min(function.least, len(takes)) <= len(given) <= len(takes)
    if not fits or any(one.kind not in (kind, "null") for one, kind in zip(given, takes, strict=False)):
        raise SelectionError(f"$filter: {name} takes {', '.join(takes)}")
    return _applied(function, given, table)


def _applied(function: Function, given: list[Vector], table: Table) -> Vector:
    """Its values where all that it takes is known; a constant is looked at once for all rows."""
    values, known, owner = aligned(*given)
    (size,) = np.broadcast_shapes(known.shape, *(one.shape for one in values))
    known = np.broadcast_to(known, (size,))
    found = np.full(size, BLANK.get(function.gives, 0), dtype=DTYPES[function.gives])
    if not known.any():
        return Vector(function.gives, found, known, owner)
    if function.by_itself:
        table.effort.look(size * BY_ITSELF)
    found[known] = function.of(*(one if len(one) == 1 else one[known] for one in values))
    if found.dtype == np.float64:
        known = known & ~np.isnan(found)
    return Vector(function.gives, found, known, owner)
