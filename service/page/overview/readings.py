"""The newest reading of every series, and what each said a day before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from record.archive import Archive
from record.archive.latest import Latest
from record.entry import Flag
from record.network import Collection, Network
from record.quantities import FLAG
from record.selection import Selection

_DAY = 86_400
_TOGETHER = 2 * _DAY
"""Only of series whose newest readings lie this near to the newest of their collection one asks what was before."""
_USABLE = (Flag.GOOD, Flag.UNKNOWN, Flag.SUSPECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """By series: its `newest` reading, none of one that never spoke, and the value a day `before` that, where known."""

    newest: Mapping[str, Latest]
    before: Mapping[str, float]


def read(archive: Archive, network: Network, as_of: int | None) -> Readings:
    """Of all series of the network, as they are or as the first so many entries say it. Raises `RecordError`."""
    newest = archive.latest(tuple(network.series), as_of)
    before: dict[str, float] = {}
    for collection in network.collections.values():
        before |= _before(archive, collection, newest, as_of)
    return Readings(newest=newest, before=before)


def _before(
    archive: Archive, collection: Collection, newest: Mapping[str, Latest], as_of: int | None
) -> Iterator[tuple[str, float]]:
    said = [
        (one.id, int(newest[one.id].time.timestamp()) - _DAY)
        for one in collection.series
        if one.id in newest and newest[one.id].flag in _USABLE
    ]
    if not said:
        return
    last = max(time for _, time in said)
    said = [(name, time) for name, time in said if time > last - _TOGETHER]
    start = min(time for _, time in said)
    yield from _values(archive, said, (start, last + 1), as_of)


def _values(
    archive: Archive, said: Sequence[tuple[str, int]], between: tuple[int, int], as_of: int | None
) -> Iterator[tuple[str, float]]:
    """The usable values of series at a time of each."""
    names = tuple(name for name, _ in said)
    start, end = (datetime.fromtimestamp(one, UTC) for one in between)
    answer = archive.answer(Selection(series=names, start=start, end=end, as_of=as_of))
    rows = {about.id: row for row, about in enumerate(answer.heading.stations)}
    columns = {time: column for column, time in enumerate(answer.time.tolist())}
    usable = {
        quantity: np.where(np.isin(answer.layers[f"{quantity}{FLAG}"], _USABLE), answer.layers[quantity], np.nan)
        for quantity in answer.heading.quantities
    }
    for name, time in said:
        station, quantity, _ = name.rsplit(".", 2)
        if time in columns:
            value = float(usable[quantity][rows[station], columns[time]])
            if not np.isnan(value):
                yield name, value
