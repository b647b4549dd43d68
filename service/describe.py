"""Describing collections and stations in the words of OGC API - EDR 1.1."""

from datetime import datetime
from typing import Any

from record.leaf import write_time
from record.network import Collection, Network
from record.network.interval import interval_of
from record.quantities import quantity_of
from service.encode import ENCODERS

CRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]]'
)
Span = tuple[datetime, datetime] | None


def link(href: str, rel: str, media: str = "application/json", title: str | None = None) -> dict[str, str]:
    """A link as every EDR document carries it."""
    return {"href": href, "rel": rel, "type": media} | ({"title": title} if title else {})


def collection(found: Collection, network: Network, span: Span, base: str) -> dict[str, Any]:
    """The description of a collection; `base` is the address of the service without a slash at its end."""
    here = f"{base}/collections/{found.id}"
    basin = network.basins[found.basin].names["en"]
    interval = interval_of(found.interval)
    return {
        "id": found.id,
        "title": f"{basin}: {interval.label}",
        "description": f"{interval.label.capitalize()} of the {basin} basin; {_natures(found, network)}. "
        "A time stamp is the start of its period.",
        "links": [
            link(here, "self"),
            link(f"{here}/locations", "data", "application/geo+json", "The stations"),
        ],
        "extent": {"spatial": _spatial(found, network)} | _temporal(span),
        "data_queries": {
            "position": {"link": _query(f"{here}/position", "position")},
            "locations": {"link": _query(f"{here}/locations", "locations")},
        },
        "crs": [CRS],
        "output_formats": [encoder.name for encoder in ENCODERS.values()],
        "parameter_names": {name: parameter(name) for name in found.quantities},
    }


def parameter(name: str) -> dict[str, Any]:
    """The description of a quantity."""
    quantity = quantity_of(name)
    observed: dict[str, Any] = {"label": quantity.long_name}
    if quantity.standard_name:
        observed["id"] = f"http://vocab.nerc.ac.uk/standard_name/{quantity.standard_name}/"
    return {
        "id": name,
        "type": "Parameter",
        "description": quantity.long_name,
        "observedProperty": observed,
        "unit": {
            "label": quantity.label,
            "symbol": {"value": quantity.unit, "type": "http://www.opengis.net/def/uom/UCUM/"},
        },
    }


def location(station: str, found: Collection, network: Network, span: Span, base: str) -> dict[str, Any]:
    """A station as a GeoJSON feature; without geometry where no source gives its place."""
    declared = network.station(station)
    site = network.sites[declared.site]
    known = site.lon is not None and site.lat is not None
    quantities = [series.quantity for series in found.series if series.station == station]
    return {
        "type": "Feature",
        "id": station,
        "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]} if known else None,
        "properties": {
            "label": declared.names["en"],
            "names": dict(declared.names),
            "site": site.id,
            "site_kind": site.kind.value,
            "party": declared.party,
            "nature": declared.nature.value,
            "verified": network.is_verified(station),
            "datetime": _interval_text(span),
            "parameter-name": quantities,
            "edrqueryendpoint": f"{base}/collections/{found.id}/locations/{station}",
            "source": declared.source,
        },
    }


def _natures(found: Collection, network: Network) -> str:
    counts: dict[str, int] = {}
    for station in found.stations:
        nature = network.stations[station].nature.value
        counts[nature] = counts.get(nature, 0) + 1
    return ", ".join(f"{count} {nature} station{'s' * (count != 1)}" for nature, count in counts.items())


def _spatial(found: Collection, network: Network) -> dict[str, Any]:
    sites = [network.sites[network.stations[station].site] for station in found.stations]
    lons = [site.lon for site in sites if site.lon is not None and site.lat is not None]
    lats = [site.lat for site in sites if site.lon is not None and site.lat is not None]
    # Where no station has a known place, the bounds are those of both basins as a whole, taken wide.
    box = [min(lons), min(lats), max(lons), max(lats)] if lons else [68.0, 41.5, 77.0, 46.0]
    return {"bbox": [box], "crs": CRS}


def _temporal(span: Span) -> dict[str, Any]:
    # A collection that never spoke has no temporal extent: no interval is made up, and clients refuse a null one.
    if span is None:
        return {}
    interval = [write_time(span[0]), write_time(span[1])]
    return {"temporal": {"interval": [interval], "values": ["/".join(interval)], "trs": "Gregorian"}}


def _interval_text(span: Span) -> str:
    return "../.." if span is None else f"{write_time(span[0])}/{write_time(span[1])}"


def _query(href: str, kind: str) -> dict[str, Any]:
    formats = [encoder.name for encoder in ENCODERS.values()]
    return {
        "href": href,
        "rel": "data",
        "type": "application/prs.coverage+json",
        "variables": {
            "title": kind,
            "description": f"{kind} query",
            "query_type": kind,
            "output_formats": formats,
            "default_output_format": "CoverageJSON",
            "crs_details": [{"crs": CRS, "wkt": _WKT}],
        },
    }
