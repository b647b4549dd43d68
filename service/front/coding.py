"""Which coding of a body an asker likes best, by RFC 9110, 12.5.3."""

import re
from enum import StrEnum

_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?", re.ASCII)
_MOST = 32
"""Wishes beyond so many are not read."""


class Coding(StrEnum):
    """The codings that we have, the better one first; a body without one is sent as it is."""

    ZSTD = "zstd"
    GZIP = "gzip"


_CALLED = {"zstd": Coding.ZSTD, "gzip": Coding.GZIP, "x-gzip": Coding.GZIP}
_IDENTITY, _ANY = "identity", "*"


def coding_of(said: str) -> Coding | None:
    """The coding that an Accept-Encoding header likes best; None for a body as it is.

    Of those liked alike zstd comes before gzip, and both before none, unless `identity` is named and liked more. Where
    nothing that we have may be sent the body goes as it is, which everybody can read.
    """
    if not said:
        return None
    liked = _liked(said)
    others = liked.get(_ANY, 0.0)
    weights = {coding: liked.get(coding.value, others) for coding in Coding}
    best = max(weights.values())
    if best <= 0 or liked.get(_IDENTITY, 0.0) > best:
        return None
    return next(coding for coding, weight in weights.items() if weight == best)


def _liked(said: str) -> dict[str, float]:
    """Each name with its weight; of a name that comes twice the last counts."""
    found = {}
    for wish in said.lower().split(",")[:_MOST]:
        name, *parameters = wish.split(";")
        called = name.strip()
        found[_CALLED.get(called, called)] = _weight(parameters)
    return found


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return float(value) if _WEIGHT.fullmatch(value.strip()) else 0.0
    return 1.0
