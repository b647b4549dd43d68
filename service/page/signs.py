"""The signs of the schematic and the map, as pieces of SVG around a point: sites by their kind, trends, flow."""

from record.network.basin import SiteKind
from service.page.now import Trend

_TREND = {
    Trend.RISING: "M-4 3.5L0 -4L4 3.5Z",
    Trend.FALLING: "M-4 -3.5L0 4L4 -3.5Z",
    Trend.STEADY: "M-4.5 -1.6H4.5V1.6H-4.5Z",
}
_CLASSES = ("low", "below normal", "normal", "above normal", "high")
_TANK = (13.0, 8.0, 9.0)
"""Half the width of a reservoir's tank at its top and at its bottom, and half its height."""


def arrow(x: float, y: float, trend: Trend | None) -> str:
    """An arrow up or down, or a bar of what is steady; nothing where no trend is known."""
    if trend is None:
        return ""
    return f'<path class="trend {trend.value}" transform="translate({x:.1f} {y:.1f})" d="{_TREND[trend]}"/>'


def class_style(klass: str | None) -> str:
    """The style of a class of HydroSOS; of none where there is none."""
    return f"k{_CLASSES.index(klass) + 1}" if klass in _CLASSES else "k0"


def post(x: float, y: float, klass: str | None) -> str:
    """A hydropost: a ring filled with the colour of its class."""
    return f'<circle class="site {class_style(klass)}" cx="{x:.1f}" cy="{y:.1f}" r="5.5"/>'


def border(x: float, y: float, klass: str | None) -> str:
    """A border section: a diamond."""
    path = f"M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7Z"
    return f'<path class="site {class_style(klass)}" d="{path}"/>'


def headworks(x: float, y: float, klass: str | None) -> str:
    """Headworks: a bar across the river."""
    return f'<rect class="site bar {class_style(klass)}" x="{x - 12:.1f}" y="{y - 3:.1f}" width="24" height="6"/>'


def canal(x: float, y: float, klass: str | None) -> str:
    """The head of a canal: a gate beside the river, a square."""
    return f'<rect class="site {class_style(klass)}" x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9"/>'


def tank(x: float, y: float, filled: float | None) -> str:
    """A reservoir: a tank filled to its percent; dashed and empty where none is known."""
    top, bottom, half = _TANK
    outline = f"M{x - top:.1f} {y - half:.1f}H{x + top:.1f}L{x + bottom:.1f} {y + half:.1f}H{x - bottom:.1f}Z"
    if filled is None:
        return f'<path class="tank unknown" d="{outline}"/>'
    part = min(max(filled, 0.0), 100.0) / 100
    wide, level = bottom + (top - bottom) * part, y + half - 2 * half * part
    water = f"M{x - wide:.1f} {level:.1f}H{x + wide:.1f}L{x + bottom:.1f} {y + half:.1f}H{x - bottom:.1f}Z"
    return f'<path class="tank" d="{outline}"/><path class="water" d="{water}"/><path class="rim" d="{outline}"/>'


def flow(x: float, y: float, *, across: bool = False) -> str:
    """Which way the water runs: a chevron down the page, or to the right."""
    path = f"M{x - 1.5:.1f} {y - 3:.1f}l3 3l-3 3" if across else f"M{x - 3:.1f} {y - 1.5:.1f}l3 3l3 -3"
    return f'<path class="flow" d="{path}"/>'


def of_site(kind: SiteKind, at: tuple[float, float], klass: str | None, filled: float | None) -> str:
    """The sign of a site by its kind."""
    x, y = at
    match kind:
        case SiteKind.RESERVOIR:
            return tank(x, y, filled)
        case SiteKind.CANAL:
            return canal(x, y, klass)
        case SiteKind.HEADWORKS:
            return headworks(x, y, klass)
        case SiteKind.BORDER:
            return border(x, y, klass)
        case _:
            return post(x, y, klass)
