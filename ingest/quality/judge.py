"""Runs every check over what a message says, series by series, and lets the worst flag stand."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.quality import CHECKS, Judged
from record.batch import Batch
from record.entry import Flag
from record.network import Network

# From the mildest to the worst. "Unknown" is no opinion, and so the mildest: any check that has one outweighs it.
_MILDEST_FIRST = (Flag.UNKNOWN, Flag.GOOD, Flag.SUSPECT, Flag.BAD, Flag.MISSING)
_FLAGS = np.array(_MILDEST_FIRST, dtype=np.int8)
_WEIGHT = np.zeros(max(_MILDEST_FIRST) + 1, dtype=np.int8)
_WEIGHT[_FLAGS] = np.arange(len(_FLAGS))


def judge(said: Batch, network: Network) -> Batch:
    """The same observations in the same order, flagged by all checks; values and times stay as they are.

    A flag is never made milder than it came, but for unknown, which means not yet judged.
    """
    number = {name: place for place, name in enumerate(said.series)}
    series = said.numbered(number)
    order = np.argsort(series, kind="stable")
    ends = np.searchsorted(series[order], np.arange(len(number)), side="right").tolist()
    values, flag = said.floats(), said.flag.copy()
    for name, (start, end) in zip(number, pairwise([0, *ends]), strict=True):
        rows = order[start:end]
        judged = Judged(series=network.series[name], times=said.time[rows], values=values[rows])
        flag[rows] = _worst(judged, flag[rows], network)
    return replace(said, flag=flag)


def _worst(judged: Judged, before: NDArray[np.int8], network: Network) -> NDArray[np.int8]:
    opinions = np.stack([before, *(check(judged, network) for check in CHECKS.values())])
    worst: NDArray[np.int8] = _FLAGS[np.max(_WEIGHT[opinions], axis=0)]
    return worst
