"""Where the stations of a collection lie, as arrays, and which of them lie where somebody asks."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from record.network import Network
from service.place.box import Box
from service.place.distance import distances_km

NEAR_KM = 5.0
"""How near a station must lie to a point to speak for it."""
_SAME_KM = 6
"""Decimals of a km: stations that lie as near as that to a place lie equally near."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Places:
    """The stations whose place is known, in declared order; `lon` and `lat` (station) in degrees.

    A station without a place lies nowhere and is found by none of these questions.
    """

    names: tuple[str, ...]
    lon: np.ndarray
    lat: np.ndarray

    @property
    def bounds(self) -> list[float] | None:
        """The box around all of them: western, southern, eastern and northern edge."""
        if not self.names:
            return None
        return [float(edge) for edge in (self.lon.min(), self.lat.min(), self.lon.max(), self.lat.max())]

    def only(self, stations: tuple[str, ...]) -> "Places":
        """Where those of them lie that are among these stations."""
        kept = np.array([name in frozenset(stations) for name in self.names], dtype=bool)
        return Places(names=self._called(kept), lon=self.lon[kept], lat=self.lat[kept])

    def nearest(self, points: np.ndarray) -> list[tuple[str, ...]]:
        """For each point (point, 2) that has any, the stations at the nearest place within 5 km; each place once."""
        found: dict[tuple[str, ...], None] = {}
        for lon, lat in points if self.names else ():
            distance = np.round(distances_km(lon, lat, self.lon, self.lat), _SAME_KM)
            nearest = distance.min()
            if nearest <= NEAR_KM:
                found[self._called(distance == nearest)] = None
        return list(found)

    def within(self, points: np.ndarray, km: float) -> tuple[str, ...]:
        """Those that lie within a distance of any of the points (point, 2)."""
        found = np.zeros(len(self.names), dtype=bool)
        for lon, lat in points:
            found |= distances_km(lon, lat, self.lon, self.lat) <= km
        return self._called(found)

    def inside(self, area: BaseGeometry) -> tuple[str, ...]:
        """Those that lie in an area or on its border."""
        shapely.prepare(area)
        return self._called(shapely.intersects_xy(area, self.lon, self.lat))

    def in_box(self, box: Box) -> tuple[str, ...]:
        """Those that lie in a box or on its edge."""
        return self._called(self._between(box) & (self.lat >= box.south) & (self.lat <= box.north))

    def axes(self, box: Box) -> tuple[np.ndarray, np.ndarray]:
        """The longitudes and the latitudes within a box at which any station lies, each rising, each once.

        Either is the same whatever the other edges of the box are, so that parts of a grid fit together.
        """
        south_to_north = (self.lat >= box.south) & (self.lat <= box.north)
        return np.unique(self.lon[self._between(box)]), np.unique(self.lat[south_to_north])

    def _between(self, box: Box) -> np.ndarray:
        """Whether each lies between the western and the eastern edge of a box."""
        if box.west <= box.east:
            return np.asarray((self.lon >= box.west) & (self.lon <= box.east))
        return np.asarray((self.lon >= box.west) | (self.lon <= box.east))

    def _called(self, found: np.ndarray) -> tuple[str, ...]:
        return tuple(self.names[place] for place in np.flatnonzero(found).tolist())


def places_of(stations: tuple[str, ...], network: Network) -> Places:
    """Where these stations of the network lie."""
    sites = {name: network.sites[network.stations[name].site] for name in stations}
    known = [
        (name, site.lon, site.lat) for name, site in sites.items() if site.lon is not None and site.lat is not None
    ]
    return Places(
        names=tuple(name for name, _, _ in known),
        lon=np.array([lon for _, lon, _ in known], dtype=np.float64),
        lat=np.array([lat for _, _, lat in known], dtype=np.float64),
    )
