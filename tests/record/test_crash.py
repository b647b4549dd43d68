"""Killed at any moment of a commit, a seal or a rebuild, a record holds all that it acknowledged and no half of it."""

import os
import random
import signal
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import xarray as xr

from record import seal
from record.archive import Archive, Record
from record.archive.record import check_segments
from record.archive.segment import manifest
from record.check import check
from record.selection import Selection
from tests.example import KNOWN, open_example
from tests.record.crash import SERIES, WORK, Hand, Reader, Story, ended, forked

pytestmark = [
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
    pytest.mark.uncounted,
]

ROUNDS = int(os.environ.get("ARNA_CRASH_ROUNDS", "48"))
A_LIFE = 20
"""So many rounds a record lives before another begins, lest its growing journal take all the time to check."""
LIVES = -(-ROUNDS // (A_LIFE * len(WORK)))
SPAN = {"commits": 0.1, "seals": 0.25, "rebuilds": 0.3, "mix": 0.3}
STEPS = {"commits": 120, "seals": 200, "rebuilds": 400, "mix": 300}
"""Up to how many seconds, or statements and changes of files, a child is let work: about two of its tasks."""
_NUMBER = struct.Struct("<q")
_PAUSE = 0.03


@contextmanager
def readers(folder: Path, story: Story, count: int = 1) -> Iterator[None]:
    """So many processes that ask the record in `folder` all the while, and say at the end that nothing was amiss."""
    stop = folder / "stop"
    told = [folder / f"reader-{number}" for number in range(count)]

    def read(number: int) -> None:
        reader = Reader(open_example(folder), story, random.Random(number))
        asked = 0
        while not stop.exists() or not asked:
            reader.look()
            asked += 1
            time.sleep(_PAUSE)

    children = [forked(partial(read, number), told[number]) for number in range(count)]
    try:
        yield
    finally:
        stop.touch()
        codes = [ended(child) for child in children]
    assert codes == [0] * count, "\n".join(path.read_text(encoding="utf-8") for path in told if path.exists())


class Life:
    """A record that is killed again and again, and looked at after each time."""

    def __init__(self, folder: Path, kind: str, seed: int) -> None:
        self.folder, self.kind = folder, kind
        self.name = f"{kind}, seed {seed}"
        self.story = Story(self.name)
        self.chance = random.Random(self.name)
        self.last = 0
        self.before: xr.Dataset | None = None

    def begin(self) -> None:
        """Some messages, of which a part is sealed, and corrections of what was sealed."""
        hand = Hand(self.folder, self.story, 1, lambda number: None)
        for number in range(1, 22):
            hand.commit()
            if number in (9, 15):
                hand.seal()
        self.before = everything(hand.record) if self.kind == "rebuilds" else None
        hand.record.engine.dispose()
        self.last = 21

    def kill_once(self, number: int) -> None:
        """One round: let a child work, kill it, and look at what it left."""
        step = self.chance.randint(1, STEPS[self.kind]) if number % 2 else None
        after = self.chance.uniform(0, SPAN[self.kind])
        where = f"{self.name}, round {number}, " + (f"after {after:.3f} s" if step is None else f"at step {step}")
        receive, send = os.pipe()
        told = self.folder / "child"

        def work() -> None:
            hand = Hand(self.folder, self.story, self.last + 1, lambda said: os.write(send, _NUMBER.pack(said)))
            if step is not None:
                hand.kill_at(step)
            chance = random.Random(where)
            while True:
                WORK[self.kind](hand, chance)

        child = forked(work, told)
        os.close(send)
        killer = threading.Timer(after if step is None else 30, os.kill, (child, signal.SIGKILL))
        killer.start()
        code = ended(child)
        killer.cancel()
        killer.join()
        assert code == -signal.SIGKILL, f"{where}: {told.read_text(encoding='utf-8')}"
        with os.fdopen(receive, "rb") as said:
            acknowledged = [number for (number,) in _NUMBER.iter_unpack(said.read())]
        self.look(acknowledged[-1] if acknowledged else self.last, where, sweep=number % 4 < 2)

    def look(self, acknowledged: int, where: str, *, sweep: bool) -> None:
        """What was acknowledged is there, and one more at most, which was entered as the child died; all is whole."""
        record = open_example(self.folder)
        try:
            seen = Reader(record, self.story, self.chance).look()
            assert acknowledged <= seen <= acknowledged + 1, f"acknowledged {acknowledged}, seen {seen}"
            with record.engine.begin() as connection:
                check(connection, KNOWN)
            assert self.before is None or everything(record).identical(self.before), "rebuilt to other values"
            if sweep:
                seal.sweep(record)
                self.no_orphan(record)
        except Exception as fault:
            fault.add_note(where)
            raise
        finally:
            record.engine.dispose()
        self.last = seen

    def no_orphan(self, record: Record) -> None:
        """The files are those of the manifest, and nothing is left where they are made."""
        with record.engine.begin() as connection:
            named = {f"{piece.sha256}.nc" for piece, _ in manifest.everything(connection)}
        segments = self.folder / "segments"
        assert {path.name for path in segments.iterdir()} - {"making"} == named
        assert list((segments / "making").iterdir()) == []

    def end(self) -> None:
        """Sealed and then folded anew, in peace, the record still says the same."""
        hand = Hand(self.folder, self.story, self.last + 1, lambda number: None)
        hand.seal()
        self.before = None
        self.no_orphan(hand.record)
        before = everything(hand.record)
        hand.rebuild()
        assert everything(hand.record).identical(before)
        assert check_segments(hand.record) == 3
        hand.record.engine.dispose()
        self.look(self.last, f"{self.name}, at the end", sweep=True)


def everything(record: Record) -> xr.Dataset:
    return Archive(record).select(Selection(series=SERIES))


@pytest.mark.parametrize("seed", range(LIVES))
@pytest.mark.parametrize("kind", WORK)
def test_a_record_that_is_killed_loses_nothing_and_shows_no_half(tmp_path: Path, kind: str, seed: int) -> None:
    life = Life(tmp_path, kind, seed)
    life.begin()
    with readers(tmp_path, life.story):
        for number in range(min(A_LIFE, -(-ROUNDS // len(WORK)))):
            life.kill_once(number)
    life.end()
