"""What is computed as a float is entered as a decimal of so many figures as it can bear, and no noise behind them."""

from decimal import Decimal
from math import isinf

import numpy as np
from numpy.typing import NDArray

FIGURES = 6
"""Significant figures of a computed value: a litre of a flow of 100 m3/s, 1000 m3 of a storage of 500 million m3."""


def entered(values: NDArray[np.float64]) -> list[Decimal | None]:
    """Each value rounded to `FIGURES` significant figures, halves to even; without exponent or trailing noughts.

    NaN is None; raises `OverflowError` for a value without bounds.

    >>> [str(value) for value in entered(np.array([12.3456789, 0.1 + 0.2, 1234567.0, -0.0, np.nan]))]
    ['12.3457', '0.3', '1234570', '0', 'None']
    """
    return [None if value != value else _decimal(value) for value in values.tolist()]


def _decimal(value: float) -> Decimal:
    if isinf(value):
        raise OverflowError("the result is beyond all numbers")
    # Nought is added for the sake of -0.0.
    return Decimal(f"{Decimal(f'{value + 0.0:.{FIGURES}g}'):f}")
