"""Parties, basins, sites and the stations at them."""

import math
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from record.errors import UnknownName
from record.network.basin import Nature, Site, Station
from record.network.declared import Declared
from record.network.interval import interval_of
from record.network.row import Row
from record.quantities import quantity_of

EXAMPLE = "example-"

_FIGURES = ("capacity", "surface_km2", "q_normal", "q_forced", "norm")


def is_zone(name: str) -> bool:
    """Whether a name is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def series_fault(said: str) -> str | None:
    """What is wrong with a `quantity.interval` word; None if nothing is."""
    quantity, dot, interval = said.partition(".")
    if not dot:
        return f"series {said!r} is not of the form quantity.interval, such as discharge.daily"
    try:
        quantity_of(quantity)
        interval_of(interval)
    except UnknownName as error:
        return f"series {said!r}: {error}"
    return None


def zones_are_known(declared: Declared) -> None:
    """Parties, the report day, sources and their tables name IANA time zones."""
    for party in declared.parties:
        _zone(party, party.fact.zone, "zone")
    _zone(declared.report_day, declared.report_day.fact.zone, "zone")
    for source in declared.sources:
        _zone(source, source.fact.zone, "zone")
        if source.fact.table is not None:
            _zone(source, source.fact.table.zone, "table", "zone")


def reports_are_issued_by_their_deadline(declared: Declared) -> None:
    """A report is not due for issue after the hour at which it is issued whatever is missing."""
    day = declared.report_day.fact
    if day.latest < day.issued:
        raise declared.report_day.wrong(
            f"deadline {day.latest} is before {day.issued}, at which reports are issued where nothing is missing",
            "deadline",
        )


def sites_stand_somewhere(declared: Declared) -> None:
    """A site is in the basin of its file, in the country of a party, and on the globe."""
    basin_of = {row.document.name: row.fact.id for row in declared.basins}
    for row in declared.sites:
        site = row.fact
        if site.basin not in declared.basin_ids():
            known = ", ".join(sorted(declared.basin_ids()))
            raise row.wrong(f"basin {site.basin!r} is not declared: use one of {known}", "basin")
        if site.basin != basin_of[row.document.name]:
            raise row.wrong(f"site {site.id!r} of basin {site.basin!r} stands in the file of another basin", "basin")
        for country in site.country.split("/"):
            if country not in declared.party_ids():
                raise row.wrong(f"country {country!r} is no party: write kg, kz, or kg/kz on the border", "country")
        _coordinates(row)


def figures_make_sense(declared: Declared) -> None:
    """Capacities, surfaces, norms and flows of design are finite and not negative."""
    for row in declared.sites:
        for key in _FIGURES:
            figure = getattr(row.fact, key)
            if figure is not None and not (math.isfinite(figure) and figure >= 0):
                raise row.wrong(f"{key} {figure} of site {row.fact.id!r} is not a finite number of 0 or more", key)


def stations_belong(declared: Declared) -> None:
    """A station names a declared site and party, and is not itself a twin, which only the loader makes."""
    sites = {row.fact.id for row in declared.sites}
    for row in declared.stations:
        if row.fact.site not in sites:
            raise row.wrong(f"site {row.fact.site!r} is not declared: declare it or correct the name", "site")
        if row.fact.party not in declared.party_ids():
            raise row.wrong(f"party {row.fact.party!r} is not declared: declare it or correct the name", "party")
        if row.fact.nature is Nature.SIMULATED:
            raise row.wrong("a simulated station is not declared: mark its source simulated = true instead", "nature")
        if row.fact.computed:
            raise row.wrong(
                "a computed station is not declared: declare its series in derived.toml instead", "computed"
            )


def stations_are_named_for_their_site(declared: Declared) -> None:
    """A station's id is `<site>:<party>`; an example's id and code start with `example-`, and no other's do."""
    for row in declared.stations:
        station = row.fact
        wanted = _id_wanted(station)
        if station.id != wanted:
            raise row.wrong(f"station id {station.id!r} must be {wanted!r}, by its site, party and nature", "id")
        example = station.nature is Nature.EXAMPLE
        if station.code.startswith(EXAMPLE) != example or (station.id.startswith(EXAMPLE) != example):
            raise row.wrong(
                f"station {station.id!r}: 'example-' in id and code and nature = 'example' go together", "code"
            )


def series_are_known(declared: Declared) -> None:
    """Each series word names a quantity and an interval of ours, once."""
    for row in declared.stations:
        for said in row.fact.series:
            fault = series_fault(said)
            if fault:
                raise row.wrong(f"station {row.fact.id!r}: {fault}", "series")
        if len(set(row.fact.series)) != len(row.fact.series):
            raise row.wrong(f"station {row.fact.id!r} lists a series twice: remove one", "series")


def codes_are_unique(declared: Declared) -> None:
    """A message's code leads to one station alone."""
    first: dict[str, Row[Station]] = {}
    for row in declared.stations:
        earlier = first.setdefault(row.fact.code, row)
        if earlier is not row:
            raise row.wrong(f"code {row.fact.code!r} already calls {earlier.fact.id!r}: codes are unique", "code")


def _id_wanted(station: Station) -> str:
    bare = f"{station.site}:{station.party}"
    if station.nature is Nature.EXAMPLE and not station.site.startswith(EXAMPLE):
        return EXAMPLE + bare
    return bare


def _coordinates(row: Row[Site]) -> None:
    site = row.fact
    if (site.lon is None) != (site.lat is None):
        raise row.wrong(f"site {site.id!r} has one coordinate without the other: give both or none")
    for key, bound in (("lon", 180), ("lat", 90)):
        degrees = getattr(site, key)
        if degrees is not None and not -bound <= degrees <= bound:
            raise row.wrong(f"{key} {degrees} of site {site.id!r} is not within -{bound} and {bound} degrees", key)


def _zone(row: Row[Any], name: str, *key: str) -> None:
    if not is_zone(name):
        raise row.wrong(f"zone {name!r} is not an IANA time zone: write one such as Asia/Bishkek", *key)
