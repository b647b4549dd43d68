"""What a message says, before anyone believes it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value as the message states it.

    `station` is the sender's code or name of the gauge, `quantity` one of the ids of `record.quantities`,
    `interval` one of the ids of `record.network.interval`, `time` aware (the start of the interval for means),
    `value` the number as written (None where the message itself says "missing"), `unit` its UCUM code,
    `where` the place in the message, `doubts` what the reader is unsure of, in words, `estimated` whether the sender
    says that nobody measured it, `bad` whether the sender itself calls it wrong, `fragment` the bytes that say it,
    where they can be told.
    """

    station: str
    quantity: str
    interval: str
    time: datetime
    value: Decimal | None
    unit: str
    where: str
    doubts: tuple[str, ...] = field(default=())
    estimated: bool = False
    bad: bool = False
    fragment: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readings:
    """Many readings of one quantity, interval and unit, as columns of one length: a row a reading.

    `stations` are the distinct codes or names; `which` (int64) numbers them. `time` (int64): seconds since 1970 in UTC.
    `value`: numbers as written, None where the message says "missing". `place` (int64): where in the message each row
    stands, such as the number of its line, which `where` turns into words and `fragment` into bytes. `doubts`: what the
    reader is unsure of, of those few rows that have any.
    Raises `ValueError` for columns that differ in length.
    """

    quantity: str
    interval: str
    unit: str
    stations: tuple[str, ...]
    which: NDArray[np.int64]
    time: NDArray[np.int64]
    value: Sequence[Decimal | None]
    place: NDArray[np.int64]
    where: Callable[[int], str]
    fragment: Callable[[int], bytes]
    doubts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not len(self.which) == len(self.time) == len(self.value) == len(self.place):
            raise ValueError("the columns of readings differ in length")

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, row: int) -> Reading:
        """One row as a reading of its own; `row` from 0."""
        place = int(self.place[row])
        return Reading(
            station=self.stations[int(self.which[row])],
            quantity=self.quantity,
            interval=self.interval,
            time=_EPOCH + timedelta(seconds=int(self.time[row])),
            value=self.value[row],
            unit=self.unit,
            where=self.where(place),
            doubts=self.doubts.get(row, ()),
            fragment=self.fragment(place),
        )

    def __iter__(self) -> Iterator[Reading]:
        """All rows as readings, in order."""
        return (self[row] for row in range(len(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReport:
    """The message says that a station has nothing to report for that term."""

    station: str
    time: datetime
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A part of the message that cannot be read: its bytes, where they stood, and why."""

    fragment: bytes
    where: str
    reason: str


Single = Reading | NoReport | Unreadable
Said = Single | Readings
