"""The forms that answers come in: one line a form, each a pure function from a dataset to bytes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import xarray as xr

from record.archive.answer import Answer, Heading, together
from record.archive.dataset import dataset_of
from record.errors import SelectionError
from service.encode import covjson, csv, geojson, netcdf
from service.encode.told import Told

Write = Callable[[Heading, Iterable[Answer], Told], Iterator[bytes]]
"""From portions of whole stations, as `Archive.portions` gives them, to the bytes of one document, as they are made."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """A form: its name as EDR documents spell it, its media type, its file suffix, and the function."""

    name: str
    media: str
    suffix: str
    encode: Callable[[xr.Dataset], bytes]

    def write(self, heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
        """The document of an answer."""
        about = {"service": told.service, "record_state": told.state, "record_note": told.note}
        yield self.encode(dataset_of(together(heading, portions)).assign_attrs(about))


ENCODERS: dict[str, Encoder] = {
    "covjson": Encoder("CoverageJSON", "application/prs.coverage+json", "covjson", covjson.encode),
    "geojson": Encoder("GeoJSON", "application/geo+json", "geojson", geojson.encode),
    "csv": Encoder("CSV", "text/csv", "csv", csv.encode),
    "netcdf": Encoder("netCDF", "application/x-netcdf", "nc", netcdf.encode),
}

_ALSO = {"json": "covjson", "coveragejson": "covjson", "nc": "netcdf"}


def encoder_called(name: str, forms: Mapping[str, Encoder] = ENCODERS) -> Encoder:
    """The form that `f` asks for, in any case of letters; raise `SelectionError` with the known ones."""
    key = name.strip().lower()
    found = forms.get(_ALSO.get(key, key))
    if found is None:
        raise SelectionError(f"f={name[:40]!r} is not a form of ours here: use {', '.join(forms)}")
    return found
