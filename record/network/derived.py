"""Series that are computed and not measured: from which inputs, by which rule."""

from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from record.network.fact import Fact


class By(StrEnum):
    """How a series is computed."""

    RATING = "rating"
    RESERVOIR_CURVE = "reservoir-curve"
    BALANCE = "balance"
    WEIGHTED_SUM = "weighted-sum"


class Input(Fact):
    """A series that enters a weighted sum: `weight` has no unit, `lag_days` is how much earlier its value is taken."""

    series: str
    weight: Decimal = Decimal(1)
    lag_days: int = Field(default=0, ge=0)


class Derived(Fact):
    """A computed series of a station: `series` is its `quantity.interval` word, and stands at the computed twin.

    `inputs` are whole series ids of measured stations: of a rating or a reservoir curve the level; of a balance the
    storage and the release, in this order; of a weighted sum all its posts. One that is `simulated` is computed from
    the generators' twins of its inputs.
    """

    station: str
    series: str
    by: By
    inputs: tuple[Input, ...] = Field(min_length=1)
    simulated: bool = False
    verified: bool = False
    document: str
    source: str
    note: str | None = None


class Balance(Fact):
    """What closes the water balance of a reservoir besides storage, inflow and release.

    `evaporation_mm` is the depth that evaporates in each month, January first, from the surface of the reservoir curve,
    or `surface_km2` where there is none. `seepage` is in m3/s. `storage_error` is the standard uncertainty of a storage
    in million m3, `release_error_percent` and `inflow_error_percent` those of the flows, `loss_error_percent` that of
    evaporation and seepage together. The computed inflow is the mean over `window_days`, an odd number of days.
    """

    station: str
    evaporation_mm: tuple[Decimal, ...] = Field(min_length=12, max_length=12)
    surface_km2: Decimal | None = None
    seepage: Decimal = Decimal(0)
    storage_error: Decimal
    release_error_percent: Decimal
    inflow_error_percent: Decimal = Decimal(0)
    loss_error_percent: Decimal = Decimal(50)
    window_days: int = Field(default=1, ge=1)
    simulated: bool = False
    verified: bool = False
    document: str
    source: str
    note: str | None = None
