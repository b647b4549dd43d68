"""What the signs of the schematic and the map mean."""

from collections.abc import Iterator

from markupsafe import Markup

from service.language import Language
from service.language.words import CLASSES
from service.page import signs
from service.page.now import Trend
from service.written.marked import marked


def legend(language: Language) -> Markup:
    """A list of the signs, each with what it is called."""
    items = "".join(f"<li>{_picture(sign)} {marked(text)}</li>" for sign, text in _signs(language))
    return Markup(f'<ul class="legend">{items}</ul>')


def _signs(language: Language) -> Iterator[tuple[str, str]]:
    yield signs.tank(14, 10, 60.0), language.say("Reservoir, filled to its percent")
    yield signs.post(14, 10, None), language.say("Hydropost")
    yield signs.border(14, 10, None), language.say("Border point")
    yield signs.headworks(14, 10, None), language.say("Headworks")
    yield signs.canal(14, 10, None), language.say("Head of a canal")
    yield signs.arrow(14, 10, Trend.RISING), language.say("rising since yesterday")
    yield signs.arrow(14, 10, Trend.FALLING), language.say("falling since yesterday")
    yield signs.arrow(14, 10, Trend.STEADY), language.say("steady since yesterday")
    for name in CLASSES:
        style = signs.class_style(name)
        yield f'<rect class="swatch {style}" x="8" y="4" width="12" height="12"/>', language.word(CLASSES, name)


def _picture(sign: str) -> str:
    return f'<svg class="sign" viewBox="0 0 28 20" width="28" height="20" aria-hidden="true">{sign}</svg>'
