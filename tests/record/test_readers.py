"""Readers in many threads and processes are told the truth while the pen corrects it and seals move it into files."""

import mmap
import random
import struct
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as with_other
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from record import seal
from record.archive import Archive, Record
from record.archive.segment.segments import Segments
from record.batch import Batch
from record.entry import Flag, Method, Receipt
from record.network import Network
from record.network.basin import Nature, Site, SiteKind, Station
from record.selection import Selection
from record.writer import Pen
from tests.example import GATEWAY, LOG, network_of_two, open_example
from tests.record.crash import ended, forked

pytestmark = [
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
    pytest.mark.uncounted,
]

STATIONS = 12
SERIES = tuple(f"example-{number:02}:kz.discharge.hourly" for number in range(STATIONS))
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(hours=3)
TIMES = 4 * 240
"""Four months and a little more, at every third hour."""
CLOCK = datetime(2026, 6, 1, tzinfo=UTC)
LOADED = 12
"""So many messages, one a station, are sealed before anyone reads."""
_MISSING = int(Flag.MISSING)
_FLAGS = (Flag.GOOD, Flag.GOOD, Flag.SUSPECT, Flag.BAD, Flag.MISSING)
_NUMBER = struct.Struct("<q")


def hourly_network() -> Network:
    """Example posts, each with one hourly series, on the river of the two."""
    two, source = network_of_two(), "made up for tests"
    names = [f"example-{number:02}" for number in range(STATIONS)]
    sites = [
        Site(id=name, kind=SiteKind.POST, basin="talas", river="talas", names={"en": name}, country="kz",
             verified=False, source=source)
        for name in names
    ]  # fmt: skip
    stations = [
        Station(id=f"{name}:kz", site=name, party="kz", code=name, names={"en": name}, series=("discharge.hourly",),
                nature=Nature.EXAMPLE, source=source)
        for name in names
    ]  # fmt: skip
    return with_other(two, sites={one.id: one for one in sites}, stations={one.id: one for one in stations})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """What stood after a message: values (NaN), flags and whether anyone spoke, each (series, time)."""

    value: np.ndarray
    flag: np.ndarray
    spoke: np.ndarray


class Plan:
    """All messages, and what stands after each, worked out before the first is written."""

    def __init__(self, seed: int, corrections: int) -> None:
        self._chance = random.Random(seed)
        silent = np.full((STATIONS, TIMES), np.nan)
        self.stood = [
            Stood(value=silent, flag=np.full(silent.shape, _MISSING, np.int8), spoke=np.zeros(silent.shape, bool))
        ]
        self.messages: list[Batch] = []
        for row in range(LOADED):
            self._say([(row, time) for time in range(TIMES) if time % 97])
        for _ in range(corrections):
            wanted = self._chance.randint(1, 40)
            self._say({(self._chance.randrange(STATIONS), self._chance.randrange(TIMES)) for _ in range(wanted)})

    def _say(self, cells: list[tuple[int, int]] | set[tuple[int, int]]) -> None:
        rows, times = (np.array(column, dtype=np.int64) for column in zip(*sorted(cells), strict=True))
        before = self.stood[-1]
        # What is missing takes the place of no value but a bad one: where another stands, a value is said.
        holds = ~np.isnan(before.value[rows, times]) & (before.flag[rows, times] != Flag.BAD)
        flags = [self._chance.choice(_FLAGS[:-1] if held else _FLAGS) for held in holds.tolist()]
        values = [None if flag is Flag.MISSING else Decimal(self._chance.randrange(10**6)) / 100 for flag in flags]
        said = Batch(
            said=tuple((name, Method.MEASURED) for name in SERIES),
            which=rows,
            time=int(FIRST.timestamp()) + times * int(STEP.total_seconds()),
            value=values,
            flag=np.array(flags, dtype=np.int8),
        )
        self.messages.append(said)
        after = Stood(value=before.value.copy(), flag=before.flag.copy(), spoke=before.spoke.copy())
        after.value[rows, times], after.flag[rows, times], after.spoke[rows, times] = said.floats(), said.flag, True
        self.stood.append(after)

    def said_of(self, row: int, time: int, number: int) -> list[float]:
        """What the first `number` messages say of one cell, in their order; NaN for a missing value."""
        at = int((FIRST + STEP * time).timestamp())
        return [
            float(message.floats()[place])
            for message in self.messages[:number]
            for place in np.flatnonzero((message.which == row) & (message.time == at))
        ]


