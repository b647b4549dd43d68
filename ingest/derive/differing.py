"""What was worked out, held against what stands: only what is new or comes out otherwise is entered."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ingest.consequence import MOST_ROWS, Consequence
from ingest.derive.column import NOBODY, Column
from ingest.derive.grounds import grounds_of, reason_of, turns_of, used_facts
from ingest.derive.rounding import entered
from ingest.derive.rule import Computed, Rule, Worked
from record import leaf as leaves
from record.archive import Archive
from record.batch import Batch
from record.entry import Method
from record.network import Network

Judge = Callable[[Batch, Network], Batch]
"""Flags what was computed as it would flag what was measured."""


def differing(
    asked: Computed, rule: Rule, worked: Worked, stands: Column, archive: Archive, judge: Judge, size: int
) -> Iterator[Consequence]:
    """The rows that are to be entered, each in the place of what stands there now.

    A row that stands with a value and follows from its inputs no more gives way to one without. What somebody else
    wrote in the place of a computed value, such as the flag that a later reading gave it, stays until it would be
    computed otherwise than before.
    """
    worked = _with_orphans(worked, stands)
    said = _judged(worked, asked.network, judge)
    entry, row, value, flag = _standing(worked.times, stands)
    has_value = ~np.isnan(value)
    wanted = _differ(said, value, flag) & (worked.told | has_value)
    wanted = _not_said_before(wanted, said, entry, row, archive)
    cuts = turns_of(rule.facts(asked), asked.zone)
    for part in _portions(np.flatnonzero(wanted), np.searchsorted(cuts, worked.times, side="right")):
        mine = _only(worked, part)
        span = int(mine.times.min()), int(mine.times.max()) + 1
        facts = used_facts(asked, rule.facts(asked), rule.reads(asked, span).values())
        yield Consequence(
            source=leaves.DERIVED,
            said=said.at(part),
            instead_of=entry[part],
            grounds=grounds_of(asked, facts, mine, size),
            reason=reason_of(mine, facts, entry[part], had_values=bool(has_value[part].any())),
        )


def _portions(places: NDArray[np.int64], age: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The places that are entered together: few enough, and all of one `age`, in which the same curves hold."""
    for one in np.unique(age[places]):
        mine = places[age[places] == one]
        yield from (mine[first : first + MOST_ROWS] for first in range(0, len(mine), MOST_ROWS))


def _judged(worked: Worked, network: Network, judge: Judge) -> Batch:
    """The rows as they would be entered."""
    said = Batch(
        said=((worked.series, Method.COMPUTED),),
        which=np.zeros(len(worked.times), dtype=np.int64),
        time=worked.times,
        value=entered(worked.values),
        flag=worked.flags(),
    )
    return judge(said, network)


def _standing(
    times: NDArray[np.int64], stands: Column
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int8]]:
    """What stands at each time: entry (-1 for none) and row, value (NaN for none) and flag."""
    place = np.searchsorted(stands.times, times)
    there = place < len(stands.times)
    there[there] = stands.times[place[there]] == times[there]
    entry, row = (np.full(times.shape, NOBODY, dtype=np.int64) for _ in range(2))
    value, flag = np.full(times.shape, np.nan), np.zeros(times.shape, dtype=np.int8)
    entry[there], row[there] = stands.entries[place[there]], stands.rows[place[there]]
    value[there], flag[there] = stands.values[place[there]], stands.flags[place[there]]
    return entry, row, value, flag


def _differ(said: Batch, value: NDArray[np.float64], flag: NDArray[np.int8]) -> NDArray[np.bool_]:
    mine = said.floats()
    same = (mine == value) | (np.isnan(mine) & np.isnan(value))
    differ: NDArray[np.bool_] = ~(same & (said.flag == flag))
    return differ


def _not_said_before(
    wanted: NDArray[np.bool_], said: Batch, entry: NDArray[np.int64], row: NDArray[np.int64], archive: Archive
) -> NDArray[np.bool_]:
    """Without the rows that are what was computed last, before somebody else spoke in its place."""
    places = np.flatnonzero(wanted & (entry != NOBODY))
    if not len(places):
        return wanted
    before, position = archive.last_by(leaves.DERIVED, entry[places], row[places])
    spoke = before != NOBODY
    places, before, position = places[spoke], before[spoke], position[spoke]
    own = archive.as_said(before, position)
    kept = wanted.copy()
    kept[places] = _differ(said.at(places), own.floats(), own.flag)
    return kept


def _with_orphans(worked: Worked, stands: Column) -> Worked:
    """With the times at which something stands and nothing follows from the inputs any more, as missing."""
    alone = stands.times[~np.isin(stands.times, worked.times)]
    if not len(alone):
        return worked
    times = np.concatenate([worked.times, alone])
    order = np.argsort(times, kind="stable")
    count = len(alone)
    nothing = np.zeros(count, dtype=bool)
    return replace(
        worked,
        times=times[order],
        values=np.concatenate([worked.values, np.full(count, np.nan)])[order],
        doubtful=np.concatenate([worked.doubtful, nothing])[order],
        told=np.concatenate([worked.told, nothing])[order],
        impossible=None if worked.impossible is None else np.concatenate([worked.impossible, nothing])[order],
        used={
            series: np.concatenate([used, np.full((count, used.shape[1]), NOBODY, dtype=np.int64)])[order]
            for series, used in worked.used.items()
        },
    )


def _only(worked: Worked, places: NDArray[np.int64]) -> Worked:
    return replace(
        worked,
        times=worked.times[places],
        values=worked.values[places],
        doubtful=worked.doubtful[places],
        told=worked.told[places],
        impossible=None if worked.impossible is None else worked.impossible[places],
        used={series: used[places] for series, used in worked.used.items()},
    )
