"""All rows of `config/` as they were read, before they are held against each other."""

from dataclasses import dataclass

from record.network.basin import Basin, Site, Station
from record.network.key import Key
from record.network.limit import GrossRange
from record.network.obligation import Obligation, Watch
from record.network.party import Party, ReportDay
from record.network.row import Row
from record.network.share import SeasonPlan, Share
from record.network.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The rows of every file, in the order of the files; `origin` is the name of the record."""

    origin: str
    report_day: Row[ReportDay]
    parties: tuple[Row[Party], ...]
    basins: tuple[Row[Basin], ...]
    sites: tuple[Row[Site], ...]
    stations: tuple[Row[Station], ...]
    shares: tuple[Row[Share], ...]
    season_plans: tuple[Row[SeasonPlan], ...]
    sources: tuple[Row[Source], ...]
    limits: tuple[Row[GrossRange], ...]
    keys: tuple[Row[Key], ...]
    obligations: tuple[Row[Obligation], ...]
    watches: tuple[Row[Watch], ...]

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
