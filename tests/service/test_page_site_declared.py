"""What the page of a site says of what is declared: its gauges, its curves, its checks, and what follows from what."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from ingest.derive.rating import by_curve
from record.network import Network, load_network
from record.network.threshold import GrossRange, Thresholds
from service.language import language_called
from service.page.curve_plot import Curve, Plot, axis_of, svg
from service.page.reader import reader_of
from service.page.site.curves import formula, points_of, rated_at, stored_at
from service.page.site.head import countries_of, gauges_of, other_names
from service.page.site.metadata import bounds_of, facts_of
from service.page.site.related import related_to
from service.page.site.said import periods_of, words_of

ROOT = Path(__file__).parents[2]
ENGLISH, RUSSIAN = language_called("en"), language_called("ru")
POST = "klyuchevka:kg:simulated"


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(ROOT / "config")


def test_both_parties_stand_side_by_side_and_are_marked(network: Network) -> None:
    stations = network.stations_at["example-border-talas"]
    gauges = gauges_of(network, stations, {}, {}, RUSSIAN)
    real = [one for one in gauges if not one.id.endswith(":simulated")]
    assert {one.party for one in real} == {"kg", "kz"}
    assert all(one.marks == ("example", "unverified") and not one.spoke for one in real)
    twins = [one for one in gauges if one.id.endswith(":simulated")]
    assert twins
    assert all("simulated" in one.marks for one in twins)
    site = network.sites["example-border-talas"]
    assert set(countries_of(network, site, ENGLISH)) == {"Kyrgyzstan", "Kazakhstan"}
    assert dict(other_names(site, RUSSIAN))["en"] == site.names["en"]
    assert "ru" not in dict(other_names(site, RUSSIAN))


def test_a_rating_curve_is_drawn_where_it_is_computed(network: Network) -> None:
    found = rated_at(network, POST, ENGLISH)
    assert found is not None
    newest, first = found.curves
    assert (newest.valid_from > first.valid_from, len(found.picture) > 1000) == (True, True)
    points = points_of(first)
    levels = np.array([level for level, _ in points])
    assert levels.min() == float(first.limit_low)
    assert levels.max() == float(first.limit_high)
    np.testing.assert_allclose([flow for _, flow in points], by_curve(levels, first), rtol=1e-9)
    assert [Decimal(repr(flow)) for _, flow in points_of(newest)] == [flow for _, flow in newest.points]
    assert formula(first.segments[0]) == "Q = 20.3 · (H − 0.96)^2.2222"
    dashes = re.findall(r"stroke-dasharray", found.picture)
    assert len(dashes) == 4
    assert rated_at(network, "klyuchevka:kg", ENGLISH) is None


def test_the_curves_of_a_reservoir_have_a_picture_each(network: Network) -> None:
    found = stored_at(network, "kirov:kg:simulated", RUSSIAN)
    assert found is not None
    assert len(found.pictures) == 2
    storage, surface = found.pictures
    assert "млн м³" in storage
    assert "км²" in surface
    assert stored_at(network, "kirov:kg", RUSSIAN) is None


def test_a_plot_says_what_it_shows_and_where_it_lies() -> None:
    plot = Plot(curves=(Curve(points=((0.0, 1.0), (10.0, 3.0))),), across="m³/s", up="m", label='a "curve" <b>')
    drawn = svg(plot, RUSSIAN)
    assert 'role="img" aria-label="a &quot;curve&quot; &lt;b&gt;"' in drawn
    assert "1,5" in drawn
    (path,) = re.findall(r'd="M([^"]+)"', drawn)
    (left, low), (right, high) = (map(float, point.split()) for point in path.split("L"))
    assert left < right
    assert low > high
    assert svg(Plot(curves=(), across="", up="", label=""), RUSSIAN) == ""
    assert axis_of([5.0, 5.0]).ticks[0] < 5 < axis_of([5.0, 5.0]).ticks[-1]
    assert axis_of([0.0, 1.0]).ticks == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def test_what_is_computed_leads_to_its_inputs_and_back(network: Network) -> None:
    stations = [station.id for station in network.stations_at["klyuchevka"]]
    found = related_to(network, "klyuchevka", stations)
    (rating,) = [one for one in found.from_others if one.rule.by.value == "rating"]
    assert rating.series == f"{POST}:computed.discharge.term"
    assert [one.series for one in rating.rule.inputs] == [f"{POST}.level.term"]
    assert network.series[rating.series].station in stations
    reservoir = related_to(network, "kirov", [station.id for station in network.stations_at["kirov"]])
    assert {one.rule.by.value for one in reservoir.from_others} >= {"reservoir-curve", "balance"}
    assert any(one.series.endswith("inflow_error.daily") for one in reservoir.from_others)
    assert reservoir.balances
    posts = {one.rule.inputs[0].series for one in reservoir.from_others if one.rule.by.value == "weighted-sum"}
    assert posts or not [one for one in network.derived if one.by.value == "weighted-sum"]
    (gate,) = related_to(network, "example-border-talas", []).gates
    border = "example-border-talas"
    assert gate.pairs == {
        nature: [f"{border}:{party}{behind}.discharge.daily" for party in ("kg", "kz")]
        for nature, behind in (("example", ""), ("simulated", ":simulated"))
    }
    assert related_to(network, "example-border-talas", []).any


def test_the_checks_of_a_series_are_those_that_hold_for_it(network: Network) -> None:
    bounds = bounds_of(network, network.series[f"{POST}.discharge.daily"])
    checks = [one.check for one in bounds]
    assert "gross-range" in checks
    assert all(one.source and one.numbers for one in bounds)
    rated = {one.check: dict(one.numbers) for one in bounds_of(network, network.series[f"{POST}.discharge.term"])}
    assert rated["rating-residual"]["level"] == "level.term"
    facts = facts_of(network, network.stations["kirov:kg"])
    assert [one.series.id for one in facts.kept] == [
        "kirov:kg.level.term", "kirov:kg.storage.term", "kirov:kg.inflow.term", "kirov:kg.inflow.daily",
        "kirov:kg.release.daily",
    ]  # fmt: skip
    for duty in facts.duties:
        assert set(duty.series) <= set(network.owed[duty.obligation.id])


def test_of_two_thresholds_the_more_particular_counts(network: Network) -> None:
    def ranged(low: int, **where: object) -> GrossRange:
        said = {"quantity": "discharge", "fail": (low, 9), "source": "a test"} | where
        return GrossRange.model_validate(said)

    rows = (ranged(0), ranged(1, interval="daily"), ranged(2, station=POST, months=(5, 6)), ranged(3, months=(5,)))
    held = replace(network, thresholds=Thresholds(gross_range=rows))
    found = [(one.numbers, one.months) for one in bounds_of(held, network.series[f"{POST}.discharge.daily"])]
    assert found == [((("fail", "1 … 9"),), ()), ((("fail", "2 … 9"),), (5, 6))]
    assert bounds_of(held, network.series[f"{POST}.level.term"]) == ()


def test_a_mean_is_told_by_the_period_of_its_station(network: Network) -> None:
    time = datetime(2026, 2, 19, 18, tzinfo=UTC)
    said = {name: network.series[f"klyuchevka:kg.discharge.{name}"] for name in ("term", "daily", "10-day", "monthly")}
    assert periods_of(network, said["term"], [time], ENGLISH) is None
    assert periods_of(network, said["daily"], [time], ENGLISH) == {"2026-02-19T18:00:00Z": "20 February 2026"}
    late = [datetime(2026, 2, day, 18, tzinfo=UTC) for day in (10, 20)]
    assert list((periods_of(network, said["10-day"], late, ENGLISH) or {}).values()) == [
        "11–20 February 2026", "21–28 February 2026",
    ]  # fmt: skip
    month = datetime(2026, 1, 31, 18, tzinfo=UTC)
    assert list((periods_of(network, said["monthly"], [month], ENGLISH) or {}).values()) == ["February 2026"]


def test_values_are_written_with_the_digits_that_they_have(network: Network) -> None:
    written = words_of(network, reader_of(network, RUSSIAN), datetime(2026, 5, 2, tzinfo=UTC))["written"]
    assert (written(Decimal("1.10")), written(Decimal(3)), written(Decimal("-0.5"))) == ("1,10", "3", "−0,5")
