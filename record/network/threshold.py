"""Thresholds of the quality checks: by quantity, and where it is known better by station, interval and months.

Every threshold is in the unit of its quantity. Of two rows that hold for a reading the more particular one counts: one
that names a station before one that does not, then one that names an interval, then one that names months.
"""

from dataclasses import dataclass
from decimal import Decimal

from pydantic import Field

from record.network.fact import Fact

Months = tuple[int, ...]
"""Months of the year, 1 to 12, in the calendar of the station's party."""


class Threshold(Fact):
    """Of which readings a row holds; `months` left empty means the whole year, `source` says where it is from."""

    quantity: str
    station: str | None = None
    interval: str | None = None
    months: Months = ()
    source: str


class GrossRange(Threshold):
    """Outside `fail` a value is bad, outside `suspect` suspect; both inclusive."""

    fail: tuple[Decimal, Decimal]
    suspect: tuple[Decimal, Decimal] | None = None


class Climatology(Threshold):
    """What the series' own record of earlier years says of the time of year.

    A value is suspect where it lies outside of the `low` and `high` percentiles of the values within `window_days` of
    its day of the year, by more than `margin` times the distance between the two. Asked only where the record holds at
    least `min_years` earlier years of that time of year.
    """

    low: Decimal = Decimal(1)
    high: Decimal = Decimal(99)
    margin: Decimal = Decimal("0.5")
    window_days: int = 15
    min_years: int = 10


class RateOfChange(Threshold):
    """The fastest believable change, in the unit of the quantity an hour: faster is suspect, or bad."""

    suspect: Decimal
    fail: Decimal | None = None


class Spike(Threshold):
    """How far a value may stand out from the mean of its neighbours in time, both on one side: suspect, or bad."""

    suspect: Decimal
    fail: Decimal | None = None


class FlatLine(Threshold):
    """How many hours a value may stay within `tolerance` before it is suspect, or bad."""

    tolerance: Decimal
    suspect_hours: Decimal
    fail_hours: Decimal | None = None


class Gap(Threshold):
    """The longest step, in hours, over which a reading still follows the one before it."""

    hours: Decimal


class Neighbour(Fact):
    """What a gauge says of another one on its river.

    The value of `station` is suspect where it lies outside `low` to `high` times the value that `upstream` had
    `lag_hours` before. Both are series ids without their station, such as `discharge.daily`.
    """

    station: str
    series: str
    upstream: str
    upstream_series: str
    lag_hours: Decimal
    low: Decimal
    high: Decimal
    months: Months = ()
    source: str


class MassBalance(Fact):
    """How far the storage of a reservoir may change otherwise than inflow less release, in million m3 a day."""

    station: str
    storage: str
    inflow: str
    release: str
    suspect: Decimal
    fail: Decimal | None = None
    source: str


class RatingResidual(Fact):
    """How far a measured discharge may lie from its rating curve, in percent of it: suspect, or bad."""

    station: str
    level: str
    discharge: str
    suspect: Decimal = Field(gt=0)
    fail: Decimal | None = None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """All rows of `quality.toml`, a table each, with those of the simulated twins."""

    gross_range: tuple[GrossRange, ...] = ()
    climatology: tuple[Climatology, ...] = ()
    rate_of_change: tuple[RateOfChange, ...] = ()
    spike: tuple[Spike, ...] = ()
    flat_line: tuple[FlatLine, ...] = ()
    gap: tuple[Gap, ...] = ()
    neighbour: tuple[Neighbour, ...] = ()
    mass_balance: tuple[MassBalance, ...] = ()
    rating_residual: tuple[RatingResidual, ...] = ()
