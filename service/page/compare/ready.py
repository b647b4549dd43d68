"""Ready-made choices: the two gauges of each gate, what enters and leaves each reservoir, the posts down each river."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from record.archive.latest import Latest
from record.network import Network
from record.network.basin import Nature, SiteKind, Station
from record.quantities import quantity_of
from service.figures.days import BASES
from service.page.compare.chosen import MOST

_GATE, _RESERVOIR, _RIVER = "gate", "reservoir", "river"
_WAYS = ("inflow", "release")
_DISCHARGE = "discharge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A choice by what it is of (`kind`, and the id of a site or a river), with the series that it holds.

    `part` counts from 1 where a river has more posts than one chart can hold, 0 where it has not. `speaks` says whether
    anything was ever said of any of the series.
    """

    kind: str
    id: str
    names: Mapping[str, str]
    nature: Nature
    series: tuple[str, ...]
    part: int
    speaks: bool


def ready_made(network: Network, newest: Mapping[str, Latest]) -> list[Ready]:
    """All choices that are worth it: real ones, and those of examples and generators where these ever spoke."""
    found = [*_gates(network, newest), *_reservoirs(network, newest), *_rivers(network, newest)]
    return [one for one in found if one.nature is Nature.REAL or one.speaks]


def _gates(network: Network, newest: Mapping[str, Latest]) -> Iterator[Ready]:
    """Declared gates first, then other sites at which two parties have a gauge of the same flow."""
    places = [(gate.site, gate.quantity) for gate in network.gates]
    for site, stations in network.stations_at.items():
        flows = {
            said.partition(".")[0]
            for one in stations
            for said in one.series
            if quantity_of(said.partition(".")[0]).flows
        }
        places += [(site, quantity) for quantity in sorted(flows) if (site, quantity) not in places]
    for site, quantity in places:
        for nature in Nature:
            gauges = [one for one in _standing(network, site, nature) if _intervals(one, quantity)]
            if len({one.party for one in gauges}) > 1:
                yield _made(network, _GATE, site, nature, [(one, quantity) for one in gauges], newest)


def _reservoirs(network: Network, newest: Mapping[str, Latest]) -> Iterator[Ready]:
    for site in network.sites.values():
        for nature in Nature:
            flows = [
                (station, quantity)
                for station in _standing(network, site.id, nature)
                for quantity in _WAYS
                if _intervals(station, quantity)
            ]
            if site.kind is SiteKind.RESERVOIR and len(flows) > 1:
                yield _made(network, _RESERVOIR, site.id, nature, flows, newest)


def _rivers(network: Network, newest: Mapping[str, Latest]) -> Iterator[Ready]:
    """The discharge at the posts of a river from the headwater down, as many as a chart holds at a time."""
    for river in network.rivers.values():
        for nature in Nature:
            posts = [
                (station, _DISCHARGE)
                for site in river.course
                for station in _standing(network, site, nature)
                if _intervals(station, _DISCHARGE)
            ]
            parts = [posts[first : first + MOST] for first in range(0, len(posts), MOST)]
            for number, part in enumerate(parts, 1):
                if len(part) > 1:
                    one = number if len(parts) > 1 else 0
                    yield _made(network, _RIVER, river.id, nature, part, newest, one)


def _made(
    network: Network,
    kind: str,
    name: str,
    nature: Nature,
    flows: Sequence[tuple[Station, str]],
    newest: Mapping[str, Latest],
    part: int = 0,
) -> Ready:
    series = tuple(_best(station, quantity, newest) for station, quantity in flows[:MOST])
    return Ready(
        kind=kind,
        id=name,
        names=network.rivers[name].names if kind == _RIVER else network.sites[name].names,
        nature=nature,
        series=series,
        part=part,
        speaks=any(one in newest for one in series),
    )


def _standing(network: Network, site: str, nature: Nature) -> list[Station]:
    """The gauges of a nature at a site, in the order of the parties."""
    order = list(network.parties)
    found = [one for one in network.stations_at.get(site, ()) if one.nature is nature and not one.computed]
    return sorted(found, key=lambda one: order.index(one.party))


def _intervals(station: Station, quantity: str) -> list[str]:
    """The intervals at which a station gives a quantity, the best first."""
    given = [said.partition(".")[2] for said in station.series if said.partition(".")[0] == quantity]
    return sorted(given, key=BASES.index)


def _best(station: Station, quantity: str, newest: Mapping[str, Latest]) -> str:
    """The series to show of a quantity: the best that ever spoke, else the best that is declared."""
    names = [f"{station.id}.{quantity}.{interval}" for interval in _intervals(station, quantity)]
    return next((name for name in names if name in newest), names[0])
