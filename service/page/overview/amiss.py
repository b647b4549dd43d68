"""What is late or missing now: how each party fares, and its series by name, those that spoke of late first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from record.network import Network
from record.network.basin import Nature
from service.page.now import Measure, SitesNow, StationNow
from service.reports.gaps.missing import RECENT

_NAMED = 12
"""So many are told by name; of more, how many they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amiss:
    """Series of a station that are late since one time, or whose newest reading of that time is said to be missing."""

    station: StationNow
    late: bool
    time: datetime
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fares:
    """How a party fares: of `spoke` series that have spoken of late so many are `late`, so many say `missing`.

    `newest` is its newest reading, None where it never said anything.
    """

    party: str
    spoke: int
    late: int
    missing: int
    newest: Measure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What is amiss: by party, the `named` of which the worst come first, and at how many `more` stations."""

    parties: tuple[Fares, ...]
    named: tuple[Amiss, ...]
    more: int


def amiss(network: Network, sites: SitesNow, now: datetime) -> Now:
    """As the newest readings have it; a series that kept silent for 30 days is silent, and not late."""
    measures = [(station, one) for stations in sites.values() for station in stations for one in station.measures]
    of_late = [(station, one) for station, one in measures if one.time is not None and now - one.time < RECENT]
    found = sorted(_amiss(of_late), key=lambda one: (one.station.nature != Nature.REAL, not one.late))
    newest = _newest(measures)
    parties = tuple(_fares(party, of_late, newest.get(party)) for party in network.parties)
    return Now(parties=parties, named=tuple(found[:_NAMED]), more=max(0, len(found) - _NAMED))


def _amiss(of_late: Sequence[tuple[StationNow, Measure]]) -> Iterator[Amiss]:
    held: dict[tuple[str, bool, datetime], tuple[StationNow, list[Measure]]] = {}
    for station, one in of_late:
        if one.time is not None and (one.late or one.value is None):
            held.setdefault((station.station, one.late, one.time), (station, []))[1].append(one)
    for (_, late, time), (station, measures) in held.items():
        yield Amiss(station=station, late=late, time=time, measures=tuple(measures))


def _newest(measures: Sequence[tuple[StationNow, Measure]]) -> Mapping[str, Measure]:
    found: dict[str, tuple[datetime, Measure]] = {}
    for station, one in measures:
        if one.time is not None and (station.party not in found or one.time > found[station.party][0]):
            found[station.party] = one.time, one
    return {party: one for party, (_, one) in found.items()}


def _fares(party: str, of_late: Sequence[tuple[StationNow, Measure]], newest: Measure | None) -> Fares:
    own = [one for station, one in of_late if station.party == party]
    return Fares(
        party=party,
        spoke=len(own),
        late=sum(one.late for one in own),
        missing=sum(one.value is None for one in own),
        newest=newest,
    )
