"""The list of all sites: by basin and by river, in the order in which the water passes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from record.archive.latest import Latest
from record.network import Network
from record.network.basin import Nature, Site, Station
from service.language import Language
from service.page.site.choice import in_order, known_by, series_at
from service.page.site.head import Newest, marks_of, newest_of, river_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A site in the list: whose gauges stand there, and the newest of what it is known by, None where nobody spoke.

    `marks` are of the station that said it, else of the first there.
    """

    site: Site
    name: str
    parties: tuple[str, ...]
    series: int
    newest: Newest | None
    marks: tuple[str, ...]


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
    stations = in_order(network.stations_at[site.id], newest)
    said = _best(site, stations, newest)
    speaker = network.stations[network.series[said].station] if said else next(iter(stations), None)
    return Line(
        site=site,
        name=language.name(site.names),
        parties=tuple(dict.fromkeys(one.party for one in stations if one.nature is not Nature.SIMULATED)),
        series=sum(one.id in newest for one in series_at(network, site.id)),
        newest=newest_of(network, said, newest, {}, language) if said else None,
        marks=marks_of(network, speaker) if speaker else (),
    )


def _best(site: Site, stations: tuple[Station, ...], newest: Mapping[str, Latest]) -> str | None:
    """The newest of the quantity by which a site is known, by the first of its stations that gives one."""
    for station in stations:
        series = [f"{station.id}.{said}" for said in station.series if said.startswith(f"{known_by(site)}.")]
        spoke = [name for name in series if name in newest]
        if spoke:
            return max(spoke, key=lambda name: newest[name].time)
    return None
