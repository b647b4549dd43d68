"""Two papers of one document in two languages as one: each word in both, each number once."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import chain, zip_longest
from typing import Any, TypeVar

from service.paper.paper import BETWEEN, Paper, Part, Prose, Section, Stand

_Held = TypeVar("_Held")
_SENTENCES = ("notes", "foot", "words")
"""What holds sentences that stand by themselves."""


def pair(first: Paper, second: Paper) -> Paper:
    """Both papers in one; raise `ValueError` where they do not hold the same tables and numbers."""
    both = _both(first, second)
    return replace(
        both,
        name=f"{first.name}-{'-'.join(second.languages)}",
        languages=(*first.languages, *second.languages),
    )


def _both(first: _Held, second: _Held) -> _Held:
    """One of two: texts beside each other, paragraphs and notes one after the other, all else the same in both."""
    if first == second:
        return first
    merged: _Held = _merged(first, second)
    return merged


def _merged(first: Any, second: Any) -> Any:
    if isinstance(first, Section):
        _check(first.parts, second.parts)
        parts = tuple(chain.from_iterable(map(_parts, first.parts, second.parts)))
        return replace(first, title=_both(first.title, second.title), parts=parts)
    if is_dataclass(first) and not isinstance(first, type) and type(first) is type(second):
        held = {
            one.name: _field(one.name, getattr(first, one.name), getattr(second, one.name)) for one in fields(first)
        }
        return replace(first, **held)
    if isinstance(first, str) and isinstance(second, str):
        return BETWEEN.join(filter(None, (first, second)))
    if isinstance(first, Mapping):
        return {key: _both(value, second[key]) for key, value in first.items()}
    if isinstance(first, tuple):
        _check(first, second)
        return tuple(map(_both, first, second))
    raise ValueError(f"two papers of one document differ: {first!r} is not {second!r}")


def _parts(first: Part, second: Part) -> tuple[Part, ...]:
    if isinstance(first, Prose) and isinstance(second, Prose) and first != second and first.stand is not Stand.LEAD:
        return (first, replace(second, stand=Stand.BELOW) if first.stand is Stand.POINT else second)
    return (_both(first, second),)


def _field(name: str, first: Any, second: Any) -> Any:
    """Sentences, one after the other and each once; of all else each with its own."""
    if name in _SENTENCES and isinstance(first, tuple):
        return tuple(dict.fromkeys(filter(None, chain.from_iterable(zip_longest(first, second)))))
    return _both(first, second)


def _check(first: Sequence[object], second: Sequence[object]) -> None:
    if len(first) != len(second):
        raise ValueError(f"two papers of one document differ: {len(first)} parts are not {len(second)}")
