"""GeoJSON: a feature a station, with its series as columns in the properties; no geometry where no place is known.

The properties `label`, `datetime`, `parameter-name` and `edrqueryendpoint` are those that OGC API - EDR asks for; the
last is an address of the service (without what it is called by, a path alone). Where nobody spoke of a quantity its
columns hold null.
"""

from collections.abc import Iterable, Iterator

import orjson

from record.archive.answer import Answer, Heading
from record.quantities import ENTRY, FLAG, STATUS, quantity_of
from service.encode.parameters import members
from service.encode.text import Piece, counts, gathered, instants, numbers, span, spoken_of
from service.encode.told import Told
from service.written.portions import one_by_one


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """A FeatureCollection, feature by feature."""
    return gathered(_pieces(heading, portions, told))


def _pieces(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[Piece]:
    yield b'{"type":"FeatureCollection",' + members(heading, told) + b',"features":['
    for place, one in enumerate(one_by_one(portions)):
        yield b"," if place else b""
        yield from _feature(one, told)
    yield b"]}"


def _feature(one: Answer, told: Told) -> Iterator[Piece]:
    (station,) = one.heading.stations
    known = station.lon == station.lon and station.lat == station.lat
    feature = {
        "type": "Feature",
        "id": station.id,
        "geometry": {"type": "Point", "coordinates": [station.lon, station.lat]} if known else None,
    }
    properties = {
        "label": station.name,
        "nature": station.nature,
        "verified": station.verified,
        "datetime": span(one.time),
        "parameter-name": one.heading.quantities,
        "edrqueryendpoint": f"{told.service}/collections/{one.heading.collection.id}/locations/{station.id}",
    }
    yield orjson.dumps(feature)[:-1] + b',"properties":' + orjson.dumps(properties)[:-1] + b',"time":'
    yield from instants(one.time)
    for name in one.heading.quantities:
        spoken = spoken_of(one.layers[f"{name}{ENTRY}"][0])
        yield b',"%b":' % name.encode()
        yield from numbers(one.layers[name][0])
        yield b',"%b_unit":%b' % (name.encode(), orjson.dumps(quantity_of(name).udunits))
        for kind in (FLAG, ENTRY, STATUS):
            if name + kind in one.layers:
                yield b',"%b":' % (name + kind).encode()
                yield from counts(one.layers[name + kind][0], spoken)
    yield b"}}"
