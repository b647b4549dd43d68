"""Virtual posts: a weighted sum of series, each taken so many days earlier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from ingest.consequence import Change
from ingest.days import day_of, start_of
from ingest.derive.column import NOBODY, Column
from ingest.derive.rule import Computed, Span, Worked
from ingest.derive.weighted_sum import weighted_sum
from record.network.basin import Series
from record.network.derived import Input
from record.network.fact import Fact
from record.network.interval import interval_of

_DAY = 86_400


class ByWeightedSum:
    """Adds up posts. Means of days are added by the date that they bear, each in its own zone, instants by their time.

    A mean of 5 May is stamped at midnight of its own party, and Almaty's is not that of Bishkek.
    """

    def touched(self, asked: Computed, change: Change) -> Span:
        """The same times, later by the lag."""
        lags = [one.lag_days for one in asked.row.inputs if one.series == change.series]
        of = asked.network.series[change.series]
        first, last = _keys(asked, of, np.array([change.start, change.end - 1])).tolist()
        ends = np.array([first + _step(asked, min(lags)), last + _step(asked, max(lags)) + 1])
        start, end = _times(asked, ends).tolist()
        return start, end

    def reads(self, asked: Computed, span: Span) -> Mapping[str, Span]:
        """For each input the same times, earlier by its lag."""
        wanted: dict[str, Span] = {}
        for one, series in _inputs(asked):
            # A day more on either side, as a day does not begin at the same moment everywhere.
            start, end = (at - one.lag_days * _DAY for at in span)
            before = wanted.get(series.id, (start, end))
            wanted[series.id] = min(before[0], start - _DAY), max(before[1], end + _DAY)
        return wanted

    def facts(self, asked: Computed) -> Sequence[Fact]:  # noqa: ARG002 - every rule is asked alike
        """None besides the row."""
        return []

    def work(self, asked: Computed, inputs: Mapping[str, Column], span: Span) -> Sequence[Worked]:
        """A sum for each time of the span at which any input has something to add."""
        columns = [inputs[series.id] for series in asked.inputs]
        keys = [
            _keys(asked, series, column.times) + _step(asked, one.lag_days)
            for (one, series), column in zip(_inputs(asked), columns, strict=True)
        ]
        every = reduce(np.union1d, keys)
        times = _times(asked, every)
        mine = (times >= span[0]) & (times < span[1])
        found = [_Taken.at(_place(every[mine], of), column) for of, column in zip(keys, columns, strict=True)]
        used: dict[str, list[NDArray[np.int64]]] = {}
        for series, taken in zip(asked.inputs, found, strict=True):
            used.setdefault(series.id, []).append(taken.entries)
        return [
            Worked(
                series=asked.series,
                times=times[mine],
                values=weighted_sum(
                    np.stack([taken.values for taken in found]), [float(one.weight) for one in asked.row.inputs]
                ),
                doubtful=np.any([taken.doubtful for taken in found], axis=0),
                told=np.all([taken.told for taken in found], axis=0),
                used={name: np.stack(entries, axis=1) for name, entries in used.items()},
            )
        ]


def _inputs(asked: Computed) -> list[tuple[Input, Series]]:
    return list(zip(asked.row.inputs, asked.inputs, strict=True))


def _is_of_instants(asked: Computed) -> bool:
    return interval_of(asked.interval).point


def _keys(asked: Computed, series: Series, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """By what the values of an input are added: the number of their day, or their time."""
    return times if _is_of_instants(asked) else day_of(times, asked.network.zone_of(series.station))


def _times(asked: Computed, keys: NDArray[np.int64]) -> NDArray[np.int64]:
    return keys if _is_of_instants(asked) else start_of(keys, asked.zone)


def _step(asked: Computed, days: int) -> int:
    return days * _DAY if _is_of_instants(asked) else days


def _place(wanted: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each wanted key stands among the rising keys of an input; the last of those that are equal."""
    place: NDArray[np.int64] = np.searchsorted(keys, wanted, side="right") - 1
    found = place >= 0
    found[found] = keys[place[found]] == wanted[found]
    return np.where(found, place, NOBODY)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Taken:
    """What an input has to add to each sum: values, whether in doubt, whether said at all, and by which entry."""

    values: NDArray[np.float64]
    doubtful: NDArray[np.bool_]
    told: NDArray[np.bool_]
    entries: NDArray[np.int64]

    @classmethod
    def at(cls, place: NDArray[np.int64], column: Column) -> "_Taken":
        told = place != NOBODY
        values, entries = np.full(place.shape, np.nan), np.full(place.shape, NOBODY, dtype=np.int64)
        doubtful = np.zeros(place.shape, dtype=bool)
        values[told] = column.usable()[place[told]]
        doubtful[told] = column.suspect()[place[told]]
        entries[told] = column.entries[place[told]]
        return cls(values=values, doubtful=doubtful, told=told, entries=entries)
