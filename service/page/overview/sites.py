"""What every site says now, from the newest readings and from the figures of the last report day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from record.archive.latest import Latest
from record.entry import Flag
from record.network import Network
from record.network.basin import Nature, Series, SiteKind, Station
from record.network.interval import INTERVALS
from record.quantities import quantity_of
from service.page.now import Measure, SitesNow, StationNow, Trend
from service.page.overview.readings import Readings
from service.reports.report import Against, Report
from service.reports.told.teller import decimals_of, figures_of

FIRST: Mapping[SiteKind, str] = {
    SiteKind.RESERVOIR: "storage",
    SiteKind.CANAL: "intake",
    SiteKind.HEADWORKS: "intake",
    SiteKind.POST: "discharge",
    SiteKind.BORDER: "discharge",
}
"""The quantity by which a site is known."""
_NATURES = tuple(Nature)
_FINEST = tuple(INTERVALS)
_NOTHING = Against(last_year=None, norm=None, norm_years=0, percent=None, rank=None, klass=None)


@dataclass(frozen=True, eq=False)
class _Known:
    """What measures are made of; `against` is what the figures of the report day are held against."""

    network: Network
    readings: Readings
    late: frozenset[str]
    against: Mapping[tuple[str, str], Against]


def sites_now(network: Network, readings: Readings, late: frozenset[str], report: Report) -> SitesNow:
    """Every site with its stations: values, times and trends are of the newest readings, whatever the report says.

    Class, percent of the norm and last year are those of the report day, of the same station and quantity.
    """
    against = {(one.subject, one.quantity): one.against or _NOTHING for one in figures_of(report)}
    known = _Known(network, readings, late, against)
    return {site: _stations(known, site, stations) for site, stations in network.stations_at.items()}


def _stations(known: _Known, site: str, stations: tuple[Station, ...]) -> tuple[StationNow, ...]:
    found = [
        StationNow(
            station=station.id,
            party=station.party,
            nature=station.nature.value,
            computed=station.computed,
            verified=known.network.is_verified(station.id),
            measures=tuple(_measures(known, station, FIRST[known.network.sites[site].kind])),
        )
        for station in stations
    ]
    return tuple(sorted(found, key=_rank))


def _rank(station: StationNow) -> tuple[bool, int, bool]:
    """Who ever spoke comes before who did not, then real stations, then gauges before what is computed of them."""
    spoke = any(one.time is not None for one in station.measures)
    return not spoke, _NATURES.index(Nature(station.nature)), station.computed


def _measures(known: _Known, station: Station, first: str) -> Iterator[Measure]:
    """A measure for each quantity of a station, by that of its series which spoke of the latest time."""
    by_quantity: dict[str, list[str]] = {}
    for said in station.series:
        quantity, _, interval = said.partition(".")
        by_quantity.setdefault(quantity, []).append(interval)
    for quantity in sorted(by_quantity, key=lambda one: one != first):
        series = [f"{station.id}.{quantity}.{interval}" for interval in sorted(by_quantity[quantity], key=_fineness)]
        newest = known.readings.newest
        spoke = [name for name in series if name in newest]
        yield _measure(
            known, known.network.series[max(spoke, key=lambda name: newest[name].time) if spoke else series[0]]
        )


def _fineness(interval: str) -> int:
    """Instants first, since of two readings of one time the first is taken."""
    return _FINEST.index(interval)


def _measure(known: _Known, series: Series) -> Measure:
    label, said = quantity_of(series.quantity).label, known.readings.newest.get(series.id)
    if said is None:
        return Measure(
            series=series.id, quantity=series.quantity, unit=label, decimals=decimals_of(series.quantity, label, None),
            value=None, flag=Flag.MISSING.word, time=None, entry=None, late=False,
        )  # fmt: skip
    decimals = decimals_of(series.quantity, label, said.value)
    change = _change(said, known.readings.before.get(series.id))
    against = known.against.get((series.station, series.quantity), _NOTHING)
    return Measure(
        series=series.id, quantity=series.quantity, unit=label, decimals=decimals, value=said.value,
        flag=said.flag.word, time=said.time, entry=said.entry, late=series.id in known.late, change=change,
        trend=None if change is None else _trend(change, decimals), klass=against.klass, percent=against.percent,
        last_year=against.last_year, filled=_filled(known.network, series, said.value),
    )  # fmt: skip


def _change(said: Latest, before: float | None) -> float | None:
    return None if said.value is None or before is None else said.value - before


def _trend(change: float, decimals: int) -> Trend:
    """Steady is what does not change by one of the last digit shown."""
    if abs(change) < 0.5 * 10**-decimals:
        return Trend.STEADY
    return Trend.RISING if change > 0 else Trend.FALLING


def _filled(network: Network, series: Series, value: float | None) -> float | None:
    """The percent of the declared capacity that is stored."""
    capacity = network.sites[network.stations[series.station].site].capacity
    if series.quantity != "storage" or value is None or not capacity:
        return None
    return 100 * value / capacity
