"""Which series a page shows: the one asked for, or the one that tells most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from record.archive.latest import Latest
from record.errors import UnknownName
from record.leaf import write_time
from record.network import Network
from record.network.basin import Nature, Series, Site, SiteKind, Station

_FEW = 8
_KNOWN_BY = {SiteKind.RESERVOIR: "storage", SiteKind.CANAL: "intake", SiteKind.HEADWORKS: "intake"}
_SHOWN_FIRST = ("daily", "term", "hourly", "10-minute", "10-day", "monthly")
_NATURES = (Nature.REAL, Nature.EXAMPLE, Nature.SIMULATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The times that are shown, `start <= time < end`, aware."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, start: int, end: int) -> "Span":
        """The span between two times in seconds since 1970."""
        return cls(start=datetime.fromtimestamp(start, UTC), end=datetime.fromtimestamp(end, UTC))

    @property
    def last(self) -> datetime:
        """The last second of it."""
        return self.end - timedelta(seconds=1)

    @property
    def written(self) -> str:
        """The same as the parameter `datetime` of the API says it, which is closed at its end."""
        return f"{write_time(self.start)}/{write_time(self.last)}"

    def days(self, zone: tzinfo) -> tuple[date, date]:
        """The first and the last day of which it holds anything, in the calendar of a station."""
        return self.start.astimezone(zone).date(), self.last.astimezone(zone).date()


def known_by(site: Site) -> str:
    """The quantity by which a site is known."""
    return _KNOWN_BY.get(site.kind, "discharge")


def in_order(stations: Sequence[Station], newest: Mapping[str, Latest]) -> tuple[Station, ...]:
    """The stations of a site: real ones first, gauges before what is computed, and last those that never spoke."""

    def place(station: Station) -> tuple[bool, int, bool]:
        silent = not any(f"{station.id}.{said}" in newest for said in station.series)
        return silent, _NATURES.index(station.nature), station.computed

    return tuple(sorted(stations, key=place))


def series_at(network: Network, site: str) -> tuple[Series, ...]:
    """The series of all stations of a site, in declared order."""
    stations = network.stations_at[site]
    return tuple(network.series[f"{station.id}.{said}"] for station in stations for said in station.series)


def chosen(network: Network, site: Site, newest: Mapping[str, Latest], wanted: str | None) -> Series | None:
    """The series that is shown: the one asked for, else the one that tells most; None where none is declared.

    That is one that spoke, of a real station, of the quantity by which the site is known. Raises `UnknownName` for a
    series that is none of the site's.
    """
    known = series_at(network, site.id)
    if wanted is not None:
        found = next((one for one in known if one.id == wanted), None)
        if found is None:
            some = ", ".join(one.id for one in known[:_FEW]) or "none is declared there"
            raise UnknownName(f"series {wanted[:60]!r} is not one of site {site.id}: use one of {some}")
        return found

    def place(one: Series) -> tuple[bool, int, bool, bool, int]:
        station = network.stations[one.station]
        return (
            one.id not in newest,
            _NATURES.index(station.nature),
            one.quantity != known_by(site),
            station.computed,
            _SHOWN_FIRST.index(one.interval),
        )

    return min(known, key=place, default=None)
