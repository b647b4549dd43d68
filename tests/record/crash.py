"""A record that is killed while it works: what it is told, who works on it, and who reads it all the while.

A message says its own number for all series at each of its times. So what an answer must be follows from the newest
number in it, and half a message cannot pass for a whole one.
"""

import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import numpy as np
import xarray as xr
from sqlalchemy import event

from record import seal
from record.archive import Archive, Record
from record.archive.rebuild import rebuild
from record.batch import Batch
from record.entry import Method, Receipt
from record.selection import Selection
from record.writer import Pen
from tests.example import BORDER, GATEWAY, KIROV, KIROV_STORAGE, LOG, START, open_example

SERIES = (KIROV, KIROV_STORAGE, BORDER)
LAYERS = (("inflow", 0), ("storage", 0), ("discharge", 1))
DAYS = 900
_DAY = 86_400
_CLOCK = datetime(2040, 1, 1, tzinfo=UTC)
_LONG_EVERY, _LONG = 6, 600
_FILE_EVENTS = {"os.rename", "os.remove", "os.mkdir", "open"}


def moment(number: int) -> datetime:
    """When message `number` comes; what is answered as of the moment of the next rests on it."""
    return _CLOCK + timedelta(seconds=number)


@dataclass
class Story:
    """What the messages of a seed say, numbered from 1, and what stands after each: the plain model in memory."""

    seed: str
    _standing: list[np.ndarray] = field(default_factory=lambda: [np.zeros(DAYS, dtype=np.int64)])
    _days: dict[int, frozenset[int]] = field(default_factory=dict)

    def days(self, number: int) -> frozenset[int]:
        """The days of which a message speaks; every sixth is so long that it makes several entries."""
        if number not in self._days:
            chance = random.Random(f"{self.seed}, message {number}")
            count = _LONG if number % _LONG_EVERY == 0 else chance.randint(1, 12)
            self._days[number] = frozenset(chance.sample(range(DAYS), count))
        return self._days[number]

    def message(self, number: int) -> tuple[Receipt, Batch]:
        """A message as the pen takes it."""
        body = f"message {number} of {self.seed}".encode()
        receipt = Receipt(source="telegrams", name="message", media="text/plain", received=moment(number), body=body)
        days = np.array(sorted(self.days(number)), dtype=np.int64)
        count = len(days) * len(SERIES)
        return receipt, Batch(
            said=tuple((name, Method.MEASURED) for name in SERIES),
            which=np.repeat(np.arange(len(SERIES)), len(days)),
            time=np.tile(int(START.timestamp()) + days * _DAY, len(SERIES)),
            value=[Decimal(number)] * count,
            flag=np.ones(count, dtype=np.int8),
        )

    def standing(self, number: int) -> np.ndarray:
        """For each day the number that stands after a message, 0 where nobody spoke (int64)."""
        while len(self._standing) <= number:
            after = self._standing[-1].copy()
            after[list(self.days(len(self._standing)))] = len(self._standing)
            self._standing.append(after)
        return self._standing[number]

    def said_of(self, day: int, number: int) -> list[int]:
        """Which of the first `number` messages speak of a day."""
        return [one for one in range(1, number + 1) if day in self.days(one)]


