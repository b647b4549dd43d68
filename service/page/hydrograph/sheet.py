"""A hydrograph as a picture that stands alone: it bears its caption, its lines by name, what it rests on and whence.

All looks are attributes of its elements, in the colours of the light page, so that any program draws it the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

from markupsafe import Markup

from service.language import Language
from service.language.words import FLAGS, MARKS
from service.page.hydrograph.axis import DOWN, Axis
from service.page.hydrograph.drawing import ACROSS, Path, Picture
from service.page.hydrograph.figure import labels
from service.page.hydrograph.rows import Row

_LEFT, _NARROW, _WIDE = 80, 50, 80
"""Beside the field: on the left, and on the right without an axis and with one."""
_ROW, _KEY = 21, 34
_LETTER = 7.6
"""How wide a letter of 14 units is, about."""
_LETTERS = 150
"""So many stand in a line below."""
_FONT = "IBM Plex Sans, Arial, sans-serif"
_INK, _QUIET, _PAPER = "#16202a", "#55636f", "#ffffff"
_COLOURS = ("#00406e", "#a05a9c", "#4f6b1f", "#7a6a55", "#3f6fb5", "#2b2b2b")
_DASHES = ("", "12 3 3 3", "6 3", "2 3", "14 4", "8 2 2 2 2 2")
_PARTIES = {"of-kz": "#006a86", "of-kg": "#9a4a00"}
_MARKED = {"suspect": "#7a4b00", "bad": "#9b1c1c", "missing": _QUIET, "estimated": _INK, "amended": _INK, "was": _INK}
_SIMULATED, _SIMULATED_INK = "#f3eafa", "#5b2a86"
_FIXED: Mapping[str, Mapping[str, str]] = {
    "grid": {"stroke": "#dfe5e9", "stroke-width": "1"},
    "band": {"fill": "#9fb3c0", "fill-opacity": ".35", "stroke": "none"},
    "norm": {"stroke": "#1a1a1a", "stroke-width": "1.4", "stroke-dasharray": ".1 4", "stroke-linecap": "round"},
    "before": {"stroke": "#5f5f5f", "stroke-width": "1.3", "stroke-dasharray": "7 4"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the picture shows and says: `title` and `span` in words, `rows` a line each, `nature` of what is no gauge.

    `feet` are the lines below: on what it rests, how the record stands, whence it is. `times` have their places in
    percent.
    """

    picture: Picture
    title: str
    span: str
    rows: Sequence[Row]
    times: Sequence[tuple[float, str]]
    nature: str
    feet: Sequence[str] = field(default=())


def svg(sheet: Sheet, language: Language) -> Markup:
    """The sheet as a file of its own."""
    right = _WIDE if len(sheet.picture.axes) > 1 else _NARROW
    legend = list(_legend(sheet, language))
    top = 66 + _ROW * len(legend) + 30
    foot, feet = top + DOWN + 52, [line for said in sheet.feet for line in wrap(said, _LETTERS)]
    parts = [
        _text(0, 22, sheet.title, size=19, weight=600),
        _text(0, 46, sheet.span, fill=_QUIET),
        *(Markup('<g transform="translate(0 {})">{}</g>').format(66 + _ROW * at, one) for at, one in enumerate(legend)),
        Markup('<g transform="translate({} {})">{}</g>').format(
            _LEFT - 20, top, Markup().join(_field(sheet, language))
        ),
        *(_text(0, foot + 18 * at, line, size=12, fill=_QUIET) for at, line in enumerate(feet)),
    ]
    width, height = _LEFT + ACROSS + right, foot + 18 * len(feet) + 20
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" lang="{}" width="{}" height="{}" viewBox="0 0 {} {}" role="img" '
        'aria-label="{}" font-family="{}" font-size="14" fill="{}"><title>{}</title>'
        '<rect width="100%" height="100%" fill="{}"/><g transform="translate(20 14)">{}</g></svg>\n'
    ).format(
        language.code, width, height, width, height, sheet.title, _FONT, _INK, sheet.title, _PAPER, Markup().join(parts)
    )


def _field(sheet: Sheet, language: Language) -> Iterator[Markup]:
    if sheet.nature:
        yield _element("rect", {"width": str(ACROSS), "height": str(DOWN), "fill": _SIMULATED})
    upright = "".join(f"M{10 * place:g} 0V{DOWN}" for place, _ in sheet.times)
    yield _drawn(Path("grid", upright))
    for path in sheet.picture.paths:
        yield _drawn(path)
    if sheet.nature:
        word = language.word({**FLAGS, **MARKS}, sheet.nature)
        yield _text(ACROSS - 10, 22, word, anchor="end", weight=600, fill=_SIMULATED_INK)
    for number, axis in enumerate(sheet.picture.axes):
        yield from _axis(axis, language, right=bool(number))
    for place, label in sheet.times:
        yield _text(10 * place, DOWN + 20, label, anchor="middle", size=12, fill=_QUIET)


