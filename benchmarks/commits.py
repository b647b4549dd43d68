"""Writing: one commit after the other, and years of readings at once, beside bare SQLite with the same rows."""

import sqlite3
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.bars import Result, at_least, at_most, percentile, timed
from benchmarks.load import COMMIT, opened, pen_of
from benchmarks.world import START, Gauges, after, months, receipt
from record.batch import Batch
from record.entry import Receipt

_WINDOW = 100


def measure(folder: Path, commits: int) -> list[Result]:
    """Commits of 400 readings, one hour of two fifths of the gauges each; then a month of all gauges as a back-fill."""
    return [*_commits(folder / "commits", commits), *_backfill(folder / "backfill")]


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


def _backfill(folder: Path) -> list[Result]:
    folder.mkdir()
    record = opened(folder)
    pen, bare = pen_of(record), _bare(folder / "bare.sqlite")
    gauges, span = Gauges.of(record.network, "chu-hourly"), months(1)[0]
    times = np.arange(*span, gauges.step)
    ours, floor = [], []
    for first in range(0, len(gauges.series), 10):
        said = gauges.span(np.arange(first, first + 10), times)
        came = receipt(f"{first}", said, after(span[1]))
        spent = timed(lambda said=said, came=came: pen.append(came, said, [], came.received))  # type: ignore[misc]
        ours.append(len(said) / spent * 1000)
        spent = timed(lambda said=said, came=came: _write_bare(bare, came, said))  # type: ignore[misc]
        floor.append(len(said) / spent * 1000)
    bare.close()
    record.engine.dispose()
    return [at_least("back-fill, journalled and selectable", median(ours), "readings/s", 150_000, median(floor))]


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
