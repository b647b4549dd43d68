"""The sections of KN-15: which marker opens each, and which groups it holds in which order.

Groups ascend by their number inside a section (0 stands last); any may be left out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ingest.decode.kn15 import codes, values
from ingest.decode.kn15.groups import (
    Rule,
    checked_sum,
    conditions,
    decade,
    ice_thickness,
    mean_air_temperature,
    moment,
    number,
    rain,
    temperatures,
    waves,
    wind,
)

_LEVELS, _FLOWS = values.level, values.scaled


@dataclass(frozen=True, slots=True)
class Layout:
    """The groups of a section by number, their order, and those that may be repeated."""

    rules: dict[str, Rule]
    order: str
    repeated: str = ""


def _layout(rules: dict[str, Rule], repeated: str = "") -> Layout:
    return Layout(rules, "".join(rules), repeated)


def _numbers(read: Callable[[str], values.Value], **names: str) -> dict[str, Rule]:
    return {key.removeprefix("g"): number(name, read) for key, name in names.items()}


_TERM = _layout(
    {
        "1": number("level_cm", _LEVELS),
        "2": number("level_change_cm", values.change),
        "3": number("level_20h_prev_day_cm", _LEVELS),
        "4": temperatures,
        "5": conditions("ice", codes.ICE),
        "6": conditions("water_state", codes.STATE),
        "7": ice_thickness,
        "8": number("discharge_m3s", _FLOWS),
        "9": rain("precip_08_20_prev_day", codes.DURATIONS_HALF_DAY),
        "0": rain("precip_24h", codes.DURATIONS_DAY),
    },
    repeated="56",
)
_MEANS = _layout(
    {
        **_numbers(_LEVELS, g1="level_mean_cm", g2="level_max_cm", g3="level_min_cm"),
        **_numbers(_FLOWS, g4="discharge_mean_m3s", g5="discharge_max_m3s", g6="discharge_min_m3s"),
        "7": moment("max_day", "max_hour", 24),
    }
)
_POOLS = _layout(
    {
        **_numbers(
            values.pool_level,
            g1="level_upper_pool_cm",
            g2="level_mean_cm",
            g3="level_mean_prev_day_end_cm",
            g4="level_tail_cm",
            g5="level_tail_max_prev_day_cm",
            g6="level_tail_min_prev_day_cm",
        ),
        **_numbers(_FLOWS, g7="volume_mcm", g8="volume_prev_day_end_mcm"),
    }
)
_FLOW_THROUGH = _layout(
    _numbers(
        _FLOWS,
        g1="inflow_total_m3s",
        g2="inflow_lateral_m3s",
        g3="inflow_to_surface_m3s",
        g4="inflow_total_mean_prev_day_m3s",
        g5="inflow_lateral_mean_prev_day_m3s",
        g6="inflow_to_surface_mean_prev_day_m3s",
        g7="release_mean_prev_day_m3s",
    )
)
_MEASURED = _layout(
    {
        "1": number("level_cm", _LEVELS),
        "2": number("discharge_m3s", _FLOWS),
        "3": number("area_m2", _FLOWS),
        "4": number("max_depth_cm", values.plain),
        "5": moment("day", "hour", 24),
        "6": wind,
        "7": waves,
        "8": moment("surface_day", "surface_hour", 24),
    }
)
_SUMS = _layout({"1": decade, "2": checked_sum, "3": mean_air_temperature})
_MONTH_RAIN = _layout({"0": rain("precip_24h", codes.DURATIONS_DAY)})

LAYOUTS: dict[int, Layout] = {
    1: _TERM, 2: _TERM, 3: _MEANS, 4: _POOLS, 5: _FLOW_THROUGH, 6: _MEASURED, 7: _TERM, 8: _SUMS
}  # fmt: skip
"""Layout of each section by number; section 8 is the Kyrgyz 988, `layout_of` knows the other."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A token that opens a section, and the figures it carries under the name they have there."""

    section: int
    head: tuple[str, int | str]


def _markers() -> dict[str, Marker]:
    days, months = range(1, 32), range(1, 13)
    table: dict[str, Marker] = {}
    for prefix, section, name, figures in (
        ("922", 2, "day", days),
        ("944", 4, "day", days),
        ("955", 5, "day", days),
        ("966", 6, "month", months),
        ("988", 8, "month", months),
    ):
        table |= {f"{prefix}{figure:02}": Marker(section, (name, figure)) for figure in figures}
    for period in ("01", "04", "05", "11", "20", "22", "25", "30", "33"):
        table[f"933{period}"] = Marker(3, ("period_code", period))
    for event in range(1, 8):
        table[f"9770{event}"] = Marker(7, ("event_code", f"{event:02}"))
    return table


MARKERS = _markers()
"""Every legal section marker; as rain in group 9 each would mean 220 mm or more in half a day."""

PREFIXES = frozenset({"922", "933", "944", "955", "966", "977", "988"})
"""How section markers begin: such a token with other figures after it is a garbled marker."""

RAIN_LIKE = frozenset({"922", "933", "944", "955", "966"})
"""Prefixes after which a token may still be rain: 988 and 977 would mean the end of the scale."""


def layout_of(section: int, first: str) -> Layout:
    """Layout of a section whose first group begins with `first`: 988 is written in two ways."""
    return _MONTH_RAIN if section == 8 and first == "0" else LAYOUTS[section]
