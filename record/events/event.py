"""One event, and the place in the journal up to which a consumer was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple


class EventKind(StrEnum):
    """What happened. The last seven are no entries of the journal."""

    NEW = "new"
    AMENDED = "amended"
    JUDGED = "judged"
    REFUSED = "refused"
    REVIEWED = "reviewed"
    REPORT = "report"
    SEALED = "sealed"
    PROPOSED = "proposed"
    APPROVED = "approved"
    NETWORK = "network"
    LATE = "late"
    SILENT = "silent"
    STUCK = "stuck"
    REFUSING = "refusing"
    REPORTING = "reporting"
    ALARM = "alarm"
    FINAL = "final"


class Span(NamedTuple):
    """Of how many times of a series an event speaks, and the first and last of them."""

    series: str
    readings: int
    first: datetime
    last: datetime


class Place(NamedTuple):
    """Up to where somebody was told: everything of the entries before `entry`, and of it the first `told` events."""

    entry: int
    told: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened and when: `moment` is when the entry was entered, the warning raised or ended.

    Of an entry that makes several events this is number `order` of `orders`, counted from 1. `parties` are those whose
    stations, or whose source, it speaks of; `series` those of its one `collection`, with `spans` where it says readings
    of them; `facts` all else, as JSON.
    """

    kind: EventKind
    moment: datetime
    entry: int | None = None
    order: int = 1
    orders: int = 1
    source: str | None = None
    parties: tuple[str, ...] = ()
    collection: str | None = None
    series: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str | None:
        """The entry's index, with `.1`, `.2` for each but its last event: by the plain one all of it was told."""
        if self.entry is None:
            return None
        return str(self.entry) if self.order == self.orders else f"{self.entry}.{self.order}"

    def is_beyond(self, place: Place) -> bool:
        """Whether it is still to be told to who was told up to `place`; what is no entry always is."""
        return self.entry is None or (self.entry, self.order) > place
