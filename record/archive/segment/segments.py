"""The sealed files of a record: found in their store, opened once, their decoded chunks kept while they are wanted."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from record.archive.cache import Cache
from record.archive.segment.manifest import Piece
from record.archive.segment.opened import Opened
from record.archive.segment.store import Store
from record.errors import RecordDamaged
from record.quantities import ENTRY, FLAG, ROW

Block = tuple[str, str, int, int]
"""A chunk by the hash of its file, its variable, and its place in the grid of chunks."""

Place = tuple[Block, int]
"""A row of a chunk."""
Wanted = TypeVar("Wanted")
Made = TypeVar("Made")
_Index = tuple[slice | np.ndarray, slice]

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
        self._opened: Cache[Opened] = Cache(open_files, lambda _: 1)
        self._blocks: Cache[np.ndarray] = Cache(cache_bytes // 4, lambda block: block.nbytes)
        self._inflated: Cache[np.ndarray] = Cache(cache_bytes // 2, lambda inflated: inflated.nbytes)
        self._rows: Cache[np.ndarray] = Cache(cache_bytes // 4, lambda row: row.nbytes)
        self._shares = os.cpu_count() or 1
        self._helpers = ThreadPoolExecutor(self._shares, thread_name_prefix="segments")

    def open(self, piece: Piece) -> Opened:
        """The file of a piece; raises `RecordDamaged` or `RecordError` where it is not as it was sealed."""
        return self.open_all([piece])[0]

    def open_all(self, pieces: Sequence[Piece]) -> list[Opened]:
        """The files of several pieces, in their order; those that were never opened are on all cores."""
        found = self._opened.held([piece.sha256 for piece in pieces])
        lacking = [piece for piece in pieces if piece.sha256 not in found]
        if lacking:
            opened = self._opened_together(lacking) if len(lacking) > 1 else [self._open(lacking[0])]
            found |= {file.name: file for file in opened}
            self._opened.keep(found)
        return [found[piece.sha256] for piece in pieces]

    def _opened_together(self, lacking: Sequence[Piece]) -> list[Opened]:
        """Several files; where one cannot be opened the others are let go of before that is said."""
        jobs = [self._helpers.submit(self._open, piece) for piece in lacking]
        if wait(jobs, return_when=FIRST_EXCEPTION).not_done:
            wait([job for job in jobs if not job.cancel()])
        failed = next((job for job in jobs if not job.cancelled() and job.exception()), None)
        return [failed.result()] if failed else [job.result() for job in jobs]

    def forget(self) -> None:
        """Let go of all that is open or decoded: files may have been made anew."""
        self._opened.clear()
        self._blocks.clear()
        self._inflated.clear()
        self._rows.clear()

    def blocks(self, wanted: Sequence[Block], files: Mapping[str, Opened]) -> dict[Block, np.ndarray]:
        """The decoded chunks of `files`, by hash, not to be written to; many at once are decoded on all cores."""
        found = self._blocks.held(wanted)

        def decoded(portion: Sequence[Block]) -> dict[Block, np.ndarray]:
            return {block: files[block[0]].block(*block[1:]) for block in portion}

        for portion in self._shared(decoded, [block for block in wanted if block not in found]):
            found |= portion
            self._blocks.keep(portion)
        return found

    def rows(self, wanted: Sequence[Place], files: Mapping[str, Opened]) -> list[np.ndarray]:
        """Single rows of chunks, in the order asked for, not to be written to.

        An inflated chunk is kept beside them as it lies in its file: who asks of a station often asks of the next
        along the river, which lies in the same chunk.
        """
        found = self._rows.held(wanted)
        lacking: dict[Block, list[int]] = {}
        for block, row in wanted:
            if (block, row) not in found:
                lacking.setdefault(block, []).append(row)
        for block, whole in (self._blocks.held(lacking) if lacking else {}).items():
            found |= {(block, row): whole[row] for row in lacking.pop(block)}
        for block, inflated in (self._inflated_of(list(lacking), files) if lacking else {}).items():
            rows = lacking[block]
            parts = files[block[0]].rows_of(block[1], inflated, rows)
            found |= {(block, row): part for row, part in zip(rows, parts, strict=True)}
        self._rows.keep({place: found[place] for place in wanted})
        return [found[place] for place in wanted]

    def _inflated_of(self, wanted: Sequence[Block], files: Mapping[str, Opened]) -> dict[Block, np.ndarray]:
        """Chunks as they lie in their files, inflated; many at once are inflated on all cores."""
        found = self._inflated.held(wanted)

        def inflated(portion: Sequence[Block]) -> dict[Block, np.ndarray]:
            return {block: files[block[0]].inflated(*block[1:]) for block in portion}

        for portion in self._shared(inflated, [block for block in wanted if block not in found]):
            found |= portion
            self._inflated.keep(portion)
        return found

    def _shared(self, decoded: Callable[[Sequence[Wanted]], Made], lacking: Sequence[Wanted]) -> Iterable[Made]:
        """What is made of all that is lacking, in one part, or where that is worth it in one for each core."""
        if len(lacking) < _WORTH_SHARING:
            return [decoded(lacking)] if lacking else []
        # Neighbours stay together: they lie in one file.
        bounds = [len(lacking) * share // self._shares for share in range(self._shares + 1)]
        return self._helpers.map(decoded, [lacking[first:past] for first, past in pairwise(bounds)])

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
        height, width = file.chunk
        band, column = row // height, place // width
        wanted = list(dict.fromkeys(zip(band[held].tolist(), column[held].tolist(), strict=True)))
        blocks = self.blocks([(file.name, variable, *at) for at in wanted], {file.name: file})
        for (_, _, *at), block in blocks.items():
            mine = held & (band == at[0]) & (column == at[1])
            picked[mine] = block[row[mine] % height, place[mine] % width]
        return picked

    def _open(self, piece: Piece) -> Opened:
        try:
            return Opened(self.store.fetch(piece.sha256), piece)
        except RecordDamaged:
            if not self.store.renew(piece.sha256):
                raise
            return Opened(self.store.fetch(piece.sha256), piece)


class Reading:
    """Rows of a file in a window of its times: which chunks hold them, and where each goes; the same in all layers."""

    def __init__(self, file: Opened, rows: np.ndarray, window: slice) -> None:
        """`rows` (int64) are those of the file, -1 for a station that it does not hold."""
        self.file = file
        self._name = file.name
        height, width = file.chunk
        parts = list(_parts(window, width))
        self._places: list[tuple[int, int, _Index, _Index]] = [
            (band, column, (inside, within), (target, at))
            for band, inside, target in _bands(rows, height)
            for column, within, at in parts
        ]

    def blocks(self, variable: str) -> list[Block]:
        """The chunks of a variable that hold them."""
        return [(self._name, variable, band, column) for band, column, _, _ in self._places]

    def put(self, blocks: Mapping[Block, np.ndarray], variable: str, out: np.ndarray) -> None:
        """Put the values into `out` (rows, window); what the file does not hold is left as it is."""
        for band, column, inside, target in self._places:
            out[target] = blocks[self._name, variable, band, column][inside]


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
    if first >= 0 and last - first == len(rows) - 1 and bool((rows[1:] - rows[:-1] == 1).all()):
        for band in range(first // height, last // height + 1):
            low, high = max(first, band * height), min(last + 1, (band + 1) * height)
            yield band, slice(low - band * height, high - band * height), slice(low - first, high - first)
        return
    here = np.flatnonzero(rows >= 0)
    of_band = rows[here] // height
    for band in np.unique(of_band).tolist():
        mine = here[of_band == band]
        yield band, rows[mine] - band * height, mine
