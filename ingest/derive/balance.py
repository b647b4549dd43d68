"""Inflow to a reservoir, which no gauge sees, from what its water balance needs to close.

    inflow = change of storage / time + release + evaporation + seepage

Source: WMO-No. 168, Guide to Hydrological Practices (water balance of reservoirs); uncertainty by JCGM 100 (GUM), the
law of propagation. Flows in m3/s, storage in million m3, surface in km2, depths in mm, times in seconds.
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

M3 = 1_000_000.0
"""m3 in a million m3."""
_DAY = 86_400.0
_M3_OF_MM_KM2 = 1000.0
_PERCENT = 100.0


def evaporation(depth: Values, surface: Values) -> Values:
    """What evaporates, in m3/s: a depth in mm a day from a surface in km2. 1 mm on 1 km2 is 1000 m3.

    Where no depth evaporates, no surface has to be known.
    """
    return np.where(depth == 0, 0.0, depth * surface * _M3_OF_MM_KM2 / _DAY)


def inflow(begin: Values, end: Values, seconds: Values, release: Values, losses: Values) -> Values:
    """Mean inflow in m3/s over `seconds`, in which storage goes from `begin` to `end`; NaN where anything is missing.

    `release` and `losses` are means over the same time. It is negative where the errors of storage are greater than
    what flowed in, and stays so: nought in its place would make water that never came.
    """
    return (end - begin) * M3 / seconds + release + losses


def uncertainty(
    seconds: Values,
    release: Values,
    losses: Values,
    *,
    storage_error: float,
    release_percent: float,
    loss_percent: float,
) -> Values:
    """Standard uncertainty of that inflow in m3/s, by the law of propagation.

    `storage_error` in million m3 is that of one storage. Over a window of days the storages in between cancel out, so
    that only those at both ends count, however many days it has: u(change) = sqrt(2) u(S). Errors of release and losses
    are taken to be the same on all days of the window, as those of a rating are, so that a longer one does not lessen
    them.
    """
    of_change = 2 * (storage_error * M3 / seconds) ** 2
    of_release = (release * release_percent / _PERCENT) ** 2
    of_losses = (losses * loss_percent / _PERCENT) ** 2
    return np.sqrt(of_change + of_release + of_losses)


def over_window(values: Values, days: int) -> Values:
    """The mean of each `days` consecutive values, of which there are `days` - 1 fewer; NaN where one is missing."""
    if len(values) < days:
        return np.empty(0)
    found: Values = np.lib.stride_tricks.sliding_window_view(values, days).mean(axis=-1)
    return found
