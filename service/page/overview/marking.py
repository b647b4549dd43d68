"""The marks that a row of a station bears: what no gauge measured, and what nobody confirmed."""

from collections.abc import Iterator, Sequence

from record.network import Network
from service.language import Language
from service.page.now import StationNow
from service.page.overview import cells
from service.paper.paper import Mark
from service.reports.told.teller import marks_of_nature, unverified


def marks_of(language: Language, station: StationNow) -> str:
    """The words of the marks of a station."""
    return cells.marks(language, _marks(station))


def is_told_apart(station: StationNow, stations: Sequence[StationNow]) -> bool:
    """Whether whose a station is and its marks tell it from the others of its site."""
    return sum(_kind(one) == _kind(station) for one in stations) < 2


def name_of(language: Language, network: Network, station: StationNow, stations: Sequence[StationNow]) -> str:
    """The name of a station among those of its site: that of the site, where party and marks tell the rest."""
    held = network.stations[station.station]
    parties = {one.party for one in stations}
    is_short = len(parties) == 1 and is_told_apart(station, stations)
    return language.name(network.sites[held.site].names if is_short else held.names)


def _kind(station: StationNow) -> tuple[str, str, bool, bool]:
    return station.party, station.nature, station.computed, station.verified


def _marks(station: StationNow) -> Iterator[Mark]:
    yield from marks_of_nature(station.nature)
    if station.computed:
        yield Mark.COMPUTED
    yield from unverified(verified=station.verified)
