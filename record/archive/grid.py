"""The values of an answer as grids (station, time): sealed files first, then the rows that say more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from record.archive import strips
from record.archive.rows import NOBODY, Rows
from record.archive.segment.opened import Opened
from record.archive.segment.segments import Block, Reading, Segments
from record.archive.strips import Strip
from record.entry import Flag
from record.errors import SelectionError
from record.quantities import ENTRY, FLAG, ROW, STATUS
from record.review import Reviewed, came_later, status_of

FILL: dict[str, np.generic] = {
    "": np.float64("nan"),
    FLAG: np.int8(Flag.MISSING),
    ENTRY: np.int64(NOBODY),
    ROW: np.int16(0),
    STATUS: np.int8(0),
}
"""What each layer holds where nobody spoke."""
_CHUNKS_AT_A_TIME = 2048
MOST_CELLS = 100_000_000
"""What one answer may hold: a thousand hourly gauges for eleven years, about two gigabytes with flags and entries."""

Spoken = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From entries and rows (int64) to the entries by which these came into the record."""
VALUES = ("",)
ANSWERED = ("", FLAG, ENTRY)
SEALED = ("", FLAG, ENTRY, ROW)
"""Which layers of a quantity are read: the value itself, its flag, its entry, its row in the entry."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The series of a question by row number, with the station and quantity of each, all of one collection."""

    numbers: Sequence[int | None]
    stations: Sequence[str]
    quantities: Sequence[str]

    def only(self, places: Sequence[int]) -> "Asked":
        """Some of them."""
        return Asked(
            numbers=[self.numbers[place] for place in places],
            stations=[self.stations[place] for place in places],
            quantities=[self.quantities[place] for place in places],
        )


@dataclass(slots=True, eq=False)
class Grid:
    """`time` (int64, seconds); `layers` by name of variable, each (station, time); rows are `stations`."""

    stations: list[str]
    quantities: list[str]
    time: np.ndarray
    layers: dict[str, np.ndarray]


def read(
    asked: Asked,
    files: Sequence[tuple[Opened, slice]],
    later: Rows,
    segments: Segments,
    count: int,
    kinds: tuple[str, ...],
    most: int,
) -> Grid:
    """What stood when the journal held `count` entries, in the layers of `kinds`.

    `files`: the sealed files and which of their times are asked for; `later`: the rows that were not sealed, and those
    that stood then and were superseded since. A row wins over a file wherever its entry is the later one.
    Raises `SelectionError` where that would be more than `most` cells, before any is laid.
    """
    plan = _Plan(asked, files, later, kinds)
    cells = plan.shape[0] * plan.shape[1] * len(plan.quantities)
    if cells > most:
        raise SelectionError(
            f"{plan.shape[0]} stations at {plan.shape[1]} different times are {cells} cells, more than {most}: "
            "ask for fewer series or a shorter time"
        )
    layers = plan.strips(segments) if len(plan.stations) <= strips.FEW else plan.filled(segments)
    if ENTRY in kinds:
        for place, (file, _) in enumerate(files):
            if file.piece.size > count:
                columns = plan.columns[place]
                _forget_later(layers, plan.quantities, columns, count)
    plan.put_rows(layers)
    grid = Grid(plan.stations, plan.quantities, plan.time, layers)
    return _without_empty(grid, kinds)


def keep_wanted(grid: Grid, flags: frozenset[Flag]) -> None:
    """Take away the values of which the flag is not one of `flags`."""
    unwanted = np.ones(1 + max(Flag), dtype=bool)
    unwanted[[int(flag) for flag in flags]] = False
    for quantity in grid.quantities:
        grid.layers[quantity][unwanted[grid.layers[f"{quantity}{FLAG}"]]] = np.nan


def put_status(grid: Grid, interval: str, reviews: Sequence[Reviewed], spoken: Spoken) -> None:
    """Add how far each reading was reviewed, by reviews in the order of their entries.

    `spoken` tells by which entry rows came into the record: only what came after a review is looked up.
    """
    for quantity in grid.quantities:
        series = [f"{station}.{quantity}.{interval}" for station in grid.stations]
        entry, row = grid.layers[f"{quantity}{ENTRY}"], grid.layers[f"{quantity}{ROW}"]
        late = came_later(series, grid.time, entry, reviews)
        if late.any():
            entry = entry.copy()
            entry[late] = spoken(entry[late], row[late].astype(np.int64))
        grid.layers[f"{quantity}{STATUS}"] = status_of(series, grid.time, entry, reviews)


