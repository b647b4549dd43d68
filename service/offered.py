"""What there is to ask by OGC API - EDR: collections of readings, of figures, and where their stations lie."""

from types import MappingProxyType

from record.errors import UnknownName
from record.network import Collection, Network
from service.figures.collections import figure_collections
from service.place.places import Places, places_of


class Offered:
    """What one version of the network offers; made once for it, safe to share between threads."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.collections = MappingProxyType({**network.collections, **figure_collections(network)})
        self._places = {name: places_of(one.stations, network) for name, one in self.collections.items()}
        self._stations = {name: frozenset(one.stations) for name, one in self.collections.items()}

    def collection(self, name: str) -> Collection:
        """The collection of that id, or `UnknownName`."""
        try:
            return self.collections[name]
        except KeyError:
            known = ", ".join(self.collections)
            raise UnknownName(f"collection {name[:60]!r} is not there: use one of {known}") from None

    def station(self, name: str, collection: Collection) -> str:
        """The id of a station of the collection, or `UnknownName`."""
        if name not in self._stations[collection.id]:
            raise UnknownName(
                f"station {name[:60]!r} is not in {collection.id}: see /collections/{collection.id}/locations"
            )
        return name

    def places(self, collection: Collection) -> Places:
        """Where the stations of a collection lie."""
        return self._places[collection.id]
