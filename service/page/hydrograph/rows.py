"""What a hydrograph says in words and numbers: each line with its bounds, and what of its readings is marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import nan

import numpy as np

from record.leaf import write_time
from record.network import Network
from record.network.basin import Nature
from record.quantities import quantity_of
from service.hydrographs import Hydrograph
from service.hydrographs.curve import Curve
from service.language.phrase import Phrase, phrase
from service.language.words import MARKS
from service.page.hydrograph.decimals import decimals_at
from service.page.hydrograph.looks import looks

_LISTED = 60
_FLAGGED = ("suspect", "bad", "missing", "estimated")


@dataclass(frozen=True, slots=True)
class Point:
    """A reading of a line, and how many decimals are shown of it."""

    time: datetime
    value: float
    decimals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the hydrograph: `look` is how it is drawn, `badges` say what its values are beside measured.

    `counts` are how many readings are flagged or amended, by what they are.
    """

    look: str
    name: str
    series: str
    badges: tuple[str, ...]
    unit: str
    low: Point | None
    high: Point | None
    last: Point | None
    readings: int
    counts: tuple[tuple[Phrase, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A marked reading: what it is, its value, and of an amended one the value that it had; `name` is its line's."""

    series: str
    name: str
    time: datetime
    is_: str
    value: float | None
    old: float | None
    many: int
    decimals: int
    old_decimals: int
    unit: str

    @property
    def written(self) -> str:
        """Its time as an address says it."""
        return write_time(self.time)


def badges_of(network: Network, series: str) -> tuple[str, ...]:
    """What is to be said of every value of a series, none of a real gauge that is confirmed."""
    station = network.station(network.series[series].station)
    nature = () if station.nature is Nature.REAL else (station.nature.value,)
    computed = ("computed",) if station.computed else ()
    return (*nature, *computed, *(() if network.is_verified(station.id) else ("unverified",)))


def rows(network: Network, held: Sequence[Hydrograph], names: Sequence[str]) -> Iterator[Row]:
    """A row for each line, and for the year before and the norm of one that stands alone."""
    for look, one, name in zip(looks(network, held), held, names, strict=True):
        counts = [(MARKS.get(kind, _MISSING), one.flags[kind]) for kind in _FLAGGED if one.flags.get(kind)]
        if one.amendments.all:
            counts.append((MARKS["amended"], one.amendments.all))
        yield _row(network, one, one.curve, f"line {look}", name, tuple(counts))


_MISSING = phrase("no data")


def before_row(network: Network, held: Hydrograph, name: str) -> Row | None:
    """The row of the year before; None where nothing is known of it."""
    if held.context is None or held.context.before is None or held.context.then is None:
        return None
    then = replace(held.context.before, time=held.context.then)
    return _row(network, held, then, "before", name, ())


def _row(
    network: Network, held: Hydrograph, curve: Curve, look: str, name: str, counts: tuple[tuple[Phrase, int], ...]
) -> Row:
    known = np.flatnonzero(curve.place >= 0)
    points: list[Point | None] = [None, None, None]
    if len(known):
        value = curve.value[known]
        places = (int(np.argmin(value)), int(np.argmax(value)), len(known) - 1)
        points = [_point(network, held, curve.time[known[place]], float(value[place])) for place in places]
    return Row(
        look=look,
        name=name,
        series=held.series,
        badges=badges_of(network, held.series),
        unit=quantity_of(network.series[held.series].quantity).label,
        low=points[0],
        high=points[1],
        last=points[2],
        readings=curve.readings,
        counts=counts,
    )


def _point(network: Network, held: Hydrograph, at: int, value: float) -> Point:
    return Point(_time(at), value, decimals_at(network, held.series, value))


def listed(network: Network, held: Sequence[Hydrograph], names: Sequence[str]) -> tuple[list[Listed], bool]:
    """The marked readings in order of time, and whether they are all: of many the first of each stretch stand."""
    found = [
        _listed(network, graph, name, *one)
        for graph, name in zip(held, names, strict=True)
        for one in (*_flagged(graph), *_amended(graph))
    ]
    found.sort(key=lambda one: one.time)
    whole = len(found) <= _LISTED and all(one.many == 1 for one in found)
    return found[-_LISTED:], whole


_Marked = tuple[int, str, float, float, int]
"""Time, what it is, value, the value that it had, and for how many it stands."""


def _flagged(held: Hydrograph) -> Iterator[_Marked]:
    marks = held.marks
    columns = marks.time.tolist(), marks.kind, marks.value.tolist(), marks.many.tolist()
    for time, kind, value, many in zip(*columns, strict=True):
        yield time, kind, value, nan, many


def _amended(held: Hydrograph) -> Iterator[_Marked]:
    told = held.amendments
    columns = told.time.tolist(), told.value.tolist(), told.old.tolist(), told.many.tolist()
    for time, value, old, many in zip(*columns, strict=True):
        yield time, "amended", value, old, many


def _listed(
    network: Network, held: Hydrograph, name: str, time: int, kind: str, value: float, old: float, many: int
) -> Listed:
    now, was = _known(value), _known(old)
    return Listed(
        series=held.series,
        name=name,
        time=_time(time),
        is_=kind,
        value=now,
        old=was,
        many=many,
        decimals=decimals_at(network, held.series, now),
        old_decimals=decimals_at(network, held.series, was),
        unit=quantity_of(network.series[held.series].quantity).label,
    )


def _known(value: float) -> float | None:
    return None if value != value else value


def _time(at: int) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)
