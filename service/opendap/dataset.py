"""Datasets from the record: opened by their layout alone, and read a hyperslab at a time, as it is asked for."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np

from record.archive import Archive
from record.archive.answer import Answer, Heading
from record.archive.cache import Cache
from record.archive.dataset import dataset_of
from record.archive.grid import FILL
from record.errors import RecordError, SelectionError, UnknownName
from record.ledger.access import Given
from record.netcdf import title_of
from record.network import Network
from record.quantities import ENTRY
from record.selection import Selection
from service.access import MOST_NOTED, in_answer, one_reading
from service.opendap.constraint import Slab, Wanted
from service.opendap.layout import KINDS, TIME, Layout, Variable, layout_of

MOST_CELLS = 20_000_000
"""What one request may ask for: a thousand gauges for two years, by the hour."""
_CELLS_AT_A_TIME = 1_000_000
MOST_SINGLE = 10_000
"""How many readings one request may give to a party one by one."""
_REMEMBERED_TIMES = 4_000_000
_INT32 = 1 << 31


class Datasets:
    """The layouts that were asked for lately; safe under threads."""

    def __init__(self) -> None:
        self._held: Cache[Layout] = Cache(_REMEMBERED_TIMES, lambda layout: len(layout.time) + 1000)

    def holds(self, network: Network, collection: str, count: int) -> bool:
        """Whether it takes next to nothing to open it."""
        return bool(self._held.held([(network.version, collection, count)]))

    def opened(self, archive: Archive, network: Network, collection: str, count: int) -> Layout:
        """The collection as it stood when the journal held `count` entries.

        Raises `UnknownName` where it is not declared, or nothing had been said of it by then.
        """
        key = network.version, collection, count
        found = self._held.held([key]).get(key)
        if found is None:
            found = _laid_out(archive, network, collection, count)
            self._held.keep({key: found})
        return found


def _laid_out(archive: Archive, network: Network, collection: str, count: int) -> Layout:
    series = tuple(one.id for one in network.collection(collection).series)
    time = archive.axis(collection, count)
    if not len(time):
        # Some clients take a dimension of length 0 for one without end, others for a fault.
        raise UnknownName(f"nothing was said of {collection} in the first {count} entries: ask again later")
    if count >= _INT32:
        raise RecordError(
            f"the journal has {count} entries, more than DAP 2.0 can count: use /collections/{collection}"
        )
    heading, _ = archive.portions(Selection(series=series, as_of=count))
    about = {
        "title": title_of(collection),
        "comment": "The record grows, and what comes in late moves the places of later times: "
        f"open {collection}@{count} in the place of this name for what never moves.",
    }
    return layout_of(collection, heading, time, dataset_of(_empty(heading)), about)


def _empty(heading: Heading) -> Answer:
    shape = len(heading.stations), 0
    layers = {name + kind: np.full(shape, FILL[kind]) for name in heading.quantities for kind in KINDS}
    return Answer(heading, np.empty(0, dtype=np.int64), layers)


def cells_of(asked: Sequence[Wanted]) -> int:
    """How many values are read for what is asked for; those that a stride in time skips are read too."""
    return sum(math.prod(one.shape[:-1]) * one.slabs[-1].reach for one in asked)


def refuse_too_many(layout: Layout, asked: Sequence[Wanted], most: int) -> None:
    """Raise `SelectionError` where more than `most` cells are read for all that is asked for."""
    cells = cells_of(asked)
    if cells > most:
        largest = max(asked, key=lambda one: cells_of([one]))
        raise SelectionError(
            f"{cells} cells of {layout.name} are read for this at once, more than {most}: ask for a smaller slice of "
            f"{largest.name}, as {largest.name}{''.join(map(str, largest.slabs))} in parts"
        )


def refuse_unnoted(asked: Sequence[Wanted]) -> None:
    """Raise `SelectionError` where a stride in time gives a party more single readings than can be noted."""
    single = sum(math.prod(one.shape) for one in asked if one.slabs[-1].step > 1)
    if single > MOST_SINGLE:
        raise SelectionError(
            f"{single} readings are asked for one by one, and of a party at most {MOST_SINGLE} are noted so: ask for "
            "[first:last] without a step"
        )


def refuse_moved(layout: Layout, asked: Sequence[Wanted], moved: int) -> None:
    """Raise `SelectionError` where a slab may have been meant of an axis that had other times from `moved` on.

    An axis only grows. So whoever asks for the last place of all has seen it as it is now.
    """
    first = int(np.searchsorted(layout.time, moved))
    for one in asked:
        dims = layout.variables[one.name].dims
        last = one.slabs[dims.index(TIME)].last if TIME in dims else -1
        if first <= last < len(layout.time) - 1:
            raise SelectionError(
                f"the times of {layout.name} from place {first} on have moved lately, for earlier ones came in late: "
                f"open {layout.name}@{layout.heading.count}, or keep cookies, and ask again"
            )


def read(archive: Archive, layout: Layout, asked: Wanted, noted: list[Given] | None) -> Iterator[np.ndarray]:
    """The values asked for, whole rows at a time; the readings that are so given to a party are added to `noted`.

    Flags and entries alone give none.

    Raises `RecordError` where the record cannot be read.
    """
    variable = layout.variables[asked.name]
    if not variable.quantity:
        yield layout.held[asked.name][asked.slabs[0].places]
        return
    rows, columns = asked.slabs
    stations = [about.id for about in layout.heading.stations[rows.places]]
    at_a_time = max(1, _CELLS_AT_A_TIME // (columns.last + 1 - columns.first))
    for first in range(0, len(stations), at_a_time):
        yield _portion(archive, layout, variable, stations[first : first + at_a_time], columns, noted)


def _portion(
    archive: Archive,
    layout: Layout,
    variable: Variable,
    stations: Sequence[str],
    columns: Slab,
    noted: list[Given] | None,
) -> np.ndarray:
    window = layout.time[columns.first : columns.last + 1]
    found = np.full((len(stations), len(window)), FILL[variable.kind])
    mine = set(stations)
    series = tuple(
        one.id for one in layout.heading.collection.series if one.station in mine and one.quantity == variable.quantity
    )
    if series:
        answer = _answer(archive, layout, series, window, values_alone=noted is None and not variable.kind)
        if noted is not None and not variable.kind:
            # Flags and entries without their values give nobody a reading.
            noted += _given(answer, window[:: columns.step]) if columns.step > 1 else in_answer(answer)
        _lay(answer, variable, stations, window, found)
    return found[:, :: columns.step]


def _given(answer: Answer, times: np.ndarray) -> Iterator[Given]:
    """What those times of an answer give, reading by reading, for what lies between them is not sent."""
    column = np.flatnonzero(np.isin(answer.time, times))
    for quantity in answer.heading.quantities:
        entries = answer.layers[f"{quantity}{ENTRY}"][:, column]
        row, place = np.nonzero(entries >= 0)
        names = [f"{about.id}.{quantity}.{answer.heading.collection.interval}" for about in answer.heading.stations]
        found = row[:MOST_NOTED], answer.time[column[place[:MOST_NOTED]]], entries[row[:MOST_NOTED], place[:MOST_NOTED]]
        for station, time, entry in zip(*(one.tolist() for one in found), strict=True):
            yield one_reading(names[station], time, entry)


def _answer(
    archive: Archive, layout: Layout, series: tuple[str, ...], window: np.ndarray, *, values_alone: bool
) -> Answer:
    start, end = datetime.fromtimestamp(int(window[0]), UTC), datetime.fromtimestamp(int(window[-1]) + 1, UTC)
    if values_alone:
        # Values without flags and entries are read three times as fast, but only as they stand now.
        answer = archive.answer(Selection(series=series, start=start, end=end, values_alone=True))
        if answer.heading.count == layout.heading.count:
            return answer
    return archive.answer(Selection(series=series, start=start, end=end, as_of=layout.heading.count))


def _lay(answer: Answer, variable: Variable, stations: Sequence[str], window: np.ndarray, out: np.ndarray) -> None:
    """Put an answer where its stations and times belong; a time that the axis does not have is a fault of ours."""
    row_of = {station: row for row, station in enumerate(stations)}
    rows = np.array([row_of[about.id] for about in answer.heading.stations], dtype=np.int64)
    layer = answer.layers[variable.name]
    if np.array_equal(answer.time, window):
        out[rows] = layer
        return
    columns = np.searchsorted(window, answer.time)
    if len(columns) and not np.array_equal(window[np.minimum(columns, len(window) - 1)], answer.time):
        raise RecordError(f"{variable.name} has a time that the axis of its collection lacks: look at `arna doctor`")
    out[np.ix_(rows, columns)] = layer
