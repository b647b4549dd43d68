"""Readings as Observations: a page at a time, in the order of their times, from as little of the record as it takes."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from record.archive import Archive
from record.archive.answer import Answer
from record.archive.latest import Latest
from record.network import Network
from record.network.basin import Series
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG
from record.selection import EARLIEST, LATEST, Selection
from service.points import points_between
from service.sensorthings import effort
from service.sensorthings.effort import Effort
from service.sensorthings.options import After

_GROWTH = 4
_ALWAYS = int(EARLIEST.timestamp()), int(LATEST.timestamp())


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Readings as columns of one length: of which series by `rank` among those asked, when, what, by which entry."""

    rank: np.ndarray
    time: np.ndarray
    value: np.ndarray
    flag: np.ndarray
    entry: np.ndarray

    def __len__(self) -> int:
        """How many."""
        return len(self.time)

    def take(self, places: np.ndarray | slice) -> "Rows":
        """Some of them, in that order."""
        return Rows(self.rank[places], self.time[places], self.value[places], self.flag[places], self.entry[places])


def joined(parts: Sequence[Rows]) -> Rows:
    """All of several, one after the other."""
    none = np.empty(0, dtype=np.int64)
    parts = [Rows(none, none, none.astype(float), none.astype(np.int8), none), *parts]
    return Rows(
        np.concatenate([part.rank for part in parts]),
        np.concatenate([part.time for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.flag for part in parts]),
        np.concatenate([part.entry for part in parts]),
    )


Keep = Callable[[Rows], np.ndarray]
"""Which of some readings are wanted (bool)."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which readings: of `series`, `start` <= time < `end` in seconds since 1970, that `keep` wants.

    In the order of their times, of the same time in that of the series; the other way round where `descending`.
    `after` is the last one of the page before.
    """

    series: tuple[str, ...]
    start: float = _ALWAYS[0]
    end: float = _ALWAYS[1]
    keep: Keep | None = None
    descending: bool = False
    after: After | None = None


class Observed:
    """Reads the record as it stood when the journal held `count` entries, and no more of it than `taken` allows."""

    def __init__(self, archive: Archive, network: Network, count: int, taken: Effort) -> None:
        self._archive, self._network, self.count = archive, network, count
        self._effort = taken

    def page(self, question: Question, many: int) -> Rows:
        """The first so many, in their order. Raises `SelectionError` where too much would have to be read."""
        found: list[Rows] = []
        lacking = many
        for start, end in self._windows(question, many):
            rows = self._read(question, start, end)
            found.append(in_order(rows, descending=question.descending).take(slice(0, lacking)))
            lacking -= len(found[-1])
            if lacking <= 0:
                break
        return joined(found)

    def everything(self, question: Question) -> Rows:
        """All of them, in no order."""
        start, end = self._bounds(question)
        step = min(
            (int(interval_of(one.interval).shortest.total_seconds()) for one in self._declared(question.series)),
            default=1,
        )
        likely = len(question.series) * max(end - start, 0) / step
        if likely > effort.MOST_CELLS:
            raise effort.too_much()
        return self._read(question, start, end)

    def latest(self, series: Sequence[str]) -> Rows:
        """The newest reading of each series that ever spoke, in their order."""
        self._effort.read(len(series), len(series))
        found = self._archive.newest(series)
        if (found.entry >= self.count).any() or self.count != self._archive.size():
            return _newest_then(series, self._archive.latest(series, self.count))
        rank = np.flatnonzero(found.entry >= 0)
        return Rows(rank, found.time[rank], found.value[rank], found.flag[rank], found.entry[rank])

    def _declared(self, names: Sequence[str]) -> list[Series]:
        return [self._network.series[name] for name in names]

    def _bounds(self, question: Question) -> tuple[float, float]:
        """Where readings of these series can be at all."""
        spans = [
            self._archive.span(name) for name in dict.fromkeys(x.collection for x in self._declared(question.series))
        ]
        known = [(first.timestamp(), last.timestamp()) for first, last in filter(None, spans)]
        if not known:
            return 0, 0
        start = max(question.start, min(first for first, _ in known))
        end = min(question.end, max(last for _, last in known) + 1)
        if question.after is not None:
            if question.descending:
                end = min(end, question.after.time + 1)
            else:
                start = max(start, question.after.time)
        return start, end

    def _windows(self, question: Question, many: int) -> Iterator[tuple[float, float]]:
        """Stretches of time one after the other, each longer than the one before, from where the page begins."""
        start, end = self._bounds(question)
        declared = self._declared(question.series)
        if start >= end:
            return
        step = min(map(_step, declared))
        length = max(math.ceil(many / len(declared) * 1.2) + 1, 2) * step
        while start < end:
            if question.descending:
                yield max(start, end - length), end
                end -= length
            else:
                yield start, min(end, start + length)
                start += length
            length *= _GROWTH

    def _read(self, question: Question, start: float, end: float) -> Rows:
        ranks = {name: rank for rank, name in enumerate(question.series)}
        members: dict[str, list[str]] = {}
        for one in self._declared(question.series):
            members.setdefault(one.collection, []).append(one.id)
        parts: list[Rows] = []
        for collection, names in members.items() if start < end else ():
            declared, interval = self._declared(names), self._network.collection(collection).interval
            # Tables have room for each quantity of each station.
            room = len({one.station for one in declared}) * len({one.quantity for one in declared})
            cells, points = (points_between(interval, many, end - start) for many in (room, len(names)))
            self._effort.read(cells, points)
            answer = self._archive.answer(
                Selection(series=tuple(names), start=_moment(start), end=_moment(end), as_of=self.count)
            )
            parts += _flat(answer, ranks)
        found = joined(parts)
        if question.after is not None:
            found = found.take(beyond(found, question))
        return found if question.keep is None or not len(found) else found.take(question.keep(found))


