"""Which simulated stations a source speaks of."""

import re
from collections.abc import Sequence

from record.network import Network
from record.network.basin import Nature, Site, SiteKind, Station
from record.network.source import Source

Speaker = tuple[Station, Site]

is_post_index = re.compile("[0-9]{5}").fullmatch


def sources_of(network: Network, form: str) -> list[Source]:
    """The simulated sources of a format, in declared order."""
    return [source for source in network.sources.values() if source.simulated and source.format == form]


def own(network: Network, source: Source) -> list[Speaker]:
    """The simulated stations of the parties that a source may speak for."""
    parties = (source.party, *source.speaks_for)
    return [speaker for speaker in _simulated(network) if speaker[0].party in parties]


def foreign(network: Network, source: Source) -> list[Speaker]:
    """The simulated stations that a source may not speak for."""
    parties = (source.party, *source.speaks_for)
    return [speaker for speaker in _simulated(network) if speaker[0].party not in parties]


def by_table(network: Network, source: Source) -> list[Speaker]:
    """Those that a source of tables speaks of: its own that send no telegrams, where they fit the table."""
    telegraphed = {
        station.id for sender in sources_of(network, "kn15") for station, _ in in_telegrams(own(network, sender))
    }
    return in_table([speaker for speaker in own(network, source) if speaker[0].id not in telegraphed], source)


def in_telegrams(speakers: Sequence[Speaker]) -> list[Speaker]:
    """Those that are called by a post index, as telegrams need."""
    return [speaker for speaker in speakers if is_post_index(speaker[0].code)]


def in_table(speakers: Sequence[Speaker], source: Source) -> list[Speaker]:
    """Those whose values stand in the table of a source; a table with storage is one of reservoirs alone."""
    if source.table is None:
        return []
    columns = {column.series for column in source.table.columns if column.station is None}
    pools = any(series.startswith("storage.") for series in columns)
    return [
        (station, site)
        for station, site in speakers
        if columns & set(station.series) and (site.kind is SiteKind.RESERVOIR) == pools
    ]


def _simulated(network: Network) -> list[Speaker]:
    return [
        (station, network.sites[station.site])
        for station in network.stations.values()
        if station.nature is Nature.SIMULATED and not station.computed
    ]
