"""The ways KN-15 writes a number: each function takes the figures of one field and gives (value, doubts).

A field of nothing but solidi is missing and gives None without a doubt; a number with only some of its figures missing
gives None with the doubt `partly_missing`. Figures are known to be `0-9` or `/` before they come here.
"""

from decimal import Decimal

Doubts = tuple[str, ...]
Value = tuple[Decimal | None, Doubts]

NO_DOUBT: Doubts = ()
PARTLY: Doubts = ("partly_missing",)
_POWERS = tuple(Decimal(f"1E{k}").quantize(Decimal(1)) if k >= 0 else Decimal(f"1E{k}") for k in range(-3, 7))
_NEGATIVE_LEVEL = 5000
_DEEPEST_SURE = 6000
_TENTH = Decimal("0.1")


class BadGroup(ValueError):
    """A group that its section cannot hold; the message is the reason."""


def whole(figures: str) -> tuple[int | None, Doubts]:
    """A plain whole number."""
    if "/" not in figures:
        return int(figures), NO_DOUBT
    return None, PARTLY if figures.strip("/") else NO_DOUBT


def plain(figures: str) -> Value:
    """A measured whole number."""
    value, doubts = whole(figures)
    return None if value is None else Decimal(value), doubts


def level(figures: str) -> Value:
    """HHHH in cm over the post's zero; below it |H| + 5000. 5000 itself has no meaning."""
    value, doubts = whole(figures)
    if value is None:
        return None, doubts
    if value < _NEGATIVE_LEVEL:
        return Decimal(value), NO_DOUBT
    if value == _NEGATIVE_LEVEL:
        return None, ("level_5000_undefined",)
    sure = value < _DEEPEST_SURE  # more than 10 m below the post's zero is hardly a river
    return Decimal(_NEGATIVE_LEVEL - value), NO_DOUBT if sure else ("level_ge_5000_ambiguous",)


def pool_level(figures: str) -> Value:
    """HHHH of section 944: pools stand 50 m and more over their zero, so 5000 and above is read as written."""
    value, doubts = plain(figures)
    if value is not None and value >= _NEGATIVE_LEVEL:
        return value, ("level_ge_5000_ambiguous",)
    return value, doubts


def scaled(figures: str) -> Value:
    """kQQQ: QQQ times 10 to the power k - 3, so that k counts the figures of the integer part."""
    if "/" in figures:
        return None, PARTLY if figures.strip("/") else NO_DOUBT
    return int(figures[1:]) * _POWERS[int(figures[0])], NO_DOUBT


def change(figures: str) -> Value:
    """HHHK in cm since the previous 08 h: K 0 none, 1 rise, 2 fall; raises `BadGroup` on another K."""
    if "/" in figures:
        return None, PARTLY if figures.strip("/") else NO_DOUBT
    amount, sign = int(figures[:3]), figures[3]
    if sign == "0":
        return (Decimal(0), NO_DOUBT) if amount == 0 else (None, ("level_change_sign_conflict",))
    if sign not in "12":
        raise BadGroup(f"the sign of the level change is {sign}: only 0, 1 and 2 have a meaning")
    return Decimal(amount if sign == "1" else -amount), NO_DOUBT


def air_temperature(figures: str) -> Value:
    """TT in whole degrees, below zero |T| + 50; 99 is "not measured"."""
    value, doubts = whole(figures)
    if value is None or value == 99:
        return None, doubts
    return Decimal(value if value < 50 else 50 - value), NO_DOUBT


def water_temperature(figures: str, air: str) -> Value:
    """The water's tt beside the air's TT: whole degrees where TT is 99, tenths where it is missing.

    Where TT is given the code leaves it open: tenths are taken, with the doubt `water_temp_ambiguous:<tenths>|<whole>`
    for a tt of 10 to 30.
    """
    value, doubts = whole(figures)
    if value is None:
        return None, doubts
    tenths = value * _TENTH
    ambiguous = (f"water_temp_ambiguous:{tenths}|{value}",)
    if air == "99":
        return Decimal(value), NO_DOUBT if value >= 10 else ambiguous
    unsure = air != "//" and 10 <= value <= 30
    return tenths, ambiguous if unsure else NO_DOUBT


def precipitation(figures: str) -> Value:
    """RRR in mm: 989 is that or more, 990 a trace, 991-999 tenths."""
    value, doubts = whole(figures)
    if value is None:
        return None, doubts
    if value <= 988:
        return Decimal(value), NO_DOUBT
    if value == 989:
        return Decimal(value), ("precip_989_or_more",)
    return (value - 990) * _TENTH, ("trace",) if value == 990 else NO_DOUBT


def day_of(figures: str) -> tuple[int | None, Doubts]:
    """YY, a day of the month; raises `BadGroup` on 00 and 32-99."""
    return _within(figures, 1, 31, "day")


def hour_of(figures: str, last: int) -> tuple[int | None, Doubts]:
    """GG, a local hour up to `last` (23 or 24); raises `BadGroup` beyond."""
    return _within(figures, 0, last, "hour")


def _within(figures: str, low: int, high: int, name: str) -> tuple[int | None, Doubts]:
    value, doubts = whole(figures)
    if value is not None and not low <= value <= high:
        raise BadGroup(f"{name} {figures} does not exist: {low:02} to {high} do")
    return value, doubts