def without_rows(grid: Grid) -> None:
    """Take away which rows of their entries the readings are."""
    for quantity in grid.quantities:
        del grid.layers[f"{quantity}{ROW}"]


def only_values(grid: Grid) -> Grid:
    """Without flags and entries, and without the times at which no series has a value."""
    values = {quantity: grid.layers[quantity] for quantity in grid.quantities}
    return _without_empty(Grid(grid.stations, grid.quantities, grid.time, values), VALUES)


@dataclass(eq=False)
class _Plan:
    """Where everything goes: rows of the grid are stations, columns the times that files and rows hold."""

    asked: Asked
    files: Sequence[tuple[Opened, slice]]
    later: Rows
    kinds: tuple[str, ...]
    stations: list[str] = field(init=False)
    quantities: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.stations = list(dict.fromkeys(self.asked.stations))
        self.quantities = list(dict.fromkeys(self.asked.quantities))

    @cached_property
    def names(self) -> list[tuple[str, str, str]]:
        """Each layer as (quantity, kind, name)."""
        return [(quantity, kind, quantity + kind) for quantity in self.quantities for kind in self.kinds]

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {station: row for row, station in enumerate(self.stations)}

    @cached_property
    def holds(self) -> dict[str, np.ndarray]:
        """For each quantity, which stations it is asked of."""
        found = {quantity: np.zeros(len(self.stations), dtype=bool) for quantity in self.quantities}
        for station, quantity in zip(self.asked.stations, self.asked.quantities, strict=True):
            found[quantity][self._row_of[station]] = True
        return found

    @cached_property
    def _sealed(self) -> np.ndarray:
        sealed = [file.time[window] for file, window in self.files]
        return np.concatenate(sealed) if sealed else np.empty(0, dtype=np.int64)

    @cached_property
    def time(self) -> np.ndarray:
        """The times, rising, each once. Periods of files follow each other and never overlap."""
        together = self._sealed
        if not len(self.later.time):
            return together
        fresh = np.unique(self.later.time)
        if not len(together) or fresh[0] > together[-1]:
            return np.concatenate([together, fresh])
        place = np.searchsorted(together, fresh)
        held = place < len(together)
        held[held] = together[place[held]] == fresh[held]
        return np.insert(together, place[~held], fresh[~held]) if not held.all() else together

    @property
    def shape(self) -> tuple[int, int]:
        """Stations and times."""
        return len(self.stations), len(self.time)

    @cached_property
    def columns(self) -> list[np.ndarray | slice]:
        """For each file, the columns of its times."""
        ends = np.cumsum([window.stop - window.start for _, window in self.files]).tolist()
        if ends and ends[-1] == len(self.time):
            return [
                slice(end - (window.stop - window.start), end)
                for end, (_, window) in zip(ends, self.files, strict=True)
            ]
        found: list[np.ndarray | slice] = []
        for file, window in self.files:
            times = file.time[window]
            first, last = np.searchsorted(self.time, [times[0], times[-1]]).tolist()
            together = last - first == len(times) - 1
            found.append(slice(first, last + 1) if together else np.searchsorted(self.time, times))
        return found

    def strips(self, segments: Segments) -> dict[str, np.ndarray]:
        """The layers of few stations with what the files say, read row by row."""
        layers = {name: np.full(self.shape, FILL[kind]) for _, kind, name in self.names}
        if not self.files:
            return layers
        length = len(self._sealed)
        between = self.time[length - 1] != self._sealed[-1]
        # Where times of rows alone stand between those of the files, what the files say is laid by itself first.
        sealed = {
            name: np.full((len(self.stations), length), FILL[kind]) if between else layers[name][:, :length]
            for _, kind, name in self.names
        }
        asked = dict.fromkeys(zip(self.asked.stations, self.asked.quantities, strict=True))
        wanted = [
            Strip(station, quantity, {kind: sealed[quantity + kind][self._row_of[station]] for kind in self.kinds})
            for station, quantity in asked
        ]
        strips.put(self.files, wanted, segments)
        if between:
            columns = np.searchsorted(self.time, self._sealed)
            for name, layer in sealed.items():
                layers[name][:, columns] = layer
        return layers

    def filled(self, segments: Segments) -> dict[str, np.ndarray]:
        """The layers with what the files say, read one file after the other."""
        layers = {name: np.full(self.shape, FILL[kind]) for _, kind, name in self.names}
        for portion in self.portions():
            opened = {part.reading.file.name: part.reading.file for part in portion}
            blocks = segments.blocks([block for part in portion for block in part.blocks], opened)
            for part in portion:
                part.put(blocks, layers)
        return layers

    def portions(self) -> Iterator[list["_Part"]]:
        """What is to be read, so much at a time that its chunks fit into memory."""
        portion: list[_Part] = []
        chunks = 0
        for part in self._parts():
            portion.append(part)
            chunks += len(part.blocks)
            if chunks >= _CHUNKS_AT_A_TIME:
                yield portion
                portion, chunks = [], 0
        if portion:
            yield portion

    def _parts(self) -> Iterator["_Part"]:
        """One layer of one file at a time."""
        for (file, window), columns in zip(self.files, self.columns, strict=True):
            rows = file.rows(self.stations)
            for quantity in self.quantities:
                if quantity in file.variables:
                    reading = Reading(file, np.where(self.holds[quantity], rows, NOBODY), window)
                    for kind in self.kinds:
                        name = quantity + kind
                        yield _Part(reading, reading.blocks(name), columns, name)

    def put_rows(self, layers: dict[str, np.ndarray]) -> None:
        """Let the rows stand where they are later than what a file says."""
        if not len(self.later.time):
            return
        place_of = {number: place for place, number in enumerate(self.asked.numbers) if number is not None}
        place = np.array([place_of[number] for number in self.later.series.tolist()], dtype=np.int64)
        row = np.array([self._row_of[station] for station in self.asked.stations], dtype=np.int64)[place]
        kind_of = {quantity: kind for kind, quantity in enumerate(self.quantities)}
        kind = np.array([kind_of[quantity] for quantity in self.asked.quantities], dtype=np.int64)[place]
        column = np.searchsorted(self.time, self.later.time)
        order = np.argsort(self.later.entry, kind="stable")
        for number, quantity in enumerate(self.quantities):
            mine = order[kind[order] == number]
            at = (row[mine], column[mine])
            if ENTRY in self.kinds:
                mine = mine[self.later.entry[mine] >= layers[f"{quantity}{ENTRY}"][at]]
                at = (row[mine], column[mine])
            for suffix in self.kinds:
                layers[quantity + suffix][at] = _LATER[suffix](self.later)[mine]


