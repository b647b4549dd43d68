"""The schematic of a basin across the page, as hydrological services draw theirs: the water runs to the right.

Each site has a column. Who looks down the river has its left bank above: what joins from there comes from above, with
its words above it; all else has its words below. Words are as wide as two columns, so every other site has them further
off, at the end of a line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from service.page.schematic.row_words import detail_of

_LANE = 30.0
_CLEAR = 22.0
"""From the outermost lane to the first words."""
_NAME, _VALUE, _SMALL = 12.0, 13.0, 10.5
_LEAD = {_NAME: 14.0, _VALUE: 16.0, _SMALL: 13.0}
"""How high a line of a size is."""
_MOST = 3
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
    """A site in its column around `x`: its words begin at `top`, on the side on which they are."""

    stop: Stop
    x: float
    gauges: tuple[Gauge, ...]
    words: Words
    is_above: bool
    is_far: bool
    top: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The schematic of a basin: its columns by the places of their stops, where each stop begins, and the stem's height."""

    width: float
    height: float
    stem: float
    room: float
    begins: tuple[float, ...]
    columns: Mapping[int, Column]
    stops: tuple[Stop, ...]
    reaches: tuple[Reach, ...]

    def y(self, lane: int) -> float:
        """Where a lane is: what comes from the left bank is above."""
        return self.stem - lane * _LANE


def strip_of(network: Network, reader: Reader, sites: SitesNow, basin: str, wide: float) -> Strip:
    """What is drawn of a basin across a width."""
    course = course_of(network, basin)
    stops = (*course.stops, *_unplaced(course))
    shares = [1.0 if stop.site else _HEADING for stop in stops]
    # Words of the outer columns reach half a column beyond them.
    step = wide / (sum(shares) + 1.2)
    begins = tuple(0.6 * step + step * share for share in accumulate(shares, initial=0.0))
    room = 2 * step - _GAP
    columns = tuple(_columns(network, reader, sites, stops, begins, room))
    above, below = (
        max((abs(one.lane) for one in stops if _is_above(one) == side), default=0) for side in (True, False)
    )
    high = _levels(columns, is_above=True)
    stem = sum(high) + _CLEAR + _LANE * above + _HEAD
    under = stem + _CLEAR + _LANE * below
    low = _levels(columns, is_above=False)
    placed = {place: _placed(column, high, low, stem - _CLEAR - _LANE * above, under) for place, column in columns}
    return Strip(
        width=wide,
        height=under + sum(low) + 4,
        stem=stem,
        room=room,
        begins=begins,
        columns=placed,
        stops=stops,
        reaches=course.reaches,
    )


def _unplaced(course: Course) -> Iterator[Stop]:
    if course.unplaced:
        yield Stop(river=None, lane=0)
    for site in course.unplaced:
        yield Stop(river=None, lane=0, site=site)


def _is_above(stop: Stop) -> bool:
    return stop.lane > 0


def _columns(
    network: Network,
    reader: Reader,
    sites: SitesNow,
    stops: Sequence[Stop],
    begins: Sequence[float],
    room: float,
) -> Iterator[tuple[int, Column]]:
    """Of each side every other site has its words further off."""
    far = {True: True, False: True}
    last = {True: -2, False: -2}
    for place, stop in enumerate(stops):
        if stop.site is None:
            continue
        side = _is_above(stop)
        # A site whose neighbours have their words on the other side has room for its own.
        far[side] = not far[side] if place - last[side] == 1 else False
        last[side] = place
        gauges = gauges_of(network, reader, sites.get(stop.site.id, ()))
        words = _words(reader, reader.language.name(stop.site.names), gauges, room)
        x = (begins[place] + begins[place + 1]) / 2
        yield place, Column(stop=stop, x=x, gauges=gauges, words=words, is_above=side, is_far=far[side])


def _levels(columns: Sequence[tuple[int, Column]], *, is_above: bool) -> tuple[float, float]:
    """How high the near and the far words of a side are."""
    mine = [column for _, column in columns if column.is_above == is_above]
    near = max((one.words.height for one in mine if not one.is_far), default=0.0)
    far = max((one.words.height for one in mine if one.is_far), default=0.0)
    return near + _GAP * bool(near), far


