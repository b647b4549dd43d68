"""What became of the messages of a demonstration, as the journal tells it."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from record import leaf as leaves
from record.archive.history import Refused
from record.entry import Flag
from record.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one message became: readings by flag, how many of them corrected an earlier one, and what was refused.

    `came` is the moment at which it reached the folder. A message that entered nothing said nothing new.
    """

    source: str
    name: str
    came: datetime
    simulated: bool
    flags: Counter[Flag]
    corrected: int
    refused: tuple[Refused, ...]

    @property
    def readings(self) -> int:
        """Rows entered."""
        return self.flags.total()

    @property
    def repeated(self) -> bool:
        """Whether nothing in it was new."""
        return not self.readings and not self.refused


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSum:
    """What came in from one source: messages, those that said nothing new, readings by flag, corrections, refusals."""

    source: str
    simulated: bool
    messages: int
    repeated: int
    flags: Counter[Flag]
    corrected: int
    refused: tuple[Refused, ...]

    @property
    def readings(self) -> int:
        """Rows entered."""
        return self.flags.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What came in, in order of arrival; `waiting` messages will only come after the present moment.

    `computed`: values of computed series that follow from it; `rejudged`: readings that later ones gave another flag;
    `fault`: why not all followed.
    """

    outcomes: tuple[Outcome, ...]
    waiting: int
    computed: int = 0
    rejudged: int = 0
    fault: str | None = None

    @property
    def sources(self) -> tuple[SourceSum, ...]:
        """The sums by source, in order of first arrival."""
        by_source: dict[str, list[Outcome]] = {}
        for outcome in self.outcomes:
            by_source.setdefault(outcome.source, []).append(outcome)
        return tuple(_sum(found) for found in by_source.values())

    @property
    def refused(self) -> tuple[Refused, ...]:
        """All that was refused, in order of arrival."""
        return tuple(refused for outcome in self.outcomes for refused in outcome.refused)


def outcome_of(entries: Sequence[Entry], *, source: str, name: str, came: datetime, simulated: bool) -> Outcome:
    """Read from the entries that a message gave rise to."""
    batches = [entry.leaf for entry in entries if entry.leaf.kind == leaves.BATCH]
    return Outcome(
        source=source,
        name=name,
        came=came,
        simulated=simulated,
        flags=Counter(Flag(flag) for leaf in batches for flag in leaves.batch_of(leaf).flag.tolist()),
        corrected=sum(row[4] is not None for leaf in batches for row in leaf.content["rows"]),
        refused=tuple(row for entry in entries if entry.leaf.kind == leaves.REFUSAL for row in _refused(entry)),
    )


def _refused(entry: Entry) -> list[Refused]:
    return [
        Refused(
            entry=entry.index,
            entered=entry.entered,
            source=entry.leaf.source,
            where=row["where"],
            reason=row["reason"],
            fragment=base64.b64decode(row["fragment"]),
        )
        for row in entry.leaf.content["refused"]
    ]


def _sum(outcomes: Sequence[Outcome]) -> SourceSum:
    flags: Counter[Flag] = Counter()
    for outcome in outcomes:
        flags.update(outcome.flags)
    return SourceSum(
        source=outcomes[0].source,
        simulated=outcomes[0].simulated,
        messages=len(outcomes),
        repeated=sum(outcome.repeated for outcome in outcomes),
        flags=flags,
        corrected=sum(outcome.corrected for outcome in outcomes),
        refused=tuple(refused for outcome in outcomes for refused in outcome.refused),
    )
