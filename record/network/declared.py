"""All rows of `config/` as they were read, before they are held against each other."""

from dataclasses import dataclass

from record.network.access import Access
from record.network.account import Delivery, FigureRules, Gate, Reach, Resource
from record.network.basin import Basin, Site, Station
from record.network.curve import RatingCurve, ReservoirCurve, Shift
from record.network.derived import Balance, Derived
from record.network.key import Key
from record.network.obligation import Obligation, Watch
from record.network.party import Licence, Party, ReportDay
from record.network.river import River
from record.network.row import Row
from record.network.share import SeasonPlan, Share
from record.network.source import Source
from record.network.threshold import (
    Climatology,
    FlatLine,
    Gap,
    GrossRange,
    MassBalance,
    Neighbour,
    RateOfChange,
    RatingResidual,
    Spike,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The rows of every file, in the order of the files; `origin` is the name of the record."""

    origin: str
    report_day: Row[ReportDay]
    licence: Row[Licence] | None
    parties: tuple[Row[Party], ...]
    basins: tuple[Row[Basin], ...]
    sites: tuple[Row[Site], ...]
    stations: tuple[Row[Station], ...]
    shares: tuple[Row[Share], ...]
    season_plans: tuple[Row[SeasonPlan], ...]
    sources: tuple[Row[Source], ...]
    gross_ranges: tuple[Row[GrossRange], ...]
    climatologies: tuple[Row[Climatology], ...]
    rates_of_change: tuple[Row[RateOfChange], ...]
    spikes: tuple[Row[Spike], ...]
    flat_lines: tuple[Row[FlatLine], ...]
    gaps: tuple[Row[Gap], ...]
    neighbours: tuple[Row[Neighbour], ...]
    mass_balances: tuple[Row[MassBalance], ...]
    rating_residuals: tuple[Row[RatingResidual], ...]
    rating_curves: tuple[Row[RatingCurve], ...]
    shifts: tuple[Row[Shift], ...]
    reservoir_curves: tuple[Row[ReservoirCurve], ...]
    derived: tuple[Row[Derived], ...]
    balances: tuple[Row[Balance], ...]
    resources: tuple[Row[Resource], ...]
    deliveries: tuple[Row[Delivery], ...]
    reaches: tuple[Row[Reach], ...]
    gates: tuple[Row[Gate], ...]
    figure_rules: Row[FigureRules] | None
    access: Row[Access] | None
    keys: tuple[Row[Key], ...]
    obligations: tuple[Row[Obligation], ...]
    watches: tuple[Row[Watch], ...]
    rivers: tuple[Row[River], ...]

    def party_ids(self) -> frozenset[str]:
        """Ids of the parties."""
        return frozenset(row.fact.id for row in self.parties)

    def basin_ids(self) -> frozenset[str]:
        """Ids of the basins."""
        return frozenset(row.fact.id for row in self.basins)

    def site_of(self, name: str) -> Site | None:
        """The site of that id."""
        return next((row.fact for row in self.sites if row.fact.id == name), None)

    def stations_of(self, source: Source) -> tuple[Station, ...]:
        """The stations that a source may speak of: its party's, and those of the parties it speaks for."""
        parties = {source.party, *source.speaks_for}
        return tuple(row.fact for row in self.stations if row.fact.party in parties)
