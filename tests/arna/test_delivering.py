"""Delivering: each recipient is sent what is declared once, and nothing is written over."""

import errno
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from arna.delivering.parcel import last_revision
from arna.delivering.recipients import recipients
from arna.issuing import issue, revise
from record.errors import ConfigError
from record.ledger import Ledger
from record.ledger.delivered import deliveries
from service.paper.template import Place
from service.reports.editions import EDITIONS
from tests.arna.delivering import ISSUED, Sent, sending
from tests.arna.printed import FIRST
from tests.example import KIROV, network_of_two, say, seen

DAILY = EDITIONS["daily"]
NAME = "daily-2026-05-01.r1"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Sent]:
    with sending(tmp_path) as made:
        yield made


@pytest.fixture
def drop(tmp_path: Path, sent: Sent) -> Path:
    """A folder in which somebody fetches files."""
    folder = tmp_path / "drop"
    folder.mkdir()
    sent.name(f'[[recipient]]\nparty = "kz"\nlanguages = ["kk"]\nforms = ["json", "html"]\nfolder = "{folder}"\n')
    return folder


def test_without_a_file_of_recipients_nobody_is_sent_anything(sent: Sent) -> None:
    assert sent.round() == []


def test_what_is_declared_is_laid_down_once_and_noted(sent: Sent, drop: Path) -> None:
    assert sent.round() == [f"{NAME}.json", f"{NAME}.kk.html"]

    laid = {path.name for path in drop.iterdir()}
    assert laid == {f"{NAME}.json", f"{NAME}.kk.html", f"{NAME}.tlog-proof"}

    assert (drop / f"{NAME}.kk.html").read_bytes() == (
        sent.folder / "reports" / "daily" / f"{NAME}.kk.html"
    ).read_bytes()
    assert sent.round(after=MINUTE) == []
    page = sent.noted()[1]
    assert (page.party, page.revision, page.file, page.at) == ("kz", 1, f"{NAME}.kk.html", ISSUED)
    assert page.recipient.startswith("folder ")
    assert str(drop) not in page.recipient
    # Nobody can try folders and addresses against the mark.
    secret = sent.folder / "delivery.secret"
    assert (secret.stat().st_mode & 0o777, len(secret.read_text())) == (0o600, 64)
    secret.unlink()
    assert sent.round() == [f"{NAME}.json", f"{NAME}.kk.html"]
    assert {one.recipient for one in sent.noted()} > {page.recipient}
    assert deliveries(sent.record.engine, "daily", FIRST.isoformat(), 2) == []


