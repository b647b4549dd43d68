"""The list of all sites: by basin and by river, in the order in which the water passes them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from record.archive.latest import Latest
from record.network import Network
from record.network.basin import Nature, Site, Station
from service.language import Language
from service.page.site.choice import in_order, known_by
from service.page.site.head import Newest, marks_of, newest_of, river_name

_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a party said last of what a site is known by, None where it never spoke; `marks` are of its station."""

    party: str
    newest: Newest | None
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A site in the list, with what each party that gauges it said last."""

    site: Site
    name: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """The sites of a river, from the headwater down where its course is declared."""

    river: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The rivers of a basin."""

    basin: str
    name: str
    rivers: tuple[Along, ...]


def listed(network: Network, newest: Mapping[str, Latest], language: Language) -> tuple[Within, ...]:
    """All sites; each stands once."""
    return tuple(
        Within(
            basin=basin.id,
            name=language.name(basin.names),
            rivers=tuple(_rivers(network, basin.id, newest, language)),
        )
        for basin in network.basins.values()
    )


def _rivers(network: Network, basin: str, newest: Mapping[str, Latest], language: Language) -> Iterator[Along]:
    of_river: dict[str, list[Site]] = {name: [] for name, one in network.rivers.items() if one.basin == basin}
    for site in network.sites.values():
        if site.basin == basin:
            of_river.setdefault(site.river, []).append(site)
    for name, sites in of_river.items():
        if sites:
            course = network.rivers[name].course if name in network.rivers else ()
            place = {site: at for at, site in enumerate(course)}
            sites.sort(key=lambda site: place.get(site.id, len(place)))
            lines = tuple(_line(network, site, newest, language) for site in sites)
            yield Along(river=name, name=river_name(network, sites[0], language), lines=lines)


def _line(network: Network, site: Site, newest: Mapping[str, Latest], language: Language) -> Line:
    stations = sorted(in_order(network.stations_at[site.id], newest), key=lambda one: not _spoke_lately(one, newest))
    gauging = [one for one in stations if one.nature is not Nature.SIMULATED] or stations
    parties = [party for party in network.parties if any(one.party == party for one in gauging)]
    own = [[one for one in stations if one.party == party] for party in parties]
    return Line(
        site=site,
        name=language.name(site.names),
        said=tuple(_said(network, site, some, newest, language) for some in own),
    )


def _spoke_lately(station: Station, newest: Mapping[str, Latest]) -> bool:
    """Whether a station spoke within a month of the newest reading of all: others are archives, and go after it."""
    past = max((one.time for one in newest.values()), default=None)
    own = (newest.get(f"{station.id}.{said}") for said in station.series)
    return past is not None and any(one is not None and past - one.time <= _LATELY for one in own)


def _said(
    network: Network, site: Site, stations: Sequence[Station], newest: Mapping[str, Latest], language: Language
) -> Said:
    """What a party said last of a site, by those of its stations there."""
    series = _best(site, stations, newest)
    speaker = network.stations[network.series[series].station] if series else stations[0]
    return Said(
        party=speaker.party,
        newest=newest_of(network, series, newest, {}, language) if series else None,
        marks=marks_of(network, speaker),
    )


def _best(site: Site, stations: Sequence[Station], newest: Mapping[str, Latest]) -> str | None:
    """The newest of the quantity by which a site is known, else of any, by the first of the stations that gives one."""
    for begin in (f"{known_by(site)}.", ""):
        for station in stations:
            series = [f"{station.id}.{said}" for said in station.series if said.startswith(begin)]
            spoke = [name for name in series if name in newest]
            if spoke:
                return max(spoke, key=lambda name: newest[name].time)
    return None
