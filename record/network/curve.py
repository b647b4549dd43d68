"""Curves of gauges and reservoirs, each dated: they are facts of their time, and a new one never rewrites an old one.

Levels are in m above the station's datum, discharge in m3/s, storage in million m3, surface in km2. A curve holds from
local midnight of `valid_from` to before that of `valid_until`. One that is not `verified` is shown as such; one that is
`simulated` belongs to the generators' twin of its station alone.
"""

from datetime import date
from decimal import Decimal

from record.network.fact import Fact


class Segment(Fact):
    """A part of a power curve, Q = a (H + b)^c, for levels from `above` (inclusive) up to the next segment."""

    above: Decimal
    a: Decimal
    b: Decimal
    c: Decimal


class RatingCurve(Fact):
    """Discharge by level: either `segments` of power curves or `points` (level, discharge), linear between.

    `lowest` and `highest` bound the levels at which discharge was gauged: outside, a discharge is extrapolated and is
    flagged suspect; beyond `limit_low` and `limit_high` the curve says nothing. `error_percent` is the standard
    uncertainty of a discharge within the gauged levels.
    """

    id: str
    station: str
    valid_from: date
    valid_until: date | None = None
    segments: tuple[Segment, ...] = ()
    points: tuple[tuple[Decimal, Decimal], ...] = ()
    lowest: Decimal
    highest: Decimal
    limit_low: Decimal
    limit_high: Decimal
    error_percent: Decimal | None = None
    simulated: bool = False
    verified: bool = False
    document: str
    source: str
    note: str | None = None


class Shift(Fact):
    """A correction of levels before the curve is asked, in m: after a flood, under weeds or ice.

    Linear in time between `at_begin` and `at_end` where these differ.
    """

    station: str
    valid_from: date
    valid_until: date
    at_begin: Decimal
    at_end: Decimal
    simulated: bool = False
    document: str
    source: str


class ReservoirCurve(Fact):
    """Storage and surface by level: `points` are (level, storage, surface), rising; linear between, silent outside."""

    id: str
    station: str
    valid_from: date
    valid_until: date | None = None
    points: tuple[tuple[Decimal, Decimal, Decimal], ...]
    simulated: bool = False
    verified: bool = False
    document: str
    source: str
    note: str | None = None
