"""Computing: storage and inflow of a reservoir from ten years of levels at the terms, on one core."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.bars import Result, Run, at_most, medians
from ingest.days import start_of
from ingest.derive import RULES
from ingest.derive.column import Column
from ingest.derive.rule import Computed
from record.entry import Flag
from record.network import Network
from record.network.basin import Basin, Site, SiteKind, Station
from record.network.computed import computed_stations
from record.network.curve import ReservoirCurve
from record.network.derived import Balance, By, Derived
from record.network.fact import Fact
from record.network.party import Party, ReportDay

_FIRST, _DAYS = (date(2016, 1, 1) - date(1970, 1, 1)).days, 3653
_MADE_UP = {"document": "made up for benchmarks", "source": "made up for benchmarks"}
_ZONE = ZoneInfo("Asia/Bishkek")
_POINTS = [(level, level**3 / 100, level**2 * 3 / 100) for level in range(0, 42, 2)]
_TIMES = 5

F = TypeVar("F", bound=Fact)


def measure() -> list[Result]:
    """Milliseconds of both rules, beside those of reading the curve at the same levels alone."""
    network = _network()
    stored, inflow = (Computed(row, network) for row in network.derived)
    morning, evening = (start_of(_FIRST + np.arange(_DAYS), _ZONE, time(hour)) for hour in (8, 20))
    level = _column(np.sort(np.concatenate([morning, evening])), 30.0)
    release = _column(start_of(_FIRST + np.arange(_DAYS), _ZONE), 20.0)
    span = int(release.times[0]), int(release.times[-1])
    columns = {stored.inputs[0].id: level, inflow.inputs[1].id: release}

    def compute() -> Mapping[str, int]:
        (found,) = RULES[By.RESERVOIR_CURVE].work(stored, columns, span)
        storage = replace(level.within(*span), values=found.values)
        worked = RULES[By.BALANCE].work(inflow, columns | {stored.series: storage}, span)
        return {one.series: int((~np.isnan(one.values)).sum()) for one in worked}

    if min(compute().values()) < _DAYS - 3:
        raise ValueError(f"some inflows were not computed: {compute()}")
    levels, volumes, _ = np.array(_POINTS).T
    runs: list[Run] = [compute, lambda: np.interp(level.values, levels, volumes)]
    ours, floor = medians(runs, _TIMES)
    return [at_most("storage and inflow of a reservoir, ten years of terms", ours, "ms", 50, floor)]


def _column(times: np.ndarray, mean: float) -> Column:
    count = len(times)
    return Column(
        times=times,
        values=np.random.default_rng(1).normal(mean, 0.5, count),
        flags=np.full(count, Flag.GOOD, dtype=np.int8),
        entries=np.arange(count),
        rows=np.zeros(count, dtype=np.int64),
    )


def _network() -> Network:
    pool = _made(Site, id="pool", kind=SiteKind.RESERVOIR, basin="chu", river="chu", names=_named(), country="kg")
    gauge = _made(
        Station, id="pool:kg", site="pool", party="kg", code="1", names=_named(), series=("level.term", "release.daily")
    )
    computed = f"{gauge.id}:computed.storage.term"
    rows = (
        _row("storage.term", By.RESERVOIR_CURVE, "pool:kg.level.term"),
        _row("inflow.daily", By.BALANCE, computed, "pool:kg.release.daily"),
    )
    return Network(
        origin="arna.example/benchmarks",
        report_day=_made(ReportDay, begins=time(8), issued=time(9, 30), zone="Asia/Bishkek"),
        parties={"kg": _made(Party, id="kg", names=_named(), zone="Asia/Bishkek", ministries=())},
        basins={"chu": _made(Basin, id="chu", names=_named())},
        sites={"pool": pool},
        stations={gauge.id: gauge} | computed_stations(rows, {gauge.id: gauge}),
        shares={},
        season_plans={},
        sources={},
        derived=rows,
        reservoir_curves=(
            _made(ReservoirCurve, id="pool", station="pool:kg", valid_from=date(2010, 1, 1), points=_POINTS),
        ),
        balances=(
            _made(
                Balance,
                station="pool:kg",
                evaporation_mm=[0, 0, 20, 60, 100, 140, 160, 140, 90, 40, 10, 0],
                storage_error="0.1",
                release_error_percent=5,
            ),
        ),
        files={"parties.toml": b"# made up for benchmarks\n"},
    )


def _row(series: str, by: By, *inputs: str) -> Derived:
    return _made(Derived, station="pool:kg", series=series, by=by, inputs=[{"series": one} for one in inputs])


def _made(model: type[F], /, **facts: object) -> F:
    return model.model_validate({name: said for name, said in (_MADE_UP | facts).items() if name in model.model_fields})


def _named() -> dict[str, str]:
    return {"en": "Pool"}
