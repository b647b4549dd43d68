"""What must not be, as somebody found it: kept with its evidence, for who has to ask the other side about it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from record import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """When it was raised first, of which kind it is, what it says, and the bytes that show it.

    `settled` is when somebody looked into it, and `reason` what was found; None while it stands.
    """

    no: int
    raised: datetime
    kind: str
    said: str
    evidence: bytes
    settled: datetime | None = None
    reason: str | None = None


def settle(connection: Connection, number: int, reason: str, moment: datetime) -> bool:
    """Note what was found of an alarm; it is kept, and the record is no longer said to differ. Whether it stood."""
    column = tables.alarm.c
    change = update(tables.alarm).where(column.no == number, column.settled.is_(None))
    done = connection.execute(change.values(settled=int(moment.timestamp()), reason=reason))
    return done.rowcount == 1


def raise_alarm(connection: Connection, kind: str, said: str, evidence: bytes, moment: datetime) -> None:
    """Keep an alarm; the same words of the same kind stand once."""
    column = tables.alarm.c
    held = connection.execute(select(column.no).where(column.kind == kind, column.said == said)).first()
    if held is None:
        row = {"raised": int(moment.timestamp()), "kind": kind, "said": said, "evidence": evidence}
        connection.execute(insert(tables.alarm), row)


def raised(connection: Connection) -> list[Alarm]:
    """Every alarm, in the order in which they were raised."""
    return [
        Alarm(
            no=row.no,
            raised=datetime.fromtimestamp(row.raised, UTC),
            kind=row.kind,
            said=row.said,
            evidence=bytes(row.evidence),
            settled=None if row.settled is None else datetime.fromtimestamp(row.settled, UTC),
            reason=row.reason,
        )
        for row in connection.execute(select(tables.alarm).order_by(tables.alarm.c.no))
    ]
