"""Judging: a million hourly readings by all checks, and a message of 400 by what the record holds around it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import process_time
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.bars import Result, Run, at_most, medians, timed
from benchmarks.load import COMMIT, pen_of
from benchmarks.world import Gauges, after, receipt
from benchmarks.world import make_network as make_hourly
from ingest.quality import CHECKS
from ingest.quality.calendar import local
from ingest.quality.climatology import Climate, climate
from ingest.quality.context import Context, Known, NoContext, Season, Span
from ingest.quality.judge import judge, verdicts
from ingest.quality.limits import Group
from ingest.quality.record_context import RecordContext
from ingest.quality.values import Values
from record.archive import open_record
from record.entry import Flag
from record.network import Network
from record.network.basin import Basin, Nature, Site, SiteKind, Station
from record.network.curve import RatingCurve
from record.network.fact import Fact
from record.network.party import Party, ReportDay
from record.network.threshold import (
    Climatology,
    FlatLine,
    Gap,
    GrossRange,
    MassBalance,
    Neighbour,
    RateOfChange,
    RatingResidual,
    Spike,
    Thresholds,
)

_POSTS, _HOURS = 49, 10_000
_START = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
_HOUR, _DAY = 3600, 86_400
_MADE_UP = "made up for benchmarks"
_TIMES = 5
_MESSAGES = 50

F = TypeVar("F", bound=Fact)
Facts = Mapping[str, object]


class InMemory:
    """Forty days of each series before the message and after it, and climates that were worked out before."""

    def __init__(self, known: Known, climates: Mapping[str, Climate]) -> None:
        self._known, self._climates = known, climates

    def readings(self, wanted: Mapping[str, Span]) -> Known:  # noqa: ARG002 - as the protocol has it
        """All that is known."""
        return self._known

    def climate(self, wanted: Sequence[Season], said: Known) -> Mapping[Season, Climate]:  # noqa: ARG002
        """Those of the series that have one."""
        return {season: self._climates[season.series] for season in wanted if season.series in self._climates}


def measure(folder: Path) -> list[Result]:
    """A million readings at once, the climate of one series, and a message beside forty days of open rows."""
    folder.mkdir()
    return [*_million(), *_climate(), *_one_message(folder)]


def _million() -> list[Result]:
    values, context = _message(make_network())
    said = np.full(len(values), Flag.UNKNOWN, dtype=np.int8)
    found = verdicts(values, said, context)
    silent = [name for place, name in enumerate(CHECKS) if (found[:, place] == Flag.UNKNOWN).all()]
    if silent != ["said", "sense", "agreement"]:
        raise ValueError(f"checks that said nothing of any reading: {silent}")
    # What was worked out of the same columns before must not be found again.
    ours, floor = list[float](), list[float]()
    for _ in range(_TIMES):
        ours.append(_of_one_core(lambda: verdicts(replace(values), said, context)))
        floor.append(_of_one_core(lambda: _extremes(values.value)))
    name = f"{len(values):,} hourly readings through {len(CHECKS)} checks, on one core"
    return [at_most(name, median(ours), "s", 3, median(floor))]


def _climate() -> list[Result]:
    moments = _START - (np.arange(10 * 365 * 24) + 1)[::-1] * _HOUR
    when, value = local(moments, ZoneInfo("Asia/Bishkek")), np.random.default_rng(2).normal(40, 5, len(moments))
    alike = {"low": 1.0, "high": 99.0, "window_days": 15, "min_years": 9}
    runs: list[Run] = [lambda: climate(when.year, when.day, value, **alike), lambda: _extremes(value)]  # type: ignore[arg-type]
    ours, floor = medians(runs, _TIMES)
    return [at_most("climate of a series from ten hourly years, once a year", ours, "ms", None, floor)]


def _one_message(folder: Path) -> list[Result]:
    """Milliseconds that all checks add to a message of 400 series, beside what it takes to enter it."""
    network = replace(make_hourly(COMMIT, 0), thresholds=_thresholds([]))
    record = open_record(f"sqlite:///{folder / 'record.sqlite'}", network, segments=str(folder / "s"), data=folder)
    pen, gauges = pen_of(record), Gauges.of(network, "chu-hourly")
    before = np.arange(_START - 40 * _DAY, _START, _HOUR)
    for first in range(0, COMMIT, 20):
        said = gauges.span(np.arange(first, first + 20), before)
        pen.append(receipt(f"{first}", said, after(_START)), said, [], after(_START))
    context, own = RecordContext(pen.archive, network), np.arange(COMMIT)
    alone = replace(network, thresholds=replace(Thresholds(), gross_range=network.thresholds.gross_range))
    judged, plain, entered = list[float](), list[float](), list[float]()
    for number in range(_MESSAGES):
        hour = _START + number * _HOUR
        said = gauges.moment(own, hour)
        plain.append(timed(lambda said=said: judge(said, alone, NoContext())))  # type: ignore[misc]
        judged.append(timed(lambda said=said: judge(said, network, context)))  # type: ignore[misc]
        flagged, came = judge(said, network, context), receipt(f"message {number}", said, after(hour))
        entered.append(timed(lambda said=flagged, came=came: pen.append(came, said, [], came.received)))  # type: ignore[misc]
    record.engine.dispose()
    return [
        at_most(
            f"message of {COMMIT} series judged beside 40 days of open rows", median(judged), "ms", None, median(plain)
        ),
        at_most("  and entered", median(entered), "ms", None),
    ]


def _of_one_core(run: Run) -> float:
    """Seconds of the processor: others may be at work beside."""
    began = process_time()
    run()
    return process_time() - began


def _extremes(value: np.ndarray) -> tuple[float, float]:
    """The floor: one look at each value."""
    return float(value.min()), float(value.max())


def make_network() -> Network:
    """Posts one after the other on a river, each with level, discharge and a rating, and a reservoir below them."""
    posts = [f"post-{number:02}" for number in range(_POSTS)]
    sites = {
        name: Site(
            id=name, kind=SiteKind.POST, basin="chu", river="chu", names={"en": name}, country="kg", source=_MADE_UP
        )
        for name in (*posts, "lake")
    }
    stations = {
        f"{name}:kg": Station(
            id=f"{name}:kg", site=name, party="kg", code=name, names={"en": name}, nature=Nature.SIMULATED,
            series=("storage.hourly", "inflow.daily", "release.daily") if name == "lake" else
            ("discharge.hourly", "level.hourly"), source=_MADE_UP,
        )
        for name in sites
    }  # fmt: skip
    return Network(
        origin="arna.example/bench",
        report_day=ReportDay(zone="Asia/Bishkek", begins=time(8), issued=time(9, 30), document=_MADE_UP),
        parties={"kg": Party(id="kg", names={"en": "Kyrgyzstan"}, zone="Asia/Bishkek", ministries=())},
        basins={"chu": Basin(id="chu", names={"en": "Chu"}, source=_MADE_UP)},
        sites=sites,
        stations=stations,
        shares={},
        season_plans={},
        sources={},
        thresholds=_thresholds(posts),
        rating_curves=tuple(_curve(name) for name in posts),
        files={"parties.toml": b"# made up for benchmarks\n"},
    )


def _thresholds(posts: Sequence[str]) -> Thresholds:
    every: list[Facts] = [{"quantity": name} for name in ("discharge", "level", "storage", "inflow", "release")]
    winter: list[Facts] = [dict(row) | {"months": (11, 12, 1, 2)} for row in every]
    flows = ("inflow", "release")
    return Thresholds(
        gross_range=_rows(GrossRange, every, fail=(0, 2000), suspect=(0, 900)),
        climatology=_rows(Climatology, every),
        rate_of_change=_rows(RateOfChange, [*every, *winter], suspect=30, fail=300),
        spike=_rows(Spike, every, suspect=20, fail=200),
        flat_line=_rows(FlatLine, [*every, *winter], tolerance="0.01", suspect_hours=72, fail_hours=240),
        gap=_rows(Gap, [dict(row) | {"hours": 25 if row["quantity"] in flows else 2} for row in every]),
        neighbour=_rows(
            Neighbour,
            [{"station": f"{lower}:kg", "upstream": f"{upper}:kg"} for upper, lower in pairwise(posts)],
            series="discharge.hourly", upstream_series="discharge.hourly", lag_hours="3.5", low="0.5", high=2,
        ),
        mass_balance=_rows(
            MassBalance, [{"station": "lake:kg"}],
            storage="storage.hourly", inflow="inflow.daily", release="release.daily", suspect=3,
        ),
        rating_residual=_rows(
            RatingResidual, [{"station": f"{name}:kg"} for name in posts],
            level="level.hourly", discharge="discharge.hourly", suspect=15,
        ),
    )  # fmt: skip


def _rows(kind: type[F], rows: Sequence[Facts], **alike: object) -> tuple[F, ...]:
    return tuple(kind.model_validate({"source": _MADE_UP} | dict(row) | alike) for row in rows)


def _curve(post: str) -> RatingCurve:
    bounds = {"lowest": 0, "highest": 10, "limit_low": 0, "limit_high": 20}
    facts = {"id": post, "station": f"{post}:kg", "valid_from": "2020-01-01", "document": _MADE_UP, "source": _MADE_UP}
    return RatingCurve.model_validate(facts | bounds | {"segments": [{"above": 0, "a": 20, "b": 0, "c": 2}]})


def _message(network: Network) -> tuple[Values, Context]:
    """The readings to be judged, and forty days of the same series on either side."""
    series = tuple(network.series.values())
    around, chance = 40 * 24, np.random.default_rng(1)
    parts, climates = [], {}
    for place, one in enumerate(series):
        daily = one.interval == "daily"
        step, count = (_DAY, (_HOURS + 2 * around) // 24) if daily else (_HOUR, _HOURS + 2 * around)
        moments = _START - around * _HOUR - (6 * _HOUR if daily else 0) + np.arange(count) * step
        flow = 40 + 20 * np.sin(2 * np.pi * moments / (365.25 * _DAY)) + chance.normal(0, 0.2, count)
        value = {"level": np.sqrt(flow / 20), "storage": 300 + flow / 10}.get(one.quantity, flow)
        parts.append((np.full(count, place), moments, value))
        climates[one.id] = Climate(low=np.full(366, value.min()), high=np.full(366, value.max()))
    which, moments, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    inside = (moments >= _START) & (moments < _START + _HOURS * _HOUR)
    known = Known(
        series=tuple(one.id for one in series), which=which[~inside], time=moments[~inside], value=value[~inside],
        withdrawn=np.zeros(int((~inside).sum()), dtype=bool),
    )  # fmt: skip
    group = Group(network, series)
    values = Values(group=group, which=which[inside], time=moments[inside], value=value[inside])
    return values, InMemory(known, climates)
