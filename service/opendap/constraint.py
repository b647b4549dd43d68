"""The constraint of an address: which variables, and of each which hyperslab. DAP 2.0, section 6.

A hyperslab is a bracket a dimension: `[i]`, `[first:last]` or `[first:step:last]`, both ends counted, from 0 on.
Selections by value and functions are for sequences, of which no dataset here has any: they are refused.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from record.errors import SelectionError

_LONGEST = 8000
_MOST_VARIABLES = 100
_PROJECTION = re.compile(r"(?P<name>[^\[\],]+)(?P<slabs>(?:\[[^\[\]]*\])*)")
_SLAB = re.compile(r"\[(\d{1,10})(?::(\d{1,10}))?(?::(\d{1,10}))?\]", re.ASCII)
_BRACKET = re.compile(r"\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Slab:
    """Places along one dimension: `first`, and each `step`-th after it up to `last`, itself counted."""

    first: int
    step: int
    last: int

    def __len__(self) -> int:
        """How many places."""
        return (self.last - self.first) // self.step + 1

    @property
    def reach(self) -> int:
        """How many places it passes over, those that it skips among them."""
        return self.last + 1 - self.first

    @property
    def places(self) -> slice:
        """The same for an array."""
        return slice(self.first, self.last + 1, self.step)

    def __str__(self) -> str:
        """As an address spells it."""
        return f"[{self.first}:{self.step}:{self.last}]"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A variable by its name, and one slab for each of its dimensions."""

    name: str
    slabs: tuple[Slab, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what is asked for."""
        return tuple(len(slab) for slab in self.slabs)


def wanted(query: str, shapes: Mapping[str, tuple[int, ...]]) -> list[Wanted]:
    """What the query of an address asks of a dataset whose variables have these shapes; an empty one asks for all.

    Raises `SelectionError` for a name, a bracket or a bound that the dataset does not have.
    """
    said = unquote(query).strip()
    if len(said) > _LONGEST:
        raise SelectionError(
            f"the constraint has {len(said)} characters, more than {_LONGEST}: ask in several requests"
        )
    projection, *selections = said.split("&")
    if any(selections):
        raise SelectionError(f"{selections[0][:60]!r} selects by value, which arrays do not know: ask for [first:last]")
    if not projection:
        return [Wanted(name, tuple(Slab(0, 1, size - 1) for size in shape)) for name, shape in shapes.items()]
    parts = projection.split(",")
    if len(parts) > _MOST_VARIABLES:
        raise SelectionError(f"the constraint names {len(parts)} variables, more than {_MOST_VARIABLES}")
    found = [_one(part.strip(), shapes) for part in parts]
    for place, one in enumerate(found):
        # Clients take an answer apart by the names of its variables.
        if any(one.name == earlier.name for earlier in found[:place]):
            raise SelectionError(f"{one.name} is asked for twice: ask for its slices in several requests")
    return found


def _one(text: str, shapes: Mapping[str, tuple[int, ...]]) -> Wanted:
    found = _PROJECTION.fullmatch(text)
    if found is None:
        raise SelectionError(
            f"{text[:60]!r} is not a variable with its slabs: write name[first:last] or name[first:step:last]"
        )
    name, brackets = found["name"], _BRACKET.findall(found["slabs"])
    if name not in shapes:
        raise SelectionError(f"{name[:60]!r} is not a variable of this dataset: use {', '.join(shapes)}")
    shape = shapes[name]
    if not brackets:
        return Wanted(name, tuple(Slab(0, 1, size - 1) for size in shape))
    if len(brackets) != len(shape):
        raise SelectionError(
            f"{text[:60]!r} has {len(brackets)} brackets and {name} {len(shape)} dimensions: give as many"
        )
    return Wanted(name, _slabs(name, brackets, shape))


def _slabs(name: str, brackets: Sequence[str], shape: Sequence[int]) -> tuple[Slab, ...]:
    slabs = []
    for bracket, size in zip(brackets, shape, strict=True):
        found = _SLAB.fullmatch(bracket)
        if found is None:
            raise SelectionError(
                f"{name}: {bracket[:40]!r} is not [i], [first:last] or [first:step:last] in whole numbers"
            )
        first, *more = (int(number) for number in found.groups() if number is not None)
        step, last = (more[0], more[1]) if len(more) > 1 else (1, more[0] if more else first)
        fault = _fault(first, step, last, size)
        if fault:
            raise SelectionError(f"{name}: {bracket} {fault}")
        slabs.append(Slab(first, step, last))
    return tuple(slabs)


def _fault(first: int, step: int, last: int, size: int) -> str:
    if step < 1:
        return "stands still: give a step of 1 or more"
    if last < first:
        return f"runs backwards: write [{last}:{first}]"
    return f"lies outside 0 to {size - 1}" if last >= size else ""
