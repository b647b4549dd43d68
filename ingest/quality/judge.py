"""Runs every check over what a message says, in the light of what the record holds, and lets the worst flag stand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.quality import CHECKS
from ingest.quality.by_itself import possible
from ingest.quality.context import Context, Known, Span
from ingest.quality.judged import Flags, Judged, Reach, worst
from ingest.quality.values import Track, Values
from record.batch import Batch
from record.entry import Flag
from record.errors import QualityError
from record.network import Network
from record.network.basin import Series
from record.place import MASK, SHIFT, TIME_BITS, places

APART = 62 * 86_400
"""Readings further apart than so many seconds are sought in the record each by itself."""
_ON_SCALE = np.array([int(flag) for flag in Flag], dtype=np.int8)
Answer = TypeVar("Answer")


def judge(said: Batch, network: Network, context: Context) -> Batch:
    """The same observations in the same order, with the verdict of each check and flagged by the worst of them.

    Values and times stay as they are. A flag is never made milder than it came, but for unknown, which means not yet
    judged. Raises `QualityError` where a check cannot be run, and `RecordError` where the record cannot be read.
    """
    values = values_of(said, network)
    found = verdicts(values, said.flag, context)
    return replace(said, flag=worst(found, axis=1), checks=tuple(CHECKS), verdicts=found)


def values_of(said: Batch, network: Network) -> Values:
    """The readings of a batch, to be judged."""
    number = {name: place for place, name in enumerate(said.series)}
    series = tuple(network.series[name] for name in number)
    return Values(network=network, series=series, which=said.numbered(number), time=said.time, value=said.floats())


def verdicts(values: Values, said: Flags, context: Context) -> Flags:
    """What each check found, a row a reading and a column a check; `said` are the flags as they came."""
    if not len(values):
        return np.empty((0, len(CHECKS)), dtype=np.int8)
    judged = _placed(values, said, context)
    found = np.empty((len(values), len(CHECKS)), dtype=np.int8)
    for column, (name, check) in enumerate(CHECKS.items()):
        flags = _run(name, values.series, check.flags, judged)
        if flags.shape != values.time.shape or not np.isin(flags, _ON_SCALE).all():
            raise QualityError(f"check {name} gave no flag of the scale for each reading: its code is to be mended")
        found[:, column] = flags
    return found


def reaches(network: Network, series: Sequence[Series]) -> list[Reach]:
    """What the checks need beside a reading of each of `series`; raises `QualityError` where that cannot be had."""
    return [reach for name, check in CHECKS.items() for reach in _run(name, series, check.reach, network, series)]


def _run(name: str, series: Sequence[Series], run: Callable[..., Answer], *given: object) -> Answer:
    try:
        return run(*given)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        about = series[0].id if len(series) == 1 else f"{series[0].id} and {len(series) - 1} more series"
        said = f"{type(fault).__name__}: {' '.join(str(fault).split())[:200]}"
        advice = "mend its rows of quality.toml, or tell whoever keeps this program"
        raise QualityError(f"check {name} of {about} cannot run ({said}): {advice}") from fault
    except QualityError as fault:
        raise QualityError(f"check {name} cannot run: {fault}") from None


def _placed(values: Values, said: Flags, context: Context) -> Judged:
    """The readings among those around them."""
    needed = reaches(values.network, values.series)
    names = dict.fromkeys([*(one.id for one in values.series), *(reach.series for reach in needed)])
    known = [context.readings(wanted) for wanted in _wanted(values, needed)]
    usable = possible(values) & (said != Flag.BAD)
    track, place = _track(values, usable, tuple(values.network.series[name] for name in names), known)
    return Judged(values=values, said=said, track=track, place=place, context=context)


def _wanted(values: Values, needed: Sequence[Reach]) -> Iterator[Mapping[str, Span]]:
    """The stretches of each series that are needed, for readings that lie near each other at a time."""
    if not needed:
        return
    by_series: dict[str, list[Reach]] = {}
    for reach in needed:
        by_series.setdefault(reach.of, []).append(reach)
    order = np.argsort(values.time, kind="stable")
    times = values.time[order]
    for mine in np.split(order, np.flatnonzero(np.diff(times) > APART) + 1):
        first = np.full(len(values.series), np.iinfo(np.int64).max)
        last = np.full(len(values.series), np.iinfo(np.int64).min)
        np.minimum.at(first, values.which[mine], values.time[mine])
        np.maximum.at(last, values.which[mine], values.time[mine])
        yield _spans(values.series, first.tolist(), last.tolist(), by_series)


def _spans(
    series: Sequence[Series], first: Sequence[int], last: Sequence[int], by_series: Mapping[str, Sequence[Reach]]
) -> Mapping[str, Span]:
    spans: dict[str, Span] = {}
    for one, begin, end in zip(series, first, last, strict=True):
        for reach in by_series.get(one.id, ()) if begin <= end else ():
            held = spans.get(reach.series, (begin, end))
            spans[reach.series] = min(held[0], begin - reach.before), max(held[1], end + reach.after + 1)
    return spans


def _track(
    values: Values, usable: NDArray[np.bool_], series: tuple[Series, ...], known: Sequence[Known]
) -> tuple[Track, NDArray[np.int64]]:
    """The usable readings and those known around them as one track, and the place of each of the readings in it.

    A reading of the message stands in the place of what the record holds of its time, and the last one of a time for
    those before it.
    """
    number = {one.id: place for place, one in enumerate(series)}
    own = places(values.which, values.time)
    around = [_usable_of(one, series, number, values.network) for one in known if len(one.time)]
    key = np.concatenate([*(one[0] for one in around), own[usable]])
    value = np.concatenate([*(one[1] for one in around), values.value[usable]])
    if around:
        fresh = np.ones(len(key), dtype=bool)
        fresh[: len(key) - int(usable.sum())] = ~np.isin(key[: len(key) - int(usable.sum())], own)
        key, value = key[fresh], value[fresh]
    order = np.argsort(key, kind="stable")
    last = np.append(np.diff(key[order]) > 0, True)[: len(order)]
    kept = order[last]
    spot = np.full(len(key), -1, dtype=np.int64)
    spot[kept] = np.arange(len(kept))
    place = np.full(len(values), -1, dtype=np.int64)
    place[usable] = spot[len(key) - int(usable.sum()) :]
    which, time = key[kept] >> TIME_BITS, (key[kept] & MASK) - SHIFT
    track = Track(network=values.network, series=series, which=which, time=time, value=value[kept])
    return track, place


def _usable_of(
    known: Known, series: Sequence[Series], number: Mapping[str, int], network: Network
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Places and values of what is known of `series` and can be true."""
    of_known = np.array([number.get(name, -1) for name in known.series], dtype=np.int64)[known.which]
    mine = (of_known >= 0) & ~known.withdrawn
    found = Values(
        network=network, series=tuple(series), which=of_known[mine], time=known.time[mine], value=known.value[mine]
    )
    can_be = possible(found)
    return places(found.which, found.time)[can_be], found.value[can_be]
