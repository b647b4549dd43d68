"""By when the readings of a period were owed, by the obligations in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta

import numpy as np

from record.network.obligation import Obligation
from service.reports.gaps.sayings import Calendar, Sayings

_DAY = timedelta(days=1)
NEVER = np.iinfo(np.int64).max
"""When a reading is due that nobody owes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """Of each series that is owed, the time of each reading and by when it is due: (2, reading), int64, seconds."""

    of: Mapping[str, np.ndarray]

    def due(self, sayings: Sayings) -> np.ndarray:
        """By when each reading was due (series, time), `NEVER` for one that nobody owes."""
        found = np.full(sayings.entry.shape, NEVER, dtype=np.int64)
        for row, series in enumerate(sayings.series):
            owed = self.of.get(series.id)
            if owed is not None:
                place = np.searchsorted(sayings.time, owed[0])
                at = place < len(sayings.time)
                at[at] = sayings.time[place[at]] == owed[0][at]
                np.minimum.at(found[row], place[at], owed[1][at])
        return found

    def first(self, series: str, begins: np.ndarray, days: np.ndarray) -> int | None:
        """By when the first reading of these days (bool) was due, None where none is owed."""
        owed = self.of.get(series)
        if owed is None:
            return None
        day = np.searchsorted(begins, owed[0], side="right") - 1
        inside = (day >= 0) & (day < len(days))
        inside[inside] = days[day[inside]]
        return int(owed[1][inside].min()) if inside.any() else None


def dues_of(calendar: Calendar) -> Dues:
    """What is owed of a period."""
    found: dict[str, list[np.ndarray]] = {}
    for name, obligation in calendar.network.obligations.items():
        owed = _owed(calendar, obligation)
        if owed.shape[1]:
            for series in calendar.network.owed[name]:
                found.setdefault(series, []).append(owed)
    return Dues(of={series: np.concatenate(parts, axis=1) for series, parts in found.items()})


def _owed(calendar: Calendar, obligation: Obligation) -> np.ndarray:
    """Times and dues of the readings of local days that may be of the period."""
    zone = calendar.network.party(obligation.party).tz
    # A local day has a part in two report days.
    local = (calendar.begin + number * _DAY for number in range(-1, calendar.days + 2))
    pairs = [
        (obligation.time_on(day, zone).astimezone(UTC), obligation.due_on(day, zone).astimezone(UTC))
        for day in local
        if obligation.holds_on(day)
    ]
    return np.array([[int(moment.timestamp()) for moment in pair] for pair in pairs], dtype=np.int64).reshape(-1, 2).T
