"""What the record knows of a report day: one dataset a collection, and the figures that follow from it.

A series of daily values belongs to the report day whose date its stamp bears in the local calendar of its station. All
other readings belong to the report day within whose bounds they fall.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
import xarray as xr

from record.archive import Archive
from record.entry import Flag
from record.network import Collection, Network
from record.network.basin import Series
from record.quantities import quantity_of
from record.selection import Selection
from service.figures import Day, change_of_day, day_of, entries_of_day, mean_of_day, of_day, volume_of_day
from service.figures.day import local_midnights
from service.figures.days import BY_PREFERENCE
from service.figures.means import needed_of_day
from service.reports.document import Figure

RECENT = timedelta(days=30)
"""A series that said nothing on the day or so long before it is silent, not missing."""

_DAY = timedelta(days=1)
VOLUME_UNIT = "million m³"


@dataclass(frozen=True, slots=True)
class Cell:
    """A reading that somebody spoke of: which series, at which time, said by which entry."""

    series: str
    time: datetime
    entry: int


@dataclass(frozen=True, slots=True)
class Part:
    """The stations of one zone on one report day: their dataset, and the day's means of `needed` readings or more."""

    dataset: xr.Dataset
    needed: int
    means: dict[str, xr.Dataset] = field(default_factory=dict)

    def mean(self, quantity: str) -> xr.Dataset:
        """The means of a quantity, computed once."""
        if quantity not in self.means:
            self.means[quantity] = mean_of_day(self.dataset, quantity, self.needed)
        return self.means[quantity]

    def place_of(self, station: str) -> int:
        """The row of a station."""
        return _row(self.dataset, station)


