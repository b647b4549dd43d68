"""How many points a question asks for at most, told before anything is read."""

import math
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from record.network import Collection
from record.network.basin import Series
from record.network.interval import interval_of
from record.selection import Selection

Span = tuple[datetime, datetime] | None

_DAY = 86_400
_FEW = 10_000
"""So few points are counted as asked for, without a look at how far the record reaches."""


def points_asked(selection: Selection, collection: Collection, span: Callable[[str], Span]) -> int:
    """One point for each series and step from the start to the end of a question, as far as anything was said.

    `span` gives the first and last time of which a series of a collection was spoken.
    """
    step = interval_of(collection.interval).shortest
    most = _count(selection, selection.start, selection.end, step)
    if most <= _FEW:
        return most
    known = span(collection.id)
    if known is None:
        return 0
    return _count(selection, max(selection.start, known[0]), min(selection.end, known[1] + step), step)


def points_of_days(series: Iterable[Series], days: int) -> int:
    """One point for each of the series and step of its interval in so many days."""
    return sum(points_between(one.interval, 1, days * _DAY) for one in series)


def points_between(interval: str, many: int, seconds: float) -> int:
    """One point for each of so many series of an interval and step of it in a stretch of time."""
    return many * max(math.ceil(seconds / interval_of(interval).shortest.total_seconds()), 0)


def _count(selection: Selection, start: datetime, end: datetime, step: timedelta) -> int:
    return len(selection.series) * max(-((start - end) // step), 0)
