"""The command as an operator types it: keys, ingest, report, doctor, rebuild, and faults in one line."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from arna import house, jobs
from arna.desk import Desk
from arna.schedule import build_schedule
from arna.trigger import trigger_of
from record.archive import open_record
from record.errors import ConfigError
from record.network import load_network
from record.network.source import Trigger
from record.proof.keys import new_signer
from record.writer import Pen
from service.settings import Settings
from service.tokens import Tokens
from tests.arna.typed import typed

ROOT = Path(__file__).parents[2]
ALA_ARCHA = ROOT / "arna" / "demo" / "data" / "ala_archa_10day.csv"


def arna(data: Path, *words: str, config: Path = ROOT / "config") -> subprocess.CompletedProcess[str]:
    return typed(*words, ARNA_DATA=str(data), ARNA_CONFIG=str(config))


@pytest.mark.uncounted
def test_the_installed_command_ends_as_the_one_that_is_typed_here(tmp_path: Path) -> None:
    """All others are typed in this process: to start another one takes seconds."""
    environment = os.environ | {"ARNA_DATA": str(tmp_path), "ARNA_CONFIG": str(ROOT / "config")}
    words = [str(Path(sys.executable).with_name("arna")), "keys", "token", "uz"]
    started = subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    said = arna(tmp_path, *words[1:])
    assert (started.returncode, started.stdout, started.stderr) == (said.returncode, said.stdout, said.stderr)


def test_an_operators_day(tmp_path: Path) -> None:
    assert "2 new key files" in arna(tmp_path, "keys", "new").stdout
    assert "0 new key files" in arna(tmp_path, "keys", "new").stdout
    inbox = tmp_path / "inbox" / "ala-archa-history"
    inbox.mkdir(parents=True)
    (inbox / "table.csv").write_bytes(ALA_ARCHA.read_bytes())
    ingested = arna(tmp_path, "ingest", "--once", "--source", "ala-archa-history")
    assert ingested.returncode == 0, ingested.stderr
    assert "2952" in ingested.stdout
    assert "every hash, chain, signature and checkpoint as it should be" in arna(tmp_path, "doctor").stdout
    sealed = arna(tmp_path, "seal")
    assert (sealed.returncode, sealed.stdout) == (0, "sealed 10 periods\n"), sealed.stderr
    assert "sealed 0 periods" in arna(tmp_path, "seal").stdout
    examined = arna(tmp_path, "doctor")
    assert "10 segments, every byte as it was sealed" in examined.stdout
    assert examined.stderr == ""
    assert "10 segments among it" in arna(tmp_path, "rebuild").stdout
    output = tmp_path / "report.html"
    assert arna(tmp_path, "report", "2011-06-01", "--format", "html", "--output", str(output)).returncode == 0
    assert "Daily exchange report" in output.read_text(encoding="utf-8")
    draft = arna(tmp_path, "report", "latest", "--format", "json")
    assert '"edition": "daily"' in draft.stdout
    assert draft.stderr.endswith("is not issued: it tells what is known now\n")


def test_a_token_is_printed_once_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    made = [arna(tmp_path, "keys", "token", "kz").stdout.strip() for _ in range(2)]
    path = tmp_path / "tokens" / "kz"
    assert path.stat().st_mode & 0o777 == 0o600
    hashes = [line.split()[0] for line in path.read_text().splitlines()]
    assert hashes == [hashlib.sha256(token.encode()).hexdigest() for token in made]
    found = [Tokens(tmp_path).known(token) for token in [*made, "other"]]
    assert [None if one is None else one.party for one in found] == ["kz", "kz", None]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("keys", "token", "uz"), "party 'uz' is not declared"),
        (("ingest", "--once"), "make one with `arna keys new`"),
        (("ingest", "--once", "--source", "nowhere"), "'nowhere' is not declared"),
        (("report", "31.11.2026"), "write YYYY-MM-DD or latest"),
        (("report", "0001-01-01"), "is no day of which a gauge tells"),
        (("doctor",), "make one with `arna keys new`"),
    ],
)
def test_a_fault_is_one_line_and_no_stack_trace(tmp_path: Path, words: tuple[str, ...], part: str) -> None:
    said = arna(tmp_path, *words)
    assert said.returncode == 1
    assert part in said.stderr
    assert said.stderr.startswith("arna: ")
    assert said.stderr.count("\n") == 1


def test_a_wrong_config_stops_at_the_start_with_one_clear_line(tmp_path: Path) -> None:
    config = tmp_path / "config"
    (config / "basins").mkdir(parents=True)
    for path in (ROOT / "config").rglob("*.toml"):
        target = config / path.relative_to(ROOT / "config")
        target.write_text(path.read_text(encoding="utf-8").replace('format = "kn15"', 'format = "kn16"'), "utf-8")
    said = arna(tmp_path / "data", "ingest", "--once", config=config)
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "'kn16'; use one of" in said.stderr


@pytest.mark.parametrize(
    ("kind", "place", "part"),
    [
        ("ftp", "sftp://host.example/manual", "must be an address that begins with ftp://, ftps://"),
        ("sftp", "sftp://host.example/manual", "sftp needs known_hosts"),
        ("imap", "imap://host.example/INBOX", "sends the password for all to read"),
        ("imap", "imaps://host.example/INBOX", "imap needs user, and secret"),
    ],
)
def test_a_source_that_cannot_be_asked_stops_at_the_start(tmp_path: Path, kind: str, place: str, part: str) -> None:
    files = {path.relative_to(ROOT / "config"): path.read_text("utf-8") for path in (ROOT / "config").rglob("*.toml")}
    for name, text in files.items():
        target = tmp_path / "config" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        old = 'kind = "folder"\nplace = "inbox/ala-archa-history"'
        target.write_text(text.replace(old, f'kind = "{kind}"\nplace = "{place}"'), "utf-8")
    with pytest.raises(ConfigError, match="source ala-archa-history: ") as caught:
        house.open_network(Settings(config=tmp_path / "config"))
    assert part in str(caught.value)


@pytest.mark.parametrize("words", [("ingest", "--once"), ("seal",), ("rebuild",)])
def test_a_second_writer_is_refused_clearly(tmp_path: Path, words: tuple[str, ...]) -> None:
    arna(tmp_path, "keys", "new")
    with house.holding_the_pen(Settings(data=tmp_path)):
        said = arna(tmp_path, *words)
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
    assert "another process writes the record" in said.stderr


def test_a_record_laid_before_sealing_is_told_to_rebuild_and_then_goes_on(tmp_path: Path) -> None:
    arna(tmp_path, "keys", "new")
    arna(tmp_path, "ingest", "--once")
    with sqlite3.connect(tmp_path / "record.sqlite") as behind:
        behind.execute("CREATE TABLE observation (series INT)")
        for view in ("series", "latest"):
            behind.execute(f"DROP TABLE {view}")
            behind.execute(f"CREATE TABLE {view} (no INT, id TEXT)")
    behind.close()
    said = arna(tmp_path, "ingest", "--once")
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
    assert "run `arna rebuild` once" in said.stderr
    assert arna(tmp_path, "rebuild").returncode == 0
    assert arna(tmp_path, "ingest", "--once").returncode == 0


def test_the_scheduler_runs_a_job_a_source_and_signs_a_checkpoint(tmp_path: Path) -> None:
    network = load_network(ROOT / "config").narrowed("ala-archa-history")
    inbox = tmp_path / "inbox" / "ala-archa-history"
    inbox.mkdir(parents=True)
    (inbox / "table.csv").write_bytes(ALA_ARCHA.read_bytes())
    record = open_record(
        f"sqlite:///{tmp_path / 'record.sqlite'}", network, segments=str(tmp_path / "segments"), data=tmp_path
    )
    pen = Pen(record, gateway=new_signer("gateway.test"), log=new_signer(network.origin))
    desk = Desk(record, pen, tmp_path, lambda: datetime.now(UTC))
    scheduler = build_schedule(network, desk).scheduler
    own = {
        "sign_checkpoint",
        "ask_witnesses",
        "follow_journal",
        "warn",
        "take_amendments",
        "seal_nightly",
        "audit_nightly",
        "issue_reports",
        "deliver_reports",
        "approvals",
        "watch",
    }
    assert {job.id for job in scheduler.get_jobs()} == {"ala-archa-history", *own}
    runner = threading.Thread(target=scheduler.start)
    runner.start()
    taken = inbox / "taken" / "table.csv"
    for _ in range(200):
        if taken.exists():
            break
        threading.Event().wait(0.05)
    scheduler.shutdown(wait=True)
    runner.join()
    assert taken.exists()
    jobs.sign_checkpoint(desk)
    with record.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM checkpoint").scalar() == 1
    record.engine.dispose()


def test_a_trigger_is_a_period_or_a_cron_line() -> None:
    assert "interval" in str(trigger_of(Trigger(every=30, jitter=5)))
    assert "cron" in str(trigger_of(Trigger(cron="30 8,20 * * *")))
