"""The map as a picture: rivers and borders, the sites whose place is known, scale, graticule and legend."""

from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from record.network import Network
from record.network.basin import Site, SiteKind
from service.language import Language
from service.page.fitted import width
from service.page.map.borders import Line, Point, borders_in, clipped
from service.page.map.ground import Ground, ground_of, placed
from service.page.now import SitesNow
from service.page.reader import Reader
from service.page.said import Gauge, gauges_of
from service.page.schematic import signs
from service.written.marked import marked

Link = Callable[..., str]
NARROW, WIDE = 344.0, 760.0
_TALL = {NARROW: 0.9, WIDE: 0.52}
_SIZE = 11.0
_FIRST = (SiteKind.RESERVOIR, SiteKind.BORDER, SiteKind.HEADWORKS, SiteKind.CANAL, SiteKind.POST)
"""Whose names are written first, where there is not room for all."""
_KINDS = {
    SiteKind.RESERVOIR: signs.tank,
    SiteKind.BORDER: signs.border,
    SiteKind.HEADWORKS: signs.headworks,
    SiteKind.CANAL: signs.canal,
    SiteKind.POST: signs.post,
}

Area = tuple[float, float, float, float]


def svg(network: Network, reader: Reader, sites: SitesNow, link: Link) -> Markup:
    """The map, drawn narrow and wide; nothing where no site has a place."""
    pictures = []
    for wide, style in ((NARROW, "narrow-only"), (WIDE, "wide-only")):
        ground = ground_of(network, wide, _TALL[wide])
        if ground is not None:
            pictures.append(_picture(network, reader, sites, link, ground, style))
    return Markup("".join(pictures))


def _picture(network: Network, reader: Reader, sites: SitesNow, link: Link, ground: Ground, style: str) -> str:
    language = reader.language
    label = language.say("Map of the basins")
    gauges = {site.id: gauges_of(network, reader, sites.get(site.id, ())) for site, _ in placed(network)}
    body = (
        f'<rect class="land" width="{ground.width:.0f}" height="{ground.height:.0f}"/>',
        _graticule(ground),
        "".join(f'<path class="frontier" d="{_path(ground, line)}"/>' for line in borders_in(ground.box)),
        "".join(_rivers(network, reader, ground)),
        '<g role="list">',
        "".join(_sites(network, reader, gauges, ground, link)),
        "</g>",
        _scale(language, ground),
    )
    return (
        f'<svg class="map {style}" viewBox="0 0 {ground.width:.0f} {ground.height:.0f}" role="group" '
        f'aria-label="{marked(label)}" xmlns="http://www.w3.org/2000/svg"><title>{marked(label)}</title>'
        f"{''.join(body)}</svg>"
    )


def _path(ground: Ground, line: Line) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(ground.at, line))


def _graticule(ground: Ground) -> str:
    lons, lats = ground.graticule()
    drawn = []
    for lon in lons:
        x, _ = ground.at((lon, 0))
        drawn.append(f'<path class="grid" d="M{x:.1f} 0V{ground.height:.1f}"/>')
        drawn.append(f'<text class="degree" x="{x + 3:.1f}" y="10" font-size="9">{lon}° E</text>')
    for lat in lats:
        _, y = ground.at((0, lat))
        drawn.append(f'<path class="grid" d="M0 {y:.1f}H{ground.width:.1f}"/>')
        drawn.append(f'<text class="degree" x="3" y="{y - 3:.1f}" font-size="9">{lat}° N</text>')
    return "".join(drawn)


def _rivers(network: Network, reader: Reader, ground: Ground) -> Iterator[str]:
    for river in network.rivers.values():
        style = "river stem" if river.into is None else "river"
        for line in clipped(river.line, ground.box):
            title = marked(reader.language.name(river.names))
            yield f'<path class="{style}" d="{_path(ground, line)}"><title>{title}</title></path>'


def _sites(
    network: Network, reader: Reader, gauges: dict[str, tuple[Gauge, ...]], ground: Ground, link: Link
) -> Iterator[str]:
    known = sorted(placed(network), key=lambda one: _FIRST.index(one[0].kind))
    taken: list[Area] = [_around(ground.at(place)) for _, place in known]
    for site, place in known:
        name = reader.language.name(site.names)
        x, y = ground.at(place)
        label = _label(name, (x, y), ground, taken)
        yield _site(site, name, gauges[site.id], (x, y), label, link)


def _site(site: Site, name: str, gauges: Sequence[Gauge], at: Point, label: str, link: Link) -> str:
    x, y = at
    klass = next((gauge.klass for gauge in gauges if gauge.klass), None)
    filled = next((gauge.filled for gauge in gauges), None)
    sign = signs.tank(x, y, filled) if site.kind is SiteKind.RESERVOIR else _KINDS[site.kind](x, y, klass)
    trend = signs.trend(x + 11, y - 7, gauges[0]) if gauges else ""
    said = "\n".join((name, *(gauge.in_full for gauge in gauges)))
    return (
        f'<g role="listitem"><a href="{marked(link(f"/sites/{site.id}"))}" data-site="{marked(site.id)}" '
        f'data-lon="{site.lon}" data-lat="{site.lat}" data-style="{signs.class_style(klass)} {site.kind.value}">'
        f"<title>{marked(said)}</title>"
        f'<circle class="hit" cx="{x:.1f}" cy="{y:.1f}" r="12"/>{sign}{trend}{label}</a></g>'
    )


def _around(at: Point) -> Area:
    x, y = at
    return x - 8, y - 8, x + 8, y + 8


def _label(name: str, at: Point, ground: Ground, taken: list[Area]) -> str:
    """The name where there is room for it beside the sign; none where there is not."""
    x, y = at
    wide = width(name, _SIZE)
    for left, foot in ((x + 15, y + 4), (x - 15 - wide, y + 4), (x - wide / 2, y - 13), (x - wide / 2, y + 21)):
        area = (left - 1, foot - _SIZE, left + wide + 1, foot + 3)
        if _is_free(area, ground, taken):
            taken.append(area)
            return f'<text class="name" x="{left:.1f}" y="{foot:.1f}" font-size="{_SIZE:g}">{marked(name)}</text>'
    return ""


def _is_free(area: Area, ground: Ground, taken: Sequence[Area]) -> bool:
    left, top, right, foot = area
    if left < 30 or top < 12 or right > ground.width or foot > ground.height - 16:
        return False
    return not any(left < east and west < right and top < south and north < foot for west, north, east, south in taken)


def _scale(language: Language, ground: Ground) -> str:
    km, long = ground.scale(ground.width / 5)
    x, y = ground.width - long - 10, ground.height - 8
    return (
        f'<path class="scale" d="M{x:.1f} {y - 4:.1f}v4h{long:.1f}v-4"/>'
        f'<text class="degree" x="{x + long / 2:.1f}" y="{y - 4:.1f}" font-size="10" text-anchor="middle">'
        f"{marked(language.say('{km} km', km=km))}</text>"
    )
