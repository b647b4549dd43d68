"""The context that the record gives: one question a collection and message, and climates that are remembered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ingest.consequence import Change
from ingest.quality.by_itself import possible
from ingest.quality.calendar import local, year_begins
from ingest.quality.climatology import Climate, Days, climates
from ingest.quality.context import Context, Known, Season, Span
from ingest.quality.limits import Group
from ingest.quality.values import Values
from record.archive import Archive
from record.archive.cache import Cache
from record.entry import Flag
from record.network import Network
from record.quantities import ENTRY, FLAG, ROW
from record.selection import EARLIEST, LATEST, Selection

MOST_CELLS = 5_000_000
"""What one question may be answered with, about 100 MB: where more is needed it is asked in parts."""
REMEMBERED = 4096
"""So many climates are remembered, about 6 kB each."""
REMEMBERED_DAYS = 4_000_000
"""So many days of series are remembered, 16 bytes each: of a series of eighty years half a megabyte."""
MUCH = 31 * 86_400
"""What a message says of earlier years counts for their climate where it reaches back for more than so many seconds."""
_STEP = {"10-minute": 600, "hourly": 3600, "term": 3600}
_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
_EVER = (int(EARLIEST.timestamp()), int(LATEST.timestamp()))


class Stood(NamedTuple):
    """Readings as they stand in the archive: who is known, and of each its flag, its entry and its row in that."""

    known: Known
    flag: NDArray[np.int8]
    entry: NDArray[np.int64]
    row: NDArray[np.int64]


class RecordContext:
    """What the archive holds around a message. Safe to share between threads.

    A climate is worked out once a series and year, and again after a message spoke of an earlier year. So it is meant
    to be kept for as long as messages are judged; it remembers no more than a number of climates and of days.
    """

    def __init__(self, archive: Archive, network: Network) -> None:
        self._archive = archive
        self._network = network
        self._climates: Cache[Climate] = Cache(REMEMBERED, lambda _: 1)
        self._days: Cache[Days] = Cache(REMEMBERED_DAYS, lambda days: days.lowest.size)
        self._spoken_of: dict[str, int] = {}
        self._renewed: dict[str, int] = {}

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

    def stood(self, *wanted: Mapping[str, Span]) -> Stood:
        """What stands of each series within its span, none withdrawn; more may come of it.

        Of several stretches of time that do not meet, each with its series, all.
        """
        names = tuple(dict.fromkeys(name for one in wanted for name in one))
        number = {name: place for place, name in enumerate(names)}
        return _joined(names, [_columns(part, number) for one in wanted for part in self._asked(one)])

    def climate(self, wanted: Sequence[Season], said: Known) -> Mapping[Season, Climate]:
        """What the years before said of each series, of all that stands and was not found bad.

        A message that asks for it speaks of these years, and is in the record when the next one asks. One that says
        much of earlier years is held against these too, as if it had come year by year.
        """
        told = self._told(wanted, said)
        found = self.climates([season for season in wanted if season.series not in told])
        if told:
            found |= self._made([season for season in wanted if season.series in told], told)
        for season in wanted:
            self._heard(season.series, season.year)
        return found

    @property
    def as_it_stands(self) -> Context:
        """The same for readings that stand in the record: to ask about them is no new word of theirs."""
        return _AsItStands(self)

    def heard(self, changes: Iterable[Change]) -> None:
        """Take note that something was said, which the climates of later years must count."""
        for change in changes:
            if change.said and change.series in self._network.series:
                zone = self._network.zone_of(self._network.series[change.series].station)
                self._heard(change.series, datetime.fromtimestamp(change.start, zone).year)

    def _heard(self, series: str, year: int) -> None:
        self._spoken_of[series] = min(year, self._spoken_of.get(series, year))

    def _told(self, wanted: Sequence[Season], said: Known) -> dict[str, Days]:
        """The days that the message speaks of, of those series of whose earlier years it says much."""
        first = np.full(len(said.series), np.iinfo(np.int64).max)
        np.minimum.at(first, said.which, said.time)
        begins = dict(zip(said.series, first.tolist(), strict=True))
        found: dict[str, Days] = {}
        for name, year in {(season.series, season.year) for season in wanted}:
            zone = self._network.zone_of(self._network.series[name].station)
            if name not in found and year_begins(year, zone) - begins[name] > MUCH:
                mine = said.which == said.series.index(name)
                when = local(said.time[mine], zone)
                found[name] = Days.of(when.year, when.day, said.value[mine])
        return found

    def climates(self, wanted: Sequence[Season]) -> dict[Season, Climate]:
        """The same for who says nothing by asking."""
        for name in {one.series for one in wanted if self._spoken_of.get(one.series, one.year) < one.year}:
            self._renewed[name] = self._renewed.get(name, 0) + 1
            self._spoken_of.pop(name, None)
        keys = {(season, self._renewed.get(season.series, 0)): season for season in wanted}
        held = self._climates.held(keys)
        made = self._made([season for key, season in keys.items() if key not in held])
        self._climates.keep({key: made[season] for key, season in keys.items() if season in made})
        return {keys[key]: one for key, one in held.items()} | made

    def _made(self, seasons: Sequence[Season], told: Mapping[str, Days] | None = None) -> dict[Season, Climate]:
        alike: dict[Season, list[int]] = {}
        for season in seasons:
            alike.setdefault(season._replace(year=0), []).append(season.year)
        days, found = self._days_of({season.series for season in seasons}), dict[Season, Climate]()
        for kind, years in alike.items():
            stands = days[kind.series]
            made = climates(
                stands.with_those_of(told[kind.series]) if told else stands,
                years,
                low=kind.low,
                high=kind.high,
                window_days=kind.window_days,
                min_years=kind.min_years,
            )
            found |= {kind._replace(year=year): one for year, one in made.items()}
        return found

    def _days_of(self, series: Iterable[str]) -> dict[str, Days]:
        """The days of each series by all that stands of it and was not found bad."""
        keys = {(name, self._renewed.get(name, 0)): name for name in series}
        held = self._days.held(keys)
        wanted = [name for key, name in keys.items() if key not in held]
        found = {name: Days.of(*_NOTHING) for name in wanted}
        number = {name: place for place, name in enumerate(wanted)}
        for part in self._asked({name: self.span([name]) for name in wanted}):
            known, flag, *_ = _joined(tuple(wanted), [_columns(part, number)])
            usable = (flag != Flag.BAD) & possible(self._values(known))
            for place in np.unique(known.which).tolist():
                mine = usable & (known.which == place)
                zone = self._network.zone_of(self._network.series[known.series[place]].station)
                when = local(known.time[mine], zone)
                found[known.series[place]] = Days.of(when.year, when.day, known.value[mine])
        self._days.keep({key: found[name] for key, name in keys.items() if name in found})
        return {keys[key]: one for key, one in held.items()} | found

    def _values(self, known: Known) -> Values:
        group = Group(self._network, [self._network.series[name] for name in known.series])
        return Values(group=group, which=known.which, time=known.time, value=known.value)

    def _asked(self, wanted: Mapping[str, Span]) -> Iterator[xr.Dataset]:
        """The answers of the archive: one a collection, or more where they would be very large."""
        by_collection: dict[str, list[str]] = {}
        for name in wanted:
            by_collection.setdefault(self._network.series[name].collection, []).append(name)
        for collection, names in by_collection.items():
            start = max(min(wanted[name][0] for name in names), _EVER[0])
            end = min(max(wanted[name][1] for name in names), _EVER[1])
            step = _STEP.get(self._network.collection(collection).interval, _DAY)
            most = max(1, MOST_CELLS * step // max(end - start, step))
            for first in range(0, len(names) if start < end else 0, most):
                yield self._archive.select(
                    Selection(series=tuple(names[first : first + most]), start=_at(start), end=_at(end), rows=True)
                )


class _AsItStands:
    """What the record holds around readings that stand in it."""

    def __init__(self, context: RecordContext) -> None:
        self._context = context

    def readings(self, wanted: Mapping[str, Span]) -> Known:
        """What stands of each series within its span; more may come of it."""
        return self._context.readings(wanted)

    def climate(self, wanted: Sequence[Season], said: Known) -> Mapping[Season, Climate]:  # noqa: ARG002
        """What the years before said of each series."""
        return self._context.climates(wanted)


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
