"""What a reservoir held when each report day began: the state that a share divides and a balance starts from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from record.network import Network
from service.accounts.gauged import Key
from service.figures.days import BASES, read_days
from service.figures.means import NOBODY, USABLE
from service.figures.reads import Reads
from service.figures.terms import AT_AN_INSTANT, HOURS, read_terms

_MORNING = HOURS.index(8)
_DAILY = "daily"
_LAYERS = ("value", "flag", "entry", "basis")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class States:
    """Arrays (gauge, day) from `begin` on, up to the day after the account's last: what was said at 08:00.

    `value` is NaN where none that counts was said, `basis` the place in `BASES` of its interval; the last row is that
    of no gauge.
    """

    begin: date
    rows: Mapping[Key, int]
    value: np.ndarray
    flag: np.ndarray
    entry: np.ndarray
    basis: np.ndarray

    def places(self, keys: Iterable[Key | None]) -> list[int]:
        """The rows of these."""
        return [len(self.value) - 1 if key is None else self.rows[key] for key in keys]

    def spoke(self, keys: Iterable[Key]) -> bool:
        """Whether anything was said of any of these."""
        return bool(np.any(self.entry[self.places(keys)] >= 0))


def at_an_instant(network: Network, key: Key) -> bool:
    """Whether a gauge is declared to say its state at an instant, so that none of another hour stands in for it."""
    station, quantity = key
    return any(f"{quantity}.{interval}" in network.stations[station].series for interval in AT_AN_INSTANT)


def series_of_states(network: Network, keys: Iterable[Key]) -> Iterator[str]:
    """The series that are read of these gauges."""
    for station, quantity in keys:
        intervals = AT_AN_INSTANT if at_an_instant(network, (station, quantity)) else (_DAILY,)
        names = (f"{station}.{quantity}.{interval}" for interval in intervals)
        yield from (name for name in names if name in network.series)


def read_states(archive: Reads, network: Network, keys: Iterable[Key], begin: date, end: date, count: int) -> States:
    """Of each gauge the usable reading of 08:00 by its own clock on each report day `begin <= day < end`.

    Of a gauge that is declared to give daily values alone, the value of the day stands for the state at its beginning.
    """
    kinds: dict[tuple[str, bool], list[str]] = {}
    for key in dict.fromkeys(keys):
        kinds.setdefault((key[1], at_an_instant(network, key)), []).append(key[0])
    rows = {(station, kind[0]): 0 for kind, stations in kinds.items() for station in stations}
    found = [_read(archive, network, stations, kind, begin, end, count) for kind, stations in kinds.items()]
    nothing = np.full((1, (end - begin).days), np.nan)
    found.append((nothing, np.full_like(nothing, NOBODY), np.full_like(nothing, NOBODY), np.full_like(nothing, NOBODY)))
    value, flag, entry, basis = map(np.concatenate, zip(*found, strict=True))
    value = np.where(np.isin(flag, USABLE), value, np.nan)
    return States(
        begin=begin,
        rows={key: row for row, key in enumerate(rows)},
        value=value,
        flag=flag.astype(np.int8),
        entry=entry.astype(np.int64),
        basis=basis.astype(np.int8),
    )


def _read(
    archive: Reads,
    network: Network,
    stations: Sequence[str],
    kind: tuple[str, bool],
    begin: date,
    end: date,
    count: int,
) -> tuple[np.ndarray, ...]:
    quantity, instant = kind
    if instant:
        at_eight = read_terms(archive, network, stations, quantity, begin, end, count).isel(hour=_MORNING)
        value, flag, entry, basis = (at_eight[name].values for name in _LAYERS)
        place_of = np.array([*(BASES.index(interval) for interval in AT_AN_INSTANT), NOBODY])
        return value, flag, entry, place_of[basis.astype(np.int64)]
    of_day = read_days(archive, network, stations, quantity, begin, end, count, [_DAILY])
    return tuple(of_day[name].values for name in _LAYERS)
