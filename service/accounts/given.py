"""Which readings an account gives to who is given the account: days that stand by themselves, and states at 08:00.

A sum over a longer period gives nobody its days. A state is a reading, however long the period that it begins or ends.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from record.ledger.access import Given
from record.network import Network
from service.accounts.document import Account, Addend, Part
from service.figures.terms import HOURS

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
Run = tuple[date, date]
"""Days one after the other: the first, and the day after the last."""


def given(account: Account, network: Network) -> list[Given]:
    """A note for each series and run of days that stand by themselves, up to the newest entry that says any of them."""
    notes = {
        _note(network, series, run, part.entry + 1, state=state)
        for part, days, state in _shown(account)
        if part.entry is not None
        for series in part.series
        for run in _runs(days)
    }
    return sorted(notes, key=lambda one: (one.subject, one.start, one.end, one.size))


def _shown(account: Account) -> Iterator[tuple[Part, list[date], bool]]:
    """Every gauge with the days that it is shown of by themselves, and whether these are its states of 08:00."""
    single = [span.begin for span in account.spans if span.days == 1]
    edges = [day for span in account.spans for day in (span.begin, span.end)]
    for division in account.divisions:
        yield from ((one.part, list(division.state_on or single), bool(division.state_on)) for one in division.counted)
        yield from ((one.part, single, False) for party in division.parties for one in party.counted)
    for plan in account.plans:
        yield from ((part, single, False) for part in _of(plan.counted))
    for reach in account.reaches:
        earlier = [day - reach.lag_days * _DAY for day in single]
        yield from ((part, earlier, False) for part in _of(reach.counted_above))
        yield from ((part, single, False) for part in _of(reach.counted_below))
    for reservoir in account.reservoirs:
        held, *flows = reservoir.parts
        yield held, edges, True
        yield from ((part, single, False) for part in flows)
    for gate in account.gates:
        yield from ((gauge.part, single, False) for gauge in gate.gauges)


def _of(addends: Iterable[Addend]) -> Iterator[Part]:
    return (one.part for one in addends)


def _runs(days: Iterable[date]) -> list[Run]:
    """Days, joined where one follows another."""
    found: list[Run] = []
    for day in sorted(set(days)):
        if found and found[-1][1] == day:
            found[-1] = found[-1][0], day + _DAY
        else:
            found.append((day, day + _DAY))
    return found


def _note(network: Network, series: str, run: Run, size: int, *, state: bool) -> Given:
    """Values of days are noted by the whole days, states at an instant from the first instant to the last."""
    first, past = run
    declared = network.series[series]
    if state and declared.interval != "daily":
        hour, zone = time(HOURS[0]), network.zone_of(declared.station)
        begin, end = (datetime.combine(day, hour, zone) for day in (first, past - _DAY))
        end += _SECOND
    else:
        begin, end = (_begin(day, series, network) for day in run)
    return Given(subject=series, start=int(begin.timestamp()), end=int(end.timestamp()), size=size)


def _begin(day: date, series: str, network: Network) -> datetime:
    """When a day begins for a series: that of its station's calendar for daily values, else the report day."""
    declared = network.series[series]
    if declared.interval == "daily":
        return datetime.combine(day, time(), network.zone_of(declared.station))
    return datetime.combine(day, network.report_day.begins, network.report_day.tz)