def _axis(axis: Axis, language: Language, *, right: bool) -> Iterator[Markup]:
    x, anchor, said = (ACROSS + 8, "start", labels(language, axis)) if right else (-8, "end", labels(language, axis))
    yield _text(x, -14, said["unit"], anchor=anchor, size=12, fill=_QUIET)
    for place, label in said["ticks"]:
        yield _text(x, place * DOWN / 100 + 4, label, anchor=anchor, size=12, fill=_QUIET)


def _legend(sheet: Sheet, language: Language) -> Iterator[Markup]:
    """A row for each line, with what its values are beside measured; and one for all marks that there are."""
    words = {**FLAGS, **MARKS}
    for row in sheet.rows:
        said = [f"{row.name}, {language.unit(row.unit)}", *(language.word(words, badge) for badge in row.badges)]
        yield _drawn(Path(row.look, f"M0 -5H{_KEY}")) + _text(_KEY + 8, 0, " · ".join(said))
    names = [path.name.split(" ") for path in sheet.picture.paths]
    kinds = dict.fromkeys(name[1] for name in names if name[0] in ("mark", "beyond") and name[1] != "was")
    if any(name[0] == "norm" for name in names):
        band = Markup().join((_drawn(Path("band", f"M0 -10H{_KEY}V0H0Z")), _drawn(Path("norm", f"M0 -5H{_KEY}"))))
        yield band + _text(_KEY + 8, 0, language.say("norm"))
    if kinds:
        yield Markup().join(_keys([(kind, language.word(words, kind)) for kind in kinds]))


def _keys(kinds: Sequence[tuple[str, str]]) -> Iterator[Markup]:
    x = 0.0
    for kind, word in kinds:
        line = f"M{x + 7:g} 0v-12" if kind == "missing" else f"M{x + 7:g} -5h0"
        yield _drawn(Path(f"mark {kind}", line))
        if kind in ("suspect", "estimated"):
            yield _drawn(Path(f"mark {kind} within", line))
        yield _text(x + 20, 0, word)
        x += 44 + _LETTER * len(word)


def _drawn(path: Path) -> Markup:
    return _element("path", {"fill": "none", "stroke-linejoin": "round", **_look(path.name.split(" ")), "d": path.line})


def _look(names: Sequence[str]) -> Mapping[str, str]:
    kind = names[0]
    if kind in _FIXED:
        return _with_dots(_FIXED[kind]) if "alone" in names else _FIXED[kind]
    if kind == "line":
        number = int(names[1].removeprefix("line-")) % len(_COLOURS)
        line = {"stroke": _colour(names), "stroke-width": "1.9", "stroke-dasharray": _DASHES[number] or "none"}
        return _with_dots(line) if "alone" in names else line
    colour = _MARKED[names[1]] if len(names) < 3 or names[1] != "missing" else _colour(names[1:])
    if kind == "beyond" or names[1] in ("missing", "was"):
        return {"stroke": colour, "stroke-width": "1.6" if names[1] == "was" else "2"}
    cap = "square" if names[1] in ("suspect", "bad") else "round"
    inner = "within" in names
    width = "4" if inner else "6" if names[1] == "amended" else "7"
    return {"stroke": _PAPER if inner else colour, "stroke-width": width, "stroke-linecap": cap}


def _with_dots(line: Mapping[str, str]) -> Mapping[str, str]:
    return {**line, "stroke-width": "4", "stroke-linecap": "round", "stroke-dasharray": "none"}


def _colour(names: Sequence[str]) -> str:
    """That of a party where a line bears it, else that of its number."""
    party = next((_PARTIES[name] for name in names if name in _PARTIES), None)
    return party or _COLOURS[int(names[1].removeprefix("line-")) % len(_COLOURS)]


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 14, weight: int = 400, fill: str = _INK
) -> Markup:
    said = {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor, "font-size": str(size), "fill": fill}
    if weight != 400:
        said["font-weight"] = str(weight)
    return Markup("{}{}</text>").format(_element("text", said, empty=False), text)


def _element(name: str, said: Mapping[str, str], *, empty: bool = True) -> Markup:
    attributes = Markup().join(Markup(' {}="{}"').format(key, value) for key, value in said.items())
    return Markup("<{}{}{}>").format(name, attributes, "/" if empty else "")
