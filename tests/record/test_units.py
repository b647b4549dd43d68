"""Units as senders write them, converted without the loss of a digit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.errors import UnitError
from record.quantities import QUANTITIES
from record.units import convert, is_convertible

SAID = [
    ("204", "cm", "m", "2.04"),
    ("250", "см", "m", "2.50"),
    ("1", "hm3", "hm3", "1"),
    ("1", "hm3", "m3", "1000000"),
    ("12.3", "млн. м³", "hm3", "12.3"),
    ("12.3", "млн м3", "hm3", "12.3"),
    ("12.3", "million m3", "hm3", "12.3"),
    ("450", "тыс. м3", "hm3", "0.450"),
    ("26.50", "км²", "km2", "26.50"),
    ("20500000", "m2", "km2", "20.500000"),
    ("28.50", "м3/с", "m3/s", "28.50"),
    ("28.50", "м³/с", "m3/s", "28.50"),
    ("28.50", "м³/сек", "m3/s", "28.50"),
    ("28.50", "куб. м/с", "m3/s", "28.50"),
    ("28.50", "cumecs", "m3/s", "28.50"),
    ("1", "cumec", "l/s", "1000"),
    ("1500", "l/s", "m3/s", "1.500"),
    ("7", "мм", "mm", "7"),
    ("7", "mm", "cm", "0.7"),
    ("2.04", "м", "cm", "204"),
    ("2", "м", "cm", "200"),
    ("-0.5", "°C", "Cel", "-0.5"),
    ("12.5", "°С", "Cel", "12.5"),
    ("12.5", "Deg C", "Cel", "12.5"),
    ("3.25", "meters", "cm", "325"),
    ("12.5", "Celsius", "Cel", "12.5"),
]


@pytest.mark.parametrize(("value", "unit", "to", "wanted"), SAID)
def test_every_digit_survives(value: str, unit: str, to: str, wanted: str) -> None:
    got = convert(Decimal(value), unit, to)
    assert type(got) is Decimal
    assert got == Decimal(wanted)


@pytest.mark.parametrize(("value", "unit", "to", "wanted"), SAID)
def test_trailing_zeros_stay_because_they_state_the_resolution(value: str, unit: str, to: str, wanted: str) -> None:
    assert str(convert(Decimal(value), unit, to)) == wanted


@given(st.decimals(min_value=-10_000, max_value=10_000, places=3))
def test_there_and_back_is_the_same(value: Decimal) -> None:
    assert convert(convert(value, "m", "cm"), "cm", "m") == value
    assert convert(convert(value, "l/s", "m3/s"), "m3/s", "l/s") == value


@pytest.mark.parametrize("unit", ["", "M", "ведро", "m3/h", "acre_foot", "m3/s)", "cel"])
def test_an_unknown_spelling_is_refused_by_name(unit: str) -> None:
    with pytest.raises(UnitError, match="is not one of ours: use one of m, dm, cm, mm"):
        convert(Decimal(1), unit, "m")
    assert not is_convertible(unit, "m")


def test_another_kind_of_thing_is_refused() -> None:
    with pytest.raises(UnitError, match="'hm3' cannot be turned into 'm3/s': they measure different things"):
        convert(Decimal(1), "hm3", "m3/s")
    assert not is_convertible("hm3", "m3/s")
    assert not is_convertible("Cel", "m")
    assert is_convertible("см", "m")


@pytest.mark.parametrize("name", QUANTITIES)
def test_the_unit_of_every_quantity_is_known_in_all_its_spellings(name: str) -> None:
    quantity = QUANTITIES[name]
    for spelling in (quantity.unit, quantity.udunits, quantity.label):
        assert convert(Decimal("1.0"), spelling, quantity.unit) == Decimal(1)
