"""How many decimals the values of a hydrograph are shown with."""

from collections.abc import Iterable

import numpy as np

from record.network import Network
from record.quantities import quantity_of
from service.hydrographs import Hydrograph
from service.reports.told.teller import decimals_of


def decimals(network: Network, held: Hydrograph) -> int:
    """Those of its greatest value."""
    quantity = quantity_of(network.series[held.series].quantity)
    return decimals_of(quantity.id, quantity.label, greatest([held]))


def greatest(all_held: Iterable[Hydrograph]) -> float | None:
    """The value that is farthest from nought; None where there is none."""
    parts = [held.curve.value[held.curve.place >= 0] for held in all_held]
    known = np.abs(np.concatenate(parts)) if parts else np.empty(0)
    return float(known.max()) if len(known) else None
