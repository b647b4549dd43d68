"""The times of a whole collection: all of which anyone ever spoke, of any of its series.

A time that was spoken of once stays: corrections take its place and never take it away. So the axis of more entries
holds that of fewer, and only what was entered between the two is looked up.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, func, select

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
_REMEMBERED_MOVES = 1000
_NO_ENTRY = np.iinfo(np.int64).max

Member = Callable[[str], bool]
"""Whether a series may be of the collection."""


class Axes:
    """The axes that were asked for lately; safe under threads."""

    def __init__(self) -> None:
        self._held: Cache[np.ndarray] = Cache(_REMEMBERED_TIMES, len)
        self._newest: dict[str, int] = {}
        self._moved: Cache[list[int]] = Cache(_REMEMBERED_MOVES, lambda _: 1)

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

    def moved(self, snapshot: Snapshot, collection: str, then: int, count: int, member: Member) -> int | None:
        """The first time that was said, by one of the entries [then, count), before a time that was there already.

        So every axis of `then` entries or more has, up to this time, the same times at the same places as that of
        `count`. None where all that came in came behind. Raises as `of` does.
        """
        key = collection, then, count
        known = self._moved.held([key]).get(key)
        if known is None:
            known = self._late(snapshot, collection, then, count, member)
            self._moved.keep({key: known})
        return known[0] if known else None

    def _late(self, snapshot: Snapshot, collection: str, then: int, count: int, member: Member) -> list[int]:
        earlier = self.of(snapshot, collection, then, member)
        fresh = np.setdiff1d(self.of(snapshot, collection, count, member), earlier, assume_unique=True)
        return first_late(earlier, *first_said(snapshot, collection, fresh, then, count)) if len(fresh) else []


def first_late(earlier: np.ndarray, time: np.ndarray, entry: np.ndarray) -> list[int]:
    """The first of the times that an entry said before the end that the axis had by then; empty where there is none.

    `earlier` is the axis before all of them, `entry` says which entry was the first to say each time.
    """
    order = np.argsort(entry, kind="stable")
    time, entry = time[order], entry[order]
    # Of an axis without times nothing comes before the end.
    end = earlier[-1:] if len(earlier) else np.array([EARLIEST.timestamp()], dtype=np.int64)
    ends = np.maximum.accumulate(np.concatenate([end, time]))
    # What one entry says comes in at once.
    late = time[time < ends[np.searchsorted(entry, entry)]]
    return [int(late.min())] if len(late) else []


def first_said(
    snapshot: Snapshot, collection: str, fresh: np.ndarray, then: int, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Which of the entries [then, count) was the first to say each of the times of which none before `then` spoke."""
    start, end = int(fresh[0]), int(fresh[-1]) + 1
    found = [np.empty((2, 0), dtype=np.int64)]
    pieces = manifest.current(snapshot.connection, collection, start, end)
    newer = [piece for piece in pieces if piece.low < count and piece.size > then]
    for file in snapshot.segments.open_all(newer):
        window = file.window(start, end)
        first = np.full(len(file.time[window]), _NO_ENTRY)
        for entry in _entries(snapshot, file, window):
            first = np.minimum(first, np.where((entry >= 0) & (entry < count), entry, _NO_ENTRY).min(axis=0))
        found.append(np.stack([file.time[window], first]))
    rows = [*_recent(snapshot, collection, start, end, count), _superseded(collection, start, end, count)]
    for row, said in rows:
        question = select(row.time, func.min(row.entry)).where(said).group_by(row.time)
        pairs = [tuple(pair) for pair in snapshot.connection.execute(question)]
        found.append(np.array(pairs, dtype=np.int64).reshape(-1, 2).T)
    time, entry = np.concatenate(found, axis=1)
    order = np.lexsort((entry, time))
    time, places = np.unique(time[order], return_index=True)
    wanted = np.isin(time, fresh)
    return time[wanted], entry[order][places][wanted]


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
    spoken = np.zeros(len(times), dtype=bool)
    for entry in _entries(snapshot, file, window):
        spoken |= ((entry >= 0) & (entry < count)).any(axis=0)
    return times[spoken]


def _entries(snapshot: Snapshot, file: Opened, window: slice) -> Iterator[np.ndarray]:
    """Of each quantity of a file which entry said what (station, time), -1 where none did."""
    times = file.time[window]
    reading = Reading(file, np.arange(len(file.stations)), window)
    for name in file.variables if len(times) else ():
        if name.endswith(ENTRY):
            entry = np.full((len(file.stations), len(times)), -1, dtype=np.int64)
            reading.put(snapshot.segments.blocks(reading.blocks(name), {file.name: file}), name, entry)
            yield entry


_Rows = tuple[Any, ColumnElement[bool]]
"""The columns of a table, and which of its rows are meant."""


def _of_rows(snapshot: Snapshot, collection: str, start: float, end: float, count: int) -> Iterator[np.ndarray]:
    """The times of the recent rows, and of those that stood then and were superseded since."""
    found = list(_recent(snapshot, collection, start, end, count))
    if count < snapshot.size:
        row, said = _superseded(collection, start, end, count)
        found.append((row, said & (row.ended >= count)))
    for row, said in found:
        question = select(row.time).distinct().where(said)
        yield np.array(snapshot.connection.execute(question).scalars().all(), dtype=np.int64)


def _recent(snapshot: Snapshot, collection: str, start: float, end: float, count: int) -> Iterator[_Rows]:
    """What stands and no file holds, said by an entry before `count`."""
    row = tables.recent.c
    for period in manifest.open_periods(snapshot.connection, collection, start, end, count):
        asked = period.stretches(start, end)
        within = row.stretch.between(asked[0], asked[-1])
        yield row, within & (row.time >= start) & (row.time < end) & (row.entry < count)


def _superseded(collection: str, start: float, end: float, count: int) -> _Rows:
    """What stood once, said by an entry before `count`."""
    old, series = tables.superseded.c, tables.series.c
    members = select(series.no).where(series.collection == collection)
    return old, (old.time >= start) & (old.time < end) & (old.entry < count) & old.series.in_(members)
