"""`arna derive`: what working computed series out anew would change, before it is entered."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from arna import jobs
from arna.desk import Clock
from ingest.consequence import Consequence
from ingest.derive import derive_again
from ingest.quality.alone import judge_alone
from record.archive import Archive, Record
from record.entry import Flag
from record.errors import UnknownName
from record.health import FOLLOW
from record.network import Network
from record.network.computed import computed_id, words_of

if TYPE_CHECKING:
    from record.writer import Pen

COLUMNS = ("series", "time", "value", "flag", "instead_of", "reason")


def computed_series(network: Network) -> tuple[str, ...]:
    """The ids of all series that are computed."""
    return tuple(f"{computed_id(row.station)}.{word}" for row in network.derived for word in words_of(row))


def again(
    network: Network, archive: Archive, start: datetime, end: datetime, series: Sequence[str]
) -> Iterator[Consequence]:
    """What would be entered, of these series or of all; raise `UnknownName` for one that is not computed."""
    known = computed_series(network)
    for name in series:
        if name not in known:
            raise UnknownName(f"series {name!r} is not computed: use one of {', '.join(known) or 'none, as none is'}")
    span = int(start.timestamp()), int(end.timestamp())
    return derive_again(frozenset(series or known), span, network, archive, judge_alone)


def rows(found: Sequence[Consequence]) -> list[dict[str, Any]]:
    """A row a value: what it would be, and the entry that stands in its place now."""
    return [
        {
            "series": name,
            "time": datetime.fromtimestamp(time, UTC),
            "value": _written(value),
            "flag": Flag(flag).word,
            "instead_of": None if entry < 0 else entry,
            "reason": None if entry < 0 else one.reason,
        }
        for one in found
        for (name, _, time, value, flag), entry in zip(one.said.rows(), one.instead_of.tolist(), strict=True)
    ]


def _written(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def let_follow(record: Record, pen: "Pen", now: Clock) -> None:
    """Let follow what follows from what was entered; a fault of that undoes nothing, and is tried again."""
    done = jobs.follow(record, pen, now)
    if done.fault is not None:
        sys.stderr.write(f"arna: {FOLLOW}: {done.fault}; `arna ingest` tries again\n")
