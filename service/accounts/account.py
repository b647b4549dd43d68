"""The water account of a basin: what is declared is resolved into gauges, these are read once, and each line is told.

It reads no clock: the same question of the same journal and network gives the same document for ever.
"""

from datetime import date, datetime, timedelta

from record.archive import Archive
from record.errors import SelectionError, UnknownName
from record.leaf import write_time
from record.network import Network
from record.network.basin import Nature
from service.accounts.declared import counted_entries, declared_then
from service.accounts.document import Account
from service.accounts.lines import gate
from service.accounts.lines.division import note_of, shares_of
from service.accounts.notes import RULES, not_known
from service.accounts.reading import read_back, read_frame
from service.accounts.wanted import wanted
from service.figures.periods import Kind, days_between, kind_called, split

_DAY = timedelta(days=1)
MOST_DAYS = 3_700
"""An account spans ten years at most."""


def build(
    archive: Archive,
    network: Network,
    basin: str,
    begin: date,
    end: date,
    as_of: datetime | int | None = None,
    by: str = Kind.TEN_DAYS,
    *,
    then: bool = True,
) -> Account:
    """The account of a basin for the report days `begin <= day < end`, by period.

    `as_of` is a time, or a number of entries; all that is known where None. With `then` its shares, plans and rules are
    those of the network that was in force at that time, else always those of `network`. Raises `UnknownName` for a
    basin that is not declared, `SelectionError` for a range, a kind of period or an `as_of` that cannot be.
    """
    count = counted_entries(archive, as_of)
    version: tuple[str, ...] = ()
    if then and as_of is not None:
        network, said = declared_then(archive, network, count)
        version = (said,)
    if basin not in network.basins:
        raise UnknownName(f"basin {basin[:40]!r} is not declared: use one of {', '.join(network.basins)}")
    kind = kind_called(by)
    _refuse_impossible(begin, end)
    asked = wanted(network, basin, begin, end)
    frame = read_frame(archive, network, asked, begin, end, kind, count)
    told = asked.worth_telling(frame)
    frames = read_back(archive, told.gates, frame, count)
    return Account(
        account="water",
        origin=network.origin,
        basin=basin,
        basin_name=network.basins[basin].names["en"],
        begin=begin,
        end=end,
        by=kind.value,
        journal_size=count,
        as_of=_said(as_of),
        network_version=network.version,
        simulated=any(line.nature is Nature.SIMULATED for line in told.every()),
        spans=frame.spans,
        divisions=tuple(line.told(frame) for line in told.divisions),
        plans=tuple(line.told(frame) for line in told.plans),
        reaches=tuple(line.told(frame) for line in told.reaches),
        reservoirs=tuple(line.told(frame) for line in told.reservoirs),
        gates=gate.told(told.gates, frames),
        not_in_force=tuple(note_of(one) for one in shares_of(network, basin, begin, end) if not one.in_force),
        not_known=not_known(network, basin, begin, end),
        rules=(*version, *RULES),
    )


def range_of(network: Network, last: date, begin: date | None, end: date | None) -> tuple[date, date]:
    """The days of an account, half open: without an end those up to and with `last`, without a begin those of a season.

    That is the season of the last day, from its begin. Raises `SelectionError` for days in which no gauge stood.
    """
    following = last + _DAY if end is None else end
    days_between(following, following)
    if begin is None:
        begin = split(Kind.SEASON, following - _DAY, following, network.figures)[0].begin
    return begin, following


def _refuse_impossible(begin: date, end: date) -> None:
    if not 0 < (end - begin).days <= MOST_DAYS:
        raise SelectionError(
            f"{begin} to before {end} has {(end - begin).days} days: an account has from 1 to {MOST_DAYS}"
        )


def _said(as_of: datetime | int | None) -> str | None:
    if as_of is None:
        return None
    return f"{as_of} entries" if isinstance(as_of, int) else write_time(as_of)