@dataclass
class Reader:
    """Asks the archive and holds each answer against the story."""

    record: Record
    story: Story
    chance: random.Random

    def look(self) -> int:
        """Ask for all there is now and as of an earlier message; return the newest message that is seen."""
        archive = Archive(self.record)
        answer = archive.select(Selection(series=SERIES))
        seen = _newest(answer)
        self._agree(answer, seen, "now")
        then = self.chance.randint(0, seen)
        self._agree(archive.select(Selection(series=SERIES, as_of=moment(then + 1))), then, f"as of message {then}")
        self._look_at_latest(archive, then)
        self._look_at_history(archive, then)
        return seen

    def _agree(self, answer: xr.Dataset, number: int, when: str) -> None:
        stands = self.story.standing(number)
        days = np.flatnonzero(stands)
        asked = (answer.time.values.astype("datetime64[s]").astype(np.int64) - int(START.timestamp())) // _DAY
        assert asked.tolist() == days.tolist(), f"{when}: other times than message {number} left"
        for quantity, station in LAYERS if len(days) else ():
            assert answer[quantity].values[station].tolist() == stands[days].tolist(), f"{when}: torn, {quantity}"

    def _look_at_latest(self, archive: Archive, then: int) -> None:
        stands = self.story.standing(then)
        days = np.flatnonzero(stands)
        last = int(days[-1]) if len(days) else 0
        wanted = (START + timedelta(days=last), float(stands[last]))
        found = archive.latest(SERIES, as_of=moment(then + 1))
        assert [(said.time, said.value) for said in found.values()] == [wanted] * (3 if len(days) else 0)
        now = {(said.time, said.value) for said in archive.latest(SERIES).values()}
        assert len(now) <= 1, f"the latest of a message is torn: {now}"

    def _look_at_history(self, archive: Archive, then: int) -> None:
        day, series = self.chance.randrange(DAYS), self.chance.choice(SERIES)
        said = archive.history(series, START + timedelta(days=day), as_of=moment(then + 1)) if then else []
        assert [int(one.value or 0) for one in said] == self.story.said_of(day, then), f"history of day {day}"


def _newest(answer: xr.Dataset) -> int:
    """The newest message that any value comes from."""
    return int(max((np.nanmax(answer[name].values, initial=0) for name, _ in LAYERS if name in answer), default=0))


class Hand:
    """Who writes: opens the record anew, as a process must, and tells every number that the record acknowledged."""

    def __init__(self, folder: Path, story: Story, first: int, tell: Callable[[int], object]) -> None:
        self.record = open_example(folder)
        self._pen = Pen(self.record, gateway=GATEWAY, log=LOG)
        self._story, self._next, self._tell = story, first, tell
        self.step: Callable[..., None] = lambda *_: None

    def commit(self) -> None:
        """Write the next message."""
        receipt, said = self._story.message(self._next)
        self._pen.append(receipt, said, [], moment(self._next))
        self.step()
        self._tell(self._next)
        self._next += 1

    def seal(self) -> None:
        """Seal all that has rows; nothing may stay behind."""
        for done in seal.seal(self.record, self._pen, lambda: moment(self._next - 1), pause=lambda: None):
            assert done.fault is None, done.fault

    def rebuild(self) -> None:
        """Fold all anew."""
        assert rebuild(self.record).unsealed == ()

    def kill_at(self, step: int) -> None:
        """Die by SIGKILL when so many statements, commits and changes of files have begun."""
        left = [step]

        def count(*_: object) -> None:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def count_files(name: str, about: tuple[object, ...]) -> None:
            if name in _FILE_EVENTS and "segments" in str(about[0]):
                count()

        self.step = count
        event.listen(self.record.engine, "before_cursor_execute", count)
        event.listen(self.record.engine, "commit", count)
        sys.addaudithook(count_files)


def _seal(hand: Hand, _: random.Random) -> None:
    hand.commit()
    hand.seal()


def _mix(hand: Hand, chance: random.Random) -> None:
    chance.choice([hand.commit, hand.commit, hand.commit, hand.seal, hand.rebuild])()


WORK: dict[str, Callable[[Hand, random.Random], None]] = {
    "commits": lambda hand, _: hand.commit(),
    "seals": _seal,
    "rebuilds": lambda hand, _: hand.rebuild(),
    "mix": _mix,
}
"""One task of each kind of work, done again and again until the end."""


def forked(work: Callable[[], object], told: Path) -> int:
    """Do `work` in a child process and return its id; a fault goes into the file `told`, and the child ends with 1.

    The caller may have no SQLite connection open: a child that inherits one would believe in its locks.
    """
    child = os.fork()
    return child or _work_and_exit(work, told)


def _work_and_exit(work: Callable[[], object], told: Path) -> NoReturn:
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001  the child has no other way to say what went wrong
        told.write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """Wait for the end of a child; its exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
