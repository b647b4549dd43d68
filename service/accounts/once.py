"""One question to the record for each collection that an account reads, however many quantities it has of it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import xarray as xr

from record.archive import Archive
from record.archive.snapshot import AsOf
from record.network import Network
from record.selection import Selection

_MARGIN = timedelta(days=4)
"""More than what readers of days and of terms ask for around their days."""


class Once:
    """An archive that asks for all series of a collection at the first question of it, and keeps the answer.

    To be held for one account alone: it answers from one state of the journal, that of the first `count` entries.
    """

    def __init__(
        self, archive: Archive, network: Network, series: Iterable[str], begin: date, end: date, count: int
    ) -> None:
        self._archive = archive
        self._network = network
        self._start, self._end = (datetime.combine(day, time(12), UTC) for day in (begin - _MARGIN, end + _MARGIN))
        self._count = count
        self._wanted: dict[str, dict[str, None]] = {}
        self._held: dict[str, xr.Dataset] = {}
        for name in series:
            self._wanted.setdefault(network.series[name].collection, {})[name] = None

    def counted(self, as_of: AsOf = None) -> int:
        """As `Archive.counted`; what is asked here was counted before."""
        return self._count if as_of == self._count else self._archive.counted(as_of)

    def select(self, selection: Selection) -> xr.Dataset:
        """As `Archive.select`, with stations and times beside those asked for."""
        collection = self._network.series[selection.series[0]].collection
        wanted = self._wanted.get(collection, {})
        inside = self._start <= selection.start and selection.end <= self._end and selection.as_of == self._count
        if not inside or any(name not in wanted for name in selection.series):
            return self._archive.select(selection)
        if collection not in self._held:
            every = Selection(series=tuple(wanted), start=self._start, end=self._end, as_of=self._count)
            self._held[collection] = self._archive.select(every)
        return self._held[collection]
