"""Finding the station at a place: a WKT point, and the great-circle distance to each station of a collection."""

import math
import re

from record.errors import SelectionError, UnknownName
from record.network import Collection, Network

_NUMBER = r"([+-]?\d{1,3}(?:\.\d{1,15})?)"
_POINT = re.compile(
    rf"\s*POINT\s*(?:Z\s*)?\(\s*{_NUMBER}\s+{_NUMBER}(?:\s+[+-]?\d+(?:\.\d+)?)?\s*\)\s*", re.IGNORECASE | re.ASCII
)
_EARTH_KM = 6371.0088
_NEAR_KM = 5.0
_LONGEST = 200


def nearest_station(coords: str, collection: Collection, network: Network) -> str:
    """The station of the collection that lies nearest to a WKT point, within 5 km; a real one before its twin.

    Raises `SelectionError` for anything but a point on the globe, `UnknownName` where no station is near.
    """
    lon, lat = _point(coords)
    ranked = sorted(
        (round(distance_km(lon, lat, site.lon, site.lat), 6), place, name)
        for place, name in enumerate(collection.stations)
        for site in [network.sites[network.stations[name].site]]
        if site.lon is not None and site.lat is not None
    )
    if not ranked or ranked[0][0] > _NEAR_KM:
        raise UnknownName(
            f"no station of {collection.id} lies within {_NEAR_KM:g} km of {lon:g} {lat:g}: "
            f"see /collections/{collection.id}/locations"
        )
    return ranked[0][2]


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Great-circle distance between two places in degrees, by the haversine."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half = math.sin((other_phi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))


def _point(coords: str) -> tuple[float, float]:
    found = _POINT.fullmatch(coords) if len(coords) <= _LONGEST else None
    if found is None:
        raise SelectionError(f"coords {coords[:60]!r} is not a point: write POINT(71.62 42.65), longitude first")
    lon, lat = float(found[1]), float(found[2])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise SelectionError(f"coords {coords[:60]!r} lies off the globe: longitude comes first, then latitude")
    return lon, lat
