"""Which readings an account gives to who is given the account: by day those of the gauges that its sums count.

A sum over a longer period gives nobody its days.
"""

from collections.abc import Iterator
from datetime import date, datetime, time

from record.ledger.access import Given
from record.network import Network
from service.accounts.document import Account, Part
from service.figures.periods import Kind


def parts_of(account: Account) -> Iterator[Part]:
    """Every gauge that a line of the account rests on; one that several lines count comes several times."""
    for division in account.divisions:
        sums = (division.counted, *(party.counted for party in division.parties))
        yield from (one.part for addends in sums for one in addends)
    for plan in account.plans:
        yield from (one.part for one in plan.counted)
    for reach in account.reaches:
        yield from (one.part for one in (*reach.counted_above, *reach.counted_below))
    for reservoir in account.reservoirs:
        yield from reservoir.parts
    for gate in account.gates:
        yield from (gauge.part for gauge in gate.gauges)


def given(account: Account, network: Network) -> list[Given]:
    """A note for each series that was read: the days of the account, up to the newest entry that says any of them."""
    if account.by != Kind.DAY:
        return []
    read = {(series, part.entry) for part in parts_of(account) if part.entry is not None for series in part.series}
    return [
        Given(
            subject=series,
            start=int(_begin(account.begin, series, network).timestamp()),
            end=int(_begin(account.end, series, network).timestamp()),
            size=entry + 1,
        )
        for series, entry in sorted(read)
    ]


def _begin(day: date, series: str, network: Network) -> datetime:
    """When a day begins for a series: that of its station's calendar for daily values, else the report day."""
    declared = network.series[series]
    if declared.interval == "daily":
        return datetime.combine(day, time(), network.zone_of(declared.station))
    return datetime.combine(day, network.report_day.begins, network.report_day.tz)
