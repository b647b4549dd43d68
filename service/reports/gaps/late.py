"""Readings of a period that were first received after they were due, or after the hour of issue where none is owed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from record.archive import Archive
from record.archive.amended import Amended
from record.archive.history import Arrival
from record.network import Network
from record.network.basin import Series
from service.reports.gaps.dues import NEVER, Dues
from service.reports.gaps.missing import named
from service.reports.gaps.sayings import Sayings
from service.reports.report import Late

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The readings of a series whose first values were entered when they were due or later; arrays of one length."""

    series: Series
    time: np.ndarray
    due: np.ndarray
    entry: np.ndarray


def behind(
    archive: Archive, network: Network, sayings: Sayings, dues: Dues, issue: datetime, firsts: Mapping[str, "Firsts"]
) -> Iterator[Behind]:
    """The series with readings that were entered late: these may have been received in time, no others can be late."""
    due = dues.due(sayings)
    due = np.where(due == NEVER, int(issue.timestamp()), due)
    entry = _first_valued(sayings, firsts)
    entry[[network.stations[one.station].computed for one in sayings.series]] = -1
    said = entry >= 0
    if not said.any():
        return
    entered = np.zeros(entry.shape, dtype=np.int64)
    entered[said] = archive.entered(entry[said])
    late = said & (entered >= due)
    for row in np.flatnonzero(late.any(axis=1)).tolist():
        mine = late[row]
        yield Behind(series=sayings.series[row], time=sayings.time[mine], due=due[row][mine], entry=entry[row][mine])


Firsts = Mapping[int, int]
"""Of a series, times of readings that were amended, and the entry that gave each its first value; -1 for none."""


def firsts_of(amended: Sequence[Amended]) -> Mapping[str, Firsts]:
    """By series, which entry gave the first value of each reading that was amended."""
    found: dict[str, dict[int, int]] = {}
    for one in amended:
        first = next((word.entry for word in (one.old, one.new) if word.value is not None), -1)
        of = found.setdefault(one.series, {})
        second = int(one.time.timestamp())
        if of.get(second, -1) < 0:
            of[second] = first
    return found


def _first_valued(sayings: Sayings, firsts: Mapping[str, Firsts]) -> np.ndarray:
    """The entry that gave each reading its first value (series, time), -1 where none did."""
    entry = np.where(np.isnan(sayings.value), -1, sayings.entry)
    column = {second: place for place, second in enumerate(sayings.time.tolist())}
    for row, series in enumerate(sayings.series):
        for second, first in firsts.get(series.id, {}).items():
            if second in column:
                entry[row, column[second]] = first
    return entry


def late(archive: Archive, network: Network, found: Sequence[Behind]) -> Iterator[Late]:
    """The series with readings that were received late, from those that were entered late."""
    entries = np.concatenate([one.entry for one in found]) if found else np.empty(0, dtype=np.int64)
    arrivals = {one.entry: one for one in archive.arrivals_of(np.unique(entries).tolist())}
    for one in found:
        told = _late(network, one, arrivals)
        if told is not None:
            yield told


def _late(network: Network, one: Behind, arrivals: Mapping[int, Arrival]) -> Late | None:
    received = np.array([int(arrivals[entry].received.timestamp()) for entry in one.entry.tolist()], dtype=np.int64)
    mine = received >= one.due
    if not mine.any():
        return None
    after = np.where(mine, received - one.due, -1)
    worst = int(after.argmax())
    arrival = arrivals[int(one.entry[worst])]
    station = network.stations[one.series.station]
    return Late(
        series=one.series.id,
        station=station.id,
        nature=station.nature.value,
        count=int(mine.sum()),
        first=datetime.fromtimestamp(int(one.time[mine][0]), UTC),
        last=datetime.fromtimestamp(int(one.time[mine][-1]), UTC),
        received=arrival.received,
        hours=timedelta(seconds=int(after[worst])) / _HOUR,
        source=arrival.source,
        entries=named(one.entry[mine]),
    )
