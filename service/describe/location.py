"""A station as a GeoJSON feature."""

from typing import Any

from record.network import Collection, Network
from service.describe.extent import Span, interval_text


def location(station: str, found: Collection, network: Network, span: Span, here: str) -> dict[str, Any]:
    """A station of the collection at the address `here`; without geometry where no source gives its place."""
    declared = network.station(station)
    site = network.sites[declared.site]
    quantities = [series.quantity for series in found.series if series.station == station]
    return {
        "type": "Feature",
        "id": station,
        "geometry": geometry(station, network),
        "properties": {
            "label": declared.names["en"],
            "names": dict(declared.names),
            "site": site.id,
            "site_kind": site.kind.value,
            "party": declared.party,
            "nature": declared.nature.value,
            "computed": declared.computed,
            "verified": network.is_verified(station),
            "datetime": interval_text(span),
            "parameter-name": quantities,
            "edrqueryendpoint": f"{here}/locations/{station}",
            "source": declared.source,
        },
    }


def geometry(station: str, network: Network) -> dict[str, Any] | None:
    """The place of a station as a GeoJSON point; None where no source gives it."""
    site = network.sites[network.station(station).site]
    if site.lon is None or site.lat is None:
        return None
    return {"type": "Point", "coordinates": [site.lon, site.lat]}