@dataclass(frozen=True, slots=True)
class _Part:
    """One layer of one file, and the columns in which it goes."""

    reading: Reading
    blocks: list[Block]
    columns: np.ndarray | slice
    name: str

    def put(self, blocks: Mapping[Block, np.ndarray], layers: dict[str, np.ndarray]) -> None:
        """Put it into its layer; between its times others may stand, of which only rows speak."""
        part = layers[self.name][:, self.columns]
        self.reading.put(blocks, self.name, part)
        if not isinstance(self.columns, slice):
            layers[self.name][:, self.columns] = part


_LATER: dict[str, Callable[[Rows], np.ndarray]] = {
    "": lambda rows: rows.value,
    FLAG: lambda rows: rows.flag,
    ENTRY: lambda rows: rows.entry,
    ROW: lambda rows: rows.position,
}


def _forget_later(
    layers: dict[str, np.ndarray], quantities: Sequence[str], columns: np.ndarray | slice, count: int
) -> None:
    """Take away what a file says from entries that were not there yet."""
    for quantity in quantities:
        not_yet = layers[f"{quantity}{ENTRY}"][:, columns] >= count
        if not not_yet.any():
            continue
        for kind, fill in FILL.items():
            if quantity + kind in layers:
                part = layers[quantity + kind][:, columns]
                part[not_yet] = fill
                layers[quantity + kind][:, columns] = part


def _without_empty(grid: Grid, kinds: tuple[str, ...]) -> Grid:
    """Without the times at which nobody spoke of any of the series, or, of values alone, none has a value."""
    spoken = np.zeros(len(grid.time), dtype=bool)
    for quantity in grid.quantities:
        if ENTRY in kinds:
            spoken |= (grid.layers[f"{quantity}{ENTRY}"] >= 0).any(axis=0)
        else:
            spoken |= ~np.isnan(grid.layers[quantity]).all(axis=0)
    if spoken.all():
        return grid
    layers = {name: layer[:, spoken] for name, layer in grid.layers.items()}
    return Grid(grid.stations, grid.quantities, grid.time[spoken], layers)
