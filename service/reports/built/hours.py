"""What a day's value rests on, reading by reading, and how much changed between the same hours of two days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from record.entry import Flag
from service.figures.days import BASES
from service.figures.reads import Reads
from service.reports.built.asked import Asked
from service.reports.built.said import Said, said

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Changed:
    """By station: `value` NaN where no hour of one day has a partner on the other, `flag` the worst of those paired."""

    value: np.ndarray
    flag: np.ndarray
    entries: Mapping[int, tuple[int, ...]]


def entries_of(
    asked: Asked, archive: Reads, stations: Sequence[str], quantity: str, basis: np.ndarray, day: date
) -> dict[int, tuple[int, ...]]:
    """By row of the stations, the entries of the readings that make the value of a day; `basis` as bits."""
    found: dict[int, tuple[int, ...]] = {}
    for rows, named in _by_interval(quantity, basis):
        names = [stations[row] for row in rows.tolist()]
        for part in said(archive, asked.network, names, named, (day, day + _DAY), asked.count):
            _collect(found, rows[part.rows], np.where(part.used, part.entry, -1))
    return found


def changed(
    asked: Asked,
    archive: Reads,
    stations: Sequence[str],
    quantity: str,
    basis: np.ndarray,
    days: tuple[date, date],
) -> Changed:
    """The mean difference of usable readings at the same hours of two days, the later less the earlier.

    Readings without a partner at the same hour say nothing of the change; nor do those of another interval.
    """
    value, flag = np.full(len(stations), np.nan), np.full(len(stations), int(Flag.MISSING), dtype=np.int8)
    entries: dict[int, tuple[int, ...]] = {}
    for rows, named in _by_interval(quantity, basis):
        names = [stations[row] for row in rows.tolist()]
        earlier, later = (said(archive, asked.network, names, named, (day, day + _DAY), asked.count) for day in days)
        for before, now in zip(earlier, later, strict=True):
            held = rows[now.rows]
            one, two = _paired(before, now)
            both = one.usable & two.usable
            count = both.sum(axis=1)
            difference = np.where(both, two.value - one.value, 0.0).sum(axis=1)
            value[held] = np.where(count > 0, difference / np.maximum(count, 1), np.nan)
            worst = np.where(both, np.maximum(one.flag, two.flag), 0).max(axis=1, initial=0)
            flag[held] = np.where(count > 0, worst, int(Flag.MISSING))
            said_by = np.concatenate([np.where(both, part.entry, -1) for part in (one, two)], axis=1)
            _collect(entries, held, said_by)
    return Changed(value=value, flag=flag, entries=entries)


def _by_interval(quantity: str, basis: np.ndarray) -> list[tuple[np.ndarray, tuple[str, str]]]:
    """The rows of the stations whose value comes from each interval."""
    found = [(np.flatnonzero(basis >> place & 1), (quantity, interval)) for place, interval in enumerate(BASES)]
    return [(rows, named) for rows, named in found if len(rows)]


def _paired(before: Said, now: Said) -> tuple[Said, Said]:
    """Both at the hours that they have in common."""
    _, first, second = np.intersect1d(before.since, now.since, assume_unique=True, return_indices=True)
    return before.at(first), now.at(second)


def _collect(found: dict[int, tuple[int, ...]], rows: np.ndarray, entries: np.ndarray) -> None:
    for row, held in zip(rows.tolist(), entries.tolist(), strict=True):
        found[row] = tuple(sorted({entry for entry in held if entry >= 0}))
