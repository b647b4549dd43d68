"""How far what follows from the journal has been entered: flags judged anew, and computed series."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from record import journal, tables
from record.health import FOLLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Up to which of the `size` entries the journal was followed; None where nobody follows it here, as on a mirror.

    `fault` is why it could not be followed further, `since` when that was found last; None while all is well.
    """

    size: int
    read: int | None
    since: datetime | None = None
    fault: str | None = None


def following(connection: Connection) -> Following:
    """How it stands now."""
    cursor, health = tables.cursor.c, tables.health.c
    read = connection.execute(select(cursor.value).where(cursor.source == FOLLOW)).scalar()
    fares = connection.execute(select(health.failed, health.fault).where(health.source == FOLLOW)).first()
    return Following(
        size=journal.size(connection),
        read=None if read is None else int(read),
        since=None if fares is None or fares.failed is None else datetime.fromtimestamp(fares.failed, UTC),
        fault=None if fares is None else fares.fault,
    )
