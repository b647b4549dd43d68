"""What goes into the record: the bytes that came, what they say of a declared series, and what was refused."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum


class Flag(IntEnum):
    """Quality of one value on the QARTOD scale; in entries the word stands, in arrays the number."""

    GOOD = 1
    UNKNOWN = 2
    SUSPECT = 3
    BAD = 4
    MISSING = 9

    @property
    def word(self) -> str:
        """The word that entries carry."""
        return self.name.lower()


FLAG_BY_WORD: dict[str, Flag] = {flag.word: flag for flag in Flag}


class Method(StrEnum):
    """How a value came to be."""

    MEASURED = "measured"
    COMPUTED = "computed"
    ESTIMATED = "estimated"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Raw bytes as they came from a source; `name` is the file or address, `received` an aware time."""

    source: str
    name: str
    media: str
    received: datetime
    body: bytes
    sha256: str = field(init=False, repr=False, compare=False)
    """Hex digest by which the bytes are kept for ever."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.body).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A value of a declared series in the unit of its quantity; `value` is None exactly when it is missing.

    `time` is aware; for a mean or a sum it is the start of the half-open interval.
    """

    series: str
    time: datetime
    value: Decimal | None
    flag: Flag
    method: Method

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise ValueError(f"observation of {self.series} at {self.time.isoformat()} has no time zone")
        if self.value is None and self.flag is not Flag.MISSING:
            raise ValueError(f"observation of {self.series} has no value and is not flagged missing")
        if self.value is not None and not self.value.is_finite():
            raise ValueError(f"observation of {self.series} is not a finite number: {self.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A part of a message that could not be read or placed: its very bytes, where they stood, and why."""

    fragment: bytes
    where: str
    reason: str
