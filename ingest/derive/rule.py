"""What every rule of computing is asked, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.consequence import Change
from ingest.derive.column import Column
from record.entry import Flag
from record.network import Network
from record.network.basin import Series
from record.network.computed import computed_id
from record.network.derived import Derived
from record.network.fact import Fact

Span = tuple[int, int]
"""From when to before when, in seconds since 1970."""


@dataclass(frozen=True, eq=False)
class Computed:
    """A series that is declared to be computed, in the network that declares it."""

    row: Derived
    network: Network

    @cached_property
    def station(self) -> str:
        """The computed twin, at which it stands."""
        return computed_id(self.row.station)

    @cached_property
    def series(self) -> str:
        """Its id."""
        return f"{self.station}.{self.row.series}"

    @cached_property
    def quantity(self) -> str:
        """What is computed."""
        return self.row.series.partition(".")[0]

    @cached_property
    def interval(self) -> str:
        """How far apart its values stand."""
        return self.row.series.partition(".")[2]

    @cached_property
    def inputs(self) -> tuple[Series, ...]:
        """The series that it is computed from, in declared order."""
        return tuple(self.network.series[one.series] for one in self.row.inputs)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which its days begin, and those of its curves."""
        return self.network.zone_of(self.row.station)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worked:
    """What a rule made of its inputs: columns of one length, a row a time (seconds since 1970).

    `values` are NaN where nothing can be computed. `doubtful`: whether an input or the rule itself is in doubt.
    `impossible`: whether the value cannot be true, though its inputs might be; None where no rule says so. `told`:
    whether something was said of every input, if only that it is missing; of other times nothing is said either.
    `used`: for each input the entries that each row rests on, of shape (rows, any), -1 where there are fewer.
    """

    series: str
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    doubtful: NDArray[np.bool_]
    told: NDArray[np.bool_]
    used: Mapping[str, NDArray[np.int64]]
    impossible: NDArray[np.bool_] | None = None

    def flags(self) -> NDArray[np.int8]:
        """Suspect where in doubt, bad where impossible, missing without a value, else unknown, until it is judged."""
        flags = np.where(self.doubtful, Flag.SUSPECT, Flag.UNKNOWN).astype(np.int8)
        if self.impossible is not None:
            flags[self.impossible] = Flag.BAD
        flags[np.isnan(self.values)] = Flag.MISSING
        return flags


class Rule(Protocol):
    """A way of computing series, without state: it is told each time what it is asked for."""

    def touched(self, asked: Computed, change: Change) -> Span:
        """Which of its times may come out otherwise after a change of one of its inputs."""

    def reads(self, asked: Computed, span: Span) -> Mapping[str, Span]:
        """Which times of which inputs it needs for those of `span`."""

    def facts(self, asked: Computed) -> Sequence[Fact]:
        """The declared facts that it computes by, besides the row itself."""

    def work(self, asked: Computed, inputs: Mapping[str, Column], span: Span) -> Sequence[Worked]:
        """What is computed for the times of `span`; one answer for each series that it computes."""
