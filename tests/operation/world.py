"""The stations and sources of a made-up basin, and what its senders mean to say, hour by hour."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 5, 9, 18, 0, tzinfo=UTC)
"""Midnight in Bishkek."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One value that a sender states: the code of its station, its time, the metres as written, None for no value.

    `refused` is what the reason of its refusal must hold, where the row is one that no one can accept.
    """

    code: str
    time: datetime
    text: str | None
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a sender gives at a moment: rows, or in their place `garbage` that is refused as a whole.

    `name` is unlike every other's of its source; a repetition bears another name and says the same.
    """

    at: datetime
    name: str
    rows: tuple[Row, ...] = ()
    garbage: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """From when to when a sender's server is away."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How often each thing goes wrong: of a message, or of a row."""

    missing: float = 0.02
    correction: float = 0.15
    repetition: float = 0.15
    delay: float = 0.15
    garbage: float = 0.06
    refused: float = 0.1
    troubles: int = 2


@dataclass
class Sender:
    """Makes the messages of one office from a seed."""

    codes: Sequence[str]
    foreign: str
    hours: int
    seed: str
    step: timedelta = HOUR
    strange: tuple[str, ...] = ("unknown", "foreign", "ahead")
    chances: Chances = field(default_factory=Chances)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def messages(self) -> tuple[Message, ...]:
        """All messages in the order of their times."""
        found: list[Message] = []
        moment = BEGIN
        while moment < BEGIN + self.hours * HOUR:
            found += self._of(moment)
            moment += self.step
        return tuple(sorted(found, key=lambda message: (message.at, message.name)))

    def troubles(self) -> tuple[Trouble, ...]:
        """When it cannot be reached."""
        starts = [BEGIN + self._chance.random() * 0.8 * self.hours * HOUR for _ in range(self.chances.troubles)]
        return tuple(Trouble(start=start, end=start + (0.5 + 2 * self._chance.random()) * HOUR) for start in starts)

    def _of(self, moment: datetime) -> list[Message]:
        chance, odds = self._chance, self.chances
        late = timedelta(minutes=chance.randint(3, 20))
        if chance.random() < odds.delay:
            late += chance.randint(1, 3) * HOUR
        at, name = moment + late, f"{moment:%d%H%M}"
        rows = tuple(Row(code=code, time=moment, text=self._level()) for code in self.codes)
        said = (*rows, *self._strange(moment)) if chance.random() < odds.refused else rows
        found = [Message(at=at, name=f"{name}-a", rows=said)]
        if chance.random() < odds.repetition:
            found.append(replace(found[0], at=at + chance.randint(20, 200) * timedelta(minutes=1), name=f"{name}-b"))
        if chance.random() < odds.correction:
            chosen = chance.sample(rows, min(2, len(rows)))
            mended = tuple(replace(row, text=self._level(other_than=row.text)) for row in chosen)
            later = at + chance.randint(70, 240) * timedelta(minutes=1)
            found.append(Message(at=later, name=f"{name}-c", rows=mended))
        if chance.random() < odds.garbage:
            noise = bytes(chance.randrange(256) for _ in range(chance.randint(5, 60)))
            found.append(Message(at=at + timedelta(minutes=5), name=f"{name}-d", garbage=noise))
        return found

    def _strange(self, moment: datetime) -> list[Row]:
        """One row that nobody can accept, where this office is one that sends such rows."""
        known = {
            "unknown": Row(code="99999", time=moment, text="1.11", refused="station is called"),
            "foreign": Row(code=self.foreign, time=moment, text="1.12", refused="may not speak"),
            "ahead": Row(code=self.codes[0], time=moment + 30 * HOUR, text="1.13", refused="after the receipt"),
        }
        return [known[self._chance.choice(self.strange)]] if self.strange else []

    def _level(self, other_than: str | None = "") -> str | None:
        while True:
            text = f"{self._chance.randint(20, 480) / 100:.2f}"
            if self._chance.random() < self.chances.missing:
                return None
            if text != other_than:
                return text
