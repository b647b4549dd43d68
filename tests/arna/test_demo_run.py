"""Opening the house for the demonstration: keys are made once and are the owner's alone, one run at a time."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from arna import house
from arna.demo import command
from arna.demo.outcome import DemoResult
from arna.demo.run import issue_report, run_demo
from ingest import amendment
from record import leaf as leaves
from record import tables
from record.archive import Log
from record.errors import RecordBusy
from record.proof.keys import ED25519, load_signer
from record.verify import main as verify
from service.reports.editions import Copy
from service.settings import Settings
from service.standing import sentence
from tests.arna.typed import databases_closed

CONFIG = Path(__file__).parent.parent.parent / "config"
DAY = date(2026, 6, 20)
NOW = datetime(2026, 6, 21, 3, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DemoResult]:
    """The data folder of a demonstration that was run once from a bare one, and what came in."""
    data = tmp_path_factory.mktemp("once") / "demo"
    with databases_closed():
        return data, run_demo(Settings(config=CONFIG, data=data, record=None), day=DAY, now=lambda: NOW)


@pytest.fixture
def copied(settings: Settings, run_once: tuple[Path, DemoResult]) -> Settings:
    """The settings of a copy of it."""
    return settings.model_copy(update={"data": shutil.copytree(run_once[0], settings.data / "demo")})


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ARNA_CONFIG", str(CONFIG))
    monkeypatch.setenv("ARNA_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("ARNA_RECORD", raising=False)
    return Settings()


def test_a_bare_folder_gets_keys_and_a_record_and_a_second_run_keeps_both(
    copied: Settings, run_once: tuple[Path, DemoResult]
) -> None:
    keys = {path.name: path.read_bytes() for path in (copied.data / "keys").iterdir()}
    again = run_demo(copied, day=DAY, now=lambda: NOW)
    assert sum(found.readings for found in run_once[1].sources) > 3000
    assert all(outcome.repeated for outcome in again.outcomes)
    assert {path.name: path.read_bytes() for path in (copied.data / "keys").iterdir()} == keys
    assert keys
    assert all(path.stat().st_mode & 0o077 == 0 for path in (copied.data / "keys").iterdir())


def test_while_another_process_writes_the_demonstration_does_not_start(settings: Settings) -> None:
    with house.holding_the_pen(settings), pytest.raises(RecordBusy):
        run_demo(settings, day=DAY, now=lambda: NOW)


def test_the_report_of_the_demonstration_can_be_checked_as_a_ministry_would(
    copied: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("arna.issuing.printing.COPIES", (Copy(form="html", language="kk"),))
    command.run(once=True, day=DAY, host="127.0.0.1", port=8000, now=lambda: NOW)
    # A second run issues nothing that is no other.
    issued = issue_report(copied, DAY, lambda: NOW)
    assert f"Issued the report of {DAY} as entry {issued.figures}: " in capsys.readouterr().out
    page = issued.path("html", "kk")
    files = [str(page), str(issued.folder / f"{issued.name}.tlog-proof")]
    assert verify([*files, "--policy", str(copied.data / "policy")], lambda: NOW) == 0
    record = house.open_house(copied.model_copy(update={"config": copied.data / "config"}))
    said = sentence(Log(record).standing(), record.network)
    assert "Kazakhstan (example)" in said
    assert said.endswith("These are example keys: no ministry has signed anything.")
    page.write_bytes(page.read_bytes() + b" ")
    assert verify([*files, "--policy", str(copied.data / "policy")], lambda: NOW) == 1


def test_the_amendment_of_the_docs_can_be_signed_with_a_key_of_the_demonstration(copied: Settings) -> None:
    text = (
        (CONFIG.parent / "docs" / "demo.md").read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    )
    network = house.open_network(copied.model_copy(update={"config": copied.data / "config"}))
    key = load_signer(copied.data / "keys" / "kg-amender.pem", "any name", ED25519)
    made = amendment.prepared(amendment.signed(text, key, network, NOW), network, NOW)
    assert [one.series for one in made.observations] == ["tuyte:kg:simulated.intake.daily"]
    assert made.reason.endswith("signed by kg.amender.demo.example)")


def test_a_changed_config_is_approved_by_both_parties_of_the_demonstration(copied: Settings, tmp_path: Path) -> None:
    shutil.copytree(CONFIG, tmp_path / "changed")
    with (tmp_path / "changed" / "seasons.toml").open("a") as file:
        file.write("# looked through again\n")
    changed = copied.model_copy(update={"config": tmp_path / "changed"})
    run_demo(changed, day=DAY, now=lambda: NOW)
    served = copied.model_copy(update={"config": copied.data / "config"})
    record = house.open_house(served)
    with record.engine.begin() as connection:
        steps = [
            row.kind for row in connection.execute(select(tables.network_step).order_by(tables.network_step.c.entry))
        ]
    assert steps == [leaves.PROPOSAL, leaves.APPROVAL, leaves.APPROVAL, leaves.NETWORK] * 2
    assert b"looked through again" in record.network.files["seasons.toml"]
