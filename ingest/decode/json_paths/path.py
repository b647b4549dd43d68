"""Paths through a JSON message: `stations.*.readings.0.v`, and `^.id` for what the object around holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

EVERY = "*"
UP = "^"


@dataclass(frozen=True, slots=True)
class Spot:
    """A value within a message, the keys and numbers that lead to it, and the nearest object around it."""

    value: Any
    place: tuple[str | int, ...] = ()
    around: "Spot | None" = None

    @property
    def where(self) -> str:
        """Its place in words."""
        return ".".join(map(str, self.place)) if self.place else "message"


@dataclass(frozen=True, slots=True)
class Lack:
    """Where a path leads no further, and why."""

    spot: Spot
    reason: str


def every(start: Spot, path: str) -> Iterator[Spot | Lack]:
    """All that a path leads to, in the order of the message, and every place where it leads no further."""
    return _walk(start, path.split(".") if path else [])


def one(start: Spot, path: str) -> Spot | None:
    """What a path without `*` leads to from an item, or None where nothing stands there."""
    spot: Spot | None = start
    parts = path.split(".")
    while parts and parts[0] == UP:
        spot, parts = None if spot is None else spot.around, parts[1:]
    while parts and spot is not None:
        spot, parts = _step(spot, parts) or (None, parts)
    return spot


def numbers(item: Spot) -> Iterator[tuple[str, Spot]]:
    """Every number below an item, under its path from there with `*` for any place in a list."""
    for key, inner in _below(item):
        name = EVERY if isinstance(key, int) else key
        if isinstance(inner.value, int | Decimal) and not isinstance(inner.value, bool):
            yield name, inner
        else:
            yield from ((f"{name}.{rest}", found) for rest, found in numbers(inner))


def _below(spot: Spot) -> Iterator[tuple[str | int, Spot]]:
    held: Any = spot.value
    if isinstance(held, dict):
        yield from ((key, Spot(value, (*spot.place, key), spot)) for key, value in held.items())
    elif isinstance(held, list):
        yield from ((at, Spot(value, (*spot.place, at), spot.around)) for at, value in enumerate(held))


def _walk(spot: Spot, parts: list[str]) -> Iterator[Spot | Lack]:
    if not parts:
        yield spot
    elif parts[0] != EVERY:
        step = _step(spot, parts)
        if step is None:
            yield Lack(spot, f"nothing stands here at {'.'.join(parts)!r}")
        else:
            yield from _walk(*step)
    elif isinstance(spot.value, list):
        for _, inner in _below(spot):
            yield from _walk(inner, parts[1:])
    else:
        yield Lack(spot, "no list stands here, of which to take every item")


def _step(spot: Spot, parts: list[str]) -> tuple[Spot, list[str]] | None:
    """One step along a path, and what is left of it. A key that itself holds dots is taken whole."""
    held = spot.value
    if isinstance(held, dict):
        for length in range(1, len(parts) + 1):
            key = ".".join(parts[:length])
            if key in held:
                return Spot(held[key], (*spot.place, key), spot), parts[length:]
    elif isinstance(held, list) and parts[0].isdecimal() and int(parts[0]) < len(held):
        return Spot(held[int(parts[0])], (*spot.place, int(parts[0])), spot.around), parts[1:]
    return None
