"""How the lines of a hydrograph look: by their place among them, and by whose they are where parties are compared."""

from collections.abc import Sequence

from record.network import Network
from service.hydrographs import Hydrograph


def looks(network: Network, held: Sequence[Hydrograph]) -> tuple[str, ...]:
    """The classes of each line: `line-0` tells its dashes and its colour, `of-kz` whose colour it has instead."""
    parties = [network.station(network.series[one.series].station).party for one in held]
    if len(set(parties)) == 1:
        return tuple(f"line-{number}" for number in range(len(held)))
    return tuple(f"line-{number} of-{party}" for number, party in enumerate(parties))
