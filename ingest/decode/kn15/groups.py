"""What each kind of group says: rules that read the four figures after a group's number into fields of its section.

A rule takes (figures, section), puts fields with their doubts, and raises `BadGroup` where the group has no meaning.
"""

from collections.abc import Callable
from decimal import Decimal

from ingest.decode.kn15 import codes, values
from ingest.decode.kn15.telegram import Item, Section
from ingest.decode.kn15.values import NO_DOUBT, PARTLY, BadGroup, Doubts

Rule = Callable[[str, Section], None]


def number(name: str, read: Callable[[str], values.Value]) -> Rule:
    """A group that is one number."""

    def rule(figures: str, section: Section) -> None:
        value, doubts = read(figures)
        section.put(name, value, doubts)

    return rule


def temperatures(figures: str, section: Section) -> None:
    """4ttTT: water and air."""
    water, air = figures[:2], figures[2:]
    section.put("water_temp_c", *values.water_temperature(water, air))
    section.put("air_temp_c", *values.air_temperature(air))


def conditions(name: str, known: frozenset[int]) -> Rule:
    """5EEii, 5EEEE, 6CCii, 6CCCC: a code with its intensity in tenths of the width, or two codes."""

    def rule(figures: str, section: Section) -> None:
        items, doubts = _conditions(figures, name, known)
        section.add(name, items, doubts)

    return rule


def _conditions(figures: str, name: str, known: frozenset[int]) -> tuple[list[Item], Doubts]:
    first, first_doubts = values.whole(figures[:2])
    second, second_doubts = values.whole(figures[2:])
    doubts = first_doubts + second_doubts
    if second is not None and 1 <= second <= 10:
        items: list[Item] = [{"code": first, "intensity_pct": second * 10}]
        doubts += NO_DOUBT if first is not None else PARTLY
    elif second is None or second == first:
        items = [{"code": first, "intensity_pct": None}]
    else:
        items = [{"code": first, "intensity_pct": None}, {"code": second, "intensity_pct": None}]
    strange = [item["code"] for item in items if item["code"] is not None and item["code"] not in known]
    return items, doubts + tuple(f"{name}_code_unknown:{code:02}" for code in strange)


def ice_thickness(figures: str, section: Section) -> None:
    """7DDDS: thickness of the ice, class of the snow on it."""
    section.put("ice_thickness_cm", *values.plain(figures[:3]))
    section.put("snow_on_ice_code", *values.whole(figures[3]))


def rain(name: str, durations: frozenset[int]) -> Rule:
    """9RRRd, 0RRRd: amount and class of duration."""

    def rule(figures: str, section: Section) -> None:
        amount, doubts = values.precipitation(figures[:3])
        duration, _ = values.whole(figures[3])
        if duration is not None and duration not in durations:
            doubts += (f"duration_code_unknown:{duration}",)
        section.put(name, {"mm": amount, "duration_code": duration}, doubts)

    return rule


def moment(day_name: str, hour_name: str, last_hour: int) -> Rule:
    """YYGG: a day and a local hour; hour 24 is the midnight that ends the day."""

    def rule(figures: str, section: Section) -> None:
        day, day_doubts = values.day_of(figures[:2])
        hour, hour_doubts = values.hour_of(figures[2:], last_hour)
        section.put(day_name, day, day_doubts)
        section.put(hour_name, hour, hour_doubts)

    return rule


def wind(figures: str, section: Section) -> None:
    """6ddff: direction by code, speed in m/s."""
    direction, doubts = values.whole(figures[:2])
    if direction is not None and direction not in codes.WIND_DIRECTIONS:
        raise BadGroup(f"wind direction {figures[:2]} has no meaning: 00 to 09 do")
    section.put("wind_dir_code", direction, doubts)
    section.put("wind_speed_ms", *values.plain(figures[2:]))


def waves(figures: str, section: Section) -> None:
    """7dHHC: direction by code, height in dm, state of the surface."""
    section.put("wave_dir_code", *values.whole(figures[0]))
    section.put("wave_height_dm", *values.plain(figures[1:3]))
    section.put("surface_code", *values.whole(figures[3]))


def decade(figures: str, section: Section) -> None:
    """1dd// of the Kyrgyz 988: which 10-day period of the month, or the month."""
    if figures[:2] not in codes.DECADES:
        raise BadGroup(f"period {figures[:2]} has no meaning here: 11, 22, 33 and 30 do")
    section.put("decade_code", figures[:2])


def checked_sum(figures: str, section: Section) -> None:
    """2RRRx of the Kyrgyz 988: precipitation, and the last figure of the sum of the four figures before x."""
    amount, doubts = values.precipitation(figures[:3])
    digit, _ = values.whole(figures[3])
    section.put("precip_mm", amount, doubts)
    section.put("check_digit", digit)
    if amount is not None and digit is not None and (2 + sum(map(int, figures[:3]))) % 10 != digit:
        section.doubt("precip_mm", ("check_digit_mismatch",))


def mean_air_temperature(figures: str, section: Section) -> None:
    """3sttt of the Kyrgyz 988: s 0 above and 1 below zero, then tenths of a degree."""
    if "/" in figures:
        section.put("air_temp_mean_c", None, PARTLY if figures.strip("/") else NO_DOUBT)
        return
    if figures[0] not in "01":
        raise BadGroup(f"the sign of the temperature is {figures[0]}: only 0 and 1 have a meaning")
    tenths = int(figures[1:]) * Decimal("0.1")
    section.put("air_temp_mean_c", tenths if figures[0] == "0" else -tenths)
