"""When the periods end of which readings are means or sums: a line of them is level from begin to end."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import numpy as np

from record.network import Network
from record.network.basin import Series
from record.network.interval import interval_of
from service.figures.days import begins_of_days
from service.figures.periods import FIRST, LAST, Kind, days_between, numbers

KIND_OF: Mapping[str, Kind] = {"daily": Kind.DAY, "10-day": Kind.TEN_DAYS, "monthly": Kind.MONTH}
"""Which periods the readings of an interval are of; those of all others are instants."""


def ends_of(network: Network, series: Series, at: np.ndarray) -> np.ndarray | None:
    """When each period ends that begins at these times (int64, seconds, rising); None of instants.

    Ends are midnights in the calendar of the station.
    """
    if series.interval not in KIND_OF:
        return None
    if not len(at):
        return at
    zone = network.zone_of(series.station)
    first, last = (datetime.fromtimestamp(int(one), zone).date() for one in (at[0], at[-1]))
    days = days_between(_known(first), _known(last + timedelta(days=1)))
    place = np.maximum(np.searchsorted(begins_of_days(days, time(), zone), at, side="right") - 1, 0)
    past, which = np.unique(numbers(days[place], KIND_OF[series.interval], network.figures).end, return_inverse=True)
    found: np.ndarray = begins_of_days(past, time(), zone)[which]
    return found


def end_of(network: Network, series: Series, at: int) -> int:
    """When that ends of which the series says something at a time: the period, or the step to the next instant."""
    ends = ends_of(network, series, np.array([at], dtype=np.int64))
    return at + int(interval_of(series.interval).shortest.total_seconds()) if ends is None else int(ends[0])


def _known(day: date) -> date:
    return min(max(day, FIRST), LAST)
