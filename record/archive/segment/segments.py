"""The sealed files of a record: found in their store, opened once, their decoded chunks kept while they are wanted."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from record.archive.segment.manifest import Piece
from record.archive.segment.opened import Opened
from record.archive.segment.store import Store
from record.errors import RecordDamaged
from record.quantities import ENTRY, FLAG, ROW

Value = TypeVar("Value")
Block = tuple[Opened, str, int, int]

OPEN_FILES = 512
CACHE_BYTES = 96 * 1024 * 1024
_WORTH_SHARING = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SealedCells:
    """Cells of one file as columns of one length; `entry` is -1 where the file holds nothing."""

    entry: np.ndarray
    position: np.ndarray
    value: np.ndarray
    flag: np.ndarray


class Segments:
    """Reads sealed files; safe to share between threads, each process has its own."""

    def __init__(self, store: Store, *, cache_bytes: int = CACHE_BYTES, open_files: int = OPEN_FILES) -> None:
        self.store = store
        self._opened: _Kept[Opened] = _Kept(open_files, lambda _: 1)
        self._blocks: _Kept[np.ndarray] = _Kept(cache_bytes, lambda block: block.nbytes)
        self._helpers = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="segments")

    def open(self, piece: Piece) -> Opened:
        """The file of a piece; raises `RecordDamaged` or `RecordError` where it is not as it was sealed."""
        return self._opened.get(piece.sha256, lambda: self._open(piece))

    def forget(self) -> None:
        """Let go of all that is open or decoded: files may have been made anew."""
        self._opened.clear()
        self._blocks.clear()

    def prepare(self, wanted: Iterable[Block]) -> None:
        """Decode the chunks that are not at hand; where they are many, on all cores."""
        lacking = [block for block in wanted if not self._blocks.holds(_key(block))]
        if len(lacking) < _WORTH_SHARING:
            return
        shares = os.cpu_count() or 1
        list(self._helpers.map(self._decode_all, [lacking[share::shares] for share in range(shares)]))

    def block(self, block: Block) -> np.ndarray:
        """One decoded chunk; not to be written to."""
        file, variable, row, column = block
        return self._blocks.get(_key(block), lambda: file.block(variable, row, column))

    def read(self, file: Opened, variable: str, rows: np.ndarray, window: slice, out: np.ndarray) -> None:
        """Put the values of `rows` (int64, -1 for one that is not there) in `window` into `out` (rows, window)."""
        height, width = file.variables[variable].chunk
        parts = list(_parts(window, width))
        for band, inside, target in _bands(rows, height):
            for column, within, at in parts:
                out[target, at] = self.block((file, variable, band, column))[inside, within]

    @staticmethod
    def blocks(file: Opened, variable: str, rows: np.ndarray, window: slice) -> list[Block]:
        """The chunks that `read` will want."""
        height, width = file.variables[variable].chunk
        bands = np.unique(rows[rows >= 0] // height).tolist()
        columns = range(window.start // width, -(-window.stop // width))
        return [(file, variable, band, column) for band in bands for column in columns]

    def cells(self, file: Opened, station: Sequence[str], quantity: str, time: np.ndarray) -> SealedCells:
        """Single cells of one quantity, one for each (station, time); what the file does not hold has entry -1."""
        row = file.rows(station)
        place = np.searchsorted(file.time, time)
        held = (row >= 0) & (place < len(file.time))
        held[held] = file.time[place[held]] == time[held]
        if f"{quantity}{ENTRY}" not in file.variables:
            held[:] = False
        return SealedCells(
            entry=self._picked(file, f"{quantity}{ENTRY}", row, place, held, np.int64(-1)),
            position=self._picked(file, f"{quantity}{ROW}", row, place, held, np.int64(0)),
            value=self._picked(file, quantity, row, place, held, np.float64("nan")),
            flag=self._picked(file, f"{quantity}{FLAG}", row, place, held, np.int8(0)),
        )

    def _picked(
        self, file: Opened, variable: str, row: np.ndarray, place: np.ndarray, held: np.ndarray, fill: np.generic
    ) -> np.ndarray:
        picked = np.full(len(row), fill)
        if not held.any():
            return picked
        height, width = file.variables[variable].chunk
        block_of = np.stack([row // height, place // width], axis=1)
        for band, column in np.unique(block_of[held], axis=0).tolist():
            mine = held & (block_of == (band, column)).all(axis=1)
            block = self.block((file, variable, band, column))
            picked[mine] = block[row[mine] % height, place[mine] % width]
        return picked

    def _open(self, piece: Piece) -> Opened:
        try:
            return Opened(self.store.fetch(piece.sha256), piece)
        except RecordDamaged:
            if not self.store.renew(piece.sha256):
                raise
            return Opened(self.store.fetch(piece.sha256), piece)

    def _decode_all(self, wanted: list[Block]) -> None:
        for block in wanted:
            self.block(block)


def _key(block: Block) -> Hashable:
    file, variable, row, column = block
    return file.name, variable, row, column


def _parts(window: slice, width: int) -> Iterator[tuple[int, slice, slice]]:
    """Each column of chunks that a window touches: its number, where the window lies in it, and it in the window."""
    for column in range(window.start // width, -(-window.stop // width)):
        first, last = max(window.start, column * width), min(window.stop, (column + 1) * width)
        yield (
            column,
            slice(first - column * width, last - column * width),
            slice(first - window.start, last - window.start),
        )


def _bands(rows: np.ndarray, height: int) -> Iterator[tuple[int, slice | np.ndarray, slice | np.ndarray]]:
    """Each band of chunks that `rows` touch: its number, the rows within it, and where they stand among `rows`."""
    first, last = int(rows[0]), int(rows[-1])
    if first >= 0 and last - first == len(rows) - 1 and np.array_equal(rows, np.arange(first, last + 1)):
        for band in range(first // height, last // height + 1):
            low, high = max(first, band * height), min(last + 1, (band + 1) * height)
            yield band, slice(low - band * height, high - band * height), slice(low - first, high - first)
        return
    here = np.flatnonzero(rows >= 0)
    of_band = rows[here] // height
    for band in np.unique(of_band).tolist():
        mine = here[of_band == band]
        yield band, rows[mine] - band * height, mine


class _Kept(Generic[Value]):
    """What was used last, up to a weight; safe under threads, which may make the same thing twice and keep one."""

    def __init__(self, limit: int, weigh: Callable[[Value], int]) -> None:
        self._limit, self._weigh = limit, weigh
        self._held: OrderedDict[Hashable, Value] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def holds(self, key: Hashable) -> bool:
        """Whether it is at hand."""
        return key in self._held

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The thing of that key, made where it is not at hand."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
                return found
        made = make()
        with self._lock:
            if key not in self._held:
                self._held[key] = made
                self._weight += self._weigh(made)
            while self._weight > self._limit and len(self._held) > 1:
                self._weight -= self._weigh(self._held.popitem(last=False)[1])
        return made

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._held.clear()
            self._weight = 0
