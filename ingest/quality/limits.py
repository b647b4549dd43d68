"""Which declared row holds for which reading: of two that do, the more particular one.

A row that names a station comes before one that does not, then one that names an interval, then one that names months;
of two that are alike the first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from record.network.basin import Series
from record.network.threshold import Threshold

T = TypeVar("T", bound=Threshold)
MONTHS = 12
NONE = -1


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


def limits(rows: Sequence[T], series: Sequence[Series]) -> Limits[T]:
    """The rows that hold for each of `series`."""
    ranked = sorted(range(len(rows)), key=lambda at: _generality(rows[at]))
    of_quantity: dict[str, list[int]] = {}
    for at in ranked:
        of_quantity.setdefault(rows[at].quantity, []).append(at)
    named = {row.station for row in rows}
    kinds: dict[tuple[str, str, str | None], int] = {}
    found: list[list[int]] = []
    kind = np.empty(len(series), dtype=np.int64)
    for place, one in enumerate(series):
        key = (one.quantity, one.interval, one.station if one.station in named else None)
        if key not in kinds:
            kinds[key] = len(found)
            found.append(_by_month(rows, of_quantity.get(one.quantity, []), one))
        kind[place] = kinds[key]
    number = np.array(found, dtype=np.int64).reshape(-1, MONTHS)[kind]
    return Limits(rows=tuple(rows), number=number)


def _generality(row: Threshold) -> tuple[bool, bool, bool]:
    return row.station is None, row.interval is None, not row.months


def _by_month(rows: Sequence[Threshold], candidates: Sequence[int], series: Series) -> list[int]:
    mine = [at for at in candidates if rows[at].station in (None, series.station)]
    mine = [at for at in mine if rows[at].interval in (None, series.interval)]
    return [
        next((at for at in mine if not rows[at].months or month in rows[at].months), NONE)
        for month in range(1, MONTHS + 1)
    ]
