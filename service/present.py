"""How the record stands now, asked once and remembered until something may have been committed."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from fastapi import Request

from record.archive import Archive, Log, Record
from record.archive.standing import Standing
from record.network import Collection, Network
from record.pulse import Pulse
from service.front.visit import visit_of
from service.standing import SIGNED_BY_BOTH, lasting_sentence, sentence, state_of

_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of the first so many entries: one of the three states, and a sentence for people."""

    state: str
    note: str


@dataclass(eq=False)
class Moment:
    """The record between two beats of its pulse: as long as nothing is committed this is the same object.

    What it tells was asked after the beat, so that it may be newer than that, and never older.
    """

    beat: int
    network: Network
    log: Log
    archive: Archive
    _said: dict[tuple[int, bool], Said] = field(default_factory=dict)
    _sealed: dict[str, int | None] = field(default_factory=dict)
    _spans: dict[str, tuple[datetime, datetime] | None] = field(default_factory=dict)

    @cached_property
    def standing(self) -> Standing:
        """How it stands with both countries."""
        return self.log.standing()

    @property
    def size(self) -> int:
        """How many entries the journal holds."""
        return self.standing.size

    def said(self, count: int, *, fixed: bool = False) -> Said:
        """What is said of the first `count` entries; `fixed` where just these were asked for, whatever came later."""
        known = self._said.get((count, fixed))
        if known is None:
            known = self._say(count, fixed)
            if len(self._said) < _REMEMBERED:
                self._said[count, fixed] = known
        return known

    def sealed_until(self, collection: str) -> int | None:
        """Until when the collection lies in sealed files, in seconds since 1970; None where nothing is sealed."""
        if collection not in self._sealed:
            self._sealed[collection] = self.log.sealed_until(collection)
        return self._sealed[collection]

    def span(self, collection: Collection) -> tuple[datetime, datetime] | None:
        """First and last time of which anything was said in a collection; of figures, in what they are made of."""
        if collection.id not in self._spans:
            known = self.network.collections
            below = [collection] if collection.id in known else known.values()
            spans = [self.archive.span(one.id) for one in below if one.basin == collection.basin]
            said = [span for span in spans if span is not None]
            self._spans[collection.id] = (min(one[0] for one in said), max(one[1] for one in said)) if said else None
        return self._spans[collection.id]

    def _say(self, count: int, fixed: bool) -> Said:
        state = state_of(self.standing, count)
        if fixed and state == SIGNED_BY_BOTH:
            return Said(state, lasting_sentence(self.network, count))
        return Said(state, sentence(self.standing, self.network, count))


def present_moment(request: Request) -> Moment:
    """The record now, as the door found it before anything was read for the request, or as it is."""
    visit = visit_of(request.scope)
    if isinstance(visit.moment, Moment):
        return visit.moment
    present: Present = request.app.state.present
    visit.moment = found = present.moment()
    return found


class Present:
    """The moment that it is now; safe under threads."""

    def __init__(self, record: Record, archive: Archive) -> None:
        self._pulse, self._network = Pulse(record.engine), record.network
        self._log, self._archive = Log(record), archive
        self._moment: Moment | None = None

    @property
    def late(self) -> bool:
        """Whether it takes a question to a server to know it, which may lag behind by a tenth of a second."""
        return self._pulse.late

    def moment(self) -> Moment:
        """Of a record in a file never older than a commit; raises `RecordError` where the record is away."""
        beat, known = self._pulse.beat(), self._moment
        if known is None or known.beat != beat:
            known = self._moment = Moment(beat, self._network, self._log, self._archive)
        return known
