"""The schematic of a basin as a picture: rivers down their lanes, a row for each site with its words beside it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from record.network import Network
from record.network.basin import Site, SiteKind
from service.page.fitted import lines_of
from service.page.now import SitesNow
from service.page.reader import Reader
from service.page.said import Gauge, gauges_of
from service.page.schematic import signs
from service.page.schematic.course import Course, Reach, Stop, course_of
from service.page.schematic.row import Columns, Text, Words, words_of
from service.written.marked import marked

_LANE = 25.0
_EDGE = 17.0
_HEAD = 30.0
_END = 26.0
_BEND = 13.0
_THICK = (7.0, 4.5)
"""Of a main stem, and of what joins it."""
_MIDDLE_FROM = 520.0
"""From this width on details have a column of their own."""
_MIDDLE = 0.56

Link = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row with what is said in it; `top` is where it begins."""

    stop: Stop
    top: float
    height: float
    centre: float
    gauges: tuple[Gauge, ...] = ()
    words: Words | None = None

    @property
    def foot(self) -> float:
        """Where it ends."""
        return self.top + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """The schematic of a basin at a width: its rows, the rivers, and in which height the picture ends."""

    width: float
    columns: Columns
    stem: float
    rows: tuple[Row, ...]
    reaches: tuple[Reach, ...]

    @property
    def height(self) -> float:
        """The height of the picture."""
        return self.rows[-1].foot + 2 if self.rows else 0.0

    def x(self, lane: int) -> float:
        """Where a lane is."""
        return self.stem + lane * _LANE


def scheme_of(network: Network, reader: Reader, sites: SitesNow, basin: str, width: float) -> Scheme:
    """What is drawn of a basin at a width, in units that are as large as a pixel where nothing is scaled."""
    course = course_of(network, basin)
    lanes = [reach.lane for reach in course.reaches] or [0]
    stem = _EDGE + _LANE * -min(*lanes, 0)
    left = stem + _LANE * max(*lanes, 0) + _EDGE + 4
    columns = Columns(left=left, right=width - 2, middle=width * _MIDDLE if width >= _MIDDLE_FROM else None)
    rows = tuple(_rows(network, reader, sites, course, columns))
    return Scheme(width=width, columns=columns, stem=stem, rows=rows, reaches=course.reaches)


def _rows(network: Network, reader: Reader, sites: SitesNow, course: Course, columns: Columns) -> Iterator[Row]:
    top = 2.0
    for stop in _stops(course):
        if stop.site is None:
            height = _END if stop.is_end else _HEAD
            row = Row(stop=stop, top=top, height=height, centre=height / 2)
        else:
            gauges = gauges_of(network, reader, sites.get(stop.site.id, ()))
            words = words_of(reader.language, reader.language.name(stop.site.names), gauges, columns)
            row = Row(stop=stop, top=top, height=words.height, centre=words.centre, gauges=gauges, words=words)
        top = row.foot
        yield row


def _stops(course: Course) -> Iterator[Stop]:
    yield from course.stops
    if course.unplaced:
        yield Stop(river=None, lane=0)
    for site in course.unplaced:
        yield Stop(river=None, lane=0, site=site)


# --- what is drawn ---------------------------------------------------------------------------------------------------


def drawn(network: Network, reader: Reader, scheme: Scheme, link: Link, label: str, style: str) -> str:
    """The picture of a scheme."""
    body = "".join(
        (
            "".join(_reach(scheme, reach) for reach in sorted(scheme.reaches, key=lambda reach: -abs(reach.lane))),
            '<g role="list">',
            "".join(_row(network, reader, scheme, place, link) for place in range(len(scheme.rows))),
            "</g>",
        )
    )
    return (
        f'<svg class="scheme {style}" viewBox="0 0 {scheme.width:.0f} {scheme.height:.0f}" role="group" '
        f'aria-label="{marked(label)}" xmlns="http://www.w3.org/2000/svg"><title>{marked(label)}</title>{body}</svg>'
    )


def _reach(scheme: Scheme, reach: Reach) -> str:
    x, begin = scheme.x(reach.lane), scheme.rows[reach.first].top
    last = scheme.rows[reach.last]
    thick = _THICK[bool(reach.lane)]
    if reach.into is None:
        begin, foot = scheme.rows[reach.first].top - _BEND * bool(reach.first), last.foot - 3
        head = f'<path class="mouth" d="M{x - 6:.1f} {foot - 7:.1f}l6 7l6 -7"/>'
        path = f"M{x:.1f} {begin:.1f}V{foot:.1f}"
    else:
        into, foot = scheme.x(reach.into), last.foot
        head = ""
        path = f"M{x:.1f} {begin + 4:.1f}V{foot - _BEND:.1f}Q{x:.1f} {foot:.1f} {into:.1f} {foot + 5:.1f}"
    flows = "".join(signs.flow(x, scheme.rows[place].foot - 1) for place in range(reach.first, reach.last, 2))
    return f'<path class="river" d="{path}" stroke-width="{thick}"/>{head}{flows if not reach.lane else ""}'


