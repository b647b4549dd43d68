"""The declared weighted sum of posts, by which the services speak of "virtual posts".

Source: the practice of Kyrgyzhydromet as SAPPHIRE_Forecast_Tools shows it; which posts and weights is declared.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def weighted_sum(inputs: Values, weights: Sequence[float]) -> Values:
    """The sum of `weights` times `inputs` of shape (posts, n), in their unit, of shape (n,).

    A missing input, NaN, makes a missing sum and never a smaller one, whatever its weight.

    >>> weighted_sum(np.array([[1.0, 2.0], [4.0, np.nan]]), [1, 0.5]).tolist()
    [3.0, nan]
    """
    total: Values = (np.array(weights, dtype=np.float64)[:, np.newaxis] * inputs).sum(axis=0)
    return total
