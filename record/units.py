"""Units as senders spell them, converted exactly: `Decimal` in, `Decimal` out, no float between.

A spelling that is not listed here is refused, never guessed. Latin spellings are case-sensitive, as UCUM is (`Cel`).
The definitions are powers of ten of the metre, so that every product is exact: 204 cm is 2.04 m.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cache

import pint

from record.errors import UnitError

_DEFINITIONS = (
    "metre = [length]",
    "decimetre = 0.1 metre",
    "centimetre = 0.01 metre",
    "millimetre = 0.001 metre",
    "second = [time]",
    "square_metre = metre ** 2",
    "square_kilometre = 1000000 metre ** 2",
    "litre = 0.001 metre ** 3",
    "cubic_metre = metre ** 3",
    "thousand_cubic_metre = 1000 metre ** 3",
    "million_cubic_metre = 1000000 metre ** 3",
    "cubic_kilometre = 1000000000 metre ** 3",
    "cubic_metre_a_second = metre ** 3 / second",
    "litre_a_second = litre / second",
    # A scale of its own, without the offset to kelvin: water temperatures are only ever spoken of in Celsius.
    "celsius = [celsius_temperature]",
)

# Adding it writes 2E+2 as 200 and leaves every other spelling of a number alone.
_NO_EXPONENT = Decimal(0)

# Cyrillic letters that look Latin are what senders write.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "metre": ("m", "м", "metre", "meter", "meters", "м абс", "м БС"),
    "decimetre": ("dm", "дм"),
    "centimetre": ("cm", "см"),
    "millimetre": ("mm", "мм"),
    "square_metre": ("m2", "m^2", "м2", "кв м"),
    "square_kilometre": ("km2", "km^2", "км2", "кв км"),
    "litre": ("l", "L", "л"),
    "cubic_metre": ("m3", "m^3", "м3", "куб м"),
    "thousand_cubic_metre": ("dam3", "тыс м3", "тыс куб м", "thousand m3"),
    "million_cubic_metre": ("hm3", "1e6 m3", "million m3", "mln m3", "млн м3", "млн куб м", "млн текше м"),
    "cubic_kilometre": ("km3", "км3"),
    "cubic_metre_a_second": ("m3/s", "m^3/s", "m3 s-1", "cumec", "cumecs", "м3/с", "м3/сек", "куб м/с", "куб м/сек"),
    "litre_a_second": ("l/s", "L/s", "л/с", "л/сек"),
    "celsius": ("Cel", "°C", "°С", "degC", "degree_Celsius", "Celsius", "Deg C", "deg C", "deg_C", "град C", "град С"),
}


def convert(value: Decimal, unit: str, to: str) -> Decimal:
    """The same amount in another unit, exactly; raise `UnitError` for an unknown spelling or another kind of unit."""
    return converter(unit, to)(value)


def converter(unit: str, to: str) -> Callable[[Decimal], Decimal]:
    """What turns amounts from one unit into another, exactly; raise `UnitError` as `convert` does."""
    start, end = _named(unit), _named(to)
    if start == end:
        return _same
    try:
        factor = _factor(start, end)
    except pint.DimensionalityError:
        raise UnitError(f"{unit!r} cannot be turned into {to!r}: they measure different things") from None
    return lambda value: value * factor + _NO_EXPONENT


def is_convertible(unit: str, to: str) -> bool:
    """Whether both spellings are known and measure the same kind of thing."""
    try:
        start, end = _named(unit), _named(to)
    except UnitError:
        return False
    return bool(_registry().is_compatible_with(start, end))


def _same(value: Decimal) -> Decimal:
    return value


@cache
def _registry() -> pint.UnitRegistry[Decimal]:
    """Our own definitions alone: what pint knows besides (survey feet, troy ounces) must not slip in."""
    return pint.UnitRegistry(list(_DEFINITIONS), non_int_type=Decimal)


@cache
def _factor(start: str, end: str) -> Decimal:
    """What one of `start` is in `end`, without idle zeros: they would state a finer resolution than was measured."""
    factor: Decimal = _registry().Quantity(Decimal(1), start).to(end).magnitude
    return factor.normalize()


@cache
def _by_spelling() -> dict[str, str]:
    return {_plain(spelling): name for name, spellings in _SPELLINGS.items() for spelling in spellings}


def _named(unit: str) -> str:
    try:
        return _by_spelling()[_plain(unit)]
    except KeyError:
        known = ", ".join(spellings[0] for spellings in _SPELLINGS.values())
        raise UnitError(f"unit {unit!r} is not one of ours: use one of {known}") from None


def _plain(unit: str) -> str:
    """Superscripts, abbreviation dots and odd blanks aside: `млн. м³` and `млн м3` are one spelling."""
    plain = unit.replace("²", "2").replace("³", "3").replace(".", " ")
    return " ".join(plain.split()).replace(" /", "/").replace("/ ", "/")
