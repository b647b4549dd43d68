"""What a party owes: on which days, until when, of which series; and the thresholds of a source."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from record.errors import UnknownName
from record.network import Network, load_network
from record.network.obligation import ASSUMED
from tests.record.network_files import write_files

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return load_network(write_files(tmp_path_factory.mktemp("network")))


def test_each_obligation_is_on_series_of_its_own_party_and_nature(network: Network) -> None:
    assert dict(network.owed) == {
        "kg-terms": ("kirov:kg.storage.term",),
        "kg-terms-weekend": ("kirov:kg.storage.term",),
        "kg-days-simulated": ("kirov:kg:simulated.inflow.daily", "example-border:kg:simulated.discharge.daily"),
    }
    assert all(name in network.series for names in network.owed.values() for name in names)


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 1, 1), True),  # a Thursday, and the first day
        (date(2026, 1, 3), False),  # a Saturday
        (date(2025, 12, 31), False),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),  # a Friday, and the first day on which it no longer holds
    ],
)
def test_it_is_owed_on_its_days_of_the_week_from_since_to_before_until(
    network: Network, day: date, holds: bool
) -> None:
    assert network.obligation("kg-terms").holds_on(day) is holds


def test_what_is_not_in_force_is_owed_on_no_day(network: Network) -> None:
    told = network.obligation("kg-terms").model_copy(update={"in_force": False})
    assert not told.holds_on(date(2026, 1, 1))


def test_hours_are_those_of_the_partys_clock_on_that_day(network: Network) -> None:
    almaty = network.parties["kz"].tz
    terms, days = network.obligation("kg-terms"), network.obligation("kg-days-simulated")
    # Kazakhstan moved from +06:00 to +05:00 on 1 March 2024, and its clocks showed the last hour of February twice.
    assert terms.due_on(date(2024, 2, 29), almaty).astimezone(UTC) == datetime(2024, 2, 29, 3, tzinfo=UTC)
    assert terms.due_on(date(2024, 3, 1), almaty).astimezone(UTC) == datetime(2024, 3, 1, 4, tzinfo=UTC)
    assert days.time_on(date(2024, 2, 29), almaty).astimezone(UTC) == datetime(2024, 2, 28, 18, tzinfo=UTC)
    assert days.due_on(date(2024, 2, 29), almaty).astimezone(UTC) == datetime(2024, 3, 1, 5, tzinfo=UTC)


def test_a_sources_own_thresholds_stand_beside_the_general_ones(network: Network) -> None:
    own, other = network.watch("tables"), network.watch("simulated-kg")
    assert own is not None
    assert other is not None
    assert (own.silent_hours, own.stuck_readings, own.refused_share) == (Decimal(26), 6, Decimal("0.1"))
    assert (other.source, other.silent_hours, other.stuck_readings) == (None, None, 6)


def test_an_obligation_that_nobody_declared_is_named(network: Network) -> None:
    with pytest.raises(UnknownName, match="obligation 'kz-terms' is not declared: kg-terms, kg-terms-weekend"):
        network.obligation("kz-terms")


def test_what_is_shipped_claims_no_agreement_and_counts_generators_alone() -> None:
    shipped = load_network(ROOT / "config")
    rows = shipped.obligations.values()
    assert {row.party for row in rows} == {"kg", "kz"}
    assert {(row.document, row.verified) for row in rows} == {(ASSUMED, False)}
    assert all(row.in_force == row.simulated for row in rows)
    for row in rows:
        natures = {shipped.station(shipped.series[name].station).nature.value for name in shipped.owed[row.id]}
        assert natures == {"simulated"} if row.simulated else natures <= {"real", "example"}
    assert {(watch.document, watch.verified) for watch in shipped.watches} == {(ASSUMED, False)}


def test_both_parties_are_held_to_the_same_hours() -> None:
    rows = [row for row in load_network(ROOT / "config").obligations.values() if row.in_force]
    hours = {party: {(row.of, row.by, row.by_days) for row in rows if row.party == party} for party in ("kg", "kz")}
    assert hours["kg"] == hours["kz"]
