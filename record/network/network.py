"""The declared network as one frozen value, with the look-ups that the rest of the house needs."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from record.errors import UnknownName
from record.network.access import Access
from record.network.account import Delivery, FigureRules, Gate, Reach, Resource
from record.network.basin import Basin, Nature, Series, Site, Station
from record.network.curve import RatingCurve, ReservoirCurve, Shift
from record.network.derived import Balance, Derived
from record.network.key import Key, Role
from record.network.obligation import Obligation, Watch, series_owed, watch_of
from record.network.party import Licence, Party, ReportDay
from record.network.river import River
from record.network.share import SeasonPlan, Share
from record.network.source import Source
from record.network.threshold import Thresholds
from record.proof.policy import Policy, Witness, all_of


@dataclass(frozen=True, kw_only=True)
class Collection:
    """The series of one basin at one interval: `chu-daily`."""

    id: str
    basin: str
    interval: str
    series: tuple[Series, ...]

    @cached_property
    def stations(self) -> tuple[str, ...]:
        """Ids of its stations, each once, in declared order."""
        return tuple(dict.fromkeys(series.station for series in self.series))

    @cached_property
    def quantities(self) -> tuple[str, ...]:
        """Ids of its quantities, each once, in declared order."""
        return tuple(dict.fromkeys(series.quantity for series in self.series))

    def of_stations(self, stations: Sequence[str]) -> tuple[Series, ...]:
        """The series of some of its stations, in declared order."""
        if len(stations) == 1:
            return self._by_station.get(stations[0], ())
        among = frozenset(stations)
        return tuple(series for series in self.series if series.station in among)

    @cached_property
    def _by_station(self) -> Mapping[str, tuple[Series, ...]]:
        found: dict[str, list[Series]] = {}
        for series in self.series:
            found.setdefault(series.station, []).append(series)
        return {name: tuple(members) for name, members in found.items()}


@dataclass(frozen=True, kw_only=True)
class Network:
    """Everything that `config/` declares; mappings are by id and keep the order of the files.

    `files` holds the bytes of every file read, by its path within the folder: they are what a network entry journals.
    """

    origin: str
    report_day: ReportDay
    licence: Licence | None = None
    parties: Mapping[str, Party]
    basins: Mapping[str, Basin]
    sites: Mapping[str, Site]
    stations: Mapping[str, Station]
    shares: Mapping[str, Share]
    season_plans: Mapping[str, SeasonPlan]
    sources: Mapping[str, Source]
    keys: tuple[Key, ...] = ()
    obligations: Mapping[str, Obligation] = field(default_factory=dict)
    watches: tuple[Watch, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    rating_curves: tuple[RatingCurve, ...] = ()
    shifts: tuple[Shift, ...] = ()
    reservoir_curves: tuple[ReservoirCurve, ...] = ()
    derived: tuple[Derived, ...] = ()
    balances: tuple[Balance, ...] = ()
    resources: tuple[Resource, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    reaches: tuple[Reach, ...] = ()
    gates: tuple[Gate, ...] = ()
    figures: FigureRules = field(default_factory=FigureRules)
    access: Access = field(default_factory=Access)
    rivers: Mapping[str, River] = field(default_factory=dict)
    files: Mapping[str, bytes]

    @cached_property
    def ministries(self) -> tuple[str, ...]:
        """The ministries and services of all parties by their English names, in declared order."""
        return tuple(one.names["en"] for party in self.parties.values() for one in party.ministries)

    @cached_property
    def series(self) -> Mapping[str, Series]:
        """Every declared series by id, in the order of its stations."""
        return {series.id: series for station in self.stations.values() for series in self._series_of(station)}

    @cached_property
    def stations_at(self) -> Mapping[str, tuple[Station, ...]]:
        """The stations of each site, in declared order."""
        found: dict[str, list[Station]] = {name: [] for name in self.sites}
        for station in self.stations.values():
            found[station.site].append(station)
        return {name: tuple(stations) for name, stations in found.items()}

    @cached_property
    def collections(self) -> Mapping[str, Collection]:
        """Every collection that has at least one series."""
        members: dict[str, list[Series]] = {}
        for series in self.series.values():
            members.setdefault(series.collection, []).append(series)
        return {
            name: Collection(id=name, basin=rows[0].basin, interval=rows[0].interval, series=tuple(rows))
            for name, rows in members.items()
        }

    @cached_property
    def version(self) -> str:
        """SHA-256 over the names and bytes of all files: two networks with the same version are the same."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(f"{name}\0{len(self.files[name])}\0".encode())
            digest.update(self.files[name])
        return digest.hexdigest()

    @cached_property
    def policy(self) -> Policy | None:
        """When a checkpoint of this record is final: with the signatures of all parties. None where keys lack."""
        logs, witnesses = self.keys_of(Role.LOG), self.keys_of(Role.WITNESS)
        if not logs or not witnesses:
            return None
        return all_of(logs[0].verifier, [Witness(key.holder, key.verifier, key.url) for key in witnesses])

    def keys_of(self, role: Role) -> tuple[Key, ...]:
        """The declared keys of a role."""
        return tuple(key for key in self.keys if key.role is role)

    @cached_property
    def owed(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the series that each obligation is on, by the id of the obligation."""
        stations = self.stations.values()
        return {name: series_owed(obligation, stations) for name, obligation in self.obligations.items()}

    def obligation(self, name: str) -> Obligation:
        """The obligation of that id, or `UnknownName`."""
        try:
            return self.obligations[name]
        except KeyError:
            known = ", ".join(self.obligations) or "none is declared"
            raise UnknownName(f"obligation {name!r} is not declared: {known}") from None

    def party(self, name: str) -> Party:
        """The party of that id, or `UnknownName`."""
        try:
            return self.parties[name]
        except KeyError:
            raise UnknownName(f"party {name!r} is not declared: use one of {', '.join(self.parties)}") from None

    def watch(self, source: str) -> Watch | None:
        """From where on a source is reported as amiss; None where nothing of it is watched."""
        return watch_of(self.watches, source)

    @cached_property
    def _by_code(self) -> Mapping[tuple[str, bool], Station]:
        gauges = (station for station in self.stations.values() if not station.computed)
        return {(station.code, station.nature is Nature.SIMULATED): station for station in gauges}

    def station_called(self, code: str, *, simulated: bool) -> Station | None:
        """The station that messages call `code`, or by its id as records like this one do.

        A simulated source speaks of simulated stations alone, and none of what is computed.
        """
        named = self.stations.get(code)
        if named is not None and not named.computed and (named.nature is Nature.SIMULATED) == simulated:
            return named
        return self._by_code.get((code, simulated))

    def source(self, name: str) -> Source:
        """The source of that id; raise `UnknownName` with the known ids otherwise."""
        if name not in self.sources:
            raise UnknownName(f"source {name!r} is not declared: use one of {', '.join(self.sources)}")
        return self.sources[name]

    def narrowed(self, source: str) -> "Network":
        """The same network with that one source alone."""
        return replace(self, sources={source: self.sources[source]})

    def zone_of(self, station: str) -> ZoneInfo:
        """Time zone of a station: that of its party."""
        return self.parties[self.station(station).party].tz

    def station(self, name: str) -> Station:
        """The station of that id, or `UnknownName`."""
        try:
            return self.stations[name]
        except KeyError:
            raise UnknownName(f"station {name!r} is not declared: see /collections for the ids") from None

    def is_verified(self, station: str) -> bool:
        """Whether the sources confirm what is declared of a station and of its site."""
        declared = self.station(station)
        return declared.verified and self.sites[declared.site].verified

    def collection(self, name: str) -> Collection:
        """The collection of that id, or `UnknownName`."""
        try:
            return self.collections[name]
        except KeyError:
            known = ", ".join(self.collections)
            raise UnknownName(f"collection {name!r} is not declared: use one of {known}") from None

    def _series_of(self, station: Station) -> tuple[Series, ...]:
        basin = self.sites[station.site].basin
        return tuple(
            Series(id=f"{station.id}.{said}", station=station.id, quantity=quantity, interval=interval, basin=basin)
            for said in station.series
            for quantity, _, interval in [said.partition(".")]
        )
