"""A SensorThings API 1.1 service: the observations of each declared datastream, in the order of their time.

The place is the root of the service, `https://host/v1.1`; a channel's name is the id of a datastream. The cursor holds
for each datastream the time of its last observation; the first round begins `back` days ago, and each round asks for
the last `again` days once more, because observations are corrected and come late.
"""

import time
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from ingest.sources.fetched import Clock, Fetched
from ingest.sources.progress import Progress, Reached, moment, written
from ingest.sources.web import FOUND, AnsweredError, Page, Wait, Web, shown, within
from ingest.sources.window import Look, Window, in_turn, message
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Source

TOPS = (1000, 100, 10, 1)
"""Observations asked for in one page; the fewer where a page came out too large. A service may give fewer."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SensorThings:
    """The service of a source; with a `window` it is asked for that alone, and no cursor is moved."""

    source: Source
    data: Path
    window: Window | None = None
    wait: Wait = time.sleep

    def fetch(self, cursor: str | None, now: Clock, /) -> Generator[Fetched, None, None]:
        """The observations of each datastream, of that read least far first; each page is a message."""
        streams = list(dict.fromkeys(channel.name for channel in self.source.channels))
        if not streams:
            raise SourceError(f"source {self.source.id} declares no channel: name each datastream by its id")
        with Web(self.source, self.wait) as web:
            asked = _Round(web=web, progress=Progress(cursor, self.source.place, streams), now=now, window=self.window)
            yield from in_turn(self.source, asked.progress, streams, asked.ask, whole=self.window is not None)

    def done(self, _receipt: Receipt, /) -> None:
        """Nothing: the cursor, entered with the message, is all that there is to remember."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One round of asking."""

    web: Web
    progress: Progress
    now: Clock
    window: Window | None

    def ask(self, stream: str) -> Generator[Fetched, None, bool]:
        """The pages of one datastream; whether that is all of them."""
        for top in TOPS:
            finished = yield from self._pages(stream, top, must=top == TOPS[-1])
            if finished is not None:
                return finished
        return False

    def _pages(self, stream: str, top: int, *, must: bool) -> Generator[Fetched, None, bool | None]:
        """The pages, with at most `top` observations in each; None where one is too large and fewer `must` not be."""
        finished = self.web.left > 0
        for page in self.web.pages(self._address(stream, top)):
            too_large = len(page.answer.body) > self.web.source.max_bytes
            if too_large and not must:
                return None
            listed = [] if too_large else _listed(page)
            if listed is None:
                yield message(self.web, page.answer, self.now, self._cursor(), Look.STRANGE)
                raise AnsweredError(f"{shown(page.answer.address)}: answered something else than observations", FOUND)
            times = _times(listed)
            self._move(stream, page, times)
            if listed or too_large:
                yield message(self.web, page.answer, self.now, self._cursor())
            if page.fault is not None or too_large:
                raise AnsweredError(page.fault or f"{shown(page.answer.address)}: too large to go on", FOUND)
            finished = page.is_last or self._is_past(times)
            if finished:
                break
        return finished

    def _move(self, stream: str, page: Page, times: list[datetime]) -> None:
        """Note how far the datastream was read with this page."""
        known = self.progress.of(stream)
        # A sensor whose clock runs ahead must not hide what it says once its clock is set right.
        newest = min(max([_LONG_AGO if known is None else known.time, *times]), self.now())
        if newest == _LONG_AGO or page.fault is not None:
            return
        if page.is_last:
            self.progress.move(stream, Reached(time=newest))
        elif times == sorted(times):
            self.progress.move(stream, Reached(time=newest, whole=False))

    def _is_past(self, times: list[datetime]) -> bool:
        return self.window is not None and times != [] and times == sorted(times) and times[-1] >= self.window[1]

    def _address(self, stream: str, top: int) -> httpx2.URL:
        source, reached = self.web.source, self.progress.of(stream)
        if self.window is not None:
            since = f"ge {written(self.window[0])}"
        elif reached is None:
            since = f"ge {written(self.now() - timedelta(days=source.back))}"
        elif reached.whole and not source.again:
            since = f"gt {written(reached.time)}"
        else:
            since = f"ge {written(reached.time - timedelta(days=source.again if reached.whole else 0))}"
        # Numbers stand bare, names in quotes in which a quote is doubled.
        name = stream if stream.isascii() and stream.isdigit() else "'" + stream.replace("'", "''") + "'"
        return within(
            self.web.place,
            f"/Datastreams({quote(name, safe='')})/Observations",
            {
                "$filter": f"phenomenonTime {since}",
                "$orderby": "phenomenonTime asc",
                "$top": str(top),
                "$expand": "Datastream",
            },
        )

    def _cursor(self) -> str | None:
        return None if self.window else self.progress.text()


def _listed(page: Page) -> list[dict[str, Any]] | None:
    """The observations of a page; None where it is no page of observations."""
    tree = page.answer.tree
    listed = tree.get("value") if isinstance(tree, dict) else None
    return listed if isinstance(listed, list) and all(isinstance(one, dict) for one in listed) else None


def _times(listed: list[dict[str, Any]]) -> list[datetime]:
    """When the phenomena began, as far as that can be read."""
    said = [one.get("phenomenonTime") for one in listed]
    found = [moment(text.partition("/")[0]) for text in said if isinstance(text, str)]
    return [time for time in found if time is not None]
