"""The context that the record gives: one question a collection and message, and climates that are remembered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ingest.quality.by_itself import possible
from ingest.quality.climates import Climates
from ingest.quality.climatology import Climate
from ingest.quality.context import Known, Season, Span
from ingest.quality.limits import Group
from ingest.quality.values import Values
from record.archive import Archive
from record.entry import Flag
from record.network import Network
from record.quantities import ENTRY, FLAG, ROW
from record.selection import EARLIEST, LATEST, Selection

MOST_CELLS = 5_000_000
"""What one question may be answered with, about 100 MB: where more is needed it is asked in parts."""
_STEP = {"10-minute": 600, "hourly": 3600, "term": 3600}
_DAY = 86_400
_LONG = 366 * _DAY
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVER = (int(EARLIEST.timestamp()), int(LATEST.timestamp()))


class Stood(NamedTuple):
    """Readings as they stand in the archive: who is known, and of each its flag, its entry and its row in that."""

    known: Known
    flag: NDArray[np.int8]
    entry: NDArray[np.int64]
    row: NDArray[np.int64]


class RecordContext:
    """What the archive holds around a message. Safe to share between threads."""

    def __init__(self, archive: Archive, network: Network) -> None:
        self._archive = archive
        self._network = network
        self._climates = Climates(network, self._history)

    def readings(self, wanted: Mapping[str, Span]) -> Known:
        """What stands of each series within its span; more may come of it."""
        found = self.stood(wanted)
        return replace(found.known, withdrawn=self.withdrawn(found))

    def withdrawn(self, stood: Stood) -> NDArray[np.bool_]:
        """Which of these readings whoever said them called bad.

        Where one stands flagged bad though it can be true, what was said of it is looked up: it may be a check that
        found it so, and what one check makes of a reading must not hang on what another one made of its neighbour.
        """
        found: NDArray[np.bool_] = (stood.flag == Flag.BAD) & possible(self._values(stood.known))
        doubted = np.flatnonzero(found)
        if len(doubted):
            found[doubted] = self._archive.as_said(stood.entry[doubted], stood.row[doubted]).sent == Flag.BAD
        return found

    def entries(self, wanted: Mapping[str, Sequence[Span]]) -> list[int]:
        """The entries by which something stands of each series within its spans, missing readings among it.

        The spans of a series rise and do not meet.
        """
        found: set[int] = set()
        for name, spans in wanted.items():
            for answer in self._asked({name: (spans[0][0], spans[-1][1])}):
                quantity = self._network.series[name].quantity
                inside = np.searchsorted(np.array(spans).ravel(), _seconds(answer), side="right") % 2 == 1
                found.update(np.unique(answer[f"{quantity}{ENTRY}"].values[:, inside]).tolist())
        return sorted(entry for entry in found if entry >= 0)

    def span(self, series: Iterable[str]) -> Span:
        """From the first to after the last time at which a collection of any of these series was spoken of."""
        found = [self._archive.span(name) for name in {self._network.series[one].collection for one in series}]
        known = [(int(span[0].timestamp()), int(span[1].timestamp()) + 1) for span in found if span is not None]
        return min((start for start, _ in known), default=0), max((end for _, end in known), default=0)

    def stood(self, wanted: Mapping[str, Span]) -> Stood:
        """What stands of each series within its span, none withdrawn; more may come of it."""
        number = {name: place for place, name in enumerate(wanted)}
        return _joined(tuple(wanted), [_columns(part, number) for part in self._asked(wanted)])

    def climate(self, wanted: Sequence[Season], said: Known) -> Mapping[Season, Climate]:
        """What the years before said of each series, with what the message says of them itself."""
        return self._climates.of(wanted, said)

    def _history(self, wanted: Mapping[str, Span]) -> Iterator[Known]:
        """What stands of each series within its span, a part at a time."""
        number = {name: place for place, name in enumerate(wanted)}
        for part in self._asked(wanted):
            found = _joined(tuple(wanted), [_columns(part, number)])
            yield replace(found.known, withdrawn=self.withdrawn(found))

    def _bounds(self, start: int, end: int, series: Sequence[str]) -> Span:
        """The span that is asked for; where it is long, what of it was ever spoken of."""
        first, last = self.span(series) if end - start > _LONG else _EVER
        return max(start, first), min(end, last)

    def _values(self, known: Known) -> Values:
        group = Group(self._network, [self._network.series[name] for name in known.series])
        return Values(group=group, which=known.which, time=known.time, value=known.value)

    def _asked(self, wanted: Mapping[str, Span]) -> Iterator[xr.Dataset]:
        """The answers of the archive: one a collection, or more where they would be very large."""
        by_collection: dict[str, list[str]] = {}
        for name in wanted:
            by_collection.setdefault(self._network.series[name].collection, []).append(name)
        for collection, names in by_collection.items():
            start, end = self._bounds(
                min(wanted[name][0] for name in names), max(wanted[name][1] for name in names), names
            )
            step = _STEP.get(self._network.collection(collection).interval, _DAY)
            most = max(1, MOST_CELLS * step // max(end - start, step))
            for first in range(0, len(names) if start < end else 0, most):
                yield self._archive.select(
                    Selection(series=tuple(names[first : first + most]), start=_at(start), end=_at(end), rows=True)
                )


def _at(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def _seconds(answer: xr.Dataset) -> NDArray[np.int64]:
    """The times of an answer, in seconds since 1970."""
    return answer["time"].values.astype("datetime64[s]").astype(np.int64)


def _columns(answer: xr.Dataset, number: Mapping[str, int]) -> Stood:
    """The readings of an answer that have a value, of series numbered by `number`."""
    stations = answer["station_id"].values.tolist()
    quantities = [str(name) for name in answer.data_vars if f"{name}{FLAG}" in answer.data_vars]
    interval = answer.attrs["interval"]
    # What was not asked for has no value.
    numbered = np.array([[number.get(f"{one}.{name}.{interval}", -1) for one in stations] for name in quantities])
    layers = {
        kind: np.stack([answer[f"{name}{kind}"].values for name in quantities]) for kind in ("", FLAG, ENTRY, ROW)
    }
    spot = np.nonzero(~np.isnan(layers[""]))
    known = Known(
        series=tuple(number),
        which=numbered[spot[:2]],
        time=_seconds(answer)[spot[2]],
        value=layers[""][spot],
        withdrawn=np.zeros(len(spot[0]), dtype=bool),
    )
    return Stood(known, layers[FLAG][spot], layers[ENTRY][spot], layers[ROW][spot].astype(np.int64))


def _joined(series: tuple[str, ...], parts: Sequence[Stood]) -> Stood:
    """All readings of several answers."""
    none = Known.nothing()
    known = [none, *(part.known for part in parts)]
    return Stood(
        Known(
            series=series,
            which=np.concatenate([one.which for one in known]),
            time=np.concatenate([one.time for one in known]),
            value=np.concatenate([one.value for one in known]),
            withdrawn=np.concatenate([one.withdrawn for one in known]),
        ),
        flag=np.concatenate([np.empty(0, dtype=np.int8), *(part.flag for part in parts)]),
        entry=np.concatenate([none.which, *(part.entry for part in parts)]),
        row=np.concatenate([none.which, *(part.row for part in parts)]),
    )
