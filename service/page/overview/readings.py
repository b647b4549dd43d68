"""The newest reading of every series, what each said a day before, and what was known of those that lack it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from record.archive import Archive
from record.archive.latest import Latest
from record.entry import Flag
from record.network import Collection, Network
from record.network.basin import Series
from record.quantities import FLAG
from record.selection import Selection
from service.page.now import Known

_DAY = 86_400
_TOGETHER = 2 * _DAY
"""Only of series whose newest readings lie this near to the newest of their collection one asks what was before."""
_BACK = timedelta(days=7)
"""So far back the last value is looked for of what is missing now."""
_USABLE = (Flag.GOOD, Flag.UNKNOWN, Flag.SUSPECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """By series: its `newest` reading, none of one that never spoke, and the value a day `before` that, where known.

    `last` is, where the newest is said to be missing, the last value that is not, of the seven days before it.
    """

    newest: Mapping[str, Latest]
    before: Mapping[str, float]
    last: Mapping[str, Known]


def read(archive: Archive, network: Network, as_of: int | None) -> Readings:
    """Of all series of the network, as they are or as the first so many entries say it. Raises `RecordError`."""
    newest = archive.latest(tuple(network.series), as_of)
    before: dict[str, float] = {}
    last: dict[str, Known] = {}
    for collection in network.collections.values():
        before |= _before(archive, collection, newest, as_of)
        last |= _last(archive, collection, newest, as_of)
    return Readings(newest=newest, before=before, last=last)


def _before(
    archive: Archive, collection: Collection, newest: Mapping[str, Latest], as_of: int | None
) -> dict[str, float]:
    said = [one for one in collection.series if one.id in newest and newest[one.id].flag in _USABLE]
    if not said:
        return {}
    times = np.array([int(newest[one.id].time.timestamp()) - _DAY for one in said], dtype=np.int64)
    near = times > times.max() - _TOGETHER
    return _values(
        archive, [one for one, is_near in zip(said, near.tolist(), strict=True) if is_near], times[near], as_of
    )


def _last(
    archive: Archive, collection: Collection, newest: Mapping[str, Latest], as_of: int | None
) -> dict[str, Known]:
    said = [one for one in collection.series if one.id in newest and newest[one.id].flag is Flag.MISSING]
    if not said:
        return {}
    end = max(newest[one.id].time for one in said)
    near = [one for one in said if end - newest[one.id].time < timedelta(seconds=_TOGETHER)]
    start = min(newest[one.id].time for one in near) - _BACK
    answer = archive.answer(Selection(series=tuple(one.id for one in near), start=start, end=end, as_of=as_of))
    row_of = {about.id: row for row, about in enumerate(answer.heading.stations)}
    found: dict[str, Known] = {}
    for one in near if len(answer.time) else ():
        row = row_of[one.station]
        values, flags = answer.layers[one.quantity][row], answer.layers[f"{one.quantity}{FLAG}"][row]
        known = np.flatnonzero(np.isin(flags, _USABLE) & ~np.isnan(values))
        if len(known):
            place = known[-1]
            found[one.id] = Known(float(values[place]), datetime.fromtimestamp(int(answer.time[place]), UTC))
    return found


def _values(archive: Archive, said: Sequence[Series], times: np.ndarray, as_of: int | None) -> dict[str, float]:
    """The usable values of series of one collection, each at a time of its own (int64, seconds)."""
    start, end = (datetime.fromtimestamp(one, UTC) for one in (int(times.min()), int(times.max()) + 1))
    answer = archive.answer(Selection(series=tuple(one.id for one in said), start=start, end=end, as_of=as_of))
    if not len(answer.time):
        return {}
    column = np.minimum(np.searchsorted(answer.time, times), len(answer.time) - 1)
    row_of = {about.id: row for row, about in enumerate(answer.heading.stations)}
    row = np.array([row_of[one.station] for one in said], dtype=np.int64)
    quantity = np.array([one.quantity for one in said])
    found = np.full(len(said), np.nan)
    for name in answer.heading.quantities:
        place = np.flatnonzero((quantity == name) & (answer.time[column] == times))
        at = row[place], column[place]
        usable = np.isin(answer.layers[f"{name}{FLAG}"][at], _USABLE)
        found[place] = np.where(usable, answer.layers[name][at], np.nan)
    known = np.flatnonzero(~np.isnan(found)).tolist()
    return {said[place].id: float(found[place]) for place in known}
