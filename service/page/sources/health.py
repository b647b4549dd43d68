"""How each source fares: from its last message, what is owed of its series, and how it answered when it was asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from record.health import Health
from record.ledger import Row, State
from record.ledger.row import Saying
from record.network import Network
from record.network.source import Source

_LATELY = timedelta(days=1)
"""For so long what did not come makes its source late; from then on the table of what is owed alone says so."""


class Fares(StrEnum):
    """How a source fares, the worst first."""

    FAILING = "failing"
    SILENT = "silent"
    LATE = "late"
    NEVER = "never"
    HEARD = "heard"
    ON_TIME = "on-time"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNow:
    """A declared source and how it fares at a moment.

    `last` is its last message, None where it never spoke. `missing` readings that it was to give within the last day
    have not come, the first since `overdue`; `empty` ones came and were said to have no value, which makes no source
    late. `due` is when the next are due, `awaited` how many. From `silent_from` on its silence is amiss, None where it
    is not watched. `health` is None where another host asks it, or nobody did.
    """

    source: Source
    fares: Fares
    last: Saying | None
    missing: int
    empty: int
    overdue: datetime | None
    due: datetime | None
    awaited: int
    silent_from: datetime | None
    health: Health | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of all sources: their last messages, by series who speaks of it, and how they answered.

    `rows` are those of the ledger for the days around now, `began` is when the record did.
    """

    last: Mapping[str, Saying | None]
    speakers: Mapping[str, str]
    health: Mapping[str, Health]
    rows: Sequence[Row]
    began: datetime | None


def sources_now(network: Network, known: Known, now: datetime) -> Iterator[SourceNow]:
    """Every declared source, those of a party together, in declared order."""
    rows: dict[str, list[Row]] = {}
    for row in known.rows:
        rows.setdefault(row.source or known.speakers.get(row.owed.series, ""), []).append(row)
    order = list(network.parties)
    for source in sorted(network.sources.values(), key=lambda one: (order.index(one.party), one.simulated)):
        yield _source_now(network, source, known, rows.get(source.id, []), now)


def _source_now(network: Network, source: Source, known: Known, rows: Sequence[Row], now: datetime) -> SourceNow:
    lacking = [row for row in rows if row.state is State.MISSING and now - _LATELY <= row.owed.due < now]
    missing = [row.owed.due for row in lacking if row.without_value is None]
    awaited = [row.owed.due for row in rows if row.state is State.AWAITED]
    last, health = known.last.get(source.id), known.health.get(source.id)
    watch, heard = network.watch(source.id), known.began if last is None else last.received
    silent_from = None
    if watch is not None and watch.silent_hours is not None and heard is not None:
        silent_from = heard + timedelta(hours=float(watch.silent_hours))
    due = min(awaited, default=None)
    return SourceNow(
        source=source,
        fares=_fares(
            last, health, owed=bool(rows), late=bool(missing), silent=silent_from is not None and silent_from < now
        ),
        last=last,
        missing=len(missing),
        empty=len(lacking) - len(missing),
        overdue=min(missing, default=None),
        due=due,
        awaited=awaited.count(due) if due else 0,
        silent_from=silent_from,
        health=health,
    )


def _fares(last: Saying | None, health: Health | None, *, owed: bool, late: bool, silent: bool) -> Fares:
    if health is not None and health.failures:
        return Fares.FAILING
    if silent:
        return Fares.SILENT
    if last is None:
        return Fares.NEVER
    if late:
        return Fares.LATE
    return Fares.ON_TIME if owed else Fares.HEARD
