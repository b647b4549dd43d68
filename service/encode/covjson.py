"""CoverageJSON: a PointSeries coverage a station; several stations make a collection of them, one after the other.

Each quantity comes with `<quantity>_flag` and `<quantity>_entry` as parameters of their own, and where it was asked for
with `<quantity>_status`. Whether a station is real, an example or simulated stands in the coverage's `arna:nature`, and
in the description of the parameters; whether its sources confirm what is declared of it, in `arna:verified`. On what
all rests stands in members beside these, as `members` gives them.
"""

from collections.abc import Iterable, Iterator

import orjson

from record.archive.answer import About, Answer, Heading
from record.quantities import ENTRY, FLAG, STATUS
from service.encode.parameters import PLACE, TIME, members, parameters
from service.encode.text import Piece, counts, gathered, instants, numbers, spoken_of
from service.encode.told import Told
from service.written.portions import one_by_one

_RANGE = b'"%b":{"type":"NdArray","dataType":"%b","axisNames":["t"],"shape":[%d],"values":'


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """One coverage, or a collection where not exactly one station is asked for."""
    return gathered(_pieces(heading, portions, told))


def _pieces(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[Piece]:
    described = members(heading, told) + b',"parameters":' + parameters(heading)
    if len(heading.stations) == 1:
        for one in one_by_one(portions):
            yield from _coverage(one)
        yield b"," + described + b"}"
        return
    yield b'{"type":"CoverageCollection",' + described + b',"coverages":['
    for place, one in enumerate(one_by_one(portions)):
        yield b"," if place else b""
        yield from _coverage(one)
        yield b"}"
    yield b"]}"


def _coverage(one: Answer) -> Iterator[Piece]:
    """The coverage of one station but for its closing bracket."""
    (station,) = one.heading.stations
    begin, end = _around_times(station)
    yield begin
    yield from instants(one.time)
    yield end
    for place, (name, kind, values) in enumerate(_ranges(one)):
        yield (b"," if place else b"") + _RANGE % (name.encode(), kind, len(one.time))
        yield from values
        yield b"}"
    yield b"}"


def _around_times(station: About) -> tuple[bytes, bytes]:
    """What stands before and after the times of a station.

    A point series; where no source gives the station's place, a series without one, for none is made up.
    """
    about = {
        "type": "Coverage",
        "id": station.id,
        "arna:station_name": station.name,
        "arna:nature": station.nature,
        "arna:verified": station.verified,
    }
    lon, lat = station.lon, station.lat
    if lon != lon or lat != lat:
        domain, systems = b'{"type":"Domain","axes":{', [TIME]
    else:
        place = orjson.dumps({"x": {"values": [lon]}, "y": {"values": [lat]}})[1:-1]
        domain, systems = b'{"type":"Domain","domainType":"PointSeries","axes":{' + place + b",", [PLACE, TIME]
    begin = orjson.dumps(about)[:-1] + b',"domain":' + domain + b'"t":{"values":'
    return begin, b'}},"referencing":' + orjson.dumps(systems) + b'},"ranges":{'


def _ranges(one: Answer) -> Iterator[tuple[str, bytes, Iterator[Piece]]]:
    """Name, type and values of each parameter; of a time at which nobody spoke of a quantity, null."""
    for name in one.heading.quantities:
        spoken = spoken_of(one.layers[f"{name}{ENTRY}"][0])
        yield name, b"float", numbers(one.layers[name][0])
        for kind in (FLAG, ENTRY, STATUS):
            if name + kind in one.layers:
                yield name + kind, b"integer", counts(one.layers[name + kind][0], spoken)
