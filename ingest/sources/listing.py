"""A folder that is not ours: list it, take what is new or grown, oldest first, and leave everything as it is there.

A round takes at most `max_messages`, and ends by itself before it would count as hanging; what is left waits for the
next one, as does a file that changed too lately (`settle`). What is wrong with one file stops no other.
"""

import re
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from ingest.sources.door import pattern_of
from ingest.sources.fetched import Clock, Fetched, Passed, fetched, partly, received_at
from ingest.sources.memory import File, Memory
from record.errors import SourceError
from record.network.source import Source

MAX_LISTED = 200_000
"""How many files a listing may name."""
ROUND = 7
"""After so many timeouts a round takes no further file."""
END = 9
"""After so many timeouts its connection is cut, wherever it is."""
_MAX_NAME = 255
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]")

Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a file; `came` is when it came to where it lies, `fault` why it is refused as a whole."""

    name: str
    body: bytes
    came: datetime | None = None
    fault: str | None = None


class FileFault(SourceError):
    """One file cannot be had; the others still may."""


class Shelf(Protocol):
    """The files of a server, once its door is open."""

    def files(self, memory: Memory, faults: list[str], /) -> list[File]:
        """The files of the folder that a source takes. Raises `SourceError`."""

    def take(self, file: File, /) -> list[Part]:
        """The messages of a file, each read up to one byte more than the source may send.

        Raises `FileFault`, or `SourceError` where no other file can be had either.
        """


class Names:
    """Which names are taken: those that are the whole of what `match` describes, else all but dotfiles."""

    def __init__(self, source: Source) -> None:
        self._pattern = pattern_of(source)

    def takes(self, name: str, faults: list[str]) -> bool:
        """Whether a file of that name is to be taken; a name that leads elsewhere is a fault."""
        if name in ("", ".", "..") or len(name) > _MAX_NAME or _UNSAFE.search(name):
            faults.append(f"{name[:80]!r} in the listing is no name of a file: not taken")
            return False
        return self.match(name) and not (self._pattern is None and name.startswith("."))

    def match(self, name: str) -> bool:
        """Whether `match` describes the whole of a name, or of a subject; all do where there is none."""
        return self._pattern is None or self._pattern.fullmatch(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a round waits, and how it reads the seconds that pass; the tests have others."""

    wait: Wait = time.sleep
    seconds: Callable[[], float] = time.monotonic


PACE = Pace()


def messages(
    source: Source, shelf: Shelf, memory: Memory, now: Clock, pace: Pace
) -> Generator[Fetched | Passed, None, None]:
    """The messages of one round; `SourceError` at the end names what could not be taken."""
    begun, given, passed, faults = pace.seconds(), 0, False, list[str]()
    faults += memory.see(shelf.files(memory, faults))
    for file in _paced(_settled(memory.due(), source, now()), source, pace, begun):
        parts = _parts(shelf, file, faults)
        if parts is None:
            continue
        passed = True
        for message in islice(_given(parts, file, source, memory, now()), source.max_messages - given):
            yield message
            given, passed = given + 1, False
        if given >= source.max_messages:
            break
    if passed:
        yield Passed(memory.cursor())
    if faults:
        raise partly(faults)


def _paced(files: Iterator[File], source: Source, pace: Pace, begun: float) -> Iterator[File]:
    """The files that fit into a round, with a pause between each two."""
    for number, file in enumerate(files):
        if pace.seconds() - begun > ROUND * source.trigger.timeout:
            return
        if number and source.pause:
            pace.wait(source.pause)
        yield file


def _parts(shelf: Shelf, file: File, faults: list[str]) -> list[Part] | None:
    """The messages of a file; None, and a fault more, where it cannot be had."""
    try:
        return shelf.take(file)
    except FileFault as fault:
        faults.append(f"{file.name}: {fault}")
        return None


def _given(parts: list[Part], file: File, source: Source, memory: Memory, now: datetime) -> Iterator[Fetched]:
    """What was not given yet of the messages of a file, each with the cursor that covers it.

    A file that grew says again what it said before, and that is no news.
    """
    grown = memory.is_grown(file)
    for number in range(memory.begun(file), len(parts)):
        if number + 1 < len(parts):
            memory.begin(file, number + 1)
        else:
            memory.done(file)
        part = parts[number]
        received = received_at(part.came, now)
        message = fetched(source, part.name, received, part.body, cursor=memory.cursor(), fault=part.fault)
        yield replace(message, again=grown)
    if memory.begun(file) >= len(parts):
        memory.done(file)


def _settled(files: list[File], source: Source, now: datetime) -> Iterator[File]:
    """Without those that changed too lately; a time to come says nothing of that, and is passed over."""
    wait = timedelta(seconds=source.settle)
    for file in files:
        if file.changed is None or not wait or abs(now - file.changed) >= wait:
            yield file
