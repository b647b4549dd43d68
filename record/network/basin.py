"""Basins, the sites on them, each party's station at a site, and the series that a station gives."""

from enum import StrEnum

from record.network.fact import Fact, Names


class Basin(Fact):
    """A river basin; `rivers` names its watercourses by id."""

    id: str
    names: Names
    source: str


class SiteKind(StrEnum):
    """What stands at a site."""

    RESERVOIR = "reservoir"
    CANAL = "canal"
    HEADWORKS = "headworks"
    POST = "post"
    BORDER = "border"


class Site(Fact):
    """A reservoir, canal, headworks, hydropost or border section.

    `lon`, `lat` are WGS84 degrees, None where no source gives them. `capacity` is in million m3, `q_normal` in m3/s.
    `verified` is false for what the source itself does not confirm; `conflicts` says which other figures are told.
    """

    id: str
    kind: SiteKind
    basin: str
    river: str
    names: Names
    country: str
    shared: bool | None = None
    lon: float | None = None
    lat: float | None = None
    capacity: float | None = None
    surface_km2: float | None = None
    q_normal: float | None = None
    q_forced: float | None = None
    norm: float | None = None
    verified: bool = True
    conflicts: str | None = None
    note: str | None = None
    source: str


class Nature(StrEnum):
    """Whether a station stands in the river, in an example, or in a generator."""

    REAL = "real"
    EXAMPLE = "example"
    SIMULATED = "simulated"


class Station(Fact):
    """One party's gauge at a site: the EDR location. `code` is what its messages call it.

    `series` lists `quantity.interval` words; the series id is `<station>.<quantity>.<interval>`. One that is `computed`
    is no gauge: it holds what is computed of the station whose twin it is, and no message may speak of it.
    """

    id: str
    site: str
    party: str
    code: str
    names: Names
    series: tuple[str, ...]
    nature: Nature = Nature.REAL
    computed: bool = False
    verified: bool = True
    note: str | None = None
    source: str


class Series(Fact):
    """One quantity at one station at one interval."""

    id: str
    station: str
    quantity: str
    interval: str
    basin: str

    @property
    def collection(self) -> str:
        """The id of the collection that holds it: a basin and an interval."""
        return f"{self.basin}-{self.interval}"
