"""Following the journal: what came in is held against what stood before, and what is computed from it is entered.

A portion of entries is read on from where the last one ended. What follows from it is entered in one transaction a
series, with a receipt that states the grounds; then the cursor moves. Should all break off in between, the portion is
read once more: only what differs from what stands is entered, so that nothing is entered twice and nothing is lost.
What was entered is followed in its turn, until nothing more comes of it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ingest.consequence import Change, Consequence
from ingest.derive import RULES, derive
from ingest.derive.asked import joined
from ingest.derive.renewed import renewed
from ingest.quality.alone import judge_alone
from ingest.quality.record_context import RecordContext
from ingest.quality.rejudge import rejudge
from record import leaf as leaves
from record.archive import Archive
from record.archive.changes import Entered
from record.entry import Receipt
from record.errors import ArnaError
from record.health import FOLLOW
from record.network import Network
from record.proof import canonical

if TYPE_CHECKING:
    from record.writer import Pen

MOST = 500
"""Entries of one portion."""
_MEDIA = "application/json"

Follower = Callable[[Sequence[Change], Network, Archive], Iterator[Consequence]]
"""What follows from changes; what stands already is not told again."""


def followers_with(context: RecordContext | None = None) -> tuple[Follower, ...]:
    """Those of the house; a `context` that is kept need not learn the climate of each series each time."""
    return partial(rejudge, context=context), partial(derive, judge=judge_alone)


FOLLOWERS = followers_with()


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What came of following the journal.

    `entries`: how many were read; `rejudged` and `computed`: rows that were entered of flags and of computed series;
    `more`: whether the journal goes on; `fault`: why it could not be followed further.
    """

    entries: int = 0
    rejudged: int = 0
    computed: int = 0
    more: bool = False
    fault: str | None = None

    def counts(self) -> dict[str, int]:
        """The report as numbers alone."""
        return {"entries": self.entries, "rejudged": self.rejudged, "computed": self.computed}

    def __add__(self, other: "Followed") -> "Followed":
        return Followed(
            entries=self.entries + other.entries,
            rejudged=self.rejudged + other.rejudged,
            computed=self.computed + other.computed,
            more=other.more,
            fault=other.fault or self.fault,
        )


def follow(
    network: Network,
    pen: "Pen",
    now: Callable[[], datetime],
    *,
    most: int = MOST,
    followers: Sequence[Follower] = FOLLOWERS,
    halted: Callable[[], bool] = lambda: False,
) -> Followed:
    """Read one portion of the journal of at most `most` entries, and enter what follows from it.

    After `halted` says so nothing more is entered, and the portion is read again next time. A fault of the record or of
    the config is told and not raised.
    """
    done = Followed()
    try:
        after, size = _followed(pen), pen.archive.size()
        until = min(after + most, size)
        if after >= until:
            return done
        changes = _changes(list(pen.archive.changes(after, until)), network, pen.archive)
        for follower in followers:
            for consequence in follower(changes, network, pen.archive):
                if halted():
                    return done + Followed(more=True)
                done += _enter(consequence, pen, now)
        pen.pass_over(FOLLOW, str(until))
        return done + Followed(entries=until - after, more=pen.archive.size() > until)
    except ArnaError as fault:
        return done + Followed(more=True, fault=str(fault))


def to_rest(
    network: Network,
    pen: "Pen",
    now: Callable[[], datetime],
    *,
    followers: Sequence[Follower] | None = None,
    halted: Callable[[], bool] = lambda: False,
) -> Followed:
    """Follow the journal portion by portion until nothing more comes of it, a fault is met, or `halted` says so."""
    total = Followed(more=True)
    followers = followers or followers_with(RecordContext(pen.archive, network))
    while total.more and total.fault is None and not halted():
        total += follow(network, pen, now, followers=followers, halted=halted)
    return total


def enter(consequences: Iterable[Consequence], pen: "Pen", now: Callable[[], datetime]) -> Followed:
    """Enter consequences; what follows from them in its turn is found by following the journal. Raises `ArnaError`."""
    total = Followed()
    for consequence in consequences:
        total += _enter(consequence, pen, now)
    return total


def _enter(consequence: Consequence, pen: "Pen", now: Callable[[], datetime]) -> Followed:
    receipt = Receipt(
        source=consequence.source,
        name=str(consequence.grounds.get("rule", consequence.source)),
        media=_MEDIA,
        received=now(),
        body=canonical.encode(dict(consequence.grounds)),
    )
    written = pen.append(
        receipt, consequence.said, (), now, reason=consequence.reason, instead_of=consequence.instead_of
    )
    if consequence.source == leaves.DERIVED:
        return Followed(computed=written.rows)
    return Followed(rejudged=written.rows)


def _followed(pen: "Pen") -> int:
    """Up to which size the journal was followed; the whole of it is to come where nobody did."""
    cursor = pen.cursor(FOLLOW)
    return int(cursor) if cursor is not None and cursor.isdecimal() else 0


def _changes(entered: Sequence[Entered], network: Network, archive: Archive) -> list[Change]:
    """What the entries say of series and times, and what is computed otherwise since a network came into force."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for one in entered:
        for spoken in one.spoken:
            spans.setdefault(spoken.series, []).append((spoken.start, spoken.end))
    came = next((one.entry for one in entered if one.network is not None), None)
    new = [] if came is None else renewed(archive.network_before(came), network, RULES)
    return [
        Change(series=series, start=start, end=end) for series, found in spans.items() for start, end in joined(found)
    ] + new
