"""The whole water account of both basins for a season: a thousand series, from the record to the document.

Times are CPU time of this process, so that who else is at work does not count.

The floor is what its sums cost with bare arrays that are read already: no gaps, no flags, no names, no document.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from benchmarks.bars import Result, at_most
from benchmarks.season import BASINS, BEGIN, END, season_network, season_record
from benchmarks.world import after
from record import seal
from service.accounts import Account, build, render_json

_END_OF_ALL = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
_TIMES = 9


def measure(folder: Path) -> list[Result]:
    """Milliseconds of both accounts by season, month and day, and of writing the daily ones as JSON."""
    network = season_network()
    archive, record, pen, values = season_record(folder, network)

    def accounts(by: str) -> list[Account]:
        return [build(archive, network, basin, BEGIN, END, by=by) for basin in BASINS]

    daily = accounts("day")
    kinds: list[Callable[[], object]] = [partial(accounts, kind) for kind in ("season", "month", "day")]
    season, month, day, written, floor = _cpu(
        [*kinds, lambda: [render_json(one) for one in daily], lambda: _floor(values)]
    )
    sealed = list(seal.seal(record, pen, lambda: after(_END_OF_ALL), pause=lambda: None))
    if not sealed or any(one.fault for one in sealed):
        raise SystemExit(f"the months were not sealed: {sealed[:3]}")
    season_sealed, day_sealed = _cpu([kinds[0], kinds[2]])
    count = f"{len(network.series):,} series"
    return [
        at_most(f"water account of both basins for a season, {count}", season, "ms", 300, floor),
        at_most("  the same by month", month, "ms", 300, floor),
        at_most("  the same by day, with the days of every gauge", day, "ms", None, floor),
        at_most("  writing that as JSON", written, "ms", None),
        at_most("  by season, all months sealed", season_sealed, "ms", 300, floor),
        at_most("  by day, all months sealed", day_sealed, "ms", None, floor),
    ]


def _cpu(runs: Sequence[Callable[[], object]]) -> list[float]:
    """Median milliseconds of CPU of each of several interleaved runs."""
    spent: list[list[float]] = [[] for _ in runs]
    for _ in range(_TIMES):
        for mine, run in zip(spent, runs, strict=True):
            began = process_time()
            run()
            mine.append((process_time() - began) * 1000)
    return [median(one) for one in spent]


def _floor(values: np.ndarray) -> list[np.ndarray]:
    volumes = values * 0.0864
    summed = volumes.sum(axis=0)
    return [
        summed * 0.5,
        np.cumsum(summed),
        volumes.sum(axis=1),
        np.diff(values, axis=0),
        np.cumsum(values > 1, axis=1),
    ]
