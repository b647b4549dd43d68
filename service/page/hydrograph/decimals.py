"""How many decimals the values of a hydrograph are shown with."""

from collections.abc import Iterable

import numpy as np

from record.network import Network
from record.quantities import quantity_of
from service.hydrographs import Hydrograph
from service.reports.told.teller import decimals_of

_SIZES = (0.5, 5.0, 50.0, 500.0)


def decimals(network: Network, held: Hydrograph) -> int:
    """Those of its greatest value."""
    return decimals_at(network, held.series, greatest([held]))


def decimals_at(network: Network, series: str, value: float | None) -> int:
    """Those of one value of a series."""
    quantity = quantity_of(network.series[series].quantity)
    return decimals_of(quantity.id, quantity.label, value)


def by_size(network: Network, series: str) -> list[int]:
    """Those of values below 1, of units, of tens, and of hundreds and more."""
    return [decimals_at(network, series, size) for size in _SIZES]


def greatest(all_held: Iterable[Hydrograph]) -> float | None:
    """The value that is farthest from nought; None where there is none."""
    parts = [held.curve.value[held.curve.place >= 0] for held in all_held]
    known = np.abs(np.concatenate(parts)) if parts else np.empty(0)
    return float(known.max()) if len(known) else None
