"""The checks that look at a value alone, at its own message, or at the time of the year."""

import numpy as np
from numpy.typing import NDArray

from ingest.quality.agreement import agreement
from ingest.quality.calendar import DAYS
from ingest.quality.climatology import climatology
from ingest.quality.context import Known, Season
from ingest.quality.gross_range import gross_range
from ingest.quality.judged import Flags, Judged
from ingest.quality.sense import sense
from ingest.quality.values import Limited, Values
from record.entry import Flag
from record.network.threshold import Climatology
from record.place import places
from record.quantities import quantity_of


def said(judged: Judged) -> Flags:
    """The flag that the sender gave."""
    return judged.said


def senseless(judged: Judged) -> Flags:
    """Bad outside of the quantity's range of sense."""
    return of_sense(judged.values)


def out_of_range(judged: Judged) -> Flags:
    """By the declared gross range."""
    return of_range(judged.values)


def contradicted(judged: Judged) -> Flags:
    """Suspect where the message itself says otherwise."""
    return agreement(places(judged.values.which, judged.values.time), judged.values.value)


def unseasonable(judged: Judged) -> Flags:
    """By what earlier years said of the time of the year."""
    values = judged.values
    limited = values.limited(judged.network.thresholds.climatology)
    if limited is None:
        return judged.nothing_said()
    low, high = _bounds(judged, limited)
    return judged.told(climatology(values.value, low, high, limited.column(lambda row: row.margin)), limited.held)


def _bounds(judged: Judged, limited: Limited[Climatology]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The percentiles of each reading's series, for its day of the year, of the years before; NaN where not known."""
    values, held = judged.values, np.flatnonzero(limited.held)
    found = np.full((2, len(values)), np.nan)
    if not len(held):
        return found[0], found[1]
    year, day = values.local.year[held], values.local.day[held]
    first, rows = int(year.min()), limited.limits.rows
    shape = (len(values.group.series), int(year.max()) - first + 1, len(rows))
    asked = np.zeros(shape, dtype=bool)
    spot = (values.which[held], year - first, limited.number[held])
    asked[spot] = True
    made = [(float(row.low), float(row.high), row.window_days, row.min_years) for row in rows]
    names = values.group.names
    seasons = [Season(names[which], first + when, *made[at]) for which, when, at in np.argwhere(asked).tolist()]
    kind = (np.cumsum(asked) - 1).reshape(shape)[spot]
    known = judged.context.climate(seasons, _usable(judged))
    unknown = np.full(DAYS, np.nan)
    for bound, of in zip(found, ("low", "high"), strict=True):
        table = [getattr(known[season], of) if season in known else unknown for season in seasons]
        bound[held] = np.array(table).reshape(-1, DAYS)[kind, day - 1]
    return found[0], found[1]


def _usable(judged: Judged) -> Known:
    """The readings of the message that say something of others."""
    values, usable = judged.values, judged.place >= 0
    return Known(
        series=values.group.names,
        which=values.which[usable],
        time=values.time[usable],
        value=values.value[usable],
        withdrawn=np.zeros(int(usable.sum()), dtype=bool),
    )


def of_sense(values: Values) -> Flags:
    """Flags by the range of sense of each quantity."""
    quantities = [quantity_of(one.quantity) for one in values.group.series]
    low = np.array([float(one.low) for one in quantities])[values.which]
    high = np.array([float(one.high) for one in quantities])[values.which]
    return sense(_weighed(values), low, high)


def of_range(values: Values) -> Flags:
    """Flags by the gross range that holds for each reading; unknown where none does."""
    limited = values.limited(values.group.network.thresholds.gross_range)
    if limited is None:
        return np.full(len(values), Flag.UNKNOWN, dtype=np.int8)
    fail = limited.column(lambda row: row.fail[0]), limited.column(lambda row: row.fail[1])
    usual = (
        limited.column(lambda row: None if row.suspect is None else row.suspect[0]),
        limited.column(lambda row: None if row.suspect is None else row.suspect[1]),
    )
    flags = gross_range(_weighed(values), fail, usual)
    flags[~limited.held] = Flag.UNKNOWN
    return flags


def _weighed(values: Values) -> NDArray[np.float64]:
    """The values as they are held against ranges: of a computed inflow nought in the place of what lies below it.

    An inflow by water balance is below nought where the storage errs by more than what flowed in. That is in doubt as
    whoever computed it says, and cannot be left out: what is too little on one day is too much on the next.
    """
    network = values.group.network
    computed = [one.quantity == "inflow" and network.station(one.station).computed for one in values.group.series]
    return np.where(np.array(computed, dtype=bool)[values.which], np.maximum(values.value, 0), values.value)


def possible(values: Values) -> NDArray[np.bool_]:
    """Which values (bool) can be true at all, and so say something of others."""
    impossible = (of_sense(values) == Flag.BAD) | (of_range(values) == Flag.BAD)
    found: NDArray[np.bool_] = ~impossible & ~np.isnan(values.value)
    return found
