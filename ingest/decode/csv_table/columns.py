"""What a declared column of a table has said so far, and its readings in the end."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.decode.csv_table.numbers import Names
from ingest.reading import Reading, Readings

if TYPE_CHECKING:
    from decimal import Decimal

    from ingest.written.table.header import Place


class ColumnRows:
    """The rows of one column: taken many at a time, or one by one where a line had to be read by itself."""

    def __init__(self, column: "Place", names: Names) -> None:
        self._column, self._names = column, names
        self._which: list[NDArray[np.int64]] = []
        self._time: list[NDArray[np.int64]] = []
        self._place: list[NDArray[np.int64]] = []
        self._value: list[NDArray[np.object_]] = []
        self._alone: list[tuple[int, Reading]] = []

    def take(
        self,
        place: NDArray[np.int64],
        time: NDArray[np.int64],
        value: NDArray[np.object_],
        which: NDArray[np.int64] | None,
    ) -> None:
        """Rows by the numbers of their lines; `which` numbers their stations where the column does not name its own."""
        own = self._column.station
        if own or which is None:
            which = np.full(len(place), self._names.number(own or ""), dtype=np.int64)
        self._which.append(which)
        self._time.append(time)
        self._place.append(place)
        self._value.append(value)

    def add(self, place: int, reading: Reading) -> None:
        """One row."""
        self._alone.append((place, reading))

    def readings(self, fragment: Callable[[int], bytes]) -> Readings | None:
        """All of it in the order of the lines; None where there is nothing."""
        self._take_alone()
        quantity, _, interval = self._column.series.partition(".")
        if not sum(map(len, self._place)):
            return None
        place = np.concatenate(self._place)
        order = np.argsort(place, kind="stable")
        place = place[order]
        doubts = {number: reading.doubts for number, reading in self._alone if reading.doubts}
        rows = np.searchsorted(place, list(doubts)).tolist()
        value: list[Decimal | None] = np.concatenate(self._value)[order].tolist()
        heading = self._column.heading
        return Readings(
            quantity=quantity,
            interval=interval,
            unit=self._column.unit,
            stations=self._names.distinct,
            which=np.concatenate(self._which)[order],
            time=np.concatenate(self._time)[order],
            value=value,
            place=place,
            where=lambda number: where(number, heading),
            fragment=fragment,
            doubts=dict(zip(rows, doubts.values(), strict=True)),
        )

    def _take_alone(self) -> None:
        self.take(
            np.array([place for place, _ in self._alone], dtype=np.int64),
            np.array([int(reading.time.timestamp()) for _, reading in self._alone], dtype=np.int64),
            np.array([reading.value for _, reading in self._alone], dtype=object),
            np.array([self._names.number(reading.station) for _, reading in self._alone], dtype=np.int64),
        )


def where(number: int, heading: str | None = None) -> str:
    """The place of a line, or of its cell below a heading."""
    return f"line {number}" + ("" if heading is None else f", column {heading!r}")
