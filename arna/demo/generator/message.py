"""A generated message: bytes that a source's folder receives at a moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Trouble(StrEnum):
    """What is planted in messages, so that a demonstration shows how the record bears it."""

    LATE = "late"
    CORRECTED = "corrected"
    REPEATED = "repeated"
    GARBLED = "garbled"
    UNKNOWN_POST = "unknown post"
    OUT_OF_RANGE = "out of range"
    OTHER_PARTY = "other party's station"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A file `name` with `body` that reaches the folder of `source` at `at` (aware); `troubles` are planted in it."""

    source: str
    name: str
    body: bytes
    at: datetime
    troubles: tuple[Trouble, ...] = ()

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"message {self.name} of {self.source} comes at {self.at.isoformat()} without a time zone")
