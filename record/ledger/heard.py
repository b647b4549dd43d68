"""What was said of many readings at once: a few questions to the archive for a whole page of the ledger.

What stands at a place and what it superseded are all that was ever said there; the first of them is the entry of the
lowest index. So one grid a collection and one look into the superseded rows tell everything, sealed periods too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from record import leaf as leaves
from record import tables
from record.archive.cells import FEW
from record.archive.grid import ANSWERED, Asked, Grid
from record.archive.snapshot import Snapshot
from record.ledger.row import Heard, Saying
from record.network import Network
from record.quantities import ENTRY

Place = tuple[str, int]
"""A series and a time, in seconds since 1970."""
_AT_A_TIME = 500


class _Said(NamedTuple):
    """That an entry speaks of a place, and whether it gives a value."""

    entry: int
    valued: bool


def heard(snapshot: Snapshot, network: Network, places: Iterable[Place], count: int) -> dict[Place, Heard]:
    """What the first `count` entries say of each place; one of which nothing was said is absent."""
    said: defaultdict[Place, set[_Said]] = defaultdict(set)
    for collection, mine in _by_collection(network, places).items():
        names = list(dict.fromkeys(series for series, _ in mine))
        numbers = _numbers(snapshot.connection, names)
        if numbers:
            _take_standing(snapshot, network, collection, mine, numbers, count, said)
            _take_superseded(snapshot.connection, mine, numbers, count, said)
    firsts = {place: _first(found) for place, found in said.items()}
    known = sayings(snapshot.connection, {first for first in firsts.values() if first is not None})
    return {place: _heard(found, firsts[place], known) for place, found in said.items()}


def sayings(connection: Connection, entries: Iterable[int]) -> dict[int, Saying]:
    """When each of these entries was received and entered, and from whom."""
    column, wanted = tables.entry.c, sorted(entries)
    found: dict[int, Saying] = {}
    for first in range(0, len(wanted), _AT_A_TIME):
        part = wanted[first : first + _AT_A_TIME]
        question = select(column.idx, column.source, column.entered, column.leaf).where(column.idx.in_(part))
        for row in connection.execute(question):
            found[row.idx] = Saying(
                entry=row.idx,
                source=row.source,
                received=leaves.parse_time(leaves.decode(bytes(row.leaf)).content["received"]),
                entered=datetime.fromtimestamp(row.entered, UTC),
            )
    return found


def _by_collection(network: Network, places: Iterable[Place]) -> dict[str, set[Place]]:
    found: defaultdict[str, set[Place]] = defaultdict(set)
    for series, time in places:
        found[network.series[series].collection].add((series, time))
    return found


def _numbers(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """The row number of each series that ever spoke."""
    row, found = tables.series.c, dict[str, int]()
    for first in range(0, len(names), _AT_A_TIME):
        part = names[first : first + _AT_A_TIME]
        found |= {one.id: one.no for one in connection.execute(select(row.id, row.no).where(row.id.in_(part)))}
    return found


def _take_standing(
    snapshot: Snapshot,
    network: Network,
    collection: str,
    places: set[Place],
    numbers: Mapping[str, int],
    count: int,
    said: defaultdict[Place, set[_Said]],
) -> None:
    """What stood at each place when the journal held `count` entries."""
    declared = [network.series[name] for name in numbers]
    asked = Asked(
        numbers=list(numbers.values()),
        stations=[series.station for series in declared],
        quantities=[series.quantity for series in declared],
    )
    times = [time for _, time in places]
    grid = snapshot.grid(collection, asked, min(times), max(times) + 1, count, ANSWERED)
    row_of = {station: row for row, station in enumerate(grid.stations)}
    column_of = _columns(grid, times)
    for series, time in places:
        if series in numbers and time in column_of:
            one = network.series[series]
            at = row_of[one.station], column_of[time]
            entry = int(grid.layers[f"{one.quantity}{ENTRY}"][at])
            if entry >= 0:
                said[series, time].add(_Said(entry, not np.isnan(grid.layers[one.quantity][at])))


def _columns(grid: Grid, times: Sequence[int]) -> dict[int, int]:
    wanted = set(times)
    return {time: column for column, time in enumerate(grid.time.tolist()) if time in wanted}


def _take_superseded(
    connection: Connection,
    places: set[Place],
    numbers: Mapping[str, int],
    count: int,
    said: defaultdict[Place, set[_Said]],
) -> None:
    """What was said at each place before what stands there."""
    row, name_of = tables.superseded.c, {number: name for name, number in numbers.items()}
    times = [time for _, time in places]
    question = select(row.series, row.time, row.entry, row.value).where(row.entry < count)
    question = question.where(row.time >= min(times), row.time <= max(times))
    if len(numbers) <= FEW:
        question = question.where(row.series.in_(list(name_of)))
    for number, time, entry, value in connection.execute(question):
        place = (name_of.get(number, ""), time)
        if place in places:
            said[place].add(_Said(entry, value is not None))


def _first(found: Iterable[_Said]) -> int | None:
    """The entry that gave a value first."""
    return min((one.entry for one in found if one.valued), default=None)


def _heard(found: Iterable[_Said], first: int | None, known: Mapping[int, Saying]) -> Heard:
    without = min((one.entry for one in found if not one.valued), default=None)
    if first is None:
        return Heard(without_value=without)
    later = sorted({one.entry for one in found if one.entry > first})
    return Heard(
        first=known[first], amended=tuple(later), without_value=without if without is None or without < first else None
    )
