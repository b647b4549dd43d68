"""What must not be, as somebody found it: kept with its evidence, for who has to ask the other side about it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from record import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """When it was raised first, of which kind it is, what it says, and the bytes that show it."""

    no: int
    raised: datetime
    kind: str
    said: str
    evidence: bytes


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
        )
        for row in connection.execute(select(tables.alarm).order_by(tables.alarm.c.no))
    ]
