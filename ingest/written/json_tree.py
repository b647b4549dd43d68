"""JSON from the world: numbers stay the decimals that were written, and nothing is too deep or too long to refuse."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

MAX_DEPTH = 60
_MAX_DIGITS = 40
_MAX_NAME = 100
KEPT = 2_000
"""Bytes of a part that are kept as its fragment."""


def parsed(body: bytes) -> Any | str:
    """The value that a message is, or why it cannot be read; a text alone is refused, as it says nothing.

    Numbers come as `Decimal` where they have a fraction and as `int` else, never as float. What is no number of JSON
    (`NaN`), has too many signs for one or is out of all measure comes as its text, so that it spoils no other value;
    a key that stands twice in one object holds the list of its values, which no reader takes for one.
    """
    try:
        found = json.loads(
            body.decode("utf-8-sig"),
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=str,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        return "it cannot be read as UTF-8"
    except RecursionError:
        return f"its values lie more than {MAX_DEPTH} deep"
    except json.JSONDecodeError as fault:
        return f"not JSON: {str(fault)[:200]}"
    if isinstance(found, str):
        return "it is a text alone"
    return f"its values lie more than {MAX_DEPTH} deep" if _is_deep(found) else found


def fragment(value: Any) -> bytes:
    """A part of a message as JSON again, as much of it as is kept; equal to what was written but for blanks."""
    held, size = [], 0
    for piece in _pieces(value):
        held.append(piece.encode("utf-8", "replace"))
        size += len(held[-1])
        if size >= KEPT:
            break
    return b"".join(held)[:KEPT]


def written(value: Any) -> str | None:
    """A value as its text: a number as written, a text as it is; None for null, which says that there is none.

    A whole object or list comes as the beginning of its JSON.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    return fragment(value).decode("utf-8", "replace")


def named(value: Any) -> str | None:
    """A name, unit or code as its text: None for null and for "", a whole number without a fraction.

    What is longer than any name of ours is cut short.
    """
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    return (written(value) or "")[:_MAX_NAME] or None


def _pieces(value: Any) -> Iterator[str]:
    """The JSON of a value piece by piece, so that no more of a long one is written than is kept."""
    if isinstance(value, Decimal):
        yield f"{value:f}"
    elif isinstance(value, dict):
        for number, (key, inner) in enumerate(value.items()):
            yield f"{', ' if number else '{'}{json.dumps(key, ensure_ascii=False)}: "
            yield from _pieces(inner)
        yield "}" if value else "{}"
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield ", " if number else "["
            yield from _pieces(inner)
        yield "]" if value else "[]"
    else:
        yield json.dumps(value, ensure_ascii=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    held: dict[str, list[Any]] = {}
    for key, value in pairs:
        held.setdefault(key, []).append(value)
    return {key: values if len(values) > 1 else values[0] for key, values in held.items()}


def _decimal(text: str) -> Decimal | str:
    if len(text) > _MAX_DIGITS:
        return text
    number = Decimal(text)
    return text if abs(number.adjusted()) > _MAX_DIGITS else number


def _integer(text: str) -> int | str:
    return text if len(text) > _MAX_DIGITS else int(text)


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True
