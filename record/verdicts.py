"""What each check found, as entries spell it: the names of the checks, and a text a row with one digit a check.

The digits are the flags of the QARTOD scale. The first check is as a rule `said`: the flag that the sender itself gave,
or unknown, before anyone judged the value.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from record.entry import Flag

SAID = "said"
"""The check that keeps the sender's own word of quality."""
MAX_CHECKS = 32

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_ZERO = ord("0")
_ON_SCALE = np.zeros(256, dtype=bool)
_ON_SCALE[[_ZERO + int(flag) for flag in Flag]] = True


def spelled(checks: tuple[str, ...], verdicts: np.ndarray) -> dict[str, Any]:
    """The field of an entry for `verdicts` (int8, a row an observation, a column a check).

    Raises `ValueError` for names that are none or too many, and for a flag that is not on the scale.
    """
    _refuse_strange(list(checks))
    digits = (verdicts + _ZERO).astype(np.uint8)
    if not _ON_SCALE[digits].all():
        raise ValueError("a verdict that is not on the QARTOD scale")
    text, width = digits.tobytes().decode("ascii"), len(checks)
    return {"checks": list(checks), "flags": [text[at : at + width] for at in range(0, len(text), width)]}


def read(field: Any, count: int) -> tuple[tuple[str, ...], np.ndarray]:
    """The names and verdicts that the field of an entry of `count` rows holds.

    Raises `ValueError`, `TypeError` or `KeyError` where they are not as this house writes them.
    """
    checks, flags = field["checks"], field["flags"]
    if len(field) > 2 or not isinstance(checks, list) or not isinstance(flags, list):
        raise ValueError("verdicts are names of checks, and flags")
    _refuse_strange(checks)
    if len(flags) != count or set(map(len, flags)) != {len(checks)}:
        raise ValueError("the verdicts are not one a row and check")
    digits = np.frombuffer("".join(flags).encode("ascii"), dtype=np.uint8)
    if not _ON_SCALE[digits].all():
        raise ValueError("a verdict that is not on the QARTOD scale")
    return tuple(checks), (digits.astype(np.int8) - _ZERO).reshape(count, len(checks))


def of_row(field: Mapping[str, Any] | None, position: int) -> Iterator[tuple[str, Flag]]:
    """Each check of an entry's field with what it found of one row; nothing where nobody noted it."""
    if field is not None:
        yield from zip(field["checks"], map(Flag, map(int, field["flags"][position])), strict=True)


def weight(checks: tuple[str, ...]) -> tuple[int, int]:
    """How many bytes the verdicts add to an entry, and to each of its rows."""
    return (sum(map(len, checks), start=40 + 3 * len(checks)), 3 + len(checks)) if checks else (0, 0)


def _refuse_strange(checks: list[Any]) -> None:
    if not 0 < len(checks) <= MAX_CHECKS or len(set(checks)) < len(checks):
        raise ValueError(f"{len(checks)} checks, or one twice: at most {MAX_CHECKS}, each once")
    if not all(map(_NAME.fullmatch, checks)):
        raise ValueError("a check whose name is not of small letters, digits and hyphens")