def _placed(column: Column, high: tuple[float, float], low: tuple[float, float], over: float, under: float) -> Column:
    if column.is_above:
        top = over - column.words.height - high[0] * column.is_far
    else:
        top = under + low[0] * column.is_far
    return Column(
        stop=column.stop,
        x=column.x,
        gauges=column.gauges,
        words=column.words,
        is_above=column.is_above,
        is_far=column.is_far,
        top=top,
    )


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
        size, style = (_VALUE, "value") if gauge.number is not None else (_SMALL, "none")
        wide, before = width(gauge.shown, size), width(whose, _SMALL) + 3 * bool(whose)
        left = -(before + wide + _SIGN * bool(gauge.trend)) / 2
        if whose:
            texts.append(Text(x=left, y=y, size=_SMALL, text=whose.strip(), style="party"))
        texts.append(Text(x=left + before, y=y, size=size, text=gauge.shown, style=style, gauge=gauge))
        trends.append((left + before + wide + _SIGN / 2 + 1, y - 0.35 * _VALUE, gauge))
        detail = detail_of(reader.language, gauge)
        shift = _SWATCH if gauge.klass else 0.0
        for number, line in enumerate(lines_of(detail, _SMALL, room - shift, 2) if detail else ()):
            y += _LEAD[_SMALL]
            left = shift / 2 if not number else 0.0
            texts.append(Text(x=left, y=y, size=_SMALL, text=line, style="detail", anchor="middle"))
            if gauge.klass and not number:
                swatches.append((left - width(line, _SMALL) / 2 - _SWATCH, y, gauge.klass))
    return Words(texts=tuple(texts), swatches=tuple(swatches), trends=tuple(trends), height=y + 4)


# --- what is drawn ---------------------------------------------------------------------------------------------------


def drawn(reader: Reader, strip: Strip, link: Link, label: str, style: str) -> str:
    """The picture of a strip."""
    leaders = "".join(_leader(strip, column) for column in strip.columns.values())
    rivers = "".join(_reach(strip, reach) for reach in sorted(strip.reaches, key=lambda reach: -abs(reach.lane)))
    headings = "".join(_heading(reader, strip, place) for place, stop in enumerate(strip.stops) if stop.site is None)
    sites = "".join(_site(reader, strip, place, link) for place in strip.columns)
    body = f'{leaders}{rivers}{headings}<g role="list">{sites}</g>'
    return framed((strip.width, strip.height), label, style, body)


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


def _leader(strip: Strip, column: Column) -> str:
    """From a site to its words; that of a canal is the canal itself."""
    y = strip.y(column.stop.lane)
    end = column.top + column.words.height + 1 if column.is_above else column.top - 1
    if column.stop.site and column.stop.site.kind is SiteKind.CANAL and column.stop.river:
        tip = 4 if end > y else -4
        return f'<path class="canal" d="M{column.x:.1f} {y:.1f}V{end:.1f}m-4 {-tip}l4 {tip}l4 {-tip}"/>'
    return f'<path class="leader" d="M{column.x:.1f} {y:.1f}V{end:.1f}"/>'


def _site(reader: Reader, strip: Strip, place: int, link: Link) -> str:
    column = strip.columns[place]
    site = column.stop.site
    if site is None:
        return ""
    x, y, words = column.x, strip.y(column.stop.lane), column.words
    crossing = _crossing(strip, place, site) if site.kind is SiteKind.BORDER and column.stop.river else ""
    texts = "".join(_moved(text, x).drawn(column.top) for text in words.texts)
    swatches = "".join(swatch(x + left, column.top + foot, klass) for left, foot, klass in words.swatches)
    trends = "".join(signs.arrow(x + left, column.top + middle, one.trend) for left, middle, one in words.trends)
    area = (x - strip.room / 2, column.top, x + strip.room / 2, column.top + words.height)
    return linked(
        reader,
        link,
        site,
        column.gauges,
        area,
        f"{crossing}{sign_of(site, column.gauges, x, y)}{texts}{swatches}{trends}",
    )


def _moved(text: Text, by: float) -> Text:
    return Text(
        x=text.x + by, y=text.y, size=text.size, text=text.text, style=text.style, anchor=text.anchor, gauge=text.gauge
    )


def _crossing(strip: Strip, place: int, site: Site) -> str:
    """The state border across the river, with the countries before and after it."""
    column = strip.columns[place]
    before, after = sides_of(site, [stop.site for stop in strip.stops[:place] if stop.site])
    top, foot = strip.stem - _LANE - 12, strip.stem + _CLEAR - 2
    texts = (
        Text(x=column.x - 6, y=top + 9, size=10, text=before, style="country", anchor="end"),
        Text(x=column.x + 6, y=top + 9, size=10, text=after, style="country"),
    )
    line = f'<path class="frontier" d="M{column.x:.1f} {top:.1f}V{foot:.1f}"/>'
    return f"{line}{''.join(text.drawn() for text in texts)}"


def _heading(reader: Reader, strip: Strip, place: int) -> str:
    """The name of a river above its beginning."""
    stop = strip.stops[place]
    if stop.is_end:
        return ""
    language = reader.language
    text = language.name(stop.river.names) if stop.river else language.say("Place in the river not known")
    style, size, most = ("stem", _HEAD, 1) if stop.river else ("unplaced", _NAME, 3)
    x = max(strip.begins[place] - 12, 2.0)
    lines = lines_of(text, size, strip.room, most)
    foot = strip.stem - 14 - (len(lines) - 1) * size * 1.2
    return "".join(
        Text(x=x, y=foot + number * size * 1.2, size=size, text=line, style=style).drawn()
        for number, line in enumerate(lines)
    )
