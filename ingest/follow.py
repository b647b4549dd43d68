"""Following the journal: what came in is held against what stood before, and what is computed from it is entered.

A portion of entries is read on from where the last one ended. What follows from it is entered in one transaction a
series, with a receipt that states the grounds; then the cursor moves. Should all break off in between, the portion is
read once more: only what differs from what stands is entered, so that nothing is entered twice and nothing is lost.
What was entered is followed in its turn, until nothing more comes of it.
"""

import sys
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
from record.errors import ArnaError, ConfigError, DerivingError
from record.health import FOLLOW
from record.network import Network
from record.proof import canonical

if TYPE_CHECKING:
    from record.writer import Pen

MOST = 500
"""Entries of one portion."""
_ALL = sys.maxsize
_TRIES = 5
"""How often a portion is read in which others speak in the place of what was worked out, before it waits its turn."""
_OVERTAKEN = "{} rows were overtaken by what others say in their place, time and again: they are worked out anew later"
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
    `overtaken`: rows that were not, as something else was said in their place meanwhile; `more`: whether there is more
    to follow; `held`: which series could not be computed while all else was; `fault`: why it could not be followed
    further.
    """

    entries: int = 0
    rejudged: int = 0
    computed: int = 0
    overtaken: int = 0
    more: bool = False
    held: str | None = None
    fault: str | None = None

    def counts(self) -> dict[str, int]:
        """The report as numbers alone."""
        return {"entries": self.entries, "rejudged": self.rejudged, "computed": self.computed}

    def __add__(self, other: "Followed") -> "Followed":
        return Followed(
            entries=self.entries + other.entries,
            rejudged=self.rejudged + other.rejudged,
            computed=self.computed + other.computed,
            overtaken=self.overtaken + other.overtaken,
            more=other.more,
            held=other.held,
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

    Where something else was said in the place of a row since it was worked out, the portion is to be read once more.
    After `halted` says so nothing more is entered, and the portion is read again next time. A fault of the record or of
    the config is told and not raised.
    """
    done = Followed()
    try:
        after, size = _followed(pen), pen.archive.size()
        until = min(after + most, size)
        if after >= until:
            return done
        entered = list(pen.archive.changes(after, until))
        _refuse_another_network(entered, network)
        changes = _changes(entered, network, pen.archive)
        for follower in followers:
            for consequence in follower(changes, network, pen.archive):
                if halted():
                    return done + Followed(more=True)
                done += _enter(consequence, pen, now)
        if done.overtaken:
            return done + Followed(more=True)
        pen.pass_over(FOLLOW, str(until), in_force=True)
        return done + Followed(entries=until - after, more=pen.archive.size() > until)
    except DerivingError as fault:
        return done + Followed(more=True, held=str(fault))
    except ArnaError as fault:
        return done + Followed(more=True, fault=str(fault))


def to_rest(
    network: Network,
    pen: "Pen",
    now: Callable[[], datetime],
    *,
    most: int = MOST,
    followers: Sequence[Follower] | None = None,
    halted: Callable[[], bool] = lambda: False,
) -> Followed:
    """Follow the journal portion by portion until nothing more comes of it, a fault is met, or `halted` says so.

    Where a series cannot be computed all others are, to the end of the journal; the portion is not passed, so that it
    is tried again, and the fault is told.
    """
    total, tries = Followed(more=True), 0
    followers = followers or followers_with(RecordContext(pen.archive, network))
    while total.more and total.fault is None and not halted():
        done = follow(network, pen, now, most=most, followers=followers, halted=halted)
        tries = tries + 1 if done.overtaken else 0
        total += done
        if done.held is not None:
            if most == _ALL and not (done.computed or done.rejudged):
                return total + Followed(more=True, fault=done.held)
            most = _ALL
        if tries == _TRIES:
            return total + Followed(more=True, fault=_OVERTAKEN.format(done.overtaken))
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
        return Followed(computed=written.rows, overtaken=written.overtaken)
    return Followed(rejudged=written.rows, overtaken=written.overtaken)


def _followed(pen: "Pen") -> int:
    """Up to which size the journal was followed; the whole of it is to come where nobody did."""
    cursor = pen.cursor(FOLLOW)
    return int(cursor) if cursor is not None and cursor.isdecimal() else 0


def _refuse_another_network(entered: Sequence[Entered], network: Network) -> None:
    """Raise `ConfigError` where the entries bring a network that is not this one: who has it follows them."""
    came = [one.network for one in entered if one.network is not None]
    if came and came[-1] != network.version:
        raise ConfigError("another version of the network came into force: start this process anew to follow it")


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
