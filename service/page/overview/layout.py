"""Which series speak of which quantity of which site: what of the overview follows from the declared network alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from record.network import Network
from record.network.basin import Nature, SiteKind, Station
from record.network.interval import INTERVALS
from record.quantities import quantity_of

FIRST: Mapping[SiteKind, str] = {
    SiteKind.RESERVOIR: "storage",
    SiteKind.CANAL: "intake",
    SiteKind.HEADWORKS: "intake",
    SiteKind.POST: "discharge",
    SiteKind.BORDER: "discharge",
}
"""The quantity by which a site is known."""
_LOOSE = 12
"""So many sites are drawn whose place in the river is not known."""
_NATURES = tuple(Nature)
_FINEST = tuple(INTERVALS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A quantity that a station gives, its unit, and the ids of its series, of instants before those of means.

    `capacity` is that of the reservoir whose storage it is, in million m³; None of all else, and where not declared.
    """

    quantity: str
    unit: str
    series: tuple[str, ...]
    capacity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A station with the quantities that it gives, the one by which its site is known first."""

    station: Station
    verified: bool
    given: tuple[Given, ...]


Layout = Mapping[str, tuple[Placed, ...]]
"""The stations of each site by its id: real ones first, gauges before what is computed of them."""


def layout_of(network: Network) -> Layout:
    """The layout of a network."""
    return {
        site: tuple(_placed(network, station) for station in sorted(stations, key=_rank))
        for site, stations in network.stations_at.items()
    }


def _rank(station: Station) -> tuple[int, bool]:
    return _NATURES.index(station.nature), station.computed


def _placed(network: Network, station: Station) -> Placed:
    return Placed(station=station, verified=network.is_verified(station.id), given=tuple(_given(network, station)))


def _given(network: Network, station: Station) -> Iterator[Given]:
    site = network.sites[station.site]
    intervals: dict[str, list[str]] = {}
    for said in station.series:
        quantity, _, interval = said.partition(".")
        intervals.setdefault(quantity, []).append(interval)
    for quantity in sorted(intervals, key=lambda one: one != FIRST[site.kind]):
        finest = sorted(intervals[quantity], key=_FINEST.index)
        yield Given(
            quantity=quantity,
            unit=quantity_of(quantity).label,
            series=tuple(f"{station.id}.{quantity}.{interval}" for interval in finest),
            capacity=site.capacity if quantity == "storage" else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A basin as its schematic draws it: of which sites, and how many are `left_out`."""

    network: Network
    left_out: int


def drawn_of(network: Network, basin: str) -> Drawn:
    """All sites that lie on a river's course, and of those whose place in it nobody tells no more than are read."""
    placed = {name for river in network.rivers.values() if river.basin == basin for name in river.course}
    loose = [site.id for site in network.sites.values() if site.basin == basin and site.id not in placed]
    left_out = frozenset(loose[_LOOSE:])
    if not left_out:
        return Drawn(network=network, left_out=0)
    kept = {name: site for name, site in network.sites.items() if name not in left_out}
    return Drawn(network=replace(network, sites=kept), left_out=len(left_out))
