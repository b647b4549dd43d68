"""A change of the config goes its way: proposed, shown, signed by both on their own machines, in force; keys too."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.blocking import BlockingScheduler
from typer.testing import CliRunner

from arna import approvals, house, jobs
from arna.cli import app as command
from arna.desk import Desk
from ingest.mirror import follow
from ingest.peer import Peer
from record.archive import Log
from record.check import Known, check
from record.errors import ConfigError, ProofError, SourceError
from record.force import declared_keys
from record.mirror import open_mirror
from record.network import load_network
from record.network.key import Role
from record.proof import note
from record.proof.keys import Signer, load_signer, save_signer
from service.app import create_app
from service.settings import Settings
from tests.example import KIROV, START, say, seen, url_of
from tests.keys import APPROVERS, GATEWAY, LOG, keys_toml, signer_of
from tests.record.founded import approve, declared, found, open_with
from tests.record.network_files import FILES, write_files
from tests.serving import running

NOW = START + timedelta(days=9)


def now() -> datetime:
    return NOW


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A main node at its founding: its first version is proposed and not approved."""
    write_files(tmp_path / "config")
    save_signer(GATEWAY, tmp_path / "keys" / "gateway.pem")
    save_signer(LOG, tmp_path / "keys" / "log.pem")
    settings = Settings(config=tmp_path / "config", data=tmp_path)
    record = house.open_house(settings)
    house.open_pen(settings, record).declare(now)
    with running(create_app(settings, now=now)) as address:
        yield address


def key_file(folder: Path, party: str) -> Path:
    path = folder / f"{party}.pem"
    save_signer(APPROVERS[party], path)
    return path


def test_both_parties_found_the_record_from_their_own_machines(url: str, tmp_path: Path) -> None:
    record, pen = open_with(tmp_path, load_network(tmp_path / "config"))
    runner = CliRunner()
    said = runner.invoke(command, ["approve", url, "--key", str(key_file(tmp_path, "kg"))], input="n\n")
    assert said.exit_code == 1
    assert "+capacity = 550" in said.stdout
    assert "Still to sign: kg.approver.example" in said.stdout
    assert approvals.take(pen, tmp_path, now) == 0
    for party in ("kg", "kz"):
        key = tmp_path / f"{party}.pem" if party == "kg" else key_file(tmp_path, party)
        said = runner.invoke(command, ["approve", url, "--key", str(key), "--yes"])
        assert f"approved as {party}.approver.example" in said.stdout
        assert approvals.take(pen, tmp_path, now) == (1 if party == "kg" else 2)
    assert list((tmp_path / "approvals").glob("*.note")) == []
    assert Log(record).version_in_force() == record.declared.version
    with Peer(url) as peer, pytest.raises(SourceError, match="no version of the network waits"):
        approvals.waiting_at(peer)


