"""The newest reading of every series: now from one small table, as of a moment from what stood then."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, func, select

from record import tables
from record.archive.grid import ANSWERED, Asked, Grid
from record.archive.newest import Newest
from record.archive.snapshot import Snapshot
from record.entry import Flag
from record.network import Network
from record.place import NUMBER_BITS
from record.quantities import ENTRY, FLAG

_FLAGS = {int(flag): flag for flag in Flag}
_DAY = 86_400
_LOOK_BACK = (2 * _DAY, 40 * _DAY, 400 * _DAY)
_FIRST, _END = -(1 << 34), 1 << 34


class Latest(NamedTuple):
    """The newest reading of a series."""

    time: datetime
    value: float | None
    flag: Flag
    entry: int


def now(series: Sequence[str], newest: Newest) -> dict[str, Latest]:
    """The newest reading of each series that ever spoke, from the columns of these series."""
    columns = newest.time.tolist(), newest.value.tolist(), newest.flag.tolist(), newest.entry.tolist()
    return {
        name: Latest(datetime.fromtimestamp(time, UTC), None if math.isnan(value) else value, _FLAGS[flag], entry)
        for name, time, value, flag, entry in zip(series, *columns, strict=True)
        if entry >= 0
    }


def then(snapshot: Snapshot, series: Sequence[str], asked: Asked, network: Network, count: int) -> dict[str, Latest]:
    """The newest reading of each series when the journal held `count` entries.

    Looked for among the days before the last of those entries, then further back for the series that were silent.
    """
    entry = tables.entry.c
    entered = snapshot.connection.execute(select(entry.entered).where(entry.idx == count - 1)).scalar()
    found: dict[str, Latest] = {}
    if entered is None:
        return found
    # Who never spoke is not looked for through all the years.
    wanted = {name for name, number in zip(series, asked.numbers, strict=True) if number is not None}
    for collection, members in network.collections.items():
        mine = wanted.intersection(one.id for one in members.series)
        silent = [place for place, name in enumerate(series) if name in mine]
        for start in (*(entered - back for back in _LOOK_BACK), _FIRST):
            if not silent:
                break
            part = asked.only(silent)
            seen = snapshot.grid(collection, part, start, _END, count, ANSWERED)
            found |= {series[silent[place]]: last for place, last in _last(seen, part)}
            silent = [place for place in silent if series[place] not in found]
    return found


def span(connection: Connection, collection: str) -> tuple[int, int] | None:
    """First and last time of which a series of the collection was spoken; None when of none."""
    piece = tables.segment.c
    of_files = select(func.min(piece.first), func.max(piece.last)).where(
        piece.collection == collection, piece.replaced.is_(None)
    )
    bounds = [_span_of_rows(connection, collection), connection.execute(of_files).one()]
    known = [(int(first), int(last)) for first, last in bounds if first is not None]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None


def _span_of_rows(connection: Connection, collection: str) -> tuple[int | None, int | None]:
    """First and last time of the recent rows, found in the first and in the last of their stretches."""
    row, series = tables.recent.c, tables.series.c
    home = connection.execute(select(series.home).where(series.collection == collection).limit(1)).scalar()
    if home is None:
        return None, None
    mine = row.stretch.between(home << NUMBER_BITS, (home + 1 << NUMBER_BITS) - 1)
    # One at a time, for either is the end of an index, and of both together the whole of it would be read.
    first = connection.execute(select(func.min(row.stretch)).where(mine)).scalar()
    last = connection.execute(select(func.max(row.stretch)).where(mine)).scalar()
    low = connection.execute(select(func.min(row.time)).where(row.stretch == first)).scalar()
    high = connection.execute(select(func.max(row.time)).where(row.stretch == last)).scalar()
    return low, high


def _last(seen: Grid, asked: Asked) -> Iterator[tuple[int, Latest]]:
    """Of each series of a grid that spoke, its place in the question and its last reading."""
    row_of = {station: row for row, station in enumerate(seen.stations)}
    rows = np.array([row_of[station] for station in asked.stations], dtype=np.int64)
    for quantity in seen.quantities if len(seen.time) else ():
        spoke = seen.layers[f"{quantity}{ENTRY}"] >= 0
        column = spoke.shape[1] - 1 - np.argmax(spoke[:, ::-1], axis=1)
        of_quantity = np.array([name == quantity for name in asked.quantities], dtype=bool)
        place = np.flatnonzero(of_quantity & np.any(spoke[rows], axis=1))
        at = (rows[place], column[rows[place]])
        columns = (
            place.tolist(),
            seen.time[at[1]].tolist(),
            seen.layers[quantity][at].tolist(),
            seen.layers[f"{quantity}{FLAG}"][at].tolist(),
            seen.layers[f"{quantity}{ENTRY}"][at].tolist(),
        )
        for number, time, value, flag, entry in zip(*columns, strict=True):
            known = None if math.isnan(value) else value
            yield number, Latest(datetime.fromtimestamp(time, UTC), known, _FLAGS[flag], entry)
