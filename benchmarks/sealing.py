"""Sealing a month of all hourly gauges while the pen goes on writing."""

import threading
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import numpy as np

from benchmarks.bars import Result, at_most, percentile, timed
from benchmarks.load import COMMIT, backfill, opened, pen_of
from benchmarks.world import Gauges, after, months, receipt
from record import seal
from record.writer import Pen

_BETWEEN_COMMITS = 0.02
_PAUSE = 0.02


def measure(folder: Path) -> list[Result]:
    """Seconds of the seal, and the longest that a commit took meanwhile beside the usual one."""
    folder.mkdir()
    record = opened(folder)
    pen, gauges, (first, second) = pen_of(record), Gauges.of(record.network, "chu-hourly"), months(2)
    backfill(pen, gauges, first)
    calm: list[float] = []
    _write(pen, gauges, second[0], calm, lambda: len(calm) < 50)
    beside: list[float] = []
    sealing = threading.Event()
    writer = threading.Thread(
        target=_write, args=(pen, gauges, second[0] + 86_400, beside, lambda: not sealing.is_set())
    )
    writer.start()
    began = perf_counter()
    done = list(seal.seal(record, pen, lambda: after(second[0] + 4 * 86_400), pause=lambda: sleep(_PAUSE)))
    spent = perf_counter() - began
    sealing.set()
    writer.join()
    record.engine.dispose()
    if [one.fault for one in done] != [None]:
        raise SystemExit(f"the month was not sealed: {done}")
    return [
        at_most("seal of a month of 1,000 hourly series", spent, "s", 10),
        at_most("longest commit beside the seal", max(beside), "ms", 250, percentile(calm, 0.99)),
        at_most("median commit beside the seal", median(beside), "ms", None, median(calm)),
    ]


def _write(pen: Pen, gauges: Gauges, begin: int, spent: list[float], going: Callable[[], bool]) -> None:
    hour = 0
    while going():
        said = gauges.moment(np.arange(COMMIT), begin + hour * gauges.step)
        came = receipt(f"{begin}-{hour}", said, after(begin))
        spent.append(timed(lambda said=said, came=came: pen.append(came, said, [], came.received)))  # type: ignore[misc]
        sleep(_BETWEEN_COMMITS)
        hour += 1
