"""How the rivers of a basin lie on a schematic: which row each site has, and in which lane its river runs.

The water runs down the rows. A main stem has lane 0; what joins it comes in a lane to the right of it, 1, or to the
left, -1, and what joins that one in 2 or -2. Who looks down the river has its left bank to the right of the page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from record.network import Network
from record.network.basin import Site
from record.network.river import River

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A row: a site in the lane of its river; one without a site bears the name of the river, or nothing at its end."""

    river: River | None
    lane: int
    site: Site | None = None
    is_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A river as it is drawn: in its lane from row `first` to row `last`, below which it joins lane `into`.

    One that `is_fed` is joined by others above its first site, or is made by them.
    """

    river: River
    lane: int
    first: int
    last: int
    into: int | None
    is_fed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The rows of a basin and the rivers beside them; `unplaced` are the sites whose place in the river none tells."""

    stops: tuple[Stop, ...]
    reaches: tuple[Reach, ...]
    unplaced: tuple[Site, ...]


def course_of(network: Network, basin: str) -> Course:
    """The course of all rivers of a basin, from its main stems on."""
    laid = _Laid(network, basin)
    for river in laid.rivers:
        if river.into is None:
            laid.lay_stem(river)
    placed = {stop.site.id for stop in laid.stops if stop.site}
    unplaced = tuple(site for site in network.sites.values() if site.basin == basin and site.id not in placed)
    return Course(stops=tuple(laid.stops), reaches=tuple(laid.reaches), unplaced=unplaced)


def joins_from_left(stem: Sequence[Point], joining: Sequence[Point]) -> bool:
    """Whether who looks down a stem has what joins it to the left; so it is drawn where no line tells."""
    if len(stem) < 2 or len(joining) < 2:
        return True
    (ax, ay), (bx, by) = min(pairwise(stem), key=lambda piece: _far(piece, joining[-1]))
    # The mouth may lie on the very line: the headwater tells the side.
    x, y = joining[0]
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0


def _far(piece: tuple[Point, Point], point: Point) -> float:
    (ax, ay), (bx, by) = piece
    return hypot((ax + bx) / 2 - point[0], (ay + by) / 2 - point[1])


class _Laid:
    """Rows and rivers as they are laid one after the other."""

    def __init__(self, network: Network, basin: str) -> None:
        self._sites = network.sites
        self.rivers = [river for river in network.rivers.values() if river.basin == basin]
        self.stops: list[Stop] = []
        self.reaches: list[Reach] = []

    def lay_stem(self, river: River) -> None:
        """A main stem under its name."""
        self.stops.append(Stop(river=river, lane=0))
        self._lay(river, 0, None)

    def _lay(self, river: River, lane: int, into: int | None) -> None:
        """The rows of a river with what joins it; where it has no site of its own, it runs on for a row."""
        first = len(self.stops)
        fed = self._lay_joining(river, None, lane)
        for name in river.course:
            self.stops.append(Stop(river=river, lane=lane, site=self._sites[name]))
            self._lay_joining(river, name, lane)
        if not river.course and (fed or into is None):
            self.stops.append(Stop(river=river, lane=lane, is_end=True))
        last = len(self.stops) - 1
        if last >= first:
            reach = Reach(river=river, lane=lane, first=fed or first, last=last, into=into, is_fed=fed is not None)
            self.reaches.append(reach)

    def _lay_joining(self, stem: River, after: str | None, lane: int) -> int | None:
        """The rows of what joins a river there; gives the row below the first of it, None where nothing does."""
        below = None
        for river in self._joining(stem, after):
            outward = 1 if lane > 0 or (lane == 0 and joins_from_left(stem.line, river.line)) else -1
            before = len(self.stops)
            self._lay(river, lane + outward, lane)
            if below is None and len(self.stops) > before:
                below = len(self.stops)
        return below

    def _joining(self, stem: River, after: str | None) -> Iterator[River]:
        return (river for river in self.rivers if river.into == stem.id and river.after == after)
