"""The head of the page of a site: what stands there, whose gauges these are, and what each said last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from record.archive.latest import Latest
from record.leaf import write_time
from record.network import Network
from record.network.basin import Nature, Site, Station
from record.quantities import quantity_of
from service.language import LANGUAGES, Language
from service.page.now import Measure, SitesNow
from service.reports.told.teller import decimals_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """What a series of a station said last; where it never spoke no more is known of it than its names and its unit.

    `shown` is the value as the reader writes numbers, rounded as yearbooks do. `measure` is what else is known of that
    reading, its trend and its class.
    """

    series: str
    quantity: str
    interval: str
    unit: str
    value: float | None = None
    shown: str = ""
    flag: str | None = None
    at: datetime | None = None
    time: str = ""
    entry: int | None = None
    measure: Measure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A station as the page shows it; `marks` are of `service.language.words.MARKS`."""

    id: str
    party: str
    name: str
    marks: tuple[str, ...]
    newest: tuple[Newest, ...]

    @property
    def spoke(self) -> bool:
        """Whether anything was ever said of it."""
        return any(one.at is not None for one in self.newest)

    @property
    def told(self) -> tuple[Newest, ...]:
        """Its series that spoke."""
        return tuple(one for one in self.newest if one.at is not None)

    @property
    def silent(self) -> tuple[Newest, ...]:
        """Its series that never spoke."""
        return tuple(one for one in self.newest if one.at is None)


def other_names(site: Site, language: Language) -> Iterator[tuple[str, str]]:
    """The names of a site in the other languages, each with its code; those that are the same once."""
    seen = {language.name(site.names)}
    for code in LANGUAGES:
        name = site.names.get(code)
        if name is not None and name not in seen:
            seen.add(name)
            yield code, name


def river_name(network: Network, site: Site, language: Language) -> str:
    """The name of the river of a site; its id where it is not declared."""
    river = network.rivers.get(site.river)
    return language.name(river.names) if river is not None else site.river


def countries_of(network: Network, site: Site, language: Language) -> tuple[str, ...]:
    """The countries in which a site lies, as `kg` or `kg/kz` names them; one that is no party by its id."""
    parties = network.parties
    return tuple(language.name(parties[one].names) if one in parties else one for one in site.country.split("/"))


def place_of(site: Site, language: Language) -> str:
    """Where a site lies: latitude and longitude in degrees; "" where no source says it."""
    if site.lat is None or site.lon is None:
        return ""
    return f"{language.number(site.lat, 4)}°, {language.number(site.lon, 4)}°"


def marks_of(network: Network, station: Station) -> tuple[str, ...]:
    """What a station must be shown as, unless it is a real gauge that its sources confirm."""
    found = [station.nature.value] if station.nature is not Nature.REAL else []
    found += ["computed"] if station.computed else []
    found += [] if network.is_verified(station.id) else ["unverified"]
    return tuple(found)


def gauges_of(
    network: Network, stations: Sequence[Station], newest: Mapping[str, Latest], now: SitesNow, language: Language
) -> tuple[Gauge, ...]:
    """The stations of a site with what each said last; `now` is what else is known of the newest readings."""
    measures = {one.series: one for found in now.values() for station in found for one in station.measures}
    return tuple(
        Gauge(
            id=station.id,
            party=station.party,
            name=language.name(station.names),
            marks=marks_of(network, station),
            newest=tuple(
                newest_of(network, f"{station.id}.{said}", newest, measures, language) for said in station.series
            ),
        )
        for station in stations
    )


def newest_of(
    network: Network,
    name: str,
    newest: Mapping[str, Latest],
    measures: Mapping[str, Measure],
    language: Language,
) -> Newest:
    """What a series said last, and what else is known of that reading."""
    series = network.series[name]
    unit, last = quantity_of(series.quantity).label, newest.get(name)
    if last is None:
        return Newest(series=name, quantity=series.quantity, interval=series.interval, unit=unit)
    return Newest(
        series=name,
        quantity=series.quantity,
        interval=series.interval,
        unit=unit,
        value=last.value,
        shown="–"
        if last.value is None
        else language.number(last.value, decimals_of(series.quantity, unit, last.value)),
        flag=last.flag.word,
        at=last.time,
        time=write_time(last.time),
        entry=last.entry,
        measure=measures.get(name),
    )
