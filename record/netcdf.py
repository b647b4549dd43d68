"""Datasets as netCDF-4 files by CF-1.11 and ACDD-1.3: discrete sampling geometry `timeSeries`, orthogonal, compressed.

The netCDF and HDF5 libraries are not safe under threads; one lock keeps their calls apart within a process.
"""

import errno
import gc
import os
import shutil
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import xarray as xr

LIBRARY = threading.Lock()
"""Held over every call of the library, whoever makes it."""
SECONDS = "seconds since 1970-01-01T00:00:00Z"
HEADROOM = 1 << 20
"""Bytes that must be free beside those of the values, uncompressed: the library does not bear a disk that fills up."""


class Room:
    """What is left of a disk beside what other files of this process will still take; safe under threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._promised: dict[Path, tuple[int, int]] = {}

    @contextmanager
    def promised(self, path: Path, size: int) -> Iterator[None]:
        """Let a file of so many bytes be written meanwhile; raise `OSError` where there is no room for it."""
        device = os.stat(path.parent).st_dev
        with self._lock:
            self._refuse(path.parent, size)
            self._promised[path] = device, size
        try:
            yield
        finally:
            with self._lock:
                del self._promised[path]

    def refuse(self, folder: Path, size: int) -> None:
        """Raise `OSError` where there is no room for so many bytes in a folder."""
        with self._lock:
            self._refuse(folder, size)

    def _refuse(self, folder: Path, size: int) -> None:
        device = os.stat(folder).st_dev
        others = sum(max(of - _taken(path), 0) for path, (disk, of) in self._promised.items() if disk == device)
        if shutil.disk_usage(folder).free < size + others + HEADROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _taken(path: Path) -> int:
    """Bytes that a file takes of its disk by now."""
    try:
        return path.stat().st_blocks * _BLOCK
    except FileNotFoundError:
        return 0


ROOM = Room()
"""Of every file that this process writes by the library."""
OF_TIME = {"axis": "T", "units_metadata": "leap_seconds: none"}
_BLOCK = 512
_TEXTS = ("station_id", "station_name", "nature")


def write(dataset: xr.Dataset, path: Path, *, chunk: tuple[int, int] | None = None, level: int = 4) -> None:
    """Write a dataset (station, time), as the archive gives it, to a new file.

    `chunk`: stations and times that are compressed together; the library's own choice where it is None. `level`: how
    hard zlib tries. The same dataset gives the same bytes. Raises `OSError` where the file cannot be written, and
    leaves nothing of it.
    """
    described = _described(dataset)
    with ROOM.promised(path, described.nbytes), LIBRARY:
        try:
            described.to_netcdf(path, engine="netcdf4", format="NETCDF4", encoding=_encoding(described, chunk, level))
        except (RuntimeError, OSError) as fault:
            give_back(path, fault)
            # The library has a RuntimeError for all that it meets once the file is open, a full disk among it.
            raise fault if isinstance(fault, OSError) else OSError(str(fault)) from None


def give_back(path: Path, fault: BaseException | None) -> None:
    """Delete a file that was not finished, under the lock of the library, and have the library let go of it.

    Who calls must hold the file in no name of its own. The library may keep it open; emptied, it takes no space then.
    """
    while fault is not None:
        # The library writes once more when it lets go of the file, and the frames of a fault hold it.
        traceback.clear_frames(fault.__traceback__)
        fault = fault.__context__
    gc.collect()
    if path.exists():
        os.truncate(path, 0)
        path.unlink()


def title_of(collection: object) -> str:
    """The title of whatever holds values of a collection."""
    return f"{collection}: the shared water record of the Chu and Talas basins"


def about_file(about: Mapping[str, object]) -> dict[str, object]:
    """What ACDD wants every file of readings to say, of one that says `about` of itself."""
    return {
        "Conventions": "CF-1.11, ACDD-1.3",
        "featureType": "timeSeries",
        "title": title_of(about["collection"]),
        "summary": "Readings as entered in the journal, each with its quality flag and the index of its entry.",
        "keywords": "hydrology, rivers, reservoirs, water intake, Chu, Shu, Talas",
        "source": f"journal {about['origin']}, {about['journal_size']} entries",
        "history": f"selected from the first {about['journal_size']} entries of the journal {about['origin']}",
        "comment": str(about["nature_note"]),
        "standard_name_vocabulary": "CF Standard Name Table v93",
    }


def _described(dataset: xr.Dataset) -> xr.Dataset:
    made = dataset.copy()
    made.attrs = {**about_file(dataset.attrs), **_extent(dataset), **dataset.attrs}
    made["time"].attrs |= OF_TIME
    for name in _TEXTS:
        made[name] = made[name].astype(object)
    return made


def _extent(dataset: xr.Dataset) -> dict[str, object]:
    """The bounds of the file in ACDD's words; none where nothing was said, or where no place is known."""
    said: dict[str, object] = {}
    if dataset.sizes["time"]:
        first, last = np.datetime_as_string(dataset.time.values[[0, -1]], unit="s")
        said = {"time_coverage_start": f"{first}Z", "time_coverage_end": f"{last}Z"}
    for name in ("lat", "lon"):
        known = dataset[name].values[~np.isnan(dataset[name].values)]
        if known.size:
            said |= {f"geospatial_{name}_min": float(known.min()), f"geospatial_{name}_max": float(known.max())}
    return said


def _encoding(described: xr.Dataset, chunk: tuple[int, int] | None, level: int) -> dict[str, dict[str, object]]:
    encoding: dict[str, dict[str, object]] = {"time": {"units": SECONDS, "calendar": "standard", "dtype": "int64"}}
    for name, variable in described.data_vars.items():
        of_one: dict[str, object] = {"_FillValue": np.nan if variable.dtype.kind == "f" else None}
        if variable.size:
            of_one |= {"zlib": True, "shuffle": True, "complevel": level}
            if chunk is not None:
                of_one["chunksizes"] = tuple(min(pair) for pair in zip(chunk, variable.shape, strict=True))
        encoding[str(name)] = of_one
    for name in ("lat", "lon"):
        encoding[name] = {"_FillValue": None}
    return encoding
