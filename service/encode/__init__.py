"""The forms that answers come in: one line a form, each a pure function from a dataset to bytes."""

from collections.abc import Callable
from dataclasses import dataclass

import xarray as xr

from record.errors import SelectionError
from service.encode import covjson, csv, geojson, netcdf


@dataclass(frozen=True, slots=True)
class Encoder:
    """A form: its name as EDR documents spell it, its media type, its file suffix, and the function."""

    name: str
    media: str
    suffix: str
    encode: Callable[[xr.Dataset], bytes]


ENCODERS: dict[str, Encoder] = {
    "covjson": Encoder("CoverageJSON", "application/prs.coverage+json", "covjson", covjson.encode),
    "geojson": Encoder("GeoJSON", "application/geo+json", "geojson", geojson.encode),
    "csv": Encoder("CSV", "text/csv", "csv", csv.encode),
    "netcdf": Encoder("netCDF", "application/x-netcdf", "nc", netcdf.encode),
}

_ALSO = {"json": "covjson", "coveragejson": "covjson", "nc": "netcdf"}


def encoder_called(name: str) -> Encoder:
    """The form that `f` asks for, in any case of letters; raise `SelectionError` with the known ones."""
    key = name.strip().lower()
    found = ENCODERS.get(_ALSO.get(key, key))
    if found is None:
        raise SelectionError(f"f={name[:40]!r} is not a form of ours: use {', '.join(ENCODERS)}")
    return found
