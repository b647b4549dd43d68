"""What both drawings of a schematic have in common: the frame, a site as a link, its sign, and texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from record.network.basin import Site
from service.page import signs
from service.page.fitted import width
from service.page.reader import Reader
from service.page.said import Gauge
from service.written.marked import marked

THICK = (7.0, 4.5)
"""Of a main stem, and of what joins it."""

BOLD = ("value", "stem", "party", "country")
"""Styles of half-bold letters."""

Link = Callable[..., str]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A line of text with its foot at `y`; `anchor` says which part of it is at `x`. Of a `gauge` it is the value."""

    x: float
    y: float
    size: float
    text: str
    style: str
    anchor: str = "start"
    gauge: Gauge | None = None

    @property
    def box(self) -> Box:
        """Left, top, right and bottom of what it covers."""
        wide = width(self.text, self.size, is_bold=self.style in BOLD)
        left = self.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return left, self.y - 0.8 * self.size, left + wide, self.y + 0.22 * self.size

    def drawn(self, top: float = 0.0) -> str:
        """The element, so much further down; the number of a value says of which series it is."""
        anchor = f' text-anchor="{self.anchor}"' if self.anchor != "start" else ""
        return (
            f'<text class="{self.style}" x="{self.x:.1f}" y="{top + self.y:.1f}" font-size="{self.size:g}"{anchor}>'
            f"{_value(self.gauge) if self.gauge and self.gauge.number is not None else marked(self.text)}</text>"
        )


def _value(gauge: Gauge) -> str:
    number = (
        f'<tspan data-key="latest:{marked(gauge.series)}" data-value="{gauge.number!r}">{marked(gauge.value)}</tspan>'
    )
    return f"{number} {marked(gauge.unit)}"


def swatch(x: float, y: float, klass: str) -> str:
    """The colour of a class, before its word with its foot at `y`."""
    return f'<rect class="swatch {signs.class_style(klass)}" x="{x:.1f}" y="{y - 8.5:.1f}" width="9" height="9"/>'


def framed(size: tuple[float, float], label: str, style: str, body: str) -> str:
    """A picture of that width and height: a group, as links in what is called an image are not reached."""
    wide, high = size
    return (
        f'<svg class="scheme {style}" viewBox="0 0 {wide:.0f} {high:.0f}" role="group" aria-label="{marked(label)}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{marked(label)}</title>{body}</svg>'
    )


def linked(reader: Reader, link: Link, site: Site, gauges: Sequence[Gauge], area: Box, body: str) -> str:
    """A site as an item of a list and a link to its page, with all that is said of it as its title."""
    left, top, right, foot = area
    said = "\n".join((reader.language.name(site.names), *(gauge.in_full for gauge in gauges)))
    return (
        f'<g role="listitem"><a href="{marked(link(f"/sites/{site.id}"))}" data-site="{marked(site.id)}">'
        f"<title>{marked(said)}</title>"
        f'<rect class="hit" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{foot - top:.1f}"/>'
        f"{body}</a></g>"
    )


def sign_of(site: Site, gauges: Sequence[Gauge], x: float, y: float) -> str:
    """The sign of a site, in the colour of the class of its first gauge that has one."""
    klass = next((gauge.klass for gauge in gauges if gauge.klass), None)
    filled = next((gauge.filled for gauge in gauges if gauge.filled is not None), None)
    return signs.of_site(site.kind, (x, y), klass, filled)


def sides_of(site: Site, above: Sequence[Site]) -> tuple[str, str]:
    """The countries that meet at a border site: that from which the river comes, by the sites above, and the other."""
    both = site.country.split("/")
    first = next((one.country for one in reversed(above) if one.country in both), both[0])
    second = next((country for country in both if country != first), both[-1])
    return first.upper(), second.upper()
