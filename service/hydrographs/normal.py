"""What is normal, remembered as long as nothing is said of the years that it is made of."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime

import xarray as xr

from record.archive import Archive
from record.network import Network
from service.figures.answer import norms_of
from service.figures.periods import Kind

_FOLLOWED = 100
"""So many entries are looked through for one that speaks of the base period; after more of them it is read again."""
_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class _Known:
    """A table of norms, and how many entries are known to say nothing else."""

    table: xr.Dataset
    count: int


class Normals:
    """Norms of the declared base period, by what they are of; safe under threads."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str, Kind], _Known] = OrderedDict()
        self._lock = threading.Lock()

    def table(
        self, archive: Archive, network: Network, name: str, kind: Kind, now: datetime, as_of: datetime | int | None
    ) -> xr.Dataset:
        """The norms of `station.quantity` by periods of a kind, as `norms_of` gives them; raises as that does."""
        past = datetime(network.figures.base_until + 2, 1, 1, tzinfo=UTC)
        if as_of is not None or now < past:
            return norms_of(archive, network, name, kind, now, as_of).table
        key, count = (network.version, name, kind), archive.size()
        with self._lock:
            known = self._held.get(key)
        if known is None or not _still_so(archive, name, known.count, count, int(past.timestamp())):
            answer = norms_of(archive, network, name, kind, now)
            known = _Known(answer.table, answer.count)
        else:
            known = _Known(known.table, count)
        with self._lock:
            self._held[key] = known
            self._held.move_to_end(key)
            if len(self._held) > _REMEMBERED:
                self._held.popitem(last=False)
        return known.table


def _still_so(archive: Archive, name: str, then: int, count: int, past: int) -> bool:
    """Whether none of the entries [then, count) speaks of a series of this name before the time `past`."""
    if not 0 <= count - then <= _FOLLOWED:
        return False
    return not any(
        one.start < past and one.series.rpartition(".")[0] == name
        for entry in archive.changes(then, count)
        for one in entry.spoken
    )