def _newest_then(series: Sequence[str], found: Mapping[str, Latest]) -> Rows:
    spoke = [(rank, found[name]) for rank, name in enumerate(series) if name in found]
    return Rows(
        np.array([rank for rank, _ in spoke], dtype=np.int64),
        np.array([int(one.time.timestamp()) for _, one in spoke], dtype=np.int64),
        np.array([math.nan if one.value is None else one.value for _, one in spoke], dtype=np.float64),
        np.array([int(one.flag) for _, one in spoke], dtype=np.int8),
        np.array([one.entry for _, one in spoke], dtype=np.int64),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(math.ceil(seconds), UTC)


def in_order(rows: Rows, *, descending: bool) -> Rows:
    """The rows in the order of their times, of the same time in that of their series; or the other way round."""
    order = np.lexsort((rows.rank, rows.time))
    return rows.take(order[::-1] if descending else order)


def beyond(rows: Rows, question: Question) -> np.ndarray:
    """Which rows come after the last one of the page before (bool)."""
    assert question.after is not None
    later = np.less if question.descending else np.greater
    found: np.ndarray = later(rows.time, question.after.time)
    found |= (rows.time == question.after.time) & later(rows.rank, question.after.rank)
    return found


def _flat(answer: Answer, ranks: dict[str, int]) -> Iterator[Rows]:
    """What was said, of each quantity; where nobody spoke there is no reading."""
    interval = answer.heading.collection.interval
    for quantity in answer.heading.quantities:
        entry = answer.layers[f"{quantity}{ENTRY}"]
        row, column = np.nonzero(entry >= 0)
        names = [f"{station.id}.{quantity}.{interval}" for station in answer.heading.stations]
        rank = np.array([ranks.get(name, -1) for name in names], dtype=np.int64)
        yield Rows(
            rank=rank[row],
            time=answer.time[column],
            value=answer.layers[quantity][row, column],
            flag=answer.layers[f"{quantity}{FLAG}"][row, column],
            entry=entry[row, column],
        )


def _step(series: Series) -> int:
    """The shortest time from one reading to the next, in seconds."""
    return int(interval_of(series.interval).shortest.total_seconds())
