"""Judging: a million hourly readings by all checks, and a message of 400 by what the record holds around it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

import numpy as np

from benchmarks.bars import Result, at_most, medians
from ingest.quality import CHECKS
from ingest.quality.climatology import Climate
from ingest.quality.context import Context, Known, Season, Span
from ingest.quality.judge import verdicts
from ingest.quality.limits import Group
from ingest.quality.values import Values
from record.entry import Flag
from record.network import Network
from record.network.basin import Basin, Nature, Site, SiteKind, Station
from record.network.curve import RatingCurve, Segment
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


class InMemory:
    """Forty days of each series before the message and after it, and climates that were worked out before."""

    def __init__(self, known: Known, climates: Mapping[str, Climate]) -> None:
        self._known, self._climates = known, climates

    def readings(self, wanted: Mapping[str, Span]) -> Known:
        """All that is known."""
        return self._known

    def climate(self, wanted: Sequence[Season]) -> Mapping[Season, Climate]:
        """Those of the series that have one."""
        return {season: self._climates[season.series] for season in wanted if season.series in self._climates}


def measure() -> list[Result]:
    """Seconds for a million readings through all checks, and milliseconds for the climate of one series."""
    network = make_network()
    values, context = _message(network)
    said = np.full(len(values), Flag.UNKNOWN, dtype=np.int8)
    found = verdicts(values, said, context)
    silent = [name for place, name in enumerate(CHECKS) if name != "said" and (found[:, place] == Flag.UNKNOWN).all()]
    if silent != ["sense", "agreement"]:
        raise ValueError(f"checks that said nothing of any reading: {silent}")
    ours, floor = medians(
        [lambda: verdicts(replace(values), said, context), lambda: (values.value.min(), values.value.max())], _TIMES
    )
    when, value = _ten_years()
    season = Season("one", 2025, 1, 99, 15, 10)
    once, least = medians([lambda: season.made(when, value), lambda: (value.min(), value.max())], _TIMES)
    return [
        at_most(f"{len(values):,} hourly readings through {len(CHECKS)} checks", ours / 1000, "s", 3, floor / 1000),
        at_most("climate of a series from ten hourly years, once a year", once, "ms", None, least),
    ]


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
    quantities = ("discharge", "level", "storage", "inflow", "release")
    every = [{"quantity": name, "source": _MADE_UP} for name in quantities]
    winter = [row | {"months": (11, 12, 1, 2)} for row in every]
    return Thresholds(
        gross_range=tuple(GrossRange(**row, fail=(0, 2000), suspect=(0, 900)) for row in every),
        climatology=tuple(Climatology(**row) for row in every),
        rate_of_change=tuple(RateOfChange(**row, suspect=30, fail=300) for row in [*every, *winter]),
        spike=tuple(Spike(**row, suspect=20, fail=200) for row in every),
        flat_line=tuple(
            FlatLine(**row, tolerance=Decimal("0.01"), suspect_hours=72, fail_hours=240) for row in [*every, *winter]
        ),
        gap=tuple(Gap(**row, hours=25 if row["quantity"] in ("inflow", "release") else 2) for row in every),
        neighbour=tuple(
            Neighbour(
                station=f"{lower}:kg", series="discharge.hourly", upstream=f"{upper}:kg",
                upstream_series="discharge.hourly", lag_hours=Decimal("3.5"), low=Decimal("0.5"), high=2,
                source=_MADE_UP,
            )
            for upper, lower in zip(posts, posts[1:], strict=False)
        ),
        mass_balance=(
            MassBalance(
                station="lake:kg", storage="storage.hourly", inflow="inflow.daily", release="release.daily",
                suspect=3, source=_MADE_UP,
            ),
        ),
        rating_residual=tuple(
            RatingResidual(
                station=f"{name}:kg", level="level.hourly", discharge="discharge.hourly", suspect=15, source=_MADE_UP
            )
            for name in posts
        ),
    )  # fmt: skip


def _curve(post: str) -> RatingCurve:
    return RatingCurve.model_validate(
        {
            "id": post, "station": f"{post}:kg", "valid_from": "2020-01-01", "lowest": 0, "highest": 10,
            "segments": [Segment.model_validate({"above": 0, "a": 20, "b": 0, "c": 2})], "limit_low": 0,
            "limit_high": 20, "document": _MADE_UP, "source": _MADE_UP,
        }
    )  # fmt: skip


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
