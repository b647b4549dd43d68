"""The layout of a dataset: its variables with dimensions, types and attributes.

DAP 2.0 has neither 64-bit integers nor signed bytes nor characters. So times are Float64, which holds every second
exactly; flags are Byte, for none is negative; entries are Int32; texts are arrays of String along `station`. Every
variable is a plain array that names its dimensions: clients find `time` as the coordinate of its dimension, and the
others by the attribute `coordinates`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from record.archive.answer import Heading
from record.quantities import ENTRY, FLAG

KINDS = ("", FLAG, ENTRY)
STATION, TIME = "station", "time"
_SECONDS = "seconds since 1970-01-01T00:00:00Z"
_WIRE: Mapping[str, str] = {"Float64": ">f8", "Int32": ">i4", "Byte": "u1"}
_TYPES: Mapping[str, str] = {"f": "Float64", "i": "Int32", "b": "Byte", "u": "Byte", "U": "String", "O": "String"}
_COORDINATES = ("station_id", "station_name", "nature", "verified", "lat", "lon")

Attributes = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable: `type` in the protocol's words, `shape` along `dims`.

    `quantity` and `kind` say of which layer of an answer it is; they are empty for a coordinate.
    """

    name: str
    type: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    attributes: Attributes
    quantity: str = ""
    kind: str = ""

    @property
    def wire(self) -> np.dtype[np.generic]:
        """How its numbers are sent."""
        return np.dtype(_WIRE[self.type])


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """A collection as it stood when the journal held `heading.count` entries, on its `time` axis (int64, seconds).

    `held` has the coordinates, which are small and at hand, as they are sent; texts as arrays of str.
    """

    name: str
    heading: Heading
    time: np.ndarray
    held: Mapping[str, np.ndarray]
    variables: Mapping[str, Variable]
    attributes: Attributes

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each variable by its name."""
        return {name: variable.shape for name, variable in self.variables.items()}

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The length of each dimension."""
        return {STATION: len(self.heading.stations), TIME: len(self.time)}


def layout_of(name: str, heading: Heading, time: np.ndarray, described: xr.Dataset, about: Attributes) -> Layout:
    """The layout of a collection on a time axis.

    `described` is an answer without times of all its stations as a CF dataset, whose attributes are taken over; `about`
    is said of the whole besides.
    """
    sizes = {STATION: len(heading.stations), TIME: len(time)}
    held: dict[str, np.ndarray] = {TIME: time.astype(">f8")}
    variables = {TIME: _time(described, len(time))}
    for coordinate in _COORDINATES:
        held[coordinate] = described[coordinate].values
        variables[coordinate] = _of_station(coordinate, described[coordinate])
    for quantity in heading.quantities:
        for kind in KINDS:
            found = described[quantity + kind]
            variables[quantity + kind] = Variable(
                name=quantity + kind,
                type="Float64" if not kind else "Byte" if kind == FLAG else "Int32",
                dims=(STATION, TIME),
                shape=(sizes[STATION], sizes[TIME]),
                attributes={**found.attrs, "coordinates": " ".join(_COORDINATES)},
                quantity=quantity,
                kind=kind,
            )
    attributes = {"Conventions": "CF-1.11", "featureType": "timeSeries", **described.attrs, **about}
    return Layout(name=name, heading=heading, time=time, held=held, variables=variables, attributes=attributes)


def _time(described: xr.Dataset, size: int) -> Variable:
    said = {**described[TIME].attrs, "axis": "T", "units": _SECONDS, "calendar": "standard"}
    return Variable(name=TIME, type="Float64", dims=(TIME,), shape=(size,), attributes=said)


def _of_station(name: str, found: xr.DataArray) -> Variable:
    said, kind = dict(found.attrs), _TYPES[found.dtype.kind]
    if kind == "String":
        # Clients of netCDF make characters of it: how many, and in which encoding, they are told here.
        longest = max((len(text.encode()) for text in found.values.tolist()), default=0)
        said |= {"_Encoding": "utf-8", "DODS": {"dimName": f"{name}_length", "strlen": max(longest, 1)}}
    if found.dtype.kind == "b":
        said |= {"flag_values": np.array([0, 1], dtype=np.uint8), "flag_meanings": "no yes"}
    return Variable(name=name, type=kind, dims=(STATION,), shape=found.shape, attributes=said)
