"""What there is to ask by OGC API - EDR: collections of readings, of figures, and where their stations lie."""

from collections.abc import Sequence
from difflib import get_close_matches
from types import MappingProxyType
from zoneinfo import ZoneInfo

from record.errors import SelectionError, UnknownName
from record.network import Collection, Network
from record.network.interval import interval_of
from service.figures.collections import figure_collections
from service.place.places import Places, places_of


def of_readings(name: str, network: Network) -> Collection:
    """The collection of readings of that id; raise `UnknownName` for any other, also for one of figures."""
    if name not in network.collections and name in figure_collections(network):
        raise UnknownName(
            f"collection {name!r} holds figures, which are not offered here, for they are computed as they are asked "
            f"for: see /collections/{name}"
        )
    return network.collection(name)


class Offered:
    """What one version of the network offers; made once for it, safe to share between threads."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.collections = MappingProxyType({**network.collections, **figure_collections(network)})
        self._places = {name: places_of(one.stations, network) for name, one in self.collections.items()}
        self._zones = {name: _zones_of(one, network) for name, one in self.collections.items()}
        self._stations = {name: frozenset(one.stations) for name, one in self.collections.items()}

    def collection(self, name: str) -> Collection:
        """The collection of that id, or `UnknownName`."""
        try:
            return self.collections[name]
        except KeyError:
            known = ", ".join(self.collections)
            meant = _meant(name, tuple(self.collections))
            raise UnknownName(f"collection {name[:60]!r} is not there: {meant}use one of {known}") from None

    def station(self, name: str, collection: Collection) -> str:
        """The id of a station of the collection, or `UnknownName`."""
        if name not in self._stations[collection.id]:
            meant = _meant(name, collection.stations)
            raise UnknownName(
                f"station {name[:60]!r} is not in {collection.id}: {meant}see /collections/{collection.id}/locations"
            )
        return name

    def zones(self, collection: Collection) -> tuple[ZoneInfo, ...]:
        """The calendars in which dates are read, where its values are means of days or longer; of instants none."""
        return self._zones[collection.id]

    def refuse_strange(self, names: Sequence[str], collection: Collection) -> None:
        """Raise `SelectionError` for a quantity that the collection does not hold, with where it is."""
        strange = next((name for name in names if name not in collection.quantities), None)
        if strange is None:
            return
        others = [one.id for one in self.collections.values() if one.basin == collection.basin]
        there = [name for name in others if strange in self.collections[name].quantities]
        where = f"; {strange} is in {', '.join(there)}" if there else ""
        raise SelectionError(
            f"parameter-name {strange[:40]!r} is not in {collection.id}: use {', '.join(collection.quantities)}{where}"
        )

    def places(self, collection: Collection) -> Places:
        """Where the stations of a collection lie."""
        return self._places[collection.id]


def _zones_of(collection: Collection, network: Network) -> tuple[ZoneInfo, ...]:
    if interval_of(collection.interval).point:
        return ()
    return tuple(dict.fromkeys(network.zone_of(station) for station in collection.stations))


def _meant(name: str, known: Sequence[str]) -> str:
    """What was perhaps meant by a name that nothing bears: in other letters, without its party, or nearly written."""
    said = name[:60].lower()
    meant = [one for one in known if one.lower() == said or one.lower().partition(":")[0] == said]
    meant = sorted(meant, key=len) or get_close_matches(said, known, n=3, cutoff=0.75)
    return f"did you mean {' or '.join(meant[:3])}? else " if meant else ""
