"""CoverageJSON of domain type Grid: the values of several stations over x, y and t, for clients that know grids alone.

Axes are the longitudes, latitudes and times at which there is anything; where no station stands, or none spoke, the
grid holds null. All ranges are of type float, flags and entries too, for some clients refuse nulls among integers.

Of several stations at one place a quantity is one's alone, for a mixture would be nobody's: one that ever spoke of it
comes before one that never did, and of these the first by the rank of their nature, of equals the one declared first.
`arna:stations` says which station gives what; `arna:left_out` names those of which the grid holds nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import orjson

from record.archive.answer import Answer, Heading
from record.errors import SelectionError
from record.quantities import ENTRY
from service.encode.parameters import PLACE, TIME, members, parameters
from service.encode.text import Piece, gathered, instants, numbers
from service.encode.told import Told
from service.twins import rank_of
from service.written.portions import one_by_one

MOST_CELLS = 2_000_000
"""Cells of a quantity times quantities: as text with flags and entries some thirty megabytes, of nulls the most."""
_AXES = b'"axisNames":["t","y","x"],"shape":[%d,%d,%d]'

Spoke = Collection[tuple[str, str]]
"""Stations and the quantities of which each ever spoke."""
Write = Callable[[Heading, Iterable[Answer], Told], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Axes:
    """Longitudes and latitudes in degrees, and times (int64, seconds), each rising."""

    x: np.ndarray
    y: np.ndarray
    time: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many of t, y and x."""
        return len(self.time), len(self.y), len(self.x)


def on(
    x: np.ndarray, y: np.ndarray, times: Callable[[Heading], np.ndarray | None], spoke: Callable[[], Spoke | None]
) -> Write:
    """One coverage on these axes (float64, rising), at the times that `times` gives, or at those of the answer.

    `spoke` tells which stations ever spoke of which quantities; without it, those that do in the answer.
    Where there are no longitudes or no latitudes there is no grid, and the document is a collection of no coverages.
    """

    def write_on(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
        if not len(x) or not len(y):
            described = members(heading, told) + b',"parameters":' + parameters(heading)
            yield b'{"type":"CoverageCollection",' + described + b',"coverages":[]}'
            return
        yield from gathered(_pieces(heading, portions, told, x, y, times(heading), spoke()))

    return write_on


def _pieces(
    heading: Heading,
    portions: Iterable[Answer],
    told: Told,
    x: np.ndarray,
    y: np.ndarray,
    time: np.ndarray | None,
    ever: Spoke | None = None,
) -> Iterator[Piece]:
    given = Axes(x, y, np.empty(0, dtype=np.int64) if time is None else time)
    refuse_many(given, len(heading.quantities))
    spoke: list[Answer] = []
    for one in one_by_one(portions):
        spoke.append(one)
        if time is None:
            given = Axes(x, y, np.union1d(given.time, one.time))
            refuse_many(given, len(heading.quantities))
    chosen = _chosen(heading, spoke, ever)
    yield from _head(heading, given, chosen)
    for place, (name, kind) in enumerate((name, kind) for name in heading.quantities for kind in heading.kinds):
        begin = b'"%b":{"type":"NdArray","dataType":"float",' % (name + kind).encode()
        yield (b"," if place else b"") + begin + _AXES % given.shape + b',"values":'
        yield from numbers(_laid(given, name, kind, [one for one in spoke if name in chosen[_id(one)]]))
        yield b"}"
    yield b"}," + members(heading, told) + b',"parameters":' + parameters(heading) + b"}"


def refuse_many(axes: Axes, quantities: int) -> None:
    """Raise `SelectionError` for a grid of more than `MOST_CELLS`."""
    cells = len(axes.x) * len(axes.y) * len(axes.time) * quantities
    if cells > MOST_CELLS:
        raise SelectionError(
            f"a grid of {len(axes.x)} x {len(axes.y)} places at {len(axes.time)} times is {cells} cells, more than "
            f"{MOST_CELLS}: ask for a smaller box, a shorter time or fewer quantities, or for series by /area"
        )


def _id(one: Answer) -> str:
    return one.heading.stations[0].id


def _chosen(heading: Heading, spoke: Sequence[Answer], ever: Spoke | None) -> dict[str, list[str]]:
    """Which quantities each station gives to the grid."""
    chosen: dict[str, list[str]] = {_id(one): [] for one in spoke}
    taken: set[tuple[float, float, str]] = set()
    for one in sorted(
        spoke, key=lambda one: rank_of(one.heading.stations[0].nature, computed=one.heading.stations[0].computed)
    ):
        (station,) = one.heading.stations
        for name in heading.quantities:
            here = ever is None and (one.layers[f"{name}{ENTRY}"] >= 0).any()
            said = here or (ever is not None and (station.id, name) in ever)
            if said and station.lon == station.lon and (station.lon, station.lat, name) not in taken:
                taken.add((station.lon, station.lat, name))
                chosen[station.id].append(name)
    return chosen


def _head(heading: Heading, axes: Axes, chosen: dict[str, list[str]]) -> Iterator[Piece]:
    said = [
        {
            "id": one.id,
            "name": one.name,
            "nature": one.nature,
            "verified": one.verified,
            "x": one.lon,
            "y": one.lat,
            "parameters": chosen[one.id],
        }
        for one in heading.stations
        if chosen.get(one.id)
    ]
    about = {
        "type": "Coverage",
        "id": heading.collection.id,
        "arna:stations": said,
        "arna:left_out": [one.id for one in heading.stations if not chosen.get(one.id)],
    }
    places = orjson.dumps({"x": {"values": axes.x.tolist()}, "y": {"values": axes.y.tolist()}})[1:-1]
    yield orjson.dumps(about)[:-1] + b',"domain":{"type":"Domain","domainType":"Grid","axes":{' + places
    yield b',"t":{"values":'
    yield from instants(axes.time)
    yield b'}},"referencing":' + orjson.dumps([PLACE, TIME]) + b'},"ranges":{'


def _laid(axes: Axes, name: str, kind: str, stations: Sequence[Answer]) -> np.ndarray:
    """One layer over the axes, t before y before x, NaN where nobody spoke."""
    grid = np.full(axes.shape, np.nan)
    for one in stations:
        (station,) = one.heading.stations
        spoken = (one.layers[f"{name}{ENTRY}"][0] >= 0) & np.isin(one.time, axes.time)
        column = grid[:, np.searchsorted(axes.y, station.lat), np.searchsorted(axes.x, station.lon)]
        column[np.searchsorted(axes.time, one.time[spoken])] = one.layers[name + kind][0, spoken]
    return grid.ravel()
