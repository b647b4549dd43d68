"""Which gauges a declared sum counts: of each site the one that says it, of one nature alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from record.network import Network
from record.network.account import Counted
from record.network.basin import Nature, Station
from service.language.phrase import Phrase, phrase

_NATURES = {
    Nature.REAL: phrase("real"),
    Nature.EXAMPLE: phrase("example"),
    Nature.SIMULATED: phrase("simulated"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a sum counts at a site: the gauge that says it, or None with the reason why there is none."""

    site: str
    party: str | None
    quantity: str
    station: str | None
    reason: Phrase | None = None

    @property
    def gauge(self) -> tuple[str, str] | None:
        """Station and quantity."""
        return None if self.station is None else (self.station, self.quantity)


def sources_of(network: Network, counted: Iterable[Counted], nature: Nature) -> tuple[Source, ...]:
    """The gauges of a nature that these count, each once, in declared order.

    Where none of that nature stands, or where two do and it is not said whose counts, there is no gauge, and so no sum:
    the water of another gauge or of none would be a false one.
    """
    return tuple(dict.fromkeys(_source(network, one, nature) for one in counted))


def stations_giving(network: Network, site: str, quantity: str, nature: Nature, *, computed: bool) -> list[Station]:
    """The stations of a nature at a site that give a quantity: those that measure it, or the computed ones."""
    return [
        station
        for station in network.stations_at[site]
        if station.nature is nature and station.computed == computed
        if any(said.partition(".")[0] == quantity for said in station.series)
    ]


def _source(network: Network, one: Counted, nature: Nature) -> Source:
    found = stations_giving(network, one.site, one.quantity, nature, computed=one.computed)
    found = [station for station in found if one.party in (None, station.party)]
    if len(found) == 1:
        (station,) = found
        return Source(site=one.site, party=station.party, quantity=one.quantity, station=station.id)
    reason = _both(found) if found else _none(one, nature)
    return Source(site=one.site, party=one.party, quantity=one.quantity, station=None, reason=reason)


def _both(stations: Sequence[Station]) -> Phrase:
    names: str = stations[0].id
    for station in stations[1:]:
        names = phrase("{one} and {other}", one=names, other=station.id)
    return phrase("{stations} both do, and whose counts is not declared", stations=names)


def _none(one: Counted, nature: Nature) -> Phrase:
    fields = {"nature": _NATURES[nature], "quantity": one.quantity, "party": one.party}
    match one.computed, one.party is None:
        case True, True:
            return phrase("no {nature} station that computes {quantity} is declared", **fields)
        case True, False:
            return phrase("no {nature} station of {party} that computes {quantity} is declared", **fields)
        case False, True:
            return phrase("no {nature} station that measures {quantity} is declared", **fields)
    return phrase("no {nature} station of {party} that measures {quantity} is declared", **fields)
