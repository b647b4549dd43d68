"""Cutting what a message says into entries that stay under the size that tiles can carry (65,535 bytes)."""

import base64
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from record.entry import Observation, Refusal
from record.leaf import MAX_BYTES, MAX_ROWS

_MAX_FRAGMENT = 4096
_MAX_REFUSALS = 6
_MAX_TEXT = 300
_ROW_BYTES = 56
_SERIES_BYTES = 50


def batches(observations: Sequence[Observation]) -> Iterator[Sequence[Observation]]:
    """Portions that make entries of a good size, none of which speaks of the same series and time twice."""
    portion: list[Observation] = []
    places: set[tuple[str, int]] = set()
    named: set[str] = set()
    weight = 0
    for seen in observations:
        place = (seen.series, int(seen.time.timestamp()))
        heavy = _ROW_BYTES + (0 if seen.series in named else _SERIES_BYTES + len(seen.series))
        if len(portion) == MAX_ROWS or weight + heavy > MAX_BYTES or place in places:
            yield portion
            portion, places, named, weight = [], set(), set(), 0
        portion.append(seen)
        places.add(place)
        named.add(seen.series)
        weight += heavy
    if portion:
        yield portion


def halves(portion: Sequence[Observation]) -> list[Sequence[Observation]]:
    """A portion that came out too large, cut in two."""
    middle = len(portion) // 2
    return [portion[:middle], portion[middle:]]


def refused(refusals: Sequence[Refusal]) -> Iterator[list[dict[str, Any]]]:
    """Portions of refusals as entries carry them; a long fragment is cut, its receipt keeps all of it."""
    for first in range(0, len(refusals), _MAX_REFUSALS):
        yield [
            {
                "where": plain(refusal.where),
                "reason": plain(refusal.reason),
                "bytes": len(refusal.fragment),
                "fragment": base64.b64encode(refusal.fragment[:_MAX_FRAGMENT]).decode(),
            }
            for refusal in refusals[first : first + _MAX_REFUSALS]
        ]


def plain(text: str) -> str:
    """Text that canonical JSON can hold: a message may quote anything, half a letter among it."""
    return unicodedata.normalize("NFC", text.encode(errors="replace").decode())[:_MAX_TEXT]
