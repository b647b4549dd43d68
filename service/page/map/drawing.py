"""The map as a picture: rivers and borders, the sites whose place is known, scale, graticule and legend."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from markupsafe import Markup

from record.network import Network
from record.network.basin import Site, SiteKind
from record.network.river import River
from service.language import Language
from service.page import signs
from service.page.fitted import width
from service.page.legend import legend
from service.page.map.borders import Line, Point, atlas_of, clipped
from service.page.map.ground import Ground, area_of, ground_of, placed
from service.page.map.labels import Labels, spot_in_country
from service.page.now import SitesNow
from service.page.reader import Reader
from service.page.said import Gauge, gauges_of
from service.written.marked import marked

Link = Callable[..., str]
NARROW, WIDE = 344.0, 720.0
_TALL = {NARROW: 0.8, WIDE: 0.56}
_SIZE = 11.5
_FIRST = (SiteKind.RESERVOIR, SiteKind.HEADWORKS, SiteKind.CANAL, SiteKind.BORDER, SiteKind.POST)
"""Which are drawn first, and whose names are, where there is not room for all."""


def svg(network: Network, reader: Reader, sites: SitesNow, link: Link) -> Markup:
    """The map with its legend, drawn narrow and wide; a sentence where no site has a place.

    A script may put a map that moves into its place: it asks `link('/map.json')` for borders and rivers, and takes the
    sites from the picture.
    """
    say = reader.language.say
    if not any(placed(network)):
        return Markup("<p>{}</p>").format(say("No site has a place on the map."))
    gauges = {site.id: gauges_of(network, reader, sites.get(site.id, ())) for site, _ in placed(network)}
    pictures = "".join(
        _Picture(network, reader, gauges, link, ground_of(network, wide, _TALL[wide])).drawn(style)
        for wide, style in ((NARROW, "narrow-only"), (WIDE, "wide-only"))
    )
    words = {
        "label": say("Map of the basins"),
        "nearer": say("Nearer"),
        "farther": say("Farther"),
        "open": say("Open the page of the site"),
        "close": say("Close"),
        "scale": say("{km} km", km="{km}"),
    }
    data = "".join(f' data-{name}="{marked(text)}"' for name, text in words.items())
    return Markup(
        f'<figure class="on-map" data-ground="{marked(link("/map.json"))}"{data}>'
        f'<div class="drawn">{pictures}</div><figcaption>{legend(reader.language)}{_notes(network, say)}</figcaption>'
        "</figure>"
    )


def _notes(network: Network, say: Callable[..., str]) -> str:
    notes = [say("Rivers are schematic."), say("Sites whose place is not known are not on the map.")]
    if atlas_of(area_of(network)) is None:
        notes.append(say("Borders are not shown: the file that holds them was not fetched."))
    else:
        notes += [say("Borders are not authoritative."), say("Borders: Natural Earth (public domain).")]
    return f'<p class="notes">{" ".join(map(marked, notes))}</p>'


class _Picture:
    """One drawing of the map, on its own ground."""

    def __init__(
        self, network: Network, reader: Reader, gauges: Mapping[str, Sequence[Gauge]], link: Link, ground: Ground
    ) -> None:
        self._network, self._language, self._gauges, self._link = network, reader.language, gauges, link
        self._ground = ground
        self._sites = sorted(placed(network), key=lambda one: _FIRST.index(one[0].kind))
        arrows = [_arrow(ground.at(place)) for site, place in self._sites if _is_going(gauges[site.id])]
        self._labels = Labels(ground, [*(_around(ground.at(place)) for _, place in self._sites), *arrows])

    def drawn(self, style: str) -> str:
        """The picture."""
        ground, label = self._ground, marked(self._language.say("Map of the basins"))
        # What is drawn first lies under the rest, and whose name is written first has the choice of places.
        sites, rivers, countries = "".join(self._all_sites()), "".join(self._rivers()), "".join(self._countries())
        return (
            f'<svg class="map {style}" viewBox="0 0 {ground.width:.0f} {ground.height:.0f}" role="group" '
            f'aria-label="{label}" xmlns="http://www.w3.org/2000/svg"><title>{label}</title>'
            f'<rect class="land" width="{ground.width:.0f}" height="{ground.height:.0f}"/>'
            f"{_graticule(ground)}{countries}{rivers}{''.join(self._borders())}"
            f'<g role="list">{sites}</g>{_scale(self._language, ground)}</svg>'
        )

    def _borders(self) -> Iterator[str]:
        atlas = atlas_of(area_of(self._network))
        for line in atlas.borders if atlas else ():
            for piece in clipped(line, self._ground.box):
                yield f'<path class="frontier" d="{_path(self._ground, piece)}"/>'

    def _rivers(self) -> Iterator[str]:
        for river in sorted(self._network.rivers.values(), key=lambda river: river.into is None):
            yield from self._river(river)

    def _river(self, river: River) -> Iterator[str]:
        name, stem = self._language.name(river.names), river.into is None
        pieces = list(clipped(river.line, self._ground.box))
        for piece in pieces:
            style = "river stem" if stem else "river"
            yield f'<path class="{style}" d="{_path(self._ground, piece)}"><title>{marked(name)}</title></path>'
        if stem and pieces:
            yield self._labels.along(name, [self._ground.at(point) for point in pieces[-1]], _SIZE, "river-name")

    def _countries(self) -> Iterator[str]:
        area, size = area_of(self._network), 13.0
        things = tuple(((left + right) / 2, (top + foot) / 2) for left, top, right, foot in self._labels.taken)
        for party in self._network.parties.values():
            spot = spot_in_country(self._ground, area, party.names["en"], things)
            if spot is not None:
                name = self._language.name(party.names)
                yield self._labels.around(name.upper(), spot, size, "country")

    def _all_sites(self) -> Iterator[str]:
        for site, place in self._sites:
            yield self._site(site, self._ground.at(place))

    def _site(self, site: Site, at: Point) -> str:
        x, y = at
        name, gauges = self._language.name(site.names), self._gauges[site.id]
        klass = next((gauge.klass for gauge in gauges if gauge.klass), None)
        filled = next((gauge.filled for gauge in gauges if gauge.filled is not None), None)
        trend = signs.arrow(x + 12, y - 9, gauges[0].trend) if gauges else ""
        said = "\n".join((name, *(gauge.in_full for gauge in gauges)))
        return (
            f'<g role="listitem"><a href="{marked(self._link(f"/sites/{site.id}"))}" data-site="{marked(site.id)}" '
            f'data-lon="{site.lon}" data-lat="{site.lat}" data-kind="{site.kind.value}" '
            f'data-class="{signs.class_style(klass)}"><title>{marked(said)}</title>'
            f'<circle class="hit" cx="{x:.1f}" cy="{y:.1f}" r="12"/>'
            f'<g class="mark">{signs.of_site(site.kind, at, klass, filled)}{trend}</g>'
            f"{self._labels.beside(name, at, _SIZE, 'name')}</a></g>"
        )


def _path(ground: Ground, line: Line) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(ground.at, line))


def _around(at: Point) -> tuple[float, float, float, float]:
    x, y = at
    return x - 9, y - 9, x + 9, y + 9


def _is_going(gauges: Sequence[Gauge]) -> bool:
    return bool(gauges) and gauges[0].trend is not None


def _arrow(at: Point) -> tuple[float, float, float, float]:
    """Where the arrow of a trend is, above to the right of a sign."""
    x, y = at
    return x + 8, y - 14, x + 17, y - 4


def _graticule(ground: Ground) -> str:
    lons, lats = ground.graticule()
    drawn = []
    for lon in lons:
        x, _ = ground.at((lon, 0))
        drawn.append(f'<path class="grid" d="M{x:.1f} 0V{ground.height:.1f}"/>')
        if x + 3 + width(f"{lon}°", 9) < ground.width:
            drawn.append(f'<text class="degree" x="{x + 3:.1f}" y="10" font-size="9">{lon}°</text>')
    for lat in lats:
        _, y = ground.at((0, lat))
        drawn.append(f'<path class="grid" d="M0 {y:.1f}H{ground.width:.1f}"/>')
        drawn.append(f'<text class="degree" x="3" y="{y - 3:.1f}" font-size="9">{lat}°</text>')
    return "".join(drawn)


def _scale(language: Language, ground: Ground) -> str:
    km, long = ground.scale(ground.width / 5)
    text = language.say("{km} km", km=km)
    x, y = ground.width - long - 8, ground.height - 6
    return (
        f'<path class="scale" d="M{x:.1f} {y - 5:.1f}v5h{long:.1f}v-5"/>'
        f'<text class="degree" x="{x - width(text, 10) - 5:.1f}" y="{y:.1f}" font-size="10">{marked(text)}</text>'
    )
