"""What the record says of every site now: the newest readings of its stations, and how they stand to what was.

The schematic of a river, the map and the tables of the overview show these and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Trend(StrEnum):
    """Where a quantity goes from a day before to now."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"


class Known(NamedTuple):
    """A value that was said of a time."""

    value: float
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The newest reading of a quantity at a station; `time` is None, and so is all else, where it never spoke.

    `value` None is one that is missing, `flag` a word of the QARTOD scale, `unit` a label such as m³/s, `decimals` how
    many are shown, `entry` that of the journal which says it. `change` is from the reading a day before, None where
    there is none. It is `late` when it is older than its series may be, and `silent` when nothing came for 30 days. Of
    one that is missing `known` is the last value that was said, with its time. `klass` is one of the classes of
    HydroSOS, `percent` of the norm, `last_year` the value of the same day a year ago; each None where not known.
    `filled` is, of storage, the percent of the declared capacity.
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
    silent: bool = False
    known: Known | None = None
    change: float | None = None
    trend: Trend | None = None
    klass: str | None = None
    percent: float | None = None
    last_year: float | None = None
    filled: float | None = None

    @property
    def is_now(self) -> bool:
        """Whether it says how the water stands: its value is not flagged bad, and it has not fallen silent."""
        return self.value is not None and self.flag != "bad" and not self.silent

    @property
    def last(self) -> Known | None:
        """The last value that was said, where it does not say how the water stands now."""
        if self.is_now or self.flag == "bad":
            return None
        if self.value is not None and self.time is not None:
            return Known(self.value, self.time)
        return self.known


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
