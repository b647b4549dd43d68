"""The archive at one moment of the database: manifest, rows and sealed files that belong together."""

import math
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from record import journal
from record.archive import cells, grid
from record.archive.cells import StretchCache
from record.archive.grid import MOST_CELLS, Asked, Grid
from record.archive.outline import Outline
from record.archive.rows import Rows
from record.archive.segment.segments import Segments
from record.errors import SelectionError

AsOf = datetime | int | None
"""As of when a question is asked: a moment, a size of the journal, or now."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open transaction that sees one state of the record, in which the journal holds `size` entries."""

    connection: Connection
    segments: Segments
    size: int
    stretches: StretchCache | None = None
    outline: Outline = field(default_factory=Outline)

    def grid(
        self,
        collection: str,
        asked: Asked,
        start: float,
        end: float,
        count: int,
        kinds: tuple[str, ...],
        most: int = MOST_CELLS,
    ) -> Grid:
        """What stood when the journal held `count` entries, start <= time < end in seconds since 1970.

        Raises `RecordDamaged` or `RecordError` where a sealed file is not as it should be, and `SelectionError` where
        the grid would have more than `most` cells.
        """
        pieces = self.outline.pieces(self.connection, collection, start, end)
        files = self.segments.open_all([piece for piece in pieces if piece.low < count])
        windows = [(file, file.window(start, end)) for file in files]
        filled = [(file, window) for file, window in windows if window.start < window.stop]
        later = self._rows(collection, asked, start, end, count)
        return grid.read(asked, filled, later, self.segments, count, kinds, most)

    def _rows(self, collection: str, asked: Asked, start: float, end: float, count: int) -> Rows:
        numbers = [number for number in asked.numbers if number is not None]
        parts, window = [cells.nothing()], (math.ceil(start), math.ceil(end))
        opened = self.outline.open_periods(self.connection, collection, start, end, count) if numbers else []
        if opened:
            found = cells.recent(self.connection, self.outline, opened, numbers, window, count, self.stretches)
            parts.append(found)
        if numbers and count < self.size:
            parts.append(cells.ended(self.connection, numbers, window, count))
        return parts[-1] if len(parts) <= 2 else cells.joined(parts)


def counted(connection: Connection, as_of: AsOf, size: int) -> int:
    """How many of the `size` entries an answer rests on; raises `SelectionError` where that cannot be said."""
    if isinstance(as_of, datetime):
        if as_of.tzinfo is None:
            raise SelectionError(f"as-of {as_of.isoformat()} has no time zone: add Z or an offset such as +06:00")
        return journal.size_as_of(connection, as_of)
    if as_of is not None and not 0 <= as_of <= size:
        raise SelectionError(f"as-of {as_of} lies beyond the journal, which holds {size} entries")
    return size if as_of is None else as_of
