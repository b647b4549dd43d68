"""A chart as a picture of lines (SVG) for pages and PDF: this year, the year before and the norm, told apart in grey.

The picture bears its legend, unit and months; its title is for whoever shows it. Its classes (`now`, `before`, `norm`,
`band`, `grid`) may be restyled by a page; alone it is drawn in the colour of the text around it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

from service.language import language_called
from service.paper.font import FAMILY, font_of_papers
from service.paper.paper import Chart, Line, Stroke
from service.written.marked import marked

_WIDTH = 720.0
_PLOT = 118.0
_SIZE = 12.0
"""Of the letters; in a PDF the picture is as wide as the text, so that they stand there at 8 points."""
_LINE = 18.0
_RIGHT = 6.0
_GAP = 6.0
_KEY = 30.0
_WIDER = 1.2
"""How much wider than the font of the papers the letters of a reader's own may be."""
_TICKS = 5
_SEEN = 0.15
"""What differs by this part of the greatest value is seen on an axis that begins at nought."""
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_DRAWN = {
    Stroke.NOW: 'stroke="#00406e" stroke-width="2.6" stroke-linejoin="round"',
    Stroke.OTHER: 'stroke="#9a5b00" stroke-width="2" stroke-dasharray="14 3 3 3"',
    Stroke.BEFORE: 'stroke="#5f5f5f" stroke-width="1.5" stroke-dasharray="8 4"',
    Stroke.NORM: 'stroke="#1a1a1a" stroke-width="1.7" stroke-dasharray="0.1 4.2" stroke-linecap="round"',
}
_THIN = 'stroke="#a8a8a8" stroke-width="0.6"'
_BAND = 'fill="#9fb3c0" fill-opacity="0.35"'
_LAST_UNDER = (Stroke.NORM, Stroke.BEFORE, Stroke.OTHER, Stroke.NOW)

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a day and a value lie; `ticks` are the round values of the axis with as many `decimals` as they need."""

    left: float
    top: float
    across: float
    low: float
    high: float
    ticks: tuple[float, ...]
    decimals: int

    def x(self, day: float) -> float:
        return self.left + self.across * day

    def y(self, value: float) -> float:
        return self.top + (self.high - value) / (self.high - self.low) * _PLOT


def svg(chart: Chart, *codes: str) -> str:
    """The chart as an SVG element whose `aria-label` is its `alt`, in the languages of a paper, the first for numbers.

    Gaps are not bridged. A line without any value is said to have none, and where there are none at all that is said.
    """
    known = [value for line in chart.lines for value in line.values if value is not None]
    keys = list(_keys(chart, codes))
    rows = _rows(keys)
    top = _LINE * len(rows) + 1.4 * _LINE
    height = top + _PLOT + _LINE
    if not known:
        top, height = _LINE, 3 * _LINE
        drawn = _text(_WIDTH / 2, 2 * _LINE, _said("No data.", codes), "middle")
    else:
        scale = _scale(chart, known, top, codes[0])
        drawn = "".join((_axes(chart, scale, codes[0]), _months(chart, scale), _curves(chart, scale), *_legend(rows)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="hydrograph" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" '
        f'role="img" aria-label="{marked(chart.alt)}" font-family="\'{FAMILY}\', system-ui, sans-serif" '
        f'font-size="{_SIZE:.0f}" fill="currentColor">{drawn}</svg>'
    )


def _said(text: str, codes: Sequence[str], **fields: object) -> str:
    """A text in the languages of the paper, once where it is the same in both."""
    return " / ".join(dict.fromkeys(language_called(code).say(text, **fields) for code in codes))


def _wide(text: str) -> float:
    font = font_of_papers()
    return font.width(font.shown(text)) * _SIZE * _WIDER


# --- the scale -------------------------------------------------------------------------------------------------------


def _scale(chart: Chart, known: list[float], top: float, code: str) -> _Scale:
    band = [] if chart.band is None else [*chart.band.low, *chart.band.high]
    values = known + [value for value in band if value is not None]
    marks, decimals = ticks(min(values), max(values))
    language = language_called(code)
    left = max(_wide(language.number(tick, decimals)) for tick in marks) + _GAP
    across = (_WIDTH - left - _RIGHT) / max(chart.days - 1, 1)
    return _Scale(left, top, across, marks[0], marks[-1], marks, decimals)


def ticks(low: float, high: float) -> tuple[tuple[float, ...], int]:
    """Round values around all others, from nought unless that hides how they differ; and their number of decimals."""
    if low >= 0 and high - low >= high * _SEEN:
        low = 0.0
    if high - low <= abs(high) * 1e-9:
        high = low + (abs(low) * 0.1 or 1.0)
    rough = (high - low) / _TICKS
    power = floor(log10(rough))
    factor = next(factor for factor in _ROUND if factor * 10.0**power >= rough * (1 - 1e-9))
    step = factor * 10.0**power
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    decimals = max(0, -power + (factor == 2.5) - (factor == 10.0))
    return tuple(round(place * step, decimals) for place in range(first, last + 1)), decimals


# --- what is drawn ---------------------------------------------------------------------------------------------------


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    shown = marked(font_of_papers().shown(text))
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{shown}</text>'


def _axes(chart: Chart, scale: _Scale, code: str) -> str:
    language = language_called(code)
    right = _WIDTH - _RIGHT
    drawn = [_text(0, scale.top - _SIZE, chart.unit)]
    for tick in scale.ticks:
        y = scale.y(tick)
        heavy = 'stroke="currentColor" stroke-width="0.9"' if tick == scale.ticks[0] else _THIN
        drawn.append(f'<path class="grid" d="M{scale.left:.1f} {y:.1f}H{right:.1f}" {heavy}/>')
        drawn.append(_text(scale.left - _GAP, y + _SIZE * 0.35, language.number(tick, scale.decimals), "end"))
    return "".join(drawn)


def _months(chart: Chart, scale: _Scale) -> str:
    """Each month between its own bounds, its name in the middle, where there is room for it."""
    begins = [((day - chart.begin).days, name) for day, name in chart.months]
    bottom = scale.top + _PLOT
    drawn = []
    for (first, name), (following, _) in pairwise([*begins, (max(chart.days - 1, 1), "")]):
        left, right = scale.x(first), scale.x(following)
        if first:
            drawn.append(f'<path class="grid" d="M{left:.1f} {scale.top:.1f}V{bottom + _GAP:.1f}" ')
            drawn.append(f"{_THIN}/>")
        if _wide(name) <= right - left:
            drawn.append(_text((left + right) / 2, bottom + _SIZE + 3, name, "middle"))
    return "".join(drawn)


def _curves(chart: Chart, scale: _Scale) -> str:
    drawn = [_area(chart.band.low, chart.band.high, scale)] if chart.band else []
    for line in sorted(chart.lines, key=lambda line: _LAST_UNDER.index(line.stroke)):
        drawn.append(_line(line, scale))
    return "".join(drawn)


def _runs(whole: Callable[[int], bool], days: int) -> Iterator[range]:
    """Days in a row of which something is known, without the gaps between them."""
    begin = None
    for day in range(days + 1):
        known = day < days and whole(day)
        if known and begin is None:
            begin = day
        elif not known and begin is not None:
            yield range(begin, day)
            begin = None


def _line(line: Line, scale: _Scale) -> str:
    path, points = [], []
    for run in _runs(lambda day: line.values[day] is not None, len(line.values)):
        if len(run) == 1:
            points.append(_at(line.values, run[0], scale))
        else:
            path.append("M" + "L".join(_at(line.values, day, scale) for day in run))
    name = line.stroke.value
    dots = "".join(f"M{point}h0" for point in points)
    return (
        (f'<path class="{name}" d="{"".join(path)}" fill="none" {_DRAWN[line.stroke]}/>' if path else "")
        # A day alone is a dot: a dash may leave it out.
        + (f'<path class="{name}" d="{dots}" {_dot(line.stroke)}/>' if dots else "")
    )


def _dot(stroke: Stroke) -> str:
    return f'{_DRAWN[stroke].split("stroke-width")[0]}stroke-width="4" stroke-linecap="round" fill="none"'


def _at(values: Values, day: int, scale: _Scale) -> str:
    value = values[day]
    return f"{scale.x(day):.1f} {scale.y(0.0 if value is None else value):.1f}"


def _area(low: Values, high: Values, scale: _Scale) -> str:
    days = min(len(low), len(high))
    runs = _runs(lambda day: low[day] is not None and high[day] is not None, days)
    paths = (
        "M" + "L".join([_at(high, day, scale) for day in run] + [_at(low, day, scale) for day in reversed(run)]) + "Z"
        for run in runs
    )
    return f'<path class="band" d="{"".join(paths)}" {_BAND}/>'


# --- the legend ------------------------------------------------------------------------------------------------------


def _keys(chart: Chart, codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What each line and the band look like, and what they are called; of one without values that it has none."""
    for line in chart.lines:
        if any(value is not None for value in line.values):
            yield (
                f'<path class="{line.stroke.value}" d="M0 0H{_KEY:.0f}" fill="none" {_DRAWN[line.stroke]}/>',
                line.name,
            )
        else:
            yield "", _said("{name}: no data", codes, name=line.name)
    if chart.band and any(value is not None for value in chart.band.low):
        yield f'<rect class="band" y="-6" width="{_KEY:.0f}" height="12" {_BAND}/>', chart.band.name


def _rows(keys: list[tuple[str, str]]) -> list[list[tuple[float, str, str]]]:
    """The keys in as many rows as they need, each with its place."""
    rows: list[list[tuple[float, str, str]]] = [[]]
    place = 0.0
    for look, name in keys:
        wide = (_KEY + _GAP if look else 0) + _wide(name)
        if rows[-1] and place + wide > _WIDTH:
            rows.append([])
            place = 0.0
        rows[-1].append((place, look, name))
        place += wide + 3 * _GAP
    return rows


def _legend(rows: list[list[tuple[float, str, str]]]) -> Iterator[str]:
    for row, keys in enumerate(rows):
        y = _LINE * row + _SIZE
        for place, look, name in keys:
            if look:
                yield f'<g transform="translate({place:.1f} {y - _SIZE * 0.35:.1f})">{look}</g>'
            yield _text(place + (_KEY + _GAP if look else 0), y, name)
