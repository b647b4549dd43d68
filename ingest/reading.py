"""What a message says, before anyone believes it."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value as the message states it.

    `station` is the sender's code or name of the gauge, `quantity` one of the ids of `record.quantities`,
    `interval` one of the ids of `record.network.interval`, `time` aware (the start of the interval for means),
    `value` the number as written (None where the message itself says "missing"), `unit` its UCUM code,
    `where` the place in the message, `doubts` what the reader is unsure of, in words, `estimated` whether the sender
    says that nobody measured it, `bad` whether the sender itself calls it wrong, `fragment` the bytes that say it,
    where they can be told.
    """

    station: str
    quantity: str
    interval: str
    time: datetime
    value: Decimal | None
    unit: str
    where: str
    doubts: tuple[str, ...] = field(default=())
    estimated: bool = False
    bad: bool = False
    fragment: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReport:
    """The message says that a station has nothing to report for that term."""

    station: str
    time: datetime
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A part of the message that cannot be read: its bytes, where they stood, and why."""

    fragment: bytes
    where: str
    reason: str


Said = Reading | NoReport | Unreadable
