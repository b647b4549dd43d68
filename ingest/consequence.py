"""What follows from what was entered: readings judged anew by later ones, and series computed from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from record.batch import Batch

MOST_ROWS = 500
"""Rows of one consequence, which is entered in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Times of a series of which something was newly said: `start <= time < end`, in seconds since 1970.

    Where nothing was `said`, something else that is declared holds of them now.
    """

    series: str
    start: int
    end: int
    said: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Consequence:
    """Observations that follow from others, to be entered under `source` with a receipt that states the `grounds`.

    `instead_of` (int64) is the entry that stood at the place of each row when this was worked out, -1 for none: where
    another stands by then the row is not written, and is worked out anew. `reason` is given for rows that supersede.
    """

    source: str
    said: Batch
    instead_of: np.ndarray
    grounds: Mapping[str, Any]
    reason: str
