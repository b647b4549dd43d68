"""Which series are late: older than their party owes them, and where nobody owes them, than they may be at all.

What has said nothing for long is silent, and not late: nobody waits for it any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from record.archive.latest import Latest
from record.network import Network
from record.network.basin import Series
from record.network.interval import INTERVALS
from record.network.obligation import Obligation
from service.reports.gaps.missing import RECENT

_DAY = timedelta(days=1)
_LOOK_BACK = 9
"""Among so many days there is one of each day of the week, and the day after it."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Ids of the series that have spoken and of which more was due: those that are `late`, and those `silent`."""

    late: frozenset[str]
    silent: frozenset[str]


def overdue(network: Network, newest: Mapping[str, Latest], now: datetime) -> Overdue:
    """What is late at `now` (aware), by obligation or by the declared longest gap, and what is silent for 30 days.

    By an obligation one is late when a reading that was due by now is later than its newest. Without one, when the next
    reading, of a mean the next period once it has ended, is overdue for longer than the longest step from one reading
    to the next that is declared; where none is, than twice the shortest.
    """
    owed = _owed(network, now)
    steps = _longest_steps(network)
    patience = {name: _own(name) + RECENT for name in INTERVALS}
    late, silent = [], []
    for name, one in newest.items():
        series, since = network.series[name], now - one.time
        if since >= patience[series.interval]:
            silent.append(name)
        elif one.time < owed[name] if name in owed else since > _allowed(series, steps):
            late.append(name)
    return Overdue(frozenset(late), frozenset(silent))


def _owed(network: Network, now: datetime) -> dict[str, datetime]:
    """Of each series that is owed: the time of the last reading that was due by now."""
    found: dict[str, datetime] = {}
    for obligation in network.obligations.values():
        time = _last_due(obligation, network, now)
        if time is not None:
            for name in network.owed[obligation.id]:
                found[name] = max(time, found.get(name, time))
    return found


def _last_due(obligation: Obligation, network: Network, now: datetime) -> datetime | None:
    zone = network.parties[obligation.party].tz
    today: date = now.astimezone(zone).date()
    for back in range(_LOOK_BACK):
        day = today - back * _DAY
        if obligation.holds_on(day) and obligation.due_on(day, zone) <= now:
            return obligation.time_on(day, zone)
    return None


def _longest_steps(network: Network) -> dict[tuple[str, str | None, str | None], timedelta]:
    return {
        (gap.quantity, gap.station, gap.interval): timedelta(hours=float(gap.hours)) for gap in network.thresholds.gap
    }


def _allowed(series: Series, steps: Mapping[tuple[str, str | None, str | None], timedelta]) -> timedelta:
    """How old the newest reading of a series may be: the more particular row counts, as in the checks."""
    shortest = INTERVALS[series.interval].shortest
    rows = ((of, at) for of in (series.station, None) for at in (series.interval, None))
    step = next((steps[series.quantity, *row] for row in rows if (series.quantity, *row) in steps), None)
    return _own(series.interval) + (2 * shortest if step is None else step)


def _own(name: str) -> timedelta:
    """How long after the begin of a mean or a sum the next one ends; nothing of instants."""
    interval = INTERVALS[name]
    return timedelta(0) if interval.point else 2 * interval.shortest
