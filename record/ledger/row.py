"""A row of the ledger: a reading that is owed, and what became of it. Pure: from facts, without a clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from record.ledger.owed import Owed


class State(StrEnum):
    """What became of a reading that is owed: it came in time, it came late, it did not come, it may still come."""

    DELIVERED = "delivered"
    LATE = "late"
    MISSING = "missing"
    AWAITED = "awaited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """An entry that says a reading: its index and source, when its message was received and when it was entered.

    `sent` is when the message itself says that it was sent; no format that is read today says so.
    """

    entry: int
    source: str
    received: datetime
    entered: datetime
    sent: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was said of one reading: the entry that gave a value first, and the entries after it that said it anew.

    `without_value` is the first entry that spoke of the reading and gave no value, where that came before any value.
    """

    first: Saying | None = None
    amended: tuple[int, ...] = ()
    without_value: int | None = None


NOTHING = Heard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One reading that is owed and what became of it, as of a moment.

    `late_by` is in whole seconds, 0 where it came in time and None where it did not come; it is counted from the
    receipt, not from the entry. A statement that there is no value delivers nothing: `without_value` names it.
    `first_fetched` is when each other party was first given the reading, where that was noted.
    """

    owed: Owed
    state: State
    sent: datetime | None = None
    received: datetime | None = None
    entered: datetime | None = None
    late_by: int | None = None
    entry: int | None = None
    source: str | None = None
    amended: tuple[int, ...] = ()
    without_value: int | None = None
    first_fetched: Mapping[str, datetime] = field(default_factory=dict)


def row_of(owed: Owed, heard: Heard, fetched: Mapping[str, datetime], moment: datetime) -> Row:
    """What became of a reading until `moment`; at the very second at which it is due it is still in time."""
    first = heard.first
    if first is None:
        state = State.AWAITED if moment <= owed.due else State.MISSING
        return Row(owed=owed, state=state, without_value=heard.without_value)
    late_by = max(0, int((first.received - owed.due).total_seconds()))
    return Row(
        owed=owed,
        state=State.LATE if late_by else State.DELIVERED,
        sent=first.sent,
        received=first.received,
        entered=first.entered,
        late_by=late_by,
        entry=first.entry,
        source=first.source,
        amended=heard.amended,
        without_value=heard.without_value,
        first_fetched=fetched,
    )
