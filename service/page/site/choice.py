"""Which series a page shows, and of which time: what is asked for, or what is best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from record.archive.latest import Latest
from record.errors import SelectionError, UnknownName
from record.network import Network
from record.network.basin import Nature, Series, Site, SiteKind, Station
from record.network.interval import interval_of
from record.selection import EARLIEST, LATEST
from service.interval import calendar_day, moment_of

_FEW = 8
_KNOWN_BY = {SiteKind.RESERVOIR: "storage", SiteKind.CANAL: "intake", SiteKind.HEADWORKS: "intake"}
_SHOWN_FIRST = ("daily", "term", "hourly", "10-minute", "10-day", "monthly")
_NATURES = (Nature.REAL, Nature.EXAMPLE, Nature.SIMULATED)
_SHOWN: Mapping[str, timedelta] = {
    "10-minute": timedelta(days=7),
    "hourly": timedelta(days=31),
    "term": timedelta(days=92),
    "daily": timedelta(days=366),
    "10-day": timedelta(days=5 * 366),
    "monthly": timedelta(days=20 * 366),
}
"""How much of a series is shown unasked: what a chart of its step shows well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The times that are shown, `start <= time < end`, aware; `asked` where somebody asked for these."""

    start: datetime
    end: datetime
    asked: bool

    @property
    def written(self) -> str:
        """The same as the parameter `datetime` of the API says it, which is closed at its end."""
        last = self.end - timedelta(seconds=1)
        return f"{_written(self.start)}/{_written(last)}"


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


def span_of(
    series: Series, newest: Latest | None, first: str | None, last: str | None, zone: tzinfo, now: datetime
) -> Span:
    """The times that are shown of a series: those asked for, else the last that a chart of its step shows well.

    A day is one of the station's calendar, and `to` the day after the last, as everywhere. Raises `SelectionError`
    where what is asked for cannot be read, or is turned round.
    """
    step = interval_of(series.interval).shortest
    end = _end(last, "to", zone) if last else _midnight_after((newest.time if newest else now) + step, zone)
    start = _end(first, "from", zone) if first else max(end - _SHOWN[series.interval], EARLIEST)
    if start >= end:
        raise SelectionError(f"from {start:%Y-%m-%d} to {end:%Y-%m-%d} ends before it begins: turn it round")
    return Span(start=start, end=min(end, LATEST), asked=bool(first or last))


def _end(text: str, name: str, zone: tzinfo) -> datetime:
    if "T" in text:
        return moment_of(text)
    return datetime.combine(calendar_day(text, name), time(), zone).astimezone(UTC)


def _midnight_after(moment: datetime, zone: tzinfo) -> datetime:
    day: date = (moment - timedelta(seconds=1)).astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
