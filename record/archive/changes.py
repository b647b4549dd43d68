"""What a stretch of the journal says anew, for who follows it: which series at which times, and by whom."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from record import leaf as leaves
from record import tables
from record.leaf import Leaf

AT_A_TIME = 200
"""So many entries are read in one transaction: they never change, and a long one would hold up the pen."""


class Spoken(NamedTuple):
    """Times of a series of which an entry says something: `start <= time < end`, in seconds since 1970."""

    series: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """An entry that says something of readings, by its index and its source: the first and last time of each series.

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
    """The span of each series that a batch names; the same series by two methods is one."""
    said = leaves.batch_of(leaf)
    number = {name: place for place, name in enumerate(said.series)}
    of_series = said.numbered(number)
    start = np.full(len(number), np.iinfo(np.int64).max)
    end = np.full(len(number), np.iinfo(np.int64).min)
    np.minimum.at(start, of_series, said.time)
    np.maximum.at(end, of_series, said.time + 1)
    return tuple(map(Spoken, number, start.tolist(), end.tolist()))
