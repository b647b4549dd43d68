"""How far persons have reviewed what figures rest on: of each figure the lowest word on any of its readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import numpy as np

from record.review import Level
from service.figures.days import BASES
from service.reports.built.asked import Asked
from service.reports.built.said import said

_MARGIN = timedelta(days=32)
_PROVISIONAL, _HIGHEST = int(Level.PROVISIONAL), int(max(Level))


@dataclass(frozen=True, kw_only=True)
class Reviews:
    """The reviews of a period; most readings have none, and are then not looked at again."""

    asked: Asked

    @cached_property
    def series(self) -> frozenset[str]:
        """The series of which a person said anything at times that the report is of."""
        first, past = self.asked.earliest - _MARGIN, self.asked.span.end + _MARGIN
        start, end = (datetime.combine(day, time(), UTC) for day in (first, past))
        return frozenset(one.span.series for one in self.asked.archive.reviews(None, start, end, self.asked.count))

    def lowest(
        self,
        stations: Sequence[str],
        quantity: str,
        basis: np.ndarray,
        days: tuple[date, date],
        at: np.ndarray | None = None,
    ) -> np.ndarray:
        """The lowest review (int8) among the readings at the intervals of `basis`, bits by station, on these days.

        Where an instant `at` (station), seconds since 1970, is asked for, of the reading at that instant alone.
        """
        found = np.full(len(stations), _HIGHEST, dtype=np.int8)
        for place, interval in enumerate(BASES):
            rows = np.flatnonzero(basis >> place & 1)
            names = [f"{stations[row]}.{quantity}.{interval}" for row in rows.tolist()]
            known = np.array([name in self.series for name in names], dtype=bool)
            found[rows[~known]] = _PROVISIONAL
            if known.any():
                self._lower(found, stations, rows[known], (quantity, interval), days, at)
        found[basis == 0] = _PROVISIONAL
        return found

    def _lower(
        self,
        found: np.ndarray,
        stations: Sequence[str],
        rows: np.ndarray,
        named: tuple[str, str],
        days: tuple[date, date],
        at: np.ndarray | None,
    ) -> None:
        asked, names = self.asked, [stations[row] for row in rows.tolist()]
        for part in said(asked.archive, asked.network, names, named, days, asked.count, reviewed=True):
            held = rows[part.rows]
            used = part.used if at is None else part.begin + part.since == at[held][:, None]
            level = np.where(used, part.status, _HIGHEST).min(axis=1, initial=_HIGHEST)
            found[held] = np.minimum(found[held], level)
