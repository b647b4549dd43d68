"""In which order series are computed: those that rest on what is measured first, then those that rest on them."""

from collections.abc import Sequence

from ingest.derive.rule import Computed
from record.errors import ConfigError
from record.network import Network


def floors(network: Network) -> list[Sequence[Computed]]:
    """The computed series in floors, each of which rests on those below it.

    Raises `ConfigError` where some rest on each other.
    """
    waiting = [Computed(row, network) for row in network.derived]
    found: list[Sequence[Computed]] = []
    while waiting:
        above = {asked.series for asked in waiting}
        floor = [asked for asked in waiting if not any(series.id in above for series in asked.inputs)]
        if not floor:
            names = ", ".join(sorted(above))
            raise ConfigError(f"derived.toml: {names} are each computed from another of them: leave one out")
        found.append(floor)
        waiting = [asked for asked in waiting if asked not in floor]
    return found
