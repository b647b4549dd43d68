"""Asking a source for stretches of time: from where the last round ended, less the days that are asked again, to now.

An answer too large for its source is asked for again in two halves, so that a long gap is caught up with. What a round
cannot finish the next one goes on with.
"""

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum

import httpx2

from ingest.sources.fetched import Clock, Fetched, fetched, partly, received_at
from ingest.sources.progress import Progress, Reached, kept_page, page_of
from ingest.sources.web import FOUND, Answer, AnsweredError, Page, Web, shown
from record.errors import SourceError
from record.network.source import Source

Window = tuple[datetime, datetime]
"""A half open stretch of time, both ends aware."""

Ask = Callable[[str], Generator[Fetched, None, bool]]
"""Asks for one thing by its key, and returns whether all of it was given."""

SHORTEST = timedelta(hours=1)
"""A stretch that is halved no further: an answer for it that is too large is given as a fault."""

GIVES_UP = 2
"""After so many things in a row that cannot be had, a round asks for no other: the service is away."""


class Look(Enum):
    """What an answer holds, at first sight."""

    DATA = "data"
    NOTHING = "nothing"
    STRANGE = "strange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that is asked for stretches of time; `key` is its name in the cursor."""

    key: str
    address: Callable[[datetime, datetime], httpx2.URL]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of asking. With a `window` that alone is asked, and no cursor is moved."""

    web: Web
    progress: Progress
    now: Clock
    look: Callable[[Answer], Look]
    window: Window | None = None

    def fetch(self, questions: Sequence[Question]) -> Generator[Fetched, None, None]:
        """The answers; `SourceError` at the end names what could not be had."""
        known = {question.key: question for question in questions}
        yield from in_turn(self.web.source, self.progress, known, self._ask_key(known), whole=self.window is not None)

    def _ask_key(self, known: Mapping[str, Question]) -> Ask:
        return lambda key: self._ask(known[key])

    def _ask(self, question: Question) -> Generator[Fetched, None, bool]:
        """What is said of one thing; whether that is all."""
        stretches, page = [self._stretch(question)], self._page_to_go_on_with(question)
        finished = True
        while stretches and self.web.left > 0:
            stretch = stretches.pop()
            halves, finished = yield from self._ask_stretch(question, stretch, page, last=not stretches)
            stretches += halves
            page = None
        return finished and not stretches

    def _ask_stretch(
        self, question: Question, stretch: Window, page: httpx2.URL | None, *, last: bool
    ) -> Generator[Fetched, None, tuple[list[Window], bool]]:
        """What is said of a stretch, and whether it is all; where it is too much, its halves, the later one first."""
        start, end = stretch
        if start >= end:
            return [], True
        finished = True
        for found in self._pages(question, stretch, page):
            if self._is_too_much(found, end - start):
                middle = start + (end - start) / 2
                return [(middle, end), (start, middle)], True
            finished = found.is_last
            yield from self._given(found, question, stretch, last=last)
        if finished:
            self.progress.move(question.key, Reached(time=end, whole=last))
        return [], finished

    def _pages(self, question: Question, stretch: Window, page: httpx2.URL | None) -> Iterator[Page]:
        if page is not None:
            try:
                yield from self.web.pages(page)
            except AnsweredError as fault:
                # Some servers forget soon what page came next: then the stretch is begun anew.
                if not fault.is_gone:
                    raise
            else:
                return
        yield from self.web.pages(question.address(*stretch))

    def _given(self, page: Page, question: Question, stretch: Window, *, last: bool) -> Iterator[Fetched]:
        start, end = stretch
        too_large = len(page.answer.body) > self.web.source.max_bytes
        look = Look.DATA if too_large else self.look(page.answer)
        if look is Look.STRANGE:
            yield message(self.web, page.answer, self.now, self._cursor(), look)
            raise AnsweredError(f"{shown(page.answer.address)}: answered something else than it was asked for", FOUND)
        if page.is_last:
            self.progress.move(question.key, Reached(time=end, whole=last))
        elif page.following is not None:
            kept = kept_page(page.following, self.web.place)
            self.progress.move(question.key, Reached(time=start, whole=False, until=end, page=kept))
        if look is not Look.NOTHING:
            yield message(self.web, page.answer, self.now, self._cursor())
        if page.fault is not None:
            raise AnsweredError(page.fault, FOUND)

    def _cursor(self) -> str | None:
        return None if self.window else self.progress.text()

    def _stretch(self, question: Question) -> Window:
        if self.window is not None:
            return self.window
        source, now, reached = self.web.source, self.now().replace(microsecond=0), self.progress.of(question.key)
        if reached is None:
            return now - timedelta(days=source.back), now
        # A clock that once ran ahead must not keep us waiting until its time has come.
        time = min(reached.time, now)
        return (time - timedelta(days=source.again), now) if reached.whole else (time, reached.until or now)

    def _page_to_go_on_with(self, question: Question) -> httpx2.URL | None:
        reached = self.progress.of(question.key)
        if self.window is not None or reached is None or reached.page is None:
            return None
        return page_of(reached.page, self.web.place)

    def _is_too_much(self, page: Page, long: timedelta) -> bool:
        return len(page.answer.body) > self.web.source.max_bytes and long >= 2 * SHORTEST


def in_turn(
    source: Source, progress: Progress, keys: Collection[str], ask: Ask, *, whole: bool
) -> Generator[Fetched, None, None]:
    """What is said of each thing, that read least far first; what cannot be had of one never keeps back another.

    Raises `SourceError` at the end for what could not be had, and where the `whole` is wanted and was too much.
    """

    def reached(key: str) -> float:
        known = progress.of(key)
        return 0 if known is None else known.time.timestamp()

    faults: list[str] = []
    finished, in_a_row = True, 0
    for key in sorted(keys, key=reached):
        try:
            finished &= yield from ask(key)
            in_a_row = 0
        except SourceError as fault:
            faults.append(str(fault))
            in_a_row += 1
            # One that hangs or is locked may be alone in it; several in a row are the service itself.
            if in_a_row == GIVES_UP or len(faults) == 1 == len(keys):
                raise
    if whole and not finished:
        faults.append(f"{source.max_messages} requests were not enough: ask for less at once, or raise max_messages")
    if faults:
        raise partly(faults)


def message(web: Web, answer: Answer, now: Clock, cursor: str | None, look: Look = Look.DATA) -> Fetched:
    """An answer as a message, of times asked for again; one that is strange is to be refused as a whole.

    A document that has not changed for long counts as received when it changed last.
    """
    received = received_at(_changed(answer), now())
    given = replace(fetched(web.source, shown(answer.asked), received, answer.body, cursor=cursor), again=True)
    if look is Look.STRANGE and given.fault is None:
        return replace(given, fault="it is not the document that was asked for: ask the keeper of the service")
    return given


def _changed(answer: Answer) -> datetime | None:
    try:
        moment = parsedate_to_datetime(answer.headers["last-modified"])
    except (KeyError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None
