"""Of when a reading is, in words: an instant by the reader's clock, a mean or a sum by its day where it was made."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from record.network import Network
from record.network.interval import INTERVALS
from service.language.phrase import Phrase, phrase
from service.page.reader import Reader
from service.reports.told.teller import SUMS

_PERIODS: Mapping[tuple[str, bool], Phrase] = {
    ("daily", False): phrase("{day}, mean"),
    ("10-day", False): phrase("{day}, 10-day mean"),
    ("monthly", False): phrase("{day}, monthly mean"),
    ("daily", True): phrase("{day}, sum"),
    ("10-day", True): phrase("{day}, 10-day sum"),
    ("monthly", True): phrase("{day}, monthly sum"),
}
"""By interval, and whether it is a sum; `day` is the first of the period."""


_OLD = timedelta(days=300)
"""From then on a day is told with its year."""


def when(reader: Reader, network: Network, party: str, series: str, time: datetime, now: datetime) -> str:
    """The time (aware) of a reading of a series of a party; an old one with its year."""
    _, quantity, interval = series.rsplit(".", 2)
    is_old = abs(now - time) > _OLD
    if INTERVALS[interval].point:
        return reader.moment(time) if is_old else reader.hour(time)
    local = time.astimezone(network.parties[party].tz)
    day = reader.language.day(local.date()) if is_old else reader.language.short_day(local)
    return reader.language.say(_PERIODS[interval, quantity in SUMS], day=day)
