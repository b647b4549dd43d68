"""The values that are judged, and those around them: columns of one length, a row a reading."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Generic

import numpy as np
from numpy.typing import NDArray

from ingest.quality.calendar import Local, local
from ingest.quality.gap import follows
from ingest.quality.limits import NONE, Group, Limits, T
from record.place import places


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limited(Generic[T]):
    """The limits of one kind that hold for readings: `number` (int64) is the row of each, -1 where none holds."""

    limits: Limits[T]
    number: NDArray[np.int64]

    @property
    def held(self) -> NDArray[np.bool_]:
        """For which readings a row holds."""
        held: NDArray[np.bool_] = self.number != NONE
        return held

    def column(self, of: Callable[[T], Decimal | None]) -> NDArray[np.float64]:
        """What the row of each reading says, NaN for none."""
        return self.limits.column(of, self.number)


@dataclass(frozen=True, kw_only=True, eq=False)
class Values:
    """Readings: `which` numbers the series of `group`, `time` is in seconds since 1970, `value` NaN for none."""

    group: Group
    which: NDArray[np.int64]
    time: NDArray[np.int64]
    value: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.time)

    @cached_property
    def local(self) -> Local:
        """Where each reading falls in the calendar of its station's party."""
        zones = list(dict.fromkeys(self.group.zones))
        if len(zones) < 2:
            return local(self.time, zones[0] if zones else self.group.network.report_day.tz)
        zone = np.array([zones.index(one) for one in self.group.zones])[self.which]
        found = Local(*(np.zeros(len(self), dtype=np.int64) for _ in Local._fields))
        for number, one in enumerate(zones):
            mine = zone == number
            for column, part in zip(found, local(self.time[mine], one), strict=True):
                column[mine] = part
        return found

    def limited(self, rows: Sequence[T]) -> Limited[T] | None:
        """The limits among `rows` of one kind that hold for these readings; None where none is for their series."""
        found = self.group.limits(rows)
        if found.none:
            return None
        month = self.local.month - 1 if found.seasonal else 0
        return Limited(limits=found, number=found.number[self.which, month])


@dataclass(frozen=True, kw_only=True, eq=False)
class Track(Values):
    """Usable readings, sorted by series and time, each time of a series once."""

    @cached_property
    def place(self) -> NDArray[np.int64]:
        """Series and time of each reading as one rising integer."""
        return places(self.which, self.time)

    @cached_property
    def following(self) -> NDArray[np.bool_]:
        """Whether each reading follows the one before it, by the gap that is declared of its series or is usual."""
        hours = self.group.usual_gaps[self.which]
        declared = self.limited(self.group.network.thresholds.gap)
        if declared is not None:
            said = declared.column(lambda row: row.hours)
            hours = np.where(np.isnan(said), hours, said)
        return follows(self.which, self.time, hours)

    def of(self, number: int) -> slice:
        """The rows of a series."""
        start, end = np.searchsorted(self.which, [number, number + 1]).tolist()
        return slice(start, end)

    def then(self, number: int, time: NDArray[np.int64]) -> NDArray[np.float64]:
        """The values of series `number` as read at exactly these times; NaN where none was."""
        place, after = self._sought(number, time)
        return (
            np.where(self.place[after] == place, self.value[after], np.nan) if len(self) else np.full(len(time), np.nan)
        )

    def at(self, number: int, time: NDArray[np.int64]) -> NDArray[np.float64]:
        """The values of series `number` at these times, as read then or on the line between readings before and after.

        NaN where the one after does not follow the one before, and outside of them.
        """
        found = self.then(number, time)
        place, after = self._sought(number, time)
        between = np.flatnonzero(np.isnan(found) & (self.place[after] > place)) if len(self) else after[:0]
        right = after[between]
        between, right = between[self.following[right]], right[self.following[right]]
        # The reading before one that follows is of the same series, and so is what lies between the two.
        left = right - 1
        share = (time[between] - self.time[left]) / (self.time[right] - self.time[left])
        found[between] = self.value[left] + (self.value[right] - self.value[left]) * share
        return found

    def _sought(self, number: int, time: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The place of each time, and the first reading that is not before it, or the last of all."""
        place = places(np.full(len(time), number, dtype=np.int64), time)
        return place, np.minimum(np.searchsorted(self.place, place), max(len(self) - 1, 0))
