"""What is declared, as entities of SensorThings: properties and relations by id. Observations are not among them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from record.errors import SelectionError, UnknownName
from record.network import Network
from record.network.basin import Series, Site, Station
from record.network.interval import interval_of
from record.quantities import quantity_of
from service.sensorthings.effort import Effort

OBSERVATIONS = "Observations"
_GEOJSON = "application/geo+json"
_MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
_UCUM = "http://unitsofmeasure.org/ucum.html"
_STANDARD_NAMES = "http://vocab.nerc.ac.uk/standard_name/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A set of entities: the properties of each, and its relations: to which set, and whether to many."""

    properties: tuple[str, ...]
    relations: Mapping[str, tuple[str, bool]] = field(default_factory=dict)


_COMMON = ("name", "description", "properties")
KINDS: Mapping[str, Kind] = {
    "Things": Kind(
        _COMMON,
        {
            "Locations": ("Locations", True),
            "HistoricalLocations": ("HistoricalLocations", True),
            "Datastreams": ("Datastreams", True),
        },
    ),
    "Locations": Kind(
        (*_COMMON, "encodingType", "location"),
        {"Things": ("Things", True), "HistoricalLocations": ("HistoricalLocations", True)},
    ),
    "HistoricalLocations": Kind(("time",), {"Thing": ("Things", False), "Locations": ("Locations", True)}),
    "Datastreams": Kind(
        (*_COMMON, "observationType", "unitOfMeasurement", "observedArea"),
        {
            "Thing": ("Things", False),
            "Sensor": ("Sensors", False),
            "ObservedProperty": ("ObservedProperties", False),
            OBSERVATIONS: (OBSERVATIONS, True),
        },
    ),
    "Sensors": Kind((*_COMMON, "encodingType", "metadata"), {"Datastreams": ("Datastreams", True)}),
    "ObservedProperties": Kind((*_COMMON, "definition"), {"Datastreams": ("Datastreams", True)}),
    OBSERVATIONS: Kind(
        ("phenomenonTime", "resultTime", "result", "resultQuality", "parameters"),
        {"Datastream": ("Datastreams", False), "FeatureOfInterest": ("FeaturesOfInterest", False)},
    ),
    "FeaturesOfInterest": Kind(
        (*_COMMON, "encodingType", "feature"),
        {OBSERVATIONS: (OBSERVATIONS, True)},
    ),
}


