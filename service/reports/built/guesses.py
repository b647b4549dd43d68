"""Which figures rest on readings that their senders call an estimate: of each batch of stations asked once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from service.figures.days import BASES
from service.figures.reads import Reads
from service.reports.built.asked import Asked
from service.reports.built.said import Said, bounds_of, said


@dataclass(frozen=True, kw_only=True)
class Guesses:
    """The estimates among what stands, by station and quantity: places of their intervals in `BASES`, and times."""

    asked: Asked
    held: dict[tuple[str, str], list[tuple[int, int]]]

    @classmethod
    def among(cls, asked: Asked, near: Reads, series: Sequence[str]) -> "Guesses":
        """Those of these series since the earliest day that the report tells of."""
        spoken = np.zeros(asked.count, dtype=bool)
        for _, part in _parts(asked, near, series):
            spoken[part.entry[part.entry >= 0]] = True
        called = {
            (one.series, int(one.time.timestamp()), one.entry)
            for one in asked.archive.estimates(np.flatnonzero(spoken).tolist())
        }
        held: dict[tuple[str, str], list[tuple[int, int]]] = {}
        names = sorted({name for name, _, _ in called} & set(series))
        for named, part in _parts(asked, near, names):
            for row, column in np.argwhere(part.entry >= 0).tolist():
                time = part.begin + int(part.since[column])
                if (named[row], time, int(part.entry[row, column])) in called:
                    station, quantity, interval = named[row].rsplit(".", 2)
                    held.setdefault((station, quantity), []).append((BASES.index(interval), time))
        return cls(asked=asked, held=held)

    def under(
        self,
        stations: Sequence[str],
        quantity: str,
        basis: np.ndarray,
        days: tuple[date, date],
        at: np.ndarray | None = None,
    ) -> np.ndarray:
        """Whether one of the readings (station) of `basis` on these days, or `at` an instant, is one."""
        found = np.zeros(len(stations), dtype=bool)
        for row, station in enumerate(stations if self.held else ()):
            for place, time in self.held.get((station, quantity), ()):
                wanted = self._is_of(station, place, time, days) if at is None else time == at[row]
                found[row] |= bool(wanted and basis[row] >> place & 1)
        return found

    def _is_of(self, station: str, place: int, time: int, days: tuple[date, date]) -> bool:
        network = self.asked.network
        begin, end = bounds_of(network, BASES[place], network.zone_of(station), *days)
        return begin <= time < end


def _parts(asked: Asked, near: Reads, series: Iterable[str]) -> Iterator[tuple[list[str], Said]]:
    """What stands of these series, and whose rows these are."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for name in series:
        station, quantity, interval = name.rsplit(".", 2)
        if interval in BASES:
            kinds.setdefault((quantity, interval), []).append(station)
    for (quantity, interval), stations in kinds.items():
        days = asked.earliest, asked.closing + timedelta(days=1)
        for part in said(near, asked.network, stations, (quantity, interval), days, asked.count):
            yield [f"{stations[row]}.{quantity}.{interval}" for row in part.rows.tolist()], part
