"""What a series is called on pages: its station, what is measured there, and of what it consists."""

from record.network import Network
from record.network.basin import Series
from service.language import Language
from service.language.words import INTERVALS, QUANTITIES


def called(series: Series, network: Network, language: Language) -> str:
    """A series in words of the language."""
    return language.say(
        "{station}: {quantity}, {interval}",
        station=language.name(network.station(series.station).names),
        quantity=language.word(QUANTITIES, series.quantity),
        interval=language.word(INTERVALS, series.interval),
    )
