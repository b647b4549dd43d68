"""What loading makes of the files: mappings in their order, exact figures, and twins for what is simulated."""

from datetime import date, time
from decimal import Decimal
from pathlib import Path

from record.network import load_network
from record.network.basin import Nature
from tests.record.hydrology_files import HYDROLOGY
from tests.record.network_files import FILES, but, write_files

SOURCES = "sources.toml"
SPOKEN_BY_KZ = 'id = "simulated-kz"\nparty = "kz"'


def test_facts_are_read_as_they_are_written(tmp_path: Path) -> None:
    network = load_network(write_files(tmp_path))
    assert network.origin == "arna.example/test"
    assert network.report_day.begins == time(8)
    assert network.report_day.verified is False
    assert network.parties["kz"].ministries[0].id == "kazhydromet"
    assert network.sites["kirov"].lon == 71.6183
    assert network.shares["talas-flow"].percent == {"kz": Decimal("33.3"), "kg": Decimal("66.7")}
    assert network.season_plans["talas-2024-kz"].ends == date(2024, 10, 1)
    assert network.thresholds.gross_range[1].suspect == (Decimal(0), Decimal(540))
    assert list(network.sources) == ["tables", "simulated-kg"]


def test_the_bytes_of_every_file_are_kept_and_make_the_version(tmp_path: Path) -> None:
    first = load_network(write_files(tmp_path / "a"))
    same = load_network(write_files(tmp_path / "b"))
    other = load_network(write_files(tmp_path / "c", {SOURCES: FILES[SOURCES] + "# a word\n"}))
    assert first.files == {name: text.encode() for name, text in FILES.items()}
    assert first.version == same.version != other.version


def test_a_simulated_source_adds_twins_of_its_partys_stations_alone(tmp_path: Path) -> None:
    network = load_network(write_files(tmp_path))
    assert [name for name in network.stations if name.endswith(":simulated")] == [
        "kirov:kg:simulated",
        "example-border:kg:simulated",
    ]


def test_a_twin_says_in_every_language_that_it_is_simulated(tmp_path: Path) -> None:
    network = load_network(write_files(tmp_path))
    real, twin = network.stations["kirov:kg"], network.stations["kirov:kg:simulated"]
    assert twin.names == {
        "en": "Kirov (simulated)",
        "ru": "Киров (модельные данные)",
        "kk": "Киров қоймасы (модельденген)",
        "ky": "Киров суу сактагычы (моделденген)",
    }
    assert (twin.nature, real.nature) == (Nature.SIMULATED, Nature.REAL)
    assert (twin.site, twin.party, twin.code, twin.series) == (real.site, real.party, real.code, real.series)
    assert twin.note == "Generated values; no gauge said them."
    assert "kirov:kg:simulated.inflow.daily" in network.series
    assert network.station_called("15954", simulated=True) == twin
    assert network.station_called("15954", simulated=False) == real


def test_speaking_for_another_party_adds_its_twins_too_and_each_once(tmp_path: Path) -> None:
    second = FILES[SOURCES][FILES[SOURCES].rindex("[[source]]") :].replace("simulated-kg", "simulated-both")
    second = second.replace("simulated = true", 'simulated = true\nspeaks_for = ["kz"]')
    network = load_network(write_files(tmp_path, {SOURCES: f"{FILES[SOURCES]}\n{second}"}))
    twins = [name for name in network.stations if name.endswith(":simulated")]
    assert sorted(twins) == ["example-border:kg:simulated", "example-border:kz:simulated", "kirov:kg:simulated"]


def test_a_twin_is_judged_by_the_limits_of_its_station(tmp_path: Path) -> None:
    network = load_network(write_files(tmp_path))
    by_station = {limit.station: limit for limit in network.thresholds.gross_range}
    assert by_station["kirov:kg:simulated"].fail == by_station["kirov:kg"].fail == (Decimal(0), Decimal(550))


def test_without_a_simulated_source_nothing_is_simulated(tmp_path: Path) -> None:
    plain = but(SOURCES, "simulated = true\n", "").replace("simulated-kg", "telegrams-kg")
    network = load_network(write_files(tmp_path, {SOURCES: plain, "obligations.toml": None}))
    assert list(network.stations) == ["kirov:kg", "example-border:kz", "example-border:kg"]
    assert len(network.thresholds.gross_range) == 2


def test_a_computed_twin_holds_what_is_computed_and_of_a_balance_its_uncertainty(tmp_path: Path) -> None:
    network = load_network(write_files(tmp_path, files=HYDROLOGY))
    computed = network.stations["kirov:kg:computed"]
    assert computed.series == ("storage.term", "surface.term", "inflow.daily", "inflow_error.daily", "inflow.term")
    assert (computed.computed, computed.nature) == (True, Nature.REAL)
    assert network.series["kirov:kg:computed.inflow_error.daily"].quantity == "inflow_error"


def test_a_computed_twin_is_judged_by_the_limits_of_its_gauge(tmp_path: Path) -> None:
    thresholds = load_network(write_files(tmp_path, files=HYDROLOGY)).thresholds
    assert [row.station for row in thresholds.rate_of_change if row.station] == [
        "lower:kg",
        "lower:kg:simulated",
        "lower:kg:computed",
        "lower:kg:simulated:computed",
    ]
    assert [row.station for row in thresholds.neighbour] == ["lower:kg", "lower:kg:simulated"]


def test_what_is_computed_for_a_generator_has_the_twins_of_its_inputs_or_is_of_nobody(tmp_path: Path) -> None:
    network = load_network(write_files(tmp_path / "a", files=HYDROLOGY))
    (row,) = [one for one in network.derived if one.simulated]
    assert (row.station, row.inputs[0].series) == ("lower:kg:simulated", "lower:kg:simulated.level.term")
    assert [curve.station for curve in network.rating_curves] == ["lower:kg", "lower:kg", "lower:kg:simulated"]
    of_kz = {"sources.toml": FILES["sources.toml"].replace('id = "simulated-kg"\nparty = "kg"', SPOKEN_BY_KZ)}
    network = load_network(write_files(tmp_path / "b", {**of_kz, "obligations.toml": None}, HYDROLOGY))
    assert [one.simulated for one in network.derived] == [False] * 5
    assert [curve.station for curve in network.rating_curves] == ["lower:kg", "lower:kg"]