class Entities:
    """The entities of a network; `root` is the address of the service root, without a slash at its end.

    `carried` are parameters of ours that every link carries on; `effort` is what looking at them takes.
    """

    def __init__(
        self, network: Network, root: str, carried: Mapping[str, str] | None = None, effort: Effort | None = None
    ) -> None:
        self.network, self.root, self.carried = network, root, dict(carried or {})
        self.effort = effort or Effort()
        self._carried = f"?{urlencode(self.carried, safe=':')}" if self.carried else ""
        self._made: dict[tuple[str, str], dict[str, Any]] = {}

    @cached_property
    def ids(self) -> Mapping[str, Sequence[str]]:
        """The ids of each set, in declared order."""
        placed = [site.id for site in self.network.sites.values() if site.lon is not None and site.lat is not None]
        quantities = dict.fromkeys(series.quantity for series in self.network.series.values())
        return {
            "Things": list(self.network.stations),
            "Locations": placed,
            "HistoricalLocations": [],
            "Datastreams": list(self.network.series),
            "Sensors": list(self.network.stations),
            "ObservedProperties": list(quantities),
            "FeaturesOfInterest": [name for name, stations in self.network.stations_at.items() if stations],
        }

    @cached_property
    def _series_of(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for series in self.network.series.values():
            found.setdefault(series.station, []).append(series.id)
        return found

    def known(self, kind: str, name: str) -> str:
        """The id, where there is such an entity; raises `UnknownName`."""
        if name not in self.ids[kind]:
            raise UnknownName(f"{kind}({quoted(name[:60])}) is not declared: see {self.root}/{kind}")
        return name

    def link(self, kind: str, name: str) -> str:
        """The address of an entity."""
        return f"{self.root}/{kind}({quoted(name)})"

    def asked(self, address: str) -> str:
        """An address as links give it: it asks of the same record as this answer."""
        return f"{address}{self._carried}"

    def properties(self, kind: str, name: str) -> dict[str, Any]:
        """The properties of an entity, not to be written to."""
        found = self._made.get((kind, name))
        if found is None:
            found = self._made[kind, name] = _MAKE[kind](self, name)
        return found

    def related(self, kind: str, name: str, relation: str) -> list[str]:
        """The ids of the entities at the other end of a relation; of Observations the series that they are of."""
        if relation == OBSERVATIONS:
            return [name] if kind == "Datastreams" else self._series_at(name)
        find = _RELATED.get((kind, relation))
        return find(self, name) if find else []

    def _series_at(self, site: str) -> list[str]:
        stations = self.network.stations_at.get(site, ())
        return [series for station in stations for series in self._series_of.get(station.id, ())]

    def _located(self, site: str) -> list[str]:
        found = self.network.sites[site]
        return [] if found.lon is None or found.lat is None else [site]

    def thing(self, name: str) -> dict[str, Any]:
        """A station."""
        station = self.network.stations[name]
        return {
            "name": station.names["en"],
            "description": f"{'Computed values' if station.computed else 'Gauge'} of {self._party(station)} "
            f"at {self.network.sites[station.site].names['en']}",
            "properties": self._said_of(station) | {"names": dict(station.names), "party": station.party},
        }

    def location(self, name: str) -> dict[str, Any]:
        """A site with a place."""
        site = self.network.sites[name]
        return self._site(site) | {
            "encodingType": _GEOJSON,
            "location": {"type": "Point", "coordinates": [site.lon, site.lat]},
        }

    def feature(self, name: str) -> dict[str, Any]:
        """A site as what is observed; a feature without geometry where no source gives its place."""
        site = self.network.sites[name]
        place = {"type": "Point", "coordinates": [site.lon, site.lat]} if self._located(name) else None
        feature = {"type": "Feature", "geometry": place, "properties": {}}
        return self._site(site) | {"encodingType": _GEOJSON, "feature": feature}

    def datastream(self, name: str) -> dict[str, Any]:
        """A series."""
        series = self.network.series[name]
        station, quantity = self.network.stations[series.station], quantity_of(series.quantity)
        site, interval = self.network.sites[station.site], interval_of(series.interval)
        label = interval.label_of([quantity])
        placed = self._located(site.id)
        return {
            "name": f"{station.names['en']}: {quantity.long_name}, {label}",
            "description": f"{label.capitalize()} of {quantity.long_name} at {station.names['en']}. "
            f"A time stamp is {interval.stamp_of([quantity])}.",
            "properties": self._said_of(station) | _of_series(series) | {"point": interval.point},
            "observationType": _MEASUREMENT,
            "unitOfMeasurement": {"name": quantity.label, "symbol": quantity.unit, "definition": _UCUM},
        } | ({"observedArea": {"type": "Point", "coordinates": [site.lon, site.lat]}} if placed else {})

    def sensor(self, name: str) -> dict[str, Any]:
        """The gauge of a station."""
        station = self.network.stations[name]
        return {
            "name": f"{station.names['en']} ({station.code})",
            "description": station.note or f"What {self._party(station)} sends as {station.code}",
            "properties": self._said_of(station),
            "encodingType": "text/html",
            "metadata": station.source,
        }

    def observed(self, name: str) -> dict[str, Any]:
        """A quantity."""
        quantity = quantity_of(name)
        standard = quantity.standard_name
        return {
            "name": name,
            "description": quantity.long_name,
            "properties": {"unit": quantity.unit} | ({"standard_name": standard} if standard else {}),
            "definition": f"{_STANDARD_NAMES}{standard}/" if standard else self.link("ObservedProperties", name),
        }

    def _site(self, site: Site) -> dict[str, Any]:
        return {
            "name": site.names["en"],
            "description": f"{site.kind.value.capitalize()} on the {site.river}",
            "properties": {
                "names": dict(site.names),
                "kind": site.kind.value,
                "basin": site.basin,
                "country": site.country,
                "verified": site.verified,
            },
        }

    def standing(self, series: str) -> dict[str, Any]:
        """What is to be seen in every reading of a series: whether it is real, and its station verified."""
        said = self._said_of(self.network.stations[self.network.series[series].station])
        return {"nature": said["nature"], "verified": said["verified"]}

    def _said_of(self, station: Station) -> dict[str, Any]:
        """What is to be seen in whatever is of a station."""
        return {
            "nature": station.nature.value,
            "verified": self.network.is_verified(station.id),
            "computed": station.computed,
        }

    def _party(self, station: Station) -> str:
        party = self.network.parties.get(station.party)
        return station.party if party is None else party.names["en"]


def _of_series(series: Series) -> dict[str, Any]:
    return {"collection": series.collection, "interval": series.interval, "quantity": series.quantity}


def quoted(name: str) -> str:
    """An id as an address spells it."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def kind_of(name: str) -> Kind:
    """A set by its name; raises `UnknownName`."""
    if name not in KINDS:
        raise UnknownName(f"there is no set {name[:40]!r}: use {', '.join(KINDS)}")
    return KINDS[name]


def relation_of(kind: str, name: str) -> tuple[str, bool]:
    """To which set a relation leads, and whether to many; raises `SelectionError`."""
    found = KINDS[kind].relations.get(name)
    if found is None:
        known = ", ".join(KINDS[kind].relations)
        raise SelectionError(f"{name[:40]!r} is not a relation of {kind}: use {known}")
    return found


_MAKE: Mapping[str, Callable[[Entities, str], dict[str, Any]]] = {
    "Things": Entities.thing,
    "Locations": Entities.location,
    "Datastreams": Entities.datastream,
    "Sensors": Entities.sensor,
    "ObservedProperties": Entities.observed,
    "FeaturesOfInterest": Entities.feature,
}
_RELATED: Mapping[tuple[str, str], Callable[[Entities, str], list[str]]] = {
    ("Things", "Locations"): lambda of, name: of._located(of.network.stations[name].site),
    ("Things", "Datastreams"): lambda of, name: list(of._series_of.get(name, ())),
    ("Locations", "Things"): lambda of, name: [station.id for station in of.network.stations_at[name]],
    ("Datastreams", "Thing"): lambda of, name: [of.network.series[name].station],
    ("Datastreams", "Sensor"): lambda of, name: [of.network.series[name].station],
    ("Datastreams", "ObservedProperty"): lambda of, name: [of.network.series[name].quantity],
    ("Sensors", "Datastreams"): lambda of, name: list(of._series_of.get(name, ())),
    ("ObservedProperties", "Datastreams"): lambda of, name: [
        series.id for series in of.network.series.values() if series.quantity == name
    ],
    (OBSERVATIONS, "Datastream"): lambda _, name: [name],
    (OBSERVATIONS, "FeatureOfInterest"): lambda of, name: [of.network.stations[of.network.series[name].station].site],
}