@dataclass(frozen=True, slots=True)
class Known:
    """Answers about one report day from datasets read once, by collection."""

    network: Network
    day: Day
    datasets: Mapping[str, xr.Dataset]
    parts: dict[tuple[str, str, date], Part] = field(default_factory=dict)

    def figure(self, station: str, quantity: str) -> Figure | None:
        """The day's value of a quantity at a station, from the best interval that has one; None where not declared.

        One that is flagged bad is told only where none is usable.
        """
        held = self.network.stations[station].series
        found = [self.mean(f"{station}.{quantity}.{name}") for name in BY_PREFERENCE if f"{quantity}.{name}" in held]
        valued = [figure for figure in found if figure.value is not None]
        usable = [figure for figure in valued if figure.flag != Flag.BAD.word]
        said = [figure for figure in found if figure.entries]
        return next(iter([*usable, *valued, *said, *found]), None)

    def mean(self, series: str, called: date | None = None) -> Figure:
        """The mean of a series over the report day, or over that of another date."""
        declared = self.network.series[series]
        part = self._part(declared, called or self.day.date)
        place = part.place_of(declared.station)
        day = part.mean(declared.quantity)
        return Figure(
            series=series,
            quantity=declared.quantity,
            unit=quantity_of(declared.quantity).label,
            value=_number(day["value"].values[place]),
            flag=Flag(int(day["flag"].values[place])).word,
            nature=self.network.stations[declared.station].nature.value,
            basis=declared.interval,
            readings=int(day["readings"].values[place]),
            left_out=int(day["left_out"].values[place]),
            entries=entries_of_day(part.dataset, declared.quantity)[place],
        )

    def change(self, figure: Figure) -> Figure:
        """The change of a figure on the day before, from readings at the same hour of both days."""
        declared = self.network.series[figure.series]
        today, earlier = (self._part(declared, called) for called in (self.day.date, self.day.date - _DAY))
        change = change_of_day(today.dataset, earlier.dataset, declared.quantity)
        before = self.mean(figure.series, self.day.date - _DAY)
        number = _number(change.values[today.place_of(declared.station)])
        return _derived(figure, "change", figure.unit, number, _worst(figure.flag, before.flag), before.entries)

    def volume(self, figure: Figure) -> Figure:
        """The volume of a flow over 24 hours."""
        rate = xr.DataArray(np.nan if figure.value is None else figure.value)
        return _derived(figure, "volume", VOLUME_UNIT, _number(volume_of_day(rate).item()), figure.flag, ())

    def is_silent(self, series: str) -> bool:
        """Whether nothing was said of the series on the day or of late."""
        start, end = self._bounds(self.network.series[series], self.day.date)
        return not self._said(series, start - RECENT, end)

    def cells(self, series: str) -> list[Cell]:
        """The readings of the day that somebody spoke of."""
        return self._said(series, *self._bounds(self.network.series[series], self.day.date))

    def series_of(self, station: str) -> list[Series]:
        """The series of a station that a daily report speaks of: all but means of longer periods."""
        declared = (self.network.series[f"{station}.{said}"] for said in self.network.stations[station].series)
        return [series for series in declared if series.interval in BY_PREFERENCE]

    def _part(self, series: Series, called: date) -> Part:
        zone = self.network.zone_of(series.station).key
        key = (series.collection, zone, called)
        if key not in self.parts:
            dataset = self.datasets[series.collection]
            stations = dataset["station_id"].values
            rows = [place for place, name in enumerate(stations) if self.network.zone_of(str(name)).key == zone]
            needed = needed_of_day(series.interval, self.network.figures)
            self.parts[key] = Part(of_day(dataset.isel(station=rows), *self._bounds(series, called)), needed)
        return self.parts[key]

    def _bounds(self, series: Series, called: date) -> tuple[datetime, datetime]:
        if series.interval == "daily":
            return local_midnights(called, self.network.zone_of(series.station))
        day = self.day if called == self.day.date else day_of(self.network.report_day, called)
        return day.begin, day.end

    def _said(self, series: str, start: datetime, end: datetime) -> list[Cell]:
        declared = self.network.series[series]
        dataset = self.datasets[declared.collection]
        entries = dataset[f"{declared.quantity}_entry"].values[_row(dataset, declared.station)]
        times = dataset["time"].values.astype("int64")
        spoken = (entries >= 0) & (times >= start.timestamp()) & (times < end.timestamp())
        return [
            Cell(series, datetime.fromtimestamp(int(times[place]), UTC), int(entries[place]))
            for place in np.flatnonzero(spoken)
        ]


def read(archive: Archive, network: Network, day: Day, count: int) -> Known:
    """Read the day, the day before and what was said of late from the first `count` entries of the journal."""
    start, end = day.begin - RECENT - 2 * _DAY, day.end + _DAY
    return Known(
        network=network,
        day=day,
        datasets={
            name: archive.select(Selection(series=_ids(collection), start=start, end=end, as_of=count))
            for name, collection in network.collections.items()
            if collection.interval in BY_PREFERENCE
        },
    )


def _ids(collection: Collection) -> tuple[str, ...]:
    return tuple(series.id for series in collection.series)


def _row(dataset: xr.Dataset, station: str) -> int:
    return int(np.flatnonzero(dataset["station_id"].values == station)[0])


def _number(value: np.ndarray | float) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number


def _worst(*flags: str) -> str:
    # Of a figure from two values nothing better can be said than of the less known: here unknown is worse than good.
    order = [flag.word for flag in (Flag.GOOD, Flag.UNKNOWN, Flag.SUSPECT, Flag.BAD, Flag.MISSING)]
    return max(flags, key=order.index)


def _derived(figure: Figure, quantity: str, unit: str, value: float | None, flag: str, more: tuple[int, ...]) -> Figure:
    return Figure(
        series=figure.series,
        quantity=quantity,
        unit=unit,
        value=value,
        flag=Flag.MISSING.word if value is None else flag,
        nature=figure.nature,
        basis=figure.basis,
        readings=figure.readings,
        left_out=figure.left_out,
        entries=tuple(sorted({*figure.entries, *more})),
    )
