"""Of several stations at one place the one that speaks for it: a mixture of two would be nobody's."""

from collections.abc import Collection, Sequence

from record.network import Network
from record.network.basin import Nature

_RANKS = (Nature.REAL.value, Nature.EXAMPLE.value, "computed", Nature.SIMULATED.value)


def rank_of(nature: str, *, computed: bool) -> int:
    """A measured real station comes before an example, that before a computed one, that before a simulated one."""
    kind = "computed" if computed and nature == Nature.REAL.value else nature
    return _RANKS.index(kind) if kind in _RANKS else len(_RANKS)


def first_of(stations: Sequence[str], network: Network, spoke: Collection[str]) -> str:
    """The one of these that speaks for their place.

    One of which anything was ever said comes before one that never spoke, whatever interval is asked for, so that
    answers for parts of a time fit together; of these the first by rank, of equals the one declared first.
    """

    def order(name: str) -> tuple[bool, int]:
        station = network.station(name)
        return name not in spoke, rank_of(station.nature.value, computed=station.computed)

    return min(stations, key=order)
