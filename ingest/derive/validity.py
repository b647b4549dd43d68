"""Which of the dated facts of a station holds at which time."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.days import midnight

NOTHING = -1
_EVER = np.iinfo(np.int64).max


class Dated(Protocol):
    """A fact that holds from local midnight of one day to before that of another, or until it is replaced."""

    @property
    def valid_from(self) -> date:
        """The first day."""

    @property
    def valid_until(self) -> date | None:
        """The day after the last; None where that is not known yet."""


def bounds(fact: Dated, zone: ZoneInfo) -> tuple[int, int]:
    """From when to before when a fact holds, in seconds since 1970."""
    return midnight(fact.valid_from, zone), _EVER if fact.valid_until is None else midnight(fact.valid_until, zone)


def in_force(times: NDArray[np.int64], facts: Sequence[Dated], zone: ZoneInfo) -> NDArray[np.int64]:
    """For each time (seconds since 1970), the number of the fact that holds then, `NOTHING` where none does.

    Where two hold the one that came into force later counts.
    """
    found = np.full(times.shape, NOTHING, dtype=np.int64)
    for number in sorted(range(len(facts)), key=lambda at: facts[at].valid_from):
        start, end = bounds(facts[number], zone)
        found[(times >= start) & (times < end)] = number
    return found
