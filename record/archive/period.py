"""The periods that are sealed as one file: a UTC month of frequent readings, a year or ten of rare ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

SETTLING = timedelta(days=3)
"""How long after its end a period is left open: most corrections of a telegram come within two days."""

_MONTHS: Mapping[str, int] = {"10-minute": 1, "hourly": 1, "term": 12, "daily": 12, "10-day": 120, "monthly": 120}
_DAY = 86_400
_STRETCH: Mapping[str, int] = {
    "10-minute": _DAY,
    "hourly": _DAY,
    "term": 30 * _DAY,
    "daily": 30 * _DAY,
    "10-day": 366 * _DAY,
    "monthly": 366 * _DAY,
}


def stretch_of(interval: str) -> int:
    """For how many seconds the rows of a collection are kept together until they are sealed."""
    return _STRETCH[interval]


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open period of a collection, in seconds since 1970: start <= time < end."""

    collection: str
    start: int
    end: int

    @property
    def label(self) -> str:
        """How it is called in a line of a log: `chu-hourly from 2026-05-01`."""
        return f"{self.collection} from {datetime.fromtimestamp(self.start, UTC):%Y-%m-%d}"

    def finished(self, now: datetime) -> bool:
        """Whether it ended long enough before `now` (aware) to be sealed."""
        return datetime.fromtimestamp(self.end, UTC) + SETTLING <= now


def starts(interval: str, time: np.ndarray) -> np.ndarray:
    """For each time (int64, seconds) of readings at `interval`, the start of its period (int64, seconds)."""
    months = _MONTHS[interval]
    month = time.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    # Months count from January 1970, which begins a year and a decade of years.
    begins: np.ndarray = ((month // months) * months).astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
    return begins


def period_from(collection: str, interval: str, start: int) -> Period:
    """The period of a collection that begins at `start`."""
    month = int(np.datetime64(start, "s").astype("datetime64[M]").astype(np.int64)) + _MONTHS[interval]
    return Period(collection, start, int(np.datetime64(month, "M").astype("datetime64[s]").astype(np.int64)))
