"""Where names go on a map: beside what they name, where nothing else is; and what has no room goes without."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import hypot

from service.page.fitted import width
from service.page.map.borders import Box, Point, atlas_of
from service.page.map.ground import Ground
from service.written.marked import marked

_ACROSS, _DOWN = 18, 12
"""Places that are tried for the name of a country."""
_ROOM = 26.0

Area = tuple[float, float, float, float]


@dataclass(slots=True)
class Labels:
    """The names on a ground; `taken` are the areas of all that is drawn there, as left, top, right and bottom."""

    ground: Ground
    taken: list[Area] = field(default_factory=list)

    def beside(self, text: str, at: Point, size: float, style: str) -> str:
        """A name to the right, left, above or below a sign, or a line further; empty where there is no room."""
        x, y = at
        wide = width(text, size)
        spots = (
            (x + 13, y + 4),
            (x + 13, y + 8),
            (x - 13 - wide, y + 4),
            (x - wide / 2, y - 14),
            (x - wide / 2, y + 22),
            (x - wide + 12, y - 14),
            (x - wide + 12, y + 22),
            (x - 12, y - 14),
            (x - 12, y + 22),
            (x - wide + 12, y - 26),
            (x - wide + 12, y + 34),
            (x - 12, y - 26),
            (x - 12, y + 34),
        )
        return self._first(text, wide, size, style, spots)

    def around(self, text: str, at: Point, size: float, style: str) -> str:
        """A name with its middle in a place, or as near to it as the edges of the map allow."""
        x, y = at
        # Letters of a country stand a tenth of their size apart, as river.css says.
        wide = width(text, size) + len(text) * size / 10
        left = min(max(x - wide / 2, 28), self.ground.width - wide - 4)
        return self._first(text, wide, size, style, ((left, y + size / 3),))

    def along(self, text: str, line: Sequence[Point], size: float, style: str) -> str:
        """A name above or below one of the points of a line, near its middle where it can be."""
        wide = width(text, size)
        middle = len(line) / 2
        order = sorted(range(len(line)), key=lambda place: abs(place - middle))
        points = (line[place] for place in order)
        spots = ((x + shift, y + drop) for x, y in points for shift, drop in ((8, 4), (-8 - wide, 4), (8, -6), (8, 14)))
        return self._first(text, wide, size, style, spots)

    def _first(self, text: str, wide: float, size: float, style: str, spots: Iterable[Point]) -> str:
        for left, foot in spots:
            area = (left - 2, foot - size, left + wide + 2, foot + 0.3 * size)
            if self._is_free(area):
                self.taken.append(area)
                return f'<text class="{style}" x="{left:.1f}" y="{foot:.1f}" font-size="{size:g}">{marked(text)}</text>'
        return ""

    def _is_free(self, area: Area) -> bool:
        left, top, right, foot = area
        if left < 26 or top < 13 or right > self.ground.width - 2 or foot > self.ground.height - 20:
            return False
        return not any(
            left < east and west < right and top < south and north < foot for west, north, east, south in self.taken
        )


@lru_cache(maxsize=64)
def spot_in_country(ground: Ground, area: Box, country: str, things: tuple[Point, ...]) -> Point | None:
    """Where on a ground there is most room within a country, away from all things; None where there is none."""
    atlas = atlas_of(area)
    if atlas is None or country not in atlas.countries:
        return None
    edges = tuple(ground.at(point) for line in atlas.borders for point in line)
    best = sorted(_spots(ground), key=lambda spot: -_room(spot, (*things, *edges)))
    for spot in best:
        if _room(spot, (*things, *edges)) > _ROOM and atlas.country_at(ground.place(spot)) == country:
            return spot
    return None


def _spots(ground: Ground) -> Iterator[Point]:
    for across in range(1, _ACROSS):
        for down in range(1, _DOWN):
            yield ground.width * across / _ACROSS, ground.height * down / _DOWN


def _room(spot: Point, things: Sequence[Point]) -> float:
    x, y = spot
    return min((hypot((x - one) / 2, y - other) for one, other in things), default=0.0)
