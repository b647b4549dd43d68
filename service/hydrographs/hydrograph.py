"""What a hydrograph is made of, before it is drawn or sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from record.ledger.access import Given
from service.figures.periods import Kind
from service.hydrographs.curve import Curve
from service.language.phrase import Phrase


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Readings to be marked, rising by time (int64): `value` (float64, NaN where there is none), and what each `is`.

    That is a word of the QARTOD scale, or estimated. `many` (int64): for how many of its kind around it a mark stands.
    `end` (int64): when the period of each ends, None of instants.
    """

    time: np.ndarray
    value: np.ndarray
    kind: tuple[str, ...]
    many: np.ndarray
    end: np.ndarray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Amendments:
    """Readings that once had another value, rising by time: `value` now, said by `entry`; `old` by `old_entry`.

    Both values are NaN where the reading had none. `many`: for how many around it each stands; `all` are so many.
    `end`: when the period of each ends, None of instants.
    """

    time: np.ndarray
    value: np.ndarray
    entry: np.ndarray
    old: np.ndarray
    old_entry: np.ndarray
    many: np.ndarray
    all: int
    end: np.ndarray | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Band:
    """What is normal: `mean`, and `low` and `high`, below which one year in ten and nine in ten stay (float64).

    `time` (int64) is the start of the day, 10-day period or month, by `kind`, in the station's calendar; every `every`
    of them is given. `years` of the base period have a value at most.
    """

    kind: Kind
    every: int
    years: int
    base: tuple[int, int]
    time: np.ndarray
    low: np.ndarray
    mean: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Context:
    """What a hydrograph is held against: what is normal, and the year before moved along by a year.

    Either is None where there is none, and `no_band` or `no_before` says why. `then` (int64): when the readings of
    `before` truly were, a time for each of its points.
    """

    band: Band | None
    no_band: Phrase | None
    before: Curve | None
    no_before: Phrase | None
    then: np.ndarray | None = None
    given: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Hydrograph:
    """What the first `count` entries say of a series, start <= time < end in seconds since 1970.

    A reading flagged bad is no part of the `curve`, which breaks there; it is among the `marks`. `flags`: how many of
    all readings of the span are suspect, bad, missing or estimated; `sought` is false where estimates were not looked
    for, because they are many entries. `times` (int64) are all at which anything was said. `extent`: first and last
    time of which the series spoke, None where it never did; `past`: when that ends of which it spoke last. `given`:
    what is noted of an asker with a token.
    """

    series: str
    start: int
    end: int
    times: np.ndarray
    curve: Curve
    marks: Marks
    flags: Mapping[str, int]
    sought: bool
    amendments: Amendments
    extent: tuple[int, int] | None
    past: int | None
    count: int
    as_of: datetime | int | None
    given: tuple[Given, ...] = ()
    context: Context | None = None
