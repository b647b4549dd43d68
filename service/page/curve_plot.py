"""A plot of one quantity by another, as a picture of lines (SVG) that a page shows as it is: curves of gauges.

Colours are those of the style of the page, so that they change with it. A line may be dashed where it is not gauged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from service.language import Language

_WIDTH, _HEIGHT = 440.0, 290.0
_LEFT, _RIGHT, _TOP, _FOOT = 54.0, 14.0, 24.0, 40.0
_TICKS = 5
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_LETTERS = 'font-size="12" fill="var(--ink, #1a1a1a)"'
_STROKES = ("var(--water, #00406e)", "var(--kg, #9a5b00)", "var(--quiet, #5f5f5f)")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line through points (across, up), in their order; `dashed` parts of it are shown as less sure.

    Curves of one `rank` are drawn alike, the one in force as the first.
    """

    points: tuple[Point, ...]
    rank: int = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Curves and what is to be read off them; `label` says to who cannot see it what it shows."""

    curves: tuple[Curve, ...]
    across: str
    up: str
    label: str


@dataclass(frozen=True, slots=True)
class _Axis:
    """From which to which round value, with which between; `decimals` as many as they need."""

    ticks: tuple[float, ...]
    decimals: int

    def part(self, value: float) -> float:
        """Where a value lies, from 0 to 1."""
        return (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])


def svg(plot: Plot, language: Language) -> str:
    """The plot as an SVG element; "" where it has no points."""
    points = [point for curve in plot.curves for point in curve.points]
    if not points:
        return ""
    across, up = (axis_of([point[side] for point in points]) for side in (0, 1))
    drawn = [*_grid(across, up, language), *_names(plot), *(_line(curve, across, up) for curve in plot.curves)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" '
        f'aria-label="{escape(plot.label)}">{"".join(drawn)}</svg>'
    )


def axis_of(values: Sequence[float]) -> _Axis:
    """Round values around all others; where all are one, around that."""
    low, high = min(values), max(values)
    if high - low <= abs(high) * 1e-9:
        low, high = low - (abs(low) * 0.1 or 1.0), high + (abs(high) * 0.1 or 1.0)
    rough = (high - low) / _TICKS
    power = floor(log10(rough))
    factor = next(factor for factor in _ROUND if factor * 10.0**power >= rough * (1 - 1e-9))
    step, decimals = factor * 10.0**power, max(0, -power + (factor == 2.5) - (factor == 10.0))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return _Axis(tuple(round(place * step, decimals) for place in range(first, last + 1)), decimals)


def _x(axis: _Axis, value: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * axis.part(value)


def _y(axis: _Axis, value: float) -> float:
    return _HEIGHT - _FOOT - (_HEIGHT - _FOOT - _TOP) * axis.part(value)


def _grid(across: _Axis, up: _Axis, language: Language) -> Iterator[str]:
    thin = 'stroke="var(--line, #a8a8a8)" stroke-width="0.7"'
    for tick in up.ticks:
        y = _y(up, tick)
        yield f'<line x1="{_LEFT:.0f}" x2="{_WIDTH - _RIGHT:.0f}" y1="{y:.1f}" y2="{y:.1f}" {thin}/>'
        yield _text(_LEFT - 6, y + 4, language.number(tick, up.decimals), "end")
    for tick in across.ticks:
        x = _x(across, tick)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP:.0f}" y2="{_HEIGHT - _FOOT:.0f}" {thin}/>'
        yield _text(x, _HEIGHT - _FOOT + 16, language.number(tick, across.decimals), "middle")


def _names(plot: Plot) -> Iterator[str]:
    yield _text(_LEFT - 46, _TOP - 10, plot.up, "start")
    yield _text(_WIDTH - _RIGHT, _HEIGHT - 6, plot.across, "end")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {_LETTERS}>{escape(text)}</text>'


def _line(curve: Curve, across: _Axis, up: _Axis) -> str:
    path = "L".join(f"{_x(across, x):.1f} {_y(up, y):.1f}" for x, y in curve.points)
    dashes = ' stroke-dasharray="5 4"' if curve.dashed else ""
    stroke = _STROKES[min(curve.rank, len(_STROKES) - 1)]
    return f'<path d="M{path}" fill="none" stroke="{stroke}" stroke-width="2" stroke-linejoin="round"{dashes}/>'
