"""What a stretch of channel loses: what came out below against what should have, by the declared loss."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Loss:
    """Flows in m3/s by day: `above` of the day on which this water entered, what it should leave, what was missed.

    `residual` is `below` less `expected`: negative where more was lost than is declared.
    """

    above: np.ndarray
    below: np.ndarray
    expected: np.ndarray
    residual: np.ndarray


def lost(above: np.ndarray, below: np.ndarray, loss_percent: float) -> Loss:
    """The loss between two flows of the same water (day), m3/s: expected = above x (1 - loss / 100)."""
    expected = above * (1 - loss_percent / 100)
    return Loss(above, below, expected, below - expected)


def delayed(flow: np.ndarray, lag_days: int) -> np.ndarray:
    """The flow so many days earlier; not known on the first of them."""
    if not lag_days:
        return flow
    found = np.full_like(flow, np.nan)
    found[..., lag_days:] = flow[..., :-lag_days]
    return found


def percent_of(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """100 x part / whole; NaN where the whole is nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(whole != 0, 100 * part / whole, np.nan)
    return found
