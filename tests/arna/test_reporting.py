"""`arna report` writes what was issued, byte for byte, or a draft that says so; `arna issue` issues by hand."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from arna.cli import app
from record.archive import Record
from record.proof.keys import save_signer
from tests.arna.printed import office
from tests.example import KIROV, START, say, seen
from tests.keys import GATEWAY, LOG
from tests.record.founded import found

DAY = START.date().isoformat()


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Record]:
    """A record in the data folder with its keys, whose reports are made in plain words."""
    made, pen = found(tmp_path)
    for role, key in (("gateway", GATEWAY), ("log", LOG)):
        save_signer(key, tmp_path / "keys" / f"{role}.pem")
    say(pen, "one", [seen(KIROV, 0, "1.5")])
    monkeypatch.setenv("ARNA_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("ARNA_DATA", str(tmp_path))
    monkeypatch.delenv("ARNA_RECORD", raising=False)
    monkeypatch.setattr("arna.operator.reporting.office_of", office)
    yield made
    made.engine.dispose()


def arna(*words: str, fails: str | None = None) -> Result:
    said = CliRunner().invoke(app, words)
    assert (said.exit_code == 0) == (fails is None), said.output
    assert fails is None or fails in str(said.exception)
    return said


def test_a_report_is_issued_by_hand_and_again_only_where_it_says_something_else(record: Record, tmp_path: Path) -> None:
    first = arna("issue", DAY)
    assert first.stdout.startswith(f"the daily report of {DAY}: revision 1 is issued as entry 6, 4 files in ")
    assert arna("issue", DAY).stdout == f"the daily report of {DAY}: nothing changed since revision 1\n"
    assert arna("issue", DAY, "--edition", "weekly").stdout.startswith("the weekly report of 2026-04-27: revision 1")
    assert (tmp_path / "reports" / "weekly" / "weekly-2026-04-27.r1.json").exists()
    arna("issue", DAY, "--edition", "yearly", fails="'yearly' is no edition: use one of daily, weekly")


def test_a_report_of_days_of_which_nothing_was_said_is_issued_by_hand_only_if_asked_for(record: Record) -> None:
    arna("issue", "2026-04-01", fails="no figure of the daily report of 2026-04-01 has a value: nothing was said of it")
    assert "revision 1 is issued" in arna("issue", "2026-04-01", "--empty").stdout
    # What is issued is looked at again without a word.
    assert arna("issue", "2026-04-01").stdout.endswith("nothing changed since revision 1\n")


def test_what_was_issued_is_written_byte_for_byte(record: Record, tmp_path: Path) -> None:
    arna("issue", DAY)
    shelf, output = tmp_path / "reports" / "daily", tmp_path / "out.html"
    page = arna("report", DAY, "--lang", "kk", "--format", "html", "-o", str(output))
    assert page.stderr == ""
    assert output.read_bytes() == (shelf / f"daily-{DAY}.r1.kk.html").read_bytes()
    # Whatever the language, the figures are in none.
    for words in ((), ("--revision", "1")):
        said = arna("report", DAY, "--lang", "ru", "--format", "csv", *words)
        assert said.stdout_bytes == (shelf / f"daily-{DAY}.r1.csv").read_bytes()
    arna("report", DAY, "--format", "csv", "--revision", "2", fails=f"daily-{DAY}.r2.csv was not issued: the revisions")


def test_what_is_not_issued_is_a_draft_that_says_so(record: Record, tmp_path: Path) -> None:
    arna("issue", DAY)
    asked = arna("report", DAY, "--draft", "--format", "json")
    assert asked.stderr == f"arna: the daily report of {DAY} as a draft: it tells what is known now\n"
    assert '"revision": null' in asked.stdout
    output = tmp_path / "draft.html"
    said = arna("report", "2026-05-02", "--format", "html", "-o", str(output))
    assert said.stderr == "arna: the daily report of 2026-05-02 is not issued: it tells what is known now\n"
    assert "This is a draft. It is not issued and may change." in output.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("31.11.2026",), "'31.11.2026' is not a day: write YYYY-MM-DD or latest"),
        ((DAY, "--format", "doc"), "'doc' is no form of a report: use one of json, csv, nc, pdf"),
        ((DAY, "--format", "html", "--lang", "kk-ky"), "html is not issued in 'kk-ky': use one of kk, ky, ru, en"),
        ((DAY, "--edition", "yearly"), "'yearly' is no edition"),
    ],
)
def test_what_is_no_report_is_one_line(record: Record, words: Sequence[str], said: str) -> None:
    arna("report", *words, fails=said)
