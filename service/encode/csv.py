"""CSV by RFC 4180: a row for each station and time of which something was said, units in the header.

Times are UTC with Z; values are unrounded; a missing value is an empty cell with its flag beside it.
"""

import csv
import io
from collections.abc import Iterable, Iterator

import numpy as np
import xarray as xr

from record.archive.answer import Answer, Heading, together
from record.archive.dataset import dataset_of
from service.encode.told import Told

_UNITS = {"m3 s-1": "m3/s", "1e6 m3": "million m3", "degree_Celsius": "degC"}


def write(heading: Heading, portions: Iterable[Answer], _told: Told) -> Iterator[bytes]:
    """The document of an answer."""
    yield _encode(dataset_of(together(heading, portions)))


def _encode(answer: xr.Dataset) -> bytes:
    """The dataset (station, time) as UTF-8 text with CRLF line ends."""
    quantities = [str(name) for name in answer.data_vars if f"{name}_flag" in answer]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["station_id", "station_name", "nature", "verified", "time_utc", *_headings(answer, quantities)])
    times = np.datetime_as_string(answer.time.values, unit="s")
    for place in range(answer.sizes["station"]):
        one = answer.isel(station=place)
        about = [str(one[name].values) for name in ("station_id", "station_name", "nature")]
        about.append("true" if one.verified else "false")
        said = np.any([one[f"{name}_entry"].values >= 0 for name in quantities], axis=0)
        columns = [column for name in quantities for column in _columns(one, name, said)]
        writer.writerows([*about, f"{time}Z", *cells] for time, *cells in zip(times[said], *columns, strict=True))
    return out.getvalue().encode()


def _headings(answer: xr.Dataset, quantities: list[str]) -> list[str]:
    headings = []
    for name in quantities:
        units = str(answer[name].attrs["units"])
        headings += [f"{name} [{_UNITS.get(units, units)}]", f"{name}_flag", f"{name}_entry"]
    return headings


def _columns(one: xr.Dataset, name: str, said: np.ndarray) -> list[list[object]]:
    values = one[name].values[said].tolist()
    flags = one[f"{name}_flag"].values[said].tolist()
    entries = one[f"{name}_entry"].values[said].tolist()
    return [
        ["" if value != value else value for value in values],
        flags,
        ["" if entry < 0 else entry for entry in entries],
    ]
