"""How readings become one value: of a day, or of a longer period whose means are measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np

from record.entry import Flag
from record.network.account import FigureRules

USABLE = (int(Flag.GOOD), int(Flag.UNKNOWN), int(Flag.SUSPECT))
"""The flags of readings that count."""
_BAD, _MISSING = int(Flag.BAD), int(Flag.MISSING)
NOBODY = -1

OF_A_DAY: Mapping[str, int] = {"hourly": 24, "10-minute": 144}
"""How many readings a whole day has of the intervals that give many."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Means:
    """Arrays (row, slot) of what the readings of each slot amount to; `newest` only where entries were given.

    `value`: mean of the usable readings; where there is none, of those flagged bad, so that they can be shown as bad;
    NaN where too few were measured. `flag`: the worst flag among the readings used. `readings`: how many are usable, or
    bad where none is, also where they are too few. `left_out`: how many were flagged bad beside usable ones. `newest`:
    the newest entry on which the value rests, -1 for none.
    """

    value: np.ndarray
    flag: np.ndarray
    readings: np.ndarray
    left_out: np.ndarray
    newest: np.ndarray

    @property
    def layers(self) -> tuple[np.ndarray, ...]:
        """All its arrays."""
        return self.value, self.flag, self.readings, self.left_out, self.newest

    def put(self, rows: np.ndarray, other: "Means", slots: np.ndarray) -> None:
        """Into these rows, what the given slots of another hold, a slot for each of one's own."""
        for mine, others in zip(self.layers, other.layers, strict=True):
            mine[rows] = others[:, slots]

    def fill(self, rows: np.ndarray, other: "Means") -> np.ndarray:
        """Into these rows, what another knows better; whether a value of it was taken, (row, slot).

        A usable value is better than a bad one, a bad one than none, and of none that of which readings are told.
        """
        taken = other.standing > self.standing[rows]
        for mine, others in zip(self.layers, other.layers, strict=True):
            mine[rows] = np.where(taken, others, mine[rows])
        found: np.ndarray = taken & ~np.isnan(other.value)
        return found

    @property
    def standing(self) -> np.ndarray:
        """How much is known of each slot: 3 a usable value, 2 one that is bad, 1 of too few readings, 0 nothing."""
        valued = np.where(self.flag == _BAD, 2, 3)
        found: np.ndarray = np.where(np.isnan(self.value), self.readings > 0, valued).astype(np.int8)
        return found


def needed_of_day(interval: str, rules: FigureRules) -> int:
    """How many readings of an interval make the mean of a day: of those that a whole day has, the declared share."""
    return max(ceil(rules.completeness_percent * OF_A_DAY.get(interval, 1) / 100), 1)


def means(
    value: np.ndarray,
    flag: np.ndarray,
    entry: np.ndarray | None = None,
    *,
    slot: np.ndarray,
    count: int,
    needed: int = 1,
) -> Means:
    """Means of readings (row, time) by the slot 0..count-1 that holds each time; other slots are passed over.

    `slot` (time) must not fall; `needed` is how many readings make a value. This is the one way in which readings
    become the value of a day or of a period.
    """
    inside = slice(np.searchsorted(slot, 0), np.searchsorted(slot, count))
    slots, starts, back = np.unique(slot[inside], return_index=True, return_inverse=True)
    found = nothing(len(value), count)
    if not len(slots) or not len(value):
        return found
    value, flag = value[:, inside], flag[:, inside]
    given = ~np.isnan(value)
    usable, bad = given & _is_usable(flag), given & (flag == _BAD)
    some = _by_slot(np.logical_or, usable, starts)
    used = np.where(some[:, back], usable, bad)
    readings = _by_slot(np.add, used.astype(np.int64), starts)
    sums = _by_slot(np.add, np.where(used, value, 0.0), starts)
    measured = readings >= max(needed, 1)
    lowest = _by_slot(np.minimum, np.where(used, value, np.inf), starts)
    highest = _by_slot(np.maximum, np.where(used, value, -np.inf), starts)
    # Ten times 16.2 over ten is a little less than 16.2 in a computer; a mean never lies outside of its values.
    mean = np.clip(np.divide(sums, readings, out=np.zeros_like(sums), where=readings > 0), lowest, highest)
    found.readings[:, slots] = readings
    found.value[:, slots] = np.where(measured, mean, np.nan)
    found.flag[:, slots] = np.where(measured, _by_slot(np.maximum, np.where(used, flag, 0), starts), _MISSING)
    found.left_out[:, slots] = np.where(some, _by_slot(np.add, bad.astype(np.int64), starts), 0)
    if entry is not None:
        newest = _by_slot(np.maximum, np.where(used, entry[:, inside], NOBODY), starts)
        found.newest[:, slots] = np.where(measured, newest, NOBODY)
    return found


def _is_usable(flag: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.logical_or.reduce([flag == one for one in USABLE])
    return found


def _by_slot(add: np.ufunc, layer: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """A layer (row, time) taken together from each start to the next, (row, slot)."""
    # Daily means have one time in each slot, and nothing is to be taken together.
    found: np.ndarray = layer if len(starts) == layer.shape[1] else add.reduceat(layer, starts, axis=1)
    return found


def nothing(rows: int, count: int) -> Means:
    """Means of which nothing is known yet."""
    return Means(
        value=np.full((rows, count), np.nan),
        flag=np.full((rows, count), _MISSING, dtype=np.int8),
        readings=np.zeros((rows, count), dtype=np.int64),
        left_out=np.zeros((rows, count), dtype=np.int64),
        newest=np.full((rows, count), NOBODY, dtype=np.int64),
    )
