"""The words of this page: what periods are called, and of what a ready-made choice is."""

from service.figures.periods import Kind
from service.language.phrase import phrase
from service.language.words import Words

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
