"""Collections of figures: what is computed of a basin by days, 10-day periods and months, asked for as readings are."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType

from record.network import Collection, Network
from record.network.basin import Basin, Series
from record.network.interval import INTERVALS
from record.quantities import quantity_of
from service.figures.periods import Kind
from service.figures.sources import sources_of

KINDS: Mapping[str, Kind] = MappingProxyType({"daily": Kind.DAY, "10-day": Kind.TEN_DAYS, "monthly": Kind.MONTH})
"""The kind of period of each interval that figures come at."""
_FIGURES = "-figures"


def figure_collections(network: Network) -> dict[str, Collection]:
    """By its id, such as `chu-daily-figures`, each collection of figures that the series of a basin allow."""
    found = (_collection(network, basin, interval) for basin in network.basins.values() for interval in KINDS)
    return {collection.id: collection for collection in found if collection.series}


def is_of_figures(collection: Collection) -> bool:
    """Whether its values are computed as they are asked for, and stand in no entry."""
    return collection.id.endswith(_FIGURES)


def collections_below(network: Network, collection: Collection) -> dict[str, str]:
    """The collections of readings from which its figures can be made, by their intervals."""
    given = {one.interval for one in network.series.values() if one.basin == collection.basin}
    made_of = {interval for group in sources_of(list(INTERVALS), KINDS[collection.interval]) for interval in group}
    names = {interval: f"{collection.basin}-{interval}" for interval in INTERVALS}
    return {interval: name for interval, name in names.items() if interval in given & made_of}


def sources_read(collection: Collection, wanted: Iterable[str], network: Network) -> Iterator[Series]:
    """The series of which these figures of a collection may be made."""
    asked, kind, given = set(wanted), KINDS[collection.interval], _given(network, network.basins[collection.basin])
    for one in collection.series:
        if one.id in asked:
            for interval in chain.from_iterable(sources_of(given[one.station, one.quantity], kind)):
                yield network.series[f"{one.station}.{one.quantity}.{interval}"]


def _collection(network: Network, basin: Basin, interval: str) -> Collection:
    series = tuple(_series(network, basin, interval))
    return Collection(id=f"{basin.id}-{interval}{_FIGURES}", basin=basin.id, interval=interval, series=series)


def _series(network: Network, basin: Basin, interval: str) -> Iterator[Series]:
    for (station, quantity), given in _given(network, basin).items():
        if quantity_of(quantity).mean and sources_of(given, KINDS[interval]):
            name = f"{station}.{quantity}.{interval}"
            yield Series(id=name, station=station, quantity=quantity, interval=interval, basin=basin.id)


def _given(network: Network, basin: Basin) -> dict[tuple[str, str], list[str]]:
    """The intervals at which each station of a basin gives each of its quantities."""
    found: dict[tuple[str, str], list[str]] = {}
    for series in network.series.values():
        if series.basin == basin.id:
            found.setdefault((series.station, series.quantity), []).append(series.interval)
    return found
