"""The record that questions are asked of: years of hourly and ten-minute gauges, one value in a hundred corrected.

Everything in it went through the pen and the sealing, as it would in earnest. Making it takes a while, so it is kept
in `data/bench-<scale>` and used again.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.world import Gauges, after, make_network, months, receipt
from record import seal
from record.archive import Record, open_record
from record.batch import Batch
from record.proof.keys import new_signer
from record.writer import Pen

HOURLY, TEN_MINUTE = 1000, 200
YEARS, TEN_MINUTE_YEARS = 10, 2
COMMIT = 400
_MESSAGE_SERIES = {"chu-hourly": 10, "chu-10-minute": 2}
_DONE = "load.json"


@dataclass(frozen=True)
class Load:
    """A filled record; `then` is its size when the last month was not there yet and nothing had been corrected."""

    record: Record
    folder: Path
    months: int
    then: int

    @property
    def floor(self) -> Path:
        """The same values as a flat file of float64 (series, hour), for the floor."""
        return self.folder / "values.f64"


def open_load(folder: Path, scale: float) -> Load:
    """The load of that scale: years are scaled, the number of gauges is not."""
    count = max(2, round(YEARS * 12 * scale))
    done = folder / _DONE
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        then = _fill(folder, count, max(1, round(TEN_MINUTE_YEARS * 12 * scale)))
        done.write_text(json.dumps({"months": count, "then": then}), encoding="utf-8")
    said = json.loads(done.read_text(encoding="utf-8"))
    return Load(opened(folder), folder, said["months"], said["then"])


def opened(folder: Path) -> Record:
    """The record in a folder."""
    network = make_network(HOURLY, TEN_MINUTE)
    return open_record(f"sqlite:///{folder / 'record.sqlite'}", network, segments=str(folder / "segments"), data=folder)


def pen_of(record: Record) -> Pen:
    """A pen with keys of the day."""
    return Pen(record, gateway=new_signer("gateway.bench"), log=new_signer(record.network.origin))


def _fill(folder: Path, count: int, ten_minute: int) -> int:
    record = opened(folder)
    pen = pen_of(record)
    spans = months(count)
    hourly, frequent = Gauges.of(record.network, "chu-hourly"), Gauges.of(record.network, "chu-10-minute")
    then = 0
    for number, span in enumerate(spans):
        began = perf_counter()
        said = backfill(pen, hourly, span)
        if number >= count - ten_minute:
            said += backfill(pen, frequent, span)
        spent = perf_counter() - began
        if number == count - 2:
            then = _size(record)
        if number < count - 1:
            _seal_all(record, pen, span[1])
        print(f"load: month {number + 1} of {count}, {said / spent:,.0f} readings/s", flush=True)
    for span in spans[:-1]:
        for corrections in _corrections(hourly, span):
            pen.append(receipt("corrections", corrections, after(spans[-1][1])), corrections, [], after(spans[-1][1]))
    _seal_all(record, pen, spans[-2][1])
    _write_floor(hourly, spans, folder / "values.f64")
    record.engine.dispose()
    return then


def backfill(pen: Pen, gauges: Gauges, span: tuple[int, int]) -> int:
    times = np.arange(*span, gauges.step)
    width = _MESSAGE_SERIES["chu-hourly" if gauges.step == 3600 else "chu-10-minute"]
    said = 0
    for first in range(0, len(gauges.series), width):
        batch = gauges.span(np.arange(first, min(first + width, len(gauges.series))), times)
        pen.append(receipt(f"{first}-{span[0]}", batch, after(span[1])), batch, [], after(span[1]))
        said += len(batch)
    return said


def _corrections(gauges: Gauges, span: tuple[int, int]) -> Iterator[Batch]:
    """One value in a hundred of a month, in messages of the usual length."""
    chance = np.random.default_rng(span[0])
    hours = (span[1] - span[0]) // gauges.step
    cells = chance.choice(hours * len(gauges.series), hours * len(gauges.series) // 100, replace=False)
    for first in range(0, len(cells), COMMIT):
        part = cells[first : first + COMMIT]
        yield gauges.cells(part // hours, span[0] + part % hours * gauges.step, shift=11)


def _seal_all(record: Record, pen: Pen, end: int) -> None:
    for done in seal.seal(record, pen, lambda: after(end + 4 * 86_400), pause=lambda: None):
        if done.fault is not None:
            raise SystemExit(done.fault)


def _size(record: Record) -> int:
    with record.engine.begin() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM entry").scalar() or 0)


def _write_floor(gauges: Gauges, spans: list[tuple[int, int]], path: Path) -> None:
    times = np.arange(spans[0][0], spans[-1][1], gauges.step)
    flat = np.memmap(path, dtype=np.float64, mode="w+", shape=(len(gauges.series), len(times)))
    for span in spans:
        at = slice((span[0] - spans[0][0]) // gauges.step, (span[1] - spans[0][0]) // gauges.step)
        for first in range(0, len(gauges.series), 10):
            rows = np.arange(first, min(first + 10, len(gauges.series)))
            flat[rows, at] = gauges.hundredths(rows, times[at]) / 100
    flat.flush()
