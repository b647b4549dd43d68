"""netCDF-4 by CF-1.11: figures over stations, hydrographs over days, and the numbers of accounts by their keys.

The file is made on the disk because one that the library makes in memory forgets in which order its variables were laid
out; the same report gives the same bytes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np

from record.errors import RecordError
from record.netcdf import LIBRARY, ROOM, give_back
from service.reports.forms import cf
from service.reports.forms.layers import Layer, layers_of
from service.reports.report import Report
from service.written.workplace import workplace

_TEXT = np.dtype(object)


def write(report: Report) -> bytes:
    """The bytes of the file; raise `RecordError` where the disk does not take it."""
    layers, attributes = layers_of(report), cf.of_file(report)
    try:
        with workplace(None) as folder:
            return _made(folder / "report.nc", layers, attributes)
    except (OSError, RuntimeError) as fault:
        # The library has a RuntimeError for all that it meets once the file is open, a full disk among it.
        raise RecordError(
            f"the netCDF file of the report was not made: {fault}; look at the space left in the temporary folder"
        ) from None


def _made(path: Path, layers: Sequence[Layer], attributes: Mapping[str, object]) -> bytes:
    with ROOM.promised(path, sum(layer.values.nbytes for layer in layers)), LIBRARY:
        try:
            with netCDF4.Dataset(str(path), "w") as file:
                file.set_fill_off()
                file.setncatts(attributes)
                for layer in layers:
                    _put(file, layer)
        except (OSError, RuntimeError) as fault:
            give_back(path, fault)
            raise
    return path.read_bytes()


def _put(file: netCDF4.Dataset, layer: Layer) -> None:
    """Lay out a variable with the dimensions that are not there yet, and write its values."""
    for name, length in zip(layer.dims, layer.values.shape, strict=True):
        if name not in file.dimensions:
            file.createDimension(name, length)
    kind: Any = str if layer.values.dtype == _TEXT else layer.values.dtype.str
    fill = np.nan if layer.values.dtype.kind == "f" and not layer.coordinate else False
    variable: netCDF4.Variable[Any] = file.createVariable(layer.name, kind, layer.dims, fill_value=fill)
    variable.setncatts(layer.attributes)
    variable.set_auto_maskandscale(False)
    if layer.values.size:
        variable[...] = layer.values if layer.dims else layer.values[()]
