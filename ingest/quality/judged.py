"""What a check is, and what it is given: a message's readings with what stands around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.quality.context import Context
from ingest.quality.limits import Group
from ingest.quality.values import Track, Values
from record.entry import Flag
from record.network import Network

# From the mildest to the worst. "Unknown" is no opinion, and so the mildest: any check that has one outweighs it.
_MILDEST_FIRST = (Flag.UNKNOWN, Flag.GOOD, Flag.SUSPECT, Flag.BAD, Flag.MISSING)
_FLAGS = np.array(_MILDEST_FIRST, dtype=np.int8)
_WEIGHT = np.zeros(max(_MILDEST_FIRST) + 1, dtype=np.int8)
_WEIGHT[_FLAGS] = np.arange(len(_FLAGS))

Flags = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """The readings of a message as `values`, flagged by their sender as `said`.

    `track` holds those of them that can be used, with what the record holds around them and of other series; `place`
    is the row of each reading in it, -1 where it is of no use to others: missing, impossible or withdrawn.
    """

    values: Values
    said: Flags
    track: Track
    place: NDArray[np.int64]
    context: Context

    @property
    def network(self) -> Network:
        """The declared network."""
        return self.values.group.network

    def on_track(self, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Limits of the readings at their places in the track, and NaN at all others."""
        found = np.full(len(self.track), np.nan)
        usable = self.place >= 0
        found[self.place[usable]] = limit[usable]
        return found

    def of_track(self, flags: Flags, held: NDArray[np.bool_]) -> Flags:
        """Flags of the track as flags of the readings that were `held` to a limit; no opinion of the others."""
        return self.told(flags[self.place] if len(flags) else self.nothing_said(), held)

    def told(self, flags: Flags, held: NDArray[np.bool_]) -> Flags:
        """The flags of readings that were `held` to a limit: of those of no use to others unknown, or missing."""
        found = np.where(held & (self.place >= 0), flags, Flag.UNKNOWN).astype(np.int8)
        found[held & np.isnan(self.values.value)] = Flag.MISSING
        return found

    def nothing_said(self) -> Flags:
        """No opinion of any reading."""
        return np.full(len(self.values), Flag.UNKNOWN, dtype=np.int8)

    def nobody(self) -> NDArray[np.bool_]:
        """None of the readings."""
        return np.zeros(len(self.values), dtype=bool)

    def number(self, series: str) -> int:
        """The number of a series in the track; -1 where it is not in it."""
        return self.track.group.names.index(series) if series in self.track.group.names else -1


class Reach(NamedTuple):
    """A reading of a series `of` is judged by what the one at the same place of `series` holds around it.

    From `before` seconds before the reading to `after` seconds after it.
    """

    of: tuple[str, ...]
    series: tuple[str, ...]
    before: int
    after: int


Reached = Callable[[Group], Sequence[Reach]]


def _nothing_else(_group: Group) -> Sequence[Reach]:
    return ()


@dataclass(frozen=True, slots=True)
class Check:
    """A quality check: its flags of readings, of their shape, and which others it needs to give them.

    One that can often tell from less than its whole `reach` says so `at_first`, and is asked again with all of it about
    series of which it could not say anything.
    """

    flags: Callable[[Judged], Flags]
    reach: Reached = _nothing_else
    at_first: Reached | None = None


def worst(flags: Sequence[Flags] | Flags, axis: int = 0) -> Flags:
    """The worst of several flags of each reading."""
    found: Flags = _FLAGS[np.max(_WEIGHT[np.asarray(flags)], axis=axis)]
    return found
