"""The times of a whole collection: all of which anyone ever spoke, of any of its series.

A time that was spoken of once stays: corrections take its place and never take it away. So the axis of more entries
holds that of fewer, and only what was entered between the two is looked up.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from sqlalchemy import select

from record import tables
from record.archive import changes
from record.archive.cache import Cache
from record.archive.segment import manifest
from record.archive.segment.opened import Opened
from record.archive.segment.segments import Reading
from record.archive.snapshot import Snapshot
from record.quantities import ENTRY
from record.selection import EARLIEST, LATEST

_REMEMBERED_TIMES = 4_000_000
_ALWAYS = EARLIEST.timestamp(), LATEST.timestamp()
_NEAR = 86_400

Member = Callable[[str], bool]
"""Whether a series may be of the collection."""


class Axes:
    """The axes that were asked for lately; safe under threads."""

    def __init__(self) -> None:
        self._held: Cache[np.ndarray] = Cache(_REMEMBERED_TIMES, len)
        self._newest: dict[str, int] = {}

    def of(self, snapshot: Snapshot, collection: str, count: int, member: Member) -> np.ndarray:
        """The times of which the first `count` entries spoke, rising, each once (int64), not to be written to.

        Raises `RecordDamaged` or `RecordError` where a sealed file is not as it should be.
        """
        before = self._newest.get(collection, count)
        held = self._held.held([(collection, count), (collection, before)])
        if (collection, count) in held:
            return held[collection, count]
        earlier = held.get((collection, before))
        if earlier is None or not before <= count <= before + changes.AT_A_TIME:
            made = read(snapshot, collection, *_ALWAYS, count)
        else:
            said = changes.read(snapshot.connection, before, count)
            windows = _windows((one.start, one.end) for entry in said for one in entry.spoken if member(one.series))
            fresh = [read(snapshot, collection, start, end, count) for start, end in windows]
            made = np.unique(np.concatenate([earlier, *fresh]))
        made.flags.writeable = False
        self._held.keep({(collection, count): made})
        self._newest[collection] = max(count, self._newest.get(collection, 0))
        return made


def _windows(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans, those that lie near to each other taken together."""
    start = end = None
    for first, last in sorted(spans):
        if start is None or end is None:
            start, end = first, last
        elif first <= end + _NEAR:
            end = max(end, last)
        else:
            yield start, end
            start, end = first, last
    if start is not None and end is not None:
        yield start, end


def read(snapshot: Snapshot, collection: str, start: float, end: float, count: int) -> np.ndarray:
    """The same of start <= time < end, from the files and tables."""
    parts = [np.empty(0, dtype=np.int64)]
    pieces = [piece for piece in manifest.current(snapshot.connection, collection, start, end) if piece.low < count]
    for piece, file in zip(pieces, snapshot.segments.open_all(pieces), strict=True):
        window = file.window(start, end)
        parts.append(file.time[window] if piece.size <= count else _spoken(snapshot, file, window, count))
    return np.unique(np.concatenate([*parts, *_of_rows(snapshot, collection, start, end, count)]))


def _spoken(snapshot: Snapshot, file: Opened, window: slice, count: int) -> np.ndarray:
    """The times of a file of which it holds what an entry before `count` said."""
    times = file.time[window]
    spoken, reading = np.zeros(len(times), dtype=bool), Reading(file, np.arange(len(file.stations)), window)
    for name in file.variables if len(times) else ():
        if name.endswith(ENTRY):
            entry = np.full((len(file.stations), len(times)), -1, dtype=np.int64)
            reading.put(snapshot.segments.blocks(reading.blocks(name), {file.name: file}), name, entry)
            spoken |= ((entry >= 0) & (entry < count)).any(axis=0)
    return times[spoken]


def _of_rows(snapshot: Snapshot, collection: str, start: float, end: float, count: int) -> Iterator[np.ndarray]:
    """The times of the recent rows, and of those that stood then and were superseded since."""
    row, old, series = tables.recent.c, tables.superseded.c, tables.series.c
    questions = []
    for period in manifest.open_periods(snapshot.connection, collection, start, end, count):
        asked = period.stretches(start, end)
        within = row.stretch.between(asked[0], asked[-1])
        questions.append(
            select(row.time).distinct().where(within, row.time >= start, row.time < end, row.entry < count)
        )
    if count < snapshot.size:
        members = select(series.no).where(series.collection == collection)
        stood = (old.time >= start) & (old.time < end) & (old.entry < count) & (old.ended >= count)
        questions.append(select(old.time).distinct().where(stood, old.series.in_(members)))
    for question in questions:
        yield np.array(snapshot.connection.execute(question).scalars().all(), dtype=np.int64)
