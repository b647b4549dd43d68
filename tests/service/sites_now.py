"""What stations say now, made up for pictures: every kind of it, at all sites of a network."""

from datetime import UTC, datetime
from itertools import count

from record.network import Network
from record.network.basin import Site, SiteKind, Station
from service.page.now import Measure, SitesNow, StationNow, Trend

AT = datetime(2026, 5, 2, 2, tzinfo=UTC)
_CLASSES = ("low", "below normal", "normal", "above normal", "high")
_FIRST = {SiteKind.RESERVOIR: "storage", SiteKind.CANAL: "intake", SiteKind.HEADWORKS: "intake"}


def measure(station: Station, quantity: str, value: float | None, **told: object) -> Measure:
    """A reading of a station; without a value it is one that is missing."""
    said = {
        "unit": "million m³" if quantity == "storage" else "m³/s",
        "decimals": 1 if quantity == "storage" else 2,
        "flag": "missing" if value is None else "good",
        "time": AT,
        "entry": 7,
        "late": False,
        **told,
    }
    return Measure(series=f"{station.id}.{quantity}.term", quantity=quantity, value=value, **said)  # type: ignore[arg-type]


def now_of(network: Network) -> SitesNow:
    """Wide numbers, each class, trend and mark, and of every seventh station nothing at all."""
    numbers = count(1)
    return {site.id: tuple(_station(network, site, one, next(numbers)) for one in network.stations_at[site.id])
            for site in network.sites.values()}  # fmt: skip


def _station(network: Network, site: Site, station: Station, number: int) -> StationNow:
    quantity = _FIRST.get(site.kind, "discharge")
    told: dict[str, object] = {
        "late": number % 3 == 0,
        "trend": tuple(Trend)[number % 3],
        "klass": _CLASSES[number % 5],
        "filled": 7.0 * number % 100 if quantity == "storage" else None,
        "flag": "suspect" if number % 4 == 0 else "good",
    }
    if number % 7 == 0:
        told |= {"time": None, "entry": None, "trend": None, "klass": None, "filled": None, "flag": "missing"}
    value = None if number % 7 == 0 else 1234.0 + number / 8
    return StationNow(
        station=station.id,
        party=station.party,
        nature=station.nature.value,
        computed=False,
        verified=network.is_verified(station.id),
        measures=(measure(station, quantity, value, **told),),
    )
