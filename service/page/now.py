"""What the record says of every site now: the newest readings of its stations, and how they stand to what was.

The schematic of a river, the map and the tables of the overview show these and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Trend(StrEnum):
    """Where a quantity goes from a day before to now."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The newest reading of a quantity at a station; `time` is None, and so is all else, where it never spoke.

    `value` None is one that is missing, `flag` a word of the QARTOD scale, `unit` a label such as m³/s, `decimals` how
    many are shown, `entry` that of the journal which says it. `change` is from the reading a day before, None where
    there is none. It is `late` when it is older than its series may be. `klass` is one of the classes of HydroSOS,
    `percent` of the norm, `last_year` the value of the same day a year ago; each None where not known. `filled` is, of
    storage, the percent of the declared capacity.
    """

    series: str
    quantity: str
    unit: str
    decimals: int
    value: float | None
    flag: str
    time: datetime | None
    entry: int | None
    late: bool
    change: float | None = None
    trend: Trend | None = None
    klass: str | None = None
    percent: float | None = None
    last_year: float | None = None
    filled: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StationNow:
    """A station with the newest of each of its quantities, the one by which its site is known first.

    That is the storage of a reservoir, the intake of a canal or headworks, and the discharge of all else.
    """

    station: str
    party: str
    nature: str
    computed: bool
    verified: bool
    measures: tuple[Measure, ...]


SitesNow = Mapping[str, tuple[StationNow, ...]]
"""The stations of each site by its id, real ones first; those of which nothing was ever said come last."""