def moment(number: int) -> datetime:
    """When message `number`, counted from 1, is entered."""
    return CLOCK + timedelta(seconds=number)


class Said:
    """How many messages were written: a number that all processes see."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _NUMBER.size)

    def __call__(self) -> int:
        return int(_NUMBER.unpack(self._shared[:])[0])

    def grow(self, number: int) -> None:
        self._shared[:] = _NUMBER.pack(number)


class Asker:
    """Asks at random, and holds each answer against the plan."""

    def __init__(self, record: Record, plan: Plan, said: Said, seed: int) -> None:
        self._archive, self._plan, self._said, self._chance = Archive(record), plan, said, random.Random(seed)

    def ask(self) -> None:
        """One question; what is asked as of a moment has one answer, of now one after each message of the while."""
        question = self._chance.choice([self._select, self._select, self._select, self._latest, self._history])
        before = self._said()
        if self._chance.random() < 0.5:
            then = self._chance.randint(0, before)
            assert question(moment(then + 1))(then), f"{question.__name__} as of message {then}"
            return
        fits = question(None)
        after = min(self._said() + 1, len(self._plan.messages))
        numbers = list(range(before, after + 1))
        assert any(fits(number) for number in numbers), f"{question.__name__} after one of the messages {numbers}"

    def _select(self, as_of: datetime | None) -> Callable[[int], bool]:
        chance = self._chance
        rows = sorted(chance.sample(range(STATIONS), chance.choice([1, 1, 3, STATIONS])))
        first = chance.randrange(-5, TIMES)
        last = first + chance.choice([1, 8, 300, TIMES])
        flags = chance.choice([None, None, frozenset({Flag.GOOD}), frozenset({Flag.GOOD, Flag.SUSPECT})])
        alone = flags is None and chance.random() < 0.3
        answer = self._archive.select(
            Selection(
                series=tuple(SERIES[row] for row in rows),
                start=FIRST + STEP * first,
                end=FIRST + STEP * last,
                as_of=as_of,
                flags=flags,
                values_alone=alone,
            )
        )
        return partial(self._is_stood, answer, rows, slice(max(first, 0), max(last, 0)), flags)

    def _is_stood(
        self, answer: xr.Dataset, rows: list[int], window: slice, flags: frozenset[Flag] | None, number: int
    ) -> bool:
        stood = self._plan.stood[number]
        value, flag, spoke = (layer[rows][:, window] for layer in (stood.value, stood.flag, stood.spoke))
        alone = "discharge_flag" not in answer
        kept = ~np.isnan(value).all(axis=0) if alone else spoke.any(axis=0)
        times = np.arange(TIMES)[window][kept]
        if flags is not None:
            value = np.where(np.isin(flag, list(flags)), value, np.nan)
        found = (answer.time.values - np.datetime64(FIRST.replace(tzinfo=None))) // np.timedelta64(STEP)
        same = found.tolist() == times.tolist() and np.array_equal(answer.discharge, value[:, kept], equal_nan=True)
        return same and (alone or np.array_equal(answer.discharge_flag, flag[:, kept]))

    def _latest(self, as_of: datetime | None) -> Callable[[int], bool]:
        told = self._archive.latest(SERIES, as_of=as_of)
        found = {name: (one.time, one.value, int(one.flag)) for name, one in told.items()}

        def fits(number: int) -> bool:
            stood = self._plan.stood[number]
            wanted = {}
            for row, name in enumerate(SERIES):
                if stood.spoke[row].any():
                    last = int(np.flatnonzero(stood.spoke[row])[-1])
                    value = float(stood.value[row, last])
                    known = None if np.isnan(value) else value
                    wanted[name] = (FIRST + STEP * last, known, int(stood.flag[row, last]))
            return found == wanted

        return fits

    def _history(self, as_of: datetime | None) -> Callable[[int], bool]:
        row, time = self._chance.randrange(STATIONS), self._chance.randrange(TIMES)
        # Before its series spoke a reading has no history, and nothing is known of it.
        told = self._archive.history(SERIES[row], FIRST + STEP * time, as_of=as_of)
        found = [float("nan") if one.value is None else float(one.value) for one in told]
        return lambda number: np.array_equal(found, self._plan.said_of(row, time, number), equal_nan=True)


class Writer:
    """Writes the plan, and seals what is over."""

    def __init__(self, record: Record, plan: Plan, said: Said) -> None:
        self._record, self._plan, self._said = record, plan, said
        self._pen = Pen(record, gateway=GATEWAY, log=LOG)

    def write(self, until: int) -> None:
        """Write the messages up to number `until`."""
        for number in range(self._said() + 1, until + 1):
            receipt = Receipt(
                source="posts", name="m", media="text/plain", received=moment(number), body=str(number).encode()
            )
            self._pen.append(receipt, self._plan.messages[number - 1], [], moment(number))
            self._said.grow(number)

    def seal(self) -> int:
        """Seal; return how many periods were."""
        done = list(seal.seal(self._record, self._pen, lambda: moment(self._said()), pause=lambda: None))
        assert [one.fault for one in done if one.fault] == []
        return len(done)


def opened(folder: Path, *, tiny: bool) -> Record:
    """The record; with `tiny`, chunks and files are let go of while others read them."""
    record = open_example(folder, hourly_network())
    return (
        with_other(record, segments=Segments(record.segments.store, cache_bytes=100_000, open_files=2))
        if tiny
        else record
    )


def prepared(folder: Path, corrections: int) -> tuple[Plan, Said]:
    """A record whose months are sealed, with nothing of it open; and what is to be written yet."""
    plan, said = Plan(7, corrections), Said()
    record = opened(folder, tiny=False)
    writer = Writer(record, plan, said)
    writer.write(LOADED)
    assert writer.seal() == 4
    record.engine.dispose()
    return plan, said


@pytest.mark.parametrize("tiny", [False, True], ids=["roomy", "tiny"])
def test_threads_are_told_the_truth(tmp_path: Path, *, tiny: bool) -> None:
    plan, said = prepared(tmp_path, 12)
    record = opened(tmp_path, tiny=tiny)
    over, faults, asked = threading.Event(), list[str](), list[int]()

    def read(seed: int) -> None:
        asker, count = Asker(record, plan, said, seed), 0
        try:
            while not over.is_set():
                asker.ask()
                count += 1
        except BaseException:  # noqa: BLE001  a thread's fault is the test's
            faults.append(traceback.format_exc())
        asked.append(count)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    work(Writer(record, plan, said), plan)
    over.set()
    for thread in threads:
        thread.join()
    record.engine.dispose()
    assert faults == [], faults[0]
    assert min(asked) > 10


def test_processes_are_told_the_truth(tmp_path: Path) -> None:
    plan, said = prepared(tmp_path, 24)
    over, told = tmp_path / "over", [tmp_path / f"reader-{seed}" for seed in range(3)]

    def read(seed: int) -> None:
        asker, count = Asker(opened(tmp_path, tiny=seed == 0), plan, said, seed), 0
        while not over.exists():
            asker.ask()
            count += 1
        assert count > 10

    children = [forked(partial(read, seed), told[seed]) for seed in range(3)]
    record = opened(tmp_path, tiny=False)
    try:
        work(Writer(record, plan, said), plan)
    finally:
        over.touch()
        codes = [ended(child) for child in children]
        record.engine.dispose()
    assert codes == [0] * 3, "\n".join(path.read_text(encoding="utf-8") for path in told if path.exists())


def work(writer: Writer, plan: Plan) -> None:
    """Write what is left of the plan, a seal after every few messages."""
    for until in range(LOADED + 6, len(plan.messages) + 1, 6):
        writer.write(until)
        assert writer.seal() > 0
