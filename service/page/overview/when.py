"""Of when a reading is, in words: an instant by the reader's clock, a mean or a sum by its day where it was made."""

from collections.abc import Mapping
from datetime import datetime

from record.network import Network
from record.network.interval import INTERVALS
from service.language.phrase import Phrase, phrase
from service.page.reader import Reader

_PERIODS: Mapping[tuple[str, bool], Phrase] = {
    ("daily", False): phrase("{day}, mean"),
    ("10-day", False): phrase("{day}, 10-day mean"),
    ("monthly", False): phrase("{day}, monthly mean"),
    ("daily", True): phrase("{day}, sum"),
    ("10-day", True): phrase("{day}, 10-day sum"),
    ("monthly", True): phrase("{day}, monthly sum"),
}
"""By interval, and whether it is a sum; `day` is the first of the period."""


def when(reader: Reader, network: Network, party: str, interval: str, time: datetime, *, is_sum: bool) -> str:
    """The time of a reading at an interval of a station of a party (aware)."""
    if INTERVALS[interval].point:
        return reader.hour(time)
    day = reader.language.short_day(time.astimezone(network.parties[party].tz))
    return reader.language.say(_PERIODS[interval, is_sum], day=day)
