"""netCDF-4 by CF-1.11 and ACDD-1.3, as the record's own segments are written."""

from pathlib import Path
from tempfile import TemporaryDirectory

import xarray as xr

from record import netcdf


def encode(answer: xr.Dataset) -> bytes:
    """The dataset (station, time) as the bytes of a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "answer.nc"
        netcdf.write(answer, path)
        return path.read_bytes()
