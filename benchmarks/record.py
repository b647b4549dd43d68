"""The record against a floor measured beside it: the same rows written and read with bare SQLite and numpy."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from record.archive import Archive, open_record
from record.entry import Flag, Method, Observation, Receipt
from record.network import Network
from record.proof.keys import new_signer
from record.selection import Selection
from record.writer import Pen

READINGS = 400
START = datetime(2026, 1, 1, tzinfo=UTC)
Row = tuple[str, float, float]


def measure(network: Network, folder: Path, commits: int) -> list[Row]:
    """Rows of (name, milliseconds measured, milliseconds of the floor), each the median of interleaved runs."""
    collection = next(found for found in network.collections.values() if len(found.series) >= 30)
    names = [series.id for series in collection.series]
    url, segments = f"sqlite:///{folder / 'record.sqlite'}", str(folder / "segments")
    record = open_record(url, network, segments=segments, data=folder)
    pen = Pen(record, gateway=new_signer("gateway.bench"), log=new_signer(network.origin))
    bare = bare_database(folder / "bare.sqlite")
    ours, floor = [], []
    for number in range(commits):
        seen, receipt = batch(names, number)
        ours.append(timed(lambda seen=seen, receipt=receipt: pen.append(receipt, seen, [], receipt.received)))  # type: ignore[misc]
        floor.append(timed(lambda seen=seen, receipt=receipt: write_bare(bare, receipt, seen)))  # type: ignore[misc]
    archive = Archive(record)
    question = Selection(series=(names[0],))
    asked = [timed(lambda: archive.select(question)) for _ in range(20)]
    plain = [timed(lambda: read_bare(bare, names[0])) for _ in range(20)]
    return [
        ("durable commit of 400 readings", median(ours), median(floor)),
        ("one series as a dataset with flags and entries", median(asked), median(plain)),
    ]


def batch(names: list[str], number: int) -> tuple[list[Observation], Receipt]:
    """A message of 400 readings, a few hours each of every series."""
    hours = -(-READINGS // len(names))
    seen = [
        Observation(
            series=name,
            time=START + timedelta(hours=number * hours + hour),
            value=Decimal(number) / 8 + place,
            flag=Flag.GOOD,
            method=Method.SIMULATED,
        )
        for hour in range(hours)
        for place, name in enumerate(names)
    ][:READINGS]
    received = START + timedelta(hours=(number + 1) * hours)
    body = f"message {number}\n".encode() * 1000
    return seen, Receipt(source="bench", name=f"{number}.txt", media="text/plain", received=received, body=body)


def bare_database(path: Path) -> sqlite3.Connection:
    """A durable SQLite file with one table of receipts and one of values."""
    bare = sqlite3.connect(path)
    for line in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "CREATE TABLE receipt(sha256 TEXT PRIMARY KEY, body BLOB)",
        "CREATE TABLE value(series TEXT, time INT, value REAL, flag INT, PRIMARY KEY(series, time)) WITHOUT ROWID",
    ):
        bare.execute(line)
    return bare


def write_bare(bare: sqlite3.Connection, receipt: Receipt, seen: list[Observation]) -> None:
    """The same readings and bytes, without entry, tree, signature or history."""
    with bare:
        bare.execute("INSERT INTO receipt VALUES (?, ?)", (receipt.sha256, receipt.body))
        rows = [(one.series, int(one.time.timestamp()), float(one.value or 0), int(one.flag)) for one in seen]
        bare.executemany("INSERT INTO value VALUES (?, ?, ?, ?)", rows)


def read_bare(bare: sqlite3.Connection, name: str) -> np.ndarray:
    """The same series as a plain array."""
    return np.array(
        bare.execute("SELECT time, value, flag FROM value WHERE series = ? ORDER BY time", (name,)).fetchall()
    )


def timed(run: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    began = perf_counter()
    run()
    return (perf_counter() - began) * 1000
