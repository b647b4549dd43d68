"""Runs every check over what a message says, in the light of what the record holds, and lets the worst flag stand."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.quality import CHECKS, Check
from ingest.quality.by_itself import possible
from ingest.quality.by_person import flags_by_person
from ingest.quality.context import Context, Known
from ingest.quality.judged import Flags, Judged, Reach, worst
from ingest.quality.limits import Group
from ingest.quality.values import Track, Values
from record.batch import Batch
from record.entry import Flag
from record.errors import QualityError
from record.network import Network
from record.place import MASK, SHIFT, TIME_BITS, places

APART = 62 * 86_400
"""Readings further apart than so many seconds are sought in the record each by itself."""
_LONG = 20
"""Of a message with more readings than so many a series all is asked at once: it is its own context for the most."""
_ON_SCALE = np.array([int(flag) for flag in Flag], dtype=np.int8)
Answer = TypeVar("Answer")


def judge(said: Batch, network: Network, context: Context, *, by_person: bool = False) -> Batch:
    """The same observations in the same order, with the verdict of each check and flagged by the worst of them.

    Values and times stay as they are. A flag is never made milder than it came, but for unknown, which means not yet
    judged. What is amended `by_person` keeps the flag that the person gave, see `flags_by_person`.
    Raises `QualityError` where a check cannot be run, and `RecordError` where the record cannot be read.
    """
    values = values_of(said, network)
    found = verdicts(values, said.flag, context)
    flag = flags_by_person(found) if by_person else worst(found, axis=1)
    return replace(said, flag=flag, checks=tuple(CHECKS), verdicts=found)


def values_of(said: Batch, network: Network) -> Values:
    """The readings of a batch, to be judged."""
    number = {name: place for place, name in enumerate(said.series)}
    group = Group(network, [network.series[name] for name in number])
    return Values(group=group, which=said.numbered(number), time=said.time, value=said.floats())


def verdicts(values: Values, said: Flags, context: Context) -> Flags:
    """What each check found, a row a reading and a column a check; `said` are the flags as they came."""
    if not len(values):
        return np.empty((0, len(CHECKS)), dtype=np.int8)
    judged = _placed(values, said, context)
    found = np.empty((len(values), len(CHECKS)), dtype=np.int8)
    for column, (name, check) in enumerate(CHECKS.items()):
        found[:, column] = _flags(name, check, judged)
    return found


def reaches(group: Group) -> list[Reach]:
    """What the checks need beside a reading of each series; raises `QualityError` where that cannot be had."""
    return [reach for name, check in CHECKS.items() for reach in _run(name, group, check.reach, group)]


def _flags(name: str, check: Check, judged: Judged) -> Flags:
    flags = _run(name, judged.values.group, check.flags, judged)
    if flags.shape != judged.values.time.shape or not np.isin(flags, _ON_SCALE).all():
        raise QualityError(f"check {name} gave no flag of the scale for each reading: its code is to be mended")
    return flags


def _run(name: str, group: Group, run: Callable[..., Answer], *given: object) -> Answer:
    try:
        return run(*given)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        about = ", ".join(group.names[:2]) + (" and others" if len(group.names) > 2 else "")
        said = f"{type(fault).__name__}: {' '.join(str(fault).split())[:200]}"
        advice = "mend its rows of quality.toml, or tell whoever keeps this program"
        raise QualityError(f"check {name} of {about} cannot run ({said}): {advice}") from fault
    except QualityError as fault:
        raise QualityError(f"check {name} cannot run: {fault}") from None


def _placed(values: Values, said: Flags, context: Context) -> Judged:
    """The readings among those around them."""
    group, near, wide = values.group, list[Reach](), dict[str, Sequence[Reach]]()
    for name, check in CHECKS.items():
        whole = _run(name, group, check.reach, group)
        if check.at_first is None or len(values) > _LONG * len(group.series):
            near += whole
        elif whole:
            near += _run(name, group, check.at_first, group)
            wide[name] = whole
    known = _asked(values, near, context)
    judged = _among(values, said, near, known, context)
    more = [reach for name, whole in wide.items() for reach in _unsettled(name, judged, whole)]
    return _among(values, said, near, known + _asked(values, more, context), context) if more else judged


def _unsettled(name: str, judged: Judged, whole: Sequence[Reach]) -> list[Reach]:
    """The reaches of those series of which a check could not say anything yet."""
    silent = (_flags(name, CHECKS[name], judged) == Flag.UNKNOWN) & (judged.place >= 0)
    group = judged.values.group
    spoken = np.bincount(judged.values.which[silent], minlength=len(group.names)).tolist()
    names = {name for name, count in zip(group.names, spoken, strict=True) if count}
    return [
        reach._replace(of=kept, series=kept)
        for reach in whole
        if (kept := tuple(one for one in reach.of if one in names))
    ]


def _among(values: Values, said: Flags, needed: Sequence[Reach], known: Sequence[Known], context: Context) -> Judged:
    names = dict.fromkeys([*values.group.names, *(name for reach in needed for name in reach.series)])
    usable = possible(values) & (said != Flag.BAD)
    group = Group(values.group.network, [values.group.network.series[name] for name in names])
    track, place = _track(values, usable, group, known)
    return Judged(values=values, said=said, track=track, place=place, context=context)


def _asked(values: Values, needed: Sequence[Reach], context: Context) -> list[Known]:
    """What the context holds of what is needed, asked for readings that lie near each other at a time."""
    if not needed:
        return []
    # One question is asked of a collection, and so all its series are asked of the same stretch.
    declared, collections = values.group.network.series, dict[str, tuple[int, int]]()
    of_series: dict[str, str] = {}
    for reach in needed:
        fresh = {name: declared[name].collection for name in reach.series if name not in of_series}
        of_series |= fresh
        for name in {of_series[name] for name in reach.series}:
            before, after = collections.get(name, (0, 0))
            collections[name] = max(before, reach.before), max(after, reach.after)
    times = np.sort(values.time)
    found = []
    for near in np.split(times, np.flatnonzero(np.diff(times) > APART) + 1):
        first, last = int(near[0]), int(near[-1])
        spans = {name: (first - before, last + after + 1) for name, (before, after) in collections.items()}
        found.append(context.readings({name: spans[collection] for name, collection in of_series.items()}))
    return found


def _track(
    values: Values, usable: NDArray[np.bool_], group: Group, known: Sequence[Known]
) -> tuple[Track, NDArray[np.int64]]:
    """The usable readings and those known around them as one track, and the place of each of the readings in it.

    A value of the message stands in the place of what the record holds of its time, and the last one of a time for
    those before it. That a value is missing takes the place of none.
    """
    own = places(values.which, values.time)
    spoken = own[~np.isnan(values.value)]
    around = [_usable_of(one, group) for one in known if len(one.time)]
    key = np.concatenate([own[:0], *(one[0] for one in around)])
    value = np.concatenate([values.value[:0], *(one[1] for one in around)])
    other = ~_held(key, spoken)
    key, value = np.append(key[other], own[usable]), np.append(value[other], values.value[usable])
    order = np.argsort(key, kind="stable")
    kept = order[np.append(np.diff(key[order]) > 0, True)[: len(order)]]
    spot = np.full(len(key), -1, dtype=np.int64)
    spot[kept] = np.arange(len(kept))
    place = np.full(len(values), -1, dtype=np.int64)
    place[usable] = spot[int(other.sum()) :]
    which, time = key[kept] >> TIME_BITS, (key[kept] & MASK) - SHIFT
    track = Track(group=group, which=which, time=time, value=value[kept])
    return track, place


def _held(one: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of `one` are among the `others`."""
    if not len(others):
        return np.zeros(len(one), dtype=bool)
    rising = np.sort(others, kind="stable")
    found: NDArray[np.bool_] = rising[np.minimum(np.searchsorted(rising, one), len(rising) - 1)] == one
    return found


def _usable_of(known: Known, group: Group) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Places and values of what is known of the series of `group` and can be true."""
    number = {name: place for place, name in enumerate(group.names)}
    which = np.array([number.get(name, -1) for name in known.series], dtype=np.int64)[known.which]
    mine = (which >= 0) & ~known.withdrawn
    found = Values(group=group, which=which[mine], time=known.time[mine], value=known.value[mine])
    can_be = possible(found)
    return places(found.which, found.time)[can_be], found.value[can_be]
