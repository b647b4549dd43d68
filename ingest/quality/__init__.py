"""The quality checks: one line a check, each from the values of one series to flags on the QARTOD scale.

A check that has no opinion of a value flags it unknown; `judge` lets the worst opinion stand.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.quality.agreement import agreement
from ingest.quality.gross_range import gross_range
from ingest.quality.sense import sense
from record.entry import Flag
from record.network import Network
from record.network.basin import Series
from record.network.threshold import GrossRange
from record.quantities import quantity_of

__all__ = ["CHECKS", "Check", "Judged", "limit_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The values of one series in one message: seconds since 1970 and values (NaN: missing), both of shape (n,)."""

    series: Series
    times: NDArray[np.int64]
    values: NDArray[np.float64]


Check = Callable[[Judged, Network], NDArray[np.int8]]


def limit_of(series: Series, network: Network) -> GrossRange | None:
    """The declared gross range of a series: that of its station before that of its quantity."""
    rows = [limit for limit in network.thresholds.gross_range if limit.quantity == series.quantity]
    own = [limit for limit in rows if limit.station == series.station]
    general = [limit for limit in rows if limit.station is None]
    return next(iter([*own, *general]), None)


def _sense(judged: Judged, _network: Network) -> NDArray[np.int8]:
    quantity = quantity_of(judged.series.quantity)
    return sense(judged.values, float(quantity.low), float(quantity.high))


def _gross_range(judged: Judged, network: Network) -> NDArray[np.int8]:
    limit = limit_of(judged.series, network)
    if limit is None:
        return np.full(judged.values.shape, Flag.UNKNOWN, dtype=np.int8)
    low, high = limit.fail
    usual = None if limit.suspect is None else (float(limit.suspect[0]), float(limit.suspect[1]))
    return gross_range(judged.values, (float(low), float(high)), usual)


def _agreement(judged: Judged, _network: Network) -> NDArray[np.int8]:
    return agreement(judged.times, judged.values)


CHECKS: dict[str, Check] = {
    "sense": _sense,
    "gross-range": _gross_range,
    "agreement": _agreement,
}
