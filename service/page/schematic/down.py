"""The schematic of a basin as a picture: rivers down their lanes, a row for each site with its words beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from record.network import Network
from record.network.basin import Site, SiteKind
from service.page import signs
from service.page.fitted import lines_of
from service.page.now import SitesNow
from service.page.reader import Reader
from service.page.said import Gauge, gauges_of
from service.page.schematic.course import Course, Reach, Stop, course_of
from service.page.schematic.frame import THICK, Link, Text, framed, linked, sides_of, sign_of, swatch
from service.page.schematic.row_words import Columns, Words, words_of

_LANE = 25.0
_EDGE = 17.0
_HEAD = 30.0
_END = 26.0
_BEND = 16.0
_RISE = 12.0
"""How far above its first row a stem begins that is fed from above."""
HEAD = 14.0
_MIDDLE_FROM = 520.0
"""From this width on details have a column of their own."""
_MIDDLE = 0.56


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


def drawn(reader: Reader, scheme: Scheme, link: Link, label: str, style: str) -> str:
    """The picture of a scheme."""
    rivers = "".join(_reach(scheme, reach) for reach in sorted(scheme.reaches, key=lambda reach: -abs(reach.lane)))
    headings = "".join(_heading(reader, scheme, row) for row in scheme.rows if row.stop.site is None)
    rows = "".join(_row(reader, scheme, place, link) for place, row in enumerate(scheme.rows) if row.stop.site)
    return framed((scheme.width, scheme.height), label, style, f'{rivers}{headings}<g role="list">{rows}</g>')


def _reach(scheme: Scheme, reach: Reach) -> str:
    x, begin = scheme.x(reach.lane), scheme.rows[reach.first].top
    last = scheme.rows[reach.last]
    thick = THICK[bool(reach.lane)]
    if reach.into is None:
        foot = last.foot - 3
        path = f"M{x:.1f} {begin - _RISE * reach.is_fed:.1f}V{foot:.1f}"
        flows = "".join(signs.flow(x, scheme.rows[place].foot - 1) for place in range(reach.first, reach.last, 2))
        mouth = f'<path class="mouth" d="M{x - 6:.1f} {foot - 6:.1f}l6 7l6 -7"/>'
        return f'<path class="river" d="{path}" stroke-width="{thick}"/>{mouth}{flows}'
    into, foot = scheme.x(reach.into), last.foot
    path = (
        f"M{x:.1f} {begin + 3:.1f}V{foot - _BEND:.1f}"
        f"C{x:.1f} {foot - 2:.1f} {into:.1f} {foot - 6:.1f} {into:.1f} {foot + 6:.1f}"
    )
    return f'<path class="river" d="{path}" stroke-width="{thick}"/>'


def _row(reader: Reader, scheme: Scheme, place: int, link: Link) -> str:
    row = scheme.rows[place]
    site, words = row.stop.site, row.words
    if site is None or words is None:
        return ""
    x, y = scheme.x(row.stop.lane), row.top + row.centre
    crossing = _crossing(scheme, place, site) if site.kind is SiteKind.BORDER and row.stop.river else ""
    branch = ""
    if site.kind is SiteKind.CANAL and row.stop.river:
        branch = f'<path class="canal" d="M{x:.1f} {y:.1f}H{scheme.columns.left - 7:.1f}m-4 -4l4 4l-4 4"/>'
    texts = "".join(text.drawn(row.top) for text in words.texts)
    swatches = "".join(swatch(one.x, row.top + one.y, one.klass) for one in words.swatches)
    trends = "".join(signs.arrow(left, row.top + middle, gauge.trend) for left, middle, gauge in words.signs)
    body = f"{crossing}{branch}{sign_of(site, row.gauges, x, y)}{texts}{swatches}{trends}"
    return linked(reader, link, site, row.gauges, (0, row.top, scheme.width, row.foot), body)


def _heading(reader: Reader, scheme: Scheme, row: Row) -> str:
    if row.stop.is_end:
        return ""
    language, river = reader.language, row.stop.river
    text = language.name(river.names) if river else language.say("Place in the river not known")
    style, x = ("stem", scheme.columns.left) if river else ("unplaced", 2.0)
    shown = " ".join(lines_of(text, HEAD, scheme.width - x - 2, 1))
    return Text(x=x, y=row.foot - 8, size=HEAD, text=shown, style=style).drawn()


def _crossing(scheme: Scheme, place: int, site: Site) -> str:
    """The state border across the river, with the countries above and below it."""
    row = scheme.rows[place]
    above, below = sides_of(site, [one.stop.site for one in scheme.rows[:place] if one.stop.site])
    y = row.top + row.centre
    countries = (
        Text(x=1, y=y - 5, size=9, text=above, style="country"),
        Text(x=1, y=y + 12, size=9, text=below, style="country"),
    )
    return (
        f'<path class="frontier" d="M0 {y:.1f}H{scheme.columns.left - 6:.1f}"/>'
        f"{''.join(text.drawn() for text in countries)}"
    )
