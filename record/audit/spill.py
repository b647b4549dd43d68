"""The readings of the journal on disk, a file a bucket: one period of one collection, in the order of their entries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from record.archive import period
from record.archive.period import Period
from record.batch import Batch
from record.network import Network

ROW = np.dtype([("series", "<i4"), ("time", "<i8"), ("entry", "<i8"), ("value", "<f8"), ("flag", "i1")])
"""A reading: the number of its series among the declared ones, seconds since 1970, its entry, float64 or NaN, flag."""

NOBODY = -1
_AT_A_TIME = 1 << 18
"""So many rows wait in memory before they are written, and are read at a time."""

MOST = 500_000
"""So many readings of a bucket, and so many cells of an answer, are compared at a time."""


def rows_of(entry: int, said: Batch, number: dict[str, int]) -> np.ndarray:
    """The rows of batch `entry`, in their order; a series that `number` does not know is `NOBODY`."""
    of_pair = np.array([number.get(name, NOBODY) for name, _ in said.said], dtype=np.int64)
    rows = np.empty(len(said), dtype=ROW)
    rows["series"], rows["time"], rows["entry"] = of_pair[said.which], said.time, entry
    rows["value"], rows["flag"] = said.floats(), said.flag
    return rows


@dataclass(frozen=True, slots=True)
class Bucket:
    """What the journal says of one period; `path` is None for a span of time of which it says nothing."""

    period: Period
    path: Path | None = None

    def parts(self) -> Iterator[np.ndarray]:
        """All rows, in the order of the journal, a part of them at a time."""
        if self.path is None:
            return
        with self.path.open("rb") as file:
            while len(part := np.fromfile(file, dtype=ROW, count=_AT_A_TIME)):
                yield part

    def portions(self, members: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The series numbers `members` in portions of some `MOST` readings and cells, each with its rows.

        A portion is one series at least, however many its readings are.
        """
        count, times = np.zeros(int(members.max()) + 1, dtype=np.int64), np.empty(0, dtype=np.int64)
        for part in self.parts():
            count += np.bincount(part["series"], minlength=len(count))
            times = np.union1d(times, part["time"])
        share = np.cumsum(np.maximum(count[members], len(times))) // MOST
        for portion in np.split(members, np.flatnonzero(np.diff(share)) + 1):
            wanted = np.zeros(len(count), dtype=bool)
            wanted[portion] = True
            yield portion, np.concatenate([np.empty(0, ROW), *(part[wanted[part["series"]]] for part in self.parts())])


class Spill:
    """Writes rows into buckets below `folder`, one open file at a time."""

    def __init__(self, folder: Path, network: Network) -> None:
        self.number = {name: place for place, name in enumerate(network.series)}
        self._folder = folder
        self._collections = list(network.collections.values())
        place = {collection.id: place for place, collection in enumerate(self._collections)}
        self._collection = np.array([place[one.collection] for one in network.series.values()], dtype=np.int64)
        self._buckets: dict[Period, Path] = {}
        self._waiting: list[np.ndarray] = []
        self._count = 0

    def put(self, rows: np.ndarray) -> None:
        """Take rows of declared series, of a later entry than all before."""
        self._waiting.append(rows)
        self._count += len(rows)
        if self._count >= _AT_A_TIME:
            self._write()

    def buckets(self, collection: str, span: tuple[int, int]) -> Sequence[Bucket]:
        """The buckets of a collection in order of time.

        The times of `span` (start, end) of which nothing is said come as empty buckets in their places.
        """
        self._write()
        found: list[Bucket] = []
        until, end = span
        for known in sorted(key for key in self._buckets if key.collection == collection):
            if until < known.start:
                found.append(Bucket(Period(collection, until, known.start)))
            found.append(Bucket(known, self._buckets[known]))
            until = known.end
        return [*found, Bucket(Period(collection, until, end))] if until < end else found

    def _write(self) -> None:
        rows = np.concatenate([np.empty(0, ROW), *self._waiting])
        self._waiting, self._count = [], 0
        of_row = self._collection[rows["series"]]
        for place in np.unique(of_row).tolist():
            collection, mine = self._collections[place], rows[of_row == place]
            begin = period.starts(collection.interval, mine["time"])
            for start in np.unique(begin).tolist():
                self._append(period.period_from(collection.id, collection.interval, start), mine[begin == start])

    def _append(self, into: Period, rows: np.ndarray) -> None:
        path = self._buckets.setdefault(into, self._folder / f"{into.collection}.{into.start}.rows")
        with path.open("ab") as file:
            file.write(rows.tobytes())
