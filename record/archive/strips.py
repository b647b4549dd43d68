"""What sealed files say of few stations: a question of them goes through many files, and takes a row or two of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from record.archive.segment.opened import Opened
from record.archive.segment.segments import Place, Segments

FEW = 5
"""Up to so many stations are read row by row: as many as lie in one chunk."""
_ROWS_AT_A_TIME = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A series and its layers by kind, filled with what stands for nothing: what files say, one after the other."""

    station: str
    quantity: str
    layers: Mapping[str, np.ndarray]


@dataclass(slots=True)
class _Portion:
    """Rows of chunks to be read, and into what each goes: which of its times, and where."""

    places: list[Place] = field(default_factory=list)
    targets: list[tuple[np.ndarray, slice, slice]] = field(default_factory=list)

    def put(self, segments: Segments, files: Mapping[str, Opened]) -> None:
        rows = segments.rows(self.places, files)
        for row, (layer, times, into) in zip(rows, self.targets, strict=True):
            layer[into] = row[times]


def put(files: Sequence[tuple[Opened, slice]], strips: Sequence[Strip], segments: Segments) -> None:
    """Put into the strips what the files say within their windows; raises `RecordDamaged` where one cannot be read."""
    opened = {file.name: file for file, _ in files}
    portion, first = _Portion(), 0
    for file, window in files:
        for strip in strips:
            _add(portion, file, window, strip, first)
        first += window.stop - window.start
        if len(portion.places) >= _ROWS_AT_A_TIME:
            portion.put(segments, opened)
            portion = _Portion()
    portion.put(segments, opened)


def _add(portion: _Portion, file: Opened, window: slice, strip: Strip, first: int) -> None:
    """What one file says of one series, whose part of the strip begins at `first`."""
    row, quantity = file.stations.get(strip.station), strip.quantity
    if row is None or quantity not in file.variables:
        return
    height, width = file.chunk
    band, inner = divmod(row, height)
    for column in range(window.start // width, -(-window.stop // width)):
        begin, end = max(window.start, column * width), min(window.stop, (column + 1) * width)
        times = slice(begin - column * width, end - column * width)
        into = slice(first + begin - window.start, first + end - window.start)
        for kind, layer in strip.layers.items():
            portion.places.append(((file.name, quantity + kind, band, column), inner))
            portion.targets.append((layer, times, into))
