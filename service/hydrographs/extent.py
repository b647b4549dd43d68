"""From when to when a series has anything: the last time is at hand, the first is looked for from the beginning."""

from datetime import datetime, timedelta

import numpy as np

from record.archive import Archive
from record.network.basin import Series
from record.quantities import ENTRY
from record.selection import Selection

_FIRST_LOOK = timedelta(days=400)
_LONGER = 3


def extent_of(
    archive: Archive, series: Series, bounds: tuple[datetime, datetime] | None, count: int
) -> tuple[int, int] | None:
    """First and last time of which the first `count` entries say anything of a series, in seconds; None for none.

    `bounds` are those of all series of its collection.
    """
    latest = archive.latest([series.id], count).get(series.id)
    if latest is None or bounds is None:
        return None
    return _first(archive, series, bounds[0], latest.time, count), int(latest.time.timestamp())


def _first(archive: Archive, series: Series, start: datetime, last: datetime, count: int) -> int:
    """The first time; a series that begins late in its collection is looked for in longer and longer steps."""
    look, past = _FIRST_LOOK, last + timedelta(seconds=1)
    while start < past:
        end = min(start + look, past)
        answer = archive.answer(Selection(series=(series.id,), start=start, end=end, as_of=count))
        spoken = np.flatnonzero(answer.layers[f"{series.quantity}{ENTRY}"][0] >= 0)
        if len(spoken):
            return int(answer.time[spoken[0]])
        start, look = end, look * _LONGER
    return int(last.timestamp())
