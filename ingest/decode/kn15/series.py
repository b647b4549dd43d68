"""Which fields of a telegram belong to series that the record can hold, and on what time each is stamped.

Instants are stamped on their local day and hour, means on the start of their period. The 24-hour precipitation runs
from 08 to 08 and so is stamped at 08:00 of the day it began on.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Line:
    """A field and its series: `days` from the section's day to the stamp, and its local hour (None: the section's)."""

    name: str
    quantity: str
    interval: str
    unit: str
    days: int = 0
    hour: int | None = None
    doubt: str | None = None


_LEVEL = Line("level_cm", "level", "term", "cm")
_WATER = Line("water_temp_c", "temperature", "term", "Cel")
_DISCHARGE = Line("discharge_m3s", "discharge", "term", "m3/s")

TERM = (
    _LEVEL,
    Line("level_20h_prev_day_cm", "level", "term", "cm", days=-1, hour=20),
    _WATER,
    _DISCHARGE,
    Line("precip_24h", "precipitation", "daily", "mm", days=-1, hour=8),
)
"""Sections 1 and 2."""

OTHER_HOUR = tuple(replace(line, doubt="not_sent_at_this_hour") if line.hour is not None else line for line in TERM)
"""Section 1 for another hour than 08: the evening before and the sum from 08 to 08 have no place there."""

MEASURED = (_LEVEL, _DISCHARGE)
"""Section 6: level and discharge of the measurement."""

WARNING = (
    _LEVEL,
    _WATER,
    Line("discharge_m3s", "discharge", "term", "m3/s", doubt="discharge_inflow_or_release"),
)
"""Section 7. Its precipitation is not a 24-hour sum; its group 8 may be an inflow or a release."""

POOLS = (
    Line("level_upper_pool_cm", "level", "term", "cm", hour=8),
    Line("volume_mcm", "storage", "term", "hm3", hour=8),
    Line("volume_prev_day_end_mcm", "storage", "term", "hm3", hour=0),
)
"""Section 4. The end of the previous calendar day is 00:00 of the section's day."""

FLOW_THROUGH = (
    Line("inflow_total_m3s", "inflow", "term", "m3/s", hour=8),
    Line("inflow_total_mean_prev_day_m3s", "inflow", "daily", "m3/s", days=-1, hour=0),
    Line("release_mean_prev_day_m3s", "release", "daily", "m3/s", days=-1, hour=0),
)
"""Section 5. A mean sent with day YY is that of the day before."""


def _means(interval: str) -> tuple[Line, ...]:
    return (
        Line("level_mean_cm", "level", interval, "cm", hour=0),
        Line("discharge_mean_m3s", "discharge", interval, "m3/s", hour=0),
    )


MEANS = {
    "01": _means("daily"),
    "11": _means("10-day"),
    "22": _means("10-day"),
    "33": _means("10-day"),
    "30": _means("monthly"),
}
"""Section 3 by its period; periods of 20 and 25 days and of floods have no series."""
