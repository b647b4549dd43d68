"""netCDF-4 by CF-1.11 and ACDD-1.3: discrete sampling geometry `timeSeries`, orthogonal, as the record's segments are.

A netCDF file is a whole: its times are known once the last station is read. Above `_IN_MEMORY` cells portions wait on
the disk until all are there, so that memory stays flat. Values are not compressed: that would take several times as
long as all the rest, and HTTP does it for who asks. The file is made on the disk because one that the library makes in
memory forgets in which order its variables were laid out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Any

import netCDF4
import numpy as np

from record.archive.answer import Answer, Heading, together
from record.archive.dataset import OF_STATION
from record.archive.grid import FILL
from record.errors import RecordError, SelectionError
from record.netcdf import LIBRARY, ROOM, give_back
from service.encode import cf
from service.encode.told import Told
from service.written.workplace import workplace

MOST_CELLS = 50_000_000
"""Values of one file: five hundred hourly gauges for eleven years, about a gigabyte with flags and entries."""
_IN_MEMORY = 2_000_000
_PIECE = 1 << 22
_DIMS = ("station", "time")
_ON_DISK: Mapping[type, type] = {bool: np.int8}
"""Files have no type for true and false."""
_STREAMED = "covjson, csv, geojson or columns"
Layers = Mapping[str, np.ndarray]


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """The bytes of a file.

    Raises `SelectionError` for more than `MOST_CELLS`, `RecordError` where the disk does not take the file.
    """
    with ExitStack() as stack:
        with _told_of(heading):
            path = stack.enter_context(workplace(told.workplace)) / "answer.nc"
        _make(path, heading, iter(portions), told)
        with path.open("rb") as made:
            while piece := made.read(_PIECE):
                yield piece


@contextmanager
def _told_of(heading: Heading) -> Iterator[None]:
    """What the disk and the library refuse, told in one line as `RecordError`."""
    try:
        yield
    except (OSError, RuntimeError) as fault:
        # The library has a RuntimeError for all that it meets once the file is open, a full disk among it.
        raise RecordError(
            f"the netCDF file of {heading.collection.id} was not made: {fault}; ask for fewer series or a shorter "
            f"time, or for {_STREAMED}, and look at the space left in the data folder"
        ) from None


def _make(path: Path, heading: Heading, portions: Iterator[Answer], told: Told) -> None:
    """Write the file of all portions: at once where they fit into memory, else laid aside until all are there."""
    begun, cells = list[Answer](), 0
    while cells <= _IN_MEMORY and (portion := next(portions, None)) is not None:
        begun.append(portion)
        cells += sum(layer.size for layer in portion.layers.values())
    if cells <= _IN_MEMORY:
        whole = together(heading, begun)
        _refuse_many(heading, whole.time)
        _write_file(path, heading, whole.time, [(0, whole.time, whole.layers)], told)
        return
    aside = path.with_name("portions")
    with aside.open("w+b") as kept:
        time, lengths = _keep(kept, heading, chain(begun, portions))
        _write_file(path, heading, time, _kept(kept, heading, lengths), told)
    aside.unlink()


def _keep(kept: IO[bytes], heading: Heading, portions: Iterable[Answer]) -> tuple[np.ndarray, list[int]]:
    """Lay portions aside; the times of all, and of how many stations each is."""
    time, lengths = np.empty(0, dtype=np.int64), []
    for portion in portions:
        time = portion.time if not len(time) else np.union1d(time, portion.time)
        _refuse_many(heading, time)
        with _told_of(heading):
            ROOM.refuse(Path(kept.name).parent, sum(layer.nbytes for layer in portion.layers.values()))
            np.save(kept, portion.time)
            for name in _layers(heading):
                np.save(kept, portion.layers[name])
        lengths.append(len(portion.heading.stations))
    return time, lengths


def _kept(kept: IO[bytes], heading: Heading, lengths: Sequence[int]) -> Iterator[tuple[int, np.ndarray, Layers]]:
    """What was laid aside: the first row of each portion, its times, its layers."""
    kept.seek(0)
    row = 0
    for length in lengths:
        time = np.load(kept, allow_pickle=False)
        yield row, time, {name: np.load(kept, allow_pickle=False) for name in _layers(heading)}
        row += length


def _write_file(
    path: Path, heading: Heading, time: np.ndarray, portions: Iterable[tuple[int, np.ndarray, Layers]], told: Told
) -> None:
    """Write the file, or leave nothing of it. Raises `RecordError` where the disk does not take it."""
    cell = sum(FILL[kind].nbytes for kind in heading.kinds)
    size = cell * len(heading.stations) * len(time) * len(heading.quantities)
    with _told_of(heading), ROOM.promised(path, size):
        try:
            _fill(path, heading, time, portions, told)
        except (OSError, RuntimeError) as fault:
            with LIBRARY:
                give_back(path, fault)
            raise


def _fill(
    path: Path, heading: Heading, time: np.ndarray, portions: Iterable[tuple[int, np.ndarray, Layers]], told: Told
) -> None:
    """A portion at a time; between them other files are written too."""
    with LIBRARY:
        file = netCDF4.Dataset(str(path), "w")
    try:
        with LIBRARY:
            _lay_out(file, heading, time, told)
        for row, times, layers in portions:
            spread = _spread(heading, time, times, layers)
            with LIBRARY:
                _put(file, row, spread)
    finally:
        with LIBRARY:
            file.close()


def _spread(heading: Heading, time: np.ndarray, times: np.ndarray, layers: Layers) -> Layers:
    """The layers at all times of the file; at those of which only another station spoke nobody spoke of these."""
    if len(times) == len(time):
        return layers
    columns = np.searchsorted(time, times)
    found = {}
    for name, kind in _layers(heading).items():
        found[name] = np.full((len(layers[name]), len(time)), FILL[kind])
        found[name][:, columns] = layers[name]
    return found


def _lay_out(file: netCDF4.Dataset, heading: Heading, time: np.ndarray, told: Told) -> None:
    """Dimensions, variables, attributes, times and stations; all but the values."""
    file.set_fill_off()
    file.setncatts(cf.of_file(heading, told, time))
    file.createDimension("station", len(heading.stations))
    file.createDimension("time", len(time))
    times = file.createVariable("time", np.int64, ("time",))
    times.setncatts(cf.of_time())
    _put_into(times, slice(None), time)
    for name, (field, kind, attributes) in OF_STATION.items():
        variable: netCDF4.Variable[Any] = file.createVariable(name, _ON_DISK.get(kind, kind), ("station",))
        variable.setncatts(attributes | (cf.OF_BOOLEAN if kind is bool else {}))
        said = [getattr(station, field) for station in heading.stations]
        _put_into(variable, slice(None), np.array(said, dtype=object if kind is str else variable.dtype))
    kinds = _layers(heading)
    for name, attributes in cf.of_layers(heading).items():
        fill = FILL[kinds[name]]
        missing = fill if fill.dtype.kind == "f" else False
        file.createVariable(name, fill.dtype.str, _DIMS, fill_value=missing).setncatts(attributes)


def _put(file: netCDF4.Dataset, row: int, layers: Layers) -> None:
    """Write the layers of stations that stand together from a row on."""
    for name, variable in file.variables.items():
        if name in layers:
            _put_into(variable, slice(row, row + len(layers[name])), layers[name])


def _put_into(variable: "netCDF4.Variable[Any]", where: slice, values: np.ndarray) -> None:
    if values.size:
        variable.set_auto_maskandscale(False)
        variable[where] = values


def _layers(heading: Heading) -> dict[str, str]:
    """The kind of each layer by its name."""
    return {name + kind: kind for name in heading.quantities for kind in heading.kinds}


def _refuse_many(heading: Heading, time: np.ndarray) -> None:
    cells = len(heading.stations) * len(time) * len(heading.quantities)
    if cells > MOST_CELLS:
        raise SelectionError(
            f"{len(heading.stations)} stations at {len(time)} different times are {cells} cells of a netCDF file, more "
            f"than {MOST_CELLS}: ask for fewer series or a shorter time, or for {_STREAMED}, which stream"
        )
