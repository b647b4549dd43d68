"""Which declared row holds for which reading: of two that do, the more particular one.

A row that names a station comes before one that does not, then one that names an interval, then one that names months;
of two that are alike the first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from record.network import Network
from record.network.basin import Series
from record.network.threshold import Threshold

T = TypeVar("T", bound=Threshold)
MONTHS = 12
NONE = -1
USUAL_GAP_HOURS = {"10-minute": 1, "hourly": 3, "term": 36, "daily": 72, "10-day": 792, "monthly": 2232}
"""The longest step over which a reading follows another where no gap is declared: about three steps of its interval."""
_LONGEST = 72


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limits(Generic[T]):
    """Rows of one kind, and for each series and month the number of the one that holds, of shape (series, 12)."""

    rows: tuple[T, ...]
    number: NDArray[np.int64]

    @property
    def none(self) -> bool:
        """Whether no row holds for any of the series."""
        return not (self.number != NONE).any()

    @property
    def seasonal(self) -> bool:
        """Whether other rows hold in other months."""
        return bool((self.number != self.number[:, :1]).any())

    def column(self, of: Callable[[T], Decimal | None], number: NDArray[np.int64]) -> NDArray[np.float64]:
        """What the rows of these numbers say; NaN where there is no row, or it says nothing."""
        said = [of(row) for row in self.rows]
        return np.array([*(np.nan if one is None else float(one) for one in said), np.nan])[number]


class Group:
    """Some series of a network, with the rows that hold for them."""

    def __init__(self, network: Network, series: Sequence[Series]) -> None:
        self.network = network
        self.series = tuple(series)
        self._limits: dict[int, Limits[Any]] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The ids of the series."""
        return tuple(one.id for one in self.series)

    @cached_property
    def zones(self) -> tuple[ZoneInfo, ...]:
        """The time zone of each series' station."""
        known = {name: self.network.zone_of(name) for name in {one.station for one in self.series}}
        return tuple(known[one.station] for one in self.series)

    def limits(self, rows: Sequence[T]) -> Limits[T]:
        """The rows of one kind that hold for each of the series; `rows` are those of the network."""
        if id(rows) not in self._limits:
            self._limits[id(rows)] = self._limited(rows)
        return self._limits[id(rows)]

    @cached_property
    def usual_gaps(self) -> NDArray[np.float64]:
        """Of each series, the longest step in hours over which a reading follows another where none is declared."""
        return np.array([float(USUAL_GAP_HOURS.get(one.interval, _LONGEST)) for one in self.series])

    @cached_property
    def longest_gaps(self) -> NDArray[np.float64]:
        """Of each series, the longest step in hours over which a reading follows another in any month."""
        found = self.limits(self.network.thresholds.gap)
        hours = found.column(lambda row: row.hours, found.number)
        longest: NDArray[np.float64] = np.where(np.isnan(hours), self.usual_gaps[:, None], hours).max(axis=1, initial=0)
        return longest

    def _limited(self, rows: Sequence[T]) -> Limits[T]:
        of_quantity: dict[str, list[int]] = {}
        for at in sorted(range(len(rows)), key=lambda at: _generality(rows[at])):
            of_quantity.setdefault(rows[at].quantity, []).append(at)
        named = {row.station for row in rows}
        alike = [(one.quantity, one.interval, one.station if one.station in named else None) for one in self.series]
        number = {key: place for place, key in enumerate(dict.fromkeys(alike))}
        found = [_by_month(rows, of_quantity.get(quantity, ()), interval, own) for quantity, interval, own in number]
        kind = np.array([number[key] for key in alike], dtype=np.int64)
        return Limits(rows=tuple(rows), number=np.array(found, dtype=np.int64).reshape(-1, MONTHS)[kind])


def _generality(row: Threshold) -> tuple[bool, bool, bool]:
    return row.station is None, row.interval is None, not row.months


def _by_month(rows: Sequence[Threshold], candidates: Sequence[int], interval: str, station: str | None) -> list[int]:
    mine = [at for at in candidates if rows[at].station in (None, station) and rows[at].interval in (None, interval)]
    return [
        next((at for at in mine if not rows[at].months or month in rows[at].months), NONE)
        for month in range(1, MONTHS + 1)
    ]
