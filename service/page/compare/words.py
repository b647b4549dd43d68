"""The words of this page: what periods are called, and of what a ready-made choice is."""

from record.network import Network
from record.network.basin import Series
from service.figures.periods import Kind
from service.language import Language
from service.language.phrase import phrase
from service.language.words import INTERVALS, QUANTITIES, Words

PERIODS: Words = {
    Kind.DAY: phrase("by day"),
    Kind.TEN_DAYS: phrase("by 10-day period"),
    Kind.MONTH: phrase("by month"),
    Kind.YEAR: phrase("by year"),
}
"""The periods of the table."""

READY = (
    ("gate", phrase("Two gauges, one gate")),
    ("reservoir", phrase("Inflow against release")),
    ("river", phrase("Posts down the river")),
)
"""Of what a choice is, in the order in which they are shown."""


def called(series: Series, network: Network, language: Language) -> str:
    """A series in words: its station, what is measured there, and of what it consists."""
    return language.say(
        "{station}: {quantity}, {interval}",
        station=language.name(network.station(series.station).names),
        quantity=language.word(QUANTITIES, series.quantity),
        interval=language.word(INTERVALS, series.interval),
    )
