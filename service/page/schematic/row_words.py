"""The words of a row of the schematic, broken into lines, and how much room they take."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.language import Language
from service.page.fitted import lines_of, width
from service.page.said import Gauge
from service.page.schematic.frame import Text

NAME, SMALL = 13.0, 11.0
"""Sizes of the letters."""
_NAME_LINE, _SMALL_LINE = 16.0, 14.0
_PAD = 5.0
_SIGN = 14.0
"""Room of the sign of the trend, right of the value."""
_SWATCH = 13.0
_GAP = 10.0
_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Swatch:
    """The colour of a class, before its word."""

    x: float
    y: float
    klass: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All that is written in a row, and how high it is; `centre` is the height of what is drawn beside its name."""

    texts: tuple[Text, ...]
    swatches: tuple[Swatch, ...]
    signs: tuple[tuple[float, float, Gauge], ...]
    height: float
    centre: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where words may stand: names from `left`, values up to `right`; details from `middle`, or under the name."""

    left: float
    right: float
    middle: float | None = None


def words_of(language: Language, name: str, gauges: Sequence[Gauge], columns: Columns) -> Words:
    """The words of a site: its name, and its value beside it; of several gauges each its own line under the name."""
    texts: list[Text] = []
    swatches: list[Swatch] = []
    signs: list[tuple[float, float, Gauge]] = []
    y = _PAD + NAME
    alone = gauges[0] if len(gauges) == 1 else None
    taken = _value(alone, columns, y, texts, signs) if alone else 0.0
    edge = columns.middle - _GAP if columns.middle else columns.right - taken - _GAP
    for number, line in enumerate(lines_of(name, NAME, edge - columns.left, _MOST)):
        texts.append(Text(x=columns.left, y=y + number * _NAME_LINE, size=NAME, text=line, style="name"))
    below = y + (len(texts) - bool(alone)) * _NAME_LINE - _NAME_LINE
    if alone:
        start = (columns.middle, y) if columns.middle else (columns.left, below + _SMALL_LINE)
        room = columns.right - (taken + _GAP if columns.middle else 0.0)
        below = max(below, _details(language, alone, start, room, texts, swatches))
    for gauge in gauges if not alone else ():
        below += _NAME_LINE
        taken = _value(gauge, columns, below, texts, signs)
        texts.append(Text(x=columns.left, y=below, size=SMALL, text=gauge.party.upper(), style="party"))
        start = (columns.middle or columns.left + 26, below)
        below = max(below, _details(language, gauge, start, columns.right - taken - _GAP, texts, swatches))
    return Words(
        texts=tuple(texts),
        swatches=tuple(swatches),
        signs=tuple(signs),
        height=below + _PAD + 3,
        centre=y - 0.35 * NAME,
    )


def detail_of(language: Language, gauge: Gauge) -> str:
    """What is said beside a value, or in its place: what was known last, its class, how full it is, and its marks."""
    return " · ".join(_said(language, gauge))


def style_of(gauge: Gauge) -> str:
    """The style of a value: struck through where it is flagged bad, quiet where there is none."""
    if gauge.number is None:
        return "none"
    return "struck" if gauge.is_bad else "value"


def _said(language: Language, gauge: Gauge) -> Iterator[str]:
    if gauge.known:
        yield gauge.known
    if gauge.klass_word:
        yield gauge.klass_word
    if gauge.filled is not None:
        yield language.say("{percent} % full", percent=language.number(gauge.filled, 0))
    yield from gauge.marks


def _value(
    gauge: Gauge, columns: Columns, y: float, texts: list[Text], signs: list[tuple[float, float, Gauge]]
) -> float:
    """Writes a value at the right, its trend beyond it; gives how much room they took."""
    style = style_of(gauge)
    size = NAME if gauge.number is not None else SMALL
    texts.append(
        Text(x=columns.right - _SIGN, y=y, size=size, text=gauge.shown, style=style, anchor="end", gauge=gauge)
    )
    signs.append((columns.right - _SIGN / 2 + 1, y - 0.35 * NAME, gauge))
    return _SIGN + width(gauge.shown, size, is_bold=True)


def _details(
    language: Language,
    gauge: Gauge,
    start: tuple[float, float],
    edge: float,
    texts: list[Text],
    swatches: list[Swatch],
) -> float:
    """Writes the details from a place on; gives the foot of their last line."""
    x, y = start
    said = detail_of(language, gauge)
    if not said:
        return y if x != start[0] else y - _SMALL_LINE
    if gauge.klass:
        swatches.append(Swatch(x=x, y=y, klass=gauge.klass))
        x += _SWATCH
    lines = lines_of(said, SMALL, edge - x, 2)
    for number, line in enumerate(lines):
        texts.append(Text(x=x, y=y + number * _SMALL_LINE, size=SMALL, text=line, style="detail"))
    return y + (len(lines) - 1) * _SMALL_LINE
