"""What stood of the readings of a bucket, now and at earlier sizes of the journal: the last word of each time wins.

This is written apart from the folding of the archive, which it is there to check, and shares no code with it.
"""

import numpy as np

EARLIER = 3
"""So many earlier states of a bucket are asked for."""


def in_order(rows: np.ndarray) -> np.ndarray:
    """Rows by series and time, those of one reading in the order in which they were entered, which they come in."""
    ordered: np.ndarray = rows[np.lexsort((rows["time"], rows["series"]))]
    return ordered


def standing(ordered: np.ndarray, size: int) -> np.ndarray:
    """Of rows in order, those that stood when the journal held `size` entries: the last of each series and time."""
    early = ordered["entry"] < size
    known = ordered if early.all() else ordered[early]
    last = np.ones(len(known), dtype=bool)
    last[:-1] = ~_of_one_reading(known)
    found: np.ndarray = known[last]
    return found


def earlier_sizes(ordered: np.ndarray) -> tuple[list[int], int]:
    """Up to `EARLIER` sizes at which most of the superseded rows stood, and how many stood at none of them.

    Each is the index of an entry that superseded something: the size of the journal just before it was entered.
    """
    begun, ended = ordered["entry"][:-1], ordered["entry"][1:]
    superseded = _of_one_reading(ordered) & (begun < ended)
    begun, ended = begun[superseded], ended[superseded]
    sizes: list[int] = []
    while len(ended) and len(sizes) < EARLIER:
        size = np.unique(ended)
        # A row stood at every size from the one after its own entry to the index of the entry that ended it.
        stood = np.searchsorted(np.sort(begun), size) - np.searchsorted(np.sort(ended), size)
        sizes.append(int(size[np.argmax(stood)]))
        left = (begun >= sizes[-1]) | (ended < sizes[-1])
        begun, ended = begun[left], ended[left]
    return sizes, len(ended)


def _of_one_reading(ordered: np.ndarray) -> np.ndarray:
    """For each row but the last, whether the next is of the same series and time."""
    series, time = ordered["series"], ordered["time"]
    same: np.ndarray = (series[1:] == series[:-1]) & (time[1:] == time[:-1])
    return same
