"""Columns of numbers in JSON for charts: a station an item, its times in seconds since 1970, a column a quantity.

What a chart draws as it stands: `time`, then each quantity with null for a gap; units stand beside, flags and entries
follow their quantity as columns of their own, with null where nobody spoke of it.
"""

from collections.abc import Iterable, Iterator

import orjson

from record.archive.answer import Answer, Heading
from record.leaf import write_time
from record.quantities import ENTRY, FLAG, STATUS, quantity_of
from service.encode.text import Piece, counts, gathered, numbers, spoken_of
from service.encode.told import Told
from service.written.portions import one_by_one
from service.written.words import FIGURES


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """An object with the stations of the answer, station by station."""
    return gathered(_pieces(heading, portions, told))


def _pieces(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[Piece]:
    as_of = heading.as_of
    about = {
        "collection": heading.collection.id,
        "interval": heading.collection.interval,
        "entries": heading.count,
        "as_of": as_of if as_of is None or isinstance(as_of, int) else write_time(as_of),
        "record_state": told.state,
        "record_note": told.note,
        "origin": heading.origin,
        **({"values": FIGURES} if heading.figures else {}),
        **({"flags_note": heading.flags_note} if heading.flags is not None else {}),
        "units": {name: quantity_of(name).unit for name in heading.quantities},
    }
    yield orjson.dumps(about)[:-1] + b',"stations":['
    for place, one in enumerate(one_by_one(portions)):
        yield b"," if place else b""
        yield from _station(one)
    yield b"]}"


def _station(one: Answer) -> Iterator[Piece]:
    (station,) = one.heading.stations
    about = {
        "id": station.id,
        "name": station.name,
        "nature": station.nature,
        "verified": station.verified,
        "lon": station.lon,
        "lat": station.lat,
    }
    yield orjson.dumps(about)[:-1] + b',"time":'
    yield from counts(one.time, None)
    for name in one.heading.quantities:
        spoken = spoken_of(one.layers[f"{name}{ENTRY}"][0])
        yield b',"%b":' % name.encode()
        yield from numbers(one.layers[name][0])
        for kind in (FLAG, ENTRY, STATUS):
            if name + kind in one.layers:
                yield b',"%b":' % (name + kind).encode()
                yield from counts(one.layers[name + kind][0], spoken)
    yield b"}"
