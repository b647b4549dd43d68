"""Of which times anything was said in a collection, and of each of its series."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
from fastapi import Request

from record.archive import Archive
from record.archive.latest import Latest
from record.network import Collection
from record.network.interval import interval_of
from service.deps import archive_of, network_of, now_of
from service.describe.collection import Told
from service.describe.extent import Span
from service.figures.collections import is_of_figures
from service.figures.times import MOST_PERIODS, Times, times_of

_MOST_TIMES = MOST_PERIODS
"""The times of so many periods are told one by one, for clients that take what they are told for all there are."""


@dataclass(frozen=True, kw_only=True)
class Spans:
    """What was said when a collection held `as_of` entries; None for all that there are now."""

    request: Request
    collection: Collection
    as_of: datetime | int | None = None

    def told(self) -> Told:
        """First and last time of the collection, and all of them where they are few."""
        span = self.whole
        step = interval_of(self.collection.interval).shortest
        if span is None or span[1] - span[0] > _MOST_TIMES * step:
            return Told(span=span)
        return Told(span=span, times=[_aware(time) for time in self.axis.tolist()])

    @cached_property
    def whole(self) -> Span:
        """First and last time of the collection; None where nothing was said."""
        if self.as_of is None and not is_of_figures(self.collection):
            return self._archive.span(self.collection.id)
        if is_of_figures(self.collection) and not self._times.is_short:
            # To look up all times of readings takes long in a long record, and these bounds are of its first and last.
            bounds = self._times.bounds
            return None if bounds is None else (_aware(bounds[0]), _aware(bounds[1]))
        axis = self.axis
        return (_aware(int(axis[0])), _aware(int(axis[-1]))) if len(axis) else None

    @cached_property
    def newest(self) -> dict[str, Latest]:
        """The newest reading of each series that ever spoke; of figures none is told."""
        if is_of_figures(self.collection):
            return {}
        return self._archive.latest([one.id for one in self.collection.series], self.as_of)

    @cached_property
    def of_series(self) -> Mapping[str, tuple[datetime, datetime]]:
        """Bounds of the times of each series of which anything was said.

        When each first spoke is not kept: none did before the first of the collection, or of what its figures are
        made of.
        """
        if is_of_figures(self.collection):
            return {name: (_aware(first), _aware(last)) for name, (first, last) in self._times.spans().items()}
        whole = self.whole
        return {} if whole is None else {name: (whole[0], one.time) for name, one in self.newest.items()}

    @cached_property
    def of_stations(self) -> Mapping[str, tuple[datetime, datetime]]:
        """The same of each station."""
        found: dict[str, tuple[datetime, datetime]] = {}
        for one in self.collection.series:
            if one.id in self.of_series:
                first, last = self.of_series[one.id]
                known = found.get(one.station, (first, last))
                found[one.station] = min(known[0], first), max(known[1], last)
        return found

    @cached_property
    def axis(self) -> np.ndarray:
        """All times of the collection (int64, rising)."""
        if is_of_figures(self.collection):
            return self._times.stamps()
        return self._archive.axis(self.collection.id, self._archive.counted(self.as_of))

    @property
    def spoke(self) -> frozenset[tuple[str, str]]:
        """The stations with the quantities of which they ever spoke."""
        known = self._times.newest if is_of_figures(self.collection) else self.newest
        return frozenset((one.station, one.quantity) for one in self.collection.series if one.id in known)

    @property
    def _archive(self) -> Archive:
        return archive_of(self.request)

    @cached_property
    def _times(self) -> Times:
        request = self.request
        return times_of(self._archive, network_of(request), self.collection, self.as_of, now_of(request))


def _aware(time: int) -> datetime:
    return datetime.fromtimestamp(time, UTC)
