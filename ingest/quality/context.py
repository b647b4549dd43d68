"""What the checks may ask of the record: readings around a message, other series, and what earlier years said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.quality.climatology import Climate
from record.network.curve import RatingCurve, Shift
from record.network.threshold import Climatology

Span = tuple[int, int]
"""A half-open stretch of time, in seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """Readings that have a value, a row each, in no order: `which` numbers `series`, `time` is in seconds since 1970.

    `withdrawn` tells which of them whoever said them called bad.
    """

    series: tuple[str, ...]
    which: NDArray[np.int64]
    time: NDArray[np.int64]
    value: NDArray[np.float64]
    withdrawn: NDArray[np.bool_]

    @classmethod
    def nothing(cls) -> "Known":
        """No reading."""
        none = np.empty(0, dtype=np.int64)
        return cls(series=(), which=none, time=none, value=none.astype(np.float64), withdrawn=none.astype(bool))


class Context(Protocol):
    """What is known beside the message that is judged."""

    def readings(self, wanted: Mapping[str, Span]) -> Known:
        """What stands of each series within its span; more may come of it."""

    def climate(self, series: Sequence[str], year: int, by: Climatology) -> Mapping[str, Climate]:
        """What the years before `year` said of each series; a series that they say nothing of may be absent."""


class Rating(Protocol):
    """Discharge by rating curves and shifts of one station."""

    def __call__(
        self,
        level: NDArray[np.float64],
        time: NDArray[np.int64],
        curves: Sequence[RatingCurve],
        shifts: Sequence[Shift],
        zone: ZoneInfo,
        /,
    ) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
        """Discharge in m3/s of levels in m, NaN where the curve is silent, and the verdict on each: suspect where it is
        extrapolated.
        """


class NoContext:
    """Knows nothing but the message."""

    def readings(self, wanted: Mapping[str, Span]) -> Known:  # noqa: ARG002 - as the protocol has it
        """Nothing."""
        return Known.nothing()

    def climate(self, series: Sequence[str], year: int, by: Climatology) -> Mapping[str, Climate]:  # noqa: ARG002
        """Nothing."""
        return {}
