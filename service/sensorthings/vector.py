"""Columns of values with their kind, as `$filter` reckons with them: a whole page of rows at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from record.errors import SelectionError

NUMBER, TEXT, TIME, DURATION, TRUTH, SHAPE, NULL = "number", "text", "time", "duration", "truth", "shape", "null"
_NAMES = {
    NUMBER: "a number",
    TEXT: "text",
    TIME: "a time",
    DURATION: "a duration",
    TRUTH: "true or false",
    SHAPE: "a shape",
}
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "gt": np.greater,
    "ge": np.greater_equal,
    "lt": np.less,
    "le": np.less_equal,
}


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """Values of one kind, `known` where there is one; of length 1 for all rows alike.

    Where a row has several, as a Thing has Datastreams, `owner` (int64) says of which row each is.
    """

    kind: str
    values: np.ndarray
    known: np.ndarray
    owner: np.ndarray | None = None

    def take(self, rows: np.ndarray) -> "Vector":
        """Those of some rows."""
        if len(self.values) == 1 and self.owner is None:
            return self
        return replace(self, values=self.values[rows], known=self.known[rows])


def constant(kind: str, value: object) -> Vector:
    """The same value for all rows."""
    values: np.ndarray = np.empty(
        1, dtype={TRUTH: bool, NUMBER: np.float64, TIME: np.float64, DURATION: np.float64}.get(kind, object)
    )
    values[0] = value
    return Vector(kind, values, np.array([kind != NULL]))


def numbers(values: np.ndarray, kind: str = NUMBER) -> Vector:
    """A column of numbers, times or durations, unknown where it is NaN."""
    plain = values.astype(np.float64)
    return Vector(kind, plain, ~np.isnan(plain))


def column(values: Sequence[object], owner: np.ndarray | None = None, kind: str | None = None) -> Vector:
    """A column of what JSON holds; of several kinds those of the first one are known."""
    kinds = [_kind_of(value) for value in values]
    mine = kind or next((one for one in kinds if one != NULL), NULL)
    known = np.array([one == mine for one in kinds], dtype=bool) & (mine != NULL)
    if mine in (NUMBER, TRUTH):
        plain = [value if fits else 0 for value, fits in zip(values, known.tolist(), strict=True)]
        return Vector(mine, np.array(plain, dtype=np.float64 if mine == NUMBER else bool), known, owner)
    held = np.empty(len(values), dtype=object)
    held[:] = [value if fits else "" for value, fits in zip(values, known.tolist(), strict=True)]
    return Vector(mine, held, known, owner)


def _kind_of(value: object) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return TRUTH
    if isinstance(value, int | float):
        return NUMBER
    return TEXT if isinstance(value, str) else SHAPE


def aligned(*given: Vector) -> tuple[list[np.ndarray], np.ndarray, np.ndarray | None]:
    """The values of several vectors beside each other, where all are known, and of which rows they are."""
    owners = [one.owner for one in given if one.owner is not None]
    if len(owners) > 1 and any(owner is not owners[0] for owner in owners):
        raise SelectionError("$filter compares two properties of many entities each: compare one with a value")
    owner = owners[0] if owners else None
    values, known = [], np.ones(1, dtype=bool)
    for one in given:
        spread = owner is not None and one.owner is None and len(one.values) > 1
        values.append(one.values[owner] if spread else one.values)
        known = known & (one.known[owner] if spread else one.known)
    return values, known, owner


def compared(word: str, left: Vector, right: Vector) -> Vector:
    """Where one value is equal to, greater or less than the other; null is equal to null alone."""
    if NULL in (left.kind, right.kind):
        if word not in ("eq", "ne"):
            return constant(TRUTH, value=False)
        other = left if right.kind == NULL else right
        return Vector(TRUTH, ~other.known if word == "eq" else other.known, np.ones(1, dtype=bool), other.owner)
    if left.kind != right.kind or left.kind == SHAPE:
        raise SelectionError(f"$filter compares {_NAMES[left.kind]} with {_NAMES[right.kind]}")
    values, known, owner = aligned(left, right)
    if word in ("eq", "ne"):
        same = np.asarray(values[0] == values[1], dtype=bool) & known
        return Vector(TRUTH, same if word == "eq" else ~same, np.ones(1, dtype=bool), owner)
    said = np.asarray(_COMPARED[word](*values), dtype=bool) & known
    return Vector(TRUTH, said, np.ones(1, dtype=bool), owner)


_KINDS_OF_SUM = {
    ("add", TIME, DURATION): TIME,
    ("sub", TIME, DURATION): TIME,
    ("sub", TIME, TIME): DURATION,
    ("add", DURATION, DURATION): DURATION,
    ("sub", DURATION, DURATION): DURATION,
}
_SUMS: dict[str, Callable[[Any, Any], Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "mod": np.fmod,
}


def summed(word: str, left: Vector, right: Vector) -> Vector:
    """Arithmetic with numbers, and with times and durations where it has a sense; nothing is known of x div 0."""
    kind = NUMBER if left.kind == right.kind == NUMBER else _KINDS_OF_SUM.get((word, left.kind, right.kind))
    if kind is None:
        said = [_NAMES.get(one.kind, "null") for one in (left, right)]
        raise SelectionError(f"$filter cannot {word} {said[0]} and {said[1]}")
    values, known, owner = aligned(left, right)
    with np.errstate(all="ignore"):
        found = np.asarray(_SUMS[word](*(one.astype(np.float64) for one in values)))
    return Vector(kind, found, known & np.isfinite(found), owner)


def true_of(found: Vector, size: int) -> np.ndarray:
    """Which of `size` rows it is true of; of a row with several values where it is of any."""
    if found.kind != TRUTH:
        raise SelectionError(f"$filter is {_NAMES.get(found.kind, 'null')} where it should be true or false")
    said = found.values & found.known
    if found.owner is None:
        return np.broadcast_to(said, (size,))
    rows = np.zeros(size, dtype=bool)
    rows[found.owner[np.broadcast_to(said, found.owner.shape)]] = True
    return rows
