"""The division of water by the shares in force: day by day, and to the last litre."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from record.network.share import Share

_NOBODY = -1


def holding(shares: Sequence[Share], begin: date, days: int) -> np.ndarray:
    """For each day the place in `shares` of the one in force, of which there is one at most; -1 where there is none."""
    found = np.full(days, _NOBODY)
    end = begin + timedelta(days=days)
    for place, share in enumerate(shares):
        if share.in_force:
            first = max(share.valid_from, begin)
            last = min(share.valid_until or end, end)
            found[max(0, (first - begin).days) : max(0, (last - begin).days)] = place
    return found


def percents(shares: Sequence[Share], held: np.ndarray, parties: Sequence[str]) -> np.ndarray:
    """The percent of each party on each day (party, day); NaN on a day without a share, 0 for a party it leaves out."""
    rows = [[float(share.percent.get(party, 0)) for share in shares] + [np.nan] for party in parties]
    found: np.ndarray = np.array(rows, dtype=np.float64).reshape(len(parties), len(shares) + 1)[:, held]
    return found


def divided(amount: np.ndarray, percent: np.ndarray) -> np.ndarray:
    """What is due of `amount` litres (day) by `percent` (party, day), in litres (party, day).

    Parts are rounded to the litre, and the largest takes what is left: so they make the whole, whatever it is. Of less
    than nothing, which a computed inflow can be, nobody is due a part: NaN.
    """
    amount = np.where(amount < 0, np.nan, amount)
    due: np.ndarray = np.rint(amount * percent / 100)
    if len(due):
        largest = np.argmax(np.nan_to_num(percent), axis=0)
        days = np.arange(due.shape[1])
        due[largest, days] += amount - due.sum(axis=0)
    return due
