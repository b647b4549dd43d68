"""The difference of two gauges as a picture: bars by day or longer period before a band of what is tolerated.

Colours and strokes are the page's; a day beyond the tolerance is told by a bar with an edge and a sign, one on which a
gauge lacks by a mark at the foot.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from math import ceil, floor, log10

from markupsafe import Markup

from service.language import Language
from service.page.compare.pairs import Difference
from service.reports.told.teller import flow_decimals

_WIDTH, _LEFT, _RIGHT = 960.0, 58.0, 8.0
_TOP, _PLOT, _FOOT = 24.0, 150.0, 26.0
_STEPS = 4
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_LETTER = 9.0
"""How wide a letter below is at most."""
_LABELS = 8
"""So many days are named at the foot at most."""


def drawn(difference: Difference, language: Language, alt: str) -> Markup:
    """The picture as an SVG element; `alt` says in words what it shows. Nothing where no day is known of both."""
    values = difference.rows.difference
    known = [value for value in values if value is not None]
    if not known:
        return Markup()
    bounds = _bounds(difference)
    ticks, decimals = _ticks(min(0.0, *known, -max(bounds)), max(0.0, *known, *bounds))
    low, high = ticks[0], ticks[-1]

    def y(value: float) -> float:
        return _TOP + (high - value) / (high - low) * _PLOT

    step = (_WIDTH - _LEFT - _RIGHT) / len(values)
    parts = [
        *_axis(ticks, decimals, y(0.0), {tick: y(tick) for tick in ticks}, language),
        *(_band(bounds, step, y) if difference.pair.gate else ()),
        *_bars(difference, step, y, language),
        *_days([span.begin for span in difference.spans], step, language),
    ]
    frame = Markup('<svg class="difference" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">{}</svg>')
    return frame.format(_WIDTH, _TOP + _PLOT + _FOOT, alt, Markup().join(parts))


def _bounds(difference: Difference) -> list[float]:
    """How far the two may differ on each day, m3/s; nought where nothing is declared or not both are known."""
    gate = difference.pair.gate
    if gate is None:
        return [0.0] * len(difference.spans)
    one, other = (gauge.mean for gauge in difference.rows.gauges)
    return [
        0.0 if a is None or b is None else max((a + b) / 2 * float(gate.tolerance_percent) / 100, float(gate.tolerance))
        for a, b in zip(one, other, strict=True)
    ]


def _ticks(low: float, high: float) -> tuple[list[float], int]:
    """Round values around all others, nought among them, and their number of decimals."""
    rough = max(high - low, 1e-6) / _STEPS
    power = floor(log10(rough))
    factor = next(factor for factor in _ROUND if factor * 10.0**power >= rough * (1 - 1e-9))
    step = factor * 10.0**power
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    decimals = max(0, -power + (factor == 2.5) - (factor == 10.0))
    return [round(place * step, decimals) for place in range(first, max(last, first + 1) + 1)], decimals


def _axis(
    ticks: Sequence[float], decimals: int, nought: float, place: dict[float, float], language: Language
) -> Iterator[Markup]:
    yield Markup('<text x="4" y="{:.1f}">{}</text>').format(_TOP - 6, language.unit("m³/s"))
    for tick in ticks:
        kind = "nought" if abs(place[tick] - nought) < 1e-6 else "grid"
        yield Markup('<path class="{}" d="M{:.1f} {:.1f}H{:.1f}"/>').format(kind, _LEFT, place[tick], _WIDTH - _RIGHT)
        said = language.number(tick, decimals, signed=True)
        yield Markup('<text class="tick" x="{:.1f}" y="{:.1f}" text-anchor="end">{}</text>').format(
            _LEFT - 6, place[tick] + 4, said
        )


def _band(bounds: Sequence[float], step: float, y: Callable[[float], float]) -> Iterator[Markup]:
    """What is tolerated on each day, above and below nought."""
    for place, bound in enumerate(bounds):
        if bound:
            yield Markup('<rect class="tolerated" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"/>').format(
                _LEFT + place * step, y(bound), step, y(-bound) - y(bound)
            )


def _bars(difference: Difference, step: float, y: Callable[[float], float], language: Language) -> Iterator[Markup]:
    foot = _TOP + _PLOT
    for place, value in enumerate(difference.rows.difference):
        left = _LEFT + place * step
        day = difference.called(place, language)
        if value is None:
            said = language.say("{day}: not known of both", day=day)
            yield Markup('<path class="unknown" d="M{:.2f} {:.1f}v-6"><title>{}</title></path>').format(
                left + step / 2, foot, said
            )
            continue
        outside = difference.is_outside(place)
        top, bottom = sorted((y(value), y(0.0)))
        number = language.number(value, flow_decimals(value), signed=True)
        said = language.say("{day}: {number} m³/s", day=day, number=number)
        yield Markup(
            '<rect class="{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"><title>{}</title></rect>'
        ).format("outside" if outside else "inside", left + step * 0.14, top, step * 0.72, max(bottom - top, 0.8), said)
        if outside and step >= 8:
            yield Markup('<text class="sign" x="{:.2f}" y="{:.2f}" text-anchor="middle">!</text>').format(
                left + step / 2, top - 3 if value >= 0 else bottom + 12
            )


def _days(days: Sequence[date], step: float, language: Language) -> Iterator[Markup]:
    """Some days by name; each stands under its bar."""
    every = max(1, ceil(len(days) / _LABELS))
    foot = _TOP + _PLOT
    for place in range(0, len(days), every):
        x = _LEFT + (place + 0.5) * step
        yield Markup('<path class="grid" d="M{:.1f} {:.1f}v4"/>').format(x, foot)
        said = language.short_day(days[place])
        yield Markup('<text class="tick" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>').format(
            min(x, _WIDTH - _LETTER * len(said) / 2), foot + 18, said
        )
