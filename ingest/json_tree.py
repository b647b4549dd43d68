"""JSON from the world: numbers stay the decimals that were written, and nothing is too deep or too long to refuse."""

import json
from decimal import Decimal
from typing import Any, NoReturn

MAX_DEPTH = 60
_MAX_DIGITS = 40
KEPT = 2_000
"""Bytes of a part that are kept as its fragment."""


class _Strange(ValueError):
    """What is no number of JSON."""


def parsed(body: bytes) -> Any | str:
    """The value that a message is, or why it cannot be read; a text alone is refused, as it says nothing.

    Numbers come as `Decimal` where they have a fraction and as `int` else, never as float.
    """
    try:
        found = json.loads(
            body.decode("utf-8-sig"), parse_float=_decimal, parse_int=_integer, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError:
        return "it cannot be read as UTF-8"
    except RecursionError:
        return f"its values lie more than {MAX_DEPTH} deep"
    except (json.JSONDecodeError, _Strange) as fault:
        return f"not JSON: {str(fault)[:200]}"
    if isinstance(found, str):
        return "it is a text alone"
    return f"its values lie more than {MAX_DEPTH} deep" if _is_deep(found) else found


def fragment(value: Any) -> bytes:
    """A part of a message as JSON again, as much of it as is kept; equal to what was written but for blanks."""
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace")[:KEPT]


def written(value: Any) -> str | None:
    """A value as its text: a number as written, a text as it is; None for null, which says that there is none."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _decimal(text: str) -> Decimal:
    if len(text) > _MAX_DIGITS:
        raise _Strange(f"a number of {len(text)} signs")
    number = Decimal(text)
    if abs(number.adjusted()) > _MAX_DIGITS:
        raise _Strange(f"the number {text} is out of all measure")
    return number


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise _Strange(f"a number of {len(text)} signs")
    return int(text)


def _refuse_constant(text: str) -> NoReturn:
    raise _Strange(f"{text} is no number of JSON")


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
