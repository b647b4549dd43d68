"""Writing: one commit after the other, and years of readings at once, beside bare SQLite with the same rows."""

import sqlite3
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.bars import Result, at_least, at_most, percentile, timed
from benchmarks.load import COMMIT, opened, pen_of
from benchmarks.world import START, Gauges, after, months, receipt
from record.batch import Batch
from record.entry import Flag, Receipt
from record.verdicts import SAID

_WINDOW = 100
_CHECKS = (SAID, *(f"check-number-{number}" for number in range(1, 10)))
_FLAGS = np.array([int(flag) for flag in Flag if flag is not Flag.MISSING], dtype=np.int8)


def measure(folder: Path, commits: int) -> list[Result]:
    """Commits of 400 readings, one hour of two fifths of the gauges each; then a month of all gauges as a back-fill.

    Then both once more with what ten checks found of each reading.
    """
    return [
        *_commits(folder / "commits", commits),
        *_backfill(folder / "backfill", "back-fill, journalled and selectable", 150_000),
        *_judged_commits(folder / "judged-commits", min(commits, 1000)),
        *_backfill(folder / "judged", "back-fill with ten verdicts a reading", 100_000, judged=True),
    ]


def _commits(folder: Path, count: int) -> list[Result]:
    folder.mkdir()
    record = opened(folder)
    pen, bare = pen_of(record), _bare(folder / "bare.sqlite")
    gauges = Gauges.of(record.network, "chu-hourly")
    begin, total = int(START.timestamp()), len(gauges.series)
    ours, floor = [], []
    for number in range(count):
        rows = np.arange(number * COMMIT, (number + 1) * COMMIT)
        hour = begin + int(rows[0]) // total * gauges.step
        said = gauges.moment(np.unique(rows % total), hour, shift=number % 7)
        came = receipt(f"{number}", said, after(hour))
        ours.append(timed(lambda said=said, came=came: pen.append(came, said, [], came.received)))  # type: ignore[misc]
        floor.append(timed(lambda said=said, came=came: _write_bare(bare, came, said)))  # type: ignore[misc]
    bare.close()
    record.engine.dispose()
    early, late = median(ours[_WINDOW // 2 : _WINDOW * 3 // 2]), median(ours[-_WINDOW:])
    return [
        at_most("durable commit of 400 readings, p50", median(ours), "ms", 15, median(floor)),
        at_most("durable commit of 400 readings, p99", percentile(ours, 0.99), "ms", 60, percentile(floor, 0.99)),
        at_most(f"commits about the {count:,}th over those about the 100th", late / early, "times", 1.3),
    ]


def _judged_commits(folder: Path, count: int) -> list[Result]:
    folder.mkdir()
    record = opened(folder)
    pen, gauges, begin, ours = pen_of(record), Gauges.of(record.network, "chu-hourly"), int(START.timestamp()), []
    for number in range(count):
        hour = begin + number * gauges.step
        said = _judged(gauges.moment(np.arange(COMMIT), hour, shift=number % 7))
        came = receipt(f"{number}", said, after(hour))
        ours.append(timed(lambda said=said, came=came: pen.append(came, said, [], came.received)))  # type: ignore[misc]
    record.engine.dispose()
    return [at_most("durable commit of 400 readings with ten verdicts each, p50", median(ours), "ms", 20)]


def _judged(said: Batch) -> Batch:
    """The same with what ten checks found."""
    found = np.random.default_rng(len(said)).choice(_FLAGS, (len(said), len(_CHECKS)))
    return said.judged(_CHECKS, found)


def _backfill(folder: Path, what: str, bar: float, *, judged: bool = False) -> list[Result]:
    folder.mkdir()
    record = opened(folder)
    pen, bare = pen_of(record), _bare(folder / "bare.sqlite")
    gauges, span = Gauges.of(record.network, "chu-hourly"), months(1)[0]
    times = np.arange(*span, gauges.step)
    ours, floor = [], []
    for first in range(0, len(gauges.series), 10):
        said = gauges.span(np.arange(first, first + 10), times)
        said = _judged(said) if judged else said
        came = receipt(f"{first}", said, after(span[1]))
        spent = timed(lambda said=said, came=came: pen.append(came, said, [], came.received))  # type: ignore[misc]
        ours.append(len(said) / spent * 1000)
        spent = timed(lambda said=said, came=came: _write_bare(bare, came, said))  # type: ignore[misc]
        floor.append(len(said) / spent * 1000)
    bare.close()
    record.engine.dispose()
    return [at_least(what, median(ours), "readings/s", bar, median(floor))]


def _bare(path: Path) -> sqlite3.Connection:
    """A durable SQLite file with one table of receipts and one of values."""
    bare = sqlite3.connect(path)
    for line in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "CREATE TABLE receipt(sha256 TEXT PRIMARY KEY, body BLOB)",
        "CREATE TABLE value(series INT, time INT, value REAL, flag INT, PRIMARY KEY(series, time)) WITHOUT ROWID",
    ):
        bare.execute(line)
    return bare


def _write_bare(bare: sqlite3.Connection, came: Receipt, said: Batch) -> None:
    """The same readings and bytes, without entry, tree, signature or history."""
    number = {name: place for place, name in enumerate(said.series)}
    rows = zip(
        said.numbered(number).tolist(), said.time.tolist(), said.floats().tolist(), said.flag.tolist(), strict=True
    )
    with bare:
        bare.execute("INSERT OR REPLACE INTO receipt VALUES (?, ?)", (came.sha256, came.body))
        bare.executemany("INSERT OR REPLACE INTO value VALUES (?, ?, ?, ?)", rows)
