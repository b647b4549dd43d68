"""The real tables that the demonstration carries: which source each belongs to."""

from importlib import resources

from record.network import Network
from record.network.source import Source

_TABLES = {"ala-archa-history": "ala_archa_10day.csv", "klyuchevka-history": "klyuchevka_monthly.csv"}


def real_tables(network: Network) -> list[tuple[Source, str, bytes]]:
    """The declared sources of real tables, with the name and the bytes of each table."""
    folder = resources.files("arna.demo") / "data"
    return [
        (network.sources[source], name, (folder / name).read_bytes())
        for source, name in _TABLES.items()
        if source in network.sources
    ]
