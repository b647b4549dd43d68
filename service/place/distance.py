"""Distances on the globe, and how addresses tell them."""

import numpy as np

from record.errors import SelectionError

_EARTH_KM = 6371.0088
_KM = {"km": 1.0, "m": 0.001, "miles": 1.609344}
UNITS = tuple(_KM)
"""The units in which a distance can be told."""
_ALSO = {
    "kilometers": "km", "kilometres": "km", "kilometer": "km", "kilometre": "km",
    "meters": "m", "metres": "m", "meter": "m", "metre": "m", "mile": "miles", "mi": "miles",
}  # fmt: skip
_LONGEST = 40


def distances_km(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Great-circle distance from a place to each of others, all in degrees, by the haversine."""
    phi, phis = np.radians(lat), np.radians(lats)
    half = np.sin((phis - phi) / 2) ** 2 + np.cos(phi) * np.cos(phis) * np.sin(np.radians(lons - lon) / 2) ** 2
    found: np.ndarray = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return found


def distance_of(within: str | None, units: str | None) -> float:
    """The distance that `within` and `within-units` tell, km; raise `SelectionError` where either lacks or is none."""
    if within is None or units is None:
        lacks = "within" if within is None else "within-units"
        raise SelectionError(f"{lacks} is wanted: write within=20&within-units=km; units are {', '.join(UNITS)}")
    unit = units.strip().lower()
    factor = _KM.get(_ALSO.get(unit, unit))
    if factor is None:
        raise SelectionError(f"within-units {units[:40]!r} is not a unit of ours: use {', '.join(UNITS)}")
    try:
        distance = float(within) if len(within) <= _LONGEST and "_" not in within else np.nan
    except ValueError:
        distance = np.nan
    if not 0 <= distance < np.inf:
        raise SelectionError(f"within {within[:40]!r} is not a distance: write a number of {units}, 0 or more")
    return distance * factor
