"""Two gauges at one gate: how far the figures of the two parties differ, and for how long beyond what was agreed."""

from dataclasses import dataclass

import numpy as np

_ROUNDING = 1e-9
Bound = np.ndarray | float


@dataclass(frozen=True, slots=True)
class Difference:
    """By day: `difference` of the first gauge over the second in m3/s, `percent` of their mean, NaN where one lacks.

    `inside` and `outside` say whether it is within the tolerance; neither does where a gauge lacks.
    """

    difference: np.ndarray
    percent: np.ndarray
    inside: np.ndarray
    outside: np.ndarray


@dataclass(frozen=True, slots=True)
class Run:
    """By day: for how many days the gauges are known to have differed beyond the tolerance since they last agreed.

    `since` is the place of the first of these days, -1 where there is none, and `unknown` how many days since then say
    nothing, because a gauge lacked. Such a day neither counts nor ends a run: silence is no agreement.
    """

    days: np.ndarray
    since: np.ndarray
    unknown: np.ndarray


def compared(one: np.ndarray, other: np.ndarray, percent: Bound, absolute: Bound) -> Difference:
    """Two flows (..., day) in m3/s, which agree within `percent` of their mean or within `absolute` m3/s.

    On the bound itself they agree; it is drawn a billionth of a m3/s wide, so that binary fractions decide nothing.
    """
    difference = one - other
    mean = (one + other) / 2
    allowed = np.maximum(np.abs(mean) * percent / 100, absolute) + _ROUNDING
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(mean != 0, 100 * difference / mean, np.where(difference == 0, 0.0, np.nan))
        inside, outside = np.abs(difference) <= allowed, np.abs(difference) > allowed
    return Difference(difference, share, inside, outside)


def run_of(inside: np.ndarray, outside: np.ndarray) -> Run:
    """The run that each day (..., day) ends or is within."""
    count = outside.shape[-1]
    place = np.arange(count)
    counted = np.cumsum(outside, axis=-1)
    agreed = np.maximum.accumulate(np.where(inside, place, -1), axis=-1)
    before = np.maximum.accumulate(np.where(inside, counted, 0), axis=-1)
    days = counted - before
    following = np.minimum.accumulate(np.where(outside, place, count)[..., ::-1], axis=-1)[..., ::-1]
    padded = np.concatenate([following, np.full((*following.shape[:-1], 1), count)], axis=-1)
    first = np.take_along_axis(padded, agreed + 1, axis=-1)
    since = np.where(days > 0, first, -1)
    return Run(days, since, np.where(days > 0, place - first + 1 - days, 0))