def test_what_lies_there_already_is_done_and_what_lies_there_otherwise_is_never_written_over(
    sent: Sent, drop: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (drop / f"{NAME}.json").write_bytes((sent.folder / "reports" / "daily" / f"{NAME}.json").read_bytes())
    (drop / f"{NAME}.kk.html").write_bytes(b"somebody's own")
    assert sent.round() == []
    assert (drop / f"{NAME}.kk.html").read_bytes() == b"somebody's own"
    assert "lies there with other bytes: nothing was written over it" in caplog.text
    (warned,) = [one for one in Ledger(sent.record).amiss(sent.now) if one.kind == "reports"]
    assert warned.of.startswith("deliver folder ")
    assert (str(drop) in caplog.text, str(drop) in warned.said) == (True, False)
    assert [path.name for path in drop.iterdir() if path.name.startswith(".")] == []
    # What else is issued is not held up by it.
    sent.now += timedelta(days=1)
    issue(sent.office, DAILY, FIRST + timedelta(days=1))
    (drop / f"{NAME}.kk.html").write_bytes(b"somebody's own")
    assert sent.round() == ["daily-2026-05-02.r1.json", "daily-2026-05-02.r1.kk.html"]
    (drop / f"{NAME}.kk.html").unlink()
    assert sent.round(after=MINUTE) == [f"{NAME}.json", f"{NAME}.kk.html"]
    assert [one for one in Ledger(sent.record).amiss(sent.now) if one.kind == "reports"] == []


def test_what_cannot_be_laid_down_waits_longer_each_time_and_hinders_nobody_else(
    sent: Sent, drop: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = tmp_path / "not mounted"
    own = f'[[recipient]]\nforms = ["csv"]\nfolder = "{gone}"\n'
    sent.name(own + (sent.folder / "recipients.toml").read_text())
    assert sent.round() == [f"{NAME}.json", f"{NAME}.kk.html"]
    for _ in range(4):
        sent.round(after=timedelta(seconds=5))
    lines = [line.getMessage() for line in caplog.records if line.levelno == logging.WARNING]
    (warned,) = [one for one in Ledger(sent.record).amiss(sent.now) if one.kind == "reports"]
    assert (str(gone) in lines[0], str(gone) in warned.said) == (True, False)
    assert [("is not there: make it, or mount it" in line) for line in lines] == [True, True]
    assert not gone.exists()
    gone.mkdir()
    assert sent.round(after=MINUTE) == [f"{NAME}.csv"]


def test_a_share_that_broke_hinders_nobody_else_and_a_recipient_that_is_gone_is_not_warned_of(
    sent: Sent, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale, whole = Path("/srv/stale"), Path.is_dir

    def is_dir(path: Path) -> bool:
        if path == stale:
            raise OSError(errno.EHOSTDOWN, "Host is down")
        return whole(path)

    monkeypatch.setattr(Path, "is_dir", is_dir)
    good = (sent.folder / "recipients.toml").read_text()
    sent.name(f'[[recipient]]\nforms = ["csv"]\nfolder = "{stale}"\n{good}')
    assert sent.round() == [f"{NAME}.json", f"{NAME}.kk.html"]
    (warned,) = [one for one in Ledger(sent.record).amiss(sent.now) if one.kind == "reports"]
    assert "Host is down" in warned.said
    sent.name(good)
    assert sent.round() == []
    assert [one for one in Ledger(sent.record).amiss(sent.now) if one.kind == "reports"] == []
    sent.name(f'[[recipient]]\nforms = ["csv"]\nfolder = "{stale}"\n')
    assert sent.round() == []
    sent.name("")
    assert sent.round() == []
    assert [one for one in Ledger(sent.record).amiss(sent.now) if one.kind == "reports"] == []


def test_the_last_revision_is_the_one_with_the_highest_number(sent: Sent) -> None:
    figures, copies = sent.office.parts(DAILY, FIRST)
    later = replace(copies, revision=2, entry=copies.entry + 2)
    finished_late = replace(copies, entry=copies.entry + 9)
    assert last_revision([figures, later, finished_late]) == [later]


def test_only_the_last_revision_is_sent_and_nothing_of_long_ago(sent: Sent, drop: Path) -> None:
    say(sent.pen, "amended", [seen(KIROV, 0, "2.5")], hours=26)
    sent.now += MINUTE
    assert revise(sent.office, DAILY, FIRST) is not None
    assert sent.round() == ["daily-2026-05-01.r2.json", "daily-2026-05-01.r2.kk.html"]
    sent.now += timedelta(days=9)
    issue(sent.office, DAILY, FIRST + timedelta(days=8))
    (drop.parent / "other").mkdir()
    sent.name(f'[[recipient]]\nforms = ["csv"]\nfolder = "{drop.parent / "other"}"\n')
    assert sent.round() == ["daily-2026-05-09.r1.csv"]


def test_a_workbook_that_was_filled_for_a_party_goes_to_that_party_alone(
    sent: Sent, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "daily.kz.kk.xlsx").write_bytes(b"{{title}}")
    (templates / "daily.kg.ky.xlsx").write_bytes(b"{{titel}}")
    (templates / "weekly.kz.kk.xlsx").write_bytes(b"{{title}}")
    (templates / "daily.uz.xlsx").write_bytes(b"")
    sent.now += timedelta(days=1)
    done = issue(replace(sent.office, templates=templates), DAILY, FIRST + timedelta(days=1))
    name = "daily-2026-05-02.r1.kz.kk.xlsx"
    assert [file for file in done.files if file.endswith("xlsx")] == [name]
    assert (done.folder / name).read_bytes() == "Су алмасу есебі kk".encode()
    assert "template daily.kg.ky.xlsx cannot be filled: cell A1 of sheet 1 names {{titel}}" in caplog.text
    assert "template daily.uz.xlsx cannot be filled: its name must be edition.party.language.xlsx" in caplog.text
    assert {one.of for one in Ledger(sent.record).amiss(sent.now) if one.kind == "reports"} == {
        "template daily.kg.ky.xlsx", "template daily.uz.xlsx"
    }  # fmt: skip
    rows = [f'[[recipient]]\nparty = "{party}"\nlanguages = ["kk"]\nforms = ["xlsx"]\n' for party in ("kz", "kg")]
    for party in ("kz", "kg"):
        (tmp_path / party).mkdir()
    sent.name("".join(f'{row}folder = "{tmp_path / party}"\n' for row, party in zip(rows, ("kz", "kg"), strict=True)))
    assert sent.round() == [name]
    assert {path.name for path in (tmp_path / "kz").iterdir()} == {name, "daily-2026-05-02.r1.tlog-proof"}


def test_a_template_that_names_in_vain_is_told_of_and_one_that_names_what_is_not_declared_is_refused(
    sent: Sent, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "daily.kz.kk.xlsx").write_bytes(b"{{title}}")
    office, day, kept = replace(sent.office, templates=templates), FIRST, []
    for tag in ("kirov:kg.storage.chnage", "share:none:real.resource", "kirov:kg.storrage", "kirovv:kg.storage"):
        sent.press.lacking = (Place(tag, "Sheet!B2"),)
        sent.now, day = sent.now + timedelta(days=1), day + timedelta(days=1)
        kept.append([file for file in issue(office, DAILY, day).files if file.endswith("xlsx")])
    assert kept == [["daily-2026-05-02.r1.kz.kk.xlsx"], [], [], []]
    assert "names what this report does not have: {{kirov:kg.storage.chnage}} in Sheet!B2" in caplog.text
    assert caplog.text.count("it names what is not declared") == 3
    # Taken away, it is warned of no more; a folder that cannot be read stops no issue.
    (templates / "daily.kz.kk.xlsx").unlink()
    for folder in (templates, _Unreadable()):
        sent.now, day = sent.now + timedelta(days=1), day + timedelta(days=1)
        assert issue(replace(office, templates=folder), DAILY, day).files
        said = [one.said for one in Ledger(sent.record).amiss(sent.now) if one.kind == "reports"]
        assert said == (
            []
            if folder is templates
            else ["the folder of templates cannot be read (Stale file handle): no workbook of a ministry is filled"]
        )


class _Unreadable(type(Path())):  # type: ignore[misc]
    """A folder on a share that is gone."""

    def iterdir(self) -> Iterator[Path]:
        raise OSError(errno.ESTALE, "Stale file handle")


WRONG = [
    ("[[recipient]\n", "not TOML"),
    ('name = "x"\n', "holds rows of [[recipient]] and nothing else"),
    ("[[recipient]]\n", "recipient 1: needs one way to be reached: mail, folder or sftp"),
    ('[[recipient]]\nmail = "a@b.example"\nfolder = "x"\n', "recipient 1: needs one way"),
    ('[[recipient]]\nmail = "a b@c"\n', "recipient 1: mail is no mail address"),
    ('[[recipient]]\nmial = "a@b.example"\n', "recipient 1: mial: Extra inputs are not permitted"),
    ('[[recipient]]\nmail = "a@b.example"\neditions = ["yearly"]\n', "edition 'yearly' is not issued: use daily"),
    ('[[recipient]]\nmail = "a@b.example"\nlanguages = ["uz"]\n', "language 'uz' is not issued"),
    ('[[recipient]]\nmail = "a@b.example"\nforms = ["doc"]\n', "form 'doc' is not issued: use json, csv"),
    ('[[recipient]]\nmail = "a@b.example"\nforms = []\n', "recipient 1: forms: "),
    ('[[recipient]]\nmail = "a@b.example"\nparty = "uz"\n', "recipient 1: party 'uz' is none: use kg, kz"),
    ('[[recipient]]\nmail = "a@b.example"\nkey = "k"\n', "key, secret and known_hosts are of sftp alone"),
    ('[[recipient]]\nsftp = "sftp://a:secret@b/c"\n', "sftp must name a user and no password"),
    ('[[recipient]]\nsftp = "ftp://a@b/c"\n', "sftp must be an address that begins with sftp://"),
    ('[[recipient]]\nsftp = "sftp://a@b/c"\nkey = "k"\n', "sftp needs known_hosts, and either key or secret"),
    ('[[recipient]]\nmail = "a@b.example"\n' * 2, "recipient 2 is declared twice"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_row_is_one_line_that_names_file_and_row_and_no_secret(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "recipients.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        recipients(path, network_of_two())
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret@" not in str(caught.value)
