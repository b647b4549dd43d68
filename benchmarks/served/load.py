"""What is served: a thousand hourly gauges for a month, the first of them for ten years; and the same for the others.

Everything in the record went through the pen and the sealing. The floor and the peers get the same values in the form
that each of them likes best: a flat file, a grid and a file of one station in netCDF, rows in PostgreSQL.
"""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import netCDF4
import numpy as np

from benchmarks.load import pen_of
from benchmarks.world import START, Gauges, after, make_network, months, receipt
from record import seal
from record.archive import Record, open_record
from record.network import Network
from record.network.access import Access, Allowance

GAUGES, DEEP, YEARS = 1000, 24, 10
ROWS = 2
"""Latitudes of the grid; the deep series lie in it row by row."""
HOUR, DAY = 3600, 86_400
COLLECTION = "chu-hourly"
UNBOUND = Allowance(requests_a_minute=10**9, points_a_minute=10**15, answers_at_once=10**4, long_answers=10**4)
_DONE = "served.json"


@dataclass(frozen=True)
class Served:
    """A filled folder. `spans` are its months; the last is open, and the only one that all gauges have."""

    folder: Path

    @property
    def spans(self) -> list[tuple[int, int]]:
        """First and past-the-last second of each month."""
        return months(YEARS * 12 + 1)

    @property
    def flat(self) -> Path:
        """float64 (deep series, hour) of all months."""
        return self.folder / "deep.f64"

    @property
    def month(self) -> Path:
        """float64 (series, hour) of the last month."""
        return self.folder / "month.f64"

    @property
    def grid(self) -> Path:
        """The deep series as a netCDF grid (lat, lon, time)."""
        return self.folder / "grid.nc"

    @staticmethod
    def place(series: int) -> tuple[float, float]:
        """Longitude and latitude of a deep series in the grid."""
        row, column = divmod(series, DEEP // ROWS)
        return 70.0 + column, 42.0 + row

    @property
    def station(self) -> Path:
        """The first deep series as a netCDF file (time) of numbers alone."""
        return self.folder / "station.nc"


def network() -> Network:
    """The made-up gauges; one client may ask for as much as it can."""
    return replace(make_network(GAUGES, 0), access=Access(anyone=UNBOUND, points_a_question=10**9))


def opened(folder: Path) -> Record:
    """The record in a folder."""
    return open_record(
        f"sqlite:///{folder / 'record.sqlite'}", network(), segments=str(folder / "segments"), data=folder
    )


def open_served(folder: Path) -> Served:
    """The load, made where it is not there yet; that takes a minute."""
    done, served = folder / _DONE, Served(folder)
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _fill(served)
        done.write_text(json.dumps({"gauges": GAUGES, "deep": DEEP}), encoding="utf-8")
    return served


def _fill(served: Served) -> None:
    record = opened(served.folder)
    pen, gauges = pen_of(record), Gauges.of(record.network, COLLECTION)
    hours = (served.spans[-1][1] - served.spans[0][0]) // HOUR
    deep = np.memmap(served.flat, dtype=np.float64, mode="w+", shape=(DEEP, hours))
    begin, end = served.spans[-1]
    wide = np.memmap(served.month, dtype=np.float64, mode="w+", shape=(GAUGES, (end - begin) // HOUR))
    for number, span in enumerate(served.spans):
        last = number == len(served.spans) - 1
        times = np.arange(*span, HOUR)
        for first in range(0, GAUGES if last else DEEP, 8):
            rows = np.arange(first, first + 8)
            batch = gauges.span(rows, times)
            pen.append(receipt(f"{first}-{span[0]}", batch, after(span[1])), batch, [], after(span[1]))
            values = gauges.hundredths(rows, times) / 100
            if last:
                wide[rows] = values
            if first < DEEP:
                first_hour = (span[0] - served.spans[0][0]) // HOUR
                deep[first : first + len(rows), first_hour : first_hour + len(times)] = values
        if not last:
            for done in seal.seal(record, pen, lambda at=span[1]: after(at + 4 * DAY), pause=lambda: None):  # type: ignore[misc]
                assert done.fault is None
    deep.flush()
    wide.flush()
    record.engine.dispose()
    _write_files(served, deep)


def _write_files(served: Served, deep: np.ndarray) -> None:
    seconds = np.arange(deep.shape[1], dtype=np.int64) * HOUR
    units = f"seconds since {START:%Y-%m-%dT%H:%M:%SZ}"
    with netCDF4.Dataset(served.grid, "w") as file:
        for name, size in (("lat", ROWS), ("lon", DEEP // ROWS), ("time", len(seconds))):
            file.createDimension(name, size)
        lat, lon = file.createVariable("lat", "f8", ("lat",)), file.createVariable("lon", "f8", ("lon",))
        lat[:], lon[:] = 42 + np.arange(ROWS), 70 + np.arange(DEEP // ROWS)
        lat.setncatts({"standard_name": "latitude", "units": "degrees_north", "axis": "Y"})
        lon.setncatts({"standard_name": "longitude", "units": "degrees_east", "axis": "X"})
        time = file.createVariable("time", "i8", ("time",))
        time[:] = seconds
        time.setncatts({"standard_name": "time", "units": units, "axis": "T"})
        value = file.createVariable("discharge", "f8", ("lat", "lon", "time"))
        value[:] = deep.reshape(ROWS, DEEP // ROWS, -1)
        value.setncatts({"units": "m3 s-1", "long_name": "river discharge"})
    with netCDF4.Dataset(served.station, "w") as file:
        file.createDimension("time", len(seconds))
        time = file.createVariable("time", "f8", ("time",))
        time[:] = seconds
        time.units = units
        file.createVariable("discharge", "f8", ("time",))[:] = deep[0]
