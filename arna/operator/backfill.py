"""`arna backfill`: what a source has of a stretch of time, fetched a day at a time, and on from where it broke off."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import cycle
from ingest.cycle import CycleReport
from ingest.sources import window_of
from record.errors import ConfigError, SelectionError
from record.network import Network
from record.network.source import Source

if TYPE_CHECKING:
    from record.writer import Pen

STEP = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What is fetched again: all from `start` to before `end`, both aware."""

    start: datetime
    end: datetime

    def steps(self, done: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The days that are left after `done`, the last one cut at the end."""
        first = max(self.start, done)
        while first < self.end:
            yield first, min(first + STEP, self.end)
            first += STEP

    @property
    def name(self) -> str:
        """Unlike that of any other stretch."""
        return f"{self.start.astimezone(UTC):%Y%m%dT%H%M%SZ}-{self.end.astimezone(UTC):%Y%m%dT%H%M%SZ}"


class Bookmark:
    """How far a stretch was fetched: a small file in the data folder, which goes when all is done.

    Lost, it costs requests and nothing else: what was entered before is recognised.
    """

    def __init__(self, data: Path, source: Source, stretch: Stretch) -> None:
        self._path = data / "backfill" / f"{source.id}-{stretch.name}.json"
        # Its digest alone: an address may hold a key.
        self._place = hashlib.sha256(source.place.encode()).hexdigest()[:16]
        self._start = stretch.start

    def done(self) -> datetime:
        """Until when all was fetched; the start of the stretch where nothing was, or where the place is another now."""
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
            done = datetime.fromisoformat(said["done"])
        except (OSError, ValueError, KeyError, TypeError):
            return self._start
        return done if said.get("place") == self._place and done.tzinfo is not None else self._start

    def keep(self, done: datetime) -> None:
        """Remember; raise `ConfigError` where the folder cannot be written."""
        beside = self._path.with_suffix(".tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps({"done": done.isoformat(), "place": self._place}), encoding="utf-8")
            os.replace(beside, self._path)
        except OSError as fault:
            raise ConfigError(f"{self._path} cannot be written: {fault.strerror}; check the data folder") from None

    def forget(self) -> None:
        """All is done."""
        self._path.unlink(missing_ok=True)


def backfill(
    source: Source,
    stretch: Stretch,
    network: Network,
    pen: "Pen",
    *,
    data: Path,
    now: Callable[[], datetime],
) -> Iterator[tuple[datetime, CycleReport]]:
    """Fetch the days of a stretch that are left, one after the other: until when all is there, and what a day brought.

    Raises `SelectionError` for no such stretch, `SourceError` where the source has no past to ask for or does not
    answer; asked again, it goes on there.
    """
    if not stretch.start < stretch.end <= now():
        raise SelectionError("a stretch of time ends after it begins and not in the time to come: mend --from and --to")
    bookmark = Bookmark(data, source, stretch)
    for first, last in stretch.steps(bookmark.done()):
        report = cycle.take(window_of(source, data, first, last), source, network, pen, now=now)
        bookmark.keep(last)
        yield last, report
    bookmark.forget()
