"""What a stretch of the journal says anew, for who follows it: which series at which times, and by whom."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from record import leaf as leaves
from record import tables
from record.leaf import Leaf
from record.place import MASK, SHIFT, TIME_BITS, places

AT_A_TIME = 200
"""So many entries are read in one transaction: they never change, and a long one would hold up the pen."""


NEAR = 40 * 86_400
"""Times of a series that lie as near to each other, in seconds, are told as one stretch."""


class Spoken(NamedTuple):
    """Times of a series of which an entry says something: `start <= time < end`, in seconds since 1970."""

    series: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """An entry that says something of readings, by its index and its source: the stretches of each series.

    Of a network that came into force, `network` is its version, and no series is named.
    """

    entry: int
    source: str
    spoken: tuple[Spoken, ...] = ()
    network: str | None = None


def read(connection: Connection, first: int, past: int) -> list[Entered]:
    """The batches and networks among entries [first, past), in order."""
    row = tables.entry.c
    question = (
        select(row.idx, row.leaf)
        .where(row.idx >= first, row.idx < past, row.kind.in_([leaves.BATCH, leaves.NETWORK]))
        .order_by(row.idx)
    )
    return [_entered(index, leaves.decode(bytes(raw))) for index, raw in connection.execute(question)]


def _entered(index: int, leaf: Leaf) -> Entered:
    if leaf.kind == leaves.NETWORK:
        return Entered(entry=index, source=leaf.source, network=str(leaf.content["version"]))
    return Entered(entry=index, source=leaf.source, spoken=_spoken(leaf))


def _spoken(leaf: Leaf) -> tuple[Spoken, ...]:
    """The stretches of each series that a batch names; the same series by two methods is one."""
    said = leaves.batch_of(leaf)
    names = list(dict.fromkeys(said.series))
    place = np.sort(places(said.numbered({name: number for number, name in enumerate(names)}), said.time))
    if not len(place):
        return ()
    # Two series are further apart than any two times of one.
    begins = np.flatnonzero(np.diff(place, prepend=place[:1] - NEAR - 1) > NEAR)
    ends = np.append(begins[1:], len(place)) - 1
    first, last = place[begins], place[ends]
    return tuple(
        Spoken(names[number], start, end + 1)
        for number, start, end in zip(
            (first >> TIME_BITS).tolist(),
            ((first & MASK) - SHIFT).tolist(),
            ((last & MASK) - SHIFT).tolist(),
            strict=True,
        )
    )
