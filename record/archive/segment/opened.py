"""One sealed file, opened: its times, its stations, and where the chunks of each variable lie.

The HDF5 library is not safe under threads, so it is not used for reading. `pyfive` reads the file's index, and a chunk
is then one read at an offset, inflated and unshuffled: nothing is shared but an open file descriptor.
"""

import hashlib
import os
import weakref
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyfive
from isal import isal_zlib
from isal.igzip_lib import IsalError

from record.archive.segment.manifest import Piece
from record.errors import RecordDamaged, RecordError
from record.quantities import ENTRY, FLAG, QUANTITIES, ROW

# isal's own types take its error for an instance.
_NOT_INFLATED: tuple[type[Exception], ...] = (IsalError, zlib.error, ValueError, OSError)  # type: ignore[assignment]
_NOT_DEFLATED = 2
"""Bit of a chunk's filter mask: zlib would have made it longer, and so it was stored as it was."""


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """Where the chunks of one variable lie: `offset`, `size` and `mask` (int64) each have the shape of their grid."""

    dtype: np.dtype[Any]
    chunk: tuple[int, int]
    offset: np.ndarray
    size: np.ndarray
    mask: np.ndarray


class Opened:
    """A sealed file whose bytes were checked against its hash; safe to share between threads."""

    def __init__(self, path: Path, piece: Piece) -> None:
        self.piece = piece
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as fault:
            raise RecordError(f"segment {path.name} cannot be opened: {fault.strerror}; run `arna rebuild`") from None
        weakref.finalize(self, os.close, self._file)
        self._refuse_other_bytes()
        with pyfive.File(path) as file:
            self.time = np.asarray(file["time"][:], dtype=np.int64)
            self.stations = {name.decode(): row for row, name in enumerate(file["station_id"][:])}
            held = set(file)
            names = [quantity + kind for quantity in QUANTITIES if quantity in held for kind in ("", FLAG, ENTRY, ROW)]
            self.variables = {name: _variable(file[name]) for name in names}
        self.chunk = next(iter(self.variables.values())).chunk
        if any(variable.chunk != self.chunk for variable in self.variables.values()):
            raise self.damaged("its variables are not laid out alike")

    @property
    def name(self) -> str:
        """The hash by which it is named."""
        return self.piece.sha256

    def block(self, variable: str, row: int, column: int) -> np.ndarray:
        """One chunk, decoded; raise `RecordDamaged` where its bytes cannot be."""
        layout = self.variables[variable]
        cells, width = layout.chunk[0] * layout.chunk[1], layout.dtype.itemsize
        try:
            packed = os.pread(self._file, int(layout.size[row, column]), int(layout.offset[row, column]))
            stored = layout.mask[row, column] & _NOT_DEFLATED
            plain = packed if stored else isal_zlib.decompress(packed, bufsize=cells * width)
            shuffled = np.frombuffer(plain, dtype=np.uint8).reshape(width, cells)
        except _NOT_INFLATED as fault:
            raise self.damaged(f"a chunk of {variable} cannot be inflated: {fault}") from None
        return np.ascontiguousarray(shuffled.T).view(layout.dtype).reshape(layout.chunk)

    def window(self, start: float, end: float) -> slice:
        """Which of its times lie in start <= time < end."""
        if start <= self.piece.first and self.piece.last < end:
            return slice(0, len(self.time))
        first, last = np.searchsorted(self.time, [np.ceil(start), np.ceil(end)])
        return slice(int(first), int(last))

    def rows(self, stations: Sequence[str]) -> np.ndarray:
        """The row of each station in the file, -1 for one that it does not hold (int64)."""
        return np.array([self.stations.get(station, -1) for station in stations], dtype=np.int64)

    def damaged(self, how: str) -> RecordDamaged:
        """What to say of a file whose bytes are not those that were sealed."""
        return RecordDamaged(f"segment {self.name} ({self.piece.period.label}) is damaged: {how}; run `arna rebuild`")

    def _refuse_other_bytes(self) -> None:
        with open(self._file, "rb", closefd=False) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != self.name:
                raise self.damaged("its bytes do not match their hash")


def _variable(dataset: Any) -> Variable:
    chunk, shape = dataset.chunks, dataset.shape
    grid = tuple(-(-length // step) for length, step in zip(shape, chunk, strict=True))
    offset, size, mask = (np.zeros(grid, dtype=np.int64) for _ in range(3))
    for number in range(dataset.id.get_num_chunks()):
        found = dataset.id.get_chunk_info(number)
        place = tuple(first // step for first, step in zip(found.chunk_offset, chunk, strict=True))
        offset[place], size[place], mask[place] = found.byte_offset, found.size, found.filter_mask
    return Variable(dtype=np.dtype(dataset.dtype), chunk=chunk, offset=offset, size=size, mask=mask)
