"""What is no entry of the journal: warnings and alarms that began and ended, and what both countries have signed.

Each record and each mirror has its own. They have a number of their own kind, by which one that is told twice is known.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from record import tables
from record.archive import standing
from record.events.event import Event, EventKind
from record.leaf import write_time
from record.ledger.amiss import Kind
from record.network import Network
from record.proof.policy import Policy

_KINDS = {
    Kind.LATE.value: EventKind.LATE,
    Kind.SILENT.value: EventKind.SILENT,
    Kind.STUCK.value: EventKind.STUCK,
    Kind.REFUSED.value: EventKind.REFUSING,
    Kind.REPORTS.value: EventKind.REPORTING,
}
_WARNINGS, _ALARMS = "ended", "settled"


@dataclass(frozen=True, slots=True)
class Beside:
    """How it stands: the last warning and the last alarm, those of either that last, and how many entries are final."""

    warning: int
    alarm: int
    warnings: frozenset[int]
    alarms: frozenset[int]
    final: int


def beside(connection: Connection, policy: Policy | None) -> Beside:
    """How it stands now."""
    return Beside(
        warning=_last(connection, tables.warning),
        alarm=_last(connection, tables.alarm),
        warnings=_lasting(connection, tables.warning, _WARNINGS),
        alarms=_lasting(connection, tables.alarm, _ALARMS),
        final=_final_size(connection, policy),
    )


def changes(connection: Connection, network: Network, before: Beside, now: Beside) -> Iterator[Event]:
    """What happened between two states; what both began and ended meanwhile is told as both."""
    for table, end, last, gone, make in (
        (tables.warning, _WARNINGS, before.warning, before.warnings - now.warnings, _warning(network)),
        (tables.alarm, _ALARMS, before.alarm, before.alarms - now.alarms, _alarm),
    ):
        question = select(table).where((table.c.no > last) | table.c.no.in_(sorted(gone))).order_by(table.c.no)
        for row in connection.execute(question).all():
            if row.no > last:
                yield make(row, False)
            if getattr(row, end) is not None:
                yield make(row, True)
    if now.final > before.final:
        yield _final(connection, now.final)


def between(connection: Connection, network: Network, since: datetime, until: datetime) -> Iterator[Event]:
    """What began or ended from `since` to before `until`, and what is final if it was signed then, not in order."""
    first, last = int(since.timestamp()), int(until.timestamp()) - 1
    for table, end, make in ((tables.warning, _WARNINGS, _warning(network)), (tables.alarm, _ALARMS, _alarm)):
        for column, ended in ((table.c.raised, False), (table.c[end], True)):
            question = select(table).where(column.between(first, last)).order_by(column, table.c.no)
            yield from [make(row, ended) for row in connection.execute(question)]
    size = _final_size(connection, network.policy)
    if size:
        event = _final(connection, size)
        if since <= event.moment < until:
            yield event


def _last(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.max(table.c.no))).scalar() or 0)


def _lasting(connection: Connection, table: Table, end: str) -> frozenset[int]:
    return frozenset(connection.execute(select(table.c.no).where(table.c[end].is_(None))).scalars())


def _final_size(connection: Connection, policy: Policy | None) -> int:
    return 0 if policy is None else standing.final_size(connection, policy)


def _warning(network: Network) -> Callable[[Row[Any], bool], Event]:
    def make(row: Row[Any], ended: bool) -> Event:
        # Of an obligation it is said as obligation/series; of a source there is no series.
        series = network.series.get(row.about.rpartition("/")[2])
        return Event(
            kind=_KINDS[row.kind],
            moment=_moment(row.ended if ended else row.raised),
            parties=(row.party,) if row.party else (),
            collection=None if series is None else series.collection,
            series=() if series is None else (series.id,),
            facts={
                "no": row.no,
                "state": "ended" if ended else "raised",
                "of": row.about,
                "since": _written(row.since),
                "said": row.said,
                "raised": _written(row.raised),
                "ended": _written(row.ended) if ended else None,
            },
        )

    return make


def _alarm(row: Row[Any], settled: bool) -> Event:
    return Event(
        kind=EventKind.ALARM,
        moment=_moment(row.settled if settled else row.raised),
        facts={
            "no": row.no,
            "state": "settled" if settled else "raised",
            "alarm": row.kind,
            "said": row.said,
            "raised": _written(row.raised),
            "settled": _written(row.settled) if settled else None,
        },
    )


def _final(connection: Connection, size: int) -> Event:
    mark, note = tables.cosignature.c, tables.checkpoint.c
    signed = connection.execute(select(func.max(mark.time)).where(mark.size == size)).scalar()
    if signed is None:
        signed = connection.execute(select(note.issued).where(note.size == size)).scalar_one()
    return Event(kind=EventKind.FINAL, moment=_moment(signed), facts={"size": size})


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _written(seconds: int) -> str:
    return write_time(_moment(seconds))
