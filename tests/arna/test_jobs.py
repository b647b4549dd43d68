"""The jobs of the house: each does its part, and what fails is a line in the log."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from arna import jobs
from arna.cli import app as command
from arna.desk import Desk
from record import tables
from record.archive import Log
from record.errors import RecordError
from record.ledger import Ledger
from tests.arna.printed import office
from tests.example import KIROV, START, say, seen
from tests.ingest import computing
from tests.record.founded import found

NOW = START + timedelta(days=9)


def desk_in(folder: Path) -> Desk:
    record, pen = found(folder)
    say(pen, "one", [seen(KIROV, 0, "1.5")])
    return Desk(record, pen, folder, lambda: NOW)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line.getMessage() for line in caplog.records if line.name == "arna.jobs"]


def test_the_audit_says_how_much_it_compared(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "arna.jobs"):
        jobs.audit_nightly(desk_in(tmp_path))
    assert lines(caplog) == ["audit: 1 readings in 5 entries, 0 differences"]


def test_what_the_audit_finds_is_an_alarm_for_everyone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk = desk_in(tmp_path)
    with desk.record.engine.begin() as connection:
        connection.execute(update(tables.recent).values(value=9.5))
    jobs.audit_nightly(desk)
    (alarm,) = Log(desk.record).alarms()
    assert (alarm.kind, "would show 9.5" in alarm.said) == ("audit", True)
    assert any(line.startswith("audit: kirov:kg.inflow.daily") for line in lines(caplog))


def test_an_alarm_that_was_looked_into_is_settled_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_in(tmp_path)
    desk.pen.alarm("fork", "it is said", b"evidence", NOW)
    monkeypatch.setenv("ARNA_DATA", str(tmp_path))
    assert Log(desk.record).standing().alarms == ("it is said",)
    said = CliRunner().invoke(command, ["settle", "1", "an old copy was restored; both ministries looked"])
    assert said.exit_code == 0
    assert Log(desk.record).standing().alarms == ()
    (one,) = Log(desk.record).alarms()
    assert (one.evidence, one.reason) == (b"evidence", "an old copy was restored; both ministries looked")
    again = CliRunner().invoke(command, ["settle", "1", "x"])
    assert "no alarm 1 stands" in str(again.exception)


def test_the_reports_that_are_due_are_issued_and_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arna.jobs.office_of", office)
    (tmp_path / "drop").mkdir()
    (tmp_path / "recipients.toml").write_text(f'[[recipient]]\nforms = ["csv"]\nfolder = "{tmp_path / "drop"}"\n')
    desk = desk_in(tmp_path)
    # Of a record that has been silent for days nothing is issued by itself.
    say(desk.pen, "two", [seen(KIROV, 8, "1.5")], hours=24 * 9)
    jobs.issue_reports(desk)
    days = [(START + timedelta(days=number)).date().isoformat() for number in range(1, 8)]
    assert [one.day for one in reversed(Log(desk.record).latest_reports("daily", 9))] == days
    jobs.deliver_reports(desk)
    assert sorted(path.name for path in (tmp_path / "drop").glob("*.csv")) == [f"daily-{day}.r1.csv" for day in days]


def test_what_hinders_issuing_and_sending_is_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk = desk_in(tmp_path)
    (tmp_path / "recipients.toml").write_text('[[recipient]]\nmail = "nobody"\n')
    desk.record.engine.dispose()
    (tmp_path / "record.sqlite").write_bytes(b"no database")
    jobs.issue_reports(desk)
    jobs.deliver_reports(desk)
    assert len(lines(caplog)) == 2
    assert "recipient 1: mail is no mail address" in lines(caplog)[1]


def test_what_follows_is_entered_by_the_jobs_and_what_holds_it_up_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = computing.House(tmp_path)
    house.tell(computing.said(computing.POST_LEVEL, computing.term(1), "2"))
    desk = Desk(house.record, house.pen, tmp_path, house.now)
    with monkeypatch.context() as broken, caplog.at_level(logging.INFO, "arna.jobs"):
        broken.setattr(house.pen, "append", _full)
        for house.minutes in (0, 0, 10):
            jobs.follow_journal(desk)
        fares = Ledger(house.record).following()
        assert (fares.read, fares.size, fares.fault) == (None, 2, "the disk is full")
        assert fares.since == house.now()
        assert lines(caplog) == ["follow: the disk is full"]
    house.minutes = 60
    with caplog.at_level(logging.INFO, "arna.jobs"):
        jobs.follow_journal(desk)
        jobs.follow_journal(desk)
    assert lines(caplog)[1:] == ["follow: {'entries': 3, 'rejudged': 0, 'computed': 1}"]
    fares = Ledger(house.record).following()
    assert (fares.read, fares.size, fares.fault, fares.since) == (3, 3, None, None)
    house.record.engine.dispose()


def _full(*_given: object, **_named: object) -> None:
    raise RecordError("the disk is full")


def test_a_witness_without_an_address_is_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk = desk_in(tmp_path)
    jobs.sign_checkpoint(desk)
    with caplog.at_level(logging.INFO, "arna.jobs"):
        jobs.ask_witnesses(desk)
    assert any("witness kz has no address in keys.toml" in line for line in lines(caplog))
