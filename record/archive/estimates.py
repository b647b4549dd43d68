"""Which readings their senders call an estimate: the method stands in the entry that says them, and nowhere else."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from record import journal
from record import leaf as leaves
from record.entry import Method
from record.proof import canonical

_SPELLED = canonical.encode({"method": Method.ESTIMATED.value})[1:-1]
"""How canonical JSON spells it: an entry without these bytes holds none, and need not be read."""


class Estimate(NamedTuple):
    """A reading that an entry calls an estimate."""

    series: str
    time: datetime
    entry: int


def read(connection: Connection, entries: Sequence[int]) -> Iterator[Estimate]:
    """All that these entries, whose indexes rise, call an estimate; whether it stands is not asked."""
    for entry in journal.entries_of(connection, None, entries):
        if _SPELLED in entry.raw:
            leaf = entry.leaf
            batch = leaves.batch_of(leaf)
            for number, time in zip(batch.which.tolist(), batch.time.tolist(), strict=True):
                series, method = batch.said[number]
                if method is Method.ESTIMATED:
                    yield Estimate(series, datetime.fromtimestamp(time, UTC), entry.index)
