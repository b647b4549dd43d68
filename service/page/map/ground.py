"""The ground of the map: which part of the globe it shows, where a place lies on it, its scale and graticule."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, cos, floor, log10, radians

from record.network import Network
from record.network.basin import Site
from service.page.map.borders import Box, Point

KM_A_DEGREE = 111.32
"""Of latitude; of longitude it is so at the equator."""
_MARGIN = 0.28
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Ground:
    """A box on paper: equirectangular, true to scale at its middle latitude; sizes in pixels."""

    box: Box
    width: float
    height: float

    def at(self, place: Point) -> Point:
        """Where a place lies, from the upper left."""
        lon, lat = place
        box = self.box
        x = (lon - box.west) / (box.east - box.west) * self.width
        return x, (box.north - lat) / (box.north - box.south) * self.height

    def place(self, at: Point) -> Point:
        """The place that lies there."""
        x, y = at
        box = self.box
        return box.west + x / self.width * (box.east - box.west), box.north - y / self.height * (box.north - box.south)

    @property
    def km(self) -> float:
        """How many pixels a kilometre is."""
        return self.height / ((self.box.north - self.box.south) * KM_A_DEGREE)

    def scale(self, most: float) -> tuple[int, float]:
        """A round number of kilometres that is no longer than so many pixels, and how long it is."""
        room = most / self.km
        power = 10 ** floor(log10(room))
        km = max(step * power for step in _STEPS if step * power <= room)
        return int(km), km * self.km

    def graticule(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The whole degrees of longitude and of latitude that cross it."""
        box = self.box
        return _between(box.west, box.east), _between(box.south, box.north)


def _between(low: float, high: float) -> tuple[int, ...]:
    return tuple(degree for degree in range(floor(low), floor(high) + 1) if low < degree < high)


def placed(network: Network) -> Iterator[tuple[Site, Point]]:
    """The sites whose place is known."""
    for site in network.sites.values():
        if site.lon is not None and site.lat is not None:
            yield site, (site.lon, site.lat)


def area_of(network: Network) -> Box:
    """The whole degrees around all that has a place: sites and the lines of rivers."""
    lines = (point for river in network.rivers.values() for point in river.line)
    lons, lats = zip(*(*(place for _, place in placed(network)), *lines), strict=True)
    return Box(floor(min(lons)) - 1, floor(min(lats)) - 1, ceil(max(lons)) + 1, ceil(max(lats)) + 1)


def ground_of(network: Network, width: float, tallness: float) -> Ground:
    """The ground on which all sites with a place lie, of which there is one: at least so many times as high as wide."""
    lons, lats = zip(*(place for _, place in placed(network)), strict=True)
    west, east = min(lons) - _MARGIN, max(lons) + _MARGIN
    south, north = min(lats) - _MARGIN, max(lats) + _MARGIN
    squeeze = cos(radians((south + north) / 2))
    high = max(north - south, (east - west) * squeeze * tallness)
    spare = (high - (north - south)) / 2
    box = Box(west, south - spare, east, north + spare)
    return Ground(box, width, width * high / ((east - west) * squeeze))
