"""Writing KN-15: the groups of a post's or a reservoir's telegram from the values it is to say.

The form is described in `docs/formats/kn15.md`. What is written here is exactly what can be read back: `as_sent` gives
a number as its three figures leave it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

_MISSING = "////"
_NEGATIVE_LEVEL = 5000
_FIGURES = 3
_DEEPEST = 999
_MOST = Decimal("1E9")
_WHOLE = Decimal(1)
_WHOLE_DEGREES_FROM = 10

Value = Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one telegram is to say of the morning term: `values` by name; None is sent as missing, an absent name not.

    Names and units: `level`, `level_20h` in cm, `level_change` in cm since the day before, `water` in degrees Celsius,
    `discharge`, `discharge_mean` of the day before in m3/s, `rain` in mm of the 24 hours up to 08 h; of a reservoir
    `pool` in cm, `volume` in million m3, `inflow`, and `inflow_mean` and `release_mean` of the day before in m3/s.
    """

    post: str
    day: date
    hour: int = 8
    values: Mapping[str, Value]


def scaled(value: Decimal) -> str:
    """kQQQ: three figures and the number of figures in the integer part; raise `ValueError` below 0 and from 10^9."""
    if not 0 <= value < _MOST:
        raise ValueError(f"{value} cannot be written as kQQQ: it must be at least 0 and less than {_MOST}")
    exponent = max(0, value.adjusted() + 1) if value else 0
    figures = int((value.scaleb(_FIGURES - exponent)).quantize(_WHOLE, ROUND_HALF_EVEN))
    if figures == 10**_FIGURES:  # 9.996 rounds up to 10.0, which has a figure more
        exponent, figures = exponent + 1, 100
    return f"{exponent}{figures:03}"


def as_sent(value: Decimal) -> Decimal:
    """The number that is left of `value` once it has been written as kQQQ."""
    group = scaled(value)
    return Decimal(int(group[1:])).scaleb(int(group[0]) - _FIGURES)


def level(value: Decimal) -> str:
    """HHHH: whole centimetres, below zero |H| + 5000; raise `ValueError` outside -999 to 4999."""
    whole = int(value.to_integral_value())
    if not -_DEEPEST <= whole < _NEGATIVE_LEVEL:
        raise ValueError(f"level {value} cm cannot be written as HHHH: it must be from -{_DEEPEST} to 4999")
    return f"{whole if whole >= 0 else _NEGATIVE_LEVEL - whole:04}"


def change(value: Decimal) -> str:
    """HHHK: whole centimetres and 0 for none, 1 for a rise, 2 for a fall."""
    whole = int(value.to_integral_value())
    return f"{abs(whole):03}{0 if not whole else 1 if whole > 0 else 2}"


def water(value: Decimal) -> str:
    """Figures ttTT without air: tenths beside `//` below 10 degrees, whole degrees beside 99 from there on."""
    if value < _WHOLE_DEGREES_FROM:
        return f"{int(value * 10):02}//"
    return f"{int(value.to_integral_value()):02}99"


def rain(value: Decimal) -> str:
    """RRRd with an unknown duration: whole mm from 1, tenths as 991 to 999, none as 000."""
    if value >= 1:
        return f"{int(value.to_integral_value()):03}/"
    return f"{990 + int(value * 10) if value else 0:03}/"


@dataclass(frozen=True, slots=True)
class _Group:
    """A group: the marker of its section (none for section 1), its number, the value it says, and how."""

    marker: str
    number: str
    name: str
    write: Callable[[Decimal], str]


_GROUPS = (
    _Group("", "1", "level", level),
    _Group("", "2", "level_change", change),
    _Group("", "3", "level_20h", level),
    _Group("", "4", "water", water),
    _Group("", "8", "discharge", scaled),
    _Group("", "0", "rain", rain),
    _Group("93301", "4", "discharge_mean", scaled),
    _Group("944{day:02}", "1", "pool", level),
    _Group("944{day:02}", "7", "volume", scaled),
    _Group("955{day:02}", "1", "inflow", scaled),
    _Group("955{day:02}", "4", "inflow_mean", scaled),
    _Group("955{day:02}", "7", "release_mean", scaled),
)


def telegram(report: Report) -> str:
    """One telegram with its end mark; raise `ValueError` for a name or a number that has no group."""
    unknown = set(report.values) - {group.name for group in _GROUPS}
    if unknown:
        raise ValueError(f"telegram of {report.post}: no group says {', '.join(sorted(unknown))}")
    said = [group for group in _GROUPS if group.name in report.values]
    tokens = [report.post, f"{report.day.day:02}{report.hour:02}{_contents(said)}"]
    marker = ""
    for group in said:
        if group.marker != marker:
            marker = group.marker
            tokens.append(marker.format(day=report.day.day))
        value = report.values[group.name]
        tokens.append(group.number + (_MISSING if value is None else group.write(value)))
    return " ".join(tokens) + "="


def nil(post: str, day: date, hour: int = 8) -> str:
    """The telegram of a post that has nothing to report for a term."""
    return f"{post} {day.day:02}{hour:02}1 NIL="


def bulletin(telegrams: Sequence[str]) -> bytes:
    """Telegrams in the wrapping of the communication centre."""
    return "\r\n".join(["HHZZ", *telegrams, "NNNN", ""]).encode("ascii")


def _contents(said: Sequence[_Group]) -> int:
    """The figure n of the date group: 1 for section 1 alone, 2 with later sections, 5 for later sections alone."""
    markers = {group.marker for group in said}
    if "" not in markers:
        return 5
    return 2 if len(markers) > 1 else 1
