"""The network that is shipped: it loads, and it says no more than its sources do."""

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from record.network import Network, load_network
from record.network.basin import Nature, SiteKind
from record.network.fact import LANGUAGES
from record.network.share import Basis
from record.quantities import QUANTITIES
from tests.record.network_files import but, write_files

ROOT = Path(__file__).parent.parent.parent
SHARED_POSTS = ROOT.parent / "shared" / "facts" / "real-data" / "ca-discharge" / "chu_talas_posts.csv"

# code, site, longitude, latitude, norm in m3/s, from CA-discharge (doi:10.5281/zenodo.8147591, CC BY 4.0).
POSTS = [
    ("15102", "kochkorka", 75.840536, 42.261541, 28.5),
    ("15149", "chon-kemin", 75.895037, 42.691175, 22.0),
    ("15194", "ala-archa", 74.501229, 42.659775, 4.7),
    ("15256", "ak-tash", 73.119515, 42.499529, 8.3),
    ("15259", "uch-koshoy", 72.531235, 42.48948, 16.2),
    ("15261", "klyuchevka", 71.821257, 42.583016, 20.3),
    ("15312", "kurkureu-suu", 71.120847, 42.482864, 6.4),
]


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(ROOT / "config")


@pytest.mark.parametrize(("code", "site", "lon", "lat", "norm"), POSTS)
def test_a_post_stands_where_its_source_says(
    network: Network, code: str, site: str, lon: float, lat: float, norm: float
) -> None:
    station = network.station_called(code, simulated=False)
    assert station is not None
    assert (station.id, station.nature) == (f"{site}:kg", Nature.REAL)
    declared = network.sites[station.site]
    assert (declared.lon, declared.lat, declared.norm) == (lon, lat, norm)


def test_all_posts_of_the_published_list_are_declared_as_it_has_them(network: Network) -> None:
    if not SHARED_POSTS.is_file():
        pytest.skip(f"the published list of posts is not beside this checkout: {SHARED_POSTS}")
    with SHARED_POSTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        station = network.station_called(row["code"], simulated=False)
        assert station is not None
        site = network.sites[station.site]
        assert site.basin == row["basin"].lower()
        assert (site.lon, site.lat) == (float(row["lon"]), float(row["lat"]))
        assert site.norm == float(row["q_norm_m3s"])
        assert site.names["en"] == row["name_en"]


def test_there_are_nineteen_real_posts_and_no_real_post_of_kazakhstan(network: Network) -> None:
    posts = [station for station in network.stations.values() if network.sites[station.site].kind is SiteKind.POST]
    real = [station for station in posts if station.nature is Nature.REAL]
    assert len(real) == 19
    assert {station.party for station in real} == {"kg"}
    assert all(len(station.code) == 5 and station.code.isdecimal() for station in real)


def test_everything_that_has_a_name_has_it_in_four_languages(network: Network) -> None:
    names = {site.id: site.names for site in network.sites.values()}
    names |= {station.id: station.names for station in network.stations.values()}
    names |= {basin.id: basin.names for basin in network.basins.values()}
    for party in network.parties.values():
        names |= {party.id: party.names} | {ministry.id: ministry.names for ministry in party.ministries}
    assert {"kirov", "kirov:kg", "chu", "kz", "kazhydromet"} <= names.keys()
    assert [name for name, said in names.items() if set(said) != set(LANGUAGES)] == []
    cyrillic = {name: [said[language] for language in LANGUAGES if language != "en"] for name, said in names.items()}
    assert [name for name, said in cyrillic.items() if re.search(r"[A-Za-z]|Киргиз", " ".join(said))] == []


def test_every_shared_reservoir_and_canal_of_the_agreement_is_declared(network: Network) -> None:
    shared = {site.id for site in network.sites.values() if site.shared}
    assert shared == {"orto-tokoy", "kirov", "west-great-chu", "east-great-chu", "bypass-chu", "chumysh"}
    assert all("Agreement of 21 January 2000" in network.sites[name].source for name in shared)


