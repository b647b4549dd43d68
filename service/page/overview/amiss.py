"""What is late, missing or silent now: how each party fares, and its series by name, the silent ones last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from record.network import Network
from record.network.basin import Nature
from service.page.now import Measure, SitesNow, StationNow

_NATURES = [nature.value for nature in Nature]
LATE, MISSING, SILENT = "late", "missing", "silent"
_NAMED = 25
"""So many are told by name; of more, how many they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amiss:
    """Series of a station that said no more since one time: `late`, `silent`, or `missing` where that is said of it."""

    station: StationNow
    state: str
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


def amiss(network: Network, sites: SitesNow) -> Now:
    """As the newest readings have it; what is silent is neither late nor missing."""
    measures = [(station, one) for stations in sites.values() for station in stations for one in station.measures]
    of_late = [(station, one) for station, one in measures if one.time is not None and not one.silent]
    found = sorted(
        _amiss(measures), key=lambda one: (one.state == SILENT, _NATURES.index(one.station.nature), one.state)
    )
    newest = _newest(measures)
    parties = tuple(_fares(party, of_late, newest.get(party)) for party in network.parties)
    return Now(parties=parties, named=tuple(found[:_NAMED]), more=max(0, len(found) - _NAMED))


def _amiss(measures: Sequence[tuple[StationNow, Measure]]) -> Iterator[Amiss]:
    held: dict[tuple[str, str, datetime], tuple[StationNow, list[Measure]]] = {}
    for station, one in measures:
        state = _state(one)
        if one.time is not None and state:
            held.setdefault((station.station, state, one.time), (station, []))[1].append(one)
    for (_, state, time), (station, own) in held.items():
        yield Amiss(station=station, state=state, time=time, measures=tuple(own))


def _state(one: Measure) -> str:
    if one.silent:
        return SILENT
    return LATE if one.late else MISSING if one.value is None else ""


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