def _row(network: Network, reader: Reader, scheme: Scheme, place: int, link: Link) -> str:
    row = scheme.rows[place]
    if row.stop.site is None:
        return _heading(reader, scheme, row)
    site = row.stop.site
    name = reader.language.name(site.names)
    box = f'<rect class="hit" x="0" y="{row.top:.1f}" width="{scheme.width:.0f}" height="{row.height:.1f}"/>'
    said = "; ".join(filter(None, (name, *(gauge.in_full for gauge in row.gauges))))
    crossing = _crossing(scheme, place) if site.kind is SiteKind.BORDER and row.stop.river else ""
    return (
        f'<g role="listitem"><a href="{marked(link(f"/sites/{site.id}"))}" data-site="{marked(site.id)}">'
        f"<title>{marked(said)}</title>{box}{crossing}{_site(scheme, row, site)}{_words(row)}</a></g>"
    )


def _heading(reader: Reader, scheme: Scheme, row: Row) -> str:
    if row.stop.is_end:
        return ""
    language, river = reader.language, row.stop.river
    text = language.name(river.names) if river else language.say("Place in the river not known")
    lines = lines_of(text, 14, scheme.width - 8, 1)
    style = "stem" if river else "unplaced"
    return f'<text class="{style}" x="4" y="{row.foot - 10:.1f}" font-size="14">{marked(" ".join(lines))}</text>'


def _site(scheme: Scheme, row: Row, site: Site) -> str:
    x, y = scheme.x(row.stop.lane), row.top + row.centre
    klass = next((gauge.klass for gauge in row.gauges if gauge.klass), None)
    match site.kind:
        case SiteKind.RESERVOIR:
            return signs.tank(x, y, next((gauge.filled for gauge in row.gauges), None))
        case SiteKind.CANAL:
            end = scheme.columns.left - 7
            if row.stop.river is None:
                return signs.canal(x, y, klass)
            branch = f'<path class="canal" d="M{x:.1f} {y:.1f}H{end:.1f}m-4 -4l4 4l-4 4"/>'
            return f"{branch}{signs.canal(x, y, klass)}"
        case SiteKind.HEADWORKS:
            return signs.headworks(x, y, klass)
        case SiteKind.BORDER:
            return signs.border(x, y, klass)
        case _:
            return signs.post(x, y, klass)


def _crossing(scheme: Scheme, place: int) -> str:
    """The state border across the river, with the countries above and below it."""
    row = scheme.rows[place]
    above, below = _sides(scheme.rows, place)
    y, end = row.top + row.centre, scheme.columns.left - 6
    return (
        f'<path class="frontier" d="M0 {y:.1f}H{end:.1f}"/>'
        f'<text class="country" x="1" y="{y - 5:.1f}" font-size="9">{marked(above)}</text>'
        f'<text class="country" x="1" y="{y + 12:.1f}" font-size="9">{marked(below)}</text>'
    )


def _sides(rows: Sequence[Row], place: int) -> tuple[str, str]:
    site = rows[place].stop.site
    both = site.country.split("/") if site else []
    before = (row.stop.site.country for row in reversed(rows[:place]) if row.stop.site)
    above = next((country for country in before if country in both), both[0])
    below = next((country for country in both if country != above), both[-1])
    return above.upper(), below.upper()


def _words(row: Row) -> str:
    if row.words is None:
        return ""
    texts = "".join(_text(text, row.top) for text in row.words.texts)
    swatches = "".join(
        f'<rect class="swatch {signs.class_style(one.klass)}" x="{one.x:.1f}" y="{row.top + one.y - 8.5:.1f}" '
        'width="9" height="9"/>'
        for one in row.words.swatches
    )
    trends = "".join(signs.trend(x, row.top + y, gauge) for x, y, gauge in row.words.signs)
    return f"{texts}{swatches}{trends}"


def _text(text: Text, top: float) -> str:
    anchor = ' text-anchor="end"' if text.at_end else ""
    data = ""
    if text.gauge and text.gauge.number is not None:
        number = marked(repr(text.gauge.number))
        data = f' data-key="latest:{marked(text.gauge.series)}" data-value="{number}"'
    return (
        f'<text class="{text.style}" x="{text.x:.1f}" y="{top + text.y:.1f}" font-size="{text.size:g}"{anchor}{data}>'
        f"{marked(text.text)}</text>"
    )
