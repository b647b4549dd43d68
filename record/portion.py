"""Cutting what a message says into entries that stay under the size that tiles can carry (65,535 bytes)."""

import base64
import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from record import verdicts
from record.batch import Batch
from record.entry import Refusal
from record.leaf import MAX_BYTES, MAX_ROWS
from record.place import places

MAX_FRAGMENT = 4096
_MAX_TEXT = 300
_ROW_BYTES = 56
_SERIES_BYTES = 50


def batches(said: Batch) -> Iterator[Batch]:
    """Portions that make entries of a good size, none of which speaks of the same series and time twice."""
    if not len(said):
        return
    number = {name: place for place, name in enumerate(said.series)}
    spoken_of = places(said.numbered(number), said.time)
    named = np.array([_SERIES_BYTES + len(name) for name, _ in said.said], dtype=np.int64)
    once, each = verdicts.weight(said.checks)
    start = 0
    while start < len(said):
        end = min(start + MAX_ROWS, len(said))
        which = said.which[start:end]
        weight = np.full(end - start, _ROW_BYTES + each, dtype=np.int64)
        newly = np.unique(which, return_index=True)[1]
        weight[newly] += named[which[newly]]
        end = start + max(1, int(np.searchsorted(np.cumsum(weight), MAX_BYTES - once, side="right")))
        end = start + _until_repeated(spoken_of[start:end])
        yield said.part(start, end)
        start = end


def _until_repeated(spoken_of: np.ndarray) -> int:
    """How many of the first places differ from each other."""
    first = np.unique(spoken_of, return_index=True)[1]
    if len(first) == len(spoken_of):
        return len(first)
    repeated = np.ones(len(spoken_of), dtype=bool)
    repeated[first] = False
    return int(np.argmax(repeated))


def halves(portion: Batch) -> list[Batch]:
    """A portion that came out too large, cut in two."""
    middle = len(portion) // 2
    return [portion.part(0, middle), portion.part(middle, len(portion))]


def refused(refusals: Sequence[Refusal]) -> Iterator[list[dict[str, Any]]]:
    """Portions of refusals as entries carry them; a long fragment is cut, its receipt keeps all of it."""
    portion, weight = list[dict[str, Any]](), 0
    for refusal in refusals:
        row = {
            "where": plain(refusal.where),
            "reason": plain(refusal.reason),
            "bytes": len(refusal.fragment),
            "fragment": base64.b64encode(refusal.fragment[:MAX_FRAGMENT]).decode(),
        }
        # As ASCII, with every letter beyond it escaped: never less than what the entry takes.
        heavy = len(json.dumps(row)) + 1
        if portion and weight + heavy > MAX_BYTES:
            yield portion
            portion, weight = [], 0
        portion.append(row)
        weight += heavy
    if portion:
        yield portion


def plain(text: str) -> str:
    """Text that canonical JSON and every database can hold: a message may quote anything, NUL or half a letter."""
    whole = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
    return unicodedata.normalize("NFC", whole)[:_MAX_TEXT]
