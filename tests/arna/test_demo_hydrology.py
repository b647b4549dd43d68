"""What is declared for the generator's twins is what the generator does, and no threshold cries over its usual year."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from arna.demo.generator.chance import Chance
from arna.demo.generator.reports import morning
from arna.demo.generator.reservoirs import Reservoir
from arna.demo.generator.rivers import River
from arna.demo.play import SEED
from record.network import Network, load_network
from record.network.curve import RatingCurve
from record.network.rules.curves import flow

ROOT = Path(__file__).parent.parent.parent
CHANCE = Chance(SEED)
DAYS = [date(2026, 1, 1) + timedelta(days=day) for day in range(0, 365, 3)]


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(ROOT / "config")


def between(points: tuple[tuple[Decimal, ...], ...], level: Decimal, column: int) -> Decimal:
    """The value of a table at a level, linear between its points."""
    (low, high) = next(pair for pair in pairwise(points) if pair[0][0] <= level <= pair[1][0])
    return low[column] + (high[column] - low[column]) * (level - low[0]) / (high[0] - low[0])


def discharge(curve: RatingCurve, level: Decimal) -> Decimal:
    if curve.points:
        return between(curve.points, level, 1)
    return flow([segment for segment in curve.segments if segment.above <= level][-1], level)


@pytest.mark.parametrize("site", ["klyuchevka", "uch-koshoy"])
def test_rating_curves_give_the_flow_that_the_generator_had(network: Network, site: str) -> None:
    curves = [curve for curve in network.rating_curves if curve.station == f"{site}:kg:simulated"]
    river = River(network.sites[site], CHANCE)
    for day in DAYS:
        (curve,) = [one for one in curves if one.valid_from <= day < (one.valid_until or date.max)]
        level = Decimal(river.level(day, 8)) / 100
        assert curve.lowest <= level <= curve.highest
        assert float(discharge(curve, level)) == pytest.approx(river.flow(day, 8), rel=0.025)


@pytest.mark.parametrize("site", ["orto-tokoy", "kirov"])
def test_reservoir_curves_give_the_storage_that_the_generator_had(network: Network, site: str) -> None:
    (curve,) = [one for one in network.reservoir_curves if one.station == f"{site}:kg:simulated"]
    reservoir = Reservoir(network.sites[site], CHANCE)
    for day in DAYS:
        level = Decimal(round(100 * reservoir.level(day, 8))) / 100
        assert float(between(curve.points, level, 1)) == pytest.approx(reservoir.storage(day, 8), abs=0.25)


def test_surfaces_are_how_fast_storage_grows_with_the_level(network: Network) -> None:
    for curve in network.reservoir_curves:
        for (low, stored, narrow), (high, more, wide) in pairwise(curve.points):
            slack = Decimal("0.05")
            assert narrow * (high - low) - slack <= more - stored <= wide * (high - low) + slack


def test_neighbours_agree_in_an_ordinary_year(network: Network) -> None:
    rows = [row for row in network.thresholds.neighbour if row.station.endswith(":simulated")]
    assert rows
    for row in rows:
        for day in DAYS:
            if not row.months or day.month in row.months:
                ratio = _mean(network, row.station, day) / _mean(network, row.upstream, day)
                assert float(row.low) < ratio < float(row.high)


def test_balances_close_in_an_ordinary_year_though_storage_is_sent_with_three_figures(network: Network) -> None:
    rows = [row for row in network.thresholds.mass_balance if row.station.endswith(":simulated")]
    assert rows
    for row in rows:
        for day in DAYS:
            today, tomorrow = (_said(network, row.station, day + timedelta(days=more)) for more in (0, 1))
            grown = tomorrow["volume"] - today["volume"]
            came = tomorrow["inflow_mean"] - tomorrow["release_mean"]
            assert abs(grown - came * Decimal("0.0864")) < row.suspect


@pytest.mark.parametrize(("table", "interval"), [("ala_archa", "10-day"), ("klyuchevka", "monthly")])
def test_the_real_series_lie_within_the_gross_ranges_and_no_faster_check_asks_them(
    network: Network, table: str, interval: str
) -> None:
    thresholds = network.thresholds
    (range_,) = [row for row in thresholds.gross_range if row.quantity == "discharge" and not row.months]
    assert range_.suspect is not None
    values = list(_real(table))
    assert len(values) > 150
    assert range_.suspect[0] <= min(values) <= max(values) <= range_.suspect[1]
    for rows in (thresholds.rate_of_change, thresholds.spike, thresholds.flat_line):
        asked = [row for row in rows if row.quantity == "discharge" and row.interval in (None, interval)]
        assert asked == []


def _mean(network: Network, station: str, day: date) -> float:
    site = network.sites[network.stations[station].site]
    return Reservoir(site, CHANCE).inflow(day) if site.capacity else River(site, CHANCE).mean(day)


def _said(network: Network, station: str, day: date) -> dict[str, Decimal]:
    """The morning's report without the gaps that chance tears into it."""
    declared = network.stations[station]

    class Whole(Chance):
        def uniform(self, *words: object) -> float:
            return 1.0 if words[-1] == "gap" else super().uniform(*words)

    report = morning(declared, network.sites[declared.site], day, Whole(SEED))
    return {name: value for name, value in report.values.items() if value is not None}


def _real(table: str) -> Iterator[Decimal]:
    (path,) = (ROOT / "arna" / "demo" / "data").glob(f"{table}_*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        next(rows)
        yield from (Decimal(value) for _, value in rows if value)
