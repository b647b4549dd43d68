"""What a message says of the stamps of its values: whether they are instants, or stand before or after an interval."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from ingest.decode.waterml2.duration import Duration, duration_of
from ingest.written.xml_tree import shown

if TYPE_CHECKING:
    from record.network.source import Channel

_OVER_INTERVAL = re.compile(r"(average|const|total|max|min)(prec|succ)")
_INSTANTS = {"continuous", "discontinuous"}
_OPEN = {"instanttotal"}
"""The total of an interval that is not told."""
_SUMS = {"precipitation"}
_DAY = timedelta(days=1)
_DAYS = {"daily": (1, 1), "10-day": (8, 11), "monthly": (28, 31)}
"""How many days the intervals of means have, at least and at most."""


def stamped_of(word: str | None) -> Literal["start", "end"] | None:
    """Which end of its interval a value is stamped with; None where the message does not say."""
    over = _OVER_INTERVAL.fullmatch((word or "").lower())
    if over is None:
        return None
    return "end" if over[2] == "prec" else "start"


def doubts_of(word: str | None, aggregation: str | None, channel: "Channel") -> tuple[str, ...]:
    """Where what the message says of its values contradicts what its channel is declared to hold."""
    quantity, _, interval = channel.series.partition(".")
    found = _against_type(word, quantity, interval) if word else None
    declared = f"and channel {channel.name!r} is declared as {channel.series}"
    doubts = []
    if found is not None:
        doubts.append(f"the message says {found} ({shown(word or '')}), {declared}")
    if aggregation and interval in _DAYS and not _lasts(duration_of(aggregation), interval):
        doubts.append(f"the message says that a value stands for {shown(aggregation)}, {declared}")
    return tuple(doubts)


def _against_type(word: str, quantity: str, interval: str) -> str | None:
    """What the type of interpolation says, where that is not what is declared."""
    plain = word.lower()
    if plain in _OPEN:
        return None
    over = _OVER_INTERVAL.fullmatch(plain)
    if over is None:
        if plain not in _INSTANTS:
            return "a type of interpolation that is not known"
        return "instants" if interval in _DAYS else None
    kind = over[1]
    if kind in {"max", "min"}:
        return "extremes of intervals"
    if interval not in _DAYS:
        return "values over intervals"
    if (kind == "total") != (quantity in _SUMS):
        return "totals" if kind == "total" else "means"
    return None


def _lasts(duration: Duration | None, interval: str) -> bool:
    if duration is None:
        return False
    if duration.months:
        return interval == "monthly" and duration.months == 1 and not duration.days and not duration.time
    least, most = _DAYS[interval]
    return duration.span is not None and least * _DAY <= duration.span <= most * _DAY
