"""One sealed file, opened: its times, its stations, and where the chunks of each variable lie.

The HDF5 library is not safe under threads, so it is not used for reading. `pyfive` reads the file's index, and a chunk
is then one read at an offset, inflated and unshuffled: nothing is shared but an open file descriptor.
"""

import hashlib
import os
import weakref
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyfive
from isal import isal_zlib
from isal.igzip_lib import IsalError

from record.archive.segment.index import numbers_of, texts_of, variable_of
from record.archive.segment.manifest import Piece
from record.errors import RecordDamaged, RecordError
from record.quantities import ENTRY, FLAG, QUANTITIES, ROW

# isal's own types take its error for an instance.
_NOT_INFLATED: tuple[type[Exception], ...] = (IsalError, zlib.error, ValueError, OSError)  # type: ignore[assignment]
_NOT_DEFLATED = 2
"""Bit of a chunk's filter mask: zlib would have made it longer, and so it was stored as it was."""


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
            held = set(file)
            names = [quantity + kind for quantity in QUANTITIES if quantity in held for kind in ("", FLAG, ENTRY, ROW)]
            try:
                self.time = numbers_of(file, "time", self._file)
                self.stations = {name: row for row, name in enumerate(texts_of(file, "station_id", self._file))}
                self.variables = {name: variable_of(file, name, self._file) for name in names}
            except ValueError as fault:
                raise self.damaged(str(fault)) from None
        self.chunk = next(iter(self.variables.values())).chunk
        if any(variable.chunk != self.chunk for variable in self.variables.values()):
            raise self.damaged("its variables are not laid out alike")

    @property
    def name(self) -> str:
        """The hash by which it is named."""
        return self.piece.sha256

    def block(self, variable: str, band: int, column: int) -> np.ndarray:
        """One chunk, decoded; raise `RecordDamaged` where its bytes cannot be."""
        layout = self.variables[variable]
        shuffled = self.inflated(variable, band, column)
        return np.ascontiguousarray(shuffled.reshape(len(shuffled), -1).T).view(layout.dtype).reshape(layout.chunk)

    def rows_of(self, variable: str, inflated: np.ndarray, rows: Sequence[int]) -> list[np.ndarray]:
        """Rows of a chunk as `inflated` gives it; to put all of them in order takes as long as to inflate them."""
        dtype = self.variables[variable].dtype
        return [np.ascontiguousarray(inflated[:, row].T).view(dtype)[:, 0] for row in rows]

    def inflated(self, variable: str, band: int, column: int) -> np.ndarray:
        """The bytes of a chunk as they lie in it: the first of every value, then the second (bytes, rows, times).

        Raises as `block` does.
        """
        layout = self.variables[variable]
        try:
            packed = os.pread(self._file, layout.size.item(band, column), layout.offset.item(band, column))
            stored = layout.mask.item(band, column) & _NOT_DEFLATED
            plain = packed if stored else isal_zlib.decompress(packed, bufsize=layout.length)
            return np.frombuffer(plain, dtype=np.uint8).reshape(layout.dtype.itemsize, *layout.chunk)
        except _NOT_INFLATED as fault:
            raise self.damaged(f"a chunk of {variable} cannot be inflated: {fault}") from None

    def window(self, start: float, end: float) -> slice:
        """Which of its times lie in start <= time < end."""
        if start <= self.piece.first and self.piece.last < end:
            return slice(0, len(self.time))
        first, last = np.searchsorted(self.time, [np.ceil(start), np.ceil(end)])
        return slice(int(first), int(last))

    def within(self, spans: Sequence[tuple[int, int]]) -> list[tuple[str, str, int, int]] | None:
        """Whose values lie whole in spans of its bytes, first <= byte < end, which rise and do not touch.

        Station, quantity, and the first and last time of each stretch; None where that is all that the file holds.
        """
        found, whole = list[tuple[str, str, int, int]](), True
        stations, (height, width) = list(self.stations), self.chunk
        for quantity in QUANTITIES:
            layout = self.variables.get(quantity)
            if layout is None:
                continue
            inside = np.zeros(layout.offset.shape, dtype=bool)
            for first, end in spans:
                inside |= (layout.offset >= first) & (layout.offset + layout.size <= end)
            whole &= bool(inside.all())
            for band in np.flatnonzero(inside.any(axis=1)).tolist():
                columns = np.flatnonzero(inside[band])
                for run in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1):
                    times = self.time[run[0] * width : (run[-1] + 1) * width]
                    among = stations[band * height : (band + 1) * height]
                    found += [(station, quantity, int(times[0]), int(times[-1])) for station in among]
        return None if whole else found

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
