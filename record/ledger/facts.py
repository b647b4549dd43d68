"""What is known of the sources: their last messages, what was refused of late, and series that do not move."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import Connection, func, select

from record import journal, tables
from record import leaf as leaves
from record.archive.grid import ANSWERED, Asked, Grid
from record.archive.snapshot import Snapshot
from record.ledger.heard import sayings
from record.ledger.row import Saying
from record.network import Network
from record.quantities import ENTRY

_DAY = timedelta(days=1)
_STEP = {
    "10-minute": timedelta(minutes=10),
    "hourly": timedelta(hours=1),
    "term": _DAY,
    "daily": _DAY,
    "10-day": 11 * _DAY,
    "monthly": 31 * _DAY,
}
"""How far apart the readings of an interval stand at most, where none is missing."""
_GAPS = 2
"""So many times that far is looked back, since readings are missing now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """A declared source: its last message, and of the last day how many statements it made and how many were refused.

    `statements` counts the refused ones too. `last` is None for a source that never spoke.
    """

    source: str
    last: Saying | None
    statements: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A series whose last `readings` values are all the same `value`, since the first of them; `source` said the last.

    Values of zero make no run: a canal is closed and no rain falls for months.
    """

    series: str
    source: str
    value: float
    readings: int
    since: datetime


def last_messages(connection: Connection, network: Network) -> dict[str, Saying | None]:
    """The last entry of each declared source, refused ones too."""
    column, last = tables.entry.c, dict[str, int]()
    for source in network.sources:
        newest = select(column.idx).where(column.source == source).order_by(column.seq.desc()).limit(1)
        entry = connection.execute(newest).scalar()
        if entry is not None:
            last[source] = entry
    known = sayings(connection, last.values())
    return {source: known[last[source]] if source in last else None for source in network.sources}


def began(connection: Connection) -> datetime | None:
    """When the first entry was entered; None for an empty journal."""
    entered = connection.execute(select(tables.entry.c.entered).where(tables.entry.c.idx == 0)).scalar()
    return None if entered is None else datetime.fromtimestamp(entered, UTC)


def source_facts(connection: Connection, network: Network, now: datetime) -> list[SourceFacts]:
    """What is known of each declared source at `now`."""
    first = journal.size_as_of(connection, now - _DAY)
    column = tables.refusal.c
    counted = select(column.source, func.count()).where(column.entry >= first).group_by(column.source)
    refused = {source: int(number) for source, number in connection.execute(counted)}
    return [
        SourceFacts(
            source=source,
            last=last,
            # Only of who was refused something the share matters, and so the entries are read.
            statements=refused[source] + _rows(connection, source, first) if source in refused else 0,
            refused=refused.get(source, 0),
        )
        for source, last in last_messages(connection, network).items()
    ]


def _rows(connection: Connection, source: str, first: int) -> int:
    column = tables.entry.c
    batches = select(column.leaf).where(column.idx >= first, column.source == source, column.kind == leaves.BATCH)
    return sum(len(leaves.decode(bytes(raw)).content["rows"]) for raw in connection.execute(batches).scalars())


def runs(snapshot: Snapshot, network: Network, wanted: Mapping[str, int], now: datetime) -> list[Run]:
    """Series of the sources `wanted` whose last values are all the same, so many as is given for each source."""
    found: list[Run] = []
    for collection, members in spoken_by(snapshot.connection, network, list(wanted)).items():
        most = max(wanted[source] for source, _ in members.values())
        step = _STEP[network.collection(collection).interval]
        start = now - _GAPS * most * step
        declared = [network.series[name] for name in members]
        asked = Asked(
            numbers=[number for _, number in members.values()],
            stations=[series.station for series in declared],
            quantities=[series.quantity for series in declared],
        )
        grid = snapshot.grid(collection, asked, start.timestamp(), now.timestamp(), snapshot.size, ANSWERED)
        sources = {name: source for name, (source, _) in members.items()}
        found += _runs_in(grid, network, sources, wanted)
    return found


def spoken_by(
    connection: Connection, network: Network, sources: Sequence[str]
) -> dict[str, dict[str, tuple[str, int]]]:
    """By collection, the series whose newest reading one of the sources said: that source and the series' number."""
    newest, entry, series = tables.latest.c, tables.entry.c, tables.series.c
    question = (
        select(series.id, entry.source, series.no)
        .join(tables.latest, newest.series == series.no)
        .join(tables.entry, entry.idx == newest.entry)
        .where(entry.source.in_(sources))
        .order_by(series.no)
    )
    found: defaultdict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
    for name, source, number in connection.execute(question):
        if name in network.series:
            found[network.series[name].collection][name] = (source, number)
    return found


def _runs_in(grid: Grid, network: Network, sources: Mapping[str, str], wanted: Mapping[str, int]) -> Iterator[Run]:
    row_of = {station: row for row, station in enumerate(grid.stations)}
    for name, source in sources.items():
        series = network.series[name]
        row = row_of[series.station]
        value = grid.layers[series.quantity][row]
        said = (grid.layers[f"{series.quantity}{ENTRY}"][row] >= 0) & ~np.isnan(value)
        values, times = value[said], grid.time[said]
        length = _run(values)
        if length >= wanted[source] and values[-1]:
            since = datetime.fromtimestamp(int(times[-length]), UTC)
            yield Run(series=name, source=source, value=float(values[-1]), readings=length, since=since)


def _run(values: np.ndarray) -> int:
    """How many of the last values are the same."""
    if not len(values):
        return 0
    other = np.flatnonzero(values != values[-1])
    return len(values) - (int(other[-1]) + 1 if len(other) else 0)