def test_capacities_are_those_of_the_sources(network: Network) -> None:
    capacity = {site.id: site.capacity for site in network.sites.values() if site.kind is SiteKind.RESERVOIR}
    assert capacity == {"orto-tokoy": 470, "kirov": 550, "tasotkel": 620, "teris-ashchybulak": 158.6}


def test_each_basin_has_an_example_gate_that_both_parties_measure(network: Network) -> None:
    for basin in network.basins:
        stations = [network.stations[f"example-border-{basin}:{party}"] for party in network.parties]
        assert {station.nature for station in stations} == {Nature.EXAMPLE}
        assert network.sites[f"example-border-{basin}"].kind is SiteKind.BORDER


def test_what_is_made_up_never_looks_real(network: Network) -> None:
    for station in network.stations.values():
        assert ("(computed)" in station.names["en"]) == station.computed == station.id.endswith(":computed")
        if station.nature is Nature.SIMULATED:
            assert station.id.removesuffix(":computed").endswith(":simulated")
            assert "(simulated)" in station.names["en"]
        elif station.nature is Nature.EXAMPLE:
            assert station.id.startswith("example-")
            assert station.code.startswith("example-")
            assert "example" in station.names["en"]
            assert not station.verified
        else:
            assert "example" not in station.id
            assert "simulated" not in station.id
    for site in network.sites.values():
        if site.id.startswith("example-"):
            assert not site.verified
            assert (site.lon, site.lat) == (None, None)


def test_no_share_plan_or_report_day_claims_to_be_verified(network: Network) -> None:
    assert not network.report_day.verified
    assert "working assumption" in network.report_day.document
    assert network.shares
    assert not any(share.verified or share.valid_from_verified for share in network.shares.values())
    assert not any(plan.verified for plan in network.season_plans.values())
    assert not any(station.verified for station in network.stations.values() if ".intake" in str(station.series))


def test_every_told_division_is_kept_and_one_of_each_is_in_force(network: Network) -> None:
    told = {(share.basis, share.of, share.percent["kz"], share.in_force) for share in network.shares.values()}
    assert told == {
        (Basis.FLOW, "chu", Decimal(42), True),
        (Basis.FLOW, "chu", Decimal(48), False),
        (Basis.FLOW, "talas", Decimal(50), True),
        (Basis.STORAGE, "kirov", Decimal(88), True),
        (Basis.STORAGE, "kirov", Decimal(80), False),
    }


def test_season_plans_carry_the_told_volumes(network: Network) -> None:
    told = {plan.id: (plan.volume, plan.delivered, plan.in_force) for plan in network.season_plans.values()}
    assert told == {
        "talas-2023-kz": (Decimal("344.7"), None, True),
        "talas-2023-kz-to-5-august": (Decimal("312.7"), Decimal("323.3"), False),
        "talas-2024-kz": (Decimal(380), Decimal(418), True),
        "chu-2024-kz": (Decimal(180), Decimal("165.3"), True),
        "talas-2025-kz": (Decimal(400), Decimal("427.5"), True),
        "chu-2025-kz": (Decimal(180), Decimal(160), True),
    }
    assert network.season_plans["talas-2023-kz-to-5-august"].ends == date(2023, 8, 6)


def test_history_is_real_and_licensed_and_generators_are_marked(network: Network) -> None:
    simulated = {name for name, source in network.sources.items() if source.simulated}
    assert set(network.sources) - simulated == {"ala-archa-history", "klyuchevka-history"}
    assert all(name.startswith("simulated-") for name in simulated)
    for name in set(network.sources) - simulated:
        assert "MIT" in (network.sources[name].licence or "")
        assert "Attribution" in (network.sources[name].licence or "")


def test_every_declared_station_has_a_twin_and_every_quantity_a_gross_range(network: Network) -> None:
    declared = [name for name, station in network.stations.items() if station.nature is not Nature.SIMULATED]
    assert [name for name in declared if f"{name}:simulated" not in network.stations] == []
    general = {limit.quantity for limit in network.thresholds.gross_range if limit.station is None}
    assert {series.quantity for series in network.series.values()} <= general


