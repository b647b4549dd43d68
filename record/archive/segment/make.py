"""Making the file of a period: what stood at a size of the journal, written, hashed, and given its name."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import select

from record import netcdf, tables
from record.archive.answer import Facts, answer_of
from record.archive.dataset import dataset_of
from record.archive.grid import SEALED, Asked, Grid
from record.archive.period import Period
from record.archive.segment.manifest import Piece
from record.archive.snapshot import Snapshot
from record.errors import RecordError, SelectionError
from record.network import Network
from record.quantities import ENTRY

CHUNK = (5, 744)
"""Stations and times compressed together: a month of five hourly gauges. Measured: see docs/performance.md."""

MOST_CELLS = 64_000_000
"""A period with more cells than this is left as rows: its stations hardly share a time, and a grid would be empty."""

_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made for a period, not yet put into its store."""

    path: Path
    piece: Piece


def asked_of(snapshot: Snapshot, collection: str, network: Network) -> Asked:
    """Every series of a collection that ever spoke, declared still or not."""
    row = tables.series.c
    found = snapshot.connection.execute(select(row.no, row.id).where(row.collection == collection)).all()
    order = {name: place for place, name in enumerate(network.series)}
    found = sorted(found, key=lambda pair: (order.get(pair[1], len(order)), pair[1]))
    names = [str(name).rsplit(".", 2) for _, name in found]
    return Asked(
        numbers=[int(number) for number, _ in found],
        stations=[station for station, _, _ in names],
        quantities=[quantity for _, quantity, _ in names],
    )


def gather(snapshot: Snapshot, period: Period, count: int, network: Network) -> Grid:
    """All that the first `count` entries say of a period, by series that are of its collection now.

    Raises `RecordError` where no such series spoke, or where a grid would not hold what they said.
    """
    asked = asked_of(snapshot, period.collection, network)
    try:
        found = snapshot.grid(period.collection, asked, period.start, period.end, count, SEALED, most=MOST_CELLS)
    except SelectionError as fault:
        raise RecordError(f"{period.label} stays as rows: {fault}") from None
    if not len(found.time):
        raise RecordError(f"{period.label} stays as rows: no series that is declared there now spoke of it")
    return _of_those_who_spoke(found)


def _of_those_who_spoke(found: Grid) -> Grid:
    """Without stations and quantities of which nothing is said: who speaks later must not change an earlier file."""
    spoke = {name: found.layers[f"{name}{ENTRY}"] >= 0 for name in found.quantities}
    quantities = [name for name in found.quantities if spoke[name].any()]
    rows = np.zeros(len(found.stations), dtype=bool)
    for name in quantities:
        rows |= spoke[name].any(axis=1)
    stations = [station for station, kept in zip(found.stations, rows.tolist(), strict=True) if kept]
    layers = {name + kind: found.layers[name + kind][rows] for name in quantities for kind in SEALED}
    return Grid(stations, quantities, found.time, layers)


def write(found: Grid, period: Period, count: int, network: Network, folder: Path) -> Made:
    """Write what was gathered to a file in `folder`. The same grid gives the same bytes."""
    collection = network.collection(period.collection)
    dataset = dataset_of(answer_of(found, collection, count, None, Facts(network)))
    path = folder / f"{period.collection}-{period.start}.part-{os.getpid()}"
    try:
        netcdf.write(dataset, path, chunk=CHUNK, level=_LEVEL)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        length = path.stat().st_size
    except OSError as fault:
        path.unlink(missing_ok=True)
        raise RecordError(
            f"{period.label} was not sealed: {fault.strerror or fault}; look at the space left and at the rights of "
            f"{folder.parent}"
        ) from None
    entries = np.concatenate([found.layers[f"{quantity}{ENTRY}"].ravel() for quantity in found.quantities])
    return Made(
        path,
        Piece(
            period=period,
            first=int(found.time[0]),
            last=int(found.time[-1]),
            low=int(entries[entries >= 0].min()),
            size=count,
            sha256=digest,
            bytes=length,
        ),
    )
