"""How the record lies in one state of its database: its entries, files and open periods, each looked up once.

A record changes every few minutes and is asked many times between. What is small and the same for every question is so
remembered for the state in which it was read, and for no other.
"""

import threading
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from record import journal
from record.archive import newest
from record.archive.newest import Newest
from record.archive.segment import manifest
from record.archive.segment.manifest import OpenPeriod, Piece
from record.pulse import Pulse

EVER = -(1 << 62), 1 << 62
"""Before all times and after them."""
_FEW = 50


@dataclass(slots=True, eq=False)
class Outline:
    """What is known of one state; safe under threads, which may look the same thing up twice and keep one."""

    _size: int | None = None
    _pieces: dict[str, "_Pieces"] = field(default_factory=dict)
    _open: dict[str, list[OpenPeriod]] = field(default_factory=dict)
    _newest: Newest | None = None
    states: dict[tuple[int, int], list[tuple[int, int, int]]] = field(default_factory=dict)
    """For stretches from one to another, those that hold rows: which, how many, and the last entry of them."""

    def size(self, connection: Connection) -> int:
        """How many entries the journal holds."""
        if self._size is None:
            self._size = journal.size(connection)
        return self._size

    def pieces(self, connection: Connection, collection: str, start: float, end: float) -> list[Piece]:
        """The standing pieces of a collection that hold a time from `start` to before `end`, in order of time."""
        held = self._pieces.get(collection)
        if held is None:
            found = manifest.current(connection, collection, *EVER)
            held = _Pieces(found, [piece.first for piece in found], [piece.last for piece in found])
            self._pieces[collection] = held
        return held.within(start, end)

    def open_periods(
        self, connection: Connection, collection: str, start: float, end: float, count: int
    ) -> list[OpenPeriod]:
        """The periods of a collection, start <= time < end, with recent rows that the first `count` entries may say."""
        held = self._open.get(collection)
        if held is None:
            held = self._open[collection] = manifest.open_periods(connection, collection, *EVER, EVER[1])
        return [one for one in held if one.period.start < end and one.period.end > start and one.low < count]

    def newest(self, connection: Connection, numbers: Sequence[int | None]) -> Newest:
        """The newest reading of the series of these numbers, in their order; of a few no others are looked up."""
        held = self._newest
        if held is None and len(numbers) <= _FEW:
            return newest.read(connection, [number for number in numbers if number is not None]).of(numbers)
        if held is None:
            held = self._newest = newest.read(connection)
        return held.of(numbers)


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Pieces in order of time, of which no two overlap, with their first and their last times."""

    held: list[Piece]
    first: list[int]
    last: list[int]

    def within(self, start: float, end: float) -> list[Piece]:
        return self.held[bisect_left(self.last, start) : bisect_left(self.first, end)]


class Outlines:
    """Opens transactions of readers, each with the outline of the state that it sees; safe under threads."""

    def __init__(self, engine: Engine) -> None:
        self._pulse = Pulse(engine)
        self._lock = threading.Lock()
        self._last: tuple[Hashable, Outline] = (None, Outline())

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, Outline]]:
        """A transaction, and what is known of what it sees."""
        with self._pulse.reading() as (connection, state):
            yield connection, self._of(state)

    def _of(self, state: Hashable) -> Outline:
        if state is None:
            return Outline()
        with self._lock:
            if self._last[0] != state:
                self._last = state, Outline()
            return self._last[1]
