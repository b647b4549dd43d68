"""What the water accounts count: what a share divides, where water is delivered, what is lost on the way."""

from decimal import Decimal
from math import ceil

from pydantic import Field

from record.network.fact import Fact

_OF_THE_YEARS = Decimal("0.8")


class Counted(Fact):
    """A flow or stock that is counted: a quantity at a site, by the gauge of `party` where both have one there.

    It is what a gauge says, or where `computed` is true what Arna computes of that gauge; never both.
    """

    site: str
    quantity: str
    party: str | None = None
    computed: bool = False


class Resource(Fact):
    """What a share divides: of flow the sum of flows, of storage the stored water of its reservoir."""

    share: str
    counted: tuple[Counted, ...] = Field(min_length=1)
    verified: bool = False
    document: str
    source: str
    note: str | None = None


class Delivery(Fact):
    """Where a party receives its water in a basin: the sum of these flows is what was delivered to it.

    `border` is true where the points are those of the season plan, at which one party hands water to the other.
    """

    basin: str
    party: str
    counted: tuple[Counted, ...] = Field(min_length=1)
    border: bool = False
    verified: bool = False
    document: str
    source: str
    note: str | None = None


class Reach(Fact):
    """A stretch of channel between points: what enters at `above`, less `loss_percent`, should come out at `below`."""

    id: str
    basin: str
    above: tuple[Counted, ...] = Field(min_length=1)
    below: tuple[Counted, ...] = Field(min_length=1)
    loss_percent: Decimal = Field(ge=0, le=100)
    lag_days: int = Field(default=0, ge=0)
    verified: bool = False
    document: str
    source: str
    note: str | None = None


class Gate(Fact):
    """A site that both parties gauge, and how far their figures may differ: in percent of their mean, or in m3/s.

    Within either of the two they agree.
    """

    site: str
    quantity: str
    tolerance_percent: Decimal
    tolerance: Decimal = Decimal(0)
    verified: bool = False
    document: str
    source: str
    note: str | None = None


class FigureRules(Fact):
    """How figures are made of readings: when too few are there, what is normal, and when the seasons begin.

    `completeness_percent`: a mean of a period is missing where fewer of its days have one, and a mean of a day where
    fewer of its hourly or 10-minute readings are there. `base_from` and `base_until` are the first and last year of the
    base period of norms, `min_years` how many of its years a norm needs: without it 80 percent of them (WMO-No. 1203).
    Seasons begin on the first of the months `season_begins` (growing) and `season_ends`; the hydrological year with the
    first of `year_begins`. `classes` are the four bounds of the HydroSOS classes, as shares of the years that were
    lower.
    """

    completeness_percent: Decimal = Decimal(80)
    base_from: int = 1991
    base_until: int = 2020
    min_years: int | None = None
    season_begins: int = Field(default=4, ge=1, le=12)
    season_ends: int = Field(default=10, ge=1, le=12)
    year_begins: int = Field(default=10, ge=1, le=12)
    classes: tuple[Decimal, Decimal, Decimal, Decimal] = (
        Decimal("0.10"), Decimal("0.25"), Decimal("0.75"), Decimal("0.90"),
    )  # fmt: skip
    document: str = "WMO guidance; the base period is a working assumption"

    @property
    def years(self) -> int:
        """How many years the base period has."""
        return self.base_until - self.base_from + 1

    @property
    def years_needed(self) -> int:
        """How many years of the base period a norm needs."""
        return ceil(_OF_THE_YEARS * self.years) if self.min_years is None else self.min_years
