"""What gauges measured day by day: read once for an account, a row a gauge.

A flow counts as the mean of a day where it is a daily mean or a mean of hourly or finer readings; one or two readings
at the terms are none. A stored volume is a state, and counts at the terms too. What is flagged bad is never added up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from record.entry import Flag
from record.network import Network
from record.quantities import quantity_of
from service.figures.days import read_days
from service.figures.reads import Reads

Key = tuple[str, str]
"""A station and a quantity."""

MEANS = ("daily", "hourly", "10-minute")
"""The intervals that make a mean of a day."""
STATES = (*MEANS, "term")
"""The intervals at which a state is known."""
_OF_NOBODY: dict[str, float] = {
    "value": np.nan,
    "flag": Flag.MISSING,
    "basis": -1,
    "entry": -1,
    "readings": 0,
    "left_out": 0,
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Gauged:
    """Arrays (gauge, day) from `begin` on: `value`, NaN where none counts, and what `read_days` says of it.

    `rows` says which gauge has which row; the last row is that of no gauge.
    """

    begin: date
    rows: Mapping[Key, int]
    value: np.ndarray
    flag: np.ndarray
    basis: np.ndarray
    entry: np.ndarray
    readings: np.ndarray
    left_out: np.ndarray

    def of(self, keys: Sequence[Key | None]) -> np.ndarray:
        """The values (gauge, day) of these, NaN for one that is None."""
        found: np.ndarray = self.value[self.places(keys)]
        return found

    def places(self, keys: Sequence[Key | None]) -> list[int]:
        """The rows of these."""
        return [self.nobody if key is None else self.rows[key] for key in keys]

    @property
    def nobody(self) -> int:
        """The row of no gauge."""
        return len(self.value) - 1

    def spoke(self, keys: Iterable[Key | None]) -> bool:
        """Whether anything was said of any of these."""
        return bool(np.any(self.entry[self.places(list(keys))] >= 0))


def read(archive: Reads, network: Network, keys: Iterable[Key], begin: date, end: date, count: int) -> Gauged:
    """Read the gauges for `begin <= day < end` from the first `count` entries."""
    by_quantity: dict[str, list[str]] = {}
    for station, quantity in dict.fromkeys(keys):
        by_quantity.setdefault(quantity, []).append(station)
    rows = {key: place for place, key in enumerate((s, q) for q, stations in by_quantity.items() for s in stations)}
    layers: dict[str, list[np.ndarray]] = {name: [] for name in _OF_NOBODY}
    for quantity, stations in by_quantity.items():
        bases = bases_of(quantity)
        days = read_days(archive, network, stations, quantity, begin, end, count, bases)
        for name, layer in layers.items():
            layer.append(days[name].values)
    for name, nothing in _OF_NOBODY.items():
        layers[name].append(np.full((1, (end - begin).days), nothing))
    found = {name: np.concatenate(layer) for name, layer in layers.items()}
    found["value"] = np.where(found["flag"] == Flag.BAD, np.nan, found["value"])
    return Gauged(begin=begin, rows=rows, **found)


def bases_of(quantity: str) -> tuple[str, ...]:
    """The intervals from which the value of a day is taken."""
    return STATES if quantity_of(quantity).state else MEANS


def series_of(network: Network, keys: Iterable[Key]) -> Iterator[str]:
    """The series that are read of these gauges."""
    for station, quantity in keys:
        names = (f"{station}.{quantity}.{interval}" for interval in bases_of(quantity))
        yield from (name for name in names if name in network.series)


def joined(before: Gauged, after: Gauged, keys: Sequence[Key]) -> Gauged:
    """These gauges over the days of two readings, of which the second begins where the first ends."""
    layers = {
        name: np.concatenate([getattr(one, name)[[*one.places(keys), one.nobody]] for one in (before, after)], axis=1)
        for name in _OF_NOBODY
    }
    return Gauged(begin=before.begin, rows={key: row for row, key in enumerate(keys)}, **layers)
