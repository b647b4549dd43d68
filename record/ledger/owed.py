"""Which readings are owed on which days: the left side of the ledger, from the declared network alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from record.errors import SelectionError
from record.network import Network
from record.network.obligation import Obligation

MOST_DAYS = 400
MOST_READINGS = 200_000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One reading that is owed: by which obligation, of which series and time, and until when. Times are in UTC."""

    obligation: str
    party: str
    series: str
    time: datetime
    due: datetime


def owed(
    network: Network, first: date, last: date, *, party: str | None = None, obligation: str | None = None
) -> list[Owed]:
    """What is owed of the local days from `first` to `last`, both counted, by one party or all, under one or all.

    In the order of the obligations, of the days and of the series. Raises `UnknownName` for a party or an obligation
    that is not declared, `SelectionError` for days turned round or too many of them.
    """
    if last < first:
        raise SelectionError(f"the days {first} to {last} end before they begin: turn them round")
    if (last - first).days >= MOST_DAYS:
        raise SelectionError(f"the days {first} to {last} are more than {MOST_DAYS}: ask for fewer at a time")
    wanted = list(_wanted(network, party, obligation))
    readings = sum(len(network.owed[one.id]) for one in wanted) * ((last - first).days + 1)
    if readings > MOST_READINGS:
        raise SelectionError(f"up to {readings} readings are more than {MOST_READINGS}: ask for fewer days at a time")
    return [row for one in wanted for row in _of_obligation(network, one, first, last)]


def _wanted(network: Network, party: str | None, obligation: str | None) -> Iterator[Obligation]:
    chosen = network.obligations.values() if obligation is None else [network.obligation(obligation)]
    if party is not None:
        network.party(party)
    for one in chosen:
        if party in (None, one.party):
            yield one


def _of_obligation(network: Network, one: Obligation, first: date, last: date) -> Iterator[Owed]:
    zone = network.party(one.party).tz
    for day in (first + number * _DAY for number in range((last - first).days + 1)):
        if one.holds_on(day):
            time, due = one.time_on(day, zone).astimezone(UTC), one.due_on(day, zone).astimezone(UTC)
            for series in network.owed[one.id]:
                yield Owed(obligation=one.id, party=one.party, series=series, time=time, due=due)
