"""What a series is called on pages: its station, what is measured there, and of what it consists."""

from collections.abc import Sequence

from record.network import Network
from record.network.basin import Series
from service.language import Language
from service.language.words import INTERVALS, OF_SUMS, QUANTITIES
from service.reports.told.teller import SUMS


def called(series: Series, network: Network, language: Language) -> str:
    """A series in words of the language."""
    return language.say(
        "{station}: {quantity}, {interval}",
        station=language.name(network.station(series.station).names),
        quantity=language.word(QUANTITIES, series.quantity),
        interval=_interval(series, language),
    )


def kinds_of(series: Sequence[Series], language: Language) -> tuple[str, ...]:
    """What these series are of, whatever their stations: each kind once."""
    said = (
        language.say(
            "{quantity}, {interval}",
            quantity=language.word(QUANTITIES, one.quantity),
            interval=_interval(one, language),
        )
        for one in series
    )
    return tuple(dict.fromkeys(said))


def stations_of(series: Sequence[Series], network: Network, language: Language) -> str:
    """Whose these series are: the name of the station, or how many stations there are."""
    stations = tuple(dict.fromkeys(one.station for one in series))
    if len(stations) == 1:
        return language.name(network.station(stations[0]).names)
    return language.many("{count} station", "{count} stations", len(stations))


def _interval(series: Series, language: Language) -> str:
    return language.word(OF_SUMS if series.quantity in SUMS else INTERVALS, series.interval)
