"""Observations as columns: what a message says, in the form in which it is entered, folded and read back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import repeat
from operator import is_
from typing import TypedDict

import numpy as np

from record.entry import Flag, Method, Observation
from record.verdicts import SAID

_MISSING = int(Flag.MISSING)
_FLAGS = np.array([int(flag) for flag in Flag], dtype=np.int8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Columns of one length, a row an observation.

    `said`: the (series id, method) pairs that the rows speak of; `which` (int64) numbers them.
    `time` (int64): seconds since 1970 in UTC; for a mean or a sum, the start of its interval.
    `value`: decimals in the unit of the quantity; None where it is missing, and then the flag says so.
    `flag` (int8): quality on the QARTOD scale.
    `checks` names the quality checks that were run, `verdicts` (int8, a row an observation, a column a check) what each
    of them found on the same scale; without `verdicts` nobody has judged yet.
    Raises `ValueError` for columns that do not fit each other.
    """

    said: tuple[tuple[str, Method], ...]
    which: np.ndarray
    time: np.ndarray
    value: Sequence[Decimal | None]
    flag: np.ndarray
    checks: tuple[str, ...] = ()
    verdicts: np.ndarray | None = None

    def __post_init__(self) -> None:
        if not len(self.which) == len(self.time) == len(self.value) == len(self.flag):
            raise ValueError("the columns of a batch differ in length")
        if self.verdicts is not None and self.verdicts.shape != (len(self.value), len(self.checks)):
            raise ValueError("the verdicts of a batch are not one a row and check")
        if not np.isin(self.flag, _FLAGS).all():
            raise ValueError("a batch holds a flag that is not on the QARTOD scale")
        if (self.flag[self.absent()] != _MISSING).any():
            raise ValueError("a batch holds a row without value that is not flagged missing")
        # Only None and nought are passed over, and nought is finite.
        if not all(map(Decimal.is_finite, filter(None, self.value))):
            raise ValueError("a batch holds a value that is not a finite number")

    def __len__(self) -> int:
        return len(self.value)

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> "Batch":
        """The same observations as columns, in the same order."""
        rows = list(observations)
        said: dict[tuple[str, Method], int] = {}
        return cls(
            which=np.array([said.setdefault((row.series, row.method), len(said)) for row in rows], dtype=np.int64),
            said=tuple(said),
            time=np.array([int(row.time.timestamp()) for row in rows], dtype=np.int64),
            value=[row.value for row in rows],
            flag=np.array([int(row.flag) for row in rows], dtype=np.int8),
        )

    @classmethod
    def joined(cls, parts: Sequence["Batch"]) -> "Batch":
        """All rows of several, one after the other."""
        if len(parts) == 1:
            return parts[0]
        number: dict[tuple[str, Method], int] = {}
        for part in parts:
            for pair in part.said:
                number.setdefault(pair, len(number))
        which = [np.array([number[pair] for pair in part.said], dtype=np.int64)[part.which] for part in parts]
        nothing = np.empty(0, dtype=np.int64)
        return cls(
            said=tuple(number),
            which=np.concatenate([nothing, *which]),
            time=np.concatenate([nothing, *(part.time for part in parts)]),
            value=[value for part in parts for value in part.value],
            flag=np.concatenate([nothing.astype(np.int8), *(part.flag for part in parts)]),
            **_verdicts_of(parts),
        )

    @property
    def series(self) -> tuple[str, ...]:
        """Ids of the series that `said` names, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.said))

    def numbered(self, number: dict[str, int]) -> np.ndarray:
        """For each row, the number that `number` gives to its series (int64)."""
        of_pair = np.array([number[name] for name, _ in self.said], dtype=np.int64)
        return of_pair[self.which] if len(of_pair) else np.empty(0, dtype=np.int64)

    def absent(self) -> np.ndarray:
        """Of each row, whether it has no value (bool)."""
        return np.fromiter(map(is_, self.value, repeat(None)), dtype=bool, count=len(self.value))

    def floats(self) -> np.ndarray:
        """The values as float64, NaN where missing: here the decimals of the journal become numbers of arrays."""
        return np.array([np.nan if value is None else float(value) for value in self.value], dtype=np.float64)

    @property
    def sent(self) -> np.ndarray:
        """The flags as the sender gave them (int8), before anyone judged; those that stand where nobody noted it."""
        if self.verdicts is None or SAID not in self.checks:
            return self.flag
        column: np.ndarray = self.verdicts[:, self.checks.index(SAID)]
        return column

    def part(self, start: int, end: int) -> "Batch":
        """Rows [start, end)."""
        return Batch(
            said=self.said,
            which=self.which[start:end],
            time=self.time[start:end],
            value=self.value[start:end],
            flag=self.flag[start:end],
            checks=self.checks,
            verdicts=None if self.verdicts is None else self.verdicts[start:end],
        )

    def only(self, kept: np.ndarray) -> "Batch":
        """The rows for which the boolean array `kept` is true."""
        return Batch(
            said=self.said,
            which=self.which[kept],
            time=self.time[kept],
            value=[value for value, keep in zip(self.value, kept.tolist(), strict=True) if keep],
            flag=self.flag[kept],
            checks=self.checks,
            verdicts=None if self.verdicts is None else self.verdicts[kept],
        )

    def at(self, places: np.ndarray) -> "Batch":
        """The rows with these numbers (int64), in their order."""
        return Batch(
            said=self.said,
            which=self.which[places],
            time=self.time[places],
            value=[self.value[place] for place in places.tolist()],
            flag=self.flag[places],
            checks=self.checks,
            verdicts=None if self.verdicts is None else self.verdicts[places],
        )

    def judged(self, checks: tuple[str, ...], verdicts: np.ndarray) -> "Batch":
        """The same rows with these verdicts."""
        return replace(self, checks=checks, verdicts=verdicts)

    def rows(self) -> Iterator[tuple[str, Method, int, Decimal | None, int]]:
        """Each row as (series id, method, time, value, flag), to tell whether the same was said before."""
        columns = zip(self.which.tolist(), self.time.tolist(), self.value, self.flag.tolist(), strict=True)
        for which, time, value, flag in columns:
            name, method = self.said[which]
            yield name, method, time, value, flag

    def observations(self) -> list[Observation]:
        """The rows one by one, as observations."""
        return [
            Observation(
                series=name, time=datetime.fromtimestamp(time, UTC), value=value, flag=Flag(flag), method=method
            )
            for name, method, time, value, flag in self.rows()
        ]


class _Judged(TypedDict, total=False):
    checks: tuple[str, ...]
    verdicts: np.ndarray


def _verdicts_of(parts: Sequence[Batch]) -> _Judged:
    """What was found of all rows of several; nothing where they were not all judged by the same checks."""
    judged = [part for part in parts if part.verdicts is not None]
    if not judged or len(judged) < len(parts):
        return {}
    if len({part.checks for part in judged}) > 1:
        raise ValueError("batches that were judged by different checks cannot be joined")
    return {
        "checks": judged[0].checks,
        "verdicts": np.concatenate([part.verdicts for part in judged if part.verdicts is not None]),
    }
