"""The schematic of a basin across the page, as hydrological services draw theirs: the water runs to the right.

Each site has a column. Who looks down the river has its left bank above: what joins from there comes from above, with
its words above it; all else has its words below. Words are as wide as two columns, so every other site has them further
off, at the end of a line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from record.network import Network
from record.network.basin import Site, SiteKind
from service.page import signs
from service.page.fitted import lines_of, width
from service.page.now import SitesNow
from service.page.reader import Reader
from service.page.said import Gauge, gauges_of
from service.page.schematic.course import Course, Reach, Stop, course_of
from service.page.schematic.frame import THICK, Link, Text, framed, linked, sides_of, sign_of, swatch
from service.page.schematic.row_words import detail_of, style_of

_LANE = 30.0
_CLEAR = 22.0
"""From the outermost lane to the first words."""
_NAME, _VALUE, _SMALL = 12.0, 13.0, 10.5
_LEAD = {_NAME: 14.0, _VALUE: 16.0, _SMALL: 13.0}
"""How high a line of a size is."""
_MOST, _MOST_SAID = 4, 3
"""Lines of a name, and of what is said of a reading."""
_WIDEST = 150.0
_GAP = 8.0
_BEND = 18.0
_HEAD = 15.0
_SIGN = 12.0
_SWATCH = 12.0
_HEADING = 0.45
"""How many columns the beginning of a river takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is written of a site around the middle of its column, from 0 down: texts, swatches and signs."""

    texts: tuple[Text, ...]
    swatches: tuple[tuple[float, float, str], ...]
    trends: tuple[tuple[float, float, Gauge], ...]
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A site in its column around `x`: its sign at `y`, its words below `top`."""

    stop: Stop
    x: float
    y: float
    top: float
    gauges: tuple[Gauge, ...]
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The schematic of a basin: its columns, where each stop begins and the last one ends, and the height of the stem.

    What has no place in a river stands below all else, from `aside` on.
    """

    width: float
    height: float
    stem: float
    room: float
    aside: float
    begins: tuple[float, ...]
    columns: tuple[Column, ...]
    stops: tuple[Stop, ...]
    reaches: tuple[Reach, ...]

    def y(self, lane: int) -> float:
        """Where a lane is: what comes from the left bank is above."""
        return self.stem - lane * _LANE


def strip_of(network: Network, reader: Reader, sites: SitesNow, basin: str, wide: float) -> Strip:
    """What is drawn of a basin across a width."""
    course = course_of(network, basin)
    shares = [1.0 if stop.site or stop.is_end else _HEADING for stop in course.stops]
    # Words of the outer columns reach half a column beyond them.
    step = wide / (sum(shares) + 1.2)
    begins = tuple(0.6 * step + step * share for share in accumulate(shares, initial=0.0))
    said = _Said(network, reader, sites, min(2 * step - _GAP, _WIDEST))
    above, below = _side(said, course, begins, is_above=True), _side(said, course, begins, is_above=False)
    over = above.height + 4
    stem = over + _CLEAR + _LANE * above.lanes
    under = stem + _CLEAR + _LANE * below.lanes
    aside = under + below.height + _HEAD
    columns = (*above.columns(stem, over), *below.columns(stem, under), *_aside(said, course, aside))
    return Strip(
        width=wide,
        height=max(column.top + column.words.height for column in columns) + 4 if columns else stem,
        stem=stem,
        room=said.room,
        aside=aside,
        begins=begins,
        columns=columns,
        stops=course.stops,
        reaches=course.reaches,
    )


class _Said:
    """What is written of a site in the room of a column."""

    def __init__(self, network: Network, reader: Reader, sites: SitesNow, room: float) -> None:
        self._network, self._reader, self._sites = network, reader, sites
        self.room = room

    def of(self, site: Site) -> tuple[tuple[Gauge, ...], Words]:
        """The gauges of a site, and its words."""
        gauges = gauges_of(self._network, self._reader, self._sites.get(site.id, ()))
        return gauges, _words(self._reader, self._reader.language.name(site.names), gauges, self.room)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """The sites whose words are above the river, or below it: near it, or beyond those that are."""

    is_above: bool
    lanes: int
    near: float
    far: float
    sites: tuple[tuple[Stop, float, tuple[Gauge, ...], Words, bool], ...]

    @property
    def height(self) -> float:
        """How high all of it is."""
        return self.near + self.far

    def columns(self, stem: float, edge: float) -> Iterator[Column]:
        """The columns of the side, whose words begin at its edge."""
        for stop, x, gauges, words, is_far in self.sites:
            beyond = self.near * is_far
            top = edge - beyond - words.height if self.is_above else edge + beyond
            yield Column(stop=stop, x=x, y=stem - stop.lane * _LANE, top=top, gauges=gauges, words=words)


def _side(said: _Said, course: Course, begins: Sequence[float], *, is_above: bool) -> _Side:
    sites = []
    last = -said.room
    for place, stop in enumerate(course.stops):
        if stop.site is None or (stop.lane > 0) != is_above:
            continue
        x = (begins[place] + begins[place + 1]) / 2
        # Beside the last words that are near the river there may be room for these, or else beyond them.
        is_far = x - last < said.room + _GAP / 2
        last = last if is_far else x
        sites.append((stop, x, *said.of(stop.site), is_far))
    near = max((words.height for *_, words, is_far in sites if not is_far), default=0.0)
    return _Side(
        is_above=is_above,
        lanes=max((abs(stop.lane) for stop, *_ in sites), default=0),
        near=near + _GAP if near else 0.0,
        far=max((words.height for *_, words, is_far in sites if is_far), default=0.0),
        sites=tuple(sites),
    )


def _aside(said: _Said, course: Course, top: float) -> Iterator[Column]:
    """The sites without a place in a river, side by side."""
    for number, site in enumerate(course.unplaced):
        gauges, words = said.of(site)
        x = (number + 1.5) * (said.room + _GAP) + _GAP
        stop = Stop(river=None, lane=0, site=site)
        yield Column(stop=stop, x=x, y=top + 6, top=top + 14, gauges=gauges, words=words)


def _words(reader: Reader, name: str, gauges: Sequence[Gauge], room: float) -> Words:
    """The name of a site, the value of each of its gauges with its trend, and what is said of it."""
    texts: list[Text] = []
    swatches: list[tuple[float, float, str]] = []
    trends: list[tuple[float, float, Gauge]] = []
    y = 0.0
    for line in lines_of(name, _NAME, room, _MOST):
        y += _LEAD[_NAME]
        texts.append(Text(x=0, y=y, size=_NAME, text=line, style="name", anchor="middle"))
    for gauge in gauges:
        y += _LEAD[_VALUE]
        whose = f"{gauge.party.upper()} " if len(gauges) > 1 else ""
        size, style = _VALUE if gauge.number is not None else _SMALL, style_of(gauge)
        wide = width(gauge.shown, size, is_bold=True)
        before = width(whose, _SMALL, is_bold=True) + 3 * bool(whose)
        left = -(before + wide + _SIGN * bool(gauge.trend)) / 2
        if whose:
            texts.append(Text(x=left, y=y, size=_SMALL, text=whose.strip(), style="party"))
        texts.append(Text(x=left + before, y=y, size=size, text=gauge.shown, style=style, gauge=gauge))
        trends.append((left + before + wide + _SIGN / 2 + 1, y - 0.35 * _VALUE, gauge))
        detail = detail_of(reader.language, gauge)
        shift = _SWATCH if gauge.klass else 0.0
        for number, line in enumerate(lines_of(detail, _SMALL, room - shift, _MOST_SAID) if detail else ()):
            y += _LEAD[_SMALL]
            left = shift / 2 if not number else 0.0
            texts.append(Text(x=left, y=y, size=_SMALL, text=line, style="detail", anchor="middle"))
            if gauge.klass and not number:
                swatches.append((left - width(line, _SMALL) / 2 - _SWATCH, y, gauge.klass))
    return Words(texts=tuple(texts), swatches=tuple(swatches), trends=tuple(trends), height=y + 4)


# --- what is drawn ---------------------------------------------------------------------------------------------------


def drawn(reader: Reader, strip: Strip, link: Link, label: str, style: str) -> str:
    """The picture of a strip."""
    order = [*strip.stops]
    columns = sorted(strip.columns, key=lambda column: order.index(column.stop) if column.stop in order else len(order))
    parts = (
        *(_leader(column) for column in columns if column.stop.river),
        *(_reach(strip, reach) for reach in sorted(strip.reaches, key=lambda reach: -abs(reach.lane))),
        *_headings(reader, strip),
        '<g role="list">',
        *(_site(reader, strip, column, link) for column in columns),
        "</g>",
    )
    return framed((strip.width, strip.height), label, style, "".join(parts))


def _reach(strip: Strip, reach: Reach) -> str:
    y, begin, end = strip.y(reach.lane), strip.begins[reach.first], strip.begins[reach.last + 1]
    thick = THICK[bool(reach.lane)]
    if reach.into is not None:
        into = strip.y(reach.into)
        path = (
            f"M{begin + 6:.1f} {y:.1f}H{end - _BEND:.1f}"
            f"C{end - 4:.1f} {y:.1f} {end - 8:.1f} {into:.1f} {end + 8:.1f} {into:.1f}"
        )
        return f'<path class="river" d="{path}" stroke-width="{thick}"/>'
    tip = end - 2
    flows = "".join(signs.flow(strip.begins[place], y, across=True) for place in range(reach.first + 1, reach.last + 1))
    return (
        f'<path class="river" d="M{begin - 8:.1f} {y:.1f}H{tip:.1f}" stroke-width="{thick}"/>'
        f'<path class="mouth" d="M{tip - 6:.1f} {y - 6:.1f}l7 6l-7 6"/>{flows}'
    )


def _leader(column: Column) -> str:
    """From a site to its words; that of a canal is the canal itself."""
    is_below = column.top > column.y
    end = column.top - 1 if is_below else column.top + column.words.height + 1
    if column.stop.site and column.stop.site.kind is SiteKind.CANAL:
        tip = 4 if is_below else -4
        return f'<path class="canal" d="M{column.x:.1f} {column.y:.1f}V{end:.1f}m-4 {-tip}l4 {tip}l4 {-tip}"/>'
    return f'<path class="leader" d="M{column.x:.1f} {column.y:.1f}V{end:.1f}"/>'


def _site(reader: Reader, strip: Strip, column: Column, link: Link) -> str:
    site, words, x = column.stop.site, column.words, column.x
    if site is None:
        return ""
    body = (
        _crossing(strip, column, site) if site.kind is SiteKind.BORDER and column.stop.river else "",
        sign_of(site, column.gauges, x, column.y),
        *(replace(text, x=x + text.x).drawn(column.top) for text in words.texts),
        *(swatch(x + left, column.top + foot, klass) for left, foot, klass in words.swatches),
        *(signs.arrow(x + left, column.top + middle, gauge.trend) for left, middle, gauge in words.trends),
    )
    area = (x - strip.room / 2, column.top, x + strip.room / 2, column.top + words.height)
    return linked(reader, link, site, column.gauges, area, "".join(body))


def _crossing(strip: Strip, column: Column, site: Site) -> str:
    """The state border across the river, with the countries before and after it."""
    above = [stop.site for stop in strip.stops[: strip.stops.index(column.stop)] if stop.site]
    before, after = sides_of(site, above)
    top, foot, x = strip.stem - _LANE - 12, strip.stem + _CLEAR - 2, column.x
    texts = (
        Text(x=x - 6, y=top + 9, size=10, text=before, style="country", anchor="end"),
        Text(x=x + 6, y=top + 9, size=10, text=after, style="country"),
    )
    line = f'<path class="frontier" d="M{x:.1f} {top:.1f}V{foot:.1f}"/>'
    return f"{line}{''.join(text.drawn() for text in texts)}"


def _headings(reader: Reader, strip: Strip) -> Iterator[str]:
    """The name of each main stem above its beginning, and what the sites below all are."""
    language = reader.language
    for place, stop in enumerate(strip.stops):
        if stop.site is None and stop.river and not stop.is_end:
            lines = lines_of(language.name(stop.river.names), _HEAD, strip.room, 1)
            x = max(strip.begins[place] - 12, 2.0)
            yield Text(x=x, y=strip.stem - 14, size=_HEAD, text=" ".join(lines), style="stem").drawn()
    if any(column.stop.river is None for column in strip.columns):
        for number, line in enumerate(lines_of(language.say("Place in the river not known"), _NAME, strip.room, 3)):
            y = strip.aside + 10 + number * _LEAD[_NAME]
            yield Text(x=2, y=y, size=_NAME, text=line, style="unplaced").drawn()