def test_every_quantity_of_ours_has_a_general_gross_range(network: Network) -> None:
    general = {limit.quantity for limit in network.thresholds.gross_range if limit.station is None}
    assert general == set(QUANTITIES)


def test_what_is_only_assumed_never_makes_a_value_bad(network: Network) -> None:
    tables = {name: getattr(network.thresholds, name) for name in network.thresholds.__slots__}
    assert [name for name, rows in tables.items() if not rows] == []
    judged = [row for name, rows in tables.items() if name != "gross_range" for row in rows]
    assert [row for row in judged if getattr(row, "fail", None) or getattr(row, "fail_hours", None)] == []
    assert [row for rows in tables.values() for row in rows if not row.source] == []


def test_no_curve_weight_or_balance_is_of_a_real_station(network: Network) -> None:
    tables: list[tuple[Any, ...]] = [
        network.rating_curves,
        network.shifts,
        network.reservoir_curves,
        network.derived,
        network.balances,
    ]
    assert all(tables)
    declared = [row for rows in tables for row in rows]
    assert [row for row in declared if not row.simulated or not row.station.endswith(":simulated")] == []
    assert [row for row in declared if getattr(row, "verified", False)] == []
    computed = {name for name, station in network.stations.items() if station.computed}
    assert computed == {f"{site}:kg:simulated:computed" for site in ("klyuchevka", "uch-koshoy", "orto-tokoy", "kirov")}


@pytest.mark.parametrize("site", ["orto-tokoy", "kirov"])
def test_a_full_reservoir_holds_its_declared_capacity_and_surface(network: Network, site: str) -> None:
    (curve,) = [row for row in network.reservoir_curves if row.station == f"{site}:kg:simulated"]
    _, storage, surface = curve.points[-1]
    declared = network.sites[site]
    assert storage == declared.capacity
    told = {declared.surface_km2} if declared.surface_km2 else {20.5, 28.6}
    assert min(told) <= surface <= max(told)


def test_every_share_in_force_has_a_resource_and_every_plan_its_points(network: Network) -> None:
    in_force = {share.id for share in network.shares.values() if share.in_force}
    assert {resource.share for resource in network.resources} == in_force
    points = {(delivery.basin, delivery.party) for delivery in network.deliveries if delivery.border}
    assert {(plan.basin, plan.party) for plan in network.season_plans.values()} == points
    everyone = {(basin, party) for basin in network.basins for party in network.parties}
    assert {(delivery.basin, delivery.party) for delivery in network.deliveries if not delivery.border} == everyone


def test_accounts_say_what_they_assume(network: Network) -> None:
    counted: list[Any] = [*network.resources, *network.deliveries, *network.reaches]
    assert [row for row in counted if row.verified] == []
    assert all("Working assumption" in gate.source and not gate.verified for gate in network.gates)
    assert {gate.site for gate in network.gates} == {"example-border-chu", "example-border-talas"}
    (reach,) = network.reaches
    assert reach.loss_percent == Decimal(25)
    assert "media-center.kg" in reach.source


def test_no_licence_is_declared_that_no_document_gives(network: Network) -> None:
    assert network.licence is None
    assert {"Kazhydromet", "Water Resources Service"} <= set(network.ministries)


def test_a_licence_is_told_with_the_document_that_gives_it(tmp_path: Path) -> None:
    said = 'name = "CC BY 4.0"\nurl = "https://example.org/by"\ndocument = "Protocol 3 of 2026."'
    declared = f"[licence]\n{said}\n\n[report_day]"
    parties = but("parties.toml", "[report_day]", declared)
    licence = load_network(write_files(tmp_path, {"parties.toml": parties})).licence
    assert licence is not None
    assert licence.words == "CC BY 4.0 (https://example.org/by), by Protocol 3 of 2026; unverified"
    assert licence.model_copy(update={"verified": True, "url": None}).words == "CC BY 4.0, by Protocol 3 of 2026"
