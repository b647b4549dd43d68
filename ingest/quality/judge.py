"""Runs every check over what a message says, series by series, and lets the worst flag stand."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ingest.quality import CHECKS, Judged
from record.entry import Flag, Observation
from record.network import Network

# From the mildest to the worst. "Unknown" is no opinion, and so the mildest: any check that has one outweighs it.
_MILDEST_FIRST = (Flag.UNKNOWN, Flag.GOOD, Flag.SUSPECT, Flag.BAD, Flag.MISSING)
_FLAGS = np.array(_MILDEST_FIRST, dtype=np.int8)
_WEIGHT = np.zeros(max(_MILDEST_FIRST) + 1, dtype=np.int8)
_WEIGHT[_FLAGS] = np.arange(len(_FLAGS))


def judge(observations: Sequence[Observation], network: Network) -> list[Observation]:
    """The same observations in the same order, flagged by all checks; values and times stay as they are.

    A flag is never made milder than it came, but for unknown, which means not yet judged.
    """
    judged = list(observations)
    for name, places in _by_series(observations).items():
        flags = _flags([observations[at] for at in places], name, network)
        for at, flag in zip(places, flags.tolist(), strict=True):
            if flag != observations[at].flag:
                judged[at] = replace(observations[at], flag=Flag(flag))
    return judged


def _by_series(observations: Sequence[Observation]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, seen in enumerate(observations):
        places.setdefault(seen.series, []).append(at)
    return places


def _flags(seen: Sequence[Observation], name: str, network: Network) -> NDArray[np.int8]:
    judged = Judged(
        series=network.series[name],
        times=np.array([int(one.time.timestamp()) for one in seen], dtype=np.int64),
        values=np.array([np.nan if one.value is None else float(one.value) for one in seen], dtype=np.float64),
    )
    opinions = [np.array([one.flag for one in seen], dtype=np.int8)]
    opinions += [check(judged, network) for check in CHECKS.values()]
    worst: NDArray[np.int8] = _FLAGS[np.max(_WEIGHT[np.stack(opinions)], axis=0)]
    return worst
