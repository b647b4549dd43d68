"""netCDF-4 by CF-1.11 and ACDD-1.3, as the record's own segments are written."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import xarray as xr

from record import netcdf
from record.archive.answer import Answer, Heading, together
from record.archive.dataset import dataset_of
from service.encode.told import Told


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """The document of an answer."""
    yield _encode(
        dataset_of(together(heading, portions)).assign_attrs(
            service=told.service, record_state=told.state, record_note=told.note
        )
    )


def _encode(answer: xr.Dataset) -> bytes:
    """The dataset (station, time) as the bytes of a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "answer.nc"
        netcdf.write(answer, path)
        return path.read_bytes()
