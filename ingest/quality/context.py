"""What the checks may ask of the record: readings around a message, other series, and what earlier years said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.quality.climatology import Climate

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

    def only(self, kept: NDArray[np.bool_]) -> "Known":
        """Those readings for which `kept` is true."""
        return replace(
            self,
            which=self.which[kept],
            time=self.time[kept],
            value=self.value[kept],
            withdrawn=self.withdrawn[kept],
        )

    @classmethod
    def nothing(cls) -> "Known":
        """No reading."""
        none = np.empty(0, dtype=np.int64)
        return cls(series=(), which=none, time=none, value=none.astype(np.float64), withdrawn=none.astype(bool))


class Season(NamedTuple):
    """Of which series, and before which year, the climate is wanted; and how it is made, see `climatology.climate`."""

    series: str
    year: int
    low: float
    high: float
    window_days: int
    min_years: int


class Context(Protocol):
    """What is known beside the message that is judged."""

    def readings(self, wanted: Mapping[str, Span]) -> Known:
        """What stands of each series within its span; more may come of it."""

    def climate(self, wanted: Sequence[Season], said: Known) -> Mapping[Season, Climate]:
        """What the years before said, asked once a message; a season of which they say nothing may be absent.

        `said` are the usable readings of the message, which count where it speaks of earlier years itself.
        """


class NoContext:
    """Knows nothing but the message."""

    def readings(self, wanted: Mapping[str, Span]) -> Known:  # noqa: ARG002 - as the protocol has it
        """Nothing."""
        return Known.nothing()

    def climate(self, wanted: Sequence[Season], said: Known) -> Mapping[Season, Climate]:  # noqa: ARG002
        """Nothing."""
        return {}