def test_a_change_is_shown_as_what_changes(tmp_path: Path) -> None:
    record, _ = found(tmp_path)
    changed = {"basins/talas.toml": FILES["basins/talas.toml"].replace("capacity = 550", "capacity = 551")}
    other = declared(tmp_path / "other", changed)
    open_with(tmp_path, other)[1].declare(NOW)
    with running(create_app(Settings(config=tmp_path / "config", data=tmp_path), now=now)) as url, Peer(url) as peer:
        waiting = approvals.waiting_at(peer)
    lines = [line for line in waiting.changes.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert lines == ["-capacity = 550", "+capacity = 551"]
    assert record.network.version != other.version
    with pytest.raises(ConfigError, match="this key is not asked for"):
        approvals.named(GATEWAY, waiting.lacks)


def test_what_approves_nothing_is_laid_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    _, pen = found(tmp_path)
    (tmp_path / "approvals").mkdir()
    (tmp_path / "approvals" / "bad.note").write_bytes(b"yes")
    with caplog.at_level(logging.WARNING, "arna.approvals"):
        assert approvals.take(pen, tmp_path, now) == 0
    assert [line.getMessage() for line in caplog.records] == [
        "approval bad.note: an approval came and no proposal waits for any"
    ]
    assert (tmp_path / "approvals" / "refused" / "bad.note").read_bytes() == b"yes"


def test_the_jobs_end_when_another_version_is_in_force(tmp_path: Path) -> None:
    found(tmp_path)
    record, pen = open_with(tmp_path, declared(tmp_path / "other", {"seasons.toml": "# none\n"}))
    pen.declare(NOW)
    proposal = Log(record).proposal()
    assert proposal is not None
    (tmp_path / "approvals").mkdir()
    for party, approver in APPROVERS.items():
        (tmp_path / "approvals" / f"{party}.note").write_bytes(note.sign(proposal.statement, [approver]))
    ended = []

    class Scheduler(BlockingScheduler):  # type: ignore[misc]
        def shutdown(self, wait: bool = True) -> None:
            ended.append(wait)

    jobs.take_approvals(Desk(record, pen, tmp_path, now), Scheduler())
    assert ended == [False]
    # The checkpoint over it is signed by the key that was in force until then.
    assert Log(record).checkpoint().startswith(b"arna.example/test\n8\n")


def rotated(folder: Path, gateway: Signer, log: Signer) -> tuple[Settings, Path]:
    """A record whose keys of gateway and log both parties have changed."""
    _, pen = found(folder)
    say(pen, "before", [seen(KIROV, 0, "1")])
    other = declared(folder / "rotated", {"keys.toml": keys_toml(gateway=gateway, log=log)})
    record, pen = open_with(folder, other)
    pen.declare(START)
    approve(record, pen, *APPROVERS.values())
    pen.checkpoint(START)
    return Settings(config=folder / "rotated", data=folder), folder / "keys"


def test_keys_of_gateway_and_log_are_changed_and_who_knows_the_old_ones_can_follow(tmp_path: Path) -> None:
    folder = tmp_path / "main"
    folder.mkdir()
    gateway, log = signer_of("gateway2.arna.example"), signer_of(LOG.name, seed="2027")
    settings, keys = rotated(folder, gateway, log)
    save_signer(GATEWAY, keys / "gateway.pem")
    save_signer(LOG, keys / "log.pem")
    record = house.open_house(settings)
    with pytest.raises(ProofError, match=r"gateway\.pem is not the gateway that keys\.toml declares"):
        house.open_pen(settings, record)
    (keys / "gateway.pem").unlink()
    save_signer(gateway, keys / "gateway.pem")
    (keys / "log.pem").rename(keys / "log-earlier.pem")
    save_signer(log, keys / "log.pem")
    pen = house.open_pen(settings, record)
    say(pen, "after", [seen(KIROV, 1, "2")], hours=24)
    signed = pen.checkpoint(NOW)
    assert set(note.verified(signed, [log.verifier]).signed) == set(note.verified(signed, [LOG.verifier]).signed)
    with record.engine.begin() as connection:
        known = Known(
            gateway=gateway.verifier, log=log.verifier, earlier=declared_keys(connection, Role.GATEWAY, Role.LOG)
        )
        assert check(connection, known) == 10
    old = declared(folder / "old").policy
    assert old is not None
    copy = tmp_path / "copy"
    copy.mkdir()
    mirror = open_mirror(url_of(copy), segments=str(copy / "segments"), data=copy, origin=LOG.name)
    with running(create_app(settings, now=now)) as url, Peer(url) as peer:
        assert follow(peer, mirror, old, now).size == 10
        policy = mirror.policy()
        assert policy is not None
        assert policy.logs[LOG.name][0] == log.verifier
        (keys / "log-earlier.pem").unlink()
        pen = house.open_pen(settings, record)
        say(pen, "later", [seen(KIROV, 2, "2")], hours=24 * 9)
        pen.checkpoint(NOW)
        assert follow(peer, mirror, old, now).size == 11


def test_a_key_is_made_for_one_role_with_its_row(tmp_path: Path) -> None:
    runner = CliRunner()
    for role, name in (("witness", "kz.witness.example"), ("approver", "kz.approver.example")):
        said = runner.invoke(command, ["keys", "make", role, name, str(tmp_path / f"{role}.pem"), "--party", "kz"])
        assert said.exit_code == 0
        assert said.stdout.startswith(f'[[key]]\nrole = "{role}"\nparty = "kz"\nvkey = "{name}+')
        assert load_signer(tmp_path / f"{role}.pem", name).verifier.public
        assert (tmp_path / f"{role}.pem").stat().st_mode & 0o077 == 0
