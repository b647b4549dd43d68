"""netCDF-4 by CF-1.11 and ACDD-1.3: discrete sampling geometry `timeSeries`, orthogonal, compressed.

The netCDF and HDF5 libraries are not safe under threads; one lock keeps their calls apart within a process.
"""

import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import xarray as xr

_LIBRARY = threading.Lock()
_SECONDS = "seconds since 1970-01-01T00:00:00Z"


def encode(answer: xr.Dataset) -> bytes:
    """The dataset (station, time) as the bytes of a file."""
    described = _described(answer)
    with _LIBRARY, TemporaryDirectory() as folder:
        path = Path(folder) / "answer.nc"
        described.to_netcdf(path, engine="netcdf4", format="NETCDF4", encoding=_encoding(described))
        return path.read_bytes()


def _described(answer: xr.Dataset) -> xr.Dataset:
    about = answer.attrs
    made = answer.copy()
    made.attrs = {
        "Conventions": "CF-1.11, ACDD-1.3",
        "featureType": "timeSeries",
        "title": f"{about['collection']}: the shared water record of the Chu and Talas basins",
        "summary": "Readings as entered in the journal, each with its quality flag and the index of its entry.",
        "keywords": "hydrology, rivers, reservoirs, water intake, Chu, Shu, Talas",
        "source": f"journal {about['origin']}, {about['journal_size']} entries",
        "history": f"selected from the first {about['journal_size']} entries of the journal {about['origin']}",
        "comment": str(about["nature_note"]),
        "standard_name_vocabulary": "CF Standard Name Table v93",
        **_extent(answer),
        **about,
    }
    made["time"].attrs |= {"axis": "T", "units_metadata": "leap_seconds: none"}
    for name in ("station_id", "station_name", "nature"):
        made[name] = made[name].astype(object)
    return made


def _extent(answer: xr.Dataset) -> dict[str, object]:
    """The bounds of the file in ACDD's words; none where nothing was said, or where no place is known."""
    said: dict[str, object] = {}
    if answer.sizes["time"]:
        first, last = np.datetime_as_string(answer.time.values[[0, -1]], unit="s")
        said = {"time_coverage_start": f"{first}Z", "time_coverage_end": f"{last}Z"}
    for name in ("lat", "lon"):
        known = answer[name].values[~np.isnan(answer[name].values)]
        if known.size:
            said |= {f"geospatial_{name}_min": float(known.min()), f"geospatial_{name}_max": float(known.max())}
    return said


def _encoding(described: xr.Dataset) -> dict[str, dict[str, object]]:
    encoding: dict[str, dict[str, object]] = {"time": {"units": _SECONDS, "calendar": "standard", "dtype": "int64"}}
    for name, variable in described.data_vars.items():
        fill: dict[str, object] = {"_FillValue": np.nan if variable.dtype.kind == "f" else None}
        size = variable.size
        encoding[str(name)] = fill | ({"zlib": True, "shuffle": True, "complevel": 4} if size else {})
    for name in ("lat", "lon"):
        encoding[name] = {"_FillValue": None}
    return encoding
