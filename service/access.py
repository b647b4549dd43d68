"""Noting which party was given what: after the answer, off its way, and never at its cost.

A request without a token passes through untouched. For one with a token that the guard has looked at, the route says
what its answer gives; once the answer has gone out whole it waits here, and a task beside the requests writes it into
the access table. What cannot be written is a line in the log and is tried again; it never is a fault of an answer.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from fastapi import Request
from sqlalchemy import Engine
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from record.archive.answer import Answer
from record.errors import ArnaError
from record.ledger import delivered
from record.ledger.access import ALWAYS, EVERYTHING, Fetch, Given, note
from record.ledger.delivered import Delivery
from record.quantities import ENTRY
from service.errors import plain
from service.front.visit import visit_of
from service.tokens import SENT, Token

log = logging.getLogger("arna.service")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A copy of an issued report that an answer gave: of which report it is, its name, and its SHA-256 as issued."""

    edition: str
    day: str
    revision: int
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """That a party was given a file, when, and by which of its tokens."""

    party: str
    at: datetime
    given: File
    token: str


Noted = Fetch | Taken
Write = Callable[[Iterable[Noted]], object]
_GIVEN, _IN_PART, _FILES = "given", "given_in_part", "files_given"
_GIVING = {200: _GIVEN, 304: _GIVEN, 206: _IN_PART}
"""Statuses of answers by which the asker has the values, is told that it has them, or has some of them."""
MOST_NOTED = 20_000
"""What may wait to be written, and so what one answer may say reading by reading."""
_Key = tuple[str, Given | File]
FETCHED = "fetched"
"""How a file came to a party that fetched it itself; behind it stands the name of the token."""


def keep(engine: Engine, noted: Iterable[Noted]) -> None:
    """Write down what was fetched. Raises `RecordError` where it cannot be."""
    held = list(noted)
    note(engine, [one for one in held if isinstance(one, Fetch)])
    delivered.note(engine, [_delivery(one) for one in held if isinstance(one, Taken)])


def _delivery(taken: Taken) -> Delivery:
    file = taken.given
    return Delivery(
        recipient=f"{FETCHED}:{taken.token}", party=taken.party, edition=file.edition, day=file.day,
        revision=file.revision, file=file.name, sha256=file.sha256, at=taken.at,
    )  # fmt: skip


class Notes:
    """What was fetched and is not written yet, each thing once; and what was written lately, not to be written again.

    Safe under threads. Each worker has its own.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: dict[_Key, Noted] = {}
        self._written: dict[_Key, None] = {}
        self._lock = threading.Lock()

    def take(self, fetches: Iterable[Noted]) -> None:
        """Let fetches wait to be written; beyond 20,000 they are dropped, which is a line in the log."""
        dropped = 0
        with self._lock:
            for fetch in fetches:
                key = (fetch.party, fetch.given)
                if key in self._written or key in self._waiting:
                    continue
                if len(self._waiting) >= MOST_NOTED:
                    dropped += 1
                    continue
                self._waiting[key] = fetch
        if dropped:
            log.warning("%d fetches were not noted: too many wait to be written", dropped)

    def write(self) -> bool:
        """Write what waits; whether nothing waits any more."""
        with self._lock:
            waiting = dict(self._waiting)
        if not waiting:
            return True
        try:
            self._write(waiting.values())
        except ArnaError as fault:
            log.warning("%d fetches wait to be noted: %s", len(waiting), fault)
            return False
        with self._lock:
            for key in waiting:
                del self._waiting[key]
            if len(self._written) > MOST_NOTED:
                self._written.clear()
            self._written.update(dict.fromkeys(waiting))
        return True


class Noting:
    """Has the answers to parties noted, in front of an app whose state holds `data`, `network`, `clock` and `notes`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""
        token: Token | None = scope.get("state", {}).get(SENT)
        if token is None:
            await self._app(scope, receive, send)
        else:
            await self._attributed(token, scope, receive, send)

    async def _attributed(self, token: Token, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["app"].state
        given: dict[str, list[Given]] = {_GIVEN: [], _IN_PART: []}
        files: list[File] = []
        scope.setdefault("state", {}).update({**given, _FILES: files})
        sent: dict[str, Any] = {}

        async def watching(message: Message) -> None:
            await send(message)
            _remember(message, sent)

        await self._app(scope, receive, watching)
        gives = _GIVING.get(sent.get("status", 0))
        if gives is not None and sent.get("whole"):
            at, path = state.clock(), plain(str(scope["path"]))
            state.notes.take(
                Fetch(party=token.party, at=at, path=path, given=one, token=token.id) for one in given[gives]
            )
            state.notes.take(Taken(party=token.party, at=at, given=one, token=token.id) for one in files)


def _remember(message: Message, sent: MutableMapping[str, Any]) -> None:
    if message["type"] == "http.response.start":
        sent["status"] = message["status"]
    elif message["type"] == "http.response.body" and not message.get("more_body", False):
        sent["whole"] = True


def given_to(request: Request) -> list[Given] | None:
    """Where a route says what its answer gives; None where nobody is to be noted, and then it need not say it.

    Who asks for the header of an answer alone is given nothing.
    """
    if visit_of(request.scope).head:
        return None
    found: list[Given] | None = request.scope.get("state", {}).get(_GIVEN)
    return found


def files_to(request: Request) -> list[File] | None:
    """The same for the issued files that it gives. A route names none where the asker has it already."""
    if visit_of(request.scope).head:
        return None
    found: list[File] | None = request.scope.get("state", {}).get(_FILES)
    return found


def given_in_part(request: Request) -> list[Given] | None:
    """The same for what it gives where only a part of it is sent, as its `Range` asks for."""
    if visit_of(request.scope).head:
        return None
    found: list[Given] | None = request.scope.get("state", {}).get(_IN_PART)
    return found


def noting(portions: Iterable[Answer], noted: list[Given]) -> Iterator[Answer]:
    """The same portions, of each of which it is noted what it gives as it is taken."""
    for answer in portions:
        noted += in_answer(answer)
        yield answer


def in_answer(answer: Answer) -> Iterator[Given]:
    """What the series of an answer give: each from its first time to its last, up to the newest entry."""
    for row, station in enumerate(answer.heading.stations):
        for quantity in answer.heading.quantities:
            entries = answer.layers[f"{quantity}{ENTRY}"][row]
            spoken = np.flatnonzero(entries >= 0)
            if len(spoken):
                yield Given(
                    subject=f"{station.id}.{quantity}.{answer.heading.collection.interval}",
                    start=int(answer.time[spoken[0]]),
                    end=int(answer.time[spoken[-1]]) + 1,
                    size=int(entries.max()) + 1,
                )


def one_reading(series: str, time: int, entry: int) -> Given:
    """A single reading, by the newest entry that says it."""
    return Given(subject=series, start=time, end=time + 1, size=entry + 1)


def of_log(first: int, end: int) -> Given:
    """Entries [first, end) of the log itself, whatever they say."""
    return Given(subject=EVERYTHING, start=ALWAYS[0], end=ALWAYS[1], low=first, size=end)
