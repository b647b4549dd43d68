"""An address that is asked with GET, and only for what changed since the last time.

The cursor is JSON: the validators of the last answer and a digest of the address they belong to. An address that holds
`{from}` and `{to}` is asked for stretches of time instead, see `window`.
"""

import json
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from ingest.sources.fetched import Clock, Fetched
from ingest.sources.progress import Progress, kept_page, page_of, written
from ingest.sources.web import Answer, AnsweredError, Page, Wait, Web, address_of, digest
from ingest.sources.window import Look, Question, Round, Window, message
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Source

FROM, TO = "{from}", "{to}"
_VALIDATORS = {"etag": "if-none-match", "last-modified": "if-modified-since"}
_MAX_VALIDATOR = 1000


@dataclass(frozen=True, slots=True)
class HttpGet:
    """The address of a source; with a `window` it is asked for that alone, and no cursor is moved.

    Raises `SourceError` where the address holds no place for the times of a window.
    """

    source: Source
    data: Path
    window: Window | None = None
    wait: Wait = time.sleep

    def __post_init__(self) -> None:
        if self.window is not None and not self._is_timed:
            raise SourceError(
                f"the place of source {self.source.id} holds no {FROM} and {TO}: it tells the present alone"
            )

    @property
    def _is_timed(self) -> bool:
        return FROM in self.source.place or TO in self.source.place

    def fetch(self, cursor: str | None, now: Clock, /) -> Generator[Fetched, None, None]:
        """Each page of the answer, unless it is the one that `cursor` tells of. Raises `SourceError`."""
        with Web(self.source, self.wait) as web:
            if self._is_timed:
                progress = Progress(cursor, self.source.place, [""])
                asked = Round(web=web, progress=progress, now=now, look=_data, window=self.window)
                yield from asked.fetch([Question(key="", address=self._between)])
            else:
                yield from self._changed(web, cursor, now)

    def done(self, _receipt: Receipt, /) -> None:
        """Nothing: the cursor, entered with the message, is all that there is to remember."""

    def _between(self, start: datetime, end: datetime) -> httpx2.URL:
        return address_of(self.source.place.replace(FROM, written(start)).replace(TO, written(end)))

    def _changed(self, web: Web, cursor: str | None, now: Clock) -> Generator[Fetched, None, None]:
        """The answer if it changed; pages beyond those of one round are given in the next one."""
        known = _known(cursor, self.source.place)
        found = {name: str(known[name]) for name in _VALIDATORS if name in known}
        kept = page_of(known["page"], web.place) if "page" in known else None
        if kept is not None:
            try:
                came = yield from self._pages(web, web.pages(kept), found, now)
            except AnsweredError as fault:
                if not fault.is_gone:
                    raise
                came = False
            if came:
                return
            # That page is forgotten, or holds nothing: the whole is asked for as if for the first time.
            found = {}
        conditions = {_VALIDATORS[name]: value for name, value in found.items()}
        yield from self._pages(web, web.pages(web.place, conditions), None, now)

    def _pages(
        self, web: Web, pages: Iterator[Page], found: dict[str, str] | None, now: Clock
    ) -> Generator[Fetched, None, bool]:
        """Whether any page came. `found` are the validators of the first one, where that came in an earlier round."""
        came = False
        for page in pages:
            came = True
            found = _validators(page.answer) if found is None else found
            yield message(web, page.answer, now, self._cursor(web, page, found))
            if page.fault is not None:
                raise SourceError(page.fault)
        return came

    def _cursor(self, web: Web, page: Page, found: dict[str, str]) -> str | None:
        """None where it is not all given, nor can be gone on with."""
        told: dict[str, Any] = {"address": digest(self.source.place), **found}
        if page.following is not None:
            told["page"] = kept_page(page.following, web.place)
        return json.dumps(told, sort_keys=True) if page.fault is None else None


def _data(_answer: Answer) -> Look:
    return Look.DATA


def _validators(answer: Answer) -> dict[str, str]:
    found = {name: answer.headers[name] for name in _VALIDATORS if name in answer.headers}
    return {name: value for name, value in found.items() if len(value) <= _MAX_VALIDATOR}


def _known(cursor: str | None, place: str) -> dict[str, Any]:
    """What the cursor tells of the address; nothing where the address is another now."""
    try:
        known = json.loads(cursor or "{}")
    except json.JSONDecodeError:
        return {}
    return known if isinstance(known, dict) and known.get("address") == digest(place) else {}
