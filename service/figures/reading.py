"""Figures of many series as arrays, the way readings are answered: portions of whole stations with flags and entries.

A figure is stamped with midnight of its period's first day in the calendar of its station, as a mean that was sent is.
It comes once its period has ended. Its flag is the worst of what it was made of, and at least `unknown` where it does
not rest on all that it should: where days are missing or were left out as bad, where one rests on readings at the terms
alone, and of a day where readings of it are missing. Its entry is the newest on which it rests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import numpy as np
import xarray as xr

from record.archive import Archive
from record.archive.answer import Answer, Facts, Heading
from record.archive.grid import FILL
from record.errors import SelectionError
from record.ledger.access import Given
from record.network import Collection, Network
from record.quantities import ENTRY, FLAG
from record.selection import Selection
from service.figures import answer as alone
from service.figures.collections import KINDS, collections_below
from service.figures.days import begins_of_days
from service.figures.given import given
from service.figures.periodic import mean_by
from service.figures.periods import FIRST, LAST, Kind, numbers
from service.figures.sources import Reader, Subject, rests_on, sources_of

_AT_A_TIME = 5
_LONGEST_PERIOD, _ZONES = timedelta(days=32), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresRead:
    """Reads the figures of a collection of figures as of one state of the journal.

    `until` is the report day (datetime64[D]) after the last that has ended.
    """

    archive: Archive
    network: Network
    collection: Collection
    selection: Selection
    count: int
    until: np.datetime64

    @property
    def kind(self) -> Kind:
        """The kind of its periods."""
        return KINDS[self.collection.interval]

    @property
    def wanted(self) -> dict[str, tuple[str, ...]]:
        """The quantities asked of each station."""
        found: dict[str, tuple[str, ...]] = {}
        asked = set(self.selection.series)
        for series in self.collection.series:
            if series.id in asked:
                found[series.station] = (*found.get(series.station, ()), series.quantity)
        return found

    def heading(self) -> Heading:
        """What the answer is of."""
        wanted = self.wanted
        return Heading(
            collection=self.collection,
            stations=Facts(self.network).about(list(wanted)),
            quantities=tuple(dict.fromkeys(name for names in wanted.values() for name in names)),
            kinds=("", FLAG, ENTRY),
            count=self.count,
            as_of=self.selection.as_of,
            origin=self.network.origin,
            flags=self.selection.flags,
            figures=True,
        )

    def portions(self, noted: list[Given] | None) -> Iterator[Answer]:
        """Whole stations, a few at a time; what is given is added to `noted` as it is taken."""
        heading, wanted, days = self.heading(), self.wanted, self._days()
        for zone, whose in groupby(heading.stations, lambda about: self.network.zone_of(about.id)):
            stations = list(whose)
            for first in range(0, len(stations), _AT_A_TIME):
                part = stations[first : first + _AT_A_TIME]
                of_part = replace(heading, stations=tuple(part))
                yield self._portion(of_part, wanted, zone, days, noted)

    def _days(self) -> tuple[date, date]:
        """The days to read: those asked for, as far as anything was said, and no day that has not ended."""
        known = collections_below(self.network, self.collection)
        spans = [span for span in map(self.archive.span, known.values()) if span is not None]
        if not spans:
            return FIRST, FIRST
        # A mean that was sent is of days after its stamp; and an offset moves a date by one at most.
        begin = max(min(span[0] for span in spans), self.selection.start) - _LONGEST_PERIOD
        end = min(max(span[1] for span in spans), self.selection.end) + _LONGEST_PERIOD
        first, last = _date(begin), min(_date(end), date.fromisoformat(str(self.until)))
        if first >= last:
            return FIRST, FIRST
        held = numbers(
            np.array([first, last], dtype="datetime64[D]") - np.array([0, 1]), self.kind, self.network.figures
        )
        return max(held.begin[0].item(), FIRST), min(held.end[1].item(), LAST)

    def _portion(
        self,
        heading: Heading,
        wanted: Mapping[str, Sequence[str]],
        zone: ZoneInfo,
        days: tuple[date, date],
        noted: list[Given] | None,
    ) -> Answer:
        names = [about.id for about in heading.stations]
        layers: dict[str, np.ndarray] = {}
        stamps, kept = np.empty(0, dtype=np.int64), np.empty(0, dtype=bool)
        for quantity in heading.quantities if days[0] < days[1] else ():
            for sources, rows in self._alike(names, wanted, quantity).items():
                subject = Subject(name=quantity, station=names[rows[0]], quantity=quantity, sources=sources)
                table = self._table(subject, [names[row] for row in rows], days)
                if not len(stamps):
                    stamps, kept = self._stamps(table, zone)
                said = {"": table["value"].values, FLAG: table["flag"].values, ENTRY: table["entry"].values}
                for kind, layer in said.items():
                    full = layers.setdefault(quantity + kind, np.full((len(names), len(stamps)), FILL[kind]))
                    full[rows] = layer
                if noted is not None:
                    noted += self._given(subject, table.isel(period=kept), days)
        return self._answer(heading, stamps, kept, layers)

    def _alike(
        self, names: Sequence[str], wanted: Mapping[str, Sequence[str]], quantity: str
    ) -> dict[tuple[tuple[str, ...], ...], list[int]]:
        """The rows of the stations that are asked for a quantity, by the intervals from which they have it."""
        found: dict[tuple[tuple[str, ...], ...], list[int]] = {}
        for row, name in enumerate(names):
            if quantity in wanted[name]:
                said = (one.partition(".") for one in self.network.stations[name].series)
                given_at = [interval for given, _, interval in said if given == quantity]
                found.setdefault(sources_of(given_at, self.kind), []).append(row)
        return found

    def _table(self, subject: Subject, stations: Sequence[str], days: tuple[date, date]) -> xr.Dataset:
        """Means of the periods, (station, period)."""
        reader = Reader(
            archive=self.archive, network=self.network, subject=subject, count=self.count, until=self.until,
            stations=tuple(stations),
        )  # fmt: skip
        parts = reader.parts(*(np.datetime64(day, "D") for day in days))
        daily = reader.best(parts, self.kind, self.network.figures)
        return mean_by(daily, self.kind, self.network.figures, self.until)

    def _stamps(self, table: xr.Dataset, zone: ZoneInfo) -> tuple[np.ndarray, np.ndarray]:
        """When each period begins by the clock of the zone, seconds, and whether it is asked for and has ended."""
        stamps = begins_of_days(table["period"].values.astype("datetime64[D]"), time(), zone)
        asked = (stamps >= self.selection.start.timestamp()) & (stamps < self.selection.end.timestamp())
        return stamps, asked & table["ended"].values

    def _answer(self, heading: Heading, stamps: np.ndarray, kept: np.ndarray, layers: dict[str, np.ndarray]) -> Answer:
        shape = len(heading.stations), len(stamps)
        for quantity in heading.quantities:
            for kind in heading.kinds:
                layers.setdefault(quantity + kind, np.full(shape, FILL[kind]))
            if self.selection.flags is not None:
                strange = ~np.isin(layers[quantity + FLAG], [int(flag) for flag in self.selection.flags])
                layers[quantity] = np.where(strange, np.nan, layers[quantity])
        spoken = np.zeros(len(stamps), dtype=bool)
        for quantity in heading.quantities:
            spoken |= (layers[quantity + ENTRY] >= 0).any(axis=0)
        taken = kept & spoken
        return Answer(heading, stamps[taken], {name: layer[:, taken] for name, layer in layers.items()})

    def _given(self, subject: Subject, table: xr.Dataset, days: tuple[date, date]) -> Iterator[Given]:
        for row, station in enumerate(table["station"].values.tolist()):
            found = alone.Answer(
                subject=Subject(name=station, station=station, quantity=subject.quantity, sources=subject.sources),
                kind=self.kind, begin=days[0], end=days[1], rules=self.network.figures, count=self.count,
                ended=date.fromisoformat(str(self.until - 1)), as_of=self.selection.as_of,
                table=table.isel(station=[row]),
            )  # fmt: skip
            yield from given(found, self.network)


def figures_of(
    archive: Archive, network: Network, collection: Collection, selection: Selection, now: datetime
) -> FiguresRead:
    """What is asked of a collection of figures, at the state of the journal that the question names.

    Raises `SelectionError` where the review of figures is asked for, which nobody reviews.
    """
    if selection.status:
        raise SelectionError(f"status is told of readings: {collection.id} holds figures, leave status out")
    count, last = rests_on(archive, network, selection.as_of, now)
    until = np.datetime64(last + timedelta(days=1), "D")
    return FiguresRead(
        archive=archive, network=network, collection=collection, selection=selection, count=count, until=until
    )


def _date(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
