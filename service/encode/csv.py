"""CSV by RFC 4180: a row for each station and time of which something was said, units in the header.

Times are UTC with Z; values are unrounded; a missing value is an empty cell with its flag beside it. The columns are
those that `arna verify` reads, so nothing is added to them.
"""

import csv
import io
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from record.archive.answer import About, Answer, Heading
from record.quantities import ENTRY, FLAG, quantity_of
from service.encode.text import Piece, cells, gathered, slices, spelled
from service.encode.told import Told
from service.written.portions import one_by_one

_UNITS = {"m3 s-1": "m3/s", "1e6 m3": "million m3", "degree_Celsius": "degC"}
_COMMA = ord(",")
_ABOUT = ("station_id", "station_name", "nature", "verified", "time_utc")


def write(heading: Heading, portions: Iterable[Answer], _told: Told) -> Iterator[bytes]:
    """A table as UTF-8 text with CRLF line ends."""
    return gathered(_pieces(heading, portions))


def _pieces(heading: Heading, portions: Iterable[Answer]) -> Iterator[Piece]:
    yield _line([*_ABOUT, *(title for name in heading.quantities for title in _titles(name))]) + b"\r\n"
    for one in one_by_one(portions):
        for part in slices(len(one.time)):
            yield from _rows(one, part)


def _titles(name: str) -> list[str]:
    units = quantity_of(name).udunits
    return [f"{name} [{_UNITS.get(units, units)}]", f"{name}{FLAG}", f"{name}{ENTRY}"]


def _line(said: Iterable[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow(said)
    return out.getvalue().encode()


def _rows(one: Answer, part: slice) -> Iterator[Piece]:
    """The rows of one slice: columns of text, joined row by row.

    What is the same in all rows, the station, stands once before the first and then at the end of each but the last.
    """
    (station,) = one.heading.stations
    begin = _begin(station)
    columns = [_texts(spelled(one.time[part]))]
    for name in one.heading.quantities:
        columns += [_cells(one.layers[name + kind][0, part]) for kind in ("", FLAG, ENTRY)]
    rows = pc.binary_join_element_wise(*columns, pa.scalar(b"\r\n" + begin), pa.scalar(b""))
    _, ends, text = rows.buffers()
    end = np.frombuffer(ends, dtype=np.int32)[len(rows)]
    yield begin
    yield memoryview(text)[: end - len(begin)]


def _begin(station: About) -> bytes:
    return _line([station.id, station.name, station.nature, "true" if station.verified else "false"]) + b","


def _cells(values: np.ndarray) -> pa.Array:
    """Numbers as text with a comma before each, empty where there is none: the places of the commas bound them."""
    text = cells(values)
    ends = np.empty(len(values) + 1, dtype=np.int32)
    ends[:-1] = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == _COMMA)
    ends[-1] = len(text)
    return pa.Array.from_buffers(pa.binary(), len(values), [None, pa.py_buffer(ends), pa.py_buffer(text)])


def _texts(text: memoryview) -> pa.Array:
    """Instants, all as long."""
    count = len(text) // len("2026-05-01T08:00:00Z")
    ends = np.linspace(0, len(text), count + 1, dtype=np.int32)
    return pa.Array.from_buffers(pa.binary(), count, [None, pa.py_buffer(ends), pa.py_buffer(text)])
